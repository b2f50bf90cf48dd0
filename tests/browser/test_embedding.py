"""The chat on somebody else's page: any page can have it, and neither can break the other."""

from typing import Any, Final

import pytest
from playwright.async_api import Page, ViewportSize, expect

from tests.browser.chat import Chat
from tests.browser.conftest import PHONE, Visitors
from tests.browser.elsewhere import EXIT
from tests.browser.running import Service, free_port
from tests.browser.town import Town, town

pytestmark = pytest.mark.asyncio(loop_scope="session")

DESK: Final = ViewportSize(width=1280, height=800)
PAGE: Final = "<title>Our town</title><h1>Our town</h1><p>" + "A page with words. " * 200
HOSTILE: Final = """
*:not(html) { display: none !important; visibility: hidden !important; opacity: 0 !important;
  position: static !important; z-index: -1 !important; transform: scale(3) rotate(9deg) !important;
  pointer-events: none !important; font: 90px/3 fantasy !important; zoom: 3; width: 1px !important;
  filter: blur(9px) !important; clip-path: inset(50%) !important; contain: strict !important }
html { font-size: 70px; direction: rtl; line-height: 9; letter-spacing: 2em; word-spacing: 9em }
body { transform: translate(90vw, 90vh) scale(0.1); overflow: hidden; height: 0 }
button, iframe, p { all: unset !important }
::before, ::after { content: "x" !important; position: fixed !important; inset: 0 !important }
"""
SHIFTS: Final = """
globalThis.shifts = [];
new PerformanceObserver(list => list.getEntries().forEach(entry => {
  // The button itself, which answers a press, is no node that the page could see.
  if (!entry.hadRecentInput || entry.sources.some(({node}) => node)) shifts.push(entry.value);
}))
  .observe({type: "layout-shift", buffered: true});
"""
STATE: Final = """() => JSON.stringify([
  document.head.innerHTML, document.body.outerHTML, document.styleSheets.length,
  document.adoptedStyleSheets.length, document.documentElement.getAttributeNames(),
  document.documentElement.scrollHeight, document.documentElement.scrollWidth,
  ...[...document.querySelectorAll("body, body *")].map(element => [
    JSON.stringify(element.getBoundingClientRect()), [...getComputedStyle(element)]
      .map(name => getComputedStyle(element).getPropertyValue(name)).join(),
  ]),
])"""
EVENTS: Final = """globalThis.told = [];
for (const kind of ["ready", "open", "close", "unread", "hide", "fail"])
  addEventListener(`cara-chat:${kind}`, ({detail}) => told.push(detail ? [kind, detail] : kind));"""


def tag(service: Service, more: str = "async") -> str:
    return f'<script src="{service.base}/widget/embed.js" {more}></script>'


async def _boxes(chat: Chat) -> list[dict[str, float] | None]:
    """Return where the launcher is, and where the open chat is."""
    button = await chat.launcher.bounding_box()
    await chat.open()
    boxes: list[Any] = [button, await chat.panel.bounding_box()]
    return boxes


@pytest.mark.parametrize("screen", [PHONE, DESK])
async def test_no_style_sheet_of_the_page_can_break_it(
    screen: ViewportSize, service: Service, town: Town, visitors: Visitors
) -> None:
    plain = town.page("plain", PAGE + tag(service))
    hostile = town.page("hostile", f"<style>{HOSTILE}</style>{PAGE}{tag(service)}")
    expected = await _boxes(Chat(await visitors.arrive(plain, screen=screen)))
    chat = Chat(await visitors.arrive(hostile, screen=screen))
    assert await _boxes(chat) == expected
    assert await chat.ask("do i have to pay owt")
    await chat.button("Minimise").click()
    await expect(chat.launcher).to_be_focused()


