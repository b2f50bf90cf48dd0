"""The settings that an admin may change while the service runs: one table, and what each takes.

A value is text, as it is typed and kept. What it is called and what it does stands in the
catalogue under `setting.NAME` and `setting.NAME.hint`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.errors import Invalid
from chatbot.domain.hours import parse_week
from chatbot.domain.notices import Mailed, parse_quiet
from chatbot.domain.text import clean
from chatbot.domain.welcome import Line, lines

LINE_LIMIT: Final = 120
TEXT_LIMIT: Final = 600
SITES_LIMIT: Final = 50
MAILBOXES_LIMIT: Final = 5
SECRET_LIMITS: Final = (16, 200)
"""Characters of a secret, which a machine made up."""
MOST_MINUTES: Final = 1_440
MOST_DAYS: Final = 3_650
SITE: Final = re.compile(r"https?://(\*\.(?=.*\.))?([a-z0-9_-]+\.)*[a-z0-9_-]+(:[0-9]+)?")
"""An origin as browsers write it; a star stands for any names below a domain of two or more."""
_SHARE: Final = re.compile(r"at most (\d{1,6}) (?:in|of|out of) (\d{1,6})")
_PHONE: Final = re.compile(r"\+?[0-9][0-9 ()-]{2,18}")
_ADDRESS: Final = re.compile(r"https://[a-z0-9.-]+(:[0-9]+)?(/\S*)?")
MAILBOX: Final = re.compile(r"[a-z0-9._%+'-]{1,64}@([a-z0-9-]+\.)+[a-z]{2,24}")
_COUNT: Final = re.compile(r"[0-9]{1,5}")
_MINUTES: Final = re.compile(r"\d{1,4}(\.\d{1,2})?")
CHECKED: Final = "2026-11-23"
"""When the numbers that are shipped were checked."""
CHECK_DAYS: Final = 183
"""Numbers change: each is to be checked twice a year."""


class Group(StrEnum):
    """What belongs together on the page, in its order."""

    CHAT = "chat"
    IDENTITY = "identity"
    CONTACT = "contact"
    HELPLINES = "helplines"
    WELCOME = "welcome"
    WAITING = "waiting"
    NOTIFYING = "notifying"
    CALLBACKS = "callbacks"
    KEEPING = "keeping"
    ANSWERS = "answers"
    LEAVING = "leaving"
    SITES = "sites"
    SIGNING_IN = "signing_in"


class Kind(StrEnum):
    """How a value is typed and what is asked of it."""

    LINE = "line"
    TEXT = "text"
    WELCOME = "welcome"
    PHONE = "phone"
    MINUTES = "minutes"
    COUNT = "count"
    WEEK = "week"
    SHARE = "share"
    SITES = "sites"
    ADDRESS = "address"
    CHOICE = "choice"
    DAY = "day"
    QUIET = "quiet"
    MAILBOXES = "mailboxes"
    SECRET = "secret"  # noqa: S105  # its name


@dataclass(frozen=True, slots=True)
class Editable:
    """One setting.

    `choices` are the values of a CHOICE, `most` is the highest of a COUNT, `line` what
    a WELCOME is.
    """

    name: str
    group: Group
    kind: Kind
    choices: tuple[str, ...] = ()
    optional: bool = False
    most: int = 0
    line: Line | None = None

    @property
    def has_date(self) -> bool:
        """Tell whether somebody has to look from time to time if it is still right."""
        return self.group is Group.HELPLINES

    @property
    def opens(self) -> bool:
        """Tell whether it decides who gets in, or where people are led or the service calls."""
        return self.group in {Group.LEAVING, Group.SITES, Group.SIGNING_IN, Group.NOTIFYING}

    def clean(self, given: str) -> str:
        """Return the value that is kept for what was typed.

        Raises:
            Invalid: `value` cannot be used.
        """
        text = clean(given)
        if self.kind not in {Kind.TEXT, Kind.SITES, Kind.MAILBOXES}:
            text = " ".join(text.split())
        if not text:
            if self.optional:
                return ""
            raise Invalid(value="empty")
        return _CLEAN[self.kind](self, text)


def share(words: str) -> float | None:
    """Return the share that words such as `at most 5 in 100` allow; None for any others.

    >>> share("at most 5 in 100")
    0.05
    """
    found = _SHARE.fullmatch(words.strip().lower())
    allowed = int(found[1]) / max(1, int(found[2])) if found else 0
    return allowed if 0 < allowed < 1 else None


def _short(setting: Editable, text: str) -> str:
    limit = TEXT_LIMIT if setting.kind is Kind.TEXT else LINE_LIMIT
    if len(text) > limit:
        raise Invalid(value="too_long")
    return text


def _fitting(pattern: re.Pattern[str], reason: str, setting: Editable, text: str) -> str:
    if not pattern.fullmatch(_short(setting, text)):
        raise Invalid(value=reason)
    return text


def _phone(setting: Editable, text: str) -> str:
    return _fitting(_PHONE, "no_phone", setting, text)


def _address(setting: Editable, text: str) -> str:
    return _fitting(_ADDRESS, "no_address", setting, text)


def _minutes(setting: Editable, text: str) -> str:
    minutes = float(_fitting(_MINUTES, "no_minutes", setting, text))
    if not 0 < minutes <= MOST_MINUTES:
        raise Invalid(value="no_minutes")
    return f"{minutes:g}"


def _count(setting: Editable, text: str) -> str:
    if not (_COUNT.fullmatch(text) and 0 < int(text) <= setting.most):
        raise Invalid(value="no_count")
    return str(int(text))


def _week(setting: Editable, text: str) -> str:
    try:
        parse_week(_short(setting, text))
    except Invalid as error:
        raise Invalid(value="no_week") from error
    return text


def _welcome(setting: Editable, text: str) -> str:
    line = setting.line
    if line is None or len(text) > line.limit:
        raise Invalid(value="too_long")
    rest = text
    for placeholder in (*line.may, *line.must):
        rest = rest.replace(placeholder, "")
    if set("{}") & set(rest):
        raise Invalid(value="no_placeholder")
    if not all(needed in text for needed in line.must):
        raise Invalid(value="missing")
    return text


def _share_in_words(setting: Editable, text: str) -> str:
    if share(_short(setting, text)) is None:
        raise Invalid(value="no_share")
    return text.lower()


def _sites(_setting: Editable, text: str) -> str:
    sites = [site.rstrip("/").lower() for site in text.replace(",", " ").split()]
    if len(sites) > SITES_LIMIT or not all(SITE.fullmatch(site) for site in sites):
        raise Invalid(value="no_site")
    return "\n".join(dict.fromkeys(sites))


def _choice(setting: Editable, text: str) -> str:
    if text not in setting.choices:
        raise Invalid(value="unknown")
    return text


def _quiet(_setting: Editable, text: str) -> str:
    try:
        parse_quiet(text)
    except Invalid as error:
        raise Invalid(value="no_quiet") from error
    return text


def _mailboxes(_setting: Editable, text: str) -> str:
    boxes = list(dict.fromkeys(text.replace(",", " ").lower().split()))
    if len(boxes) > MAILBOXES_LIMIT or not all(MAILBOX.fullmatch(box) for box in boxes):
        raise Invalid(value="no_mailbox")
    return "\n".join(boxes)


def _secret(_setting: Editable, text: str) -> str:
    least, most = SECRET_LIMITS
    if not least <= len(text) <= most or " " in text:
        raise Invalid(value="weak_secret")
    return text


_CLEAN: Final = {
    Kind.LINE: _short,
    Kind.TEXT: _short,
    Kind.WELCOME: _welcome,
    Kind.PHONE: _phone,
    Kind.MINUTES: _minutes,
    Kind.COUNT: _count,
    Kind.WEEK: _week,
    Kind.SHARE: _share_in_words,
    Kind.SITES: _sites,
    Kind.ADDRESS: _address,
    Kind.CHOICE: _choice,
    Kind.DAY: _short,
    Kind.QUIET: _quiet,
    Kind.MAILBOXES: _mailboxes,
    Kind.SECRET: _secret,
}
_HELPLINES: Final = (
    "national_helpline",
    "hampshire_helpline",
    "mens_helpline",
    "lgbt_helpline",
    "respect",
    "samaritans",
    "shout",
    "childline",
    "karma_nirvana",
    "pippa",
)
_KEPT: Final = ("keep_completed_days", "keep_unfinished_days", "keep_cancelled_days")
_SWITCH: Final = ("on", "off")
CHAT: Final = "chat"
CHAT_MESSAGE: Final = "chat_message"
HOOK_SECRET: Final = "webhook_secret"  # noqa: S105  # its name
WELCOME: Final = "welcome."
CHECK: Final = "checked."
_TABLE: Final = (
    Editable(CHAT, Group.CHAT, Kind.CHOICE, _SWITCH),
    Editable(CHAT_MESSAGE, Group.CHAT, Kind.TEXT, optional=True),
    Editable("organisation", Group.IDENTITY, Kind.LINE),
    Editable("site_name", Group.IDENTITY, Kind.LINE),
    Editable("contacts.charity_number", Group.IDENTITY, Kind.LINE, optional=True),
    Editable("contacts.phone", Group.CONTACT, Kind.PHONE),
    Editable("contacts.advice_line", Group.CONTACT, Kind.PHONE, optional=True),
    *(Editable(f"contacts.{n}", Group.HELPLINES, Kind.PHONE, optional=True) for n in _HELPLINES),
    Editable("wait_target_minutes", Group.WAITING, Kind.MINUTES),
    Editable("wait_minutes", Group.WAITING, Kind.MINUTES),
    Editable("idle_minutes", Group.WAITING, Kind.MINUTES),
    Editable("idle_grace_minutes", Group.WAITING, Kind.MINUTES),
    Editable("send_mail", Group.NOTIFYING, Kind.CHOICE, _SWITCH),
    Editable("mail_staff", Group.NOTIFYING, Kind.CHOICE, tuple(Mailed)),
    Editable("mail_to", Group.NOTIFYING, Kind.MAILBOXES, optional=True),
    Editable("mail_after_minutes", Group.NOTIFYING, Kind.MINUTES),
    Editable("quiet_hours", Group.NOTIFYING, Kind.QUIET, optional=True),
    Editable("send_push", Group.NOTIFYING, Kind.CHOICE, _SWITCH),
    Editable("send_webhook", Group.NOTIFYING, Kind.CHOICE, _SWITCH),
    Editable("webhook", Group.NOTIFYING, Kind.ADDRESS, optional=True),
    Editable(HOOK_SECRET, Group.NOTIFYING, Kind.SECRET, optional=True),
    Editable("callbacks.hours", Group.CALLBACKS, Kind.WEEK),
    Editable("callbacks.lead_minutes", Group.CALLBACKS, Kind.COUNT, most=10_080),
    Editable("callbacks.days_ahead", Group.CALLBACKS, Kind.COUNT, most=60),
    Editable("callbacks.capacity", Group.CALLBACKS, Kind.COUNT, most=50),
    Editable("callbacks.third_party_capacity", Group.CALLBACKS, Kind.COUNT, most=50),
    Editable("callbacks.tries", Group.CALLBACKS, Kind.COUNT, most=20),
    Editable("callbacks.number_shown", Group.CALLBACKS, Kind.PHONE, optional=True),
    Editable("keep_chats_days", Group.KEEPING, Kind.COUNT, most=MOST_DAYS),
    Editable("keep_concerns_days", Group.KEEPING, Kind.COUNT, most=MOST_DAYS),
    *(Editable(f"callbacks.{n}", Group.KEEPING, Kind.COUNT, most=MOST_DAYS) for n in _KEPT),
    Editable("wrong_answers", Group.ANSWERS, Kind.SHARE),
    Editable("exit_url", Group.LEAVING, Kind.ADDRESS),
    Editable("exit_site", Group.LEAVING, Kind.LINE),
    Editable("neutral_title", Group.LEAVING, Kind.LINE, optional=True),
    Editable("allowed_sites", Group.SITES, Kind.SITES, optional=True),
    Editable("second_factor", Group.SIGNING_IN, Kind.CHOICE, ("optional", "required")),
    Editable("session_idle_minutes", Group.SIGNING_IN, Kind.MINUTES),
)


SECRETS: Final = frozenset(one.name for one in _TABLE if one.kind is Kind.SECRET)
"""What is kept encrypted, and shown to nobody."""


def table(languages: Iterable[str]) -> Mapping[str, Editable]:
    """Return every setting by its name; each line of the welcome is one for each language."""
    welcomes = (_line(line, code) for code in languages for line in lines(code))
    return {one.name: one for one in (*_TABLE, *welcomes)}


def _line(line: Line, language: str) -> Editable:
    name = f"{WELCOME}{line.name}.{language}"
    return Editable(name, Group.WELCOME, Kind.WELCOME, optional=line.optional, line=line)


def check_of(name: str) -> Editable:
    """Return the day on which somebody looked whether a setting is still right, as a setting."""
    return Editable(f"{CHECK}{name}", Group.HELPLINES, Kind.DAY)
