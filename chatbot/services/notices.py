"""How each of the staff is told that something needs them, and what there is to tell on a page."""

from collections.abc import Sequence
from typing import Final

from chatbot.domain.notices import Notice, Preferences
from chatbot.domain.people import Person
from chatbot.services.identity import Clock
from chatbot.store.notices import Notices
from chatbot.store.preferences import PreferenceStore

OVERLAP_MS: Final = 10_000
"""Notices may come into the store a little later than they happened: so much is read again."""


class NoticeService:
    """Preferences, and the notices for an open page."""

    def __init__(self, notices: Notices, preferences: PreferenceStore, clock: Clock) -> None:
        self._notices = notices
        self._preferences = preferences
        self._clock = clock

    async def preferences(self, person: Person) -> Preferences:
        """Return how somebody wants to be told."""
        return await self._preferences.of(person.id)

    async def save(self, person: Person, wanted: Preferences) -> None:
        """Keep how somebody wants to be told."""
        await self._preferences.save(person.id, wanted)

    async def of(self, person: Person, after: int) -> Sequence[Notice]:
        """Return what a page of this person is to be told of, from a little before `after` on.

        In their quiet hours that is nothing; what is past by then is not told afterwards.
        """
        if (await self.preferences(person)).quiet_until(self._clock()) is not None:
            return ()
        return await self._notices.of(person.id, after - OVERLAP_MS)
