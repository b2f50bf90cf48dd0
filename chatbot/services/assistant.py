"""The assistant's turn: look at what a visitor wrote and answer in approved words.

It works from what the store says is owed, one conversation at a time, so an answer that a crash
took away is given after the restart, and never twice.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from chatbot.domain.commands import Answer
from chatbot.domain.conversation import Conversation
from chatbot.domain.errors import Refused
from chatbot.domain.events import State
from chatbot.domain.outcome import (
    CALLBACK_ENTRY,
    SIGNPOSTS,
    SMALL_TALK,
    Offer,
    Option,
    Outcome,
    Reply,
    Urgent,
)
from chatbot.domain.phones import find
from chatbot.services.conversations import Asked, ConversationService
from chatbot.services.faq import FaqService
from chatbot.services.identity import Clock
from chatbot.services.voice import Voice
from chatbot.store.errors import StoreError

WORKERS: Final = 4
MISSES_BEFORE_A_PERSON: Final = 1
"""After this many misses in a row, the next one offers a person."""
LOOKED_AT: Final = 10_000
_KINDS: Final[Mapping[str, Urgent]] = {slug: kind for kind, slug in SIGNPOSTS.items()}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Shown:
    """A reply in words: what the visitor gets to read."""

    outcome: Outcome
    text: str
    html: str
    slug: str | None = None
    revision: int | None = None
    options: tuple[Option, ...] = ()
    urgent: Urgent | None = None
    offers: tuple[Offer, ...] = ()


class AssistantService:
    """Answers questions, inside conversations and outside."""

    def __init__(
        self,
        conversations: ConversationService,
        faq: FaqService,
        voice: Voice,
        clock: Clock,
    ) -> None:
        self._conversations = conversations
        self._faq = faq
        self._voice = voice
        self._clock = clock
        self._owed: asyncio.Queue[str] = asyncio.Queue()
        self._queued: set[str] = set()
        self._busy: set[str] = set()
        self._looked_at: OrderedDict[str, int] = OrderedDict()
        self.on_answer: Callable[[str], None] = lambda _: None
        """Called with the slug of an entry that was the answer; never with a signpost's."""

    def notice(self, conversation_id: str) -> None:
        """Look at this conversation soon: its visitor has written."""
        if conversation_id not in self._queued:
            self._queued.add(conversation_id)
            self._owed.put_nowait(conversation_id)

    async def run(self) -> None:
        """Answer what is noticed until cancelled."""
        async with asyncio.TaskGroup() as workers:
            for _ in range(WORKERS):
                workers.create_task(self._work())

    async def _work(self) -> None:
        while True:
            conversation_id = await self._owed.get()
            self._queued.discard(conversation_id)
            if conversation_id in self._busy:
                # Its worker looks again when it is done.
                self._queued.add(conversation_id)
                continue
            self._busy.add(conversation_id)
            try:
                await self.answer_owed(conversation_id)
            except (Refused, StoreError) as error:
                # The sweeper comes back to it.
                log.warning("assistant.failed error=%s", type(error).__name__)
            finally:
                self._busy.discard(conversation_id)
                if conversation_id in self._queued:
                    self._owed.put_nowait(conversation_id)

    async def answer_owed(self, conversation_id: str) -> None:
        """Answer every message of this conversation that waits for an answer, in order."""
        now, messages = await self._conversations.messages_owed(conversation_id)
        for message in messages:
            looked_at = message.seq <= self._looked_at.get(conversation_id, 0)
            if looked_at and now.state is not State.ASSISTANT:
                continue  # once nobody came, it is owed an answer all the same
            now = await self._answer(now, message)
            if now.state is not State.ASSISTANT:
                self._remember(conversation_id, message.seq)

    async def _answer(self, now: Conversation, said: Asked) -> Conversation:
        shown = self.pick(said.slug, now.language) if said.slug else None
        confidence = None
        if shown is None:
            reply, confidence = await self._reply(said.text, now.topic)
            shown = self.show(reply, now.language, now.misses)
        shown = self._with_form(shown, said.text, now.language)
        changed = await self._conversations.do(
            now.id,
            Answer(
                at=self._clock(),
                to=said.seq,
                text=shown.text,
                html=shown.html,
                outcome=shown.outcome,
                slug=shown.slug,
                revision=shown.revision,
                options=shown.options,
                urgent=shown.urgent,
                confidence=confidence,
                offers=shown.offers,
            ),
        )
        if changed.new and shown.slug and shown.urgent is None and not now.demo:
            self.on_answer(shown.slug)
        return changed.conversation

    def _with_form(self, shown: Shown, text: str, language: str) -> Shown:
        """Offer the form where somebody wants to be rung: a number in a chat says nothing of what
        is safe with it.
        """
        number = find(text) is not None
        if number and shown.outcome in {Outcome.UNANSWERED, Outcome.CLARIFY}:
            words = self._voice.say("assistant.phone", language)
            shown = Shown(Outcome.SMALLTALK, words.text, words.html)
        wanted = number or shown.slug == CALLBACK_ENTRY
        return replace(shown, offers=(Offer.CALLBACK,)) if wanted else shown

    async def _reply(self, text: str, previous: str | None) -> tuple[Reply, float | None]:
        try:
            explained = await self._faq.explain(text, previous)
        except Exception as error:  # noqa: BLE001  # a visitor is owed an answer, whatever broke
            # Never the error's own words: they may quote the message.
            log.error("assistant.broken error=%s", type(error).__name__)  # noqa: TRY400  # likewise
            return Reply(Outcome.UNANSWERED), None
        return explained.reply, round(float(explained.confidence), 3)

    def _remember(self, conversation_id: str, seq: int) -> None:
        """While staff speak the log does not say what was looked at for harm; this does."""
        self._looked_at[conversation_id] = seq
        self._looked_at.move_to_end(conversation_id)
        if len(self._looked_at) > LOOKED_AT:
            self._looked_at.popitem(last=False)

    async def ask(self, text: str, language: str) -> Shown:
        """Answer a question that belongs to no conversation."""
        explained = await self._faq.explain(text)
        return self.show(explained.reply, language)

    def pick(self, slug: str, language: str) -> Shown | None:
        """Return the answer to an offered question, if it is published."""
        found = self._faq.find(slug)
        if found is None:
            return None
        if urgent := _KINDS.get(slug):
            return self.show(Reply(Outcome.SIGNPOSTED, slug, urgent=urgent), language)
        small = found.topic == SMALL_TALK
        return self.show(Reply(Outcome.SMALLTALK if small else Outcome.ANSWERED, slug), language)

    def show(self, reply: Reply, language: str, misses: int = 0) -> Shown:
        """Put a reply into words; `misses` are those in a row before this one.

        An answer stays in the words that were approved; only what we say ourselves is translated.
        """
        found = self._faq.find(reply.slug) if reply.slug else None
        options = self._faq.options([option.slug for option in reply.options])
        if found is not None:
            return Shown(
                reply.outcome,
                found.answer_text,
                found.answer_html,
                found.slug,
                found.revision,
                options,
                reply.urgent,
            )
        if reply.urgent is not None:
            # An admin took the signpost away: the numbers must still be shown.
            words = self._voice.say("assistant.signpost", language)
            return Shown(
                Outcome.SIGNPOSTED, words.text, words.html, options=options, urgent=reply.urgent
            )
        if reply.outcome is Outcome.CLARIFY and options:
            words = self._voice.say("assistant.clarify", language)
            return Shown(Outcome.CLARIFY, words.text, words.html, options=options)
        key = "assistant.unanswered"
        if misses >= MISSES_BEFORE_A_PERSON:
            key = "assistant.unanswered_again"
        words = self._voice.say(key, language)
        return Shown(Outcome.UNANSWERED, words.text, words.html, options=options)
