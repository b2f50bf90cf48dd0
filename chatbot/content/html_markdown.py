"""From the HTML of others to the small Markdown of our answers; what it cannot say is left out."""

import re
from html.parser import HTMLParser
from typing import Final

_MARKS: Final = {"strong": "**", "b": "**", "em": "*", "i": "*"}
_BLOCKS: Final = frozenset({"p", "div", "section", "article", "blockquote", "table", "tr"})
_HEADINGS: Final = {"h1": "## ", "h2": "## ", "h3": "### ", "h4": "#### ", "h5": "#### "}
_UNSEEN: Final = frozenset({"script", "style", "template", "head"})
_SPECIAL: Final = re.compile(r"([\\*_\[\]{}`])")
_SPACES: Final = re.compile(r"\s+")
_BLANK_LINES: Final = re.compile(r"[^\S\n]*\n(?:[^\S\n]*\n)+")
_ENDS: Final = re.compile(r"[^\S\n]+\n")


def markdown(html: str) -> str:
    """Return a piece of HTML as Markdown.

    >>> markdown("<p>Ring <b>us</b>.</p><ul><li>one</li><li>two</li></ul>")
    'Ring **us**.\\n\\n- one\\n- two'
    """
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return _BLANK_LINES.sub("\n\n", _ENDS.sub("\n", "".join(reader.written))).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []
        self._links: list[str] = []
        self._lists: list[int] = []  # the number of the next item; 0 for one with dashes
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # type: ignore[explicit-override]  # 3.12 has it
        if tag in _UNSEEN:
            self._hidden += 1
        elif tag in _MARKS:
            self.written.append(_MARKS[tag])
        elif tag == "a":
            self._links.append(dict(attrs).get("href") or "")
            self.written.append("[" if self._links[-1] else "")
        elif tag == "br":
            self.written.append("\n")
        elif tag in {"ul", "ol"}:
            self.written.append("" if self._lists else "\n\n")
            self._lists.append(int(tag == "ol"))
        elif tag == "li":
            self._item()
        elif tag in _HEADINGS:
            self.written.append(f"\n\n{_HEADINGS[tag]}")
        elif tag in _BLOCKS and not self._lists:
            self.written.append("\n\n")

    def _item(self) -> None:
        number = self._lists[-1] if self._lists else 0
        if number:
            self._lists[-1] += 1
        indent = "  " * max(len(self._lists) - 1, 0)
        self.written.append(f"\n{indent}{f'{number}.' if number else '-'} ")

    def handle_endtag(self, tag: str) -> None:  # type: ignore[explicit-override]  # 3.12 has it
        if tag in _UNSEEN:
            self._hidden = max(0, self._hidden - 1)
        elif tag in _MARKS:
            self.written.append(_MARKS[tag])
        elif tag == "a" and self._links:
            href = self._links.pop()
            self.written.append(f"]({href})" if href else "")
        elif tag in {"ul", "ol"} and self._lists:
            self._lists.pop()
            self.written.append("" if self._lists else "\n\n")
        elif (tag in _BLOCKS and not self._lists) or tag in _HEADINGS:
            self.written.append("\n\n")

    def handle_data(self, data: str) -> None:  # type: ignore[explicit-override]  # 3.12 has it
        if not self._hidden:
            self.written.append(_SPECIAL.sub(r"\\\1", _SPACES.sub(" ", data)))
