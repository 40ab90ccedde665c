"""Runs on references that may point nowhere: values, remark, second engine."""

from __future__ import annotations

import pytest
from engine_runs import HEAD, execute, formulas, outputs

from mrv.engine.second import disagreements

TABLES = """\
constants: {spare: {value: 100 km}}
inputs:
  place:
    optional: true
    key: [place]
    columns: {place: {type: key}, far: {unit: km}}
  trip:
    key: [trip]
    columns:
      trip: {type: key}
      origin: {in: place, optional: true, unknown: missing}
"""
FORMULAS = """
far: {each: trip, unit: km, is: "first(origin.far, spare)"}
there: {each: trip, unit: km, is: "origin.far if given(origin.far) else 0"}
tot: {unit: km, is: sum(far) + sum(there)}
"""
TRIPS = [{"trip": str(n), "origin": word} for n, word in enumerate(["a", "x", None, "y", "a"])]


@pytest.mark.parametrize(
    ("places", "total", "count"), [([{"place": "a", "far": "1 km"}], 304.0, 2), (None, 500.0, 4)]
)
def test_a_run_goes_on_and_says_so(places, total, count):
    rule = formulas(FORMULAS, head=HEAD + TABLES)
    data = {"trip": TRIPS} if places is None else {"trip": TRIPS, "place": places}
    with execute(rule, data) as made:
        assert outputs(made) == {("", "2024", "x"): total}
        assert disagreements(made) == ()
        said = [m.message.en for m in made.outcome.marks if "read as missing" in m.message.en]
    assert [one.startswith(f"trip: {count} rows") for one in said] == [True]
