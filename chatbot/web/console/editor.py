"""One entry of the FAQ: its editor, what publishing would change, its history.

Every form of the editor sends the whole text, which is kept before anything else is done, so a
refusal, a crash or a colleague's save takes nothing away.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from aiohttp import hdrs, web
from markupsafe import Markup

from chatbot.answers.lint import AIM, OLDEST
from chatbot.domain.difference import Piece, changes
from chatbot.domain.errors import Invalid, Refused
from chatbot.domain.faq import Audience, Entry
from chatbot.domain.hours import instant
from chatbot.domain.people import Action
from chatbot.services.editing import Opened, Preview
from chatbot.services.errors import DraftChanged, EntryChanged
from chatbot.store.drafts import Draft
from chatbot.web import keys, parse
from chatbot.web.console import faq
from chatbot.web.console.explaining import explanation
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page
from chatbot.web.errors import json_error, json_response, status_of
from chatbot.web.languages import CHOSEN
from chatbot.web.renderer import apart

FIELDS: Final = 20
LISTS: Final = ("phrasings", "keywords", "confirm")
SHOWN: Final = "%Y-%m-%dT%H:%M"

Fields = Mapping[str, str]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[web.Request, Draft], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True)
class Beside:
    """Another text of the same entry, whose fields are shown beside those that are typed."""

    entry: Entry
    name: str


async def show_entry(request: web.Request) -> web.Response:
    """GET /console/faq/{slug}: the editor; for who may not edit, the entry."""
    opened = await _opened(request)
    person = request[keys.PERSON]
    if not person.may(Action.EDIT_FAQ):
        return _read(request, opened)
    beside = await _overtaking(request, opened) if opened.overtaken else None
    return await _editor(request, opened, opened.entry, beside)


def _read(request: web.Request, opened: Opened) -> web.Response:
    if opened.saved is None:
        raise web.HTTPNotFound
    preview = request.app[keys.EDITING].preview(opened.saved)
    topic = faq.topic_name(request, opened.saved.topic)
    return page(
        request, "faq_read.html", entry=opened.saved, topic=topic, html=_html(preview), tab=""
    )


async def _opened(request: web.Request) -> Opened:
    slug = request.match_info["slug"]
    return await request.app[keys.EDITING].open(request[keys.PERSON], slug)


async def _overtaking(request: web.Request, opened: Opened) -> Beside | None:
    """Return the text that somebody saved after this person began."""
    if opened.saved is None:
        return None
    history = await request.app[keys.EDITING].history(opened.saved.slug)
    return Beside(opened.saved, await _who(request, history[0].saved_by))


async def _who(request: web.Request, person_id: str) -> str:
    texts = request[CHOSEN].language.texts
    names = await faq.names(request)
    return names.get(person_id) or texts("faq.by.command" if person_id else "faq.by.software")


async def _editor(  # noqa: PLR0913  # a page has many parts
    request: web.Request,
    opened: Opened,
    entry: Entry,
    beside: Beside | None = None,
    *,
    status: int = 200,
    alert: str = "",
    errors: Mapping[str, str] | None = None,
    **more: Any,
) -> web.Response:
    editing = request.app[keys.EDITING]
    preview = editing.preview(entry)
    published = request.app[keys.FAQ].published()
    names = await faq.names(request)
    context = {
        "opened": opened,
        "entry": entry,
        "base": opened.saved.revision if opened.saved else 0,
        "version": opened.draft.version if opened.draft else 0,
        "preview": preview,
        "html": _html(preview),
        "beside": beside,
        "conflicts": _conflicts(entry, beside),
        "errors": _sentences(request, errors or {}),
        "alert": alert,
        "done": done(request),
        "topics": list(dict.fromkeys(one.topic for one in published if one.topic)),
        "names": names,
        "today": faq.today(request),
        "audiences": list(Audience),
        "placeholders": sorted(request.app[keys.SITE].placeholders.items()),
        "aim": AIM,
        "oldest": OLDEST,
        "asked": "",
        "tried": None,
        "tab": "edit",
    }
    return page(request, "faq_editor.html", status, **context | more)


def _conflicts(entry: Entry, beside: Beside | None) -> dict[str, Sequence[Piece]]:
    """Return how the other text differs, by field."""
    if beside is None:
        return {}
    return {one.name: one.pieces for one in changes(entry, beside.entry)}


def _html(preview: Preview) -> Markup:
    return apart(preview.html)


def _sentences(request: web.Request, reasons: Mapping[str, str]) -> dict[str, str]:
    texts = request[CHOSEN].language.texts
    return {name: texts(f"errors.field.{reason}") for name, reason in reasons.items()}


def _typed(request: web.Request, given: Fields) -> Entry:
    def lines(name: str) -> tuple[str, ...]:
        return tuple(given.get(name, "").splitlines())

    audience = given.get("audience", "")
    return Entry(
        slug=request.match_info["slug"],
        question=given.get("question", ""),
        answer=given.get("answer", ""),
        phrasings=lines("phrasings"),
        topic=given.get("topic", ""),
        source=given.get("source", ""),
        review_by=given.get("review_by", ""),
        keywords=lines("keywords"),
        confirm=lines("confirm"),
        owner=given.get("owner", ""),
        audience=Audience(audience) if audience in list(Audience) else Audience.EVERYBODY,
        reviewed=faq.today(request) if given.get("checked") else given.get("reviewed", ""),
    )


def kept(act: Act) -> Handler:
    """Make a handler for a form of the editor: keep what was typed, then act on it."""

    async def handler(request: web.Request) -> web.StreamResponse:
        given = await parse.form(request, FIELDS)
        entry = _typed(request, given)
        opened = await _opened(request)
        status = opened.saved.status if opened.saved else entry.status
        entry = replace(entry, status=status)
        try:
            base, version = parse.whole(given.get("base", "")), parse.whole(given["version"])
            person = request[keys.PERSON]
            draft = await request.app[keys.EDITING].keep(person, entry, base, version)
        except (DraftChanged, KeyError) as refusal:
            return await _elsewhere(request, opened, entry, refusal)
        return await act(request, draft)

    handler.__doc__ = act.__doc__
    return handler


async def _elsewhere(
    request: web.Request, opened: Opened, entry: Entry, refusal: Exception
) -> web.StreamResponse:
    """Tell that another window of the same person saved meanwhile, and show both texts."""
    refused = refusal if isinstance(refusal, Refused) else Invalid(version="missing")
    status = status_of(refused) or 400
    if _wants_json(request):
        return json_error(refused, status, request[CHOSEN].language.texts)
    name = request[CHOSEN].language.texts("faq.by.you")
    beside = Beside(opened.entry, name)
    alert = error(request, "draft_changed")
    return await _editor(request, opened, entry, beside, status=status, alert=alert)


def _wants_json(request: web.Request) -> bool:
    return "application/json" in request.headers.get(hdrs.ACCEPT, "")


async def keep(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /console/faq/{slug}/draft: keep it; a program gets the preview as JSON."""
    if not _wants_json(request):
        return see_other(f"{faq.HERE}/{draft.entry.slug}?done=faq_kept")
    opened, preview = await _opened(request), request.app[keys.EDITING].preview(draft.entry)
    request.app[keys.TRIAL].look_at(draft.entry)
    return json_response(
        {
            "version": draft.version,
            "overtaken": opened.overtaken,
            "html": str(_html(preview)),
            "age": round(preview.age),
            "longest": preview.longest,
            "wrong": _sentences(request, preview.wrong),
        }
    )


