"""Great-circle distances: outside figures, an independent formula, and both engines."""

from __future__ import annotations

import math
from typing import Any

import pytest
from engine_runs import HEAD, checked, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.engine.second import disagreements

TEXT = """\
inputs:
  airport:
    key: [airport]
    columns: {{airport: {{type: key}}, lat: {{unit: {0}}}, lon: {{unit: {0}}}}}
  leg:
    key: [leg]
    columns: {{leg: {{type: key}}, origin: {{in: airport}}, target: {{in: airport}}}}
formulas:
  km:
    each: leg
    unit: km
    is: quantise(great_circle(origin.lat, origin.lon, target.lat, target.lon), 0.001)
  tot: {{unit: km, is: sum(km)}}
results: {{x: {{of: tot, role: total}}}}
"""


def distances(
    places: dict[str, tuple[float, float]], legs: list[tuple[str, str]], unit: str = "deg"
) -> Any:
    tail = " deg" if unit == "deg" else ""
    data = {
        "airport": [
            {"airport": name, "lat": f"{lat}{tail}", "lon": f"{lon}{tail}"}
            for name, (lat, lon) in places.items()
        ],
        "leg": [
            {"leg": str(at), "origin": one, "target": two} for at, (one, two) in enumerate(legs)
        ],
    }
    made = execute(checked(HEAD + TEXT.format(unit)), data)
    assert not disagreements(made)
    found = {row["leg"]: row["km"] for row in made.table("km").to_pylist()}
    return [found[str(at)] for at in range(len(legs))]


@pytest.mark.parametrize("unit", ["deg", "1"])
def test_parts_of_the_equator_and_the_poles(unit: str) -> None:
    places = {"o": (0, 0), "e": (0, 90), "anti": (0, 180), "n": (90, 17), "w": (0, -90.0)}
    quarter = math.pi / 2 * 6371.0088
    legs = [("o", "e"), ("o", "anti"), ("n", "o"), ("o", "o"), ("e", "w")]
    wanted = [quarter, 2 * quarter, quarter, 0, 2 * quarter]
    assert distances(places, legs, unit) == pytest.approx(wanted, abs=0.00051)


def test_new_york_to_los_angeles() -> None:
    # nycflights13 gives 2475 miles for JFK to LAX (great circle on an ellipsoid)
    places = {"JFK": (40.639751, -73.778925), "LAX": (33.942536, -118.408075)}
    assert distances(places, [("JFK", "LAX")])[0] == pytest.approx(2475 * 1.609344, rel=0.004)


PLACE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@settings(max_examples=15, deadline=None)
@given(st.lists(PLACE, min_size=2, max_size=5))
def test_as_the_angle_between_vectors(found: list[tuple[float, float]]) -> None:
    places = {str(at): (round(lat, 6), round(lon, 6)) for at, (lat, lon) in enumerate(found)}
    legs = [("0", name) for name in places]
    got = distances(places, legs)
    for (one, two), km in zip(legs, got, strict=True):
        assert km == pytest.approx(by_vectors(places[one], places[two]), abs=0.0011)
        assert km == distances(places, [(two, one)])[0]


def by_vectors(one: tuple[float, float], two: tuple[float, float]) -> float:
    a, b = vector(*one), vector(*two)
    cross = [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
    return math.atan2(math.hypot(*cross), sum(p * q for p, q in zip(a, b, strict=True))) * 6371.0088


def vector(lat: float, lon: float) -> list[float]:
    lat, lon = math.radians(lat), math.radians(lon)
    return [math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)]
