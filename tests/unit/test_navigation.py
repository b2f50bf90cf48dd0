"""Where each person may go in the console, and where a page stands."""

import pytest

from chatbot.domain.people import Person, Role
from chatbot.web.console.navigation import ROOMS, YOURS, start, way
from chatbot.web.console.routes import STAFF


def person(role: Role) -> Person:
    return Person("p", "amina@example.org", "Amina", role)


def test_who_has_not_signed_in_has_no_way() -> None:
    assert way(None, "/console") == way(None, "/console/people")
    assert not way(None, "/console").rooms


def test_an_admin_begins_with_what_needs_them_and_others_with_the_chats() -> None:
    assert start(person(Role.ADMIN)) == "/console/overview"
    assert start(person(Role.SUPERVISOR)) == start(person(Role.STAFF)) == "/console"


def test_staff_see_the_rooms_that_they_work_in() -> None:
    names = [room.name for room in way(person(Role.STAFF), "/console").rooms]
    assert names == ["chats", "callbacks", "replies", "answers"]
    assert [room.name for room in way(person(Role.ADMIN), "/console").rooms] == [
        room.name for room in ROOMS
    ]


@pytest.mark.parametrize(
    ("path", "room", "item"),
    [
        ("/console", "chats", "chats"),
        ("/console/chats/1", "chats", "chats"),
        ("/console/callbacks/ended", "callbacks", "callbacks"),
        ("/console/faq-new", "answers", "faq"),
        ("/console/faq/late/history", "answers", "faq"),
        ("/console/faq-checks", "answers", "checks"),
        ("/console/audit", "setup", "audit"),
        ("/console/account/passkeys", "you", "account"),
        ("/console/notifications", "you", "notifications"),
    ],
)
def test_a_page_stands_in_its_room(path: str, room: str, item: str) -> None:
    found = way(person(Role.ADMIN), path)
    assert found.room is not None
    assert found.item is not None
    assert (found.room.name, found.item.name) == (room, item)


def test_a_page_of_no_room_stands_nowhere() -> None:
    assert way(person(Role.ADMIN), "/console/nowhere").room is None


def test_every_place_is_a_page_that_asks_for_the_same() -> None:
    pages = {route.path: route.action for route in STAFF if route.method == "GET"}
    for room in (*ROOMS, YOURS):
        for item in room.items:
            assert pages[item.path] is item.action
