"""Sessions, the devices that are known, and steps of signing in that were begun.

A session's row is its life: whoever deletes it has signed that device out. Only hashes of tokens
are kept. What has expired is not returned, and deleted later.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from chatbot.domain.people import Lifetime, Person, Session
from chatbot.store.database import Database, Row
from chatbot.store.people import read_person
from chatbot.store.query import Statement, sql

FIND = sql("""
    select s.id as session_id, s.device, s.second_factor, s.created_at,
        s.seen_at as session_seen_at, s.proved_at,
        p.id, p.email, p.name, p.role, p.disabled,
        (p.totp is not null or exists (select 1 from passkey k where k.person_id = p.id))
            as has_second_factor
    from session s join person p on p.id = s.person_id
    where s.token_hash = :token_hash and p.disabled = 0
        and s.created_at > :created_after and s.seen_at > :seen_after
""")
OF_PERSON = sql("""
    select id, person_id, device, second_factor, created_at, seen_at, proved_at
    from session
    where person_id = :person_id and created_at > :created_after and seen_at > :seen_after
    order by seen_at desc, id
""")
ALIVE = sql("""
    select s.id from session s join person p on p.id = s.person_id
    where p.disabled = 0 and s.created_at > :created_after and s.seen_at > :seen_after
""")
START = sql("""
    insert into session (id, token_hash, person_id, device, second_factor, created_at, seen_at,
        proved_at)
    values (:id, :token_hash, :person_id, :device, :second_factor, :created_at, :seen_at,
        :proved_at)
""")
TOUCH = sql("update session set seen_at = :at where id = :id and seen_at < :at")
PROVED = sql("update session set proved_at = :at where id = :id")
SEEN = sql("update person set seen_at = :at where id = :id")
END = sql("delete from session where id = :id and person_id = :person_id")
END_OTHERS = sql("delete from session where person_id = :person_id and id <> :kept")
FORGET_SESSIONS = sql("""
    delete from session where created_at <= :created_after or seen_at <= :seen_after
""")

DEVICE = sql("select 1 as known from device where token_hash = :token_hash and person_id = :id")
KEEP_DEVICE = sql("""
    insert into device (token_hash, person_id, seen_at) values (:token_hash, :id, :at)
    on conflict (token_hash, person_id) do update set seen_at = excluded.seen_at
""")
FORGET_DEVICES = sql("delete from device where seen_at <= :before")
FORGET_DEVICES_OF = sql("delete from device where person_id = :id")

BEGIN = sql("""
    insert into step (token_hash, kind, person_id, challenge, tries, expires_at)
    values (:token_hash, :kind, :person_id, :challenge, :tries, :expires_at)
""")
STEP = sql("""
    select token_hash, kind, person_id, challenge, tries from step
    where token_hash = :token_hash and kind = :kind and expires_at > :now and tries > 0
""")
USE_TRY = sql("update step set tries = tries - 1 where token_hash = :token_hash and tries > 0")
FINISH = sql("delete from step where token_hash = :token_hash")
FORGET_STEPS = sql("delete from step where expires_at <= :now")


@dataclass(frozen=True, slots=True)
class Found:
    """A session with its person; `has_second_factor` whether one is set up."""

    session: Session
    person: Person
    has_second_factor: bool


@dataclass(frozen=True, slots=True)
class Step:
    """A step of signing in, known by the hash of its token; `tries` are left."""

    token_hash: str
    kind: str
    person_id: str | None
    challenge: bytes
    tries: int


class Sessions:
    """The sessions of one database; all of them last as long as `lifetime` says."""

    def __init__(self, database: Database, lifetime: Lifetime) -> None:
        self._database = database
        self.lifetime = lifetime

    def _since(self, now: int) -> dict[str, int]:
        return {
            "created_after": now - self.lifetime.whole,
            "seen_after": now - self.lifetime.idle,
        }

    async def find(self, token_hash: str, now: int) -> Found | None:
        """Return the session that a token opens, while it lasts."""
        rows = await self._database.fetch(FIND, token_hash=token_hash, **self._since(now))
        if not rows:
            return None
        row = rows[0]
        session = Session(
            id=row["session_id"],
            person_id=row["id"],
            device=row["device"],
            second_factor=bool(row["second_factor"]),
            created_at=row["created_at"],
            seen_at=row["session_seen_at"],
            proved_at=row["proved_at"],
        )
        return Found(session, read_person(row), bool(row["has_second_factor"]))

    async def of(self, person_id: str, now: int) -> list[Session]:
        """Return somebody's sessions that last, the last seen first."""
        rows = await self._database.fetch(OF_PERSON, person_id=person_id, **self._since(now))
        return [_session(row) for row in rows]

    async def alive(self, now: int) -> frozenset[str]:
        """Return the ids of every session that lasts."""
        rows = await self._database.fetch(ALIVE, **self._since(now))
        return frozenset(row["id"] for row in rows)

    async def touch(self, session: Session, at: int) -> None:
        """Note that somebody is there."""
        await self._database.write(
            [TOUCH(id=session.id, at=at), SEEN(id=session.person_id, at=at)], key=session.person_id
        )

    async def prove(self, session: Session, at: int) -> None:
        """Note that somebody gave their passphrase again."""
        await self._database.write([PROVED(id=session.id, at=at)], key=session.person_id)

    async def knows_device(self, token_hash: str, person_id: str) -> bool:
        """Tell whether somebody has signed in with this device before."""
        return bool(await self._database.fetch(DEVICE, token_hash=token_hash, id=person_id))

    async def begin(self, step: Step, expires_at: int) -> None:
        """Write a step that must be ended before it expires."""
        begun = BEGIN(
            token_hash=step.token_hash,
            kind=step.kind,
            person_id=step.person_id,
            challenge=step.challenge,
            tries=step.tries,
            expires_at=expires_at,
        )
        await self._database.write([begun], key=step.token_hash)

    async def step(self, token_hash: str, kind: str, now: int) -> Step | None:
        """Return a step that was begun and can still be ended."""
        rows = await self._database.fetch(STEP, token_hash=token_hash, kind=kind, now=now)
        return Step(*(rows[0][name] for name in Step.__slots__)) if rows else None

    async def use_try(self, step: Step) -> None:
        """Take one of the tries.

        Raises:
            Stale: none was left.
        """
        await self._database.write(
            [USE_TRY(token_hash=step.token_hash, rows=1)], key=step.token_hash
        )

    async def write(self, batch: Sequence[Statement]) -> None:
        """Write a batch with its line in the audit at its head."""
        await self._database.write(batch)

    async def forget(self, now: int, devices_before: int) -> None:
        """Delete what has expired, and devices that were not seen since then."""
        await self._database.write(
            [
                FORGET_SESSIONS(**self._since(now)),
                FORGET_STEPS(now=now),
                FORGET_DEVICES(before=devices_before),
            ]
        )


def started(session: Session, token_hash: str) -> list[Statement]:
    """Return what begins a session."""
    start = START(
        id=session.id,
        token_hash=token_hash,
        person_id=session.person_id,
        device=session.device,
        second_factor=int(session.second_factor),
        created_at=session.created_at,
        seen_at=session.seen_at,
        proved_at=session.proved_at,
    )
    return [start, SEEN(id=session.person_id, at=session.seen_at)]


def _session(row: Row) -> Session:
    return Session(
        id=row["id"],
        person_id=row["person_id"],
        device=row["device"],
        second_factor=bool(row["second_factor"]),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        proved_at=row["proved_at"],
    )
