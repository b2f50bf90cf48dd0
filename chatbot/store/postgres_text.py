"""SQL for PostgreSQL with the types of the values written into it.

The server would otherwise guess a type for each `$n`, and not always the one SQLite works with:
`:a + 1` becomes 32 bits, a null none at all. Each text is made once per query and types.
"""

from collections.abc import Callable
from typing import Final, TypeAlias

from chatbot.store.query import Query, Value

Types: TypeAlias = tuple[type, ...]

_CAST: Final = {str: "text", int: "bigint", float: "double precision", bytes: "bytea"}
_FIRST_VALUE: Final = 2
"""A statement of a flush is [number of its text, rows, values...]."""

_read: Final[dict[tuple[Query, Types], tuple[str, tuple[int, ...]]]] = {}
_write: Final[dict[tuple[Query, Types], str]] = {}


def read_text(query: Query, values: tuple[Value, ...]) -> tuple[str, list[Value]]:
    """Return the SQL and the values it takes, which are those that are not null."""
    key = (query, tuple(map(type, values)))
    found = _read.get(key)
    if found is None:
        sent = tuple(index for index, value in enumerate(values) if value is not None)
        place = {index: number for number, index in enumerate(sent, 1)}
        text = _filled(query, values, lambda index: f"${place[index]}")
        found = _read[key] = (text, sent)
    return found[0], [values[index] for index in found[1]]


def write_text(query: Query, values: tuple[Value, ...]) -> str:
    """Return the SQL that finds its values in $1, the statement of a flush as jsonb."""
    key = (query, tuple(map(type, values)))
    found = _write.get(key)
    if found is None:
        found = _write[key] = _filled(
            query,
            values,
            lambda index: (
                f"decode($1->>{index + _FIRST_VALUE}, 'hex')"
                if isinstance(values[index], bytes)
                else f"($1->>{index + _FIRST_VALUE})"
            ),
        )
    return found


def _filled(query: Query, values: tuple[Value, ...], place: Callable[[int], str]) -> str:
    def typed(index: int) -> str:
        value = values[index]
        if value is None:
            return "null"
        (name,) = (name for type_, name in _CAST.items() if isinstance(value, type_))
        return f"cast({place(index)} as {name})"

    return query.postgres.fill(typed)
