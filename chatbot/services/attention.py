"""What needs an admin: counted from what each room knows already, no words of anybody read."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from chatbot.domain.callbacks import Due
from chatbot.domain.events import State
from chatbot.domain.hours import local
from chatbot.domain.promises import in_force
from chatbot.services.availability import AvailabilityService
from chatbot.services.call_desk import CallDeskService
from chatbot.services.editable import EditableService
from chatbot.services.hours import HoursService
from chatbot.services.identity import Clock
from chatbot.services.listing import ListingService
from chatbot.services.people import PeopleService
from chatbot.services.promises import SHIPPED, PromiseService
from chatbot.services.trial import TrialService
from chatbot.services.unanswered import UnansweredService
from chatbot.store.overview import Chat, OverviewStore


class Matter(StrEnum):
    """What there may be to do, the most pressing first."""

    CHAT_OFF = "chat_off"
    WAITING = "waiting"
    CALLS_OVERDUE = "calls_overdue"
    CALLS_NOW = "calls_now"
    CALLS_TODAY = "calls_today"
    HELPLINES = "helplines"
    REVIEW = "review"
    LOST = "lost"
    UNANSWERED = "unanswered"
    HOURS = "hours"
    CONFIRM = "confirm"
    PROMISES = "promises"
    TRANSLATIONS = "translations"
    DRAFTS = "drafts"
    PLANNED = "planned"
    INVITED = "invited"


PRESSING: Final = frozenset(
    {
        Matter.CHAT_OFF,
        Matter.WAITING,
        Matter.CALLS_OVERDUE,
        Matter.CALLS_NOW,
        Matter.CALLS_TODAY,
        Matter.HELPLINES,
        Matter.REVIEW,
        Matter.LOST,
    }
)
"""What somebody is worse off for while it waits."""


@dataclass(frozen=True, slots=True)
class Need:
    """So many of something."""

    matter: Matter
    count: int


@dataclass(frozen=True, slots=True)
class Attention:
    """What needs somebody now, what has time, and the chats that wait, the longest first."""

    now: Sequence[Need]
    later: Sequence[Need]
    waiting: Sequence[Chat]


@dataclass(frozen=True, slots=True)
class Rooms:
    """Who is asked. `unread` are the translations that nobody has put their name to, by code."""

    chats: OverviewStore
    availability: AvailabilityService
    calls: CallDeskService
    settings: EditableService
    hours: HoursService
    entries: ListingService
    trial: TrialService
    unanswered: UnansweredService
    promises: PromiseService
    people: PeopleService
    unread: Sequence[str]


class AttentionService:
    """Goes through the rooms, with as many queries however much is in them."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self.unread = rooms.unread

    async def needs(self) -> Attention:
        """Return what there is to do; nothing of which there is none."""
        chats = await self._rooms.chats.in_hand()
        waiting = [chat for chat in chats if chat.state is State.WAITING]
        counts = {
            Matter.CHAT_OFF: int(self._rooms.availability.switched_off),
            Matter.WAITING: len(waiting),
            **await self._calls(),
            **await self._answers(),
            **await self._set_up(),
        }
        needs = [Need(one, counts[one]) for one in Matter if counts[one]]
        return Attention(
            [one for one in needs if one.matter in PRESSING],
            [one for one in needs if one.matter not in PRESSING],
            waiting,
        )

    async def _calls(self) -> dict[Matter, int]:
        queue = await self._rooms.calls.queue()
        return {
            Matter.CALLS_OVERDUE: len(queue[Due.OVERDUE]),
            Matter.CALLS_NOW: len(queue[Due.NOW]),
            Matter.CALLS_TODAY: len(queue[Due.TODAY]),
        }

    async def _answers(self) -> dict[Matter, int]:
        entries = await self._rooms.entries.counts(local(self._clock()).date().isoformat())
        return {
            Matter.REVIEW: entries["due"],
            Matter.LOST: len(self._rooms.trial.lost),
            Matter.UNANSWERED: await self._rooms.unanswered.count(),
            Matter.CONFIRM: entries["confirm"],
            Matter.DRAFTS: entries["draft"],
            Matter.PLANNED: entries["planned"],
        }

    async def _set_up(self) -> dict[Matter, int]:
        board, hours = await self._rooms.settings.board(), await self._rooms.hours.hours()
        promises = in_force(await self._rooms.promises.history(), self._clock()).values()
        return {
            Matter.HELPLINES: sum(item.due for item in board.items),
            Matter.HOURS: int(not any(hours.week)),
            Matter.PROMISES: sum(one.written_by == SHIPPED for one in promises),
            Matter.TRANSLATIONS: len(self._rooms.unread),
            Matter.INVITED: len(await self._rooms.people.invitations()),
        }
