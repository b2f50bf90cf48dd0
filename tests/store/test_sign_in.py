"""Signing in on both engines: what lets in, what does not, how long it lasts."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

import pytest

from chatbot.domain.audit import Deed
from chatbot.domain.people import Person, Role
from chatbot.services.brakes import FREE
from chatbot.services.errors import SignInFailed, SlowDown, StepOver
from chatbot.services.sessions import TOUCH_MS
from chatbot.services.sign_in import TRIES, Halfway, SignedIn
from chatbot.store.database import Database
from tests.store.team import ELSEWHERE, GOOD, HOME, LIFETIME, MINUTE, App, Team, team_on

WRONG: Final = "violet anchor mosaic lightning"


@pytest.fixture(name="team")
async def _team(schema_database: Database) -> AsyncIterator[Team]:
    async with team_on(schema_database) as team:
        yield team


async def with_app(team: Team, person: Person) -> tuple[App, list[str]]:
    """Set an app up; return it and the recovery codes."""
    proposal = team.factors.propose(person)
    app = App(proposal.uri, team.clock)
    codes = await team.factors.set_up(await team.account(person), proposal.sealed, app.code())
    team.clock.pass_by(MINUTE)
    return app, codes


async def halfway(team: Team, person: Person) -> str:
    """Give the passphrase; return the token of the step that is due."""
    result = await team.signing.with_passphrase(person.email, GOOD, HOME)
    assert isinstance(result, Halfway)
    return result.token


@pytest.mark.parametrize(
    ("email", "passphrase"),
    [
        ("amina@example.org", WRONG),
        ("amina@example.org", ""),
        ("nobody@example.org", GOOD),
        ("no address", GOOD),
        ("", ""),
        ("gone@example.org", GOOD),
    ],
)
async def test_what_is_wrong_is_never_told(team: Team, email: str, passphrase: str) -> None:
    amina = await team.amina()
    gone = await team.people.add("Gone", "gone@example.org", Role.STAFF, GOOD, amina.id)
    await team.people.disable(gone.id, amina.id)
    with pytest.raises(SignInFailed) as failed:
        await team.signing.with_passphrase(email, passphrase, HOME)
    assert failed.value.data == {}


async def test_a_failure_and_a_success_are_in_the_audit_without_content(team: Team) -> None:
    amina = await team.amina()
    for email in ("amina@example.org", "nobody@example.org"):
        with pytest.raises(SignInFailed):
            await team.signing.with_passphrase(email, WRONG, HOME)
    await team.token(amina)
    await team.token(amina)
    assert (await team.deeds())[1:] == [
        ("", Deed.SIGN_IN_FAILED, amina.id),
        ("", Deed.SIGN_IN_FAILED, ""),
        (amina.id, Deed.SIGNED_IN, amina.id),
        (amina.id, Deed.NEW_DEVICE, amina.id),
        (amina.id, Deed.SIGNED_IN, amina.id),
    ]


async def test_guessing_elsewhere_does_not_keep_the_owner_out(team: Team) -> None:
    amina = await team.amina()
    refused = 0
    for _ in range(FREE + 6):
        try:
            await team.signing.with_passphrase(amina.email, WRONG, ELSEWHERE)
        except SlowDown:
            refused += 1
        except SignInFailed:
            pass
    assert refused == 5
    assert await team.sessions.find(await team.token(amina, HOME))


async def test_a_known_device_is_let_in_from_an_address_where_somebody_guesses(
    team: Team,
) -> None:
    amina = await team.amina()
    await team.token(amina, HOME)
    guesser = replace(HOME, device_token="a stranger's")
    for _ in range(FREE + 1):
        with pytest.raises(SignInFailed):
            await team.signing.with_passphrase(amina.email, WRONG, guesser)
    with pytest.raises(SlowDown):
        await team.signing.with_passphrase(amina.email, GOOD, guesser)
    assert await team.sessions.find(await team.token(amina, HOME))


async def test_a_session_ends_after_idle_time_and_in_any_case(team: Team) -> None:
    amina = await team.amina()
    token = await team.token(amina)
    team.clock.pass_by(LIFETIME.idle - 1)
    assert await team.sessions.find(token)
    team.clock.pass_by(LIFETIME.idle)
    assert await team.sessions.find(token) is None
    token = await team.token(amina)
    for _ in range(LIFETIME.whole // LIFETIME.idle * 2 - 1):
        team.clock.pass_by(LIFETIME.idle // 2)
        assert await team.sessions.find(token)
    team.clock.pass_by(LIFETIME.idle // 2)
    assert await team.sessions.find(token) is None


async def test_being_seen_is_written_at_most_once_a_minute(team: Team) -> None:
    amina = await team.amina()
    token = await team.token(amina)
    before = team.database.flushes
    for _ in range(10):
        team.clock.pass_by(TOUCH_MS // 20)
        assert await team.sessions.find(token)
    assert team.database.flushes == before
    team.clock.pass_by(TOUCH_MS)
    assert await team.sessions.find(token)
    assert (await team.account(amina)).seen_at == team.clock.now


async def test_devices_are_listed_and_signed_out_one_by_one_or_all_others(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal()
    here, there, his = (
        await team.token(amina),
        await team.token(amina, ELSEWHERE),
        await team.token(bilal),
    )
    sessions = await team.sessions.of(amina.id)
    assert sorted(one.device for one in sessions) == ["Chrome, Android", "Firefox, Linux"]
    found = await team.sessions.find(here)
    assert found
    await team.sessions.end(found.session.id, bilal.id)
    assert await team.sessions.find(here), "another person's device is not his to sign out"
    await team.sessions.end_others(amina.id, found.session.id)
    assert [bool(await team.sessions.find(token)) for token in (here, there, his)] == [
        True,
        False,
        True,
    ]


async def test_a_changed_passphrase_signs_other_devices_out(team: Team) -> None:
    amina = await team.amina()
    here, there = await team.token(amina), await team.token(amina, ELSEWHERE)
    found = await team.sessions.find(here)
    assert found
    new = "marble teapot horizon walnut"
    await team.people.set_passphrase(amina, new, found.session)
    assert await team.sessions.find(here)
    assert await team.sessions.find(there) is None
    with pytest.raises(SignInFailed):
        await team.signing.with_passphrase(amina.email, GOOD, HOME)
    assert isinstance(await team.signing.with_passphrase(amina.email, new, HOME), SignedIn)


async def test_whoever_holds_a_session_is_told_when_it_ends(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal()
    found = await team.sessions.find(await team.token(bilal))
    other = await team.sessions.find(await team.token(amina))
    assert found
    assert other
    with (
        team.sessions.hold(found.session.id) as ended,
        team.sessions.hold(other.session.id) as lasting,
    ):
        watching = asyncio.ensure_future(team.sessions.run())
        await team.people.disable(bilal.id, amina.id)
        async with asyncio.timeout(4):  # sooner than the look that comes in any case
            await ended.wait()
        assert not lasting.is_set()
        team.clock.pass_by(LIFETIME.idle)
        team.sessions.hint("sessions", 1)
        async with asyncio.timeout(4):
            await lasting.wait()
        watching.cancel()


async def test_what_has_expired_is_forgotten(team: Team) -> None:
    amina = await team.amina()
    await team.token(amina)
    team.clock.pass_by(LIFETIME.whole)
    await team.sessions.store.forget(team.clock.now, devices_before=team.clock.now)
    team.clock.now -= LIFETIME.whole
    assert await team.sessions.of(amina.id) == []
    assert not await team.sessions.knows_device(HOME.device_token, amina.id)


async def test_with_an_app_the_passphrase_is_half_the_way(team: Team) -> None:
    amina = await team.amina()
    app, codes = await with_app(team, amina)
    assert len(codes) == 10
    step = await halfway(team, amina)
    signed_in = await team.signing.with_code(step, app.code(), HOME)
    found = await team.sessions.find(signed_in.token)
    assert found
    assert found.session.second_factor
    with pytest.raises(StepOver):
        await team.signing.with_code(step, app.code(1), HOME)


async def test_a_code_is_of_no_use_to_whoever_looked_over_a_shoulder(team: Team) -> None:
    amina = await team.amina()
    app, _ = await with_app(team, amina)
    steps = [await halfway(team, amina) for _ in range(2)]
    done = await asyncio.gather(
        *(team.signing.with_code(step, app.code(), HOME) for step in steps),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["SignInFailed", "SignedIn"]


async def test_a_recovery_code_lets_in_once(team: Team) -> None:
    amina = await team.amina()
    _, codes = await with_app(team, amina)
    await team.signing.with_code(await halfway(team, amina), codes[0].upper(), HOME)
    assert (await team.account(amina)).recovery_codes == 9
    with pytest.raises(SignInFailed):
        await team.signing.with_code(await halfway(team, amina), codes[0], HOME)
    fresh = await team.factors.new_recovery_codes(amina)
    with pytest.raises(SignInFailed):
        await team.signing.with_code(await halfway(team, amina), codes[1], HOME)
    await team.signing.with_code(await halfway(team, amina), fresh[1], HOME)


async def test_a_step_bears_few_tries_and_little_time(team: Team) -> None:
    amina = await team.amina()
    app, _ = await with_app(team, amina)
    step = await halfway(team, amina)
    for _ in range(TRIES):
        with pytest.raises(SignInFailed):
            await team.signing.with_code(step, "000000", HOME)
        team.clock.pass_by(MINUTE // 2)
    with pytest.raises(StepOver):
        await team.signing.with_code(step, app.code(), HOME)
    step = await halfway(team, amina)
    team.clock.pass_by(10 * MINUTE)
    with pytest.raises(StepOver):
        await team.signing.with_code(step, app.code(), HOME)


async def test_an_app_that_shows_a_wrong_code_is_not_set_up(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal()
    proposal = team.factors.propose(amina)
    account = await team.account(amina)
    with pytest.raises(SignInFailed):
        await team.factors.set_up(account, proposal.sealed, "000000")
    for sealed in (team.factors.propose(bilal).sealed, "", "?", proposal.sealed[:-8]):
        with pytest.raises(StepOver):
            await team.factors.set_up(account, sealed, "000000")
    assert not (await team.account(amina)).second_factor


async def test_an_admin_resets_a_lost_second_factor(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal()
    token = await team.token(bilal)
    await with_app(team, bilal)
    await team.factors.reset(bilal.id, amina.id)
    account = await team.account(bilal)
    assert (account.second_factor, account.recovery_codes) == (False, 0)
    assert await team.sessions.find(token) is None
    assert await team.sessions.find(await team.token(bilal))
