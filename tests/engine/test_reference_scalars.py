"""Operators of the reference evaluator, against values worked by hand or by other means."""

from __future__ import annotations

import itertools
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import columns, curve, curves, numbers

from mrv.engine.plan import Call, Col, Const, Derive, Plan, Scan
from mrv.engine.reference import Columns, evaluate
from mrv.messages import Refused

if TYPE_CHECKING:
    from mrv.engine.plan import Curve, Kind, Scalar

KINDS: dict[str, Kind] = {
    "organisation": "text",
    "period": "whole",
    "_row": "whole",
    "x": "number",
    "y": "number",
    "p": "flag",
    "t": "text",
    "w": "whole",
    "at": "instant",
    "end": "instant",
}
X, Y, P = Col("x", "number"), Col("y", "number"), Col("p", "flag")


def compute(
    scalar: Scalar, rows: list[dict[str, Any]], *known: Curve, kinds: dict[str, Kind] = KINDS
) -> list[Any]:
    """Evaluate one scalar over rows; a missing value comes out as None."""
    full = [{"organisation": "A", "period": 1, "_row": i + 5, **row} for i, row in enumerate(rows)]
    plan = Plan(
        (
            Scan("s", "t", tuple(list(kinds.items())[3:])),
            Derive("d", "s", (("out", scalar),)),
        ),
        (),
        "d",
        known,
        (),
    )
    spine = columns({"organisation": "text", "period": "whole"}, [])
    done = evaluate(plan, {"t": columns(kinds, full)}, {}, spine)["d"]
    return listed(done, "out")


def listed(table: Columns, name: str) -> list[Any]:
    """Return a column as Python values, None where missing."""
    pairs = zip(table.values[name].tolist(), table.missing[name].tolist(), strict=True)
    return [None if missing else value for value, missing in pairs]


def call(op: str, *args: Scalar, kind: Kind = "number") -> Call:
    return Call(op, args, kind)


def number(value: float | None) -> Const:
    return Const(value, "number")


@pytest.mark.parametrize(
    ("op", "x", "y", "expected"),
    [
        ("add", 0.1, 0.2, 0.30000000000000004),
        ("sub", 0.3, 0.1, 0.19999999999999998),
        ("mul", 1.5, -4.0, -6.0),
        ("div", 1.0, 3.0, 0.3333333333333333),
        ("div", 1.0, 0.0, None),
        ("div", 0.0, -0.0, None),
        ("least", 2.0, -3.0, -3.0),
        ("greatest", 2.0, -3.0, 2.0),
        ("pow", 2.0, -2.0, 0.25),
        ("pow", -8.0, 0.5, None),
        ("pow", 0.0, -1.0, None),
        ("quantise", 0.125, 100.0, 0.13),
        ("quantise", -0.125, 100.0, -0.12),
        ("quantise", 2.5, 1.0, 3.0),
    ],
)
def test_two_numbers(op: str, x: float, y: float, expected: float | None) -> None:
    rows = [{"x": x, "y": y}, {"x": x}, {"y": y}]
    assert compute(call(op, X, Y), rows) == [expected, None, None]


@pytest.mark.parametrize(
    ("op", "x", "expected"),
    [
        ("neg", 2.0, -2.0),
        ("abs", -2.0, 2.0),
        ("floor", -1.5, -2.0),
        ("ceil", -1.5, -1.0),
        ("sqrt", 2.25, 1.5),
        ("sqrt", -1.0, None),
        ("exp", 1.0, 2.718281828459045),
        ("log", 1.0, 0.0),
        ("log", 0.0, None),
        ("log", -1.0, None),
    ],
)
def test_one_number(op: str, x: float, expected: float | None) -> None:
    assert compute(call(op, X), [{"x": x}, {}]) == [expected, None]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(numbers, numbers), min_size=1, max_size=6))
