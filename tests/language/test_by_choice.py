"""Regions and the rule for the year of a look-up, by decision on a choice."""

from __future__ import annotations

import pytest
from marked import at, checked, findings

FACTOR = (
    "power: {unit: t CO2/MWh, property: grid, regions: {choice: gases, co2: [CN-TJ, CN], all: CN}, "
    "time: {choice: gases, co2: same-year, all: any}}"
)
FORMULA = "x: {unit: t CO2/MWh, is: power}"


@pytest.mark.parametrize(
    ("gases", "regions", "time"), [("co2", ("CN-TJ", "CN"), "same-year"), ("all", ("CN",), "any")]
)
def test_the_choice_decides(gases, regions, time):
    found = checked({"factors": FACTOR, "formulas": FORMULA}, choices={"gases": gases})
    assert (found.factors["power"].regions, found.factors["power"].time) == (regions, time)
    assert not [one for one in found.warnings if '"gases"' in one.what.en]


def test_braces_are_filled():
    text = FACTOR.replace("co2: [CN-TJ, CN]", 'co2: ["{place}", CN]')
    patches = {
        "factors": text,
        "formulas": FORMULA,
        "choices": "place: {of: [CN-BJ], default: CN-BJ}",
    }
    assert checked(patches).factors["power"].regions == ("CN-BJ", "CN")


def test_without_them_nothing_changes():
    found = checked({}).factors["grid"]
    assert (found.regions, found.time) == ((), "any")


POWER = "power: {unit: t CO2/MWh, property: grid, "
WRONG = [
    (FACTOR.replace("regions: {choice: gases", "regions: {choice: «gass»"), "name.unknown"),
    (FACTOR.replace("gases, co2: [CN-TJ, CN],", "«gases»,"), "choice.incomplete"),
    (FACTOR.replace("gases, co2: same", "«gases», none: any, co2: same"), "choice.unknown-value"),
    (FACTOR.replace("gases, co2: same-year", "«gases», co2: same-yeer"), "schema.value"),
    (POWER + "time: {co2: any, all: any}}", "schema.missing-key"),
    (POWER + "time: «sameyear»}", "schema.value"),
    (POWER + "regions: «CN»}", "schema.type"),
    (POWER + "regions: {choice: gases, co2: CN, all: «[]»}}", "schema.count"),
]


@pytest.mark.parametrize(("text", "rule"), WRONG)
def test_wrong(text, rule):
    found, spots = findings({"factors": text, "formulas": FORMULA})
    assert {one.rule for one in found} == {rule}, [one.render("en") for one in found]
    assert rule == "schema.missing-key" or at(found[0])[:2] == spots[0][:2]
    assert found[0].what.zh != found[0].what.en
