"""The table of settings that admins may change: what each takes, and that each is explained."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.content import loading, pseudo
from chatbot.domain.editable import Editable, Kind, table
from chatbot.domain.errors import Invalid
from chatbot.materials import load_languages
from chatbot.overlay import base_values
from chatbot.settings import Settings, SettingsError, fixed, load, overlaid, written

SETTINGS = Settings()
TABLE = table(SETTINGS.languages)
SHIPPED = base_values(SETTINGS, load_languages(SETTINGS))
STAFF = loading.texts()
TAKEN: dict[str, dict[str, str | None]] = {
    "contacts.phone": {" 023 8000  1061 ": "023 8000 1061", "+44 (23) 80001061": None},
    "wait_minutes": {"5": None, "0.50": "0.5", " 02 ": "2"},
    "wrong_answers": {"At most 1 out of 50": "at most 1 out of 50"},
    "allowed_sites": {
        "https://A.example.org/, https://*.example.org": (
            "https://a.example.org\nhttps://*.example.org"
        ),
        "http://localhost:9000\nhttp://localhost:9000": "http://localhost:9000",
        "": None,
    },
    "exit_url": {"https://www.example.org/a?b": None},
    "second_factor": {"required": None},
    "organisation": {" a \n b ": "a b", "=1+1": None},
    "welcome.about.en": {"I am {organisation}.\nHello": "I am {organisation}. Hello"},
    "welcome.ways.en": {"Ring {phone}.": None},
    "welcome.emergency_call.pl": {"Dzwoń: 999": None},
    "welcome.name.en": {" ": ""},
    "neutral_title": {"  ": ""},
    "callbacks.tries": {"3": None, "007": "7"},
    "callbacks.hours": {"mon-fri 09:00-17:00": None},
    "mail_to": {"Team@Example.org, b@c.example\nteam@example.org": "team@example.org\nb@c.example"},
    "quiet_hours": {"22:00-07:30": None, "": None},
    "send_mail": {"off": None},
    "mail_staff": {"present": None},
    "webhook_secret": {"0123456789abcdef": None, " ": ""},
}
REFUSED = {
    "contacts.phone": {"": "empty", "ring us": "no_phone", "12": "no_phone", "1" * 200: "too_long"},
    "wait_minutes": {
        "0": "no_minutes",
        "-1": "no_minutes",
        "1e3": "no_minutes",
        "9999": "no_minutes",
    },
    "wrong_answers": {
        "few": "no_share",
        "at most 5 in 5": "no_share",
        "at most 1 in 0": "no_share",
    },
    "allowed_sites": {
        "example.org": "no_site",
        "https://*.org": "no_site",
        "https://a.b/c": "no_site",
    },
    "exit_url": {"http://example.org": "no_address", "https://a b": "no_address"},
    "second_factor": {"maybe": "unknown"},
    "callbacks.tries": {"0": "no_count", "99": "no_count", "1.5": "no_count", "²": "no_count"},
    "callbacks.hours": {"nine to five": "no_week"},
    "mail_to": {"team": "no_mailbox", "a@b.c\nBob <b@c.example>": "no_mailbox"},
    "quiet_hours": {"22-7": "no_quiet", "24:00-07:00": "no_quiet", "07:00-07:00": "no_quiet"},
    "send_webhook": {"": "empty", "yes": "unknown"},
    "webhook": {"http://hooks.example.org": "no_address"},
    "webhook_secret": {"x" * 15: "weak_secret", "x" * 201: "weak_secret", "a " * 20: "weak_secret"},
    "organisation": {"x" * 121: "too_long", "\u200b": "empty"},
    "welcome.about.en": {
        "{phone}": "no_placeholder",
        "a } b": "no_placeholder",
        "{organisation": "no_placeholder",
        "x" * 161: "too_long",
    },
    "welcome.heading.en": {"x" * 41: "too_long", "{organisation}": "no_placeholder"},
    "welcome.closed_until.en": {"Nobody is here.": "missing", "{when} {phone}": "no_placeholder"},
    "welcome.ways.en": {"Ring us.": "missing"},
    "welcome.emergency.en": {"": "empty"},
    "welcome.emergency_call.pl": {"": "empty", "Dzwoń pod 112": "missing"},
    "welcome.leave.en": {" \u200b": "empty"},
    "welcome.shift.en": {"": "empty", "Press the key.": "missing"},
}


def pairs(of: dict[str, dict[str, str | None]]) -> list[tuple[str, str, str]]:
    return [
        (name, given, told if told is not None else given)
        for name, cases in of.items()
        for given, told in cases.items()
    ]


@pytest.mark.parametrize(("name", "given", "kept"), pairs(TAKEN))
def test_what_can_be_used_is_kept(name: str, given: str, kept: str) -> None:
    assert TABLE[name].clean(given) == kept


@pytest.mark.parametrize(
    ("name", "given", "why"), [(n, g, w) for n, cases in REFUSED.items() for g, w in cases.items()]
)
def test_what_cannot_be_used_is_refused_with_its_reason(name: str, given: str, why: str) -> None:
    with pytest.raises(Invalid) as refusal:
        TABLE[name].clean(given)
    assert refusal.value.fields == {"value": why}
    assert f"settings.wrong.{why}" in STAFF


@pytest.mark.parametrize("setting", TABLE.values(), ids=lambda one: one.name)
@given(st.text(max_size=40))
def test_what_is_kept_is_kept_again(setting: Editable, given: str) -> None:
    try:
        kept = setting.clean(given)
    except Invalid:
        return
    assert setting.clean(kept) == kept


@pytest.mark.parametrize("setting", TABLE.values(), ids=lambda one: one.name)
def test_every_setting_is_named_explained_and_takes_what_is_shipped(setting: Editable) -> None:
    name = setting.name.rpartition(".")[0] if setting.kind is Kind.WELCOME else setting.name
    hint = "helpline" if setting.has_date else name
    wanted = [f"setting.{name}", f"setting.{hint}.hint"]
    wanted += [f"setting.{name}.{choice}" for choice in setting.choices]
    assert [key for key in wanted if key not in STAFF] == []
    if setting.name in SHIPPED and not (setting.optional and not SHIPPED[setting.name]):
        assert setting.clean(SHIPPED[setting.name]) == SHIPPED[setting.name]


def test_what_is_typed_lies_over_the_settings_and_nothing_else() -> None:
    changed = overlaid(
        SETTINGS,
        {
            "contacts.shout": "85000",
            "wait_minutes": "7.5",
            "allowed_sites": "https://a.example\nhttps://b.example",
            "chat": "off",
            "limits.messages_burst": "9",
        },
    )
    assert changed.contacts.shout == "85000"
    assert changed.wait_minutes == 7.5
    assert changed.allowed_sites == ("https://a.example", "https://b.example")
    assert written(overlaid(changed, written(SETTINGS))) == written(SETTINGS)


def test_what_the_settings_refuse_lies_over_nothing() -> None:
    with pytest.raises(SettingsError):
        overlaid(SETTINGS, {"languages": "xx"})


def test_what_the_environment_says_is_fixed() -> None:
    environment = {"CHATBOT_ORGANISATION": "A", "PATH": "/bin", "CHATBOT_MASTER_KEY": "x"}
    assert fixed(environment) == {"organisation"}
    assert load(None, {"CHATBOT_ORGANISATION": "A"}, {}).organisation == "A"


def test_every_setting_has_a_value_without_a_change() -> None:
    assert TABLE.keys() <= SHIPPED.keys()


def test_what_an_admin_says_is_kept_apart_from_the_numbers_in_it_where_it_is_right_to_left() -> (
    None
):
    """A telephone number must keep the order of its parts."""
    own = {"hours.ways": "Ring {phone}."}
    rtl = loading.texts(pseudo.CODE, own)
    assert rtl("hours.ways", phone="1 2") == "Ring \u20681 2\u2069."
    settings = replace(SETTINGS, languages=(pseudo.CODE,))
    base = base_values(settings, load_languages(settings))
    name = f"welcome.ways.{pseudo.CODE}"
    assert table([pseudo.CODE])[name].clean(base[name]) == base[name]