def test_arithmetic_is_that_of_exact_fractions_rounded_once(
    pairs: list[tuple[float, float]],
) -> None:
    rows = [{"x": x, "y": y} for x, y in pairs]
    for op, exact in (("add", Fraction.__add__), ("mul", Fraction.__mul__)):
        expected = [float(exact(Fraction(x), Fraction(y))) for x, y in pairs]
        assert compute(call(op, X, Y), rows) == expected
    assume(all(y == 0 or abs(Fraction(x) / Fraction(y)) < 2**1000 for x, y in pairs))
    quotient = compute(call("div", X, Y), rows)
    assert quotient == [float(Fraction(x) / Fraction(y)) if y else None for x, y in pairs]


@settings(max_examples=60, deadline=None)
@given(st.floats(0.001, 500), st.floats(-9, 9))
def test_powers_and_logarithms_are_those_of_the_c_library(x: float, y: float) -> None:
    row = [{"x": x, "y": y}]
    assert compute(call("pow", X, Y), row) == [math.pow(x, y)]
    assert compute(call("log", X), row) == [math.log(x)]
    assert compute(call("exp", Y), row) == [math.exp(y)]


TRUTH: tuple[bool | None, ...] = (True, False, None)


@pytest.mark.parametrize(("a", "b"), list(itertools.product(TRUTH, TRUTH)))
def test_three_valued_logic(a: bool | None, b: bool | None) -> None:  # noqa: FBT001
    # Lukasiewicz and Kleene: no = 0, missing = 1/2, yes = 1; and = least, or = greatest.
    degree = {False: 0.0, None: 0.5, True: 1.0}
    named = {value: key for key, value in degree.items()}
    both = Const(a, "flag"), Const(b, "flag")
    assert compute(call("and", *both, kind="flag"), [{}]) == [named[min(degree[a], degree[b])]]
    assert compute(call("or", *both, kind="flag"), [{}]) == [named[max(degree[a], degree[b])]]
    assert compute(call("not", both[0], kind="flag"), [{}]) == [named[1 - degree[a]]]
    same = None if a is None or b is None else a == b
    assert compute(call("eq", *both, kind="flag"), [{}]) == [same]
    assert compute(call("given", both[0], kind="flag"), [{}]) == [a is not None]


@pytest.mark.parametrize(
    ("kind", "low", "high"),
    [
        ("number", 1.0, 1.0000000000000002),
        ("whole", 2**53, 2**53 + 1),
        ("instant", "2024-02-29T00:00:00", "2024-02-29T00:00:00.000001"),
    ],
)
def test_comparisons(kind: Kind, low: Any, high: Any) -> None:
    expected = {"eq": "010", "ne": "101", "lt": "100", "le": "110", "gt": "001", "ge": "011"}
    for op, signs in expected.items():
        pairs = [(low, high), (low, low), (high, low), (None, low)]
        got = [
            compute(call(op, Const(a, kind), Const(b, kind), kind="flag"), [{}])[0]
            for a, b in pairs
        ]
        assert got == [*(sign == "1" for sign in signs), None], op


def test_zero_equals_its_negative() -> None:
    assert compute(call("eq", number(0.0), number(-0.0), kind="flag"), [{}]) == [True]


def test_texts() -> None:
    rows = [{"t": "柴油"}, {"t": "LNG"}, {"t": ""}, {}]
    text, lng = Col("t", "text"), Const("LNG", "text")
    assert compute(call("eq", text, lng, kind="flag"), rows) == [False, True, False, None]
    assert compute(call("ne", text, lng, kind="flag"), rows) == [True, False, True, None]
    either = call("in", text, lng, Const("", "text"), kind="flag")
    assert compute(either, rows) == [False, True, True, None]


def test_if_takes_a_missing_condition_as_no() -> None:
    rows = [{"p": True, "x": 1.0, "y": 2.0}, {"p": False, "x": 1.0, "y": 2.0}, {"x": 1.0, "y": 2.0}]
    assert compute(call("if", P, X, Y), [*rows, {"p": True, "y": 2.0}]) == [1.0, 2.0, 2.0, None]


