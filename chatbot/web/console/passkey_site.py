"""What this site is called in a browser, for passkeys: they are bound to a name."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from chatbot.services.passkeys import Site
from chatbot.web.errors import Malformed

LOCAL = "localhost"


def own_site(request: web.Request) -> Site:
    """Return the site that this request was sent to.

    The browser names it too, in what it signs: a request that lies about it fails the check.

    Raises:
        Malformed: it is no name, such as a bare IP address.
    """
    name = _name(request.host)
    if not name:
        raise Malformed
    # Browsers offer passkeys over TLS only, and on the machine itself.
    plain = (f"http://{request.host}",) if name == LOCAL else ()
    return Site(name, (f"https://{request.host}", *plain))


def can_have_passkeys(request: web.Request) -> bool:
    """Tell whether this address has a name, which a passkey needs."""
    return bool(_name(request.host))


def _name(host: str) -> str:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
    try:
        ip_address(name)
    except ValueError:
        return name
    return ""
