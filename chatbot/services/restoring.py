"""What makes a database that was put back from a backup the one that lives on.

Its epoch is new, so that a client which has seen more than the backup knows reads afresh. Nobody
stays signed in, since who signed out or was sent away may not come back by it. What was erased
after the backup is erased again.
"""

from secrets import token_hex

from chatbot.domain.audit import COMMAND_LINE, NOBODY, Deed
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.conversations import ConversationService
from chatbot.services.identity import Clock
from chatbot.store.audit import line
from chatbot.store.callbacks import Callbacks
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.installation import open_installation, renewed
from chatbot.store.opening import open_database
from chatbot.store.restoring import Gone
from chatbot.store.vault import Vault


async def renew(url: str, key: bytes, gone: Gone, clock: Clock) -> int:
    """Upgrade a database that was put back and give it its own life.

    Returns how many chats and requests were erased again.

    Raises:
        WrongMasterKey: the key does not open it.
        SchemaError: it cannot be upgraded.
    """
    database = await open_database(url)
    try:
        vault, now = Vault(key), clock()
        await open_installation(database, vault, fresh=token_hex(8), at=now)
        audit = line(now, COMMAND_LINE, Deed.DATABASE_RESTORED, NOBODY)
        await database.write([*audit, *renewed(token_hex(8))])
        return await _erase_again(database, vault, gone, clock)
    finally:
        await database.close()


async def _erase_again(database: Database, vault: Vault, gone: Gone, clock: Clock) -> int:
    chats, callbacks = Conversations(database, vault), Callbacks(database, vault)
    conversations, done = ConversationService(chats, Hub(), LocalBus(), clock), 0
    for chat in gone.chats:
        stored = await chats.load(chat)
        if stored is not None and not stored.conversation.erased:
            await conversations.erase(chat, COMMAND_LINE)
            done += 1
    for request in gone.callbacks:
        found = await callbacks.load(request)
        if found is not None:
            await callbacks.erase(found, clock(), COMMAND_LINE)
            done += 1
    return done
