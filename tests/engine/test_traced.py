"""Curves whose points are rows of an input table: both engines, every way out of them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from engine_runs import HEAD, checked, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.engine.second import disagreements
from mrv.messages import Refused

INPUTS = """\
constants: {{far: {{value: 99 nmi}}}}
inputs:
  point:
    key: [craft, stage]
    columns: {{craft: {{type: key}}, stage: {{unit: nmi, min: 0}}, burnt: {{unit: kg}}}}
  flight:
    key: [flight]
    columns:
      flight: {{type: key}}
      craft: {{type: key, optional: true}}
      distance: {{unit: nmi, optional: true}}
curves:
  trip_fuel: {{table: point, by: craft, of: stage, gives: burnt, outside: {0}}}
formulas:
  fuel: {{each: flight, unit: t, optional: true, is: "{1}"}}
  tot: {{unit: t, is: "sum(first(fuel, 0))"}}
results:
  x: {{of: tot, role: total}}
"""
CALL = "trip_fuel(craft, distance)"
POINTS = [
    {"craft": "A", "stage": "300 nmi", "burnt": "3 t"},
    {"craft": "A", "stage": "100 nmi", "burnt": "1 t"},
    {"craft": "A", "stage": "200 nmi", "burnt": "2500 kg"},
    {"craft": "B", "stage": "100 nmi", "burnt": "7 t"},
]


def methodology(outside: str = "hold-and-say", call: str = CALL) -> Any:
    return checked(HEAD + INPUTS.format(outside, call))


def fuels(made: Any) -> dict[str, float | None]:
    return {row["flight"]: row["fuel"] for row in made.table("fuel").to_pylist()}


def flights(*pairs: tuple[str | None, str | None]) -> list[dict[str, str | None]]:
    return [
        {"flight": str(number), "craft": craft, "distance": distance}
        for number, (craft, distance) in enumerate(pairs)
    ]


PLACES = [
    ("A", "277.8 km", 1.75),
    ("A", "150 nmi", 1.75),
    ("A", "200 nmi", 2.5),
    ("A", "275 nmi", 2.875),
    ("A", "300 nmi", 3.0),
    ("B", "100 nmi", 7.0),
    ("C", "100 nmi", None),
    (None, "100 nmi", None),
    ("A", None, None),
]
BEYOND = {
    "hold-and-say": [("A", "50 nmi", 1.0), ("A", "400 nmi", 3.0), ("B", "5 nmi", 7.0)],
    "extend-and-say": [("A", "50 nmi", 0.25), ("A", "400 nmi", 3.5), ("B", "500 nmi", 7.0)],
}


@pytest.mark.parametrize("outside", BEYOND)
def test_the_value_between_two_points(outside: str) -> None:
    asked = PLACES + BEYOND[outside]
    data = {"point": POINTS, "flight": flights(*((craft, at) for craft, at, _ in asked))}
    made = execute(methodology(outside), data)
    found = fuels(made)
    for number, (_, _, wanted) in enumerate(asked):
        assert found[str(number)] == (None if wanted is None else pytest.approx(wanted, rel=1e-12))
    assert not disagreements(made)
    said = [mark.message.en for mark in made.outcome.marks if mark.kind == "cap"]
    how = "take its edge value" if outside == "hold-and-say" else "go straight on"
    assert len(said) == 1
    assert said[0].startswith("fuel: 3 row(s)")
    assert how in said[0]


@pytest.mark.parametrize(
    ("craft", "at", "words"),
    [
        ("A", "50 nmi", ["50 nmi", "craft=A", "begins at 100 nmi"]),
        ("A", "301 nmi", ["301 nmi", "craft=A", "ends at 300 nmi"]),
        ("B", "101 nmi", ["craft=B", "ends at 100 nmi"]),
    ],
)
def test_a_curve_that_must_not_be_left(craft: str, at: str, words: list[str]) -> None:
    data = {"point": POINTS, "flight": flights(("A", "150 nmi"), (craft, at), ("C", "1 nmi"))}
    with pytest.raises(Refused) as caught:
        execute(methodology("error"), data)
    (finding,) = caught.value.diagnostics
    assert finding.rule == "run.outside-curve"
    assert all(word in finding.what.en for word in words), finding.what.en
    assert finding.place is not None
    assert finding.place.line == 2


def test_a_curve_that_no_row_leaves_says_nothing() -> None:
    data = {"point": POINTS, "flight": flights(("A", "150 nmi"))}
    for outside in ("error", "hold-and-say"):
        made = execute(methodology(outside), data)
        assert fuels(made)["0"] == pytest.approx(1.75)
        assert not [mark for mark in made.outcome.marks if mark.kind == "cap"]


def test_a_branch_that_is_not_reached_does_not_fail() -> None:
    call = f"{CALL} if given(distance) and distance > far else missing"
    data = {"point": POINTS, "flight": flights(("A", "150 nmi"), ("B", "1 nmi"))}
    assert fuels(execute(methodology("error", call), data))["0"] == 1.75
    assert fuels(execute(methodology("error", call), data))["1"] is None


def test_a_given_value_counts_as_there() -> None:
    call = f"{CALL} * 2 if given({CALL}) else 0"
    data = {"point": POINTS, "flight": flights(("A", "100 nmi"), ("Z", "1 nmi"))}
    assert list(fuels(execute(methodology(call=call), data)).values()) == [2.0, 0.0]


def test_points_stand_in_every_period() -> None:
    rows = [
        {**row, "period": year} for row in flights(("A", "100 nmi")) for year in ("2024", "2025")
    ]
    made = execute(methodology(), {"point": POINTS, "flight": rows}, "2024", "2025")
    assert [row["fuel"] for row in made.table("fuel").to_pylist()] == [1.0, 1.0]
    assert not disagreements(made)


def test_two_points_at_one_place_are_refused() -> None:
    data = {"point": [*POINTS, POINTS[1]], "flight": flights(("A", "100 nmi"))}
    with pytest.raises(Refused) as caught:
        execute(methodology(), data)
    assert [d.rule for d in caught.value.diagnostics] == ["key.duplicate"]


POINT = st.tuples(st.sampled_from("AB"), st.integers(0, 6), st.integers(-5, 5))
FLIGHT = st.tuples(st.sampled_from("ABC"), st.integers(-2, 16))


@settings(max_examples=25, deadline=None)
@given(
    st.lists(POINT, unique_by=lambda p: p[:2], min_size=1, max_size=8),
    st.lists(FLIGHT, min_size=1, max_size=8),
    st.sampled_from(["hold-and-say", "extend-and-say"]),
)
def test_as_by_hand(points: Any, asked: Any, outside: str) -> None:
    data = {
        "point": [{"craft": c, "stage": f"{x} nmi", "burnt": f"{y} t"} for c, x, y in points],
        "flight": flights(*((c, f"{x / 2} nmi") for c, x in asked)),
    }
    made = execute(methodology(outside), data)
    found = fuels(made)
    for number, (craft, half) in enumerate(asked):
        own = sorted((Fraction(x), Fraction(y)) for c, x, y in points if c == craft)
        wanted = by_hand(own, Fraction(half, 2), hold=outside == "hold-and-say")
        assert found[str(number)] == (None if wanted is None else pytest.approx(float(wanted)))
    assert not disagreements(made)


def by_hand(own: list[tuple[Fraction, Fraction]], at: Fraction, *, hold: bool) -> Fraction | None:
    if len(own) < 2:
        return own[0][1] if own else None
    if hold:
        at = min(max(at, own[0][0]), own[-1][0])
    index = max([n for n, (x, _) in enumerate(own[:-1]) if x <= at], default=0)
    (x0, y0), (x1, y1) = own[index : index + 2]
    return y0 + (at - x0) * (y1 - y0) / (x1 - x0)


def test_the_two_points_are_explained() -> None:
    from mrv.explain import explain

    data = {"point": POINTS, "flight": flights(("A", "150 nmi"), ("A", "9 nmi"), ("Z", "1 nmi"))}
    made = execute(methodology(), data)
    said = []
    for flight in "012":
        step = explain(made, "fuel", row={"flight": flight}).step
        step = next(s for s in (step, *step.children) if s.kind == "curve")
        said.append([note.en for note in (*step.why, *step.notes)])
    assert said[0] == [
        "between 100 nmi → 1000 kg and 200 nmi → 2500 kg, the second with weight 0.5"
    ]
    assert said[1][1] == "beyond the end: its value is held"
    assert said[2] == ["no point for Z"]


INLINE = """\
inputs:
  a: {{key: [k], columns: {{k: {{type: key}}, x: {{unit: km, min: -100}}}}}}
curves: {{c: {{of: x, unit_of: km, unit: t, points: [[0, 1], [10, 2], [20, 5]], outside: {0}}}}}
formulas:
  y: {{each: a, unit: t, is: c(x)}}
  tot: {{unit: t, is: sum(y)}}
results: {{z: {{of: tot, role: total}}}}
"""


@pytest.mark.parametrize(("at", "wanted"), [(-10, 0), (0, 1), (5, 1.5), (20, 5), (30, 8)])
def test_a_curve_of_the_file_goes_straight_on(at: int, wanted: float) -> None:
    made = execute(
        checked(HEAD + INLINE.format("extend-and-say")), {"a": [{"k": "1", "x": f"{at} km"}]}
    )
    assert made.table("y").to_pylist()[0]["y"] == pytest.approx(wanted)
    assert not disagreements(made)
    said = [mark.message.en for mark in made.outcome.marks if mark.kind == "cap"]
    assert len(said) == (at < 0 or at > 20)
