"""`chatbot demo`: made-up chats, calls and two people, for a first look; `--remove` ends it.

Everything is made by the services that make the real thing, only at times in the past, and every
chat stands under the label "demo", by which it is found again.
"""

import argparse
import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from secrets import token_hex
from typing import Any, Final
from uuid import uuid4

from chatbot.app import opened
from chatbot.commands.demo_calls import make_call
from chatbot.commands.shared import CommandError, bar, run
from chatbot.content import loading
from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.outcome import Ending
from chatbot.domain.people import DEFAULT_CAPACITY, Availability, Person, Role
from chatbot.services.identity import new_token, system_clock
from chatbot.settings import Settings
from chatbot.store.inbox import FIRST, Filter
from chatbot.store.opening import open_database
from chatbot.store.presence import Presence
from chatbot.web import keys

LABEL: Final = "demo"
MINUTE: Final = 60_000
ON_FOR: Final = 60 * MINUTE
"""So long one of the two counts as there without a page: else nobody would be waited for."""
STEP: Final = 20_000
HOST: Final = "@demo.invalid"
PEOPLE: Final = (
    ("Amina (demo)", Role.SUPERVISOR),
    ("Ben (demo)", Role.STAFF),
)
"""No admin is among them: the first real one still joins by the link of the first start."""


class Past:
    """A clock that the demo moves."""

    def __init__(self) -> None:
        self.now = system_clock()

    def __call__(self) -> int:
        return self.now


@dataclass
class Stage:
    """The service without a door to the outside, and who works in it."""

    app: Mapping[Any, Any]
    clock: Past
    staff: Person


def demo(settings: Settings, arguments: argparse.Namespace) -> int:
    """Make the demo, or take it away."""
    return run(settings, _remove(settings) if arguments.remove else _make(settings))


async def _make(settings: Settings) -> int:
    clock = Past()
    async with opened(settings, clock) as app:
        passphrase = f"{new_token()[:20]} demo"
        found = await _people(app)
        if found:
            raise CommandError("the demo is there already; take it away: chatbot demo --remove")
        people = [
            await app[keys.PEOPLE].add(name, _address(name), role, passphrase, COMMAND_LINE)
            for name, role in PEOPLE
        ]
        chats, show = await asyncio.to_thread(loading.demo), bar("Making chats")
        for number, chat in enumerate(chats, 1):
            clock.now = system_clock() - chat["ago"] * MINUTE
            await _play(Stage(app, clock, people[number % len(people)]), chat["steps"])
            if show:
                show(number, len(chats))
        calls = await asyncio.to_thread(loading.demo_calls)
        for number, call in enumerate(calls):
            clock.now = system_clock() - call["asked"] * MINUTE
            staff = people[number % len(people)]
            await make_call(app[keys.CALLBACKS], call, staff, system_clock())
    await _stay_on(settings, people[-1])
    made = f"{len(chats)} made-up chats and {len(calls)} callback requests"
    print(f"{made} are in the console now. Sign in at /console with")
    print(f"  e-mail      {people[0].email}\n  passphrase  {passphrase}")
    print(f"For an hour {people[-1].name} counts as on, so that chats can wait: not for visitors!")
    print("Take it all away again with: chatbot demo --remove")
    return 0


async def _say(app: Mapping[Any, Any], person: Person, said: Availability) -> None:
    await app[keys.AVAILABILITY].say(person.id, said, DEFAULT_CAPACITY)


async def _stay_on(settings: Settings, person: Person) -> None:
    database = await open_database(settings.database)
    until = system_clock() + ON_FOR
    try:
        await Presence(database).say(person.id, Availability.ON, DEFAULT_CAPACITY, until)
    finally:
        await database.close()


async def _people(app: Mapping[Any, Any]) -> list[Person]:
    everyone = await app[keys.PEOPLE].everyone()
    return [one for one in everyone if one.email.endswith(HOST) and not one.disabled]


def _address(name: str) -> str:
    """Return a new address: that of a demo before is taken for good."""
    return f"{name.split(maxsplit=1)[0].lower()}.{token_hex(3)}{HOST}"


async def _play(stage: Stage, steps: list[Mapping[str, Any]]) -> None:
    conversations = stage.app[keys.CONVERSATIONS]
    desk, notice = stage.app[keys.DESK], stage.app[keys.PROMISES].current().version
    chat = (await conversations.start(notice, demo=True)).id
    await desk.label(stage.staff, chat, [LABEL])
    for step in steps:
        [(kind, what)] = step.items()
        stage.clock.now += STEP
        match kind:
            case "visitor":
                await conversations.say(chat, what, str(uuid4()))
                await stage.app[keys.ASSISTANT].answer_owed(chat)
            case "person":
                await _say(stage.app, stage.staff, Availability.ON)
                await stage.app[keys.HANDOVER].ask_for_person(chat)
            case "leave":
                await stage.app[keys.HANDOVER].leave_message(chat)
            case "take":
                await desk.take_over(stage.staff, chat)
            case "staff":
                seen = (await desk.open(stage.staff, chat)).now.newest
                await desk.reply(stage.staff, chat, what, str(uuid4()), seen)
            case "note":
                await desk.note(stage.staff, chat, what)
            case _:
                await desk.close(stage.staff, chat, Ending(what))


async def _remove(settings: Settings) -> int:
    async with opened(settings, Past()) as app:
        desk, conversations, people = app[keys.DESK], app[keys.CONVERSATIONS], app[keys.PEOPLE]
        found = await _people(app)
        if not found:
            raise CommandError("there is no demo here")
        erased = 0
        while page := (await desk.search(Filter(label=LABEL), found[0], FIRST)).rows:
            for row in page:
                await conversations.erase(row.id)
                erased += 1
        calls = await app[keys.CALL_DESK].erase_demo(COMMAND_LINE)
        for one in found:
            await app[keys.AVAILABILITY].leave(one.id)
            await people.disable(one.id, COMMAND_LINE)
    print(f"Erased: {erased} made-up chats and {calls} callback requests.")
    print("Nobody of the demo can sign in any more.")
    return 0
