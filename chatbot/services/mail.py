"""E-mail to members of staff. It says that something waits, and never what or whose."""

import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Final
from urllib.parse import unquote, urlsplit

from aiosmtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException, send

from chatbot.services.outgoing import Unreachable

SECONDS: Final = 20
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
PERMANENT: Final = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """A server that takes mail, as `smtp://user@host:587` or `smtps://`; nothing sends none."""

    server: str
    sender: str
    password: str
    trust: ssl.SSLContext | None = None

    @property
    def host(self) -> str:
        """The name of the server."""
        return urlsplit(self.server).hostname or ""

    async def send(self, to: str, subject: str, text: str) -> bool:
        """Send a mail; tell whether it was taken, False when it never will be.

        Raises:
            Unreachable: the server was not reached, or said to come back.
        """
        domain = self.sender.rpartition("@")[2].strip("> ")
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, to, subject
        message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain=domain)
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(text)
        try:
            await self._hand_over(message, domain)
        except SMTPRecipientsRefused as error:
            if all(one.code >= PERMANENT for one in error.recipients):
                return False
            raise Unreachable from error
        except SMTPResponseException as error:
            if error.code >= PERMANENT:
                return False
            raise Unreachable from error
        except (SMTPException, OSError) as error:
            raise Unreachable from error
        except ValueError:  # an address that no mail can have
            return False
        return True

    async def _hand_over(self, message: EmailMessage, domain: str) -> None:
        parts = urlsplit(self.server)
        encrypted = parts.scheme == "smtps"
        await send(
            message,
            hostname=parts.hostname,
            port=parts.port or (465 if encrypted else 587),
            username=unquote(parts.username) if parts.username else None,
            password=self.password or None,
            local_hostname=domain,
            use_tls=encrypted,
            # One on this machine has no certificate for its name; nobody else is trusted so.
            start_tls=not encrypted and parts.hostname not in LOCAL,
            tls_context=self.trust,
            timeout=SECONDS,
        )
