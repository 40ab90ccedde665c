"""Curves over input tables: what the checker makes of them and what it refuses."""

from __future__ import annotations

import pytest
from marked import at, checked, findings

POINT = """\
point:
  key: [craft, stage]
  columns:
    craft: {type: key}
    stage: {unit: nmi}
    burnt: {unit: kg}
    maybe: {unit: kg, optional: true}
    when: {type: instant}"""
GOOD = "{table: point, by: craft, of: stage, gives: burnt, outside: error}"


def used(
    curve=GOOD,
    expression="fuel_of(remark, distance)",
    promise="unit: t, optional: true",
    table=POINT,
):
    return {
        "inputs": table,
        "curves": f"fuel_of: {curve}",
        "formulas": f"x: {{each: voyage, {promise}, is: '{expression}'}}",
    }


@pytest.mark.parametrize(
    ("expression", "missing"),
    [
        ("fuel_of(remark, distance)", True),
        ("first(fuel_of(remark, distance), 0)", False),
        ("fuel_of(remark, distance) if given(fuel_of(remark, distance)) else 0", False),
    ],
)
def test_its_value_may_be_missing(expression, missing):
    found = checked(used(expression=expression)).formulas["x"].body
    assert found.type.missing is missing
    assert found.type.unit.spelling == "t"
    assert str(found.type.grain.describe()) == "each row of voyage"


def test_without_words_there_is_one_curve():
    table = POINT.replace("key: [craft, stage]", "key: [stage]")
    curve = GOOD.replace("by: craft, ", "")
    found = checked(used(curve, "first(fuel_of(distance), 0)", table=table))
    assert found.traced["fuel_of"].by == ()
    assert found.inputs["point"].shared
    assert not found.inputs["voyage"].shared


T = "unit: t"
OTHER = "{table: «voyage», by: ship, of: distance, gives: distance, outside: error}"
INLINE = "{of: a, unit_of: km, unit: t, points: [[1, 2], [2, 3]], «by»: craft}"
SURFACE = (
    "{of: [a, b], unit_of: [km, km], unit: t, axes: [[1, 2], [2, 3]], "
    "values: [[1, 2], [2, 3]], «outside»: extend-and-say}"
)
WRONG = [
    (used(GOOD.replace("point", "«pont»")), "name.unknown", "point"),
    (used(GOOD.replace("craft", "«crafd»")), "name.unknown", "craft"),
    (used(GOOD.replace("burnt", "«burn»")), "name.unknown", "burnt"),
    (used(GOOD.replace("burnt", "«maybe»")), "curve.column", ""),
    (used(GOOD.replace("burnt", "«craft»")), "curve.column", ""),
    (used(GOOD.replace("by: craft", "by: «burnt»")), "curve.column", ""),
    (used(GOOD.replace("by: craft", "by: «when»")), "curve.column", ""),
    (used(OTHER), "curve.key", "key: ["),
    (used(GOOD.replace("outside: error", "«unit»: t")), "schema.one-of", ""),
    (used(GOOD.replace("gives: burnt, ", "")), "schema.missing-key", ""),
    (used(INLINE, "fuel_of(distance)"), "schema.one-of", ""),
    (used(SURFACE, "fuel_of(distance, distance)"), "curve.shape", "hold"),
    (used(expression="«fuel_of(distance)»"), "function.arguments", "craft, stage"),
    (used(expression="fuel_of(«laden», distance)"), "type.mismatch", ""),
    (used(expression="fuel_of(remark, «end - start»)"), "unit.incompatible", ""),
    (used(expression="fuel_of(remark, «laden»)"), "type.quantity", ""),
    (used(expression="«fuel_of(remark, distance)»", promise=T), "missing.unresolved", "first"),
    (used(expression="fuel_of(crew.person, «distance»)"), "grain.do-not-meet", ""),
]  # fmt: skip


@pytest.mark.parametrize(("patches", "rule", "hint"), WRONG)
def test_wrong(patches, rule, hint):
    found, spots = findings(patches)
    assert [one.rule for one in found] == [rule], [one.render("en") for one in found]
    assert hint in (found[0].hint.en if found[0].hint else "")
    assert found[0].what.zh != found[0].what.en
    if spots and rule not in {"schema.missing-key", "grain.do-not-meet"}:
        assert at(found[0])[:2] == spots[0][:2], found[0].render("en")
