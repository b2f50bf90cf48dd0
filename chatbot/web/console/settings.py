"""The settings that admins change in the browser, each with its explanation, history and undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from aiohttp import web

from chatbot.domain.editable import Editable, Group
from chatbot.domain.errors import Invalid
from chatbot.domain.texts import Texts
from chatbot.services.editable import Board, Item
from chatbot.store.errors import Duplicate, Stale
from chatbot.web import keys, parse
from chatbot.web.console.account import confirm_first, is_proved
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page
from chatbot.web.languages import CHOSEN, ENGLISH, Language

PAGE: Final = "/console/settings"
FIELDS: Final = 4


@dataclass(frozen=True, slots=True)
class Reader:
    """Says what a setting is called and what it does."""

    texts: Texts
    languages: Mapping[str, Language]

    def name(self, name: str) -> str:
        """Return what a setting is called; also one that is a day, or is not there any more."""
        table, _, rest = name.partition(".")
        if table == "checked":
            return self.texts("settings.checked_of", name=self.name(rest))
        line, _, code = name.rpartition(".")
        if table == "welcome" and f"setting.{line}" in self.texts:
            language = self.languages[code].name if code in self.languages else code
            return self.texts("settings.in_language", line=self.name(line), language=language)
        key = f"setting.{name}"
        return self.texts(key) if key in self.texts else name

    def hint(self, setting: Editable) -> str:
        """Return what a setting does."""
        return self.texts(_hint(setting))

    def tag(self, setting: Editable) -> str:
        """Return the language that the value of a setting is written in; nothing for staff's."""
        language = self.languages.get(setting.name.rpartition(".")[2])
        return language.tag if setting.line and language else ""

    def how(self, setting: Editable) -> str:
        """Return how a value is to be written, where that is not plain."""
        line = setting.line
        if line is None:
            key = f"settings.how.{setting.kind}"
            return self.texts(key) if key in self.texts else ""
        sentences = [self.texts("settings.how.welcome", limit=line.limit)]
        for key, parts in (("may", line.may), ("must", line.must)):
            sentences += [self.texts(f"settings.how.{key}", part=part) for part in parts]
        return " ".join(sentences)

    def value(self, name: str, value: str | None) -> str:
        """Return a value for people."""
        if value is None:
            return self.texts("settings.default")
        key = f"setting.{name}.{value or 'none'}"
        if key in self.texts:
            return self.texts(key)
        return value or self.texts("settings.nothing")


def _hint(setting: Editable) -> str:
    name = setting.name.rpartition(".")[0] if setting.line else setting.name
    return "setting.helpline.hint" if setting.has_date else f"setting.{name}.hint"


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed and cannot be used, and why, by field."""

    name: str
    value: str
    reason: str
    wrong: Mapping[str, str]


async def show_settings(request: web.Request) -> web.Response:
    """GET /console/settings."""
    return await _page(request)


async def save_setting(request: web.Request) -> web.Response:
    """POST /console/settings/{name}: a new value, against the version that was looked at."""
    name, fields = request.match_info["name"], await parse.form(request, FIELDS)
    editable = request.app[keys.EDITABLE]
    if name not in editable.table:
        raise web.HTTPNotFound
    if editable.table[name].opens and not is_proved(request):
        return confirm_first(f"{PAGE}#{name}")
    value, reason = fields.get("value", ""), fields.get("reason", "")
    try:
        seen = parse.whole(fields.get("seen", ""), "value")
        await editable.save(name, value, seen, request[keys.PERSON].id, reason)
    except Invalid as refusal:
        typed = Typed(name, value, reason, _why(request, refusal.fields))
        return await _page(request, 422, typed)
    except (Stale, Duplicate):
        typed = Typed(name, value, reason, {"value": error(request, "stale")})
        return await _page(request, 409, typed)
    return see_other(f"{PAGE}?done=setting#{name}")


async def check_setting(request: web.Request) -> web.Response:
    """POST /console/settings/{name}/checked: somebody rang the number, and it is right."""
    name, editable = request.match_info["name"], request.app[keys.EDITABLE]
    if name not in editable.table or not editable.table[name].has_date:
        raise web.HTTPNotFound
    await editable.checked(name, request[keys.PERSON].id)
    return see_other(f"{PAGE}?done=checked#{name}")


async def undo_setting(request: web.Request) -> web.Response:
    """POST /console/settings/undo/{id}: put back what was there before a change."""
    version, editable = parse.whole(request.match_info["id"], "value"), request.app[keys.EDITABLE]
    try:
        if (await editable.changed_by(version)).opens and not is_proved(request):
            return confirm_first(f"{PAGE}#changes")
        await editable.undo(version, request[keys.PERSON].id)
    except Invalid as refusal:
        (why,) = _why(request, refusal.fields).values()
        return await _page(request, 422, alert=why)
    except (Stale, Duplicate):
        return await _page(request, 409, alert=error(request, "stale"))
    return see_other(f"{PAGE}?done=undone#changes")


def _why(request: web.Request, reasons: Mapping[str, str]) -> dict[str, str]:
    texts = request[CHOSEN].language.texts
    return {field: texts(f"settings.wrong.{reason}") for field, reason in reasons.items()}


async def _page(
    request: web.Request, status: int = 200, typed: Typed | None = None, alert: str = ""
) -> web.Response:
    board = await request.app[keys.EDITABLE].board()
    people = {person.id: person.name for person in await request.app[keys.PEOPLE].everyone()}
    languages = {one.code: one for one in request.app[keys.LANGUAGES]}
    return page(
        request,
        "settings.html",
        status,
        groups=_groups(board),
        due=sum(item.due for item in board.items),
        changes=board.changes,
        undoable=board.undoable,
        reader=Reader(request[CHOSEN].language.texts, languages),
        people=people,
        told=request.app[keys.TELLING][ENGLISH].moment,
        typed=typed,
        mail=request.app[keys.NOTIFIER].mail,
        alert=alert,
        done=done(request),
    )


def _groups(board: Board) -> Sequence[tuple[Group, Sequence[Item]]]:
    return [
        (group, [item for item in board.items if item.setting.group is group]) for group in Group
    ]
