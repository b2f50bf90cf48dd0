"""Guessing becomes slow for whoever guesses, and for nobody else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.services.brakes import (
    CROWD,
    FORGOTTEN_MS,
    FREE,
    LONGEST_CROWD_SECONDS,
    LONGEST_MS,
    LONGEST_SHARED_MS,
    Brakes,
    Place,
    delay,
)
from chatbot.services.errors import SlowDown

HOME = Place("an address at home")
ELSEWHERE = Place("another address")


class Clock:
    """Time that moves when it is told to, in milliseconds."""

    def __init__(self) -> None:
        self.now = 1_000_000

    def __call__(self) -> int:
        return self.now


def guess(brakes: Brakes, place: Place, times: int, account: str = "amina") -> int:
    """Guess wrong so often; return how many guesses were looked at."""
    looked_at = 0
    for _ in range(times):
        try:
            brakes.try_once(account, place)
        except SlowDown:
            continue
        looked_at += 1
    return looked_at


@given(st.integers(0, 200))
def test_a_delay_never_shrinks_and_never_exceeds_its_limit(failures: int) -> None:
    assert delay(failures) <= delay(failures + 1) <= LONGEST_MS


def test_people_may_mistype_a_few_times_without_a_delay() -> None:
    assert guess(Brakes(Clock()), HOME, FREE + 1) == FREE + 1


def test_a_guesser_is_made_to_wait_and_told_how_long() -> None:
    brakes = Brakes(Clock())
    guess(brakes, HOME, FREE + 1)
    with pytest.raises(SlowDown) as refused:
        brakes.try_once("amina", HOME)
    assert refused.value.seconds == 2


@given(st.lists(st.sampled_from(["guess", "wait"]), max_size=60))
def test_no_guessing_elsewhere_delays_the_owner(steps: list[str]) -> None:
    clock = Clock()
    brakes = Brakes(clock)
    for step in steps:
        if step == "guess":
            guess(brakes, ELSEWHERE, 3)
        else:
            clock.now += 60_000
    assert brakes.try_once("amina", HOME) <= LONGEST_CROWD_SECONDS
    assert brakes.try_once("amina", Place("her laptop", known=True)) == 0


@given(st.integers(1, 10_000))
def test_a_day_of_guessing_from_one_place_is_few_guesses(pause: int) -> None:
    clock = Clock()
    brakes = Brakes(clock)
    looked_at = 0
    for _ in range(200):
        looked_at += guess(brakes, HOME, 1)
        clock.now += pause
    assert looked_at <= FREE + 12 + 200 * pause // LONGEST_MS


def test_tries_at_once_do_not_all_count_as_the_first() -> None:
    assert guess(Brakes(Clock()), HOME, 100) == FREE + 1


def test_a_right_passphrase_forgives() -> None:
    brakes = Brakes(Clock())
    guess(brakes, HOME, FREE)
    brakes.try_once("amina", HOME)
    brakes.forgive("amina", HOME)
    assert guess(brakes, HOME, 10) == FREE + 1


def test_a_day_later_all_is_forgotten() -> None:
    clock = Clock()
    brakes = Brakes(clock)
    guess(brakes, HOME, 50)
    clock.now += FORGOTTEN_MS + 1
    assert guess(brakes, HOME, 10) == FREE + 1


def test_an_address_that_stands_for_many_never_waits_long() -> None:
    clock = Clock()
    brakes, proxy = Brakes(clock), Place("a proxy", shared=True)
    for _ in range(100):
        guess(brakes, proxy, 1)
        clock.now += LONGEST_SHARED_MS
        assert guess(brakes, proxy, 1) == 1


def test_when_many_guess_everywhere_each_stranger_waits_a_little() -> None:
    clock = Clock()
    brakes = Brakes(clock)
    for number in range(CROWD + 20):
        brakes.try_once(f"somebody {number}", Place(f"address {number}"))
    assert 0 < brakes.try_once("amina", HOME) <= LONGEST_CROWD_SECONDS
    clock.now += 61_000
    assert brakes.try_once("bilal", HOME) == 0
