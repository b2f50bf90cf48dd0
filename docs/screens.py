"""Take the pictures of the documents from the running service: `make screens`.

A scene is a function that is given a page and leads it to where the picture is taken; its name is
the picture's. Everything shown there is made up by `chatbot demo`. The chat is seen in one visit,
state by state, on a phone and at a desk, in light and in dark.

    python docs/screens.py [NAME ...]
"""

import re
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

from bench.conversation import free_port, running

SCREENS = Path(__file__).parent / "screens"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, WIDE = (360, 740), (1180, 760)
DANGER = "he keeps turning up"
CHAT = "chat"
ASKED = {
    "missed saterday wat now": "answer",
    "when": "clarify",
    "i want to kill myself": "urgent",
}
IN_VAIN = ("can i bring my dog", "are dogs allowed, my number is 07700 900123", "can my dog come")
REPLY = "Hello, I am here. What would you like to talk about?"
END = """async () => {
  const {id, token} = JSON.parse(sessionStorage.chat);
  const headers = {Authorization: `Bearer ${token}`, "Content-Type": "application/json"};
  await fetch(`/api/v1/conversations/${id}/close`, {method: "POST", headers, body: "{}"});
}"""
SETTLE_MS = 400
CORNER: FloatRect = {"x": WIDE[0] - 480, "y": 0, "width": 480, "height": WIDE[1]}
"""Where the chat is at a desk."""


@dataclass(frozen=True)
class House:
    """A running service, and how its made-up supervisor signs in."""

    base: str
    email: str
    passphrase: str
    admin: str = "dana@example.org"


Act = Callable[[Page, House], None]
SCENES: dict[str, tuple[tuple[int, int], Act]] = {}


def scene(screen: tuple[int, int]) -> Callable[[Act], Act]:
    """Register a scene for a screen of so many pixels."""

    def register(act: Act) -> Act:
        SCENES[act.__name__.replace("_", "-")] = (screen, act)
        return act

    return register


def sign_in(page: Page, house: House) -> None:
    """Come in as the supervisor of the demo, who is on."""
    page.goto(f"{house.base}/console/sign-in")
    page.get_by_label("E-mail").fill(house.email)
    page.get_by_label("Passphrase").fill(house.passphrase)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="On", exact=True).click()


def sign_in_admin(page: Page, house: House, then: str) -> None:
    """Come in as an admin, and go on to a page."""
    page.goto(f"{house.base}/console/sign-in?next={then}")
    page.get_by_label("E-mail").fill(house.admin)
    page.get_by_label("Passphrase").fill(house.passphrase)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(house.base + then)


@scene(WIDE)
def console_sign_in(page: Page, house: House) -> None:
    page.goto(f"{house.base}/console/sign-in")
    page.get_by_role("button", name="Sign in", exact=True).wait_for()


@scene(WIDE)
def console_lists(page: Page, house: House) -> None:
    sign_in(page, house)
    page.get_by_role("list", name="Waiting").wait_for()


@scene(PHONE)
def console_phone(page: Page, house: House) -> None:
    console_lists(page, house)


@scene(WIDE)
def console_chat(page: Page, house: House) -> None:
    sign_in(page, house)
    page.get_by_role("list", name="Waiting").get_by_text(DANGER).click()
    page.get_by_role("log", name="Conversation").wait_for()


@scene(WIDE)
def console_now(page: Page, house: House) -> None:
    sign_in(page, house)
    page.goto(f"{house.base}/console/now")


@scene(WIDE)
def console_notifications(page: Page, house: House) -> None:
    sign_in(page, house)
    page.goto(f"{house.base}/console/notifications")


@scene(WIDE)
def console_closed(page: Page, house: House) -> None:
    sign_in(page, house)
    page.goto(f"{house.base}/console?view=closed")


@scene(WIDE)
def console_replies(page: Page, house: House) -> None:
    sign_in(page, house)
    page.goto(f"{house.base}/console/replies")


@scene(WIDE)
def console_account(page: Page, house: House) -> None:
    sign_in(page, house)
    page.goto(f"{house.base}/console/account")


@scene(WIDE)
def console_settings(page: Page, house: House) -> None:
    sign_in_admin(page, house, "/console/settings")
    page.get_by_text("Change: Name of the organisation").click()


@scene(PHONE)
def console_settings_phone(page: Page, house: House) -> None:
    console_settings(page, house)


@scene(WIDE)
def console_reports(page: Page, house: House) -> None:
    sign_in_admin(page, house, "/console/reports")


@scene(WIDE)
def console_audit(page: Page, house: House) -> None:
    sign_in_admin(page, house, "/console/audit")


@scene(WIDE)
def console_tokens(page: Page, house: House) -> None:
    sign_in_admin(page, house, "/console/tokens")


@scene(WIDE)
def console_faq_editor(page: Page, house: House) -> None:
    sign_in_admin(page, house, "/console/faq/cost")


@scene(WIDE)
def console_unanswered(page: Page, house: House) -> None:
    for text in IN_VAIN:
        ask(page, house, text)
    sign_in_admin(page, house, "/console/unanswered")


