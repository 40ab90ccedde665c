"""Overlaps and repetitions with every option: both engines against the sentence read literally."""

from __future__ import annotations

from typing import Any

import pytest
from engine_runs import HEAD, checked, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.engine.second import disagreements

TEXT = """\
inputs:
  trip:
    key: [id]
    columns:
      id: {{type: key}}
      user: {{type: key, optional: true}}
      start: {{type: {kind}, optional: true}}
      end: {{type: {kind}, optional: true}}
      good: {{type: yes-no}}
      length: {{unit: min}}
formulas:
  flag: {{each: trip, type: yes-no, is: '{call}'}}
  tot: {{unit: "1", is: "count(trip, where=flag)"}}
results: {{x: {{of: tot, role: total}}}}
"""
WITHIN = "within=user"


def flags(rows: list[dict[str, Any]], call: str, kind: str = "instant", *labels: str) -> set[str]:
    made = execute(checked(HEAD + TEXT.format(kind=kind, call=call)), {"trip": rows}, *labels)
    assert not disagreements(made)
    return {row["id"] for row in made.table("flag").to_pylist() if row["flag"]}


def trip(name: str, start: Any, end: Any, **more: Any) -> dict[str, Any]:
    row = {"id": name, "user": "u", "good": "yes", "length": "0 min", **more}
    return {**row, "start": moment(start), "end": moment(end)}


def moment(hour: Any) -> str | None:
    return hour if hour is None or isinstance(hour, str) else f"2024-01-01 {hour:02d}:00:00"


def test_days_include_both_ends() -> None:
    rows = [
        trip("a", "2024-01-01", "2024-01-31"),
        trip("b", "2024-01-31", "2024-02-28"),
        trip("c", "2024-03-01", "2024-03-01"),
        trip("d", "2024-04-02", "2024-04-01"),
        trip("e", "2024-04-01", "2024-04-02"),
        trip("f", "2024-05-01", "2024-05-01"),
        trip("g", "2024-05-01", "2024-05-01"),
    ]
    assert flags(rows, f"overlaps(start, end, {WITHIN})", "day") == {"a", "b", "f", "g"}
    assert flags(rows, f'overlaps(start, end, {WITHIN}, keep="first")', "day") == {"b", "g"}


def test_instants_that_touch_do_not_meet() -> None:
    rows = [trip("a", 1, 2), trip("b", 2, 3), trip("c", 2, 2)]
    assert flags(rows, f"overlaps(start, end, {WITHIN})") == set()


def test_one_of_the_same_trip_is_kept() -> None:
    rows = [trip("b", 1, 2), trip("a", 1, 2), trip("c", 1, 2), trip("z", 2, 4), trip("y", 3, 4)]
    assert flags(rows, f'overlaps(start, end, {WITHIN}, keep="first")') == {"b", "c", "y"}
    assert flags(rows, 'repeated(start, end, keep="first")') == {"b", "c"}


def test_rows_that_do_not_count_knock_nobody_out() -> None:
    rows = [trip("long", 0, 23, good="no"), trip("a", 1, 2), trip("b", 3, 4)]
    assert flags(rows, f"overlaps(start, end, {WITHIN})") == {"long", "a", "b"}
    assert flags(rows, f"overlaps(start, end, {WITHIN}, where=good)") == set()


def test_what_is_given_where_it_counts() -> None:
    rows = [trip("a", 1, None), trip("b", 1, 3), trip("c", 2, 4)]
    call = f"overlaps(start, end, {WITHIN}, where=given(start) and given(end) and end > start)"
    assert flags(rows, call) == {"b", "c"}


def test_an_end_from_a_duration() -> None:
    rows = [trip("a", 1, None, length="61 min"), trip("b", 2, 3), trip("c", 3, None)]
    call = f"overlaps(start, first(end, start + length), {WITHIN}, where=given(start))"
    assert flags(rows, call) == {"a", "b"}
    call = f"overlaps(start - length, first(end, start), {WITHIN}, where=given(start))"
    assert flags(rows, call) == set()


def test_across_organisations() -> None:
    rows = [
        trip("a", 1, 2, organisation="x", user="v1"),
        trip("b", 1, 2, organisation="y", user="v1"),
        trip("c", 1, 2, organisation="y", user="v2"),
    ]
    assert flags(rows, "repeated(user)") == set()
    assert flags(rows, "repeated(user, across=organisation)") == {"a", "b"}
    assert flags(rows, f"overlaps(start, end, {WITHIN}, across=organisation)") == {"a", "b"}


HOUR = st.one_of(st.none(), st.integers(0, 6))
ROWS = st.lists(
    st.tuples(HOUR, HOUR, st.sampled_from(["u", "v", None]), st.booleans()), max_size=7, min_size=1
)


@settings(max_examples=30, deadline=None)
@given(ROWS, st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_overlaps_as_it_is_written(found: Any, options: Any) -> None:
    days, where, first = options

    def name(hour: int | None) -> Any:
        return hour if hour is None or not days else f"2024-01-{hour + 1:02d}"

    rows = [
        trip(str(n), name(a), name(b), user=user, good="yes" if good else "no")
        for n, (a, b, user, good) in enumerate(found)
    ]
    call = f"overlaps(start, end, {WITHIN}"
    call += ", where=good" if where else ""
    call += ', keep="first")' if first else ")"
    wanted = set()
    for n, (a, b, user, good) in enumerate(found):
        if _apart(a, b, user) or (where and not good):
            continue
        for m, (c, d, other, fine) in enumerate(found):
            if m == n or _apart(c, d, other) or other != user or (where and not fine):
                continue
            meets = (c <= b and a <= d) if days else (c < b and a < d)
            if first:
                meets = (c, d, str(m)) < (a, b, str(n)) and (d >= a if days else d > a)
            if meets:
                wanted.add(str(n))
    assert flags(rows, call, "day" if days else "instant") == wanted


def _apart(start: Any, end: Any, user: Any) -> bool:
    return start is None or end is None or user is None or start > end


@settings(max_examples=15, deadline=None)
@given(ROWS, st.tuples(st.booleans(), st.booleans()))
def test_repeated_as_it_is_written(found: Any, options: Any) -> None:
    where, first = options
    rows = [
        trip(str(n), a, b, user=user, good="yes" if good else "no")
        for n, (a, b, user, good) in enumerate(found)
    ]
    call = "repeated(user, start" + (", where=good" if where else "")
    call += ', keep="first")' if first else ")"
    wanted = set()
    for n, (a, _, user, good) in enumerate(found):
        alike = [
            m
            for m, (c, _, other, fine) in enumerate(found)
            if (c, other) == (a, user) and (fine or not where) and (m < n if first else m != n)
        ]
        if alike and a is not None and user is not None and (good or not where):
            wanted.add(str(n))
    assert flags(rows, call) == wanted


@pytest.mark.parametrize("places", [0, 3])
def test_a_later_instant_to_the_microsecond(places: int) -> None:
    rows = [trip("a", 1, None, length=f"{1 / 3:.{places}f} min"), trip("b", 1, 1)]
    call = "given(start) and start + length >= start"
    assert flags(rows, call) == {"a", "b"}
