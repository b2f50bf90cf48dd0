"""The FAQ as files: a file in, looked through before anything changes; files out."""

from pathlib import PurePath
from typing import Final

from aiohttp import hdrs, web

from chatbot.content import faq_exchange, faq_file
from chatbot.content.faq_file import FaqFileError
from chatbot.domain.errors import Invalid
from chatbot.domain.faq import Status
from chatbot.services.errors import EntryChanged
from chatbot.web import keys, parse
from chatbot.web.console import faq
from chatbot.web.console.guard import see_other
from chatbot.web.console.page import done, error, page
from chatbot.web.languages import CHOSEN
from chatbot.web.pages import json_ld

HERE: Final = "/console/faq-import"
FILE_LIMIT: Final = 5 * 1024 * 1024
"""Bytes: some ten thousand entries."""
SHOWN: Final = 200
KINDS: Final = {
    "yaml": "application/yaml",
    "json": "application/json",
    "csv": "text/csv",
    "jsonld": "application/ld+json",
}


async def show_import(request: web.Request) -> web.Response:
    """GET /console/faq-import."""
    return _form(request)


def _form(request: web.Request, status: int = 200, wrong: str = "") -> web.Response:
    return page(
        request,
        "faq_import.html",
        status,
        wrong=wrong,
        kinds=list(KINDS),
        embedded=request.app[keys.FAQ].embedded,
        done=done(request),
    )


async def look_through(request: web.Request) -> web.Response:
    """POST /console/faq-import: read a file, and show what it would change."""
    texts = request[CHOSEN].language.texts
    try:
        sent = await parse.upload(request, FILE_LIMIT)
        default = Status.PUBLISHED if sent.fields.get("publish") else Status.DRAFT
        suffix = PurePath(sent.name).suffix.lower()
        brought = faq_exchange.parse(sent.content.decode("utf-8-sig"), suffix, default)
        exchange, person = request.app[keys.EXCHANGE], request[keys.PERSON]
        return see_other(f"{HERE}/{await exchange.look_through(person, brought)}")
    except UnicodeDecodeError:
        return _form(request, 422, texts("import.not_text"))
    except FaqFileError as refusal:
        return _form(request, 422, texts("import.wrong", why=str(refusal)))
    except Invalid as refusal:
        return _form(request, 422, _why(request, refusal))


def _why(request: web.Request, refusal: Invalid) -> str:
    texts, fields = request[CHOSEN].language.texts, refusal.fields
    if "entry" in fields:
        name = f"{{{fields['name']}}}"
        return texts("import.placeholder", entry=fields["entry"], name=name)
    return texts(f"import.file.{fields['file']}")


async def show_plan(request: web.Request) -> web.Response:
    """GET /console/faq-import/{id}: what a file would change."""
    try:
        plan = await request.app[keys.EXCHANGE].plan(request[keys.PERSON], request.match_info["id"])
    except EntryChanged:
        return _form(request, 409, error(request, "entry_changed"))
    return page(request, "faq_plan.html", plan=plan, shown=plan.steps[:SHOWN])


async def carry_out(request: web.Request) -> web.Response:
    """POST /console/faq-import/{id}: save what was shown."""
    try:
        await request.app[keys.EXCHANGE].carry_out(request[keys.PERSON], request.match_info["id"])
    except EntryChanged:
        return _form(request, 409, error(request, "entry_changed"))
    return see_other(f"{HERE}?done=faq_imported")


async def export(request: web.Request) -> web.Response:
    """GET /console/faq-export/{kind}: every entry as a file; JSON-LD has what is public."""
    kind = request.match_info["kind"]
    if kind not in KINDS:
        raise web.HTTPNotFound
    service = request.app[keys.FAQ]
    if kind == "jsonld":
        body = json_ld(service)
    else:
        body = faq_file.dump(await service.entries(), f".{kind}").encode()
    response = web.Response(body=body, content_type=KINDS[kind], charset="utf-8")
    name = f"faq-{faq.today(request)}.{kind}"
    response.headers[hdrs.CONTENT_DISPOSITION] = f'attachment; filename="{name}"'
    return response