def ask(page: Page, house: House, text: str) -> None:
    """Ask for a person after a question, as a visitor whom the answer did not help."""
    api = f"{house.base}/api/v1/conversations"
    started = page.request.post(api, data={}).json()
    one, headers = f"{api}/{started['id']}", {"Authorization": f"Bearer {started['token']}"}
    message = {"client_id": str(uuid.uuid4()), "text": text}
    page.request.post(f"{one}/messages", data=message, headers=headers)
    page.request.post(f"{one}/person", data={}, headers=headers)


def visit(page: Page, desk: Page, house: House) -> Iterator[str]:
    """Lead a visitor through the chat, and name each state when it is on the screen."""
    page.goto(house.base)
    page.get_by_role("button", name="Chat").wait_for()
    yield "closed"
    page.get_by_role("button", name="Chat").click()
    chat = page.frame_locator("iframe")
    lines = chat.get_by_role("log", name="Conversation").locator("ol > li")
    box = chat.get_by_role("textbox", name="Your message")
    box.wait_for()
    yield "welcome"
    for number, (question, state) in enumerate(ASKED.items(), 1):
        box.fill(question)
        box.press("Enter")
        lines.nth(2 * number - 1).wait_for()
        yield state
    page.route("**/choice", lambda route: route.fulfill(status=400))
    chat.get_by_role("list", name="People often ask").get_by_role("button").first.click()
    chat.get_by_role("button", name="Try again").wait_for()
    yield "error"
    page.context.set_offline(True)
    chat.get_by_text("No connection.").first.wait_for()
    yield "offline"
    page.context.set_offline(False)
    chat.get_by_role("button", name="Talk to a person").click()
    chat.get_by_role("button", name="Stop waiting").wait_for()
    yield "waiting"
    answer(page, desk, house)
    lines.get_by_text(REPLY).wait_for()
    yield "staff"
    page.main_frame.child_frames[0].evaluate(END)
    chat.get_by_role("button", name="Start a new chat").wait_for()
    yield "ended"


def answer(page: Page, desk: Page, house: House) -> None:
    """Take the visitor's chat over, and say something."""
    key = page.main_frame.child_frames[0].evaluate("JSON.parse(sessionStorage.chat).id")
    desk.goto(f"{house.base}/console/chats/{key}")
    desk.get_by_role("button", name="Take over").click()
    desk.get_by_label("Reply", exact=True).fill(REPLY)
    desk.get_by_role("button", name="Send", exact=True).click()


@contextmanager
def a_house() -> Iterator[House]:
    """Run a service with the demo in it."""
    with tempfile.TemporaryDirectory() as folder:
        port, database = free_port(), f"sqlite:///{folder}/chat.db"
        chatbot = [sys.executable, "-m", "chatbot"]
        made = subprocess.run(
            [*chatbot, "demo", "--database", database], check=True, capture_output=True, text=True
        ).stdout
        email, passphrase = re.findall(r"^  (?:e-mail|passphrase) +(.+)$", made, re.MULTILINE)
        base = f"http://127.0.0.1:{port}"
        person = ["person", "add", House.admin, "--role", "admin", "--name", "Dana"]
        subprocess.run(
            [*chatbot, *person, "--passphrase-stdin", "--database", database],
            check=True,
            input=passphrase,
            text=True,
        )
        serve = [*chatbot, "serve", "--port", str(port), "--database", database]
        with running(serve, f"{base}/readyz"):
            yield House(base, email, passphrase)


def take(browser: Browser, house: House, name: str) -> None:
    """Take one picture, in a browser that knows nothing yet."""
    (width, height), act = SCENES[name]
    context = browser.new_context(
        viewport={"width": width, "height": height}, reduced_motion="reduce"
    )
    page = context.new_page()
    act(page, house)
    page.wait_for_load_state("networkidle")
    page.screenshot(path=SCREENS / f"{name}.png")
    context.close()


def take_visit(
    browser: Browser, house: House, screen: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    """Take every state of the chat on one screen."""
    desk = browser.new_page()
    sign_in(desk, house)
    size = ViewportSize(width=screen[0], height=screen[1])
    phone = screen == PHONE
    page = browser.new_page(
        viewport=size,
        color_scheme=scheme,
        reduced_motion="reduce",
        has_touch=phone,
        is_mobile=phone,
    )
    for state in visit(page, desk, house):
        page.wait_for_timeout(SETTLE_MS)
        kind, clip = ("phone", None) if phone else ("desk", CORNER)
        page.screenshot(path=SCREENS / f"chat-{state}-{kind}-{scheme}.png", clip=clip)
    page.context.close()
    desk.context.close()


def main() -> None:
    """Take those that are named, or all; `chat` names all of the chat's."""
    SCREENS.mkdir(exist_ok=True)
    with a_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in sys.argv[1:] or [*SCENES, CHAT]:
            if name != CHAT:
                take(browser, house, name)
                continue
            for screen in (PHONE, WIDE):
                take_visit(browser, house, screen, "light")
                take_visit(browser, house, screen, "dark")
        browser.close()


if __name__ == "__main__":
    main()
