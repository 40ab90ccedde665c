"""Relations of the reference evaluator, against values worked by hand or by brute force."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import columns, numbers, plans_with_tables

from mrv.engine import plan as p
from mrv.engine.reference import Columns, evaluate
from mrv.messages import Refused

KINDS: dict[str, p.Kind] = {
    "organisation": "text",
    "period": "whole",
    "_row": "whole",
    "x": "number",
    "fuel": "text",
    "p": "flag",
    "a": "instant",
    "b": "instant",
}
OUTER: dict[str, p.Kind] = {"organisation": "text", "period": "whole"}
X, FUEL, P = p.Col("x", "number"), p.Col("fuel", "text"), p.Col("p", "flag")
SCAN = p.Scan("s", "t", tuple(list(KINDS.items())[3:]))


def run(
    rows: list[dict[str, Any]],
    *relations: p.Relation,
    factor: Columns | None = None,
    outer: list[dict[str, Any]] | None = None,
) -> Columns:
    """Evaluate relations over a scan ``s`` of the rows; return the last."""
    full = [{"organisation": "A", "period": 1, "_row": i + 2, **row} for i, row in enumerate(rows)]
    plan = p.Plan((SCAN, *relations), (), relations[-1].name, (), ())
    factors = {} if factor is None else {"f": factor}
    return evaluate(plan, {"t": columns(KINDS, full)}, factors, columns(OUTER, outer or []))[
        relations[-1].name
    ]


def listed(table: Columns, name: str) -> list[Any]:
    pairs = zip(table.values[name].tolist(), table.missing[name].tolist(), strict=True)
    return [None if missing else value for value, missing in pairs]


def tuples(table: Columns, *names: str) -> list[tuple[Any, ...]]:
    return list(zip(*(listed(table, name) for name in names), strict=True))


def measure(function: p.Measures, value: p.Scalar | None = X, **other: Any) -> p.Measure:
    kinds: dict[str, p.Kind] = {"count": "whole", "any": "flag", "every": "flag"}
    settings_ = {"where": None, "scale": 1.0, "kind": kinds.get(function, "number"), **other}
    return p.Measure(function, function, value, **settings_)


# Inputs, derivations, look-ups and joins


def test_a_scan_takes_the_declared_columns_and_the_row() -> None:
    scan = p.Scan("few", "t", (("fuel", "text"),))
    done = run([{"fuel": "LNG", "x": 1.0}, {}], scan)
    assert list(done.values) == ["organisation", "period", "_row", "fuel"]
    assert tuples(done, "_row", "fuel") == [(2, "LNG"), (3, None)]


def test_derived_columns_are_added_to_those_of_the_source() -> None:
    twice = p.Call("add", (X, X), "number")
    done = run([{"x": 1.5}, {}], p.Derive("d", "s", (("twice", twice), ("n", p.Const(3, "whole")))))
    assert tuples(done, "x", "twice", "n") == [(1.5, 3.0, 3), (None, None, 3)]


FACTOR = columns(
    {"period": "whole", "kind": "text", "value": "number", "factor_row": "whole"},
    [
        {"period": 1, "kind": "LNG", "value": 2.75, "factor_row": 7},
        {"period": 2, "kind": "LNG", "value": 2.5, "factor_row": 9},
        {"period": 1, "kind": "", "value": 1.0, "factor_row": 11},
    ],
)


def test_a_look_up_by_period_and_text() -> None:
    rows = [{"fuel": "LNG"}, {"fuel": "LNG", "period": 2}, {"fuel": "coal"}, {}, {"period": 3}]
    made = p.LookUp("l", "s", "f", (("kind", FUEL),), "ef", "ef_row")
    done = run([*rows, {"fuel": ""}], made, factor=FACTOR)
    missing = (None, None)
    assert tuples(done, "ef", "ef_row") == [
        (2.75, 7),
        (2.5, 9),
        missing,
        missing,
        missing,
        (1.0, 11),
    ]


def test_a_look_up_without_keys_goes_by_period_alone() -> None:
    factor = columns(
        {"period": "whole", "value": "number", "factor_row": "whole"},
        [{"period": 2, "value": 0.5, "factor_row": 3}],
    )
    done = run([{"period": 1}, {"period": 2}], p.LookUp("l", "s", "f", (), "v", "r"), factor=factor)
    assert tuples(done, "v", "r") == [(None, None), (0.5, 3)]


def test_two_rows_for_one_key_are_a_mistake_of_the_program() -> None:
    made = p.LookUp("l", "s", "f", (), "v", "r")
    with pytest.raises(ValueError, match="relation l: two rows for one key"):
        run([{}], made, factor=FACTOR)


def test_a_join_keeps_organisation_period_and_keys_apart() -> None:
    rows = [
        {"x": 1.0, "fuel": "LNG"},
        {"x": 2.0, "fuel": "LNG"},
        {"x": 4.0, "fuel": "coal"},
        {"x": 8.0, "fuel": "LNG", "organisation": "B"},
        {"x": 16.0, "fuel": "LNG", "period": 2},
        {"x": 32.0},
    ]
    grouped = p.Aggregate("g", "s", (("kind", FUEL),), (measure("sum"),))
    back = p.Join("j", "s", "g", ((FUEL, "kind"),), (("sum", "total", "number"),))
    assert listed(run(rows, grouped, back), "total") == [3.0, 3.0, 4.0, 8.0, 16.0, None]
    earlier = p.Join("j", "s", "g", ((FUEL, "kind"),), (("sum", "total", "number"),), earlier=1)
    assert listed(run(rows, grouped, earlier), "total") == [None, None, None, None, 3.0, None]


def test_the_report_joins_the_spine() -> None:
    outer = [{"organisation": o, "period": n} for o in ("A", "B") for n in (1, 2)]
    rows = [{"x": 1.0}, {"x": 2.0, "organisation": "B", "period": 2}]
    relations = (
        p.Spine("spine"),
        p.Aggregate("g", "s", (), (measure("sum"),)),
        p.Join("r", "spine", "g", (), (("sum", "total", "number"),)),
    )
    done = run(rows, *relations, outer=outer)
    expected = [("A", 1, 1.0), ("A", 2, None), ("B", 1, None), ("B", 2, 2.0)]
    assert tuples(done, "organisation", "period", "total") == expected


# Groups


def test_groups_are_sorted_and_missing_keys_form_none() -> None:
    rows = [
        {"fuel": "b", "organisation": "B"},
        {"fuel": "b", "p": True},
        {"fuel": "a", "period": 2},
        {},
        {"fuel": "a"},
        {"fuel": "a"},
    ]
    counted = p.Aggregate("g", "s", (("key", FUEL),), (measure("count", None),))
    assert tuples(run(rows, counted), "organisation", "period", "key", "count") == [
        ("A", 1, "a", 2),
        ("A", 1, "b", 1),
        ("A", 2, "a", 1),
        ("B", 1, "b", 1),
    ]


def test_measures_by_hand() -> None:
    rows = [{"x": 1.25, "p": True}, {"x": -2.5, "p": False}, {"x": 0.125}, {"p": True}]
    every = p.Aggregate(
        "g",
        "s",
        (),
        (
            measure("sum", scale=100.0),  # 125 - 250 + 13 hundredths
            measure("count"),
            measure("least"),
            measure("greatest"),
            measure("any", P),
            measure("every", P),
        ),
    )
    names = ("sum", "count", "least", "greatest", "any", "every")
    assert tuples(run(rows, every), *names) == [(-1.12, 3, -2.5, 1.25, True, False)]


def test_measures_over_no_rows() -> None:
    functions: tuple[p.Measures, ...] = ("sum", "count", "least", "greatest", "any", "every")
    for where in (P, p.Const(False, "flag"), p.Const(None, "flag")):
        measures = tuple(
            measure(f, P if f in {"any", "every"} else X, where=where) for f in functions
        )
        done = run([{"x": 1.0}], p.Aggregate("g", "s", (), measures))
        assert tuples(done, *functions) == [(0.0, 0, None, None, False, True)]
    assert run([], p.Aggregate("g", "s", (), measures)).length == 0


def test_only_rows_where_the_condition_is_true_count() -> None:
    rows = [{"x": 1.0, "p": True}, {"x": 2.0, "p": False}, {"x": 4.0}]
    done = run(rows, p.Aggregate("g", "s", (), (measure("sum", where=P), measure("count", None))))
    assert tuples(done, "sum", "count") == [(1.0, 3)]


@pytest.mark.parametrize("pair", [(0.0, -0.0), (-0.0, 0.0), (-0.0, -0.0)])
def test_least_and_greatest_never_give_a_negative_zero(pair: tuple[float, float]) -> None:
    both = p.Aggregate("g", "s", (), (measure("least"), measure("greatest")))
    (found,) = tuples(run([{"x": x} for x in pair], both), "least", "greatest")
    assert [math.copysign(1.0, value) for value in found] == [1.0, 1.0]


exact = st.lists(st.tuples(st.sampled_from("abc"), numbers | st.none()), max_size=12)


@settings(max_examples=80, deadline=None)
@given(exact, st.sampled_from((1.0, 1000.0, 1e6)))
def test_sums_are_those_of_exact_fractions(pairs: list[Any], scale: float) -> None:
    done = run(
        [{"fuel": fuel, "x": x} for fuel, x in pairs],
        p.Aggregate("g", "s", (("key", FUEL),), (measure("sum", scale=scale),)),
    )
    expected = {}
    for fuel, x in pairs:
        product = 0.0 if x is None else x * scale
        whole = math.floor(Fraction(product + 0.5)) if x is not None else 0
        expected[fuel] = expected.get(fuel, 0) + whole
    rounded = {fuel: float(Fraction(total)) / scale for fuel, total in expected.items()}
    assert dict(tuples(done, "key", "sum")) == rounded


def test_a_sum_is_rounded_once_though_it_passes_64_bits() -> None:
    # Doubles near 18 * 2**59 lie 2048 apart: added one by one, 1025 would round up and 1024
    # (a tie) down or up with it; together they are 2049, hence 2048.
    rows = [{"x": 2.0**59}] * 18 + [{"x": 1025.0}, {"x": 1024.0}]
    done = run(rows, p.Aggregate("g", "s", (), (measure("sum"),)))
    assert listed(done, "sum") == [10376293541461624832.0]
    negative = [{"x": -(2.0**54)}, {"x": -3.0}]  # nearest double: -(2**54 + 4)
    done = run(negative, p.Aggregate("g", "s", (), (measure("sum"),)))
    assert listed(done, "sum") == [-18014398509481988.0]


@pytest.mark.parametrize("x", [9223372036.854775807, -9223372036.854775807, 1e300])
def test_a_value_beyond_64_bits_is_refused(x: float) -> None:
    grouped = p.Aggregate("g", "s", (), (measure("sum", scale=1e9),))
    with pytest.raises(Refused) as caught:
        run([{"x": 9e9}, {"x": x}], grouped)
    (finding,) = caught.value.diagnostics
    assert (finding.rule, str(finding.place)) == ("engine.sum-overflow", "g:3 [sum]")
    left_out = p.Aggregate("g", "s", (), (measure("sum", scale=1e9, where=P),))
    assert listed(run([{"x": 9e9, "p": True}, {"x": x}], left_out), "sum") == [9e9]


@settings(max_examples=80, deadline=None)
@given(plans_with_tables(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_group(drawn: Any, random: Any) -> None:
    plan, tables, factors, outer = drawn
    shuffled = {}
    for name, table in tables.items():
        order = list(range(table.length))
        random.shuffle(order)
        shuffled[name] = Columns(
            table.length,
            {column: values[order] for column, values in table.values.items()},
            {column: values[order] for column, values in table.missing.items()},
        )
    one, other = evaluate(*drawn), evaluate(plan, shuffled, factors, outer)
    for relation in plan.relations:
        if isinstance(relation, p.Aggregate):
            for column, values in one[relation.name].values.items():
                again = other[relation.name].values[column]
                if values.dtype == np.float64:  # by bits: 0.0 is not -0.0 here
                    values, again = values.view(np.int64), again.view(np.int64)  # noqa: PLW2901
                assert values.tolist() == again.tolist(), (relation.name, column)


# Neighbours

ALL: Any = (None, False, (), False)
"""Every row takes part, intervals are open, and other organisations are apart."""
OVERLAPS = p.Window(
    "w", "s", "flag", "overlaps", (p.Col("a", "instant"), p.Col("b", "instant")), (FUEL,), *ALL
)


def trip(start: int, end: int, **other: Any) -> dict[str, Any]:
    when = (f"2024-01-01T{hour:02}:00:00" for hour in (start, end))
    return {"fuel": "car", **dict(zip("ab", when, strict=True)), **other}


@pytest.mark.parametrize(
    ("trips", "expected"),
    [
        ([trip(1, 3), trip(2, 4)], [True, True]),
        ([trip(1, 3), trip(3, 4)], [False, False]),
        ([trip(1, 3), trip(1, 3)], [True, True]),
        ([trip(1, 9), trip(2, 3), trip(4, 5)], [True, True, True]),
        ([trip(1, 3), trip(2, 4, fuel="bus")], [False, False]),
        ([trip(1, 3), trip(2, 4, period=2)], [False, False]),
        ([trip(1, 3), trip(2, 4, organisation="B")], [False, False]),
        ([trip(1, 3), trip(2, 4, fuel=None)], [False, False]),
        ([trip(1, 3), trip(2, 4, b=None), trip(2, 5)], [True, False, True]),
        ([trip(5, 5), trip(5, 8), trip(5, 5)], [False, False, False]),
        ([trip(5, 5), trip(4, 8)], [True, True]),
        ([trip(1, 3)], [False]),
        ([], []),
    ],
)
def test_overlaps_by_hand(trips: list[dict[str, Any]], expected: list[bool]) -> None:
    assert listed(run(trips, OVERLAPS), "flag") == expected


journeys = st.lists(
    st.tuples(
        st.none() | st.integers(0, 7),
        st.none() | st.integers(0, 3),
        st.sampled_from(("car", "car", "bus", None)),
    ),
    max_size=12,
)


def meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Say whether two intervals of whole hours share more than an end point."""
    inner = set(range(2 * one[0] + 1, 2 * one[1])) or {2 * one[0]}
    others = set(range(2 * other[0] + 1, 2 * other[1])) or {2 * other[0]}
    both_points = one[0] == one[1] and other[0] == other[1]
    return bool(inner & others) and not both_points


