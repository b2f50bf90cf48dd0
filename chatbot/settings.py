"""Every setting of an installation, from a TOML file and the environment.

The environment wins over the file, the command line over both. A setting that does not exist, or
has a wrong type, stops the start with a sentence that names it. Secrets are not here: see
`credentials`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from math import inf
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from chatbot.content import loading
from chatbot.domain.editable import HOOK_SECRET, MAILBOX, SITE, share
from chatbot.domain.errors import Invalid
from chatbot.domain.hours import Week, parse_week
from chatbot.domain.notices import Mailed, parse_quiet

PREFIX: Final = "CHATBOT_"
MASTER_KEY: Final = "CHATBOT_MASTER_KEY"
WEBHOOK_SECRET: Final = "CHATBOT_WEBHOOK_SECRET"  # noqa: S105  # its name
MAIL_PASSWORD: Final = "CHATBOT_MAIL_PASSWORD"  # noqa: S105  # likewise
SECRETS: Final = frozenset({MASTER_KEY, WEBHOOK_SECRET, MAIL_PASSWORD})
"""What is no setting: from the environment, or from a file that nobody else can read."""
HIGHEST_PORT: Final = 65_535
TABLES: Final = frozenset({"contacts", "limits", "callbacks"})
"""Settings of their own in the file; the environment has none of them."""
_MANY: Final = frozenset(
    {"allowed_sites", "trusted_proxies", "languages", "push_services", "mail_to"}
)
_CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "loop": ("uvloop", "asyncio"),
    "second_factor": ("optional", "required"),
    "mail_staff": tuple(Mailed),
    **dict.fromkeys(("send_mail", "send_push", "send_webhook"), ("on", "off")),
}


class SettingsError(Exception):
    """A setting cannot be used; the message is for the person who deploys."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """Numbers that answers and pages refer to as `{name}`; checked on 2026-11-23.

    An empty value means that the number is not known, and nothing may refer to it.
    """

    phone: str = "023 8000 1061"
    advice_line: str = "023 8000 9898"
    national_helpline: str = "0808 2000 247"
    hampshire_helpline: str = "03300 165112"
    mens_helpline: str = "0808 801 0327"
    lgbt_helpline: str = "0800 999 5428"
    respect: str = "0808 802 4040"
    samaritans: str = "116 123"
    shout: str = "85258"
    childline: str = "0800 1111"
    karma_nirvana: str = "0800 5999 247"
    pippa: str = "023 8091 7917"
    charity_number: str = "1055209"


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one visitor may ask of the service; see docs/operations/settings.md for units."""

    messages_per_second: float = 1.0
    messages_burst: int = 8
    messages_per_5_minutes: int = 60
    frames_per_second: float = 10.0
    frames_burst: int = 20
    requests_per_second: float = 10.0
    requests_burst: int = 40
    conversations_per_hour: int = 30
    callbacks_per_hour: int = 10
    sockets_per_conversation: int = 5
    sockets_per_address: int = 20
    handshakes_per_minute: int = 10


