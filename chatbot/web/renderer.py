"""The pages as HTML.

Every template is compiled at the start, so a request reads no file; a name that a template does
not get is an error, never an empty space.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web
from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from chatbot.domain.reference import reference_of
from chatbot.domain.texts import Texts
from chatbot.services.rendering import phone_link
from chatbot.web.site import Site

LONDON: Final = ZoneInfo("Europe/London")
NOON: Final = 12
MINUTE: Final = 60_000
_HEADING: Final = re.compile(r"(</?h)([2-5])(?=[ >])")


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the content, rendered."""

    title: str
    summary: str
    html: str


class Renderer:
    """Turns a template and its values into a response."""

    def __init__(self, folders: Sequence[Path], *, texts: Texts, site: Site) -> None:
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
        self._environment.globals |= {"t": texts, "site": site}
        self._environment.filters |= {"deeper": deeper, "ring": ring, "reference": reference_of}
        self._environment.filters |= {"clock": clock, "moment": moment, "span": _spans(texts)}
        for name in sources:
            self._environment.get_template(name)

    def part(self, template: str, **context: object) -> str:
        """Return a piece of a page that is open already."""
        return self._environment.get_template(template).render(**context)

    def page(self, request: web.Request, template: str, **context: object) -> web.Response:
        """Return `template` as a response; it also gets the `path` that was asked for."""
        html = self._environment.get_template(template).render(path=request.path, **context)
        response = web.Response(text=html, content_type="text/html", charset="utf-8")
        response.enable_compression()  # no page holds a secret that its length could tell
        return response


def deeper(html: str) -> Markup:
    """Return rendered content with its headings one level down, for a section of a page."""
    return Markup(_HEADING.sub(lambda found: f"{found[1]}{int(found[2]) + 1}", html))  # noqa: S704  # it comes out of `rendering.render`


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
