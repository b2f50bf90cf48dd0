"""Which passphrases are taken, and how they are kept."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from chatbot.domain.errors import Invalid
from chatbot.services import passphrases
from chatbot.services.errors import Busy
from chatbot.services.passphrases import Passphrases, check_strength, outdated

GOOD = "violet anchor mosaic thunder"


@pytest.fixture(name="threads")
def _threads() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as pool:
        yield pool


@pytest.mark.parametrize(
    ("passphrase", "why"),
    [
        ("", "empty"),
        ("k7#Qz!p9", "short"),
        ("password12345", "strength_1"),
        ("aaaaaaaaaaaaaaa", "strength_0"),
        ("amina.khan@example.org", "strength_0"),
        (GOOD * 8, "too_long"),
    ],
)
def test_a_poor_passphrase_is_refused_with_its_reason(passphrase: str, why: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_strength(passphrase, ["amina.khan@example.org", "Amina"])
    assert refused.value.fields == {"passphrase": why}


@pytest.mark.parametrize("passphrase", [GOOD, "Ein Fjörd aus Käse und Zeit", "k7#Qz!p9@Lw2"])
def test_a_good_one_is_taken_in_any_language(passphrase: str) -> None:
    check_strength(passphrase)


async def test_the_right_one_matches_whichever_keyboard_typed_it(
    threads: ThreadPoolExecutor,
) -> None:
    hashing = Passphrases(threads)
    kept = await hashing.hash("caf\u00e9 anchor mosaic", [])
    assert kept.startswith("$argon2id$v=19$m=32768,t=3,p=1$")
    assert await hashing.matches("cafe\u0301 anchor mosaic", kept)
    assert not await hashing.matches("cafe anchor mosaic", kept)
    assert not outdated(kept)
    assert outdated(kept.replace("t=3", "t=2"))


async def test_nobodys_passphrase_matches_nothing(threads: ThreadPoolExecutor) -> None:
    assert not await Passphrases(threads).matches(GOOD, None)


async def test_the_same_one_is_kept_differently_each_time(threads: ThreadPoolExecutor) -> None:
    hashing = Passphrases(threads)
    assert await hashing.hash(GOOD, []) != await hashing.hash(GOOD, [])


async def test_a_flood_is_turned_away_before_it_costs_anything(
    threads: ThreadPoolExecutor, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashing, free = Passphrases(threads), Event()
    threads.submit(free.wait)
    monkeypatch.setattr(passphrases, "WAITING", 0)
    with pytest.raises(Busy):
        await hashing.hash(GOOD, [])
    free.set()
