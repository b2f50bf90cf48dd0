"""What visitors asked the assistant, read where it stands: in their conversations, encrypted.

Nothing is copied out, so whatever is erased there is gone here too.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from chatbot.domain.audit import NOBODY, Deed
from chatbot.domain.events import Author, MessagePosted, Recorded
from chatbot.domain.unanswered import Reason
from chatbot.store import audit
from chatbot.store.conversations import read_event
from chatbot.store.database import Database, Row
from chatbot.store.query import Statement, sql
from chatbot.store.vault import Vault

CONVERSATIONS: Final = 40
"""How many of the newest are looked at for what was asked last."""

NEWEST = sql("""
    select c.id, c.data_key, e.position, e.seq, e.kind, e.at, e.payload
    from event e join conversation c on c.id = e.conversation_id
    where e.kind = 'MessagePosted' and c.id in (
        select id from conversation where data_key is not null order by touched_at desc limit :limit
    )
    order by c.id desc, e.position
""")
MARKED = sql("""
    select q.seq as marked, q.reason, q.person_id, q.at as marked_at, q.dismissed_at, c.id,
        c.data_key, c.reference, e.position, e.seq, e.kind, e.at, e.payload
    from question q
    join conversation c on c.id = q.conversation_id
    join event e on e.conversation_id = q.conversation_id and e.seq = q.seq
    where c.data_key is not null
    order by (case when q.dismissed_at = 0 then 0 else 1 end), q.at desc, c.id desc, q.seq desc
    limit :limit
""")
COUNT = sql("""
    select count(*) as n from (
        select distinct conversation_id, seq from question where dismissed_at = 0
    ) marked
""")
ONE = sql("""
    select c.data_key, e.position, e.seq, e.kind, e.at, e.payload
    from event e join conversation c on c.id = e.conversation_id
    where e.conversation_id = :id and e.seq = :seq and c.data_key is not null
""")
SUGGEST = sql("""
    insert into question (conversation_id, seq, reason, person_id, at)
    values (:id, :seq, 'suggested', :person, :at)
    on conflict (conversation_id, seq, reason) do update
    set person_id = :person, at = :at, dismissed_at = 0
""")
SETTLE = sql("""
    delete from question where conversation_id = :id and seq = :seq and reason = :reason
""")
DISMISS = sql("""
    update question set dismissed_at = :at
    where conversation_id = :id and seq = :seq and reason = :reason
""")


@dataclass(frozen=True, slots=True)
class Place:
    """Which row of the list: what it was marked for, and the seq that was marked."""

    conversation: str
    seq: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Missed:
    """A question that counts, at a time in milliseconds UTC; `seq` is its own.

    `slug` is the entry that did not help, if one was given; `person` who of the staff marked it;
    `dismissed_at` is 0 where it is not dismissed.
    """

    place: Place
    seq: int
    reference: str
    text: str
    at: int
    person: str = ""
    slug: str | None = None
    dismissed_at: int = 0


class Questions:
    """The questions of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def newest(self, limit: int = CONVERSATIONS) -> list[str]:
        """Return what the assistant was asked in the newest conversations, those first."""
        rows = await self._database.fetch(NEWEST, limit=limit)
        found: list[str] = []
        for conversation_id, some in groupby(rows, key=lambda row: str(row["id"])):
            whole = list(some)
            seal = self._vault.seal(bytes(whole[0]["data_key"]), conversation_id)
            found += _asked(read_event(conversation_id, seal, row) for row in whole)
        return found

    async def count(self) -> int:
        """Return how many questions count, those aside that are dismissed."""
        [row] = await self._database.fetch(COUNT)
        return int(row["n"])

    async def missed(self, limit: int) -> list[Missed]:
        """Return the questions that count, the newest first; those that are dismissed last."""
        rows = await self._database.fetch(MARKED, limit=limit)
        return [one for row in rows if (one := await self._missed(row))]

    async def _missed(self, row: Row) -> Missed | None:
        conversation_id = str(row["id"])
        seal = self._vault.seal(bytes(row["data_key"]), conversation_id)
        event: object = read_event(conversation_id, seal, row).event
        slug, seq = None, int(row["marked"])
        if row["reason"] == Reason.UNHELPFUL:
            if not isinstance(event, MessagePosted) or event.to is None:
                return None
            slug, seq = event.slug, event.to
            event = await self._posted(conversation_id, seq)
        if not isinstance(event, MessagePosted) or event.author is not Author.VISITOR:
            return None
        place = Place(conversation_id, row["marked"], Reason(row["reason"]))
        return Missed(
            place,
            seq,
            row["reference"],
            event.text,
            row["marked_at"],
            row["person_id"],
            slug,
            row["dismissed_at"],
        )

    async def _posted(self, conversation_id: str, seq: int) -> object:
        for row in await self._database.fetch(ONE, id=conversation_id, seq=seq):
            seal = self._vault.seal(bytes(row["data_key"]), conversation_id)
            return read_event(conversation_id, seal, row).event
        return None

    async def suggest(self, conversation_id: str, seq: int, person: str, at: int) -> bool:
        """Mark what a visitor wrote, and tell whether they did."""
        event = await self._posted(conversation_id, seq)
        if not isinstance(event, MessagePosted) or event.author is not Author.VISITOR:
            return False
        line = audit.line(at, person, Deed.PHRASING_SUGGESTED, conversation_id)
        mark = SUGGEST(id=conversation_id, seq=seq, person=person, at=at)
        await self._database.write([*line, mark])
        return True

    async def seen(self, who: str, at: int) -> None:
        """Remember that somebody has read them."""
        await self._database.write(audit.line(at, who, Deed.QUESTIONS_READ, NOBODY))

    async def settle(self, places: Sequence[Place], who: str, at: int) -> None:
        """Let questions count no more, for good."""
        line = audit.line(at, who, Deed.QUESTIONS_DISMISSED, NOBODY)
        await self._database.write([*line, *settled(places)])

    async def dismiss(self, places: Sequence[Place], who: str, at: int) -> None:
        """Put questions aside."""
        line = audit.line(at, who, Deed.QUESTIONS_DISMISSED, NOBODY)
        await self._database.write([*line, *_dismissed(places, at)])

    async def follow(self, places: Sequence[Place], dismissed_at: int) -> None:
        """Put questions aside with those of that time that ask the same."""
        await self._database.write(_dismissed(places, dismissed_at))

    async def bring_back(self, places: Sequence[Place], who: str, at: int) -> None:
        """Have questions count again."""
        line = audit.line(at, who, Deed.QUESTIONS_BROUGHT_BACK, NOBODY)
        await self._database.write([*line, *_dismissed(places, 0)])


def _dismissed(places: Sequence[Place], at: int) -> list[Statement]:
    return [
        DISMISS(id=one.conversation, seq=one.seq, reason=one.reason.value, at=at) for one in places
    ]


def settled(places: Sequence[Place]) -> list[Statement]:
    """Return what lets questions count no more, for the batch that answers them."""
    return [SETTLE(id=one.conversation, seq=one.seq, reason=one.reason.value) for one in places]


def _asked(recorded: Iterable[Recorded]) -> Iterator[str]:
    """Yield what was typed, not picked, and replied to by the assistant."""
    typed: dict[int | None, str] = {}
    for item in recorded:
        event = item.event
        if not isinstance(event, MessagePosted):
            continue
        if event.author is Author.VISITOR and not event.slug:
            typed[item.seq] = event.text
        elif event.outcome is not None and event.to in typed:
            yield typed.pop(event.to)
