"""Questions asked in vain, on both engines: dismissed with what asks the same, and back again."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from chatbot.app import opened
from chatbot.domain.commands import Erase
from chatbot.domain.faq import Entry
from chatbot.domain.people import Person, Role
from chatbot.domain.unanswered import AGAIN_MS, AGAIN_TIMES
from chatbot.services.unanswered import Group
from chatbot.settings import Settings
from chatbot.store.faq import FaqEntries
from chatbot.store.opening import open_database
from chatbot.web import keys

COST = Entry("cost", "What does it cost?", "Nothing at all.")
ADMIN = Person("amina", "amina@example.org", "Amina", Role.ADMIN)
NOW = 1_790_000_000_000
MINUTE = 60_000


@dataclass
class Clock:
    """A time that is moved on."""

    now: int = NOW

    def __call__(self) -> int:
        return self.now


@dataclass
class House:
    """The service without a door: visitors ask it, and an admin looks at what was in vain."""

    app: Mapping[Any, Any]
    clock: Clock

    async def ask(self, text: str = "is there zorbing by the seaside") -> str:
        self.clock.now += MINUTE
        conversations = self.app[keys.CONVERSATIONS]
        chat: str = (await conversations.start("1")).id
        await conversations.say(chat, text, str(uuid4()))
        await self.app[keys.ASSISTANT].answer_owed(chat)
        return chat

    async def seen(self, *, dismissed: bool = False) -> list[tuple[str, int]]:
        """Return what the page lists: how one of each group reads, and how often it was asked."""
        return [(one.text, one.times) for one in await self.groups(dismissed=dismissed)]

    async def groups(self, *, dismissed: bool = False) -> list[Group]:
        found = await self.app[keys.UNANSWERED].groups(ADMIN, dismissed=dismissed)
        return list(found.shown)

    async def dismiss(self) -> None:
        (group,) = await self.groups()
        await self.app[keys.UNANSWERED].dismiss(ADMIN, [one.place for one in group.members])

    async def open(self) -> int:
        count: int = await self.app[keys.UNANSWERED].count()
        return count


@pytest.fixture(name="house")
async def _house(url: str, tmp_path: Path) -> AsyncIterator[House]:
    database = await open_database(url)
    await FaqEntries(database).save([COST], [], 1)
    await database.close()
    clock = Clock()
    async with _opened(url, tmp_path, clock) as house:
        yield house


@asynccontextmanager
async def _opened(url: str, folder: Path, clock: Clock) -> AsyncIterator[House]:
    settings = Settings(database=url, data=str(folder), model="/nowhere")
    async with opened(settings, clock) as app:
        yield House(app, clock)


SEASIDE = "is there zorbing by the seaside"


async def test_what_asks_the_same_as_something_dismissed_stays_away_with_it(house: House) -> None:
    await house.ask()
    assert (await house.seen(), await house.open()) == ([(SEASIDE, 1)], 1)
    await house.dismiss()
    assert (await house.seen(), await house.open()) == ([], 0)
    await house.ask("zorbing by the seaside, is there any")
    assert await house.seen() == []
    assert await house.open() == 0, "it was put with the others"
    [(_, times)] = await house.seen(dismissed=True)
    assert times == 2
    await house.ask("quokkas in the corridor")
    assert await house.seen() == [("quokkas in the corridor", 1)]


async def test_it_comes_back_once_it_was_asked_often(house: House) -> None:
    await house.ask()
    await house.dismiss()
    for _ in range(AGAIN_TIMES - 1):
        await house.ask()
        assert await house.seen() == []
    await house.ask()
    assert await house.seen() == [(SEASIDE, AGAIN_TIMES + 1)]
    (group,) = await house.groups()
    assert (group.since, group.dismissed_at > 0) == (AGAIN_TIMES, True)
    await house.dismiss()
    assert (await house.seen(), len(await house.seen(dismissed=True))) == ([], 1)


async def test_it_comes_back_when_it_is_asked_much_later_and_not_by_itself(house: House) -> None:
    await house.ask()
    await house.dismiss()
    house.clock.now += AGAIN_MS
    assert await house.seen() == []
    await house.ask()
    assert await house.seen() == [(SEASIDE, 2)]


async def test_it_stays_dismissed_when_the_chat_of_before_is_erased(house: House) -> None:
    first = await house.ask()
    await house.dismiss()
    await house.ask()
    assert await house.seen() == []
    erase = Erase(at=house.clock())
    await house.app[keys.CONVERSATIONS].do(first, erase)
    await house.ask()
    assert await house.seen() == []
    assert await house.seen(dismissed=True) == [(SEASIDE, 2)]


async def test_it_can_be_brought_back_and_staff_who_suggest_it_are_heard(house: House) -> None:
    chat = await house.ask()
    await house.dismiss()
    (group,) = await house.groups(dismissed=True)
    places = [one.place for one in group.members]
    await house.app[keys.UNANSWERED].bring_back(ADMIN, places)
    assert await house.seen() == [(SEASIDE, 1)]
    for _ in range(2):
        await house.dismiss()
        assert await house.seen() == []
        await house.app[keys.UNANSWERED].suggest(ADMIN, chat, 2)
        assert await house.seen() == [(SEASIDE, 1)]
