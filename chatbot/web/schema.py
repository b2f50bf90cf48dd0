"""The shapes that the API answers with, for its OpenAPI document.

Answers are built in the handlers; schemathesis holds them to these shapes in the tests.
"""

from typing import Literal

import msgspec
from msgspec import UNSET, UnsetType


class Option(msgspec.Struct):
    """A question that the visitor may pick."""

    slug: str
    question: str


class Source(msgspec.Struct):
    """The entry that an answer came from, as it was then."""

    slug: str
    revision: int


class MessageEvent(msgspec.Struct, tag="message", tag_field="type"):
    """Somebody wrote."""

    seq: int
    at: int
    author: Literal["visitor", "assistant", "staff", "system"]
    text: str
    html: str | UnsetType = UNSET
    client_id: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    outcome: Literal["answered", "clarify", "unanswered", "signposted", "smalltalk"] | UnsetType = (
        UNSET
    )
    faq: Source | UnsetType = UNSET
    options: list[Option] | UnsetType = UNSET
    urgent: Literal["danger", "self_harm", "harm_others", "child", "victim"] | UnsetType = UNSET
    closes_at: int | UnsetType = UNSET
    """Set on a warning: when the chat ends unless the visitor writes, or calls `stay`."""
    offers: list[Literal["leave_message", "callback"]] | UnsetType = UNSET


class StateEvent(msgspec.Struct, tag="state", tag_field="type"):
    """Another one speaks now."""

    seq: int
    at: int
    state: Literal["assistant", "waiting", "staff", "closed"]
    name: str | UnsetType = UNSET
    message_left: bool | UnsetType = UNSET


class ClosedEvent(msgspec.Struct, tag="closed", tag_field="type"):
    """The conversation ended."""

    seq: int
    at: int
    by: Literal["visitor", "staff", "system"]
    until: int | UnsetType = UNSET
    """Its visitor was blocked, and begins no other one until then."""


class CallbackEvent(msgspec.Struct, tag="callback", tag_field="type"):
    """The visitor asked to be rung."""

    seq: int
    at: int
    reference: str


class ErasedEvent(msgspec.Struct, tag="erased", tag_field="type"):
    """What was written is gone."""

    seq: int
    at: int


Event = MessageEvent | StateEvent | CallbackEvent | ClosedEvent | ErasedEvent


class Started(msgspec.Struct):
    """A new conversation; the token is shown this once."""

    id: str
    token: str
    epoch: str
    events: list[Event]


class Written(msgspec.Struct):
    """Where a message stands."""

    seq: int


class Queue(msgspec.Struct):
    """A place among those who wait; `wait_ms` is what is usual, where it was measured."""

    position: int
    chat: Literal["open", "closed"]
    opens_at: int | UnsetType = UNSET
    wait_ms: int | UnsetType = UNSET


class Events(msgspec.Struct):
    """What is new; `head` is the newest seq there is, `queue` there while one waits."""

    events: list[Event]
    head: int
    epoch: str
    queue: Queue | UnsetType = UNSET


class FoundEntry(msgspec.Struct):
    """A published entry."""

    slug: str
    question: str
    answer_html: str
    topic: str


class Found(msgspec.Struct):
    """Entries, best first."""

    entries: list[FoundEntry]


class Status(msgspec.Struct):
    """Whether somebody is there.

    `staff_on`: somebody is on, whatever the hours say. `opens_at`: when the hours begin again, if
    they are known. `wait_ms`: the usual wait, where it was measured.
    """

    chat: Literal["open", "closed"]
    opens_at: int | None
    waiting: int
    phone: str
    staff_on: bool
    wait_ms: int | None


class WelcomeLine(msgspec.Struct):
    """A sentence of the welcome; `team` says whether somebody is there."""

    name: Literal[
        "heading",
        "about",
        "english",
        "team",
        "emergency",
        "emergency_call",
        "promises",
        "name",
        "leave",
        "law",
    ]
    text: str


class ShownPromise(msgspec.Struct):
    """What is promised, always in English: what is always shown, and the rest of it."""

    kind: Literal["confidentiality", "police"]
    short_html: str
    more_html: str


class Welcome(msgspec.Struct):
    """What is shown before the first message; `notice` is sent with the new conversation."""

    language: str
    lines: list[WelcomeLine]
    notice: str
    promises: list[ShownPromise]


class Slot(msgspec.Struct):
    """When somebody can be rung; `label` says it in words."""

    start: int
    end: int
    label: str


class Slots(msgspec.Struct):
    """In order."""

    slots: list[Slot]


class Receipt(msgspec.Struct):
    """A request; the secret is shown this once."""

    reference: str
    secret: str
    slot: Slot


class CallbackStatus(msgspec.Struct):
    """Where a request stands, for who has its secret: no name, no number, no word of it."""

    reference: str
    status: Literal["open", "done", "cancelled"]
    slot: Slot | None


class ErrorBody(msgspec.Struct):
    """What went wrong, for a machine and for a person."""

    code: str
    message: str
    fields: dict[str, str] | UnsetType = UNSET


class ErrorAnswer(msgspec.Struct):
    """The one shape of an error."""

    error: ErrorBody


class SlotTakenAnswer(msgspec.Struct):
    """An error; `slots` are the free ones nearest to those that were wanted."""

    error: ErrorBody
    slots: list[Slot] | UnsetType = UNSET


class Empty(msgspec.Struct):
    """An empty object."""
