"""How long one usually waits: measured, or not said."""

import pytest

from chatbot.domain.waiting import FEWEST, Wait, usual_wait

MINUTE = 60_000


def came(*minutes: int) -> list[Wait]:
    return [Wait(m * MINUTE, came=True) for m in minutes]


def in_vain(count: int) -> list[Wait]:
    return [Wait(5 * MINUTE, came=False)] * count


def test_what_was_measured_too_seldom_is_not_usual() -> None:
    assert usual_wait(came(*range(1, FEWEST))) is None


@pytest.mark.parametrize(
    ("waits", "usual"),
    [
        (came(1, 2, 3, 4, 90), 3),
        (came(90, 1, 4, 3, 2), 3),
        (came(1, 2, 3, 4, 5, 6), 4),
        (came(1, 2, 3) + in_vain(2), 3),
        (came(1, 2) + in_vain(3), None),
        (in_vain(9), None),
    ],
)
def test_the_usual_wait_is_the_median_and_those_in_vain_are_the_longest(
    waits: list[Wait], usual: int | None
) -> None:
    assert usual_wait(waits) == (usual and usual * MINUTE)
