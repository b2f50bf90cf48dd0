"""Settings in the console: in effect at once, explained, refused in clear words, and undone."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from random import Random

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.people import Role
from chatbot.domain.welcome import lines
from chatbot.settings import Settings
from chatbot.store.query import sql
from chatbot.web import keys
from tests.web.conftest import Service, Visitor, serving, weigh
from tests.web.staff import Answer, Browser, a_person

pytestmark = pytest.mark.asyncio(loop_scope="session")

PAGE = "/console/settings"
LONG_AGO = sql("update session set proved_at = 0")


@pytest_asyncio.fixture(scope="session", loop_scope="session", name="own")
async def _own(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Service]:
    """A service whose settings tests change; each leaves them as they were."""
    folder = tmp_path_factory.mktemp("settings")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own) as service:
        yield service


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(own: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, own.base)
    await browser.sign_in(await a_person(own, Role.ADMIN))
    return browser


async def save(admin: Browser, name: str, value: str, reason: str = "") -> Answer:
    """Save a value as the page has it now."""
    page = (await admin.get(PAGE)).text
    form = re.search(rf'action="{PAGE}/{re.escape(name)}">\s*<input[^>]+value="(\d+)"', page)
    assert form, f"{name} cannot be changed"
    return await admin.post(f"{PAGE}/{name}", value=value, seen=form[1], reason=reason)


async def undo(admin: Browser, own: Service, name: str) -> None:
    """Undo the newest change of a setting, as the page offers it."""
    changes = (await own.app[keys.EDITABLE].board()).changes
    version = next(change.version for change in changes if change.name == name)
    action = f"{PAGE}/undo/{version}"
    assert f'action="{action}"' in (await admin.get(PAGE)).text
    assert (await admin.post(action)).to == f"{PAGE}?done=undone#changes"


def wrong(answer: Answer) -> list[str]:
    found = re.findall(r'class="wrong" id="[^"]+-wrong">.*?<span>(.*?)</span>', answer.text)
    return [unescape(text) for text in found]


@pytest.mark.parametrize(
    ("name", "value", "where", "seen"),
    [
        ("organisation", "Trust & Co", "/", "Trust &amp; Co"),
        ("site_name", "Project X", "/faq", "Project X"),
        ("contacts.phone", "023 8000 9999", "/", "tel:02380009999"),
        ("contacts.samaritans", "116 124", "/faq/suicide-self-harm", "tel:116124"),
        ("welcome.about.en", "Hi from {organisation}.", "/widget/frame", "Hi from The Hampton"),
        ("welcome.about.en", "Hi from {organisation}.", "/ask", "Hi from The Hampton"),
        ("welcome.about.pl", "Witaj!", "/widget/frame?lang=pl", "Witaj!"),
        ("welcome.heading.en", "What is up?", "/widget/frame", "<h2>What is up?</h2>"),
        ("welcome.open.en", "We are *here*.", "/widget/frame", "We are <em>here</em>."),
        ("welcome.emergency.en", "Danger? Do not write.", "/ask", "Danger? Do not write."),
        ("welcome.emergency_call.en", "999 & on", "/widget/frame", ">999 &amp; on</a>"),
        ("welcome.english.pl", "Tylko angielski.", "/pl/ask", "Tylko angielski."),
        ("welcome.promises.pl", "Czyta to zespół.", "/pl/privacy", "Czyta to zespół."),
        ("welcome.leave.en", "Press the red one.", "/widget/frame", "<li>Press the red one. <"),
        ("welcome.shift.en", "Or Shift, Shift, Shift.", "/widget/frame", ">Or Shift, Shift"),
        ("welcome.topics.en", "Some ask", "/widget/frame", ">Some ask</h3>"),
        ("welcome.law.en", "I am no solicitor.", "/api/v1/welcome", "I am no solicitor."),
        ("welcome.open.en", "We are here.", "/api/v1/welcome", '"team","text":"We are here."'),
        ("exit_url", "https://www.example.org/rain", "/privacy", "https://www.example.org/rain"),
        ("exit_site", "Example Rain", "/staying-safe", "Example Rain"),
        ("neutral_title", "Weather & more", "/widget/frame", "Weather &amp; more"),
    ],
)
async def test_a_change_is_seen_at_once_and_undone(
    own: Service, admin: Browser, *, name: str, value: str, where: str, seen: str
) -> None:
    before = (await admin.get(where)).text
    assert seen not in before
    saved = await save(admin, name, value, "we moved")
    assert saved.to == f"{PAGE}?done=setting#{name}"
    assert seen in (await admin.get(where)).text
    page = unescape((await admin.get(f"{PAGE}?done=setting")).text)
    assert "That is saved, and in effect now." in page
    assert ": we moved" in page
    await undo(admin, own, name)
    assert (await admin.get(where)).text == before


async def test_a_line_that_nobody_needs_is_left_out_of_the_welcome(
    own: Service, admin: Browser
) -> None:
    line = "You do not need to give your name"
    before = {path: (await admin.get(path)).text for path in ("/widget/frame", "/api/v1/welcome")}
    assert all(line in text for text in before.values())
    await save(admin, "welcome.name.en", "")
    after = [(await admin.get(path)).text for path in before]
    assert not any(line in text or "<li></li>" in text or '"text":""' in text for text in after)
    await undo(admin, own, "welcome.name.en")


async def test_a_line_stands_on_the_page_with_what_it_shipped_as(
    own: Service, admin: Browser
) -> None:
    await save(admin, "welcome.law.pl", "Nie znam się na prawie.")
    page = (await admin.get(PAGE)).text
    assert '<p class="setting-value" lang="pl" dir="auto">Nie znam się na prawie.</p>' in page
    assert 'It came as: <q lang="pl" dir="auto">Nie udzielam porad prawnych.</q>' in page
    assert "Welcome: no legal advice, in Polski" in page
    assert "It has to say {when}." in page
    await undo(admin, own, "welcome.law.pl")


@pytest.mark.parametrize("language", ["en", "pl"])
async def test_the_longest_welcome_still_loads_lightly(
    own: Service, admin: Browser, http: aiohttp.ClientSession, language: str
) -> None:
    chance = Random(language)  # noqa: S311  # so that a failure can be repeated
    said = own.app[keys.LANGUAGES].find(language)
    assert said
    known = re.findall(r"\w{2,}", " ".join(said.texts.area("").values()))
    changed = []
    for line in lines(language):
        text = "".join(line.must)
        while len(text) < line.limit:
            text += f" {chance.choice(known)}"
        name = f"welcome.{line.name}.{language}"
        await save(admin, name, text[: line.limit])
        changed.append(name)
    weights = await weigh(http, own.base, f"?lang={language}")
    assert sum(weights.values()) <= 25 * 1024, weights
    for name in changed:
        await undo(admin, own, name)


async def test_a_website_may_show_the_chat_once_it_is_listed(own: Service, admin: Browser) -> None:
    site = "https://*.new.example"
    assert site not in (await admin.get("/widget/frame")).headers["Content-Security-Policy"]
    await save(admin, "allowed_sites", f"https://www.example.org\n{site}")
    assert site in (await admin.get("/widget/frame")).headers["Content-Security-Policy"]
    await undo(admin, own, "allowed_sites")


async def test_what_lets_people_in_is_changed_only_by_who_gave_their_passphrase_just_now(
    own: Service, admin: Browser
) -> None:
    await save(admin, "exit_site", "Once")
    version = (await own.app[keys.EDITABLE].board()).changes[0].version
    await own.app[keys.AUDIT].database.write([LONG_AGO()])
    confirm = "/console/account/confirm?next=/console/settings"
    assert (await save(admin, "allowed_sites", "https://evil.example")).to.startswith(confirm)
    assert (await admin.post(f"{PAGE}/undo/{version}")).to.startswith(confirm)
    assert "evil.example" not in (await admin.get(PAGE)).text
    assert (await save(admin, "organisation", "Anybody")).to == f"{PAGE}?done=setting#organisation"
    for name in ("organisation", "exit_site"):
        change = (await own.app[keys.EDITABLE].board()).changes
        newest = next(one.version for one in change if one.name == name)
        await own.app[keys.EDITABLE].undo(newest, "somebody")


async def test_a_second_step_is_required_from_the_next_page_on(
    own: Service, admin: Browser
) -> None:
    await save(admin, "second_factor", "required")
    assert (await admin.get(PAGE)).to == "/console/account/second-factor"
    (change, *_) = (await own.app[keys.EDITABLE].board()).changes
    await own.app[keys.EDITABLE].undo(change.version, "somebody")
    assert (await admin.get(PAGE)).status == 200


async def test_times_and_the_share_of_wrong_answers_reach_those_who_act(
    own: Service, admin: Browser
) -> None:
    site, handover, faq = own.app[keys.SITE], own.app[keys.HANDOVER], own.app[keys.FAQ]
    await save(admin, "wait_target_minutes", "1.5")
    await save(admin, "wait_minutes", "3")
    assert (site.wait_target, handover.patience) == (90_000, 180_000)
    engine = faq.edition.engine
    await save(admin, "wrong_answers", "at most 1 in 100")
    await faq.refresh()
    assert faq.edition.engine is not engine
    for name in ("wait_target_minutes", "wait_minutes", "wrong_answers"):
        await undo(admin, own, name)


async def test_callbacks_and_sessions_follow_at_once(own: Service, admin: Browser) -> None:
    calls, callbacks, sessions = (
        own.app[keys.CALL_DESK],
        own.app[keys.CALLBACKS],
        own.app[keys.SESSIONS],
    )
    changes = {
        "callbacks.keep_completed_days": "10",
        "callbacks.lead_minutes": "5",
        "callbacks.tries": "2",
        "session_idle_minutes": "30",
    }
    for name, value in changes.items():
        await save(admin, name, value)
    assert calls.keep.completed == 10 * 86_400_000
    assert (callbacks.terms.rules.lead, callbacks.terms.tries) == (300_000, 2)
    assert sessions.lifetime.idle == sessions.store.lifetime.idle == 1_800_000
    for name in changes:
        await undo(admin, own, name)
    assert callbacks.terms.tries == 3


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("contacts.phone", "", "Enter something: this cannot be empty."),
        ("contacts.samaritans", "", "An answer, a page or a promise needs this."),
        ("wait_minutes", "soon", "Enter minutes, more than 0 and at most 1440."),
        ("exit_url", "http://example.org", "Enter an address that begins with https://"),
        ("chat_message", "Ring {nobody}", "An answer, a page or a promise needs this."),
        ("welcome.about.en", "{phone}", "Only what is named above can stand in braces here."),
        ("welcome.emergency_call.pl", "Zadzwoń", "This has to say what is named above."),
        ("welcome.leave.en", "", "Enter something: this cannot be empty."),
    ],
)
async def test_what_cannot_be_used_is_said_beside_it_and_kept_on_the_page(
    admin: Browser, name: str, value: str, why: str
) -> None:
    answer = await save(admin, name, value, "typed reason")
    assert answer.status == 422
    (told,) = wrong(answer)
    assert told.startswith(why)
    assert 'value="typed reason"' in answer.text
    assert 'aria-invalid="true"' in answer.text


async def test_a_secret_is_never_shown_again_only_that_it_is_set(
    own: Service, admin: Browser
) -> None:
    secret = "a-secret-that-we-typed"
    page = (await admin.get(PAGE)).text
    assert "No mail server is set up" in page
    refused = await save(admin, "webhook_secret", "too-short-but-ours")
    assert refused.to == f"{PAGE}?done=setting#webhook_secret"
    refused = await save(admin, "webhook_secret", "much-too-short!")
    assert wrong(refused) == ["Enter 16 to 200 characters without a space."]
    assert "much-too-short!" not in refused.text
    await save(admin, "webhook_secret", secret)
    page = (await admin.get(f"{PAGE}?done=setting")).text
    assert secret not in page
    assert "From “set” to “set”" in page
    for _ in range(2):
        await undo(admin, own, "webhook_secret")
    assert secret not in (await admin.get("/console/audit")).text


async def test_who_saves_over_a_colleague_is_told(own: Service, admin: Browser) -> None:
    await save(admin, "exit_site", "Theirs")
    answer = await admin.post(f"{PAGE}/exit_site", value="Mine", seen="0")
    assert answer.status == 409
    assert wrong(answer) == ["Somebody else changed this at the same time. Please try again."]
    assert 'value="Mine"' in answer.text
    await undo(admin, own, "exit_site")


async def test_what_is_no_setting_is_not_found(admin: Browser) -> None:
    for path in ("nothing", "host", "nothing/checked", "organisation/checked"):
        assert (await admin.post(f"{PAGE}/{path}", value="x", seen="0")).status == 404
    assert (await admin.post(f"{PAGE}/undo/999999")).status == 409
    assert (await admin.post(f"{PAGE}/undo/x")).status == 422


async def test_a_number_is_noted_as_checked(own: Service, admin: Browser) -> None:
    answer = await admin.post(f"{PAGE}/contacts.shout/checked")
    assert answer.to == f"{PAGE}?done=checked#contacts.shout"
    (change, *_) = (await own.app[keys.EDITABLE].board()).changes
    assert change.name == "checked.contacts.shout"
    assert "Shout, by text: checked" in (await admin.get(PAGE)).text


async def test_the_off_switch_closes_the_chat_and_keeps_the_rest(
    own: Service, admin: Browser, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, own.api)
    await visitor.start()
    assert '"chat":"open"' in (await admin.get("/api/v1/status")).text
    await save(admin, "chat_message", "We are **moving house**. Back on Monday.")
    await save(admin, "chat", "off", "no heating")
    assert '"chat":"closed"' in (await admin.get("/api/v1/status")).text
    for path in (PAGE, "/console"):
        assert "The chat is switched off" in (await admin.get(path)).text
    assert "moving house</strong>. Back on Monday." in (await admin.get("/widget/frame")).text
    status, _ = await visitor.call("POST", "/person", json={})
    assert status == 202
    told = (await visitor.events())[-1]
    assert told["text"] == "We are moving house. Back on Monday."
    assert told["offers"] == ["leave_message", "callback"]
    assert (await visitor.ask("do i have to pay"))["author"] == "assistant"
    await visitor.call("POST", "/person", json={"leave_message": True})
    state = [e for e in await visitor.events() if e["type"] == "state"][-1]
    assert state["state"] == "waiting"
    await undo(admin, own, "chat")
    assert '"chat":"open"' in (await admin.get("/api/v1/status")).text
    await undo(admin, own, "chat_message")


async def test_who_waits_when_the_chat_is_switched_off_is_told(
    own: Service, admin: Browser, http: aiohttp.ClientSession
) -> None:
    visitor = Visitor(http, own.api)
    await visitor.start()
    await visitor.call("POST", "/person", json={})
    await save(admin, "chat", "off")
    await own.app[keys.HANDOVER].sweep()
    told = [e for e in await visitor.events() if e["type"] == "message"][-1]
    assert told["author"] == "system"
    assert "Nobody from the team is here right now" in told["text"]
    await undo(admin, own, "chat")


async def test_after_a_restart_what_was_saved_counts_unless_the_environment_fixes_it(
    settings: Settings, tmp_path_factory: pytest.TempPathFactory, http: aiohttp.ClientSession
) -> None:
    folder = tmp_path_factory.mktemp("again")
    own = replace(settings, database=f"sqlite:///{folder}/chat.db", model="/nowhere")
    async with serving(own) as service:
        editable = service.app[keys.EDITABLE]
        for name, value in (("organisation", "Saved"), ("site_name", "Kept"), ("chat", "off")):
            await editable.save(name, value, 0, "amina")
    environment = {"CHATBOT_ORGANISATION": "Fixed Trust"}
    changed = replace(own, organisation="Fixed Trust")
    async with serving(changed, environment=environment) as service:
        browser = Browser(http, service.base)
        home = (await browser.get("/")).text
        assert ("Kept" in home, "Fixed Trust" in home, "Saved" in home) == (True, True, False)
        assert '"chat":"closed"' in (await browser.get("/api/v1/status")).text
        await browser.sign_in(await a_person(service, Role.ADMIN))
        page = (await browser.get(PAGE)).text
        assert page.count("Fixed by the person who runs the server.") == 1
        assert f'action="{PAGE}/organisation"' not in page
        assert (await browser.post(f"{PAGE}/organisation", value="X", seen="1")).status == 422
