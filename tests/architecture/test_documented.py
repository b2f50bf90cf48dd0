"""The documents say what the code does: settings, commands, errors, events, routes and states."""

import re
from dataclasses import fields, is_dataclass
from typing import Any, Final, get_args

import pytest

from chatbot.app import build_app
from chatbot.content import loading
from chatbot.domain.audit import Deed
from chatbot.domain.commands import Command
from chatbot.domain.errors import Refused
from chatbot.settings import MASTER_KEY, Callbacks, Contacts, Limits, Settings
from chatbot.store.errors import StoreError
from chatbot.web.errors import HTTP_CODES, STATUS, status_of
from chatbot.web.route import Audience
from chatbot.web.routes import ROUTES
from docs.generate import EXAMPLES, PARTS, documents, filled
from tests.architecture.project import text

SETTINGS: Final = "docs/operations/settings.md"


def test_every_generated_part_stands_in_one_document() -> None:
    assert sorted(part for parts in documents().values() for part in parts) == sorted(PARTS)


def test_generated_parts_are_up_to_date() -> None:
    stale = [path.name for path in documents() if filled(path.read_text()) != path.read_text()]
    assert not stale, "run `make docs`"


def test_the_states_are_drawn_from_every_command() -> None:
    assert {type(example) for example in EXAMPLES} == set(get_args(Command))


def defaults() -> dict[str, Any]:
    """Return every setting with its default; those of a table as `table.name`."""
    found: dict[str, Any] = {}
    tables: dict[str, Settings | Contacts | Limits | Callbacks]
    tables = {"": Settings(), "contacts.": Contacts(), "limits.": Limits()}
    tables["callbacks."] = Callbacks()
    for table, of in tables.items():
        for setting in fields(of):
            value = getattr(of, setting.name)
            if not is_dataclass(value):
                written = ", ".join(value) if isinstance(value, tuple) else value
                found[table + setting.name] = written
    return found


def test_every_setting_is_documented_and_no_other() -> None:
    rows = re.findall(r"(?m)^\| `([a-z0-9_.]+)` \|", text(SETTINGS))
    assert sorted(rows) == sorted(defaults())


@pytest.mark.parametrize("name", [name for name, value in defaults().items() if value])
def test_a_setting_is_documented_with_its_default(name: str) -> None:
    (row,) = re.findall(rf"(?m)^\| `{re.escape(name)}` \|.*", text(SETTINGS))
    assert f"`{defaults()[name]}`" in row


def test_the_master_key_is_documented() -> None:
    assert f"`{MASTER_KEY}`" in text(SETTINGS)


def kinds(base: type[Exception]) -> set[type[Exception]]:
    """Return every error of ours below a base."""
    return {base}.union(*(kinds(child) for child in base.__subclasses__()))


def test_every_error_of_ours_has_a_status() -> None:
    unmapped = {
        error for error in kinds(StoreError) | kinds(Refused) - {Refused} if not mapped(error)
    }
    assert unmapped == set()


def mapped(error: type[Exception]) -> bool:
    """Tell whether the one table knows the error, itself or by its base."""
    return status_of(error.__new__(error)) is not None


def test_every_code_has_a_sentence() -> None:
    codes = {getattr(error, "code", "internal") for error in STATUS} | set(HTTP_CODES.values())
    texts = loading.texts()
    assert {code for code in codes if f"errors.{code}" not in texts} == set()


def test_every_deed_in_the_audit_has_a_sentence() -> None:
    texts = loading.texts()
    assert {deed for deed in Deed if f"audit.deed.{deed}" not in texts} == set()


def test_every_route_says_for_whom_it_is() -> None:
    assert all(isinstance(route.audience, Audience) for route in ROUTES)


def test_every_address_of_the_service_is_in_the_table() -> None:
    served = {
        (route.method, route.resource.canonical)
        for route in build_app(Settings()).router.routes()
        if route.resource and route.method != "HEAD"
    }
    assert served == {(route.method, re.sub(r":[^{}]+\}", "}", route.path)) for route in ROUTES}
