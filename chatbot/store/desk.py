"""What staff keep beside a conversation: how far each has read, drafts, safeguarding records."""

from dataclasses import dataclass

from chatbot.domain.audit import Deed
from chatbot.store import audit
from chatbot.store.conversations import Stored
from chatbot.store.database import Database
from chatbot.store.errors import Unreadable
from chatbot.store.query import sql
from chatbot.store.vault import Vault

READ_TO = sql("""
    insert into reading (person_id, conversation_id, seq) values (:person, :id, :seq)
    on conflict (person_id, conversation_id) do update set seq = :seq
    where reading.seq < :seq
""")
READ_BY = sql("select seq from reading where person_id = :person and conversation_id = :id")
DRAFT = sql("select text from draft where person_id = :person and conversation_id = :id")
KEEP_DRAFT = sql("""
    insert into draft (person_id, conversation_id, text, saved_at)
    values (:person, :id, :text, :at)
    on conflict (person_id, conversation_id) do update set text = :text, saved_at = :at
""")
DROP_DRAFT = sql("delete from draft where person_id = :person and conversation_id = :id")
ADD_CONCERN = sql("""
    insert into concern (id, conversation_id, person_id, at, data_key, text)
    values (:concern, :id, :person, :at, :data_key, :text)
""")
CONCERNS = sql("""
    select id, person_id, at, data_key, text from concern
    where conversation_id = :id order by at, id
""")


@dataclass(frozen=True, slots=True)
class Concern:
    """A safeguarding record: why somebody fears harm, in their words."""

    id: str
    person: str
    at: int
    text: str


class Desk:
    """What one database keeps for staff."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    async def audit(self, at: int, person: str, deed: Deed, conversation_id: str) -> None:
        """Write down what `person` does to a conversation that is not theirs."""
        await self._database.write(audit.line(at, person, deed, conversation_id))

    async def read_to(self, person: str, conversation_id: str, seq: int) -> None:
        """Remember that `person` has seen everything up to `seq`; never goes back."""
        read = READ_TO(person=person, id=conversation_id, seq=seq)
        await self._database.write([read], key=conversation_id)

    async def read_by(self, person: str, conversation_id: str) -> int:
        """Return up to which seq somebody has seen it; 0 for who never did."""
        rows = await self._database.fetch(READ_BY, person=person, id=conversation_id)
        return int(rows[0]["seq"]) if rows else 0

    async def draft(self, person: str, stored: Stored) -> str:
        """Return what this person has not sent yet, or nothing."""
        conversation_id = stored.conversation.id
        rows = await self._database.fetch(DRAFT, person=person, id=conversation_id)
        if not rows or stored.seal is None:
            return ""
        place = f"{conversation_id}/draft/{person}"
        return stored.seal.open(bytes(rows[0]["text"]), place).decode()

    async def keep_draft(self, person: str, stored: Stored, text: str, at: int) -> None:
        """Keep what is not sent yet; an empty text drops it."""
        conversation_id = stored.conversation.id
        if not text:
            drop = DROP_DRAFT(person=person, id=conversation_id)
            await self._database.write([drop], key=conversation_id)
            return
        if stored.seal is None:
            raise Unreadable(place=conversation_id)
        sealed = stored.seal.close(text.encode(), f"{conversation_id}/draft/{person}")
        keep = KEEP_DRAFT(person=person, id=conversation_id, text=sealed, at=at)
        await self._database.write([keep], key=conversation_id)

    async def add_concern(self, conversation_id: str, concern: Concern) -> None:
        """Keep a safeguarding record, under a key of its own."""
        seal = self._vault.new_seal(concern.id)
        add = ADD_CONCERN(
            concern=concern.id,
            id=conversation_id,
            person=concern.person,
            at=concern.at,
            data_key=seal.wrapped,
            text=seal.close(concern.text.encode(), concern.id),
        )
        await self._database.write([add], key=conversation_id)

    async def concerns(self, conversation_id: str) -> list[Concern]:
        """Return the safeguarding records of a conversation, oldest first."""
        rows = await self._database.fetch(CONCERNS, id=conversation_id)
        return [
            Concern(
                row["id"],
                row["person_id"],
                row["at"],
                self._vault.seal(bytes(row["data_key"]), row["id"])
                .open(bytes(row["text"]), row["id"])
                .decode(),
            )
            for row in rows
        ]