async def test_it_moves_changes_and_adds_nothing_in_the_page(
    service: Service, town: Town, visitors: Visitors
) -> None:
    page = await visitors.arrive(town.page("late", PAGE), screen=DESK)
    await page.evaluate(SHIFTS)
    names = "Object.getOwnPropertyNames(window)"
    before, own = await page.evaluate(STATE), set(await page.evaluate(names))
    address = f"{service.base}/widget/embed.js"
    await page.evaluate(
        """src => document.documentElement.append(
      Object.assign(document.createElement("script"), {src}))""",
        address,
    )
    chat = Chat(page)
    await chat.open()
    await chat.ask("do i have to pay owt")
    assert await page.evaluate(STATE) == before
    await chat.button("Minimise").click()
    await expect(chat.launcher).to_be_focused()
    assert await page.evaluate(STATE) == before
    assert set(await page.evaluate(names)) - own == {"caraChat"}
    assert await page.evaluate("shifts") == []


@pytest.mark.parametrize(
    ("policy", "more"),
    [
        ("default-src 'none'; script-src {0}; frame-src {0}", "async"),
        ("default-src 'none'; script-src 'nonce-abc'; frame-src {0}", 'nonce="abc"'),
    ],
)
async def test_it_works_under_a_strict_policy(
    policy: str, more: str, service: Service, town: Town, visitors: Visitors
) -> None:
    strict = town.page("strict", PAGE + tag(service, more), policy.format(service.base))
    chat = Chat(await visitors.arrive(strict))
    assert await _boxes(chat) == await _boxes(
        Chat(await visitors.arrive(town.page("plain", PAGE + tag(service))))
    )
    assert await chat.ask("do i have to pay owt")


WAYS: Final = {
    "at the start of the page": "<head>{tag}</head>" + PAGE,
    "deferred": "<head>{deferred}</head>" + PAGE,
    "twice": PAGE + "{tag}{deferred}{tag}",
    "as a module": PAGE + "{module}",
    "late": PAGE
    + """<script>addEventListener("load", () => setTimeout(() => document.body.append(
      Object.assign(document.createElement("script"), {{src: "{src}"}})), 200))</script>""",
    "delayed and renamed": PAGE
    + """<script type="text/lazy" data-src="{src}"></script>
      <script>onload = () => document.querySelectorAll("[data-src]").forEach(lazy => {{
        const script = document.createElement("script");
        script.src = lazy.dataset.src;
        lazy.replaceWith(script);
      }})</script>""",
    "fetched and run under another name": PAGE
    + """<script>onload = async () => {{
        const text = await (await fetch("{src}")).text();
        const type = "text/javascript";
        const own = document.createElement("script");
        own.src = URL.createObjectURL(new Blob([text], {{type}}));
        document.body.append(own);
      }}</script><script type="text/plain" src="{src}"></script>""",
}


@pytest.mark.parametrize("way", WAYS)
async def test_it_is_there_once_however_it_is_put_in(
    way: str, service: Service, town: Town, visitors: Visitors
) -> None:
    html = WAYS[way].format(
        tag=tag(service, ""),
        deferred=tag(service, "defer"),
        module=tag(service, "type=module"),
        src=f"{service.base}/widget/embed.js",
    )
    chat = Chat(await visitors.arrive(town.page("way", html)))
    await expect(chat.launcher).to_have_count(1)
    assert await chat.page.locator("body ~ cara-chat").count() == 1
    await chat.open()


async def test_the_tag_says_how_it_looks_and_speaks(
    service: Service, town: Town, visitors: Visitors
) -> None:
    more = 'data-label="Chat &lt;&amp;" data-position="left" data-lang="pl" data-exit="https://a.test/"'
    page = await visitors.arrive(town.page("own", PAGE + tag(service, more)), screen=DESK)
    button = page.get_by_role("button", name="Chat <&")
    box = await button.bounding_box()
    assert box
    assert box["x"] < 100
    await button.click()
    await expect(page.frame_locator("iframe").get_by_role("textbox")).to_be_editable()
    (frame,) = page.main_frame.child_frames
    assert frame.url == f"{service.base}/widget/frame?lang=pl"


