"""Accounts on both engines: links, roles, and who is left to manage people."""

import asyncio
import base64
from collections.abc import AsyncIterator

import pytest

from chatbot.domain.audit import COMMAND_LINE, Deed
from chatbot.domain.errors import Invalid
from chatbot.domain.people import Role
from chatbot.services.errors import EmailTaken, LastAdmin, LinkVoid, UnknownPerson
from chatbot.store import audit
from chatbot.store.database import Database
from chatbot.store.errors import Rejected
from chatbot.store.query import Query, sql
from tests.store.team import GOOD, HOUR, App, Team, team_on

DELETE_AUDIT = sql("delete from audit")
CHANGE_AUDIT = sql("update audit set who = 'nobody'")
SECRETS = sql("select passphrase, data_key, totp from person")


@pytest.fixture(name="team")
async def _team(schema_database: Database) -> AsyncIterator[Team]:
    async with team_on(schema_database) as team:
        yield team


async def test_the_first_admin_joins_by_a_link_that_then_is_void(team: Team) -> None:
    token = await team.people.found()
    assert token is not None
    assert (await team.people.invitation(token)).founding
    first = await team.people.join(token, "Amina", "amina@example.org", GOOD)
    assert first.role is Role.ADMIN
    assert await team.people.found() is None
    with pytest.raises(LinkVoid):
        await team.people.join(token, "Mallory", "m@example.org", GOOD)


async def test_a_new_start_makes_the_earlier_link_void(team: Team) -> None:
    early, late = await team.people.found(), await team.people.found()
    assert early is not None
    assert late is not None
    with pytest.raises(LinkVoid):
        await team.people.invitation(early)
    await team.people.invitation(late)


async def test_the_first_link_lasts_a_day_and_until_somebody_is_there(team: Team) -> None:
    token = await team.people.found()
    assert token is not None
    team.clock.pass_by(24 * HOUR)
    with pytest.raises(LinkVoid):
        await team.people.invitation(token)
    token = await team.people.found()
    assert token is not None
    await team.bilal()
    with pytest.raises(LinkVoid):
        await team.people.join(token, "Mallory", "m@example.org", GOOD)


