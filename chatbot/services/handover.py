"""From the assistant to a person: into the queue where somebody is there, the truth where not."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from chatbot.domain.availability import Status
from chatbot.domain.commands import AskForPerson, GiveUpWaiting, LeaveMessage
from chatbot.domain.errors import Refused
from chatbot.services.availability import AvailabilityService
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import Clock
from chatbot.services.telling import Telling
from chatbot.services.voice import Voice, Words
from chatbot.store.errors import StoreError

EVERY_SECONDS: Final = 5.0
PATIENCE: Final = 5 * 60_000

log = logging.getLogger(__name__)


class HandoverService:
    """What a visitor who wants a person gets."""

    def __init__(
        self,
        conversations: ConversationService,
        availability: AvailabilityService,
        voice: Voice,
        telling: Mapping[str, Telling],
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._availability = availability
        self._voice = voice
        self._telling = telling
        self._clock = clock
        self.patience: int = PATIENCE
        """Milliseconds that somebody waits, while staff are on, before the assistant speaks up."""

    async def ask_for_person(self, conversation_id: str) -> None:
        """Put the visitor in the queue, or tell them that nobody is there, and until when."""
        await self._ask(conversation_id, await self._availability.status())

    async def leave_message(self, conversation_id: str) -> None:
        """Keep the chat for when somebody is there; who has come meanwhile is asked for at once."""
        status = await self._availability.status()
        if status.open:
            await self._ask(conversation_id, status)
            return
        words = await self._words("handover.left", status, conversation_id)
        leave = LeaveMessage(at=self._clock(), text=words.text, html=words.html)
        await self._conversations.do(conversation_id, leave)

    async def _ask(self, conversation_id: str, status: Status) -> None:
        words = await self._words("handover.nobody", status, conversation_id)
        ask = AskForPerson(at=self._clock(), staffed=status.open, text=words.text, html=words.html)
        await self._conversations.do(conversation_id, ask)

    async def run(self) -> None:
        """End waits that are in vain until cancelled."""
        while True:
            try:
                await self.sweep()
            except StoreError as error:
                log.warning("handover.failed error=%s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def sweep(self) -> None:
        """Tell who has waited for long enough that nobody came; all of them, once nobody is on."""
        status = await self._availability.status()
        after = self.patience if status.open else 0
        now = self._clock()
        for conversation_id in await self._conversations.waited_since(now - after):
            key = "assistant.nobody_came" if status.open else "handover.nobody"
            words = await self._words(key, status, conversation_id)
            give_up = GiveUpWaiting(at=now, after=after, text=words.text, html=words.html)
            await self._give_up(conversation_id, give_up)

    async def _give_up(self, conversation_id: str, give_up: GiveUpWaiting) -> None:
        try:
            changed = await self._conversations.do(conversation_id, give_up)
        except Refused as error:
            log.info("handover.refused code=%s", error.code)
            return
        if changed.new and changed.conversation.owes_answer:
            self._conversations.on_owed(conversation_id)

    async def _words(self, key: str, status: Status, conversation_id: str) -> Words:
        """Return a sentence in the visitor's language, with the time where one is known."""
        if status.notice and not status.open:
            return self._voice.speak(status.notice)
        language = await self._conversations.language(conversation_id)
        if status.opens_at is None:
            return self._voice.say(key, language)
        telling = self._telling.get(language) or next(iter(self._telling.values()))
        when = telling.when(status.opens_at, self._clock())
        return self._voice.say(f"{key}_until", language, when=when)
