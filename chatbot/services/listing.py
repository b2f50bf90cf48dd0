"""The FAQ's list as editors see it, a page at a time, however large the FAQ is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.faq import Entry
from chatbot.services.identity import Clock
from chatbot.store.listing import MOST, STATES, Listing, Wanted
from chatbot.store.picked import DAY
from chatbot.store.usage import Usage

USED_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry in the list. `drafts` names who works on it; one without `saved` is new.

    `usage` is that of the last 30 days.
    """

    entry: Entry
    saved: bool
    drafts: tuple[str, ...]
    publish_at: int | None
    usage: Usage

    def due(self, today: str) -> bool:
        """Tell whether it should have been looked at again by today, an ISO date."""
        return self.saved and bool(self.entry.review_by) and self.entry.review_by < today


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list: `number` of `last`, both from 1.

    `found` is how many entries fit, `counts` how many there are in each state and as `total`.
    """

    rows: Sequence[Listed]
    number: int
    last: int
    found: int
    counts: Mapping[str, int]
    topics: Sequence[str]


class ListingService:
    """Looks entries up for their editors."""

    def __init__(self, store: Listing, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def page(self, wanted: Wanted, number: int) -> Page:
        """Return a page, the last one where there are fewer; what is only begun comes first."""
        fresh = await self._begun()
        begun = [one for one in fresh if _fits(one, wanted)]
        found = len(begun) + await self._store.found(wanted)
        last = max(1, -(-found // MOST))
        number = min(max(number, 1), last)
        start = (number - 1) * MOST
        rows = begun[start : start + MOST]
        if len(rows) < MOST:
            rest = max(0, start - len(begun))
            entries = await self._store.page(wanted, rest, MOST - len(rows))
            rows += await self._listed(entries, saved=True)
        return Page(
            rows,
            number,
            last,
            found,
            await self._counts(wanted.today, fresh),
            await self._store.topics(),
        )

    async def counts(self, today: str) -> dict[str, int]:
        """Return how many entries there are in each state on a day, what is only begun too."""
        return await self._counts(today, await self._begun())

    async def _begun(self) -> list[Listed]:
        """Return what is only a draft or a plan."""
        fresh = await self._store.fresh()
        found: list[Listed] = []
        for start in range(0, len(fresh), MOST):
            found += await self._listed(fresh[start : start + MOST], saved=False)
        return found

    async def _listed(self, entries: Sequence[Entry], *, saved: bool) -> list[Listed]:
        since = self._clock() - USED_DAYS * DAY
        beside = await self._store.beside([one.slug for one in entries], since)
        return [
            Listed(
                one,
                saved,
                tuple(beside.drafted.get(one.slug, ())),
                beside.planned.get(one.slug),
                beside.usage[one.slug],
            )
            for one in entries
        ]

    async def _counts(self, today: str, begun: Sequence[Listed]) -> dict[str, int]:
        counts = await self._store.counts(today)
        for name in STATES:
            counts[name] += sum(_in_state(one, name) for one in begun)
        counts["total"] += len(begun)
        return counts


def _fits(one: Listed, wanted: Wanted) -> bool:
    """Tell whether what is only begun is wanted, as the store does for the others."""
    entry = one.entry
    said = " ".join([entry.question, entry.slug, entry.answer, *entry.phrasings]).lower()
    return (
        all(word in said for word in wanted.sought)
        and wanted.topic in {"", entry.topic}
        and (not wanted.state or _in_state(one, wanted.state))
    )


def _in_state(one: Listed, state: str) -> bool:
    match state:
        case "draft":
            return bool(one.drafts)
        case "planned":
            return one.publish_at is not None
        case "confirm":
            return bool(one.entry.confirm)
        case _:
            return False
