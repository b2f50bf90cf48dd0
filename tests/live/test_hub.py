"""Waking readers: whatever is delivered, lost or late, a reader sees each frame once, in order."""

import asyncio
from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from chatbot.live.hub import QUEUE_LIMIT, Hub, Numbered, Subscription


class Log:
    """What the store would hold."""

    def __init__(self) -> None:
        self.frames: list[Numbered] = []
        self.reads = 0

    def add(self) -> Numbered:
        frame = (len(self.frames) + 1, f"f{len(self.frames) + 1}")
        self.frames.append(frame)
        return frame

    async def read(self, after: int, limit: int) -> list[Numbered]:
        self.reads += 1
        await asyncio.sleep(0)
        return self.frames[after : after + limit]


async def all_of(subscription: Subscription, log: Log) -> list[str]:
    """Take until nothing more comes."""
    taken: list[str] = []
    while True:
        try:
            async with asyncio.timeout(0.02):
                taken += await subscription.take(log.read)
        except TimeoutError:
            return taken


@given(st.lists(st.sampled_from(["deliver", "lose", "hint", "repeat", "take"]), max_size=40))
def test_each_frame_is_seen_once_in_order_whatever_was_lost(what: list[str]) -> None:
    async def scenario() -> None:
        hub, log = Hub(), Log()
        taken: list[str] = []
        with hub.subscribe("t", 0) as subscription:
            for step in what:
                if step == "take":
                    taken += await all_of(subscription, log)
                elif step == "repeat":
                    hub.deliver("t", log.frames[-1:])
                else:
                    frame = log.add()
                    if step == "deliver":
                        hub.deliver("t", [frame])
                    elif step == "hint":
                        hub.hint("t", frame[0])
            hub.look_again()
            taken += await all_of(subscription, log)
        assert taken == [text for _, text in log.frames]

    asyncio.run(scenario())


async def test_a_reader_that_keeps_up_never_reads_the_store_again() -> None:
    hub, log = Hub(), Log()
    with hub.subscribe("t", 0) as subscription:
        await all_of(subscription, log)
        reads = log.reads
        for _ in range(5):
            hub.deliver("t", [log.add()])
            assert await subscription.take(log.read) == [log.frames[-1][1]]
    assert log.reads == reads


async def test_what_comes_while_the_store_is_read_is_not_lost() -> None:
    hub, log = Hub(), Log()
    log.add()
    with hub.subscribe("t", 0) as subscription:

        async def read(after: int, limit: int) -> list[Numbered]:
            page = await log.read(after, limit)
            hub.deliver("t", [log.add()])
            return page

        assert await subscription.take(read) == ["f1"]
        assert await subscription.take(log.read) == ["f2"]


async def test_the_end_of_the_replay_is_marked_once_after_all_of_it() -> None:
    hub, log = Hub(), Log()
    for _ in range(3):
        log.add()
    live: Callable[[int], str] = "live at {}".format
    with hub.subscribe("t", 1, live) as subscription:
        assert await all_of(subscription, log) == ["f2", "f3", "live at 3"]
        hub.deliver("t", [log.add()])
        assert await all_of(subscription, log) == ["f4"]


async def test_an_empty_replay_is_marked_too() -> None:
    hub, log = Hub(), Log()
    with hub.subscribe("t", 0, "live at {}".format) as subscription:
        assert await subscription.take(log.read) == ["live at 0"]


async def test_a_long_replay_comes_in_pages() -> None:
    hub, log = Hub(), Log()
    for _ in range(1_203):
        log.add()
    with hub.subscribe("t", 0) as subscription:
        assert len(await all_of(subscription, log)) == 1_203


async def test_a_reader_that_stopped_taking_is_marked_as_too_slow() -> None:
    hub, log = Hub(), Log()
    with hub.subscribe("t", 0) as slow, hub.subscribe("t", 0) as quick:
        await all_of(slow, log)
        await all_of(quick, log)
        for _ in range(QUEUE_LIMIT + 1):
            hub.deliver("t", [log.add()])
            await quick.take(log.read)
    assert slow.overflowed
    assert not quick.overflowed


async def test_a_topic_without_readers_is_forgotten() -> None:
    hub = Hub()
    with hub.subscribe("t", 0):
        assert hub.topics == {"t"}
    assert hub.topics == frozenset()
