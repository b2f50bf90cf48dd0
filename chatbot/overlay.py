"""What an admin changed of the settings, brought into effect in a service that runs.

Everything that could fail happens in `prepare`: pages are rendered and answers spoken with the new
values beside the old ones. What it returns only swaps them.
"""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from chatbot.domain.editable import CHAT, CHAT_MESSAGE, HOOK_SECRET, WELCOME
from chatbot.domain.errors import Invalid
from chatbot.domain.notices import Mailed
from chatbot.domain.people import Lifetime
from chatbot.domain.slots import Lane, Rules
from chatbot.domain.text import clean
from chatbot.domain.welcome import LINES, lines
from chatbot.materials import load_languages
from chatbot.services.availability import AvailabilityService
from chatbot.services.call_desk import CallDeskService, Keep
from chatbot.services.callbacks import CallbackService, Terms
from chatbot.services.faq import FaqService
from chatbot.services.handover import HandoverService
from chatbot.services.notifying import Notifier, Ways
from chatbot.services.promises import PromiseService
from chatbot.services.rendering import UnknownPlaceholder, plain
from chatbot.services.retention import RetentionService
from chatbot.services.retention import Terms as RetentionTerms
from chatbot.services.sessions import SessionService
from chatbot.services.sweeper import Patience, Sweeper
from chatbot.services.telling import Telling
from chatbot.services.voice import Voice
from chatbot.settings import Callbacks, Settings, SettingsError, overlaid, written
from chatbot.web.languages import Language, Languages
from chatbot.web.site import Site

MINUTE: Final = 60_000
DAY: Final = 86_400_000
_KEYS: Final = {line.name: line.key for line in LINES}


@dataclass(frozen=True, slots=True)
class Parts:
    """What speaks, or acts by itself, with values of settings."""

    languages: Languages
    voice: Voice
    faq: FaqService
    promises: PromiseService
    sweeper: Sweeper


@dataclass(frozen=True, slots=True)
class Places:
    """What others ask for values of settings."""

    site: Site
    telling: Mapping[str, Telling]
    availability: AvailabilityService
    handover: HandoverService
    sessions: SessionService
    notifier: Notifier
    callbacks: CallbackService
    calls: CallDeskService
    retention: RetentionService


class Overlay:
    """Turns what admins typed into a service that does it.

    `values` always holds every editable setting, so it does not matter which of them `base` has.
    """

    def __init__(
        self, base: Settings, parts: Parts, places: Places, own_secret: Callable[[], bytes]
    ) -> None:
        """`own_secret` is for a webhook where no admin entered one; it may block."""
        self._base = base
        self._own_secret = own_secret
        self._shipped = base_values(base, parts.languages)
        self._parts = parts
        self._places = places

    async def prepare(self, values: Mapping[str, str]) -> Callable[[], None]:
        """Try `values`; return what brings them into effect.

        Raises:
            Invalid: a `value` is needed by a text, or names something that there is not.
        """
        parts, places = self._parts, self._places
        try:
            settings, languages, secret = await asyncio.to_thread(self._read, values)
            plain(values[CHAT_MESSAGE], settings.placeholders)
            texts = {one.code: one.texts for one in languages}
            voice = Voice(texts, settings.placeholders)
            published = await parts.faq.spoken_by(voice)
            parts.promises.spoken_by(voice)
        except SettingsError as error:
            raise Invalid(value="unknown") from error
        except UnknownPlaceholder as error:
            raise Invalid(value="needed") from error

        def take() -> None:
            parts.languages.take(list(languages))
            parts.voice.take(texts, settings.placeholders)
            places.site.take(site_values(settings))
            for code, telling in places.telling.items():
                telling.take(texts[code])
            parts.faq.take(published, settings.wrong_share)
            parts.promises.forget_rendered()
            places.availability.switched_off = values[CHAT] == "off"
            places.availability.notice = values[CHAT_MESSAGE]
            places.handover.patience = int(settings.wait_minutes * MINUTE)
            places.sessions.take(lifetime(settings))
            places.notifier.take(ways(settings, secret))
            places.callbacks.terms = terms(settings.callbacks)
            places.calls.keep = keep(settings.callbacks)
            places.retention.terms = kept_for(settings)
            parts.sweeper.patience = patience(settings)

        return take

    def _read(self, values: Mapping[str, str]) -> tuple[Settings, Languages, bytes]:
        """Read what the disk has for `values`; it blocks."""
        settings, secret = overlaid(self._base, values), values[HOOK_SECRET].encode()
        if settings.webhook and not secret:
            secret = self._own_secret()
        return settings, load_languages(settings, self._own(values)), secret

    def _own(self, values: Mapping[str, str]) -> Mapping[str, Mapping[str, str]]:
        """Return the sentences that an admin wrote anew, by language and key."""
        own: dict[str, dict[str, str]] = {}
        for name, text in values.items():
            if name.startswith(WELCOME) and text != self._shipped[name]:
                line, _, language = name.removeprefix(WELCOME).partition(".")
                own.setdefault(language, {})[_KEYS[line]] = text
        return own


