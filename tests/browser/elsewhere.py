"""The neutral site that a visitor leaves for, on this machine: the browser is told its address.

Not an intercepted request: interception also stops the call that makes the service forget the chat.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from chatbot.settings import Settings

EXIT: Final = Settings().exit_url
HOST: Final = urlsplit(EXIT).netloc


class NeutralSite:
    """Answers at once, or not until it may."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.asked = asyncio.Event()
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def show(self, _request: web.Request) -> web.Response:
        """Show nothing that anybody would mind."""
        self.asked.set()
        await self.may_answer.wait()
        return web.Response(text="<title>Weather</title>Sunny", content_type="text/html")


def _certified(folder: Path) -> ssl.SSLContext:
    """Return the server's side of TLS, with a certificate that nobody but a test believes."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return context


@asynccontextmanager
async def neutral_site(folder: Path) -> AsyncIterator[NeutralSite]:
    """Serve it on a free port."""
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    site = NeutralSite(0)
    app.router.add_get("/{path:.*}", site.show)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=_certified(folder)).start()
        site.port = runner.addresses[0][1]
        yield site
    finally:
        await runner.cleanup()
