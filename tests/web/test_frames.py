"""The widget is tested with what the service writes today."""

from typing import get_args

from chatbot.domain.events import PublicEvent
from tests.web.frames import FRAMES, chat, dumped


def test_the_widget_is_tested_with_frames_of_today() -> None:
    assert FRAMES.read_text("utf-8") == dumped(), "run: python -m tests.web.frames"


def test_every_kind_that_a_visitor_sees_is_among_them() -> None:
    shown = {type(item.event) for item in chat() if item.seq}
    assert shown == set(get_args(PublicEvent))
