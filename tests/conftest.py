"""What every test gets, and what no test may do.

Code of `chatbot` never blocks the event loop, nothing leaves this machine, and with CI=true a test
that did not run is a failure: a green run means that PostgreSQL, Redis and the browser were used.
"""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import hypothesis
import pytest
from blockbuster import BlockBuster, blockbuster_ctx

TESTS: Final = Path(__file__).parent
IN_CI: Final = os.environ.get("CI", "").lower() in {"1", "true"}
POSTGRES_URL: Final = os.environ.get(
    "CHATBOT_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres"
)
REDIS_URL: Final = os.environ.get("CHATBOT_TEST_REDIS", "redis://127.0.0.1:6379/0")

# Quick to slow, so that what is broken shows early; the browser needs all the rest to work.
ORDER: Final = ("unit", "store", "live", "web", "architecture", "faults", "browser")
MUST_RUN: Final = ("postgres", "redis", "browser")
WRITE: Final = "io.TextIOWrapper.write"
NOT_RUN: Final = ("skipped", "xfailed", "xpassed", "deselected")

hypothesis.settings.register_profile("dev", max_examples=50, deadline=None)
hypothesis.settings.register_profile("ci", max_examples=200, deadline=None, derandomize=True)
hypothesis.settings.register_profile("nightly", max_examples=5_000, deadline=None)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if IN_CI else "dev"),
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by folder and by the servers they use, and put them in order."""
    for item in items:
        ids = (
            item.callspec.id.split("-")
            if isinstance(item, pytest.Function) and hasattr(item, "callspec")
            else []
        )
        for kind in ("postgres", "redis"):
            if kind in ids or f"{kind}_url" in getattr(item, "fixturenames", ()):
                item.add_marker(kind)
        if _folder(item) in {"browser", "faults"}:
            item.add_marker(_folder(item))
    items.sort(key=lambda item: ORDER.index(_folder(item)))


def _folder(item: pytest.Item) -> str:
    return item.path.relative_to(TESTS).parts[0]


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if IN_CI and session.exitstatus == pytest.ExitCode.OK and _gaps(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(config: pytest.Config) -> None:
    if IN_CI:
        for gap in _gaps(config):
            _reporter(config).write_line(f"CI: {gap}", red=True)


def _gaps(config: pytest.Config) -> list[str]:
    """Return what a complete run would have done and this one did not."""
    stats = _reporter(config).stats
    gaps = [f"{len(stats[outcome])} {outcome}" for outcome in NOT_RUN if stats.get(outcome)]
    if config.args_source is pytest.Config.ArgsSource.TESTPATHS:
        ran = {kind for report in stats.get("passed", []) for kind in report.keywords}
        gaps += [f"no {kind} test ran" for kind in MUST_RUN if kind not in ran]
    return gaps


def _reporter(config: pytest.Config) -> pytest.TerminalReporter:
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    assert isinstance(reporter, pytest.TerminalReporter)
    return reporter


class LeftTheMachineError(RuntimeError):
    """A test tried to reach another machine."""


def _stay_on_this_machine(event: str, args: tuple[object, ...]) -> None:
    match event:
        case "socket.connect" | "socket.sendto" | "socket.sendmsg":
            address = args[1]
            host = address[0] if isinstance(address, tuple) else None  # else a Unix socket
        case "socket.getaddrinfo" | "socket.gethostbyname":
            host = args[0]
        case _:
            return
    if isinstance(host, bytes):
        host = host.decode()
    if isinstance(host, str) and host not in {"", "localhost"} and not _is_loopback(host):
        message = f"{event} to {host}"
        raise LeftTheMachineError(message)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


# An audit hook sees every socket of this process, whichever library opened it.
sys.addaudithook(_stay_on_this_machine)


@pytest.fixture(scope="session", autouse=True)
def never_block_the_loop() -> Iterator[BlockBuster]:
    """A call that blocks, made on a running loop below code of `chatbot`, raises BlockingError."""
    with blockbuster_ctx("chatbot") as guard:
        lock, write = guard.functions["threading.Lock.acquire"], guard.functions[WRITE]
        lock.can_block_in("coverage/collector.py", "lock_data")  # coverage's, not ours
        write.can_block_in("logging/__init__.py", "emit")  # to wherever pytest puts the log
        yield guard


@pytest.fixture(scope="session")
def postgres_url() -> str:
    """The administrator's URL of a real PostgreSQL; make databases of your own and drop them."""
    return _reachable(POSTGRES_URL, 5432)


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A real Redis; other tests use it too, so use channel names of your own."""
    return _reachable(REDIS_URL, 6379)


def _reachable(url: str, port: int) -> str:
    parts = urlsplit(url)
    try:
        socket.create_connection((parts.hostname or "127.0.0.1", parts.port or port), 2).close()
    except OSError as error:
        pytest.skip(f"{parts.scheme} is not running ({error}); `make test` starts it")
    return url
