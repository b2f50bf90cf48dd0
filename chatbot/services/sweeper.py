"""What must happen though nobody does anything: late answers and closing.

Time enters here and goes on as data: each timer is a command that the rules may still refuse.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from chatbot.domain.commands import CloseIfIdle, Command, WarnOfClosing
from chatbot.domain.errors import Refused
from chatbot.services.assistant import AssistantService
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import Clock
from chatbot.services.voice import Voice
from chatbot.store.errors import StoreError

EVERY_SECONDS: Final = 5.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long each thing may take, in milliseconds."""

    answer_again: int
    idle: int
    idle_grace: int


class Sweeper:
    """Looks through the open conversations again and again."""

    def __init__(
        self,
        conversations: ConversationService,
        assistant: AssistantService,
        patience: Patience,
        clock: Clock,
        voice: Voice,
    ) -> None:
        self._conversations = conversations
        self._assistant = assistant
        self.patience = patience
        self._clock = clock
        self._voice = voice

    async def run(self) -> None:
        """Sweep until cancelled; at the start also what a crash may have left unread."""
        await self._catch(self.look_for_unread())
        while True:
            await self._catch(self.sweep())
            await asyncio.sleep(EVERY_SECONDS)

    async def _catch(self, work: Awaitable[None]) -> None:
        try:
            await work
        except StoreError as error:
            log.warning("sweeper.failed error=%s", type(error).__name__)

    async def look_for_unread(self) -> None:
        """Have what was written to staff looked at: a message may speak of harm."""
        for conversation_id in await self._conversations.with_staff():
            self._assistant.notice(conversation_id)

    async def sweep(self) -> None:
        """Do once what is due now."""
        now, patience = self._clock(), self.patience
        for conversation_id in await self._conversations.owing(now - patience.answer_again):
            self._assistant.notice(conversation_id)
        due = await self._conversations.due(
            warned=now - patience.idle_grace,
            touched=now - patience.idle,
        )
        for conversation_id in due:
            language = await self._conversations.language(conversation_id)
            for command in self._timers(now, language):
                await self._try(conversation_id, command)

    def _timers(self, now: int, language: str) -> tuple[Command, ...]:
        patience = self.patience
        warning = self._voice.say("assistant.idle_warning", language).text
        return (
            CloseIfIdle(at=now, after=patience.idle_grace),
            WarnOfClosing(
                at=now,
                after=patience.idle,
                grace=patience.idle_grace,
                text=warning,
            ),
        )

    async def _try(self, conversation_id: str, command: Command) -> None:
        try:
            await self._conversations.do(conversation_id, command)
        except Refused as error:
            log.info("sweeper.refused code=%s", error.code)
