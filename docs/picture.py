"""Take the README's picture from the running service: `python docs/picture.py`."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from bench.conversation import free_port, running

PICTURE = Path(__file__).parent / "images" / "widget.png"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
QUESTION = "missed saterday wat now"


def main() -> None:
    """Ask one question on a phone, and keep what the visitor sees."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    PICTURE.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/chat.db"
        command = [".venv/bin/chatbot", "serve", "--port", str(port), "--database", database]
        with running(command, f"{base}/readyz"), sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 390, "height": 780}, device_scale_factor=2)
            page.goto(base)
            page.get_by_role("button", name="Chat").click()
            chat = page.frame_locator("iframe")
            chat.get_by_role("textbox", name="Your message").fill(QUESTION)
            chat.get_by_role("button", name="Send").click()
            chat.get_by_role("log", name="Conversation").get_by_role("link").first.wait_for()
            page.wait_for_timeout(1_500)
            page.screenshot(path=PICTURE)
            browser.close()


if __name__ == "__main__":
    main()
