"""A person's own account."""

from aiohttp import web

from chatbot.web.console.page import page


async def show_account(request: web.Request) -> web.Response:
    """GET /console/account."""
    return page(request, "account.html")
