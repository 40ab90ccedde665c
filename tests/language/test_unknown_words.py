"""``unknown: missing`` beside a reference: only where the cell may be missing anyway."""

from __future__ import annotations

import pytest
from marked import at, checked, findings

LEG = "leg:\n  key: [leg]\n  columns:\n    leg: {{type: key}}\n    stop: {{{stop}}}"
FORMULA = "x: {each: leg, unit: km, is: 'first(stop.far, 0)'}"
STOP = "\nstop:\n  key: [stop]\n  columns: {stop: {type: key}, far: {unit: km}}"


def leg(stop: str) -> str:
    return LEG.format(stop=stop) + STOP


def test_unknown_words_may_be_missing_only_where_it_is_said():
    made = checked(
        {"inputs": leg("in: stop, optional: true, unknown: missing"), "formulas": FORMULA}
    )
    assert [c.unknown_missing for c in made.inputs["leg"].columns] == [False, True]
    made = checked({"inputs": leg("in: stop, optional: true"), "formulas": FORMULA})
    assert not any(c.unknown_missing for c in made.inputs["leg"].columns)


def test_what_is_read_through_it_may_be_missing():
    inputs = leg("in: stop, optional: true, unknown: missing")
    formula = "x: {each: leg, unit: km, is: «stop.far»}"
    found, spots = findings({"inputs": inputs, "formulas": formula})
    assert [one.rule.split(".")[0] for one in found] == ["missing"], found
    assert at(found[0]).line == spots[0].line


@pytest.mark.parametrize(
    ("column", "rule"),
    [
        ("in: stop, «unknown»: missing", "reference.unknown"),
        ("in: stop, optional: false, «unknown»: missing", "reference.unknown"),
        ("in: factors.fuel, optional: true, «unknown»: missing", "reference.unknown"),
        ("type: key, optional: true, «unknown»: missing", "reference.unknown"),
        ("one_of: [a, b], optional: true, «unknown»: missing", "reference.unknown"),
        ("in: stop, optional: true, unknown: «refused»", "schema.value"),
        ("in: stop, optional: true, unknown: «true»", "schema.value"),
    ],
)
def test_wrong(column, rule):
    found, spots = findings({"inputs": leg(column)})
    assert [one.rule for one in found] == [rule], found
    assert (at(found[0]).line, at(found[0]).column) == spots[0][:2]