@dataclass(frozen=True, slots=True)
class Callbacks:
    """When and how often people are rung who asked for it; docs/operations/callbacks.md."""

    hours: str = "mon-fri 10:00-16:00"
    slot_minutes: int = 30
    lead_minutes: int = 120
    days_ahead: int = 7
    capacity: int = 1
    third_party_capacity: int = 1
    tries: int = 3
    number_shown: str = ""
    keep_completed_days: int = 90
    keep_unfinished_days: int = 90
    keep_cancelled_days: int = 30

    @property
    def week(self) -> Week:
        """When people are rung where no opening hours are known."""
        return _week("callbacks.hours", self.hours)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings. Times are in the unit that their name says."""

    host: str = "127.0.0.1"
    port: int = 8080
    database: str = "sqlite:///data/chat.db"
    broker: str = ""
    data: str = ""
    loop: str = "uvloop"
    allowed_sites: tuple[str, ...] = ()
    trusted_proxies: tuple[str, ...] = ()
    organisation: str = "The Hampton Trust"
    site_name: str = "Project CARA"
    exit_url: str = "https://www.bbc.co.uk/weather"
    exit_site: str = "BBC Weather"
    languages: tuple[str, ...] = ("en", "pl")
    neutral_title: str = ""
    keep_chats_days: int = 30
    keep_concerns_days: int = 365
    idle_minutes: float = 60.0
    idle_grace_minutes: float = 10.0
    wait_minutes: float = 5.0
    wait_target_minutes: float = 2.0
    answer_again_seconds: float = 10.0
    model: str = ""
    second_factor: str = "optional"
    session_idle_minutes: float = 60.0
    session_hours: float = 12.0
    wrong_answers: str = "at most 5 in 100"
    opening_hours: str = ""
    address: str = ""
    mail_server: str = ""
    mail_from: str = ""
    mail_after_minutes: float = 3.0
    send_mail: str = "on"
    mail_staff: str = "everybody"
    mail_to: tuple[str, ...] = ()
    quiet_hours: str = ""
    send_push: str = "on"
    send_webhook: str = "on"
    webhook: str = ""
    push_services: tuple[str, ...] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "*.push.apple.com",
        "*.notify.windows.com",
    )
    contacts: Contacts = field(default_factory=Contacts)
    limits: Limits = field(default_factory=Limits)
    callbacks: Callbacks = field(default_factory=Callbacks)

    @property
    def wrong_share(self) -> float:
        """The share of wrong answers, among those given, that `wrong_answers` allows."""
        allowed = share(self.wrong_answers)
        if allowed is None:
            example = "at most 5 in 100"
            raise SettingsError(
                f'wrong_answers must be words such as "{example}", not {self.wrong_answers!r}'
            )
        return allowed

    @property
    def week(self) -> Week:
        """When people are there to chat, by `opening_hours`; an admin's own hours come first."""
        return _week("opening_hours", self.opening_hours)

    @property
    def quiet(self) -> tuple[int, int]:
        """The quiet hours of staff who have not said their own, as minutes of the day."""
        try:
            return parse_quiet(self.quiet_hours)
        except Invalid as error:
            raise SettingsError(
                f'quiet_hours must be words such as "22:00-07:00", not {self.quiet_hours!r}'
            ) from error

    @property
    def data_folder(self) -> Path:
        """The only folder that the service writes to: beside the SQLite file, or `data`."""
        if self.data:
            return Path(self.data)
        if self.database.startswith("sqlite:///"):
            return Path(self.database.removeprefix("sqlite:///")).parent
        return Path("data")

    @property
    def placeholders(self) -> Mapping[str, str]:
        """What answers and pages may refer to; unset contacts are left out."""
        values = {f.name: getattr(self.contacts, f.name) for f in fields(self.contacts)}
        values |= {
            "exit_site": self.exit_site,
            "organisation": self.organisation,
            "site_name": self.site_name,
        }
        return {name: value for name, value in values.items() if value}


def _week(name: str, words: str) -> Week:
    try:
        return parse_week(words)
    except Invalid as error:
        example = "mon-fri 09:00-17:00, sat 10:00-13:00"
        raise SettingsError(f'{name} must be words such as "{example}", not {words!r}') from error


