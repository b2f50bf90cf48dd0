"""What happens though nobody does anything: a real database, and a clock that is set."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from chatbot.content import loading
from chatbot.domain.commands import AskForPerson
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.sweeper import Patience, Sweeper
from chatbot.services.voice import Voice
from chatbot.settings import Settings
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.errors import Unavailable
from chatbot.store.opening import open_database
from chatbot.store.vault import Vault

MINUTE = 60_000
TEXTS = {code: loading.texts(code) for code in ("en", "pl")}
VOICE = Voice(TEXTS, Settings().placeholders)
PATIENCE = Patience(answer_again=10_000, idle=60 * MINUTE, idle_grace=10 * MINUTE)


class Assistant:
    """Keeps what it was asked to look at."""

    def __init__(self) -> None:
        self.noticed: list[str] = []

    def notice(self, conversation_id: str) -> None:
        self.noticed.append(conversation_id)


@dataclass
class House:
    """A service whose time is `now`."""

    database: Database
    now: int = 1_000_000_000_000

    def __post_init__(self) -> None:
        store = Conversations(self.database, Vault(b"k" * 32))
        self.conversations = ConversationService(store, Hub(), LocalBus(), self.clock)
        self.assistant = Assistant()
        self.sweeper = Sweeper(
            self.conversations,
            self.assistant,  # type: ignore[arg-type]  # it stands where the assistant would
            PATIENCE,
            self.clock,
            VOICE,
        )

    def clock(self) -> int:
        return self.now

    async def after(self, minutes: float) -> None:
        self.now += int(minutes * MINUTE)
        await self.sweeper.sweep()

    async def a_visitor(self, language: str = "en") -> str:
        started = await self.conversations.start("1", language)
        await self.conversations.say(started.id, "hello", "5f0c7a0e-0000-4000-8000-000000000001")
        return started.id

    async def texts(self, conversation_id: str) -> list[str]:
        return [frame for _, frame in await self.conversations.page(conversation_id, 0, 100)]


@pytest.fixture(name="house")
async def _house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    database = await open_database(f"sqlite:///{tmp_path_factory.mktemp('house')}/chat.db")
    yield House(database)
    await database.close()


async def test_an_answer_that_is_late_is_noticed(house: House) -> None:
    visitor = await house.a_visitor()
    await house.after(0.1)
    assert house.assistant.noticed == []
    await house.after(0.1)
    assert house.assistant.noticed == [visitor]


async def test_a_quiet_visitor_is_warned_once_and_then_the_chat_is_closed(house: House) -> None:
    visitor = await house.a_visitor()
    await house.after(61)
    await house.after(1)
    assert sum("Are you still there" in text for text in await house.texts(visitor)) == 1
    await house.after(10)
    assert '"type":"closed"' in (await house.texts(visitor))[-1]


@pytest.mark.parametrize(("language", "warned"), [("pl", "Czy nadal tu jesteś"), ("xx", "Are you")])
async def test_a_visitor_is_warned_in_the_language_of_the_chat_or_in_the_first(
    house: House, language: str, warned: str
) -> None:
    visitor = await house.a_visitor(language)
    await house.after(61)
    assert sum(warned in text for text in await house.texts(visitor)) == 1


async def test_whoever_stays_is_not_closed(house: House) -> None:
    visitor = await house.a_visitor()
    await house.after(61)
    await house.conversations.stay(visitor)
    assert f'"closes_at":{house.now + 10 * MINUTE}' in (await house.texts(visitor))[-1]
    await house.after(30)
    assert '"type":"closed"' not in (await house.texts(visitor))[-1]


async def test_after_a_restart_those_with_staff_are_looked_at(house: House) -> None:
    visitor = await house.a_visitor()
    await house.conversations.do(visitor, AskForPerson(at=house.now, staffed=True))
    await house.sweeper.look_for_unread()
    assert house.assistant.noticed == [visitor]


async def test_a_database_that_is_away_does_not_stop_the_sweeper(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def away(_since: int) -> list[str]:
        raise Unavailable(reason="gone")

    monkeypatch.setattr(house.conversations, "owing", away)
    await house.sweeper._catch(house.sweeper.sweep())  # noqa: SLF001  # one turn of its loop
    assert "sweeper.failed error=Unavailable" in caplog.text


async def test_a_hint_from_another_node_makes_this_one_read_again(house: House) -> None:
    visitor = await house.a_visitor()
    topic = f"conversation:{visitor}"
    house.conversations.hint(topic, 99)
    house.conversations.hint("conversation:unknown", 1)
    house.conversations.look_again()
    assert len(await house.texts(visitor)) == 2


async def test_erasing_leaves_a_tombstone_for_every_screen(house: House) -> None:
    visitor = await house.a_visitor()
    await house.conversations.erase(visitor)
    (only,) = await house.texts(visitor)
    assert '"type":"erased"' in only
    assert await house.conversations.messages_owed(visitor) is not None
