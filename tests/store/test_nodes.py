"""Several processes on one database: those that nobody tells of changes are told so."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from chatbot.app import opened
from chatbot.services.identity import system_clock
from chatbot.settings import Settings
from chatbot.store.nodes import others
from chatbot.store.opening import open_database


@pytest.fixture(name="stack")
async def _stack() -> AsyncIterator[AsyncExitStack]:
    async with AsyncExitStack() as stack:
        yield stack


async def test_a_process_sees_how_many_others_have_its_database_open(postgres: str) -> None:
    one = await open_database(postgres)
    assert await others(one) == 0
    two, reader = await open_database(postgres), await open_database(postgres, read_only=True)
    assert [await others(each) for each in (one, two, reader)] == [2, 2, 2]
    await reader.close()
    await two.close()
    assert await others(one) == 0
    await one.close()


async def test_a_sqlite_file_has_no_others(tmp_path: Path) -> None:
    one = await open_database(f"sqlite:///{tmp_path}/chat.db")
    reader = await open_database(f"sqlite:///{tmp_path}/chat.db", read_only=True)
    assert await others(one) == 0
    await reader.close()
    await one.close()


def told(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    lines = [(one.levelno, one.getMessage()) for one in caplog.records]
    caplog.clear()
    return [(level, text.partition(" (")[0]) for level, text in lines if text.startswith("bus.")]


@pytest.mark.usefixtures("small_faq")
async def test_who_starts_without_a_broker_is_told_of_the_others(
    postgres: str,
    tmp_path: Path,
    stack: AsyncExitStack,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    settings = Settings(database=postgres, data=str(tmp_path), model="/nowhere")
    await stack.enter_async_context(opened(settings, system_clock))
    assert told(caplog) == [(logging.INFO, "bus.none others=0")]
    await stack.enter_async_context(opened(settings, system_clock))
    assert told(caplog) == [(logging.WARNING, "bus.none others=1")]
    alone = Settings(database=f"sqlite:///{tmp_path}/chat.db", model="/nowhere")
    await stack.enter_async_context(opened(alone, system_clock))
    assert told(caplog) == []
