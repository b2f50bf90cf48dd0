"""Files that are always loaded together, as one: fewer requests, and what repeats is packed once.

This is no build: the files are joined as they are when the service starts, modules in the order in
which they import each other. Their names must differ, which the first start would say.
"""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Final

_IMPORT: Final = re.compile(r'^import \{[^}]*\} from "\./(\w+\.js)";\n', re.MULTILINE)
_NAMED: Final = re.compile(
    r"^(?:export )?(?:async )?(?:const|let|class|function) (\w+)", re.MULTILINE
)


class NotJoinable(Exception):
    """Two modules use one name, or import something that is not there."""


def joined(modules: Mapping[str, str], last: str) -> str:
    """Return `last` and what it imports, each once, before whoever imports it.

    It exports what they do, for modules that come later.

    >>> joined({"a.js": 'import { b } from "./b.js";\\nb();', "b.js": "export let b;\\n"}, "a.js")
    'export let b;\\nb();'

    Raises:
        NotJoinable: they cannot stand in one file.
    """
    order: list[str] = []
    _visit(modules, last, order)
    whole = "".join(_IMPORT.sub("", modules[name]) for name in order)
    if twice := sorted(name for name, n in Counter(_NAMED.findall(whole)).items() if n > 1):
        raise NotJoinable(f"used by two modules: {', '.join(twice)}")
    return whole


def _visit(modules: Mapping[str, str], name: str, order: list[str]) -> None:
    if name not in modules:
        raise NotJoinable(f"there is no {name}")
    for other in _IMPORT.findall(modules[name]):
        if other not in order:
            _visit(modules, other, order)
    if name not in order:
        order.append(name)
