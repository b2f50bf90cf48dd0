"""Who is there to take a chat, and what a visitor can truly be told.

Somebody is on when they have said so and a page of theirs has been seen a moment ago: a laptop
that was shut does not keep visitors waiting for nobody.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from chatbot.domain.hours import Hours
from chatbot.domain.people import Availability

SEEN_MS: Final = 120_000
"""Browsers let a hidden page act once a minute only; a second one may be lost."""
FORGOTTEN_MS: Final = 8 * 3_600_000
"""Who comes back after so long has forgotten to switch off, and says anew that they are on."""
MOST_CHATS: Final = 20
"""As many chats as anybody may say that they follow at once."""


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who works here: what they said, when a page of theirs was seen, chats they have."""

    id: str
    availability: Availability
    capacity: int
    seen_at: int
    chats: int

    def is_on(self, now: int) -> bool:
        """Tell whether they take chats now."""
        return self.availability is Availability.ON and now - self.seen_at <= SEEN_MS

    @property
    def room(self) -> int:
        """How many more chats they can follow."""
        return max(0, self.capacity - self.chats)


@dataclass(frozen=True, slots=True)
class Status:
    """What is true for a visitor now. Times are milliseconds.

    `staff_on`: somebody is on, whatever the hours say. `opens_at`: when the hours begin again;
    None while it is open, while nobody is on within the hours, and where no hours are known.
    `notice`: what visitors are told while an admin has switched the chat off.
    """

    open: bool
    staff_on: bool
    opens_at: int | None
    waiting: int
    wait_ms: int | None
    notice: str = ""


def status(
    now: int, hours: Hours, colleagues: Iterable[Colleague], waiting: int, wait_ms: int | None
) -> Status:
    """Return whether a person can be asked for: within the hours, with somebody on."""
    staff_on = any(colleague.is_on(now) for colleague in colleagues)
    open_now = staff_on and hours.allow(now)
    opens_at = hours.opens_at(now)
    return Status(
        open=open_now,
        staff_on=staff_on,
        opens_at=opens_at if opens_at != now else None,
        waiting=waiting,
        wait_ms=wait_ms if open_now else None,
    )
