"""The frames that the widget is tested with, as the service writes them.

    python -m tests.web.frames

A visitor's whole chat, one of each kind of event, and one of each signal: widget/test/frames.json.
"""

import json
from typing import Final

from chatbot.domain import commands, frames
from chatbot.domain.commands import By
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.events import Recorded
from chatbot.domain.outcome import Option, Outcome, Urgent
from chatbot.services.conversations import encoded
from tests.architecture.project import ROOT

FRAMES: Final = ROOT / "widget" / "test" / "frames.json"
AMINA: Final = {"staff": "amina", "name": "Amina"}
CHAT: Final[tuple[commands.Command, ...]] = (
    commands.Open(at=1, notice="1"),
    commands.Say(at=2, text="Am I late?", client_id="c-1"),
    commands.Answer(
        at=3,
        to=2,
        text="Which?",
        html="<p>Which?</p>",
        outcome=Outcome.CLARIFY,
        options=(Option("late", "What if I am late?"),),
    ),
    commands.Say(at=4, text="I want to die", client_id="c-2"),
    commands.Answer(
        at=5,
        to=4,
        text="Ring 116 123",
        html="<p>Ring 116 123</p>",
        outcome=Outcome.SIGNPOSTED,
        slug="suicide-self-harm",
        revision=1,
        urgent=Urgent.SELF_HARM,
    ),
    commands.AskForPerson(at=6, staffed=True),
    commands.TakeOver(at=7, **AMINA),
    commands.ReplyAsStaff(at=8, **AMINA, text="Hello", client_id="s-1", seen=9),
    commands.AddNote(at=9, staff="amina", text="for staff only"),
    commands.HandBack(at=10, staff="amina"),
    commands.WarnOfClosing(at=11, after=1, grace=9, text="Are you still there?"),
    commands.LeaveMessage(at=12, text="Write below."),
    commands.StopWaiting(at=13),
    commands.AskForCallback(at=13, reference="D5QM667"),
    commands.Close(at=14, by=By.VISITOR),
    commands.Erase(at=15),
)
SIGNALS: Final = {
    "ack": frames.ack("c-1", 2),
    "nack": frames.nack("c-1", "invalid", None),
    "later": frames.nack("c-1", "too_many", 90),
    "live": frames.live(2, "e"),
    "queue": frames.queue({"position": 2, "chat": "open", "wait_ms": 60_000}),
    "typing": frames.typing("Amina"),
}


def chat() -> list[Recorded]:
    """Return what happens in it."""
    now = Conversation("c")
    recorded: list[Recorded] = []
    for command in CHAT:
        for event in decide(now, command):
            before, now = now, evolve(now, event)
            seq = now.seq if now.seq > before.seq else None
            recorded.append(Recorded(now.position, seq, event))
    return recorded


def dumped() -> str:
    """Return the content of the file."""
    log = [json.loads(frame) for _, frame in encoded(chat())]
    return json.dumps({"log": log, "signals": SIGNALS}, indent=1) + "\n"


if __name__ == "__main__":
    FRAMES.write_text(dumped(), "utf-8")
