"""The caret stands under the right token, however the expression is written."""

from __future__ import annotations

import pytest
from marked import Spot, at, findings

LAYOUTS = {
    "plain": "x: {each: fuel_use, unit: t, is: burned + «nope»}",
    "single quotes": "x: {each: fuel_use, unit: t, is: 'burned + «nope»'}",
    "double quotes": 'x: {each: fuel_use, unit: t, is: "burned + «nope»"}',
    "escaped quotes": 'x: {each: fuel_use, unit: t, is: "burned if fuel == \\"lng\\" else «nope»"}',
    "doubled quotes": "x: {each: fuel_use, unit: t, is: 'burned if fuel == ''lng'' else «nope»'}",
    "unicode escape": 'x: {each: fuel_use, unit: t, is: "burned\\u0020+ «nope»"}',
    "block map": "x:\n  each: fuel_use\n  unit: t\n  is: burned * (1 + «nope»)",
    "literal": "x:\n  each: fuel_use\n  unit: t\n  is: |\n    burned\n    + burned * «nope»",
    "folded": "x:\n  each: fuel_use\n  unit: t\n  is: >-\n    burned\n    + 1 * «nope»\n    + 1",
    "several lines": "x:\n  each: fuel_use\n  unit: t\n  is: burned\n    + burned\n    * «nope»",
    "quoted lines": 'x:\n  each: fuel_use\n  unit: t\n  is: "burned\n    + burned\n    * «nope»"',
    "broken line": 'x:\n  each: fuel_use\n  unit: t\n  is: "burned + \\\n    burned * «nope»"',
    "after Chinese": "x: {each: 船队, unit: t, is: 油耗 * 1 + «油耗量»}",
    "Chinese in lines": "x:\n  each: 船队\n  unit: t\n  is: >-\n    油耗\n    + 油耗 * «里程数»",
    "spaces inside": "x: {each: fuel_use, unit: t, is:   burned   +   «nope»  }",
    "key below": "x: {each: voyage, unit: km, is: first(distance, «nope»)}".replace(
        "first(distance, «nope»)", "'max(distance, «nope»)'"
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_caret(layout):
    found, (spot,) = findings({"formulas": LAYOUTS[layout]})
    (finding,) = found
    assert finding.rule == "name.unknown"
    assert at(finding) == spot


def test_caret_in_chinese_is_two_cells_wide_for_each_character_before_it():
    found, _ = findings({"formulas": LAYOUTS["after Chinese"]})
    line, caret = found[0].render("zh").split("\n")[1:3]
    before = line[: line.index("油耗量")]
    wide = sum(2 if char > "⺀" else 1 for char in before)
    assert caret.index("^") - 4 == wide - 4


def test_a_long_line_has_a_place_but_is_not_shown():
    long = " + ".join(["burned"] * 30)
    found, (spot,) = findings({"formulas": f"x: {{each: fuel_use, unit: t, is: {long} + «nope»}}"})
    assert at(found[0]) == spot
    assert found[0].place.source_line is None


def test_syntax_error_in_the_second_line():
    lines = "x:\n  each: fuel_use\n  unit: t\n  is: |\n    burned\n    + «)» burned"
    found, (spot,) = findings({"formulas": lines})
    assert at(found[0]) == Spot(spot.line, spot.column, 1)


def test_twelve_mistakes_are_twelve_findings():
    """Independent mistakes of every kind come at once, and none causes another."""
    found, spots = findings(
        {
            "choices": "",
            "constants": "c1: {value: «five t»}\nc2: {value: «2 tonnez»}",
            "inputs": "leg:\n  key: [leg]\n  columns:\n    leg: {type: key}\n"
            "    a: {unit: «tt»}\n    b: {in: «shop»}",
            "factors": "f1: {unit: «GJJ», property: p}",
            "tables": "«t1»: {of: {s: ship.deadweight}, each: ship, gives: {a: '1'}, "
            "hit: exactly-one, rows: [{s: '< 5 t', a: 1}]}",
            "formulas": "x1: {each: fuel_use, unit: t, is: «nope» + c1}\n"
            "x2: {each: fuel_use, unit: t, is: burned + «ncv»}\n"
            "x3: {each: fuel_use, unit: «qq», is: burned * f1}\n"
            "x4: {each: ship, unit: 1, is: t1.a * x5}\n"
            "x5: {unit: '1', is: «x5»}\n"
            "x6: {each: leg, unit: t, is: leg.a + c2}\n"
            "x7: {unit: t, is: sum(x3) + sum(a) + sum(x6)}",
            "results": "r: {of: «totl», role: memo}\nr3: {of: x3, role: memo}",
            "checks": "k: {each: voyage, that: «distance», message: {zh: 一, en: one}}",
        }
    )
    assert [at(one)[:2] for one in found] == [spot[:2] for spot in spots]
    assert len(found) == 12
