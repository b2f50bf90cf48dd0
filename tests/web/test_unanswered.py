"""What visitors asked in vain reaches an admin, masked, and is answered after one click."""

import re
from html import unescape

import aiohttp
import pytest
import pytest_asyncio

from chatbot.domain.commands import Erase
from chatbot.domain.people import Role
from chatbot.web import keys
from tests.web.conftest import Service, Visitor
from tests.web.staff import Answer, Browser, a_person
from tests.web.test_faq_editor import shown

pytestmark = pytest.mark.asyncio(loop_scope="session")

HERE = "/console/unanswered"


@pytest.fixture(name="own")
def _own(small_service: Service) -> Service:
    return small_service


@pytest_asyncio.fixture(loop_scope="session", name="admin")
async def _admin(own: Service, http: aiohttp.ClientSession) -> Browser:
    browser = Browser(http, own.base)
    await browser.sign_in(await a_person(own, Role.ADMIN))
    return browser


async def a_visitor(own: Service, http: aiohttp.ClientSession) -> Visitor:
    visitor = Visitor(http, own.api)
    await visitor.start()
    return visitor


def places(page: Answer, question: str) -> str:
    """Return what the form of a question says it is about."""
    card = next(
        c for c in page.text.split('<li class="card">')[1:] if f"<q>{question}</q></h2>" in c
    )
    found = re.search(r'name="places" value="([^"]+)"', card)
    assert found
    return unescape(found[1])


async def test_a_question_in_vain_is_masked_grouped_and_then_answered(
    own: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    assert "Nothing is open here." in shown(await admin.get(HERE))
    for text in ("zorbing by the seaside?", "zorbing by the seaside, mail jo@example.org"):
        visitor = await a_visitor(own, http)
        assert (await visitor.ask(text))["outcome"] == "unanswered"
    page = await admin.get(HERE)
    assert "jo@example.org" not in page.text
    assert "Asked 2 times no answer: 2" in shown(page)
    (slug, *_) = own.app[keys.FAQ].edition.published
    question = "zorbing by the seaside, mail [e-mail]"
    form = {"places": places(page, question), "text": "zorbing by the seaside"}
    added = await admin.post(HERE, do=f"add:{slug}", **form)
    assert added.to == f"{HERE}?done=phrasing_added"
    assert "Nothing is open here." in shown(await admin.get(added.to))
    answer = await (await a_visitor(own, http)).ask("zorbing by the seaside?")
    assert (answer["outcome"], answer["faq"]["slug"]) == ("answered", slug)
    listed = await admin.get("/console/faq")
    assert "Answers, 30 days 1" in shown(listed)


async def test_what_was_no_help_or_led_to_a_person_is_there_and_can_be_dismissed_or_begun(
    own: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    entry = next(iter(own.app[keys.FAQ].edition.published.values()))
    unhelped, asking = await a_visitor(own, http), await a_visitor(own, http)
    said = await unhelped.ask(entry.question)
    rating = {"helpful": False, "answer_seq": said["seq"]}
    await unhelped.call("POST", "/rating", json=rating)
    await asking.ask("quokkas in the corridor")
    await asking.call("POST", "/person", json={})
    page = await admin.get(HERE)
    assert entry.question in shown(page)
    assert "rated as no help" in shown(page)
    assert "Asked once no answer then asked for a person" in shown(page)
    await unhelped.call("POST", "/rating", json={**rating, "helpful": True})
    page = await admin.get(HERE)
    assert "rated as no help" not in shown(page)
    form = {"places": places(page, "quokkas in the corridor"), "text": " "}
    for do in (f"add:{entry.slug}", "draft", "other"):
        refused = await admin.post(HERE, do=do, **form)
        assert refused.status == 422, do
        assert "quokkas in the corridor" in shown(refused)
    assert (await admin.post(HERE, do="add:nothing", **form | {"text": "x"})).status == 404
    assert (await admin.post(HERE, do="dismiss", places="a/b/c")).status == 422
    begun = await admin.post(HERE, do="draft", **form | {"text": "Are there quokkas?"})
    assert begun.to == "/console/faq/are-there-quokkas"
    assert "Nothing is open here." in shown(await admin.get(HERE))


async def test_staff_hand_a_visitors_words_to_the_faq_from_the_chat(
    own: Service, http: aiohttp.ClientSession, admin: Browser
) -> None:
    dana = Browser(http, own.base)
    await dana.sign_in(await a_person(own, Role.STAFF, "Dana"))
    visitor = await a_visitor(own, http)
    answer = await visitor.ask("hello there")
    desk = f"/console/chats/{visitor.id}"
    assert 'form="suggest" name="seq" value="2"' in (await dana.get(desk)).text
    saved = await dana.post("/console/faq/phrasings", chat=visitor.id, seq="2")
    assert saved.to == desk
    for seq in (f"{answer['seq']}", "99"):
        wrong = await dana.post("/console/faq/phrasings", chat=visitor.id, seq=seq)
        assert wrong.status == 404
    page = await admin.get(HERE)
    assert "suggested by the team" in shown(page)
    form = {"places": places(page, "hello there"), "do": "dismiss"}
    assert (await admin.post(HERE, **form)).to == f"{HERE}?done=question_dismissed"
    aside = await admin.get(f"{HERE}?show=dismissed")
    assert "To look at: 0 Dismissed: 1" in shown(aside)
    form = {"places": places(aside, "hello there"), "do": "back"}
    back = await admin.post(HERE, **form)
    assert back.to == f"{HERE}?show=dismissed&done=question_brought_back"
    assert "Nothing is dismissed." in shown(await admin.get(back.to))
    assert "hello there" in shown(await admin.get(HERE))
    await dana.post("/console/faq/phrasings", chat=visitor.id, seq="2")
    conversations = own.app[keys.CONVERSATIONS]
    await conversations.do(visitor.id, Erase(at=own.app[keys.CLOCK]()))
    assert "Nothing is open here." in shown(await admin.get(HERE))
