"""From an admin's Markdown to what a visitor reads: clean HTML, and the same as plain text.

A `{placeholder}` becomes text inside the parsed document, never Markdown or HTML, so a setting
can hold any character. One that looks like a telephone number becomes a link that rings it, and
so does 999, 111 or 101 wherever it is written: who is in danger must not have to type.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

_PLACEHOLDER: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
# A UK number, a six-digit one such as 116 123, or an international one; no text or charity number.
_PHONE: Final = re.compile(r"0\d{9,10}|0800\d{4}|116\d{3}|\+\d{8,15}")
_SHORT: Final = re.compile(r"(?<![^\s(])(999|111|101)(?![\w%£/]|[.,:-]\d)")
_TAGS: Final = frozenset({"a", "br", "em", "h2", "h3", "h4", "li", "ol", "p", "strong", "ul"})
_ATTRIBUTES: Final = {"a": {"href", "rel"}, "ol": {"start"}}
_SCHEMES: Final = frozenset({"https", "tel", "mailto"})
_REL: Final = "noopener noreferrer"
_VALUES: Final = "values"
_HIGHEST: Final = 2


class UnknownPlaceholder(Exception):
    """The text refers to a setting that is not there, or in a place where none can stand."""

    def __init__(self, name: str) -> None:
        super().__init__(f"no value for {{{name}}}")
        self.name = name


def phone_link(value: str) -> str | None:
    """Return the address that rings `value`, if it is a telephone number.

    >>> phone_link("023 8000 1061")
    'tel:02380001061'
    """
    digits = re.sub(r"[\s()-]", "", value)
    return f"tel:{digits}" if _PHONE.fullmatch(digits) else None


def render(markdown: str, values: Mapping[str, str]) -> str:
    """Return `markdown` as HTML that is safe to put into a page.

    Raises:
        UnknownPlaceholder: `values` lacks one that the text names.
    """
    env = {_VALUES: values}
    html = _MARKDOWN.renderer.render(_parsed(markdown, values), _MARKDOWN.options, env)
    return nh3.clean(
        html, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES, link_rel=None
    ).strip()


def plain(markdown: str, values: Mapping[str, str]) -> str:
    """Return `markdown` as text: list items with a dash, addresses in brackets after their words.

    Raises:
        UnknownPlaceholder: `values` lacks one that the text names.
    """
    blocks: list[str] = []
    numbers: list[int] = []  # of the lists around us; 0 for one with dashes
    marker, tight = "", False
    for token in _parsed(markdown, values):
        match token.type:
            case "bullet_list_open":
                numbers.append(0)
            case "ordered_list_open":
                numbers.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                numbers.pop()
                tight = bool(numbers)
            case "list_item_open":
                marker = f"{numbers[-1]}. " if numbers[-1] else "- "
                numbers[-1] += bool(numbers[-1])
            case "inline":
                indent = "  " * (len(numbers) - 1) if marker else "  " * len(numbers)
                text = indent + marker + _words(token.children or [])
                if tight and marker:
                    blocks[-1] += f"\n{text}"
                else:
                    blocks.append(text)
                marker, tight = "", bool(numbers)
            case _:
                pass
    return "\n\n".join(blocks)


def _parsed(markdown: str, values: Mapping[str, str]) -> list[Token]:
    tokens = _MARKDOWN.parse(markdown, {_VALUES: values})
    for token in tokens:
        if token.tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            # The page itself has the only h1.
            token.tag = f"h{min(4, max(_HIGHEST, int(token.tag[1])))}"
        if token.children:
            token.children = list(_linked(token.children))
    return tokens


def _linked(tokens: Sequence[Token]) -> Iterator[Token]:
    """Return the tokens of a line with its links finished and its short numbers linked."""
    inside = 0
    for token in tokens:
        match token.type:
            case "link_open":
                inside += 1
                _finish_link(token)
                yield token
            case "link_close":
                inside -= 1
                yield token
            case "text" if not inside:
                # Every other piece is a number: the pattern has one group.
                for at, piece in enumerate(_SHORT.split(token.content)):
                    yield from _link(piece, f"tel:{piece}") if at % 2 else [_text(piece)]
            case _:
                yield token


def _link(words: str, href: str) -> list[Token]:
    opening = Token("link_open", "a", 1, attrs={"href": href})
    return [opening, _text(words), Token("link_close", "a", -1)]


def _text(words: str) -> Token:
    return Token("text", "", 0, content=words)


def _finish_link(link: Token) -> None:
    href = str(link.attrGet("href") or "")
    if found := re.search(r"%7B([a-z0-9_]+)%7D", href, re.IGNORECASE):
        raise UnknownPlaceholder(found[1])
    if href.startswith("https:"):
        link.attrSet("rel", _REL)


def _words(tokens: Sequence[Token]) -> str:
    words = ""
    href = ""
    for token in tokens:
        match token.type:
            case "link_open":
                href = str(token.attrGet("href") or "")
            case "link_close":
                if href.startswith("https:") and not words.endswith(href):
                    words += f" ({href})"
            case "softbreak":
                words += " "
            case "hardbreak":
                words += "\n"
            case _:
                words += token.content
    return words


def _placeholder(state: StateInline, silent: bool) -> bool:  # noqa: FBT001  # markdown-it's signature
    found = _PLACEHOLDER.match(state.src, state.pos)
    if found is None:
        return False
    state.pos = found.end()
    if silent:
        return True
    values: Mapping[str, str] = state.env[_VALUES]
    name = found[1]
    if name not in values:
        raise UnknownPlaceholder(name)
    href = None if state.linkLevel else phone_link(values[name])
    if href:
        state.push("link_open", "a", 1).attrSet("href", href)
    state.push("text", "", 0).content = values[name]
    if href:
        state.push("link_close", "a", -1)
    return True


def _markdown() -> MarkdownIt:
    # Paragraphs, headings, lists, emphasis and links: what a person can check at a glance.
    parser = MarkdownIt("zero").enable(
        ["heading", "list", "emphasis", "link", "newline", "escape", "entity"]
    )
    parser.inline.ruler.before("link", "placeholder", _placeholder)
    return parser


_MARKDOWN: Final = _markdown()
