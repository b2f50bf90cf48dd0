"""The words that come with the package: FAQ, urgent rules, pages and texts.

The FAQ here is only what a new database is seeded with; after that the database is the truth.
"""

from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Final

import yaml
from babel.messages.pofile import read_po

from chatbot.content import faq_file
from chatbot.domain.faq import Entry
from chatbot.domain.texts import Texts

TOPICS: Final = (
    "about-cara",
    "the-caution",
    "attending",
    "contact",
    "confidentiality",
    "evidence",
    "partners",
    "safety",
    "staying-safe",
    "small-talk",
    "complaints-and-professionals",
)
_HERE: Final = files("chatbot.content")


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as it is written: Markdown with `{placeholders}`."""

    title: str
    summary: str
    markdown: str


def entries() -> list[Entry]:
    """Return the shipped FAQ, topic by topic."""
    found: list[Entry] = []
    for topic in TOPICS:
        text = (_HERE / "faq" / f"{topic}.yaml").read_text("utf-8")
        found += faq_file.parse(text, ".yaml")
    return found


def urgent() -> dict[str, Any]:
    """Return the urgent rules and examples, as they are written."""
    return _yaml("urgent.yaml")


def everyday() -> dict[str, Any]:
    """Return everyday questions that are not ours, as they are written."""
    return _yaml("everyday.yaml")


def demo() -> list[dict[str, Any]]:
    """Return the made-up chats of `chatbot demo`: minutes ago, and steps."""
    chats: list[dict[str, Any]] = yaml.safe_load((_HERE / "demo.yaml").read_text("utf-8"))
    return chats


def _yaml(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((_HERE / name).read_text("utf-8"), Loader=yaml.CSafeLoader)
    return data


def texts(language: str = "en") -> Texts:
    """Return the catalogue of one language."""
    sentences: dict[str, str] = {}
    for file in sorted((_HERE / "texts" / language).iterdir(), key=_name):
        if not file.name.endswith(".po"):
            continue
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        for message in catalogue:
            if message.id:
                sentences[str(message.id)] = str(message.string)
    return Texts(sentences)


def pages() -> dict[str, SourcePage]:
    """Return the pages by name."""
    return {
        file.name.removesuffix(".md"): _page(file.read_text("utf-8"))
        for file in sorted((_HERE / "pages").iterdir(), key=_name)
        if file.name.endswith(".md")
    }


def _name(file: Traversable | Path) -> str:
    return file.name


def _page(text: str) -> SourcePage:
    _, head, body = text.split("---\n", 2)
    front = yaml.safe_load(head)
    return SourcePage(front["title"], front.get("summary", ""), body.strip())
