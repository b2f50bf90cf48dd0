"""How much one visitor may ask for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.web.limits import SHARED, Addresses, Limiter, Rate, TooMany

RATE = Rate(per_second=1.0, burst=3)


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="watch")
def _watch() -> Watch:
    return Watch()


def test_a_burst_is_allowed_and_then_one_a_second(watch: Watch) -> None:
    limiter = Limiter(watch)
    for _ in range(3):
        limiter.check("messages", "me", RATE)
    with pytest.raises(TooMany) as refused:
        limiter.check("messages", "me", RATE)
    assert refused.value.seconds == pytest.approx(1.0)
    watch.now += 1.0
    limiter.check("messages", "me", RATE)


def test_one_visitor_does_not_use_up_anothers(watch: Watch) -> None:
    limiter = Limiter(watch)
    for _ in range(3):
        limiter.check("messages", "me", RATE)
    limiter.check("messages", "you", RATE)
    limiter.check("frames", "me", RATE)


@given(st.lists(st.floats(0, 10), max_size=60))
def test_no_pattern_of_asking_beats_the_rate(pauses: list[float]) -> None:
    watch = Watch()
    limiter, allowed = Limiter(watch), 0
    for pause in pauses:
        watch.now += pause
        try:
            limiter.check("messages", "me", RATE)
        except TooMany:
            continue
        allowed += 1
    assert allowed <= RATE.burst + watch.now * RATE.per_second + 1e-6


def test_an_address_cannot_be_read_from_what_is_kept() -> None:
    whose = Addresses(()).of("203.0.113.9", None).whose
    assert "203" not in whose
    assert Addresses(()).of("203.0.113.9", None).whose != whose


def test_a_network_of_ipv6_counts_as_one() -> None:
    addresses = Addresses(())
    assert addresses.of("2001:db8::1", None) == addresses.of("2001:db8::2", None)
    assert addresses.of("2001:db8::1", None) != addresses.of("2001:db8:0:1::1", None)


def test_a_stranger_cannot_name_another_address() -> None:
    addresses = Addresses(())
    plain = addresses.of("203.0.113.9", None)
    assert addresses.of("203.0.113.9", "198.51.100.1") == plain


def test_a_proxy_on_this_machine_may_name_the_visitors_address() -> None:
    addresses = Addresses(())
    behind = addresses.of("127.0.0.1", "203.0.113.9")
    assert behind == addresses.of("203.0.113.9", None)
    assert behind == addresses.of("127.0.0.1", "198.51.100.1, 203.0.113.9")
    assert not behind.shared


def test_a_trusted_proxy_elsewhere_may_too() -> None:
    addresses = Addresses(("192.0.2.1",))
    assert addresses.of("192.0.2.1", "203.0.113.9") == addresses.of("203.0.113.9", None)


def test_a_proxy_that_names_nobody_does_not_shut_everybody_out() -> None:
    shared = Addresses(()).of("127.0.0.1", None)
    assert shared.rate(RATE).burst == RATE.burst * SHARED


@pytest.mark.parametrize("peer", [None, "", "not an address"])
def test_a_peer_without_an_address_is_counted_as_shared(peer: str | None) -> None:
    assert Addresses(()).of(peer, "nonsense").shared