@settings(max_examples=150, deadline=None)
@given(journeys)
def test_overlaps_are_those_of_every_pair(drawn: list[tuple[Any, Any, Any]]) -> None:
    hour = "2024-01-01T{:02}:00:00".format
    trips = [(a, None if None in {a, n} else a + n, car) for a, n, car in drawn]
    rows = [
        {"fuel": c, "a": None if a is None else hour(a), "b": None if b is None else hour(b)}
        for a, b, c in trips
    ]
    known = [(i, trip) for i, trip in enumerate(trips) if None not in trip]
    expected = {
        i
        for i, (a, b, car) in known
        for j, (start, end, other) in known
        if i != j and car == other and meet((a, b), (start, end))
    }
    flags = listed(run(rows, OVERLAPS), "flag")
    assert {i for i, flag in enumerate(flags) if flag} == expected


def test_repeated_rows() -> None:
    rows = [
        {"fuel": "LNG", "x": 0.0},
        {"fuel": "LNG", "x": -0.0},
        {"fuel": "LNG", "x": 1.0},
        {"fuel": "LNG", "x": 0.0, "period": 2},
        {"fuel": "LNG"},
        {"fuel": "LNG"},
    ]
    made = p.Window("w", "s", "flag", "repeated", (FUEL, X), (), *ALL)
    assert listed(run(rows, made), "flag") == [True, True, False, False, False, False]


# Plans as a whole


@settings(max_examples=80, deadline=None)
@given(plans_with_tables())
def test_every_drawn_plan_evaluates_to_settled_columns(drawn: Any) -> None:
    plan, tables, _, outer = drawn
    done = evaluate(*drawn)
    filling = {"f": 0, "i": 0, "b": False, "O": "", "M": np.datetime64(0, "us")}
    for relation in plan.relations:
        table = done[relation.name]
        for name, values in table.values.items():
            assert len(values) == len(table.missing[name]) == table.length
            assert (values[table.missing[name]] == filling[values.dtype.kind]).all()
            assert values.dtype.kind != "f" or np.isfinite(values).all()
        if isinstance(relation, p.Scan):
            assert table.length == tables[relation.table].length
        elif not isinstance(relation, p.Aggregate | p.Spine):
            assert table.length == done[relation.source].length
    for field in plan.fields:
        assert field.column in done[field.relation].values
    assert done[plan.report].length == outer.length