def base_values(settings: Settings, languages: Iterable[Language]) -> dict[str, str]:
    """Return what every editable setting is without an admin's change."""
    said = {
        f"{WELCOME}{line.name}.{one.code}": clean(one.texts.area(line.key)[line.key])
        for one in languages
        for line in lines(one.code)
    }
    return {**written(settings), **said, CHAT: "on", CHAT_MESSAGE: "", HOOK_SECRET: ""}


def site_values(settings: Settings) -> dict[str, Any]:
    """Return what the web layer knows of the settings and an admin may change."""
    return {
        "organisation": settings.organisation,
        "name": settings.site_name,
        "exit_url": settings.exit_url,
        "exit_site": settings.exit_site,
        "neutral_title": settings.neutral_title,
        "placeholders": settings.placeholders,
        "allowed_sites": settings.allowed_sites,
        "number_shown": settings.callbacks.number_shown,
        "wait_target": int(settings.wait_target_minutes * MINUTE),
        "second_factor_required": settings.second_factor == "required",
    }


def ways(settings: Settings, secret: bytes) -> Ways:
    """Return how staff, and another system, are told that a chat needs somebody."""
    return Ways(
        patience=int(settings.mail_after_minutes * MINUTE),
        mail=settings.send_mail == "on",
        staff=Mailed(settings.mail_staff),
        mailboxes=settings.mail_to,
        push=settings.send_push == "on",
        url=settings.webhook if settings.send_webhook == "on" else "",
        secret=secret,
        quiet=settings.quiet,
    )


def patience(settings: Settings) -> Patience:
    """Return how long each thing may take."""
    return Patience(
        answer_again=int(settings.answer_again_seconds * 1000),
        idle=int(settings.idle_minutes * MINUTE),
        idle_grace=int(settings.idle_grace_minutes * MINUTE),
    )


def lifetime(settings: Settings) -> Lifetime:
    """Return how long staff stay signed in."""
    return Lifetime(
        idle=int(settings.session_idle_minutes * MINUTE),
        whole=int(settings.session_hours * 60 * MINUTE),
    )


def terms(given: Callbacks) -> Terms:
    """Return when and how often people are rung."""
    rules = Rules(
        length=given.slot_minutes * MINUTE,
        lead=given.lead_minutes * MINUTE,
        days=given.days_ahead,
        room={Lane.OWN: given.capacity, Lane.THIRD: given.third_party_capacity},
    )
    return Terms(rules, given.week, given.tries)


def kept_for(settings: Settings) -> RetentionTerms:
    """Return how long chats and concerns are kept."""
    return RetentionTerms(settings.keep_chats_days * DAY, settings.keep_concerns_days * DAY)


def keep(given: Callbacks) -> Keep:
    """Return how long callback requests are kept."""
    return Keep(
        completed=given.keep_completed_days * DAY,
        unfinished=given.keep_unfinished_days * DAY,
        cancelled=given.keep_cancelled_days * DAY,
    )
