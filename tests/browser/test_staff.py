"""Staff in real browsers: the first admin, an invitation, an app, a passkey, being sent away.

The cookie is `__Host-`, so this is also the proof that Chromium keeps it on plain http at
localhost. Each page on the way is looked at by axe on a phone and wide, in light and dark.
"""

import base64
import re
import time
from typing import Any, Final

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from playwright.async_api import Page, ViewportSize, expect

from chatbot.web.console import cookies
from tests.browser.conftest import PHONE, Visitors
from tests.browser.running import Service
from tests.browser.test_accessible import look

pytestmark = pytest.mark.asyncio(loop_scope="session")

WIDE: Final = ViewportSize(width=1280, height=800)
GOOD: Final = "violet anchor mosaic thunder"
SCREENS: Final = (PHONE, WIDE)


async def faults(page: Page) -> list[str]:
    return await look(page, page.main_frame, SCREENS)


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()
    await page.wait_for_load_state()


async def fill(page: Page, **fields: str) -> None:
    labels = {"name": "Name", "email": "E-mail", "passphrase": "Passphrase", "code": "Code"}
    for field, value in fields.items():
        await page.get_by_label(labels.get(field, field), exact=True).fill(value)


async def authenticator(page: Page) -> None:
    """Put a device into the browser that checks the person and says yes."""
    session = await page.context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def test_a_team_comes_together_and_somebody_is_sent_away(
    a_service: Service, visitors: Visitors
) -> None:
    base = f"http://localhost:{a_service.port}"
    amina = await visitors.arrive(base + a_service.founding_path(), screen=WIDE)
    assert await faults(amina) == []
    await fill(amina, name="Amina", email="amina@example.org", passphrase="password123")
    await press(amina, "Create account")
    await expect(amina.get_by_label("Passphrase")).to_have_accessible_description(
        re.compile("Guessed at once")
    )
    assert await faults(amina) == []
    await fill(amina, passphrase=GOOD)
    await press(amina, "Create account")
    await expect(amina.get_by_role("status")).to_have_text(
        "Your account is ready. Welcome to the team."
    )
    kept = {one["name"]: one for one in await amina.context.cookies()}
    assert kept[cookies.SESSION]["secure"]
    assert kept[cookies.SESSION]["httpOnly"]
    assert await faults(amina) == []

    bilal = await visitors.arrive(await invited(amina, "bilal@example.org"), screen=PHONE)
    await fill(bilal, name="Bilal", passphrase=GOOD)
    await press(bilal, "Create account")
    app = await set_app_up(bilal)
    await press(bilal, "Sign out")
    await fill(bilal, email="bilal@example.org", passphrase=GOOD)
    await press(bilal, "Sign in")
    assert await faults(bilal) == []
    await fill(bilal, code=app.generate(int(time.time()) + 30).decode())
    await press(bilal, "Sign in")
    await expect(bilal.get_by_role("heading", level=1)).to_have_text("Chats")
    assert await faults(bilal) == []

    await amina.reload()
    await amina.get_by_text("Change: Bilal").click()
    assert await faults(amina) == []
    await press(amina, "Send away")
    await expect(amina.get_by_text("Cannot sign in", exact=True)).to_be_visible()
    assert await faults(amina) == []
    await bilal.reload()
    await expect(bilal.get_by_role("heading", level=1)).to_have_text("Sign in")


async def invited(admin: Page, email: str) -> str:
    """Invite somebody; return the link that is shown once."""
    await admin.get_by_role("link", name="Set-up").click()
    await admin.get_by_role("link", name="People", exact=True).click()
    await fill(admin, email=email)
    await press(admin, "Make a link")
    link = admin.get_by_role("textbox", name=f"Link for {email}")
    assert await faults(admin) == []
    await expect(admin.get_by_role("button", name="Copy link")).to_be_visible()
    return await link.input_value()


async def set_app_up(page: Page) -> TOTP:
    """Set an authenticator app up; return what the app would be."""
    await page.get_by_role("link", name="Set up a second step").click()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await page.get_by_text("You cannot scan it?").click()
    assert await faults(page) == []
    seed = base64.b32decode((await page.locator(".typed").inner_text()).replace(" ", ""))
    app = TOTP(seed, 6, SHA1(), 30)  # noqa: S303 - what apps know
    await page.get_by_label("Six digits").fill(app.generate(int(time.time())).decode())
    await press(page, "Turn it on")
    await expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    assert await faults(page) == []
    await page.get_by_role("link", name="I have kept them").click()
    return app


async def test_a_passkey_signs_in_by_itself(a_service: Service, visitors: Visitors) -> None:
    base = f"http://localhost:{a_service.port}"
    chidi = await visitors.arrive(base + a_service.founding_path(), screen=WIDE)
    await authenticator(chidi)
    await fill(chidi, name="Chidi", email="chidi@example.org", passphrase=GOOD)
    await press(chidi, "Create account")
    await chidi.get_by_role("link", name="Add Passkey").click()
    assert await faults(chidi) == []
    await fill(chidi, **{"Name of the device": "work laptop"})
    await press(chidi, "Add a passkey")
    await expect(chidi.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    await chidi.get_by_role("link", name="I have kept them").click()
    await expect(chidi.get_by_role("heading", name="Passkey: work laptop")).to_be_visible()
    assert await faults(chidi) == []
    await press(chidi, "Sign out")
    await press(chidi, "Sign in with a passkey")
    await expect(chidi.get_by_role("heading", level=1)).to_have_text("What needs you")
    await press(chidi, "Sign out")
    await fill(chidi, email="chidi@example.org", passphrase=GOOD)
    await press(chidi, "Sign in")
    await expect(chidi.get_by_role("heading", level=1)).to_have_text("One more step")
    await press(chidi, "Sign in with a passkey")
    await expect(chidi.get_by_role("heading", level=1)).to_have_text("What needs you")
    await chidi.goto(f"{base}/console/account")
    await press(chidi, "Remove work laptop")
    await press(chidi, "Sign out")
    await press(chidi, "Sign in with a passkey")
    await expect(chidi.get_by_role("alert")).to_contain_text("That did not match")
    assert await faults(chidi) == []


async def test_the_whole_way_in_works_without_javascript(
    a_service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(
        a_service.base + a_service.founding_path(), screen=PHONE, scripts=False
    )
    await fill(page, name="Dora", email="dora@example.org", passphrase=GOOD)
    await press(page, "Create account")
    await page.get_by_role("link", name="Set up a second step").click()
    await expect(page.get_by_role("img", name="QR code")).to_be_visible()
    await page.goto(f"{a_service.base}/console/people")
    await fill(page, email="emeka@example.org")
    await press(page, "Make a link")
    await expect(page.get_by_role("textbox", name="Link for emeka@example.org")).to_be_visible()
    await expect(page.get_by_role("button", name="Copy link")).to_be_hidden()
    await page.get_by_role("link", name="Dora").click()
    await press(page, "Sign out")
    await fill(page, email="dora@example.org", passphrase=GOOD)
    await press(page, "Sign in")
    await expect(page.get_by_role("heading", level=1)).to_have_text("What needs you")


async def test_another_sites_page_cannot_use_the_console(
    another_site: str, service: Service, visitors: Visitors
) -> None:
    page = await visitors.arrive(another_site, screen=WIDE)
    form = """(address) => {
      const form = Object.assign(document.createElement("form"), {method: "post", action: address});
      document.body.append(form);
      form.submit();
    }"""
    await page.evaluate(form, f"{service.base}/console/sign-out")
    await expect(page.get_by_text("That came from another website")).to_be_visible()
