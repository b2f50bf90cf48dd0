"""SQL is written once. Each exception stands here with its reason, so that there are few."""

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Final

import chatbot.store
from chatbot.store.query import Query

EXCEPTIONS: Final[dict[str, str]] = {
    "nodes.OTHERS": "a SQLite file has one process, and no server that would know of others",
}
"""`module.NAME` of each query with a text of its own for one engine, and why."""
SHARE: Final = 0.1


def queries() -> Iterator[tuple[str, Query]]:
    for module in pkgutil.walk_packages(chatbot.store.__path__, "chatbot.store."):
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, Query):
                yield f"{module.name.removeprefix('chatbot.store.')}.{name}", value


def test_every_text_for_one_engine_is_listed_with_its_reason() -> None:
    assert {name for name, query in queries() if query.engine_specific} == EXCEPTIONS.keys()


def test_texts_for_one_engine_are_rare() -> None:
    assert len(EXCEPTIONS) <= SHARE * len(dict(queries()))


def test_there_are_queries_to_look_at() -> None:
    assert "conversations.LOAD" in dict(queries())
