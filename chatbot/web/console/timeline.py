"""A conversation as lines that staff read: messages, notes, and facts about what happened.

Unlike a visitor they see everything, with why the assistant said what it said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from chatbot.domain import events as e
from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.domain.outcome import Option
from chatbot.domain.texts import Texts

_SILENT = (e.Assigned, e.Warned)
"""Said by another event beside it already."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `kind` is visitor, assistant, staff, system, note or fact; `html` is safe."""

    position: int
    seq: int | None
    at: int
    kind: str
    who: str
    text: str
    html: Markup | None = None
    why: str = ""
    options: tuple[Option, ...] = ()
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what everybody is called, by id."""

    me: str
    names: Mapping[str, str]
    texts: Texts

    def name(self, person_id: str | None) -> str:
        """Return what somebody is called; whoever is not known any more is "a colleague"."""
        return self.names.get(person_id or "") or self.texts("desk.colleague")

    def author(self, person_id: str | None, shown: str | None) -> str:
        """Return who wrote: "You", or the name that the visitor was shown."""
        return self.texts("desk.you") if person_id == self.me else shown or self.name(person_id)


def lines(recorded: Sequence[Recorded], reader: Reader) -> list[Line]:
    """Return the lines of these events, in order."""
    return [_line(item, reader) for item in recorded if not isinstance(item.event, _SILENT)]


def _line(item: Recorded, reader: Reader) -> Line:
    event = item.event
    if isinstance(event, MessagePosted):
        return _message(item, event, reader)
    if isinstance(event, e.NoteAdded):
        who = reader.author(event.staff, None)
        return Line(item.position, None, event.at, "note", who, event.text)
    urgent = isinstance(event, e.Flagged | e.Raised | e.Left)
    text = _fact(event, reader)
    return Line(item.position, item.seq, event.at, "fact", "", text, urgent=urgent)


def _message(item: Recorded, event: MessagePosted, reader: Reader) -> Line:
    who = reader.texts(f"desk.author.{event.author}")
    if event.author is Author.STAFF:
        who = reader.author(event.staff, event.name)
    return Line(
        item.position,
        item.seq,
        event.at,
        event.author.value,
        who,
        event.text,
        None if event.html is None else Markup(event.html),  # noqa: S704  # it comes out of `rendering.render`
        _why(event, reader.texts),
        event.options,
        urgent=event.urgent is not None,
    )


def _why(event: MessagePosted, texts: Texts) -> str:
    """Say which entry an answer is, and how sure the assistant was of it."""
    if event.author is Author.VISITOR:
        return texts("desk.why.picked") if event.slug else ""
    if event.outcome is None and event.urgent is None:
        return ""
    parts = [texts(f"desk.outcome.{event.outcome}")] if event.outcome else []
    if event.slug:
        parts.append(event.slug)
    if event.confidence is not None:
        parts.append(texts("desk.why.sure", percent=round(100 * event.confidence)))
    return " · ".join(parts)


def _fact(event: e.Event, reader: Reader) -> str:
    texts = reader.texts
    name = reader.name(getattr(event, "staff", None))
    key, said = type(event).__name__.lower(), ""
    match event:
        case e.StateChanged():
            key, name = event.state, reader.name(event.assignee)
        case e.Closed():
            key = f"closed.{event.by}"
            said = f"{texts(f'desk.ending.{event.ending}')}." if event.ending else ""
        case e.Flagged():
            said = f"{texts(f'desk.urgent.{event.urgent}')}."
        case e.Rated():
            key, said = "helpful" if event.helpful else "unhelpful", event.comment or ""
        case e.CallbackAsked():
            said = f"{event.reference}."
        case e.Labelled():
            said = f"{', '.join(event.labels) or texts('desk.none')}."
        case _:
            pass
    return f"{texts(f'desk.fact.{key}', name=name)} {said}".strip()


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that the visitor asked, and what the assistant made of it."""

    asked: str
    outcome: str = ""
    slug: str = ""


def summary(recorded: Sequence[Recorded]) -> list[Turn]:
    """Return what was asked before anybody of staff came, in order."""
    turns: dict[int, Turn] = {}
    for item in recorded:
        event = item.event
        if isinstance(event, e.StateChanged) and event.assignee:
            break
        if not isinstance(event, MessagePosted) or item.seq is None:
            continue
        if event.author is Author.VISITOR:
            turns[item.seq] = Turn(event.text)
        elif event.author is Author.ASSISTANT and event.to in turns:
            turns[event.to] = Turn(turns[event.to].asked, event.outcome or "", event.slug or "")
    return list(turns.values())
