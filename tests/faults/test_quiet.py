"""No dependency talks to anyone: what a service asked the kernel for in a whole life.

Every system call that names an address or changes a file is written down by strace, whichever
library makes it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from os.path import normpath
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.faults.conftest import MakeNode
from tests.faults.node import Node

CHANGING: Final = (
    "creat",
    "chmod,fchmodat,chown,lchown,fchownat",
    "link,linkat,symlink,symlinkat,rename,renameat,renameat2",
    "mkdir,mkdirat,mknod,mknodat,rmdir,unlink,unlinkat,truncate",
    "setxattr,lsetxattr,removexattr,lremovexattr,utime,utimes,futimesat,utimensat",
)
WATCHED: Final = f"trace=%network,execve,open,openat,openat2,{','.join(CHANGING)}"
STRACE: Final = ("strace", "-D", "-ff", "-qq", "-y", "--seccomp-bpf", "-e", WATCHED)
"""With -D the service is our own child, which a signal reaches."""
QUESTIONS: Final = (
    "do i have to pay?",
    "is dave smith on the course?",
    "what colour is a tuesday",
    "i want to hurt myself",
    "hello",
)
_PATH: Final = re.compile(r'(?:\w+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"')
_CALL: Final = re.compile(r"(?P<name>\w+)\((?P<arguments>.*)\)\s+= (?P<result>-?\w+)")


@dataclass(frozen=True, slots=True)
class Call:
    """A system call as strace writes it."""

    name: str
    arguments: str
    worked: bool


def calls(folder: Path) -> Iterator[Call]:
    """Read what every thread of every process has done."""
    for file in sorted(folder.glob("trace.*")):
        for line in file.read_text("utf-8", "replace").splitlines():
            if found := _CALL.match(line):
                yield Call(found["name"], found["arguments"], not found["result"].startswith("-"))


@pytest.mark.timeout(300)
async def test_a_service_opens_no_connection_but_its_own_and_writes_in_its_data_folder_only(
    make_node: MakeNode, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    """A first start in an empty folder, five questions, a stop; nothing is left out or mocked."""
    node = await make_node(
        database=f"sqlite:///{tmp_path}/node/data/chat.db",
        settings="",
        wrapper=(*STRACE, "-o", str(tmp_path / "trace")),
    )
    await node.start()
    visitor = node.visitor(http)
    await visitor.start()
    answers = [await visitor.ask(question) for question in QUESTIONS]
    assert [answer["outcome"] for answer in answers[:2]] == ["answered", "answered"]
    await node.stop()

    made = list(calls(tmp_path))
    assert [call.name for call in made if call.name == "accept4" and call.worked]
    assert _addresses(made) == {f"bind 127.0.0.1:{node.port}"}
    assert _written(made, node) - {"/dev/null"} == set()
    assert [call.name for call in made if call.name == "execve" and call.worked] == ["execve"]
    assert list((node.folder / "home").iterdir()) == []
    assert list((node.folder / "elsewhere").iterdir()) == []


def _addresses(made: list[Call]) -> set[str]:
    """Return whom it bound to, connected to or sent to; accepted connections have no name here."""
    return {
        f"{call.name} {_address(call.arguments)}"
        for call in made
        if call.name in {"bind", "connect", "sendto", "sendmsg", "sendmmsg"}
        and "sa_family=" in call.arguments
    }


def _address(arguments: str) -> str:
    found = re.search(r'sin_port=htons\((\d+)\), sin_addr=inet_addr\("([\d.]+)"\)', arguments)
    return f"{found[2]}:{found[1]}" if found else arguments


def _written(made: list[Call], node: Node) -> set[str]:
    """Return the files outside the data folder that were opened for writing, made or changed."""
    changing = ",".join(CHANGING).split(",")
    return {
        path
        for call in made
        if call.name in changing or re.search(r"O_(WRONLY|RDWR|CREAT|TRUNC)", call.arguments)
        for path in _paths(call.arguments, node.folder / "elsewhere")
        if not Path(path).is_relative_to(node.data)
    }


def _paths(arguments: str, folder: Path) -> list[str]:
    """Return the paths of a call, each made whole by the folder that it counts from."""
    named = [normpath(folder / (start or "") / path) for start, path in _PATH.findall(arguments)]
    assert named, arguments
    return named


def test_the_reader_of_traces_sees_what_it_must(tmp_path: Path) -> None:
    (tmp_path / "trace.1").write_text(
        'connect(3<socket:[1]>, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("9.9.'
        '9.9")}, 16) = -1 EINPROGRESS (Operation now in progress)\n'
        'sendto(3, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53)}, 28) = 1\n'
        'openat(AT_FDCWD</w>, "a", O_WRONLY|O_CREAT, 0600) = 3</w/a>\n'
        'openat(AT_FDCWD</w>, "/r", O_RDONLY|O_CLOEXEC) = 3</r>\n'
        'rename("/tmp/node/data/x", "/tmp/node/y") = 0\n'
        'mkdir("b", 0700)                   = -1 EEXIST (File exists)\n'
        "+++ exited with 0 +++\n"
    )
    made = list(calls(tmp_path))
    assert _addresses(made) == {
        "connect 9.9.9.9:53",
        'sendto 3, "x", 1, 0, {sa_family=AF_INET6, sin6_port=htons(53)}, 28',
    }
    node = Node(tmp_path / "node")
    elsewhere = f"{node.folder}/elsewhere"
    moved = {"/tmp/node/data/x", "/tmp/node/y"}  # noqa: S108  # names in a trace
    assert _written(made, node) == {"/w/a", f"{elsewhere}/b", *moved}
