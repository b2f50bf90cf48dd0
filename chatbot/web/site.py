"""What the web layer needs to know of this installation; settings themselves stay outside."""

from collections.abc import Mapping
from dataclasses import dataclass

from chatbot.web.limits import Addresses, Limiter, Rate


@dataclass(frozen=True, slots=True)
class Rates:
    """How much one visitor, and one address, may ask for."""

    messages: Rate
    messages_long: Rate
    frames: Rate
    requests: Rate
    conversations: Rate
    callbacks: Rate
    handshakes: Rate
    sockets_per_conversation: int
    sockets_per_address: int


@dataclass(slots=True)
class Site:
    """This installation, as its pages and its API show it; an admin may change it as it runs.

    `wait_target` is how long a visitor should wait for staff at most, in milliseconds;
    `number_shown` what shows on the phone of somebody whom we ring, or nothing if none may.
    """

    organisation: str
    name: str
    exit_url: str
    exit_site: str
    neutral_title: str
    placeholders: Mapping[str, str]
    allowed_sites: tuple[str, ...]
    epoch: str
    version: str
    rates: Rates
    second_factor_required: bool
    wait_target: int
    number_shown: str
    limiter: Limiter
    addresses: Addresses

    def take(self, values: Mapping[str, object]) -> None:
        """Show these values, by their names, from now on."""
        for name, value in values.items():
            setattr(self, name, value)

    def allows(self, origin: str) -> bool:
        """Tell whether pages of `origin` may show the chat, itself or under a star."""
        if origin in self.allowed_sites:
            return True
        scheme, _, host = origin.partition("://")
        parts = host.split(".")
        above = (".".join(parts[i:]) for i in range(1, len(parts)))
        return any(f"{scheme}://*.{domain}" in self.allowed_sites for domain in above)

    @property
    def phone(self) -> str:
        """The number to ring."""
        return self.placeholders["phone"]