def test_first_and_given() -> None:
    rows = [{"x": 1.0, "y": 2.0}, {"y": 2.0}, {}, {"x": 0.0}]
    assert compute(call("first", X, Y, number(9.0)), rows) == [1.0, 2.0, 9.0, 0.0]
    assert compute(call("first", X, Y), rows) == [1.0, 2.0, None, 0.0]
    assert compute(call("given", X, kind="flag"), rows) == [True, False, False, True]


def test_instants() -> None:
    rows = [
        {"at": "2024-02-29T23:59:59.999999", "end": "2024-03-01T00:00:00"},
        {"at": "1969-12-31T23:59:59", "end": "1969-12-31T23:59:59"},
        {"at": "2024-01-01T00:00:00"},
        {},
    ]
    at, end = Col("at", "instant"), Col("end", "instant")
    assert compute(call("month", at, kind="text"), rows) == ["2024-02", "1969-12", "2024-01", None]
    days = ["2024-02-29", "1969-12-31", "2024-01-01", None]
    assert compute(call("day", at, kind="text"), rows) == days
    assert compute(call("year", at, kind="whole"), rows) == [2024, 1969, 2024, None]
    assert compute(call("microseconds", end, at), rows) == [1.0, 0.0, None, None]
    assert compute(call("number", Col("w", "whole")), [{"w": 2**53 + 1}]) == [2.0**53]


def test_what_stands_under_a_missing_value_is_fixed() -> None:
    table = Columns(
        1,
        {**columns(KINDS, [{"organisation": "A", "period": 1}]).values, "x": np.array([np.nan])},
        {**dict.fromkeys(KINDS, np.array([True])), "organisation": np.array([False])},
    )
    plan = Plan((Scan("s", "t", (("x", "number"), ("t", "text"))),), (), "s", (), ())
    spine = columns({"organisation": "text", "period": "whole"}, [])
    done = evaluate(plan, {"t": table}, {}, spine)["s"]
    assert done.values["x"].tolist() == [0.0]
    assert done.values["t"].tolist() == [""]


HUGE = call("mul", X, number(1e300))


@pytest.mark.parametrize(
    "scalar", [HUGE, call("neg", HUGE), call("exp", X), call("least", HUGE, number(1.0))]
)
def test_infinity_is_refused_with_relation_column_and_row(scalar: Scalar) -> None:
    with pytest.raises(Refused) as caught:
        compute(scalar, [{"x": 1.0}, {"x": 1e10}, {}, {"x": 1e11}])
    rules = [finding.rule for finding in caught.value.diagnostics]
    assert rules == ["engine.not-finite"] * 2
    assert [str(finding.place) for finding in caught.value.diagnostics] == [
        "d:6 [out]",
        "d:8 [out]",
    ]
    assert "（A，期间 1；共 2 行）" in caught.value.diagnostics[0].what.zh


def test_a_branch_that_is_not_taken_refuses_nothing() -> None:
    small = call("lt", X, number(1e6), kind="flag")
    rows = [{"x": 2.0}, {"x": 1e200}, {}]
    assert compute(call("if", small, HUGE, number(7.0)), rows) == [2e300, 7.0, 7.0]
    assert compute(call("first", X, call("mul", number(1e200), number(1e200))), rows[:2]) == [
        2.0,
        1e200,
    ]
    with pytest.raises(Refused, match=r"engine\.not-finite"):
        compute(call("if", small, number(7.0), HUGE), rows)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_an_input_that_is_not_finite_is_refused(bad: float) -> None:
    with pytest.raises(Refused) as caught:
        compute(Const(1.0, "number"), [{"x": 1.0}, {"x": bad}])
    assert [str(finding.place) for finding in caught.value.diagnostics] == ["s:6 [x]"]


def test_an_unknown_operator_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="median"):
        compute(call("median", X), [{"x": 1.0}])


# Curves


