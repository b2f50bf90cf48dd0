"""A service in this process, so that a test can act as the staff whom a visitor talks to."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from playwright.async_api import Frame

from chatbot.domain.commands import (
    Block,
    By,
    Close,
    Command,
    Reopen,
    ReplyAsStaff,
    StopWaiting,
    TakeOver,
    WarnOfClosing,
)
from chatbot.domain.conversation import Conversation
from chatbot.domain.people import Availability
from chatbot.services.identity import new_token, system_clock
from chatbot.settings import Settings
from chatbot.web import keys
from tests.browser.chat import Chat
from tests.web.conftest import WIDE, Service, serving


class Staff:
    """Amina, who answers the visitors of one service."""

    def __init__(self, service: Service) -> None:
        self.base = service.base
        self._app = service.app

    async def is_there(self, *, on: bool) -> None:
        """Be on or off, and let it be known at once."""
        service = self._app[keys.AVAILABILITY]
        await service.say("amina", Availability.ON if on else Availability.OFF, 20)
        await service.status()

    async def sends_all_away(self) -> None:
        """Leave nobody waiting, so that who comes next is the first."""
        for waiting in await self._app[keys.CONVERSATIONS].queue():
            await self._do(waiting, StopWaiting(at=system_clock()))

    async def conversation(self, chat: Chat) -> Conversation:
        """Return the conversation of a chat, as the service has it."""
        session = json.loads(await frame_of(chat).evaluate("sessionStorage.chat"))
        authorise = self._app[keys.CONVERSATIONS].authorise
        return await authorise(session["id"], session["token"])

    async def joins(self, conversation_id: str) -> None:
        """Take over."""
        await self._do(conversation_id, TakeOver(at=system_clock(), staff="amina", name="Amina"))

    async def says(self, conversation_id: str, text: str) -> None:
        """Reply."""
        reply = ReplyAsStaff(
            at=system_clock(),
            staff="amina",
            name="Amina",
            text=text,
            client_id=new_token(),
            seen=10_000,
        )
        await self._do(conversation_id, reply)

    async def types(self, conversation_id: str) -> None:
        """Type, without a word of it being seen."""
        frame = '{"type":"typing","name":"Amina"}'
        self._app[keys.HUB].push(f"conversation:{conversation_id}", frame)

    async def warns(self, conversation_id: str) -> None:
        """Have the visitor warned, as if an hour had passed."""
        at, text = system_clock() + 3_600_000, "Are you still there?"
        warning = WarnOfClosing(at=at, after=1, grace=600_000, text=text)
        await self._do(conversation_id, warning)

    async def closes(self, conversation_id: str) -> None:
        """End the chat."""
        await self._do(conversation_id, Close(at=system_clock(), by=By.STAFF, staff="amina"))

    async def takes_closing_back(self, conversation_id: str) -> None:
        """Undo it."""
        undo = Reopen(at=system_clock(), staff="amina", name="Amina", within=60_000)
        await self._do(conversation_id, undo)

    async def blocks(self, conversation_id: str, until: int) -> None:
        """End the chat, and have its visitor begin no other one until then."""
        block = Block(
            at=system_clock(), staff="amina", reason="threats", until=until, text="Please ring us."
        )
        await self._do(conversation_id, block)

    async def _do(self, conversation_id: str, command: Command) -> None:
        await self._app[keys.CONVERSATIONS].do(conversation_id, command)

    async def until(self, conversation_id: str, is_so: Callable[[Conversation], bool]) -> None:
        """Wait until the service has something of the conversation."""
        for _ in range(400):
            if is_so(await self.stored(conversation_id)):
                return
            await asyncio.sleep(0.05)
        raise AssertionError(await self.stored(conversation_id))

    async def stored(self, conversation_id: str) -> Conversation:
        """Return the conversation, also when its chat has ended."""
        now, _ = await self._app[keys.CONVERSATIONS].messages_owed(conversation_id)
        return now


def frame_of(chat: Chat) -> Frame:
    """Return the document of a chat."""
    (frame,) = chat.page.main_frame.child_frames
    return frame


@asynccontextmanager
async def staffed(folder: Path) -> AsyncIterator[Staff]:
    """Run a service with staff."""
    settings = Settings(
        database=f"sqlite:///{folder}/chat.db", limits=WIDE, opening_hours="mon-sun 00:00-24:00"
    )
    async with serving(settings) as service:
        yield Staff(service)
