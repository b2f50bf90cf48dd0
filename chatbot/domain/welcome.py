"""The sentences of the welcome that an admin may write anew, in each language.

What is shown first decides whether somebody stays safe: such a line may be said in other words, but
it is never empty, and what it is there for must stand in it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

ENGLISH: Final = "en"
SHORT: Final = 40
LONG: Final = 160
"""Characters of a line: the welcome is read by somebody in distress, on a small screen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence of the catalogue by its `key`; `setting.welcome.NAME` says what it is for.

    `may` are placeholders that can stand in it, `must` what has to. A line for those who read the
    chat in another language than the answers is `abroad`.
    """

    name: str
    key: str
    limit: int = LONG
    may: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    optional: bool = False
    abroad: bool = False


LINES: Final = (
    Line("heading", "widget.welcome.heading", SHORT),
    Line("about", "widget.welcome.about", may=("{organisation}",)),
    Line("english", "widget.welcome.english", abroad=True),
    Line("open", "hours.open"),
    Line("closed", "hours.closed"),
    Line("closed_until", "hours.closed_until", must=("{when}",)),
    Line("ways", "hours.ways", must=("{phone}",)),
    Line("emergency", "widget.welcome.emergency"),
    Line("emergency_call", "widget.welcome.emergency_call", SHORT, must=("999",)),
    Line("promises", "widget.welcome.promises", abroad=True),
    Line("name", "widget.welcome.name", optional=True),
    Line("leave", "widget.welcome.leave"),
    Line("shift", "widget.welcome.shift", must=("Shift",)),
    Line("law", "widget.welcome.law"),
    Line("topics", "widget.welcome.topics", SHORT),
)


def lines(language: str) -> Iterator[Line]:
    """Yield the lines that are shown in a language, in their order on the screen."""
    return (line for line in LINES if not line.abroad or language != ENGLISH)
