"""Files of cases."""

from __future__ import annotations

import pytest

from mrv.language.casefile import parse_cases, read_cases
from mrv.messages import Refused

GOOD = """\
cases:
  - case: diesel, one measured heating value
    label: conformance
    source: hand computation
    period: 2025
    choices: {fuel_table: national}
    inputs:
      fuel_use: [{ship: A, month: 2025-01, burned: 10 t, share: 1e3, ncv_measured: , tag: "007"}]
      trip: []
    expect: {direct: 30.49 t CO2}
    expect_rows: {by_ship: [{ship: A, is: 3 t CO2}, {ship: B, is: missing}]}
    tolerance: {direct: 0.01 t CO2, by_ship: 1 t}
  - case: litres in a mass column
    inputs: {fuel_use: [{ship: A, burned: 10 L}]}
    must_fail: unit.incompatible
"""


def test_cases(tmp_path):
    file = tmp_path / "x.cases.yaml"
    file.write_text(GOOD, encoding="utf-8")
    first, second = read_cases(file, "x")
    assert (first.label, second.label) == ("conformance", "regression")
    assert first.period.label == "2025"
    assert first.inputs["fuel_use"] == (
        {"ship": "A", "month": "2025-01", "burned": "10 t", "share": "1e3", "tag": "007"},
    )
    assert first.inputs["trip"] == ()
    assert first.expect["direct"].text == "30.49 t CO2"
    assert first.expect["direct"].place.line == 10
    assert [(dict(r.keys), r.value.text) for r in first.expect_rows["by_ship"]] == [
        ({"ship": "A"}, "3 t CO2"),
        ({"ship": "B"}, "missing"),
    ]
    assert first.tolerance["by_ship"].text == "1 t"
    assert second.must_fail == "unit.incompatible"
    assert second.period is None


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ("case: a", [("schema.missing-key", 2, 5)]),
        ("must_fail: x", [("schema.missing-key", 2, 5)]),
        ("case: a\n    label: conformance\n    must_fail: x", [("schema.missing-key", 2, 5)]),
        ("case: a\n    label: sure\n    must_fail: x", [("schema.value", 3, 12)]),
        ("case: a\n    period: 2025-13\n    must_fail: x", [("schema.value", 3, 13)]),
        ("case: a\n    period: 2025.5\n    must_fail: x", [("schema.value", 3, 13)]),
        ("case: a\n    must_fail: x\n    expect: {b: 1}", [("schema.one-of", 3, 16)]),
        ("case: a\n    tolerance: {c: 1}\n    expect: {b: 1}", [("name.unknown", 3, 20)]),
        (
            "case: a\n    expects: {b: 1}",
            [("schema.missing-key", 2, 5), ("schema.unknown-key", 3, 5)],
        ),
        ("case: a\n    expect_rows: {b: [{c: 1}]}", [("schema.missing-key", 3, 23)]),
        ("case: a\n    must_fail: x\n    inputs: {t: {a: 1}}", [("schema.type", 4, 17)]),
        ("case: a\n    must_fail: x\n    inputs: {t: [{a: [1]}]}", [("schema.type", 4, 22)]),
        ("case: a\n    must_fail: x\n  - case: a\n    must_fail: x", [("name.duplicate", 4, 11)]),
    ],
)  # fmt: skip
def test_what_is_refused_and_where(case, expected):
    with pytest.raises(Refused) as refused:
        parse_cases(f"cases:\n  - {case}\n", "x")
    found = refused.value.diagnostics
    assert [(d.rule, d.place.line, d.place.column) for d in found] == expected


@pytest.mark.parametrize("content", ["cases: []", "cases: {}", "[1]", "x: 1"])
def test_files_without_cases(content):
    with pytest.raises(Refused):
        parse_cases(content)


def test_formulas_of_modules_are_named_with_a_dot():
    text = """\
cases:
  - case: dotted
    inputs: {ship: [{ship: A}]}
    expect: {total: 1 t, fuel.co2: 1 t}
    expect_rows: {fuel.part.co2: [{ship: A, is: 1 t}]}
    tolerance: {fuel.co2: 0.1 t}
"""
    (case,) = parse_cases(text, "c.yaml")
    assert list(case.expect) == ["total", "fuel.co2"]
    assert list(case.expect_rows) == ["fuel.part.co2"]
    for bad in ("fuel..co2", ".co2", "fuel."):
        with pytest.raises(Refused) as refused:
            parse_cases(text.replace("fuel.part.co2", bad), "c.yaml")
        assert [one.rule for one in refused.value.diagnostics] == ["schema.name"]
