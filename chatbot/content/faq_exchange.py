"""Files of others in, and FAQPage out: schema.org JSON-LD, and the help centre of Chatwoot.

They know less of an entry than we do, so a `Partial` says which fields it brings; the others stay
as they are. A file is read whole, and a mistake names its place.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from chatbot.content import faq_file
from chatbot.content.faq_file import FaqFileError
from chatbot.content.html_markdown import markdown
from chatbot.domain.faq import Entry, Status, slug_for, wrong

OURS: Final = frozenset({".yaml", ".yml", ".csv"})
_EVERY: Final = frozenset(one.name for one in fields(Entry)) - {"slug", "revision"}
_FAQ_PAGE: Final = "FAQPage"
_DEEPEST: Final = 20
_WRONG: Final = {"empty": "is empty", "too_long": "is too long", "malformed": "cannot be read"}


@dataclass(frozen=True, slots=True)
class Partial:
    """An entry from a file, and the fields that the file says something about.

    `named` tells whether its slug came with it; else the question decides which entry it is.
    """

    entry: Entry
    brings: frozenset[str] = _EVERY
    named: bool = True


def parse(text: str, suffix: str, default: Status = Status.DRAFT) -> list[Partial]:
    """Return what a file brings; `suffix` is .yaml, .yml, .csv, .json or .jsonld.

    Raises:
        FaqFileError: it cannot be read, or something in it cannot be used.
    """
    if suffix in OURS:
        return [Partial(entry) for entry in faq_file.parse(text, suffix, default)]
    if suffix not in {".json", ".jsonld"}:
        raise FaqFileError(
            f"a FAQ file ends in .yaml, .json, .csv or .jsonld, not {suffix or 'nothing'}"
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FaqFileError(f"this is no valid JSON: {error}") from error
    if isinstance(data, Mapping) and "entries" in data:
        return [Partial(entry) for entry in faq_file.entries(data, default)]
    articles = data.get("payload", data) if isinstance(data, Mapping) else data
    if isinstance(articles, list) and any(_is_article(one) for one in articles):
        found = _articles(articles, default)
    elif pages := list(_faq_pages(data)):
        found = _questions(pages, default)
    else:
        raise FaqFileError(
            'this is no FAQ: it has neither "entries", nor a FAQPage, nor articles of a help centre'
        )
    return _distinct(found)


def _is_article(data: object) -> bool:
    return isinstance(data, Mapping) and {"title", "content"} <= data.keys()


def _articles(articles: Sequence[object], default: Status) -> Iterator[tuple[str, Partial]]:
    """Read articles of Chatwoot: the title is the question, the content Markdown already."""
    for number, one in enumerate(articles, 1):
        where = f"article {number}"
        if not isinstance(one, Mapping) or not _is_article(one):
            raise FaqFileError(f"{where}: it has no title and content")
        status = one.get("status")
        status = Status(status) if status in list(Status) else default
        category = one.get("category")
        topic = category.get("name") if isinstance(category, Mapping) else None
        entry = Entry(
            slug_for(_text(one["title"], f"{where}: its title"), ()),
            _text(one["title"], f"{where}: its title"),
            _text(one["content"], f"{where}: its content"),
            topic=slug_for(topic, ()) if isinstance(topic, str) and topic.strip() else "",
            status=status,
        )
        said = {"topic": bool(entry.topic), "status": one.get("status") in list(Status)}
        brings = frozenset({"question", "answer", *(name for name in said if said[name])})
        yield where, Partial(entry, brings, named=False)


def _faq_pages(data: object, depth: int = 0) -> Iterator[Mapping[str, Any]]:
    """Find the pages, wherever the graph has them."""
    if depth > _DEEPEST:
        raise FaqFileError(f"this is no FAQ file: it nests more than {_DEEPEST} deep")
    if isinstance(data, list):
        for one in data:
            yield from _faq_pages(one, depth + 1)
    elif isinstance(data, Mapping):
        if _FAQ_PAGE in _as_list(data.get("@type")):
            yield data
        else:
            yield from _faq_pages(data.get("@graph"), depth + 1)


def _questions(
    pages: Sequence[Mapping[str, Any]], default: Status
) -> Iterator[tuple[str, Partial]]:
    every = [one for page in pages for one in _as_list(page.get("mainEntity"))]
    for number, one in enumerate(every, 1):
        where = f"question {number}"
        if not isinstance(one, Mapping):
            raise FaqFileError(f"{where}: this is no question but {type(one).__name__}")
        name = _text(one.get("name"), f"{where}: its name")
        answer = next(iter(_as_list(one.get("acceptedAnswer"))), None)
        html = answer.get("text") if isinstance(answer, Mapping) else None
        written = markdown(_text(html, f"{where}: the text of its acceptedAnswer"))
        entry = Entry(slug_for(name, ()), name, written, status=default)
        yield where, Partial(entry, frozenset({"question", "answer"}), named=False)


def _as_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _text(value: object, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise FaqFileError(f"{where} is missing")
    if faq_file.unstorable(value):
        raise FaqFileError(f"{where} has a character that cannot be stored")
    return value.strip()


def _distinct(found: Iterable[tuple[str, Partial]]) -> list[Partial]:
    """Give each a slug of its own, and refuse what could not be published."""
    taken: set[str] = set()
    kept: list[Partial] = []
    for where, one in found:
        asked = " ".join(one.entry.question.split())
        entry = replace(one.entry, question=asked, slug=slug_for(asked, taken))
        if why := next(iter(wrong(entry).items()), None):
            raise FaqFileError(f"{where}: its {why[0]} {_WRONG[why[1]]}")
        taken.add(entry.slug)
        kept.append(replace(one, entry=entry))
    return kept


def faq_page(published: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return questions and their answers in HTML as a FAQPage of schema.org."""
    return {
        "@context": "https://schema.org",
        "@type": _FAQ_PAGE,
        "mainEntity": [
            {
                "@type": "Question",
                "name": question,
                "acceptedAnswer": {"@type": "Answer", "text": html},
            }
            for question, html in published
        ],
    }


def merged(partial: Partial, known: Mapping[str, Entry]) -> Entry:
    """Return the entry that a partial one makes, with what the known one has beside it.

    One without a name of its own is the entry that has its question, if there is one.
    """
    new = partial.entry
    old = known.get(new.slug)
    if not partial.named:
        same = (one for one in known.values() if _plain(one.question) == _plain(new.question))
        old = next(same, None)
        new = replace(new, slug=old.slug if old else slug_for(new.question, known))
    if old is None:
        return new
    brought = {name: getattr(new, name) for name in partial.brings}
    return replace(old, **brought)


def _plain(question: str) -> str:
    return " ".join(question.casefold().split())
