"""How each of the staff wants to be told, and the devices that a push service calls for us."""

from dataclasses import dataclass
from typing import Final

from chatbot.domain.notices import Preferences
from chatbot.store.database import Database
from chatbot.store.query import sql
from chatbot.store.vault import Vault

PUSH_KEY_PLACE: Final = "push_key"

LOAD = sql("""
    select person_id, desktop, sound, volume, mail, shortcuts, quiet_from, quiet_to from preference
""")
SAVE = sql("""
    insert into preference (person_id, desktop, sound, volume, mail, shortcuts,
        quiet_from, quiet_to)
    values (:person, :desktop, :sound, :volume, :mail, :shortcuts, :quiet_from, :quiet_to)
    on conflict (person_id) do update
    set desktop = :desktop, sound = :sound, volume = :volume, mail = :mail, shortcuts = :shortcuts,
        quiet_from = :quiet_from, quiet_to = :quiet_to
""")
ADD_DEVICE = sql("""
    insert into push_device (id, person_id, session_id, device, data_key, endpoint, added_at)
    values (:id, :person, :session, :device, :data_key, :endpoint, :at)
    on conflict (id) do update set person_id = :person, session_id = :session, device = :device
""")
DEVICES = sql("""
    select d.id, d.person_id, d.device, d.data_key, d.endpoint, d.added_at
    from push_device d join session s on s.id = d.session_id
    order by d.added_at, d.id
""")
DROP_DEVICE = sql(
    "delete from push_device where id = :id and (:person = '' or person_id = :person)"
)
FORGET_DEVICES = sql("""
    delete from push_device
    where not exists (select 1 from session s where s.id = push_device.session_id)
""")
PUSH_KEY = sql("select data_key, private_key from push_key where id = 1")
KEEP_PUSH_KEY = sql("""
    insert into push_key (id, data_key, private_key) values (1, :data_key, :private_key)
    on conflict (id) do nothing
""")


@dataclass(frozen=True, slots=True)
class Device:
    """A browser that is called at `endpoint`, an address that its maker gave it."""

    id: str
    person: str
    name: str
    endpoint: str
    added_at: int


class PreferenceStore:
    """The preferences and devices of one database."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self.default = Preferences()
        """What counts for who has saved nothing."""

    async def of(self, person: str) -> Preferences:
        """Return how somebody wants to be told."""
        return (await self.all()).get(person, self.default)

    async def all(self) -> dict[str, Preferences]:
        """Return what people have saved, by their id."""
        return {
            row["person_id"]: Preferences(
                desktop=bool(row["desktop"]),
                sound=bool(row["sound"]),
                volume=row["volume"],
                mail=bool(row["mail"]),
                shortcuts=bool(row["shortcuts"]),
                quiet_from=row["quiet_from"],
                quiet_to=row["quiet_to"],
            )
            for row in await self._database.fetch(LOAD)
        }

    async def save(self, person: str, wanted: Preferences) -> None:
        """Keep what somebody wants."""
        save = SAVE(
            person=person,
            desktop=int(wanted.desktop),
            sound=int(wanted.sound),
            volume=wanted.volume,
            mail=int(wanted.mail),
            shortcuts=int(wanted.shortcuts),
            quiet_from=wanted.quiet_from,
            quiet_to=wanted.quiet_to,
        )
        await self._database.write([save], key=person)

    async def devices(self) -> list[Device]:
        """Return every device that is called: those where somebody is signed in, oldest first."""
        return [
            Device(
                row["id"],
                row["person_id"],
                row["device"],
                self._vault.seal(bytes(row["data_key"]), row["id"])
                .open(bytes(row["endpoint"]), row["id"])
                .decode(),
                row["added_at"],
            )
            for row in await self._database.fetch(DEVICES)
        ]

    async def add_device(self, device: Device, session: str) -> None:
        """Call a device from now on, for as long as the session lasts."""
        seal = self._vault.new_seal(device.id)
        add = ADD_DEVICE(
            id=device.id,
            person=device.person,
            session=session,
            device=device.name,
            data_key=seal.wrapped,
            endpoint=seal.close(device.endpoint.encode(), device.id),
            at=device.added_at,
        )
        await self._database.write([add], key=device.person)

    async def drop_device(self, device_id: str, person: str = "") -> None:
        """Call it no more; with a `person`, only if it is theirs."""
        await self._database.write([DROP_DEVICE(id=device_id, person=person)], key=device_id)

    async def forget(self) -> None:
        """Delete devices where nobody is signed in any more."""
        await self._database.write([FORGET_DEVICES()])

    async def push_key(self, fresh: bytes) -> bytes:
        """Return the key that push services know this installation by; at first that is `fresh`."""
        seal = self._vault.new_seal(PUSH_KEY_PLACE)
        sealed = seal.close(fresh, PUSH_KEY_PLACE)
        await self._database.write([KEEP_PUSH_KEY(data_key=seal.wrapped, private_key=sealed)])
        (row,) = await self._database.fetch(PUSH_KEY)
        kept = self._vault.seal(bytes(row["data_key"]), PUSH_KEY_PLACE)
        return kept.open(bytes(row["private_key"]), PUSH_KEY_PLACE)