async def attempt(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /console/faq/{slug}/try: keep it, and ask the assistant with it."""
    opened, asked = await _opened(request), (await parse.form(request, FIELDS)).get("asked", "")
    try:
        explained = await request.app[keys.TRIAL].explain(draft.entry, asked)
    except Invalid as refusal:
        errors = {"asked": refusal.fields["text"]}
        return await _editor(request, opened, draft.entry, status=422, errors=errors, asked=asked)
    tried = explanation(explained)
    return await _editor(request, opened, draft.entry, asked=asked, tried=tried)


async def review(request: web.Request, draft: Draft) -> web.StreamResponse:
    """POST /console/faq/{slug}/review: keep it, and look at what publishing would change."""
    opened = await _opened(request)
    if wrong := request.app[keys.EDITING].preview(draft.entry).wrong:
        return await _editor(request, opened, draft.entry, status=422, errors=wrong)
    if opened.overtaken:
        return await _overtaken(request, opened)
    return see_other(f"{faq.HERE}/{draft.entry.slug}/review")


async def _overtaken(request: web.Request, opened: Opened) -> web.Response:
    beside = await _overtaking(request, opened)
    alert = error(request, "entry_changed")
    return await _editor(request, opened, opened.entry, beside, status=409, alert=alert)


async def show_review(request: web.Request) -> web.Response:
    """GET /console/faq/{slug}/review."""
    opened = await _opened(request)
    return await _review(request, opened)


async def _review(
    request: web.Request, opened: Opened, status: int = 200, **more: Any
) -> web.Response:
    if opened.draft is None:
        raise web.HTTPNotFound
    if opened.overtaken:
        return await _overtaken(request, opened)
    entry = opened.draft.entry
    preview = request.app[keys.EDITING].preview(entry)
    pages = {resource.canonical for resource in request.app.router.resources()}
    effect = await request.app[keys.TRIAL].effect(entry)
    if effect and effect.quotes_visitors:
        await request.app[keys.UNANSWERED].read_by(request[keys.PERSON])
    context = {
        "doubts": await request.app[keys.EDITING].doubts(entry, pages),
        "entry": entry,
        "version": opened.draft.version,
        "changed": changes(opened.saved, entry),
        "preview": preview,
        "html": _html(preview),
        "aim": AIM,
        "oldest": OLDEST,
        "errors": {},
        "publish_at": "",
        "effect": effect,
        "tab": "edit",
    }
    return page(request, "faq_review.html", status, **context | more)


async def publish(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/publish: serve the draft that was looked at."""
    given = await parse.form(request, FIELDS)
    slug, version = request.match_info["slug"], parse.whole(given.get("version", ""))
    try:
        await request.app[keys.EDITING].publish(request[keys.PERSON], slug, version)
    except EntryChanged:
        return await _overtaken(request, await _opened(request))
    except (DraftChanged, Invalid):
        return see_other(f"{faq.HERE}/{slug}/review")
    return see_other(f"{faq.HERE}/{slug}?done=faq_published")


async def plan(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/plan: serve it from a time on."""
    given = await parse.form(request, FIELDS)
    slug, version = request.match_info["slug"], parse.whole(given.get("version", ""))
    typed = given.get("publish_at", "")
    try:
        at = _moment(typed)
        await request.app[keys.EDITING].plan(request[keys.PERSON], slug, version, at)
    except DraftChanged:
        return see_other(f"{faq.HERE}/{slug}/review")
    except Invalid as refusal:
        errors = _sentences(request, refusal.fields)
        opened = await _opened(request)
        return await _review(request, opened, 422, errors=errors, publish_at=typed)
    return see_other(f"{faq.HERE}/{slug}?done=faq_planned")


def _moment(text: str) -> int:
    try:
        wall = datetime.strptime(text, SHOWN)  # noqa: DTZ007  # a wall clock
    except ValueError as refusal:
        raise Invalid(publish_at="malformed") from refusal
    return instant(wall.date(), wall.hour * 60 + wall.minute)


async def unplan(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/unplan: not then; the text becomes a draft."""
    slug = request.match_info["slug"]
    await request.app[keys.EDITING].unplan(request[keys.PERSON], slug)
    return see_other(f"{faq.HERE}/{slug}?done=faq_unplanned")


async def archive(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/archive."""
    slug = request.match_info["slug"]
    await request.app[keys.EDITING].archive(request[keys.PERSON], slug)
    return see_other(f"{faq.HERE}/{slug}?done=faq_archived")


async def discard(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/discard: throw the draft away."""
    slug = request.match_info["slug"]
    opened = await _opened(request)
    await request.app[keys.EDITING].discard(request[keys.PERSON], slug)
    gone = not (opened.saved or opened.others or opened.planned)
    return see_other(faq.HERE if gone else f"{faq.HERE}/{slug}?done=faq_discarded")


async def show_history(request: web.Request) -> web.Response:
    """GET /console/faq/{slug}/history."""
    slug = request.match_info["slug"]
    history = await request.app[keys.EDITING].history(slug)
    if not history:
        raise web.HTTPNotFound
    steps = []
    for at, revision in enumerate(history):
        older = history[at + 1].entry if at + 1 < len(history) else None
        who = await _who(request, revision.saved_by)
        steps.append((revision, who, changes(older, revision.entry)))
    opened = await _opened(request)
    return page(
        request, "faq_history.html", slug=slug, steps=steps, draft=opened.draft, tab="history"
    )


async def restore(request: web.Request) -> web.StreamResponse:
    """POST /console/faq/{slug}/restore: make an old revision the draft."""
    given = await parse.form(request, FIELDS)
    slug, revision = request.match_info["slug"], parse.whole(given.get("revision", ""))
    await request.app[keys.EDITING].restore(request[keys.PERSON], slug, revision)
    return see_other(f"{faq.HERE}/{slug}?done=faq_restored")