def along(line: Curve, *points: float) -> list[Any]:
    scalar = call("curve", Const("c", "text"), X)
    return compute(scalar, [{"x": x} for x in points], line)


def test_a_curve_by_hand() -> None:
    line = curve("c", (0.0, 1.0, 3.0), [(10.0, 20.0, 0.0)])
    assert along(line, 0.0, 0.5, 1.0, 2.0, 3.0, -0.1, 3.1) == [
        10.0,
        15.0,
        20.0,
        10.0,
        0.0,
        None,
        None,
    ]
    held = curve("c", (0.0, 1.0, 3.0), [(10.0, 20.0, 5.0)], outside="hold")
    assert along(held, -9.0, 1e300, 2.0) == [10.0, 5.0, 12.5]
    assert compute(call("curve", Const("c", "text"), X), [{}], held) == [None]


@settings(max_examples=80, deadline=None)
@given(curves("c"), st.lists(st.floats(-12, 12), max_size=5))
def test_a_curve_is_that_of_numpy(line: Curve, points: list[float]) -> None:
    x, y = np.array(line.x), np.array(line.values[0])
    inside = [point for point in points if x[0] <= point <= x[-1]]
    size = max(map(abs, line.values[0]))
    np.testing.assert_allclose(along(line, *inside), np.interp(inside, x, y), atol=size * 1e-14)
    knots = [min(max(value, -1e300), 1e300) for value in line.x]
    assert along(line, *knots[:-1]) == list(line.values[0][:-1])
    np.testing.assert_allclose(along(line, knots[-1]), [line.values[0][-1]], atol=size * 1e-14)
    outside = [point for point in points if point < x[0]]
    if line.outside == "extend":
        rise = (line.values[0][1] - line.values[0][0]) / (x[1] - x[0])
        on = [line.values[0][0] + (point - x[0]) * rise for point in outside]
        np.testing.assert_allclose(along(line, *outside), on, rtol=1e-9, atol=size * 1e-9)
        return
    edge = line.values[0][0] if line.outside == "hold" else None
    assert along(line, *outside) == [edge] * len(outside)


def over(plane: Curve, *points: tuple[float, float]) -> list[Any]:
    scalar = call("surface", Const("c", "text"), X, Y)
    return compute(scalar, [{"x": x, "y": y} for x, y in points], plane)


def test_a_surface_by_hand() -> None:
    rows = [(0.0, 10.0, 30.0), (100.0, 110.0, 150.0)]
    plane = curve("c", (0.0, 2.0), rows, (0.0, 1.0, 2.0))
    knots = [(x, y) for x in (0.0, 2.0) for y in (0.0, 1.0, 2.0)]
    assert over(plane, *knots) == [0.0, 10.0, 30.0, 100.0, 110.0, 150.0]
    # Half-way in y between 10 and 30, and between 110 and 150; then a quarter of the way in x.
    assert over(plane, (0.5, 1.5), (2.0, 0.25), (2.1, 1.0), (1.0, -0.1)) == [
        47.5,
        102.5,
        None,
        None,
    ]
    held = curve("c", (0.0, 2.0), rows, (0.0, 1.0, 2.0), outside="hold")
    assert over(held, (9.0, 9.0), (-9.0, 0.5), (1.0, -1.0)) == [150.0, 5.0, 50.0]


@settings(max_examples=60, deadline=None)
@given(curves("c", flat=False), st.floats(0, 1), st.floats(0, 1))
def test_a_surface_stays_between_its_corners(plane: Curve, u: float, v: float) -> None:
    assert plane.y is not None
    x = plane.x[0] + u * (plane.x[1] - plane.x[0])
    y = plane.y[0] + v * (plane.y[1] - plane.y[0])
    corners = [value for row in plane.values[:2] for value in row[:2]]
    slack = 1e-14 * max(map(abs, corners)) + 1e-300
    (value,) = over(plane, (min(x, plane.x[1]), min(y, plane.y[1])))
    assert min(corners) - slack <= value <= max(corners) + slack
