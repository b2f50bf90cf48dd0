"""Amina, who is on: as if a page of hers were open for as long as any test runs."""

from typing import Final

from chatbot.domain.people import Availability
from chatbot.store.opening import open_database
from chatbot.store.presence import Presence

AMINA: Final = "amina"
FOR_EVER: Final = 2**52
"""Later than any heartbeat."""


async def somebody_on(database: str) -> None:
    """Have Amina be on, in a database that no service has open; it is made if need be."""
    opened = await open_database(database)
    try:
        await Presence(opened).say(AMINA, Availability.ON, 20, FOR_EVER)
    finally:
        await opened.close()
