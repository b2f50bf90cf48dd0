"""What visitors are promised: what is in force now, what somebody was shown, and new versions.

Other nodes learn of a new version as they learn of a saved FAQ: by a hint, or by looking.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from chatbot.domain import promises as rules
from chatbot.domain.promises import UNKNOWN, Kind, Promise
from chatbot.live.bus import Bus
from chatbot.services.following import Following
from chatbot.services.identity import Clock
from chatbot.services.voice import Voice
from chatbot.store.errors import Duplicate
from chatbot.store.promises import STREAM, Promises

SHIPPED: Final = "the software"
"""Who wrote the first versions: nobody of the charity has confirmed them."""
SKEW_MS: Final = 60_000
"""How far the clock of the node that showed a version may be ahead of this one's."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A version as HTML that is safe to show: its first paragraph, and what follows it."""

    promise: Promise
    short: str
    more: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The versions that are shown together, and the name under which a conversation keeps them."""

    version: str
    promises: Mapping[Kind, Shown]


class PromiseService(Following):
    """Shows, dates and adds versions of the promises."""

    def __init__(self, store: Promises, voice: Voice, bus: Bus, clock: Clock) -> None:
        super().__init__(STREAM, self.refresh)
        self._store = store
        self._voice = voice
        self._bus = bus
        self._clock = clock
        self._known: tuple[Promise, ...] = ()
        self._notices: Mapping[str, int] = {}
        self._rendered: dict[Promise, Shown] = {}

    async def start(self, texts: Mapping[Kind, str]) -> None:
        """Seed, read, and try what is in force: a fault is better found now than by a visitor.

        Raises:
            UnknownPlaceholder: see `current`.
        """
        await self.seed(texts)
        await self.refresh()
        self.current()

    async def seed(self, texts: Mapping[Kind, str]) -> bool:
        """Make `texts` the first versions of kinds that have none yet; tell whether any was."""
        known = {one.kind for one in await self._store.all()}
        first = [one for one in first_versions(texts, self._clock()) if one.kind not in known]
        if not first:
            return False
        try:
            await self._store.add(first)
        except Duplicate:  # another node started at the same moment
            return False
        return True

    async def refresh(self) -> None:
        """Serve what the store holds, if there is more than is served."""
        if self._known and await self._store.seq() == len(self._known):
            return
        known = tuple(await self._store.all())
        if len(known) > len(self._known):  # else it was read before one came in
            self._notices = rules.notices(known)
            self._known = known

    def _shown(self, promise: Promise) -> Shown:
        if promise not in self._rendered:
            self._rendered[promise] = Shown(promise, *self.look(promise.text))
        return self._rendered[promise]

    def spoken_by(self, voice: Voice) -> None:
        """Try every version in the words of another voice.

        Raises:
            UnknownPlaceholder: one refers to a setting that the voice does not know.
        """
        for promise in self._known:
            voice.speak(promise.text)

    def forget_rendered(self) -> None:
        """Speak the promises anew: the voice has changed."""
        self._rendered.clear()

    def current(self) -> Notice:
        """Return what is in force now. `start` must have run once.

        Raises:
            UnknownPlaceholder: one refers to a setting that is not there any more.
        """
        # The first versions count at once, also where this clock is behind that of their node.
        at = max(self._clock(), min(self._notices.values()))
        together = rules.in_force(self._known, at)
        shown = {kind: self._shown(one) for kind, one in together.items()}
        return Notice(rules.notice(together), shown)

    def look(self, text: str) -> tuple[str, str]:
        """Return the short form and the rest of a text as HTML, as visitors would see them.

        Raises:
            UnknownPlaceholder: it refers to a setting that is not there.
        """
        short, more = rules.short_and_more(text)
        return self._voice.speak(short).html, self._voice.speak(more).html

    async def kept(self, claimed: str) -> str:
        """Return which notice to keep with a conversation whose visitor says to have seen one.

        It is the one that they saw, not the one now in force: a page may have been open for days.
        One that was never in force is kept as unknown. The visitor can write all the same, and
        nobody can later say on our word that they were told what they perhaps never saw.
        """
        if not self._was_in_force(claimed) and rules.numbers(claimed):
            await self.refresh()  # another node may have shown what this one has not heard of
        return claimed if self._was_in_force(claimed) else UNKNOWN

    def _was_in_force(self, version: str) -> bool:
        first = self._notices.get(version)
        return first is not None and first <= self._clock() + SKEW_MS

    async def texts(self, version: str) -> dict[Kind, Promise] | None:
        """Return the texts behind a conversation's notice, as they were written, for staff.

        None if nobody can tell. What `{placeholders}` stood for then is not kept.
        """
        numbers = rules.numbers(version)
        if numbers is None:
            return None
        known = {(one.kind, one.number): one for one in await self._store.all()}
        found = {kind: known.get((kind, number)) for kind, number in numbers.items()}
        whole = {kind: one for kind, one in found.items() if one is not None}
        return whole if len(whole) == len(found) else None

    async def history(self) -> list[Promise]:
        """Return every version, by kind and number, those still to come too."""
        return await self._store.all()

    async def add(
        self, kind: Kind, text: str, *, by: str, effective_from: int | None = None
    ) -> Promise:
        """Write the next version; it is in force from now, or from a time to come.

        Raises:
            Invalid: see `checked`.
            UnknownPlaceholder: it refers to a setting that is not there.
            Duplicate: somebody else added one at this moment.
        """
        now = self._clock()
        number = rules.next_number(await self._store.all(), kind)
        start = now if effective_from is None else effective_from
        new = rules.checked(Promise(kind, number, text, start, by, now))
        self._shown(new)
        await self._store.add([new], audited=True)
        await self.refresh()
        self._bus.announce(STREAM, len(self._known))
        return new


def first_versions(texts: Mapping[Kind, str], at: int) -> list[Promise]:
    """Return the shipped texts as versions, in force from `at`."""
    return [rules.checked(Promise(kind, 1, text, at, SHIPPED, at)) for kind, text in texts.items()]
