"""What was freed between live objects goes back to the system."""

from pathlib import Path

import numpy as np

from chatbot.services.memory import give_back

MEGABYTE = 1_000_000


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * 4_096


def test_freed_memory_is_given_back() -> None:
    blocks = [np.ones(60_000, np.uint8) for _ in range(1_500)]
    live = blocks[-1]
    blocks.clear()
    before = _resident()
    give_back()
    assert before - _resident() > 60 * MEGABYTE
    assert live.sum() == 60_000
