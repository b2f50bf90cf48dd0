"""People who want to be rung, and the service that they ask, on a database of a test's own."""

import secrets
from dataclasses import dataclass
from typing import Any, Final

from chatbot.domain.callback_form import Caller, Form, Shared
from chatbot.domain.hours import instant, parse_week
from chatbot.domain.slots import MINUTE, Lane, Rules
from chatbot.live.bus import LocalBus
from chatbot.live.hub import Hub
from chatbot.services.call_desk import CallDeskService
from chatbot.services.callbacks import CallbackService, Origin, Terms
from chatbot.services.conversations import ConversationService
from chatbot.services.hours import HoursService
from chatbot.store.callbacks import Callbacks
from chatbot.store.conversations import Conversations
from chatbot.store.database import Database
from chatbot.store.feeds import Feeds
from chatbot.store.hours import OpeningHours
from chatbot.store.vault import Vault

FROM_PAGE: Final = Origin("en")
RULES: Final = Rules(30 * MINUTE, 60 * MINUTE, 5, {Lane.OWN: 3, Lane.THIRD: 1})
TERMS: Final = Terms(RULES, parse_week("mon-fri 09:00-17:00"), 3)


@dataclass
class Clock:
    """A Monday morning, until it is moved on."""

    now: int

    def __call__(self) -> int:
        return self.now


@dataclass
class Office:
    """Everything that takes part, on one database."""

    service: CallbackService
    desk: CallDeskService
    store: Callbacks
    hours: HoursService
    conversations: ConversationService
    clock: Clock
    database: Database


def an_office(database: Database, day: Any, terms: Terms = TERMS) -> Office:
    """Return an office that is open from nine to five, at eight on that day."""
    clock, vault = Clock(instant(day, 8 * 60)), Vault(secrets.token_bytes(32))
    bus = LocalBus()
    hours = HoursService(OpeningHours(database), terms.week, {}, bus, clock)
    conversations = ConversationService(Conversations(database, vault), Hub(), bus, clock)
    store = Callbacks(database, vault)
    service = CallbackService(store, hours, conversations, terms, clock)
    desk = CallDeskService(store, Feeds(database), service, conversations, clock)
    return Office(service, desk, store, hours, conversations, clock, database)


def a_form(*slots: int, **other: Any) -> Form:
    """Return what a cautioned person sends who has heard nothing."""
    given: dict[str, Any] = {
        "caller": Caller.CAUTIONED,
        "name": "Amina Khan",
        "phone": "07911 123456",
        "slots": slots,
        "shared_phone": Shared.YES,
        "safe_to_call": True,
    }
    return Form(**{**given, **other})
