"""The pages as HTML.

Every template is compiled at the start, so a request reads no file; a name that a template does
not get is an error, never an empty space.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import hdrs, web
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from chatbot.content.loading import ENGLISH
from chatbot.domain.reference import reference_of
from chatbot.domain.texts import Texts
from chatbot.services.rendering import phone_link
from chatbot.web.languages import CHOSEN, Languages
from chatbot.web.site import Site

_APPROVED: Final = Markup(' lang="en-GB" dir="ltr"')
"""What admins approved is in English, on whichever page; a screen reader must be told so."""
LONDON: Final = ZoneInfo("Europe/London")
NOON: Final = 12
MINUTE: Final = 60_000
_HEADING: Final = re.compile(r"(</?h)([2-5])(?=[ >])")
_LEADS_AWAY: Final = re.compile(r'<a (?=href="(?:https:|/))')


class Renderer:
    """Turns a template and its values into a response."""

    def __init__(self, folders: Sequence[Path], *, languages: Languages, site: Site) -> None:
        sources = {
            path.relative_to(folder).as_posix(): path.read_text("utf-8")
            for folder in folders
            for path in sorted([*folder.glob("*.html"), *folder.glob("console/*.html")])
        }
        self._environment = Environment(
            loader=DictLoader(sources),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
        )
        self._environment.globals |= {"site": site, "languages": languages}
        self._environment.policies["json.dumps_kwargs"] = {
            "ensure_ascii": False,
            "separators": (",", ":"),
        }
        self._environment.filters |= {"apart": apart, "deeper": deeper, "ring": ring}
        said = languages.default.texts
        self._environment.filters |= {"clock": clock, "moment": moment, "span": _spans(said)}
        self._environment.filters["reference"] = reference_of
        for language in languages:
            language.day(0)  # reads the names of the months, so that no request does
        for name in sources:
            self._environment.get_template(name)

    def part(self, request: web.Request, template: str, **context: object) -> str:
        """Return a piece of a page that is open already."""
        texts = request[CHOSEN].language.texts
        return self._environment.get_template(template).render(t=texts, **context)

    def page(self, request: web.Request, template: str, **context: object) -> web.Response:
        """Return `template` as a response, in the language of the request.

        It also gets the `path` that was asked for, without the `prefix` that names the language.
        """
        chosen = request[CHOSEN]
        html = self._environment.get_template(template).render(
            path=request.path.removeprefix(chosen.prefix),
            prefix=chosen.prefix,
            language=chosen.language,
            t=chosen.language.texts,
            approved="" if chosen.language.code == ENGLISH else _APPROVED,
            **context,
        )
        response = web.Response(text=html, content_type="text/html", charset="utf-8")
        response.headers[hdrs.CONTENT_LANGUAGE] = chosen.language.tag
        if not chosen.prefix:
            response.headers[hdrs.VARY] = hdrs.ACCEPT_LANGUAGE
        response.enable_compression()  # no page holds a secret that its length could tell
        return response


def deeper(html: str) -> Markup:
    """Return rendered content with its headings one level down, for a section of a page."""
    return Markup(_HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", html))  # noqa: S704  # it comes out of `rendering.render`


def apart(html: str) -> Markup:
    """Return rendered content whose links open beside the chat, which a frame would lose else."""
    return Markup(_LEADS_AWAY.sub('<a target="_blank" ', html))  # noqa: S704  # as for `deeper`


def clock(at: int) -> str:
    """Return a time in milliseconds as people here write it.

    >>> clock(0)
    '1 January, 1:00am'
    """
    when = datetime.fromtimestamp(at / 1000, LONDON)
    half = "am" if when.hour < NOON else "pm"
    return f"{when.day} {when:%B}, {when.hour % NOON or NOON}:{when.minute:02}{half}"


def moment(at: int) -> str:
    """Return a time in milliseconds for machines."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")


def _spans(texts: Texts) -> Callable[[int], str]:
    def span(milliseconds: int) -> str:
        """Return how long something took, in one unit."""
        minutes = milliseconds // MINUTE
        for name, size in (("days", 24 * 60), ("hours", 60), ("minutes", 1)):
            if minutes >= size:
                return texts(f"desk.span.{name}", n=minutes // size)
        return texts("desk.span.now")

    return span


def ring(number: str) -> str:
    """Return the address that rings `number`."""
    return phone_link(number) or f"tel:{''.join(c for c in number if c.isdigit())}"
