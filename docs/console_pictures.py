"""Take the pictures of the admins' pages: `python docs/console_pictures.py`."""

import json
import subprocess
import tempfile
import urllib.request
import uuid
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from bench.conversation import free_port, running
from docs.picture import ARGUMENTS, CHROMIUM

IMAGES = Path(__file__).parent / "images"
PASSPHRASE = "violet anchor mosaic thunder"  # noqa: S105  # of a service that lives for seconds
EMAIL = "amina@example.org"
ASKED = ("can i bring my dog", "are dogs allowed, my number is 07700 900123", "can my dog come")


def main() -> None:
    """Have visitors ask something in vain, and an admin look at it and edit an entry."""
    port = free_port()
    base = f"http://localhost:{port}"
    with tempfile.TemporaryDirectory() as folder:
        database = f"sqlite:///{folder}/chat.db"
        account = ["person", "add", EMAIL, "--name", "Amina", "--role", "admin"]
        subprocess.run(
            [".venv/bin/chatbot", *account, "--passphrase-stdin", "--database", database],
            input=PASSPHRASE.encode(),
            check=True,
        )
        command = [".venv/bin/chatbot", "serve", "--port", str(port), "--database", database]
        with running(command, f"{base}/readyz"), sync_playwright() as playwright:
            for text in ASKED:
                ask(base, text)
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            page.goto(f"{base}/console/sign-in")
            page.get_by_label("E-mail").fill(EMAIL)
            page.get_by_label("Passphrase").fill(PASSPHRASE)
            page.get_by_role("button", name="Sign in", exact=True).click()
            take(page, f"{base}/console/faq/cost", "faq-editor")
            take(page, f"{base}/console/unanswered", "unanswered")
            browser.close()


def ask(base: str, text: str) -> None:
    """Ask for a person after a question, as a visitor whom the answer did not help."""
    started = call(f"{base}/api/v1/conversations", {})
    one = f"{base}/api/v1/conversations/{started['id']}"
    message = {"client_id": str(uuid.uuid4()), "text": text}
    call(f"{one}/messages", message, started["token"])
    call(f"{one}/person", {}, started["token"])


def call(address: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """Send JSON, and return what comes back."""
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.loads(answer.read() or b"{}")
    return found


def take(page: Page, address: str, name: str) -> None:
    """Keep what a page looks like."""
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
