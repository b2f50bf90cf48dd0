"""The words that come with the package: FAQ, urgent rules, pages, promises and texts.

The FAQ and the promises here are only what a new database is seeded with; after that the database
is the truth.
"""

import gettext
import re
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Final

import yaml
from babel import Locale
from babel.messages.pofile import read_po
from babel.plural import PluralRule

from chatbot.content import faq_file, pseudo
from chatbot.domain.faq import Entry
from chatbot.domain.promises import Kind
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
ENGLISH: Final = "en"
"""The language of the FAQ, and of the words that all others are translated from."""
_HERE: Final = files("chatbot.content")
_COUNTS: Final = range(200)
"""Among them is one of each plural of every language."""
_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_READ: Final = re.compile(r'^"X-Read-By: [^\s\\]', re.MULTILINE)
_MADE: Final = {"page.language": pseudo.CODE, "page.language.name": "Right to left"}
"""What the language made for tests says of itself."""


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


def demo_calls() -> list[dict[str, Any]]:
    """Return the made-up callback requests of `chatbot demo`."""
    calls: list[dict[str, Any]] = yaml.safe_load((_HERE / "demo_calls.yaml").read_text("utf-8"))
    return calls


def _yaml(name: str) -> dict[str, Any]:
    data: dict[str, Any] = yaml.load((_HERE / name).read_text("utf-8"), Loader=yaml.CSafeLoader)
    return data


def languages() -> tuple[str, ...]:
    """Return what can be spoken here: a code such as `en` for each, and the one made for tests."""
    return (*sorted(folder.name for folder in (_HERE / "texts").iterdir()), pseudo.CODE)


def right_to_left(language: str) -> bool:
    """Tell how a language is written."""
    return Locale(language.partition("-")[0]).character_order == "right-to-left"


STAFF: Final = "staff"


def texts(language: str = ENGLISH, own: Mapping[str, str] = MappingProxyType({})) -> Texts:
    """Return the catalogue of one language, with an admin's `own` sentences for some keys.

    What staff and owners of websites read is in English in all of them: the folder `staff`.
    """
    if language == pseudo.CODE:
        english = texts().area("")
        made = {key: pseudo.sentence(text) for key, text in english.items()} | _MADE
        made |= own
        return Texts({key: _isolated(text) for key, text in made.items()}, _plural_of(ENGLISH))
    sentences = catalogue(STAFF, ENGLISH) | catalogue(f"texts/{language}", language)
    sentences |= own
    if right_to_left(language):
        sentences = {key: _isolated(text) for key, text in sentences.items()}
    return Texts(sentences, _plural_of(language))


def catalogue(folder: str, language: str) -> dict[str, str]:
    """Return the sentences of one folder, by key; of what counts, each form by its own."""
    sentences: dict[str, str] = {}
    for file in _files(folder, ".po"):
        with file.open("rb") as stream:
            catalogue = read_po(stream, locale=language)
        number_of = gettext.c2py(catalogue.plural_expr)
        for message in catalogue:
            if isinstance(message.id, str):
                sentences |= {message.id: str(message.string)} if message.id else {}
                continue
            written = tuple(message.string or ())
            forms = {_plural_of(language)(n): written[number_of(n)] for n in _COUNTS}
            forms.setdefault("other", written[-1])  # fractions, which nobody has
            sentences |= {f"{message.id[0]}.{form}": text for form, text in forms.items()}
    return sentences


def _plural_of(language: str) -> PluralRule:
    return Locale(language.partition("-")[0]).plural_form


def _isolated(text: str) -> str:
    """Keep the parts of a number, say of a telephone, in their order inside a sentence."""
    return _PLACEHOLDER.sub("\u2068\\g<0>\u2069", text)


def unread(language: str) -> bool:
    """Tell whether nobody has put their name to a translation yet, in its line `X-Read-By`."""
    if language in {ENGLISH, pseudo.CODE}:
        return False
    files = _files(f"texts/{language}", ".po")
    return not all(_READ.search(file.read_text("utf-8")) for file in files)


def pages(language: str = ENGLISH) -> dict[str, SourcePage]:
    """Return the pages of one language by name."""
    if language == pseudo.CODE:
        return {
            name: SourcePage(*(pseudo.prose(part) for part in astuple(page)))
            for name, page in pages().items()
        }
    return {
        file.name.removesuffix(".md"): _page(file.read_text("utf-8"))
        for file in _files(f"pages/{language}", ".md")
    }


def _files(folder: str, ending: str) -> list[Traversable]:
    found = (file for file in (_HERE / folder).iterdir() if file.name.endswith(ending))
    return sorted(found, key=_name)


def promises() -> dict[Kind, str]:
    """Return the shipped text of each promise: Markdown with `{placeholders}`."""
    return {kind: (_HERE / "promises" / f"{kind}.md").read_text("utf-8") for kind in Kind}


def _name(file: Traversable) -> str:
    return file.name


def _page(text: str) -> SourcePage:
    _, head, body = text.split("---\n", 2)
    front = yaml.safe_load(head)
    return SourcePage(front["title"], front.get("summary", ""), body.strip())
