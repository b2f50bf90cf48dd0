"""Somebody else's site, with the pages that a test puts there."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


class Town:
    """Pages by their path, each with its own headers."""

    def __init__(self, port: int) -> None:
        # By name and not by number, so that for the browser it is another site altogether.
        self.base = f"http://localhost:{port}/"
        self._pages: dict[str, tuple[str, dict[str, str]]] = {}

    def page(self, path: str, html: str, policy: str = "") -> str:
        """Put a page there, with a Content-Security-Policy if need be, and return its address."""
        headers = {"Content-Security-Policy": policy} if policy else {}
        self._pages[path] = f'<!doctype html><html lang="en">{html}</html>', headers
        return self.base + path

    async def show(self, request: web.Request) -> web.Response:
        """Show what was put there."""
        html, headers = self._pages.get(request.path.removeprefix("/"), ("", {}))
        status = 200 if html else 404
        return web.Response(text=html, content_type="text/html", headers=headers, status=status)


@asynccontextmanager
async def town(port: int) -> AsyncIterator[Town]:
    """Serve it on this port."""
    site = Town(port)
    app = web.Application()
    app.router.add_get("/{path:.*}", site.show)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield site
    finally:
        await runner.cleanup()
