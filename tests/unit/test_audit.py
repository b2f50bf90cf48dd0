"""The chain of the audit, without a database: whatever is done to a line is found."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from chatbot.domain.audit import Chain, Line, follow, link

texts = st.text(max_size=12)
lines = st.lists(
    st.builds(
        Line, id=st.just(0), at=st.integers(0, 2**42), who=texts, action=texts, subject=texts
    ),
    min_size=2,
    max_size=12,
)


def chained(loose: Sequence[Line]) -> list[Line]:
    found: list[Line] = []
    before = ""
    for number, line in enumerate(loose, 1):
        numbered = replace(line, id=number)
        before = link(before, numbered)
        found.append(replace(numbered, hash=before))
    return found


@given(lines)
def test_a_chain_that_nobody_touched_holds(loose: Sequence[Line]) -> None:
    whole = chained(loose)
    assert follow(Chain(), whole) == (Chain(len(whole), whole[-1].hash), None)


@given(lines, st.data())
def test_a_chain_is_followed_in_pieces(loose: Sequence[Line], data: st.DataObject) -> None:
    whole = chained(loose)
    cut = data.draw(st.integers(0, len(whole)))
    first, broken = follow(Chain(), whole[:cut])
    assert broken is None
    assert follow(first, whole[cut:]) == follow(Chain(), whole)


@given(lines, st.data())
def test_any_change_is_found_at_its_line(loose: Sequence[Line], data: st.DataObject) -> None:
    whole = chained(loose)
    place = data.draw(st.integers(0, len(whole) - 1))
    what = data.draw(st.sampled_from(("who", "action", "subject", "at", "hash")))
    old = getattr(whole[place], what)
    new = data.draw((st.integers(0, 2**42) if what == "at" else texts).filter(lambda v: v != old))
    changed: dict[str, Any] = {what: new}
    whole[place] = replace(whole[place], **changed)
    assert follow(Chain(), whole)[1] == place + 1


@given(lines, st.data())
def test_a_forged_hash_only_moves_the_break(loose: Sequence[Line], data: st.DataObject) -> None:
    whole = chained(loose)
    place = data.draw(st.integers(0, len(whole) - 2))
    forged = replace(whole[place], subject=whole[place].subject + "x")
    before = whole[place - 1].hash if place else ""
    whole[place] = replace(forged, hash=link(before, forged))
    assert follow(Chain(), whole)[1] == place + 2


@given(lines, st.data())
def test_a_line_taken_out_is_found(loose: Sequence[Line], data: st.DataObject) -> None:
    whole = chained(loose)
    place = data.draw(st.integers(0, len(whole) - 2))
    del whole[place]
    assert follow(Chain(), whole)[1] == place + 1


@given(lines, st.data())
def test_two_lines_that_changed_places_are_found(
    loose: Sequence[Line], data: st.DataObject
) -> None:
    whole = chained(loose)
    one, other = sorted(
        data.draw(
            st.lists(st.integers(0, len(whole) - 1), min_size=2, max_size=2, unique=True),
        )
    )
    whole[one], whole[other] = whole[other], whole[one]
    assert follow(Chain(), whole)[1] == one + 1
    renumbered = [replace(line, id=number) for number, line in enumerate(whole, 1)]
    assert follow(Chain(), renumbered)[1] == one + 1


def test_a_border_between_two_texts_cannot_be_moved() -> None:
    one = Line(1, 0, "a", "b c", "")
    assert link("", one) != link("", replace(one, who="a b", action="c"))
