"""SQL with `:name`, compiled for two engines: what is a parameter, and what only looks like one."""

import re
import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chatbot.store.errors import Rejected
from chatbot.store.postgres_text import read_text, write_text
from chatbot.store.query import Query, sql


def dollars(query: Query) -> str:
    return query.postgres.fill(lambda index: f"${index + 1}")


def test_a_name_becomes_a_number_on_both_engines() -> None:
    query = sql("select a from t where b = :b and c > :c")
    assert query.names == ("b", "c")
    assert query.sqlite == "select a from t where b = ?1 and c > ?2"
    assert dollars(query) == "select a from t where b = $1 and c > $2"


def test_a_name_that_comes_twice_is_one_parameter() -> None:
    query = sql("select :a, :b, :a")
    assert query.names == ("a", "b")
    assert query.sqlite == "select ?1, ?2, ?1"


@pytest.mark.parametrize(
    "text",
    [
        "select 'it''s :no'",
        'select "a:b" from t',
        "select 1 -- :no",
        "select 1 /* :no * :nor */",
        "select a::text from t",
        "select '?', '$1'",
    ],
)
def test_what_only_looks_like_a_parameter_stays(text: str) -> None:
    query = sql(text)
    assert query.names == ()
    assert (query.sqlite, dollars(query)) == (text, text)


@pytest.mark.parametrize("text", ["select ?", "select $1", "select 'open", "select /* open", "@a"])
def test_other_placeholders_and_open_quotes_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="in SQL"):
        sql(text)


def test_an_engine_can_have_its_own_text_with_the_same_parameters() -> None:
    query = sql("select :a, :b", postgres="select :b, :a, :b")
    assert query.engine_specific
    assert query.sqlite == "select ?1, ?2"
    assert dollars(query) == "select $2, $1, $2"
    assert sql("select :a", sqlite="select + :a").sqlite == "select + ?1"


def test_an_engines_own_text_has_no_parameters_of_its_own() -> None:
    with pytest.raises(ValueError, match="exactly"):
        sql("select :a", postgres="select :b")


SKIPPED = st.sampled_from(
    ["'it''s :x ?'", '"a:b"', "-- :c $1\n", "/* :d ' */", "::text", " , ", "f"]
)
NAMES = st.from_regex(re.compile(r"[a-z_][a-z0-9_]{0,5}", re.ASCII), fullmatch=True)


@given(st.lists(st.one_of(SKIPPED, NAMES.map(lambda name: f" :{name} "))))
def test_only_parameters_change_and_all_else_stays(pieces: list[str]) -> None:
    query = sql("".join(pieces))
    given_names = [piece.strip()[1:] for piece in pieces if piece.startswith(" :")]
    assert query.names == tuple(dict.fromkeys(given_names))
    number = {name: index for index, name in enumerate(query.names, 1)}
    for mark, text in (("?", query.sqlite), ("$", dollars(query))):
        wanted = [
            f" {mark}{number[piece.strip()[1:]]} " if piece.startswith(" :") else piece
            for piece in pieces
        ]
        assert text == "".join(wanted)


@given(st.lists(st.tuples(NAMES, st.integers(-(2**63), 2**63 - 1)), min_size=1))
def test_values_arrive_where_their_name_stands(pairs: list[tuple[str, int]]) -> None:
    params: dict[str, object] = dict(pairs)
    names = [name for name, _ in pairs]
    query = sql_of(names)
    connection = sqlite3.connect(":memory:")
    row = connection.execute(query.sqlite, query.bind(params)).fetchone()
    connection.close()
    assert list(row) == [params[name] for name in names]


def sql_of(names: list[str]) -> Query:
    return sql("select " + ", ".join(f":{name}" for name in names))


def test_parameters_are_complete_and_no_more() -> None:
    query = sql("select :a, :b")
    for params in ({"a": 1}, {"a": 1, "b": 2, "c": 3}, {"a": 1, "c": 2}):
        with pytest.raises(TypeError, match="missing"):
            query(**params)


def test_a_parameter_may_be_called_anything_but_rows() -> None:
    statement = sql("select :self, :text")(self="x", text="y", rows=2)
    assert (statement.params, statement.rows) == (("x", "y"), 2)


@pytest.mark.parametrize("value", [True, ["a"], bytearray(b"a")])
def test_a_value_of_another_type_is_a_mistake_of_the_caller(value: object) -> None:
    with pytest.raises(TypeError):
        sql("select :a").bind({"a": value})


@pytest.mark.parametrize("value", ["a\0b", "\ud800", 2**63, -(2**63) - 1, float("nan"), 1e999])
def test_a_value_that_one_engine_cannot_keep_is_rejected_for_both(value: object) -> None:
    with pytest.raises(Rejected):
        sql("select :a").bind({"a": value})


def test_postgres_reads_with_the_types_of_the_values() -> None:
    query = sql("select :a, :b, :c, :d")
    text, values = read_text(query, ("x", None, 1, b"y"))
    assert text == "select cast($1 as text), null, cast($2 as bigint), cast($3 as bytea)"
    assert values == ["x", 1, b"y"]


def test_postgres_finds_the_values_of_a_write_in_its_statement() -> None:
    text = write_text(sql("select :a, :b, :c"), (1.5, None, b"y"))
    assert text == (
        "select cast(($1->>2) as double precision), null, cast(decode($1->>4, 'hex') as bytea)"
    )
