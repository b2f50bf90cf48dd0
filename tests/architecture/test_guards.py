"""The guards of tests/conftest.py, tried out: a guard that catches nothing would go unnoticed."""

import socket
import time
from typing import Any

import pytest
from blockbuster import BlockingError

import chatbot
from tests.conftest import LeftTheMachineError


async def test_code_of_chatbot_cannot_block_the_loop() -> None:
    frame: dict[str, Any] = {"time": time}
    exec(compile("def nap(): time.sleep(0)", chatbot.__file__, "exec"), frame)  # noqa: S102 - a frame inside chatbot
    with pytest.raises(BlockingError):
        frame["nap"]()


def test_no_test_reaches_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(LeftTheMachineError):
        outside.connect(("192.0.2.1", 80))


def test_no_test_asks_for_the_address_of_another_machine() -> None:
    with pytest.raises(LeftTheMachineError):
        socket.getaddrinfo("example.org", 80)
