"""Write the parts of the documents that are read off the code: `make docs`.

A document says where by a line `<!-- made by make docs: NAME -->`; what follows, up to the next
`<!-- end -->`, is replaced. A test fails when a part is out of date.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from pathlib import Path
from typing import Final, get_args
from unittest.mock import patch

from chatbot import cli
from chatbot.content import loading
from chatbot.domain import commands
from chatbot.domain.commands import By
from chatbot.domain.conversation import Conversation, decide, evolve
from chatbot.domain.errors import Refused
from chatbot.domain.events import Event, PublicEvent, State
from chatbot.domain.outcome import Outcome
from chatbot.web.errors import HTTP_CODES, STATUS
from chatbot.web.routes import ROUTES

DOCS: Final = Path(__file__).parent
PART: Final = re.compile(r"(<!-- made by make docs: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)
ADDRESS: Final = re.compile(r"^[A-Z]+ \S+?[.:]?( |$)")
LATER: Final = 10**9

EXAMPLES: Final[Sequence[commands.Command]] = (
    commands.Open(at=LATER, notice="1"),
    commands.Say(at=LATER, text="a", client_id="a"),
    commands.Answer(at=LATER, to=1, text="a", html="a", outcome=Outcome.ANSWERED),
    commands.AskForPerson(at=LATER, staffed=True),
    commands.LeaveMessage(at=LATER, text="a"),
    commands.StopWaiting(at=LATER),
    commands.AskForCallback(at=LATER, reference="K4M7QD2"),
    commands.Rate(at=LATER, helpful=True),
    commands.Stay(at=LATER),
    commands.Close(at=LATER, by=By.VISITOR),
    commands.Leave(at=LATER),
    commands.TakeOver(at=LATER, staff="amina", name="Amina"),
    commands.ReplyAsStaff(at=LATER, staff="amina", name="Amina", text="a", client_id="a", seen=9),
    commands.AddNote(at=LATER, staff="amina", text="a"),
    commands.Transfer(at=LATER, staff="amina", to="bilal", name="Bilal"),
    commands.Label(at=LATER, staff="amina", labels=("a",)),
    commands.Raise(at=LATER, staff="amina"),
    commands.Join(at=LATER, staff="cleo", name="Cleo"),
    commands.Reassign(at=LATER, staff="cleo", to="bilal", name="Bilal"),
    commands.Block(at=LATER, staff="amina", reason="a", until=LATER, text="a"),
    commands.Reopen(at=LATER, staff="amina", name="Amina", within=1),
    commands.Release(at=LATER, staff="amina"),
    commands.HandBack(at=LATER, staff="amina"),
    commands.WarnOfClosing(at=LATER, after=1, grace=1, text="a"),
    commands.CloseIfIdle(at=LATER, after=1),
    commands.GiveUpWaiting(at=LATER, after=1, text="a"),
    commands.Erase(at=LATER),
)
"""One of each command, such that it is allowed wherever it can be."""


def states() -> Iterator[str]:
    """Draw which command leads from which state to which: every pair is tried."""
    yield "```mermaid\nstateDiagram-v2\n    [*] --> assistant"
    for state in State:
        ways: dict[State, list[str]] = {}
        for command in EXAMPLES:
            reached = _after(state, command)
            if reached is not state:
                ways.setdefault(reached, []).append(type(command).__name__)
        for reached, names in ways.items():
            yield f"    {state} --> {reached}: {', '.join(names)}"
    yield "    closed --> [*]\n```"


def _after(state: State, command: commands.Command) -> State:
    now = Conversation(
        id="a",
        state=state,
        position=1,
        assignee="amina" if state is State.STAFF else None,
        waiting_since=0 if state is State.WAITING else None,
        warned_at=0 if isinstance(command, commands.CloseIfIdle) else None,
        closed_at=LATER if state is State.CLOSED else 0,
        closed_by="amina" if state is State.CLOSED else None,
    )
    try:
        for event in decide(now, command):
            now = evolve(now, event)
    except Refused:
        return state
    return now.state


def known_events() -> Iterator[str]:
    """List the events, and who sees them."""
    yield from _table("event", "seen by", "what it says")
    for event in get_args(Event):
        seen = "visitor and staff" if event in get_args(PublicEvent) else "staff"
        said = _summary(event).removeprefix("Staff only: ")
        yield f"| `{event.__name__}` | {seen} | {said[0].upper()}{said[1:]} |"


def routes() -> Iterator[str]:
    """List the addresses, and for whom they are."""
    yield from _table("address", "for", "what it is")
    for route in ROUTES:
        said = ADDRESS.sub("", _summary(route.handler)) or route.handler.__name__.replace("_", " ")
        yield f"| `{route.method} {route.path}` | {route.audience} | {said[0].upper()}{said[1:]} |"


def typed_commands() -> Iterator[str]:
    """Show each command's own help."""
    for command in cli.COMMANDS:
        yield f"\n### `chatbot {command.words}`\n\n```\n{_help(command.words)}\n```"


def _help(words: str) -> str:
    asked = patch.dict("os.environ", COLUMNS="100")  # argparse would ask the terminal
    with asked, suppress(SystemExit), redirect_stdout(StringIO()) as said:
        cli.parser().parse_args([*words.split(), "--help"])
    return said.getvalue().rstrip()


def errors() -> Iterator[str]:
    """List the codes, their status, and what a person reads."""
    texts = loading.texts().area("errors.")
    codes = {getattr(type_, "code", "internal"): status for type_, status in STATUS.items()}
    codes |= {code: status for status, code in HTTP_CODES.items() if code not in codes}
    yield from _table("code", "status", "what a person reads")
    for code, status in sorted(codes.items(), key=lambda pair: (pair[1], pair[0])):
        yield f"| `{code}` | {status} | {texts[f'errors.{code}']} |"


PARTS: Final[dict[str, Callable[[], Iterator[str]]]] = {
    "states": states,
    "events": known_events,
    "routes": routes,
    "commands": typed_commands,
    "errors": errors,
}


def _table(*heads: str) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield "|---" * len(heads) + "|"


def _summary(thing: object) -> str:
    return " ".join((thing.__doc__ or "").strip().partition("\n\n")[0].split())


def filled(document: str) -> str:
    """Return a document with its generated parts as they are now."""
    return PART.sub(
        lambda part: f"{part[1]}\n{chr(10).join(PARTS[part[2]]())}\n\n{part[3]}", document
    )


def documents() -> dict[Path, list[str]]:
    """Return the documents that have generated parts, and which."""
    found = {path: PART.findall(path.read_text("utf-8")) for path in DOCS.rglob("*.md")}
    return {path: [name for _, name, _ in parts] for path, parts in found.items() if parts}


if __name__ == "__main__":
    for path in documents():
        path.write_text(filled(path.read_text("utf-8")), "utf-8")