def load(
    file: Path | None, environment: Mapping[str, str], overrides: Mapping[str, Any]
) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: the file cannot be read, or a setting is unknown or of a wrong type.
    """
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text("utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"cannot read {file}: {error}") from error
    _refuse_unknown(values)
    values |= _from_environment(environment)
    values |= {name: value for name, value in overrides.items() if value is not None}
    try:
        settings = msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(f"a setting cannot be used: {error}") from error
    return _checked(settings)


def written(settings: Settings) -> dict[str, str]:
    """Return every setting as it is typed, by its name, such as `contacts.phone`."""
    whole = asdict(settings)
    tables = {f"{table}.{name}": v for table in TABLES for name, v in whole.pop(table).items()}
    return {name: _typed(value) for name, value in {**whole, **tables}.items()}


def _typed(value: object) -> str:
    if isinstance(value, tuple):
        return "\n".join(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def overlaid(settings: Settings, values: Mapping[str, str]) -> Settings:
    """Return the settings with what an admin typed in their place, by the names of `written`.

    What is no setting is left out.

    Raises:
        SettingsError: a value cannot be used.
    """
    whole = asdict(settings)
    for name, text in values.items():
        table, _, key = name.rpartition(".")
        place = whole.get(table) if table else whole
        if isinstance(place, dict) and key in place:
            place[key] = tuple(text.split()) if isinstance(place[key], tuple) else text
    try:
        return _checked(msgspec.convert(whole, Settings, strict=False))
    except msgspec.ValidationError as error:
        raise SettingsError(f"a setting cannot be used: {error}") from error


def fixed(environment: Mapping[str, str]) -> frozenset[str]:
    """Return the settings that the environment decides, whatever an admin typed."""
    names = (*(setting.name for setting in fields(Settings)), HOOK_SECRET)
    return frozenset(name for name in names if PREFIX + name.upper() in environment)


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    tables = {"": Settings, "contacts": Contacts, "limits": Limits, "callbacks": Callbacks}
    for table, type_ in tables.items():
        given = values.get(table, {}) if table else values
        known = {f.name for f in fields(type_)}
        if isinstance(given, dict) and (unknown := sorted(set(given) - known)):
            where = f" in [{table}]" if table else ""
            raise SettingsError(f"unknown setting{where}: {', '.join(unknown)}")


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    known = {PREFIX + setting.name.upper() for setting in fields(Settings)} | SECRETS
    known -= {PREFIX + name.upper() for name in TABLES}
    ours = {name for name in environment if name.startswith(PREFIX) and not _for_tests(name)}
    if unknown := sorted(ours - known):
        raise SettingsError(f"unknown setting in the environment: {', '.join(unknown)}")
    for setting in fields(Settings):
        value = environment.get(PREFIX + setting.name.upper())
        if value is None or setting.name in TABLES:
            continue
        many = setting.name in _MANY
        found[setting.name] = tuple(value.replace(",", " ").split()) if many else value
    return found


def _for_tests(name: str) -> bool:
    return name.startswith(f"{PREFIX}TEST_")


def _checked(settings: Settings) -> Settings:
    if not 0 <= settings.port <= HIGHEST_PORT:
        raise SettingsError(f"port must be 0 to 65535, not {settings.port}")
    for name, choices in _CHOICES.items():
        if (value := getattr(settings, name)) not in choices:
            raise SettingsError(f"{name} must be {' or '.join(choices)}, not {value!r}")
    _ = settings.wrong_share, settings.week, settings.callbacks.week, settings.quiet
    _refuse_zero(settings)
    _refuse_unspoken(settings.languages)
    for site in settings.allowed_sites:
        if not SITE.fullmatch(site):
            raise SettingsError(
                "allowed_sites takes origins such as https://example.org or "
                f"https://*.example.org, not {site!r}"
            )
    if not settings.exit_url.startswith("https://"):
        raise SettingsError("exit_url must start with https://")
    _refuse_unsafe(settings)
    return settings


def _refuse_unsafe(settings: Settings) -> None:
    """What goes out goes encrypted, but for a neighbour on the same machine."""
    for name in ("address", "webhook"):
        parts = urlsplit(getattr(settings, name))
        local = parts.hostname in {"localhost", "127.0.0.1", "::1"}
        if parts.geturl() and not (parts.scheme == "https" or (local and parts.scheme == "http")):
            raise SettingsError(f"{name} must start with https://")
    if not all(MAILBOX.fullmatch(box) for box in settings.mail_to):
        raise SettingsError("mail_to takes e-mail addresses such as team@example.org")
    server = urlsplit(settings.mail_server)
    if settings.mail_server and (server.scheme not in {"smtp", "smtps"} or not server.hostname):
        raise SettingsError("mail_server must be like smtp://user@mail.example.org:587 or smtps://")
    if settings.mail_server and "@" not in settings.mail_from:
        raise SettingsError("mail_from must be the address that mail_server sends as")
    if server.password:
        raise SettingsError(f"the password of mail_server belongs in {MAIL_PASSWORD}")


def _refuse_unspoken(languages: tuple[str, ...]) -> None:
    known = sorted(loading.languages())
    if not languages or set(languages) - set(known) or len(set(languages)) < len(languages):
        names = ", ".join(known)
        raise SettingsError(f"languages takes each of {names} once, and at least one of them")


def _refuse_zero(settings: Settings) -> None:
    """A time or a limit of 0, or one that is no number, would stop everybody."""
    times = {name: value for name, value in asdict(settings).items() if isinstance(value, float)}
    calls = asdict(settings.callbacks)
    counts = {name: value for name, value in calls.items() if isinstance(value, int)}
    counts |= {n: getattr(settings, n) for n in ("keep_chats_days", "keep_concerns_days")}
    for name, value in {**times, **asdict(settings.limits), **counts}.items():
        if not 0 < value < inf:
            raise SettingsError(f"{name} must be a number above 0, not {value}")
