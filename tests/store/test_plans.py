"""Ten thousand conversations: every list finds its rows by an index, on both engines."""

from dataclasses import replace
from typing import Any, Final

import pytest

from chatbot.store import conversations, inbox, notices, overview
from chatbot.store.database import Database
from chatbot.store.query import Query, Template, sql

MANY: Final = 10_000
FILL: Final = sql("""
    with recursive n(i) as (select 1 union all select i + 1 from n where i < :many)
    insert into conversation (id, state, assignee, position, seq, owes_answer, touched_at,
        waiting_since, created_at, reference, urgent, labels, closed_at)
    select 'chat-' || cast(i as text),
        case when i % 500 = 0 then 'waiting' when i % 300 = 0 then 'staff'
            when i % 20 = 0 then 'assistant' else 'closed' end,
        case when i % 500 <> 0 and i % 300 = 0 then 'person-' || cast(i % 7 as text) end,
        3, 3, case when i % 2000 = 20 then 1 else 0 end, i,
        case when i % 500 = 0 then i end, i, 'R' || cast(i as text),
        case when i % 100 = 0 then 'danger' else '' end,
        case when i % 400 = 0 then '["late"]' else '[]' end,
        case when i % 20 <> 0 then i else 0 end
    from n
""")
KEYS: Final = sql("update conversation set data_key = :key")
ANALYSE: Final = sql("analyze")
PAGE: Final[dict[str, Any]] = {"person": "person-1", "at": 5_000, "id": "chat-1", "limit": 50}
PLANS: Final[dict[str, tuple[Query, dict[str, Any]]]] = {
    "waiting": (inbox.WAITING, {"person": "person-1", "limit": 500}),
    "mine": (inbox.MINE, {"person": "person-1", "limit": 500}),
    "all": (inbox.ALL, PAGE),
    "closed": (inbox.CLOSED, PAGE),
    "flagged": (inbox.FLAGGED, PAGE),
    "reference": (inbox.BY_REFERENCE, {**PAGE, "reference": "R77"}),
    "labels": (inbox.LABELS, {}),
    "counts": (inbox.COUNTS, {}),
    "in hand": (overview.IN_HAND, {}),
    "begun": (overview.BEGUN, {"since": 9_900}),
    "ended": (overview.ENDED, {"since": 9_900}),
    "assistant": (overview.WITH_ASSISTANT, {"since": 9_900}),
    "queue": (conversations.QUEUE, {"limit": 500}),
    "waited": (conversations.WAITED_SINCE, {"since": 5_000, "limit": 500}),
    "owed": (conversations.MESSAGES_OWED, {"before": 9_000, "limit": 500}),
    "late": (notices.LATE, {"since": 5_000, "limit": 100}),
}


@pytest.mark.parametrize("name", PLANS)
async def test_a_list_finds_its_rows_by_an_index(many: Database, name: str) -> None:
    query, values = PLANS[name]
    plan = await many.fetch(explained(query), **values)
    steps = [str(row["detail" if many.engine == "sqlite" else "QUERY PLAN"]) for row in plan]
    assert [step for step in steps if reads_all(step)] == [], steps


def explained(query: Query) -> Query:
    """Return what tells how a query would be carried out."""
    first, *others = query.postgres.pieces
    asked = Template((f"explain {first}", *others), query.postgres.order)
    return replace(query, sqlite=f"explain query plan {query.sqlite}", postgres=asked)


def reads_all(step: str) -> bool:
    """Tell whether a step reads the whole table of conversations."""
    if "Seq Scan on conversation" in step:
        return True
    return step.startswith(("SCAN c", "SCAN conversation")) and "INDEX" not in step


def test_a_step_that_reads_all_would_be_seen() -> None:
    assert reads_all("SCAN c")
    assert reads_all("  ->  Seq Scan on conversation c  (cost=0.00..1.00)")
    assert not reads_all("SCAN c USING INDEX conversation_all")


@pytest.fixture(name="many")
async def _many(schema_database: Database) -> Database:
    await schema_database.write([FILL(many=MANY), KEYS(key=b"k")])
    await schema_database.write([ANALYSE()])
    return schema_database
