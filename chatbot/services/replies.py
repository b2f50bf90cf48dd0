"""What helps staff to reply: prepared replies, and the FAQ by the same engine that visitors ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain import text as text_rules
from chatbot.domain.errors import Invalid
from chatbot.domain.people import Action, Person
from chatbot.services.errors import UnknownReply
from chatbot.services.faq import FaqService, Published
from chatbot.services.identity import Clock, new_id
from chatbot.services.rendering import UnknownPlaceholder
from chatbot.services.voice import Voice
from chatbot.store.replies import Canned, Replies

NAME_LIMIT: Final = 60
SUGGESTED: Final = 3
FOUND: Final = 6


@dataclass(frozen=True, slots=True)
class Insert:
    """Something to put into a reply: what it is called, and its words."""

    key: str
    name: str
    text: str


class ReplyService:
    """Use cases of prepared words."""

    def __init__(self, store: Replies, faq: FaqService, voice: Voice, clock: Clock) -> None:
        self._store = store
        self._faq = faq
        self._voice = voice
        self._clock = clock

    async def of(self, person: Person) -> Sequence[Canned]:
        """Return the replies that this person may use."""
        return await self._store.of(person.id)

    async def save(
        self, person: Person, name: str, text: str, *, shared: bool, reply_id: str = ""
    ) -> None:
        """Keep a reply; `reply_id` names one that is there already.

        Raises:
            Invalid: it has no name or text, they are too long, or it names an unknown setting.
            UnknownReply: there is none with that id that this person may change.
        """
        tidy = " ".join(text_rules.clean(name).split())
        if not tidy or len(tidy) > NAME_LIMIT:
            raise Invalid(name="too_long" if tidy else "empty")
        kept = text_rules.message(text, text_rules.STAFF_LIMIT)
        self._filled(kept)
        if reply_id:
            before = await self._changeable(person, reply_id)
            canned = Canned(before.id, before.owner, tidy, kept)
        else:
            if shared and not person.may(Action.EDIT_SHARED_REPLIES):
                raise UnknownReply
            now = self._clock()
            canned = Canned(new_id(now), "" if shared else person.id, tidy, kept)
        await self._store.save(canned, self._clock())

    async def drop(self, person: Person, reply_id: str) -> None:
        """Forget a reply that this person may change."""
        await self._store.drop((await self._changeable(person, reply_id)).id)

    async def find(self, person: Person, words: str) -> Sequence[Insert]:
        """Return replies whose name has `words`, then what the FAQ has to say about them."""
        sought = words.strip().casefold()
        mine = [
            self._insert(one)
            for one in await self._store.of(person.id)
            if sought in one.name.casefold()
        ]
        found = await self._faq.search(words, FOUND) if sought else []
        return [*mine[:FOUND], *(_entry(one) for one in found)]

    async def suggested(self, words: str) -> Sequence[Insert]:
        """Return the entries that fit what a visitor wrote last."""
        found = await self._faq.search(words, SUGGESTED) if words.strip() else []
        return [_entry(one) for one in found]

    async def insert(self, person: Person, key: str) -> Insert | None:
        """Return what a key of `find` or `suggested` stands for."""
        kind, _, name = key.partition(":")
        if kind == "faq":
            found = self._faq.find(name)
            return _entry(found) if found else None
        canned = await self._store.get(name)
        mine = canned and canned.owner in {"", person.id}
        return self._insert(canned) if canned and mine else None

    async def _changeable(self, person: Person, reply_id: str) -> Canned:
        canned = await self._store.get(reply_id)
        if canned is None or (
            not person.may(Action.EDIT_SHARED_REPLIES)
            if canned.shared
            else canned.owner != person.id
        ):
            raise UnknownReply
        return canned

    def _filled(self, text: str) -> str:
        try:
            return self._voice.speak(text).text
        except UnknownPlaceholder as error:
            raise Invalid(text="placeholder") from error

    def _insert(self, canned: Canned) -> Insert:
        return Insert(f"reply:{canned.id}", canned.name, self._filled(canned.text))


def _entry(entry: Published) -> Insert:
    return Insert(f"faq:{entry.slug}", entry.question, entry.answer_text)
