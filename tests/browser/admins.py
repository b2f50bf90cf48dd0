"""The first admin of a service, in a browser."""

from typing import Final

from playwright.async_api import Page, ViewportSize, expect

from tests.browser.conftest import PHONE, Visitors
from tests.browser.running import Service

PASSPHRASE: Final = "violet anchor mosaic thunder"


async def first_admin(
    service: Service, visitors: Visitors, screen: ViewportSize = PHONE, *, scripts: bool = True
) -> Page:
    """Return the page of the first admin, who joins, or signs in where there is one already."""
    base = f"http://localhost:{service.port}"  # where a browser keeps a `__Host-` cookie
    page = await visitors.arrive(base + service.founding_path(), screen=screen, scripts=scripts)
    if not await page.get_by_label("Name", exact=True).count():
        await page.goto(f"{base}/console/sign-in")
        await page.get_by_label("E-mail", exact=True).fill("amina@example.org")
        await page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
        await page.get_by_role("button", name="Sign in", exact=True).click()
        await expect(page.get_by_role("button", name="Away", exact=True)).to_be_visible()
        return page
    await page.get_by_label("Name", exact=True).fill("Amina")
    await page.get_by_label("E-mail", exact=True).fill("amina@example.org")
    await page.get_by_label("Passphrase", exact=True).fill(PASSPHRASE)
    await page.get_by_role("button", name="Create account").click()
    await expect(page.get_by_role("button", name="Away", exact=True)).to_be_visible()
    return page
