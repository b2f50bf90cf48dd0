"""Forgetting in time: chats and concerns are kept as long as the settings say, and no longer."""

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from chatbot.services.conversations import ConversationService
from chatbot.services.errors import Busy, NotAllowed
from chatbot.services.identity import Clock
from chatbot.store.errors import Stale, StoreError
from chatbot.store.retention import Retention

EVERY_SECONDS: Final = 600.0
USAGE_KEPT_DAYS: Final = 400
"""How long it is known on which day an entry was the answer: a year ago can still be looked at."""
USAGE_KEPT: Final = USAGE_KEPT_DAYS * 86_400_000

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long, in milliseconds, after a chat ended or a concern was written."""

    chats: int
    concerns: int


@dataclass(frozen=True, slots=True)
class Over:
    """How many have been kept for long enough; `usage` are counts of an entry on a day."""

    chats: int
    concerns: int
    usage: int = 0


class RetentionService:
    """The one door through which time takes things away."""

    def __init__(
        self, store: Retention, conversations: ConversationService, terms: Terms, clock: Clock
    ) -> None:
        self._store = store
        self._conversations = conversations
        self.terms = terms
        self._clock = clock

    async def run(self) -> None:
        """Forget what is over until cancelled."""
        while True:
            try:
                await self.sweep()
            except StoreError as error:
                log.warning("retention.failed error=%s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def over(self) -> Over:
        """Return how many a sweep would take now."""
        now, terms = self._clock(), self.terms
        counts = await self._store.count(now - terms.chats, now - terms.concerns)
        return Over(*counts, await self._store.usage(now - USAGE_KEPT))

    async def sweep(self) -> Over:
        """Erase what is over; return how much it was. Concerns go first: chats stay for them."""
        now, terms = self._clock(), self.terms
        concerns = await self._forget_concerns(now - terms.concerns, now)
        chats = await self._erase_chats(now - terms.chats)
        return Over(chats, concerns, await self._forget_usage(now - USAGE_KEPT))

    async def erase(self, reference: str, who: str) -> int:
        """Erase what was written in the chat with a reference; return how many there were.

        Concerns about it stay: they are records of staff, and not the visitor's words.
        """
        found = await self._store.with_reference(reference)
        for conversation_id in found:
            await self._conversations.erase(conversation_id, who)
        return len(found)

    async def _forget_concerns(self, before: int, now: int) -> int:
        done = 0
        while ids := await self._store.concerns(before):
            for concern_id in ids:
                try:
                    await self._store.forget_concern(concern_id, now)
                    done += 1
                except Stale:
                    continue  # another node has done it
        return done

    async def _forget_usage(self, before: int) -> int:
        """Figures have sums of their own: no report loses anything by this."""
        usage = await self._store.usage(before)
        if usage:
            await self._store.forget_usage(before)
        return usage

    async def _erase_chats(self, before: int) -> int:
        done = 0
        while ids := await self._store.chats(before):
            erased = 0
            for conversation_id in ids:
                try:
                    await self._conversations.erase(conversation_id)
                    erased += 1
                except (Busy, NotAllowed):
                    continue  # somebody is writing to it; the next sweep comes
            done += erased
            if not erased:
                break
        return done