async def test_of_two_who_open_one_link_at_once_one_joins(team: Team) -> None:
    token = await team.people.found()
    assert token is not None
    done = await asyncio.gather(
        *(team.people.join(token, "A", f"a{n}@example.org", GOOD) for n in range(3)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["LinkVoid", "LinkVoid", "Person"]


async def test_an_invitation_gives_its_role_once_and_can_be_withdrawn(team: Team) -> None:
    amina = await team.amina()
    token = await team.people.invite("bilal@example.org", Role.SUPERVISOR, amina.id)
    joined = await team.people.join(token, "Bilal", "b@example.org", GOOD)
    assert joined.role is Role.SUPERVISOR
    assert await team.people.invitations() == []
    other = await team.people.invite("chidi@example.org", Role.STAFF, amina.id)
    (waiting,) = await team.people.invitations()
    await team.people.withdraw(waiting.id, amina.id)
    for void in (token, other, "never made"):
        with pytest.raises(LinkVoid):
            await team.people.invitation(void)


async def test_an_invitation_lasts_a_week(team: Team) -> None:
    token = await team.people.invite("bilal@example.org", Role.STAFF, COMMAND_LINE)
    team.clock.pass_by(7 * 24 * HOUR - 1)
    await team.people.invitation(token)
    team.clock.pass_by(1)
    with pytest.raises(LinkVoid):
        await team.people.invitation(token)


async def test_a_link_for_a_new_passphrase_makes_no_account_and_the_reverse(team: Team) -> None:
    amina = await team.amina()
    offer = await team.people.offer_passphrase(amina.id, amina.id)
    invited = await team.people.invite("bilal@example.org", Role.STAFF, amina.id)
    with pytest.raises(LinkVoid):
        await team.people.join(offer, "Mallory", "m@example.org", GOOD)
    with pytest.raises(LinkVoid):
        await team.people.choose_passphrase(invited, GOOD)
    assert len(await team.people.invitations()) == 1
    team.clock.pass_by(24 * HOUR)
    with pytest.raises(LinkVoid):
        await team.people.choose_passphrase(offer, GOOD)


async def test_an_email_address_belongs_to_one_person(team: Team) -> None:
    amina = await team.amina()
    with pytest.raises(EmailTaken):
        await team.people.add("Other", "AMINA@example.org", Role.STAFF, GOOD, COMMAND_LINE)
    with pytest.raises(EmailTaken):
        await team.people.invite("amina@example.org", Role.STAFF, amina.id)


async def test_what_cannot_be_used_creates_nobody(team: Team) -> None:
    token = await team.people.invite("bilal@example.org", Role.STAFF, COMMAND_LINE)
    for name, email, passphrase in (("", "b@x.org", GOOD), ("B", "b", GOOD), ("B", "b@x.org", "b")):
        with pytest.raises(Invalid):
            await team.people.join(token, name, email, passphrase)
    assert await team.people.all() == []


async def test_there_is_always_an_admin_left(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal(Role.ADMIN)
    await team.people.set_role(bilal.id, Role.STAFF, amina.id)
    for last in (
        team.people.set_role(amina.id, Role.STAFF, amina.id),
        team.people.disable(amina.id, amina.id),
    ):
        with pytest.raises(LastAdmin):
            await last
    assert (await team.account(amina)).person == amina


async def test_two_admins_who_remove_each_other_at_once_leave_one(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal(Role.ADMIN)
    done = await asyncio.gather(
        team.people.disable(bilal.id, amina.id),
        team.people.disable(amina.id, bilal.id),
        return_exceptions=True,
    )
    assert [type(one) for one in done if one] == [LastAdmin]


async def test_who_is_sent_away_is_signed_out_and_can_come_back(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal()
    token = await team.token(bilal)
    await team.people.disable(bilal.id, amina.id)
    assert await team.sessions.find(token) is None
    await team.people.enable(bilal.id, amina.id)
    assert await team.sessions.find(token) is None
    assert await team.sessions.find(await team.token(bilal))


async def test_who_may_do_less_from_now_on_is_signed_out(team: Team) -> None:
    amina, bilal = await team.amina(), await team.bilal(Role.SUPERVISOR)
    token = await team.token(bilal)
    await team.people.set_role(bilal.id, Role.ADMIN, amina.id)
    assert await team.sessions.find(token)
    await team.people.set_role(bilal.id, Role.STAFF, amina.id)
    assert await team.sessions.find(token) is None


async def test_nobody_is_changed_who_is_not_there(team: Team) -> None:
    for change in (
        team.people.set_role("x", Role.ADMIN, "y"),
        team.people.disable("x", "y"),
        team.people.enable("x", "y"),
        team.people.by_email("x@example.org"),
    ):
        with pytest.raises(UnknownPerson):
            await change


async def test_every_change_has_its_line_in_the_audit(team: Team) -> None:
    amina = await team.amina()
    bilal = await team.bilal()
    await team.people.rename(bilal, "Bilal K.")
    await team.people.set_role(bilal.id, Role.SUPERVISOR, amina.id)
    await team.people.disable(bilal.id, amina.id)
    assert await team.deeds() == [
        (COMMAND_LINE, Deed.JOINED, amina.id),
        (COMMAND_LINE, Deed.JOINED, bilal.id),
        (bilal.id, Deed.NAME_CHANGED, bilal.id),
        (amina.id, Deed.ROLE_CHANGED, bilal.id),
        (amina.id, Deed.DISABLED, bilal.id),
    ]


async def test_what_failed_leaves_no_line_and_no_gap_in_the_audit(team: Team) -> None:
    amina = await team.amina()
    with pytest.raises(LastAdmin):
        await team.people.disable(amina.id, amina.id)
    await team.people.rename(amina, "A.")
    assert [action for _, action, _ in await team.deeds()] == [Deed.JOINED, Deed.NAME_CHANGED]


async def test_lines_that_are_written_at_once_have_numbers_without_gaps(team: Team) -> None:
    amina = await team.amina()
    await asyncio.gather(*(team.people.rename(amina, f"Amina {n}") for n in range(20)))
    assert len(await team.deeds()) == 21


@pytest.mark.parametrize("change", [DELETE_AUDIT, CHANGE_AUDIT], ids=["delete", "update"])
async def test_the_audit_is_only_ever_added_to(team: Team, change: Query) -> None:
    await team.amina()
    with pytest.raises(Rejected):
        await team.database.write([change()])
    assert len(await audit.newest(team.database, 10)) == 1


async def test_a_thief_of_the_database_finds_no_passphrase_and_no_seed(team: Team) -> None:
    amina = await team.amina()
    proposal = team.factors.propose(amina)
    code = App(proposal.uri, team.clock).code()
    await team.factors.set_up(await team.account(amina), proposal.sealed, code)
    seed = base64.b32decode(proposal.typed.replace(" ", ""))
    (row,) = await team.database.fetch(SECRETS)
    assert seed not in bytes(row["totp"]) + bytes(row["data_key"])
    assert GOOD not in row["passphrase"]