async def test_the_page_can_open_it_and_hears_what_happens_but_not_what_is_said(
    service: Service, town: Town, visitors: Visitors
) -> None:
    own = '<button id="own">Talk to us</button>'
    link = f"""<script>{EVENTS}
      document.querySelector("#own").onclick = () => window.caraChat?.open()</script>"""
    page = await visitors.arrive(town.page("events", PAGE + own + link + tag(service)))
    chat = Chat(page)
    await expect(chat.launcher).to_be_visible()
    await page.get_by_role("button", name="Talk to us").press("Enter")
    await expect(chat.box).to_be_editable()
    await chat.say("do i have to pay zebra")
    await page.evaluate("caraChat.close()")
    await expect(chat.launcher).to_have_text("Chat with us (1)")
    await page.evaluate("caraChat.open()")
    await chat.box.press("Escape")
    await expect(chat.panel).to_be_hidden()
    assert await page.evaluate("told") == [
        *("ready", "open", "close"),
        ["unread", {"count": 1}],
        *("open", "close"),
    ]
    await page.evaluate("setTimeout(caraChat.hide)")
    await expect(page).to_have_url(EXIT)


async def test_the_focus_returns_to_the_button_that_opened_the_chat(
    service: Service, town: Town, visitors: Visitors
) -> None:
    own = '<button onclick="caraChat.open()">Talk to us</button>'
    chat = Chat(await visitors.arrive(town.page("focus", PAGE + own + tag(service))))
    await expect(chat.launcher).to_be_visible()
    button = chat.page.get_by_role("button", name="Talk to us")
    await button.press("Enter")
    await expect(chat.box).to_be_editable()
    await chat.box.press("Escape")
    await expect(button).to_be_focused()


async def _names(page: Page) -> list[str]:
    found: list[str] = await page.evaluate(
        "[document.title, ...[...document.querySelectorAll('link')].map(link => link.href)]"
    )
    return found


async def test_while_it_is_open_the_page_may_have_a_neutral_title_and_icon(
    service: Service, town: Town, visitors: Visitors
) -> None:
    icon = '<link rel="shortcut icon" href="data:image/png;base64,AAAA">'
    html = icon + PAGE + tag(service, 'data-neutral-title="Weather"')
    chat = Chat(await visitors.arrive(town.page("neutral", html)))
    before = await _names(chat.page)
    await chat.open()
    await expect(chat.page).to_have_title("Weather")
    assert "CARA" not in (names := str(await _names(chat.page)))
    assert "image/svg" in names
    await chat.page.evaluate("document.title = '(1) Our town'")
    await expect(chat.page).to_have_title("Weather")
    await chat.button("Minimise").click()
    await expect(chat.page).to_have_title("(1) Our town")
    assert (await _names(chat.page))[1:] == before[1:]


async def test_a_site_that_is_not_listed_gets_its_page_back(
    service: Service, visitors: Visitors
) -> None:
    async with town(free_port()) as stranger:
        html = f"<script>{EVENTS}</script>{PAGE}{tag(service)}"
        chat = Chat(await visitors.arrive(stranger.page("", html)))
        await chat.launcher.click()
        await expect(chat.launcher).to_have_text("Chat failed. Try again")
        await expect(chat.panel).to_have_count(0)
        assert (await chat.page.evaluate("told"))[-1] == "fail"
    assert visitors.faults != []
    assert [one for one in visitors.faults if "frame-ancestors" not in one] == []
    visitors.faults.clear()


async def test_without_a_network_it_says_so_and_can_be_tried_again(
    service: Service, town: Town, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(town.page("plain", PAGE + tag(service))))
    await expect(chat.launcher).to_be_visible()
    await chat.page.context.set_offline(offline=True)
    await chat.launcher.click()
    await expect(chat.launcher).to_have_text("Chat failed. Try again")
    await chat.page.context.set_offline(offline=False)
    await chat.open()


async def test_in_another_language_the_chat_and_the_page_still_hear_each_other(
    service: Service, town: Town, visitors: Visitors
) -> None:
    chat = Chat(await visitors.arrive(town.page("plain", PAGE + tag(service))))
    await chat.open()
    await chat.frame.get_by_role("link", name="Polski").click()
    polish = chat.page.frame_locator("iframe").get_by_role("textbox")
    await expect(polish).to_have_accessible_name("Twoja wiadomość")
    await polish.press("Escape")
    await expect(chat.launcher).to_be_focused()
