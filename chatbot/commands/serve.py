"""`chatbot serve`: run the service until it is told to stop."""

import argparse
import asyncio
import logging
import signal
import sys

from aiohttp import web

from chatbot.app import build_app
from chatbot.commands.shared import CommandError, run
from chatbot.settings import Settings
from chatbot.web import keys

SHUTDOWN_SECONDS = 1.0
"""For requests in hand; aiohttp counts it twice, and then cuts them off."""


def serve(settings: Settings, _arguments: argparse.Namespace) -> int:
    """Serve; a restart loses nothing, and clients are told to come back."""
    logging.basicConfig(
        level=logging.INFO, stream=sys.stderr, format="%(asctime)s %(levelname)s %(message)s"
    )
    logging.getLogger("aiohttp").setLevel(logging.WARNING)
    run(settings, _serve(settings))
    return 0


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    runner = web.AppRunner(build_app(settings), access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
    try:
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            where = f"{settings.host}:{settings.port}"
            raise CommandError(f"cannot listen on {where}: {error.strerror}") from error
        _greet(settings, runner, await runner.app[keys.PEOPLE].found())
        await stop.wait()
    finally:
        await runner.cleanup()


def _greet(settings: Settings, runner: web.AppRunner, founding: str | None) -> None:
    host, port = runner.addresses[0][:2]
    shown = f"[{host}]" if ":" in host else host
    base = f"http://{shown}:{port}"
    # On the terminal only: a log is kept, and the link makes an admin of whoever opens it.
    first = (
        "Nobody can sign in yet. Whoever opens this link first becomes the admin; it works once,\n"
        f"within 24 hours, until the next start:\n\n  {base}/console/join/{founding}\n\n"
        if founding
        else ""
    )
    print(
        f"{settings.site_name} chat is ready.\n\n"
        f"  Page    {base}/\n"
        f'  Embed   <script src="{base}/widget/embed.js" async></script>\n'
        f"  API     {base}/api/v1/openapi.json\n"
        f"  Staff   {base}/console\n"
        f"  Data    {settings.data_folder.resolve()}\n\n"
        f"{first}"
        "Press Ctrl+C to stop.",
        flush=True,
    )
