"""Codes of an authenticator app against the published examples, and recovery codes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.services.second_factors import SECONDS, bare, recovery_code, step_of

RFC_SEED = b"12345678901234567890"
"""RFC 6238, appendix B."""


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_rfc(seconds: int, code: str) -> None:
    assert step_of(RFC_SEED, code, seconds * 1000) == seconds // SECONDS


@given(st.integers(-90_000, 90_000))
def test_a_code_counts_a_little_before_and_after_its_time(off: int) -> None:
    now = 1234567890_000 + off
    step = 1234567890 // SECONDS
    counts = abs(now // 1000 // SECONDS - step) <= 1
    assert step_of(RFC_SEED, "005924", now) == (step if counts else None)


def test_a_code_counts_once() -> None:
    assert step_of(RFC_SEED, "287082", 59_000, after=59 // SECONDS) is None


@given(st.text())
def test_what_is_no_code_is_wrong_and_breaks_nothing(code: str) -> None:
    assert step_of(RFC_SEED, f"x{code}", 59_000) is None


def test_recovery_codes_are_read_however_they_are_typed() -> None:
    code = recovery_code()
    assert bare(code.upper().replace("-", " ")) == bare(code)
    assert len(bare(code)) == 16
    assert len({recovery_code() for _ in range(1000)}) == 1000
