"""Made-up callback requests of `chatbot demo`: a queue with every part, and every ending."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from chatbot.domain.callback_form import Caller, Form, Need, Shared
from chatbot.domain.callbacks import Callback, Cancel, Claim, Command, Note, Outcome, Try
from chatbot.domain.hours import local
from chatbot.domain.people import Person
from chatbot.domain.slots import MINUTE, Slot
from chatbot.services.callbacks import CallbackService

LENGTH: Final = 30 * MINUTE
ROUND: Final = 10 * MINUTE
BESIDE: Final = 5 * MINUTE
"""Times of the demo lie between those that are offered, so they take no room of anybody real."""
STEP: Final = 20 * MINUTE


async def make_call(
    callbacks: CallbackService, call: Mapping[str, Any], staff: Person, now: int
) -> Callback:
    """Make one request and what became of it; the clock of the service says when it was asked."""
    start = (now + call["in"] * MINUTE) // ROUND * ROUND + BESIDE
    slot = Slot(start, start + LENGTH)
    made = await callbacks.make_up(_form(call, start, now), slot)
    at = max(made.created_at, min(start, now) - STEP * len(call["steps"]))
    for number, step in enumerate(_steps(call["steps"])):
        command = _command(*step, made, staff.id, at + number * STEP)
        made = await callbacks.do(made.id, command)
    return made


def _form(call: Mapping[str, Any], start: int, now: int) -> Form:
    days = call.get("days")
    arrested = local(now).date() - timedelta(days=days) if days else None
    return Form(
        caller=Caller(call["caller"]),
        name=call["name"],
        phone=call["phone"],
        slots=(start,),
        shared_phone=Shared(call["shared"]),
        safe_to_call=True,
        voicemail_ok=call.get("voicemail", False),
        text_ok=call.get("text", False),
        say_who=call.get("who", False),
        needs=tuple(map(Need, call.get("needs", ()))),
        language=call.get("language", ""),
        topic=call["topic"],
        note=call.get("note", ""),
        arrested_on=arrested.isoformat() if arrested else "",
    )


def _steps(steps: Sequence[Mapping[str, Any]]) -> list[tuple[str, Any]]:
    return [item for step in steps for item in step.items()]


def _command(kind: str, what: Any, made: Callback, staff: str, at: int) -> Command:
    match kind:
        case "claim":
            return Claim(at=at, staff=staff)
        case "note":
            return Note(at=at, staff=staff, text=what)
        case "cancel":
            return Cancel(at=at)
        case _:
            outcome = Outcome(what)
            return Try(at=at, staff=staff, outcome=outcome, seen=made.position, next=made.slot)
