"""Members of staff with a browser: they sign in as a browser does, without being one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from typing import Any, Final

import aiohttp

from chatbot.domain.audit import COMMAND_LINE
from chatbot.domain.people import Person, Role
from chatbot.web import keys
from chatbot.web.console import cookies
from tests.web.conftest import Service

PASSPHRASE: Final = "violet anchor mosaic thunder"
SAME: Final = {"Sec-Fetch-Site": "same-origin"}


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Any
    text: str

    @property
    def to(self) -> str:
        """Where it leads on to."""
        address: str = self.headers.get("Location", "")
        return address


@dataclass
class Browser:
    """A browser with a jar of its own; aiohttp's keeps no Secure cookie of plain http."""

    http: aiohttp.ClientSession
    base: str
    jar: dict[str, str] = field(default_factory=dict)

    async def call(
        self,
        method: str,
        path: str,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] = SAME,
    ) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        sent = {**headers, **({"Cookie": cookie} if cookie else {})}
        async with self.http.request(
            method,
            self.base + path,
            headers=sent,
            data=form,
            allow_redirects=False,
        ) as answer:
            for line in answer.headers.getall("Set-Cookie", []):
                self._keep(line)
            return Answer(answer.status, answer.headers, await answer.text())

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            if morsel["max-age"] == "0":
                self.jar.pop(name, None)
            else:
                self.jar[name] = morsel.value

    async def get(self, path: str) -> Answer:
        return await self.call("GET", path)

    async def post(self, path: str, **form: str) -> Answer:
        return await self.call("POST", path, form)

    async def sign_in(self, person: Person, passphrase: str = PASSPHRASE) -> Answer:
        return await self.post("/console/sign-in", email=person.email, passphrase=passphrase)

    def signed_in(self) -> bool:
        """Whether it has a session's cookie, which may be void by now."""
        return cookies.SESSION in self.jar


async def a_person(service: Service, role: Role, name: str = "Amina") -> Person:
    """Return somebody new with that role, whose passphrase is `PASSPHRASE`."""
    people = service.app[keys.PEOPLE]
    email = f"{name.lower()}.{len(await people.all())}@example.org"
    return await people.add(name, email, role, PASSPHRASE, COMMAND_LINE)
