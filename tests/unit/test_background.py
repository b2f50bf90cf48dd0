"""Work in the background goes on, whatever breaks in it."""

import asyncio
import logging

import pytest

from chatbot.services.background import running


async def test_work_that_breaks_is_started_again(caplog: pytest.LogCaptureFixture) -> None:
    runs = 0
    again = asyncio.Event()

    async def work() -> None:
        nonlocal runs
        runs += 1
        if runs > 1:
            again.set()
        raise ValueError("what a visitor wrote")

    with caplog.at_level(logging.ERROR):
        async with running({"work": work}), asyncio.timeout(5):
            await again.wait()
    assert "ValueError" in caplog.text
    assert "what a visitor wrote" not in caplog.text


async def test_several_errors_are_named_by_kind(caplog: pytest.LogCaptureFixture) -> None:
    broken = asyncio.Event()

    async def work() -> None:
        broken.set()
        raise ExceptionGroup("both", [KeyError("x"), OSError("y")])

    with caplog.at_level(logging.ERROR):
        async with running({"work": work}), asyncio.timeout(5):
            await broken.wait()
            await asyncio.sleep(0.01)
    assert "KeyError+OSError" in caplog.text


async def test_work_ends_with_its_owner() -> None:
    ended = asyncio.Event()

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async with running({"work": work}):
        await asyncio.sleep(0)
    assert ended.is_set()
