"""The rooms of the console, and which of them a person may enter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from chatbot.domain.people import Action, Person

HOME: Final = "/console"


@dataclass(frozen=True, slots=True)
class Item:
    """A place, named by `console.nav.NAME`, for whoever may do `action`; it has all `paths`."""

    name: str
    action: Action
    paths: tuple[str, ...]

    @property
    def path(self) -> str:
        """Where it begins."""
        return self.paths[0]

    def holds(self, path: str) -> bool:
        """Tell whether a page is part of this place."""
        return path in self.paths or any(
            path.startswith(f"{one}/") for one in self.paths if one != HOME
        )


@dataclass(frozen=True, slots=True)
class Room:
    """Places that belong together: one entry of the bar, named by `console.nav.NAME`."""

    name: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """What a person may enter, and where they are; nowhere, on a page that no room has."""

    rooms: Sequence[Room]
    room: Room | None = None
    item: Item | None = None


def _item(name: str, action: Action, *paths: str) -> Item:
    return Item(name, action, tuple(f"{HOME}/{path}" for path in paths))


ROOMS: Final = (
    Room("overview", (_item("overview", Action.SEE_OVERVIEW, "overview"),)),
    Room("chats", (Item("chats", Action.SEE_CHATS, (HOME, f"{HOME}/chats")),)),
    Room("now", (_item("now", Action.SEE_FIGURES, "now"),)),
    Room("callbacks", (_item("callbacks", Action.SEE_CALLBACKS, "callbacks"),)),
    Room("replies", (_item("replies", Action.ANSWER_CHATS, "replies"),)),
    Room(
        "answers",
        (
            _item("faq", Action.SEE_FAQ, "faq", "faq-new"),
            _item("unanswered", Action.EDIT_FAQ, "unanswered"),
            _item("checks", Action.EDIT_FAQ, "faq-checks"),
            _item("exchange", Action.EDIT_FAQ, "faq-import"),
            _item("promises", Action.SEE_FAQ, "promises"),
        ),
    ),
    Room("reports", (_item("reports", Action.SEE_FIGURES, "reports"),)),
    Room(
        "setup",
        (
            _item("settings", Action.EDIT_SETTINGS, "settings"),
            _item("hours", Action.EDIT_SETTINGS, "hours"),
            _item("people", Action.MANAGE_PEOPLE, "people"),
            _item("tokens", Action.MANAGE_TOKENS, "tokens"),
            _item("audit", Action.READ_AUDIT, "audit"),
        ),
    ),
)
YOURS: Final = Room(
    "you",
    (
        _item("account", Action.OWN_ACCOUNT, "account"),
        _item("notifications", Action.SEE_CHATS, "notifications"),
    ),
)
"""Not in the bar, where the person's own name leads there."""


def start(person: Person) -> str:
    """Return where somebody begins: in the first room that they may enter."""
    rooms = (_open(one, person) for one in ROOMS)
    return next((room.items[0].path for room in rooms if room.items), HOME)


def way(person: Person | None, path: str) -> Way:
    """Return where a person may go from `path`, and where that is.

    >>> way(None, "/console")
    Way(rooms=(), room=None, item=None)
    """
    if person is None:
        return Way(())
    rooms = tuple(room for one in ROOMS if (room := _open(one, person)).items)
    places = ((room, item) for room in (*rooms, _open(YOURS, person)) for item in room.items)
    return Way(rooms, *next((at for at in places if at[1].holds(path)), (None, None)))


def _open(room: Room, person: Person) -> Room:
    return Room(room.name, tuple(item for item in room.items if person.may(item.action)))
