"""Take the pictures of the documents from the running service: `make screens`.

A scene is a function that is given a page and leads it to where the picture is taken; its name is
the picture's. Everything shown is made up by `chatbot demo`.

    python docs/screens.py [NAME ...]
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from bench.conversation import free_port, running

SCREENS = Path(__file__).parent / "screens"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PHONE, WIDE = (360, 740), (1180, 760)
DANGER = "he keeps turning up"


@dataclass(frozen=True)
class House:
    """A running service, and how its made-up supervisor signs in."""

    base: str
    email: str
    passphrase: str


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


@scene(PHONE)
def widget_welcome(page: Page, house: House) -> None:
    page.goto(house.base)
    page.get_by_role("button", name="Chat").click()
    page.frame_locator("iframe").get_by_role("textbox", name="Your message").wait_for()


@scene(PHONE)
def widget_answer(page: Page, house: House) -> None:
    widget_welcome(page, house)
    chat = page.frame_locator("iframe")
    chat.get_by_role("textbox", name="Your message").fill("missed saterday wat now")
    chat.get_by_role("button", name="Send").click()
    chat.get_by_role("log", name="Conversation").get_by_role("link").first.wait_for()


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


def main() -> None:
    """Take those that are named, or all."""
    SCREENS.mkdir(exist_ok=True)
    with a_house() as house, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for name in sys.argv[1:] or SCENES:
            take(browser, house, name)
        browser.close()


if __name__ == "__main__":
    main()
