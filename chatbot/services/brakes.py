"""Guessing is made slow, and nobody is locked out by it.

A delay belongs to an account and a place together: the device, where the account knows it, else
the address. Whoever guesses from elsewhere slows only their own place down, never the owner's.
When very many guesses fail everywhere, each one from an unknown device waits a little first.
Counts stay in memory: a restart forgets them (docs/adr/0010-limits-in-memory.md).
"""

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from chatbot.services.errors import SlowDown
from chatbot.services.identity import Clock

FREE: Final = 4
"""Wrong tries before the first delay: people mistype."""
LONGEST_MS: Final = 15 * 60_000
LONGEST_SHARED_MS: Final = 30_000
"""At an address that stands for many, such as a proxy that names nobody, others wait as well."""
FORGOTTEN_MS: Final = 24 * 3_600_000
REMEMBERED: Final = 50_000

CROWD_MS: Final = 60_000
CROWD: Final = 30
"""Failures within `CROWD_MS`, everywhere, from which on each try waits."""
CROWD_SECONDS: Final = 0.1
LONGEST_CROWD_SECONDS: Final = 3.0


def delay(failures: int, longest: int = LONGEST_MS) -> int:
    """Return how many milliseconds after the last of `failures` the next try is looked at.

    >>> [delay(n) for n in (0, 4, 5, 6, 7)]
    [0, 0, 2000, 4000, 8000]
    """
    if failures <= FREE:
        return 0
    return min(longest, 1000 << min(failures - FREE, 20))


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody tries from: the hash of a known device, or of an address."""

    name: str
    known: bool = False
    shared: bool = False


@dataclass(slots=True)
class _Count:
    failures: int
    at: int


class Brakes:
    """The failures of this process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()
        self._crowd: deque[int] = deque(maxlen=REMEMBERED)

    def try_once(self, account: str, place: Place) -> float:
        """Count a try as failed until `forgive`; return the seconds that it has to wait.

        Counting first keeps a hundred tries at once from all being the first.

        Raises:
            SlowDown: it is too soon after the last one.
        """
        now, key = self._clock(), (account, place.name)
        count = self._counts.get(key)
        if count is None or now - count.at > FORGOTTEN_MS:
            count = _Count(0, now)
        due = count.at + delay(count.failures, LONGEST_SHARED_MS if place.shared else LONGEST_MS)
        if now < due:
            raise SlowDown((due - now) / 1000)
        self._counts[key] = _Count(count.failures + 1, now)
        self._counts.move_to_end(key)
        if len(self._counts) > REMEMBERED:
            self._counts.popitem(last=False)
        self._crowd.append(now)
        return 0.0 if place.known else self._wait(now)

    def forgive(self, account: str, place: Place) -> None:
        """Take the last try back with all before it: it was right."""
        if self._counts.pop((account, place.name), None) and self._crowd:
            self._crowd.pop()

    def _wait(self, now: int) -> float:
        while self._crowd and now - self._crowd[0] > CROWD_MS:
            self._crowd.popleft()
        over = len(self._crowd) - CROWD
        return min(LONGEST_CROWD_SECONDS, over * CROWD_SECONDS) if over > 0 else 0.0
