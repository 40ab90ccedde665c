"""Cases and properties that come with a methodology: what passes, what breaks, and why."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import pytest
from engine_runs import HEAD, PLANTS, checked, store

import mrv.engine.cases
from mrv.engine.cases import run_cases
from mrv.engine.properties import check_properties
from mrv.engine.second import Disagreement
from mrv.language.casefile import parse_cases
from mrv.messages import Refused

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.engine.cases import CaseResult

METHODOLOGY = (
    HEAD
    + PLANTS
    + """\
formulas:
  d: {each: use, unit: kg, is: m * 2}
  big: {each: use, type: yes-no, is: m > m * 0.5}
  by_plant: {per: [use.plant], unit: t, is: sum(d)}
  kind: {one_of: [none, some], is: '"some" if count(use) > 0 else "none"'}
  maybe: {unit: t, optional: true, is: greatest(m)}
  inverse: {unit: 1/t, is: "ratio(1, sum(m), when_zero=0)"}
  tot: {unit: t, is: sum(d)}
results:
  tot: {of: tot, role: total}
  kind: {of: kind, role: memo}
  maybe: {of: maybe, role: memo}
  inverse: {of: inverse, role: indicator}
checks:
  positive:
    each: use
    that: m >= measure(0, "t")
    severity: error
    message: {zh: 负值, en: negative}
    source: rule
"""
)
INPUTS = """
    inputs:
      plant: [{plant: p, size: 5 kW}, {plant: q, size: 1 kW}]
      use: [{id: a, plant: p, fuel: diesel, m: 1 t}, {id: b, plant: q, fuel: diesel, m: 500 kg}]
"""


def results(tmp_path: Path, *cases: str) -> list[CaseResult]:
    (tmp_path / "t.yaml").write_text(METHODOLOGY, encoding="utf-8")
    (tmp_path / "t.cases.yaml").write_text("cases:\n" + "".join(cases), encoding="utf-8")
    return list(run_cases(str(tmp_path / "t.yaml"), store=store()))


def case(name: str, rest: str) -> str:
    return f"  - case: {name}\n    label: regression\n    period: 2024{INPUTS}{rest}"


def test_expectations_that_hold(tmp_path: Path) -> None:
    (found,) = results(
        tmp_path,
        case(
            "good",
            "    expect: {tot: 3000 kg, kind: some, maybe: 1000 kg}\n"
            "    expect_rows:\n"
            "      d: [{id: a, is: 2 t}, {id: b, is: 1000 kg}]\n"
            "      big: [{id: a, is: yes}]\n"
            "      by_plant: [{plant: q, is: 1 t}]\n",
        ),
    )
    assert (found.passed, found.engines_agree, found.diagnostics) == (True, True, ())
    assert [d.holds for d in found.deviations] == [True] * 7
    assert found.reached == {"d", "big", "by_plant", "kind", "maybe", "inverse", "tot"}


def test_deviations_are_exact(tmp_path: Path) -> None:
    one, two, three = results(
        tmp_path,
        case("off", "    expect: {tot: 3.25 t}\n"),
        case("near", "    expect: {tot: 3.25 t}\n    tolerance: {tot: 250 kg}\n"),
        case("words", "    expect: {kind: none, maybe: missing}\n"),
    )
    assert (one.passed, one.deviations[0].difference, one.deviations[0].unit) == (
        False,
        Fraction(-1, 4),
        "t",
    )
    assert (two.passed, two.deviations[0].tolerance) == (True, Fraction(1, 4))
    assert [(d.found, d.holds) for d in three.deviations] == [("some", False), (1.0, False)]


def test_expectations_that_cannot_be_judged(tmp_path: Path) -> None:
    found = results(
        tmp_path,
        case("row", "    expect_rows: {d: [{id: z, is: 1 t}]}\n"),
        case("unit", "    expect: {tot: 3 km}\n"),
        case("name", "    expect: {total: 3 t}\n"),
    )
    rules = [[d.rule for d in one.diagnostics] for one in found]
    assert rules == [["case.row"], ["unit.incompatible"], ["call.unknown-formula"]]
    assert not any(one.passed for one in found)
    assert all(d.place is not None for one in found for d in one.diagnostics)


def test_cases_that_must_fail(tmp_path: Path) -> None:
    bad = (
        "    inputs:\n      plant: [{plant: p, size: 5 kW}]\n"
        "      use: [{id: a, plant: %s, fuel: diesel, m: %s}]\n"
    )
    wrong = [
        ("p", "1 m3", "unit.incompatible"),
        ("x", "1 t", "reference.absent"),
        ("p", "-1 t", "positive"),
        ("p", "1 t", "reference.absent"),
    ]
    texts = [
        f"  - case: c{at}\n    period: 2024\n{bad % (plant, mass)}    must_fail: {rule}\n"
        for at, (plant, mass, rule) in enumerate(wrong)
    ]  # fmt: skip
    found = results(tmp_path, *texts)
    assert [one.passed for one in found] == [True, True, True, False]
    assert [d.rule for d in found[3].diagnostics] == ["case.did-not-fail"]


def test_engines_that_differ_fail_a_case(tmp_path: Path, monkeypatch: Any) -> None:
    differing = (Disagreement("tot", ("", "2024"), "0x1p0", "0x1p1"),)
    monkeypatch.setattr(mrv.engine.cases, "disagreements", lambda _: differing)
    (found,) = results(tmp_path, case("good", "    expect: {tot: 3 t}\n"))
    assert (found.passed, found.engines_agree) == (False, False)
    assert [d.rule for d in found.diagnostics] == ["case.engines-differ"]


def test_a_methodology_without_cases(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text(METHODOLOGY, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        run_cases(str(tmp_path / "t.yaml"), store=store())
    assert [d.rule for d in refused.value.diagnostics] == ["call.no-cases"]


PROPERTIES = """\
properties:
  extensive: [use.m]
  monotone: [use.m]
"""
TOTALS = {
    None: "sum(m)",
    # depends on the number of rows
    "split": 'sum(m) + measure(count(use), "t")',
    # a fixed part
    "double": 'sum(m) + measure(1, "t")',
    # more input, less output
    "monotone": 'measure(100, "t") - sum(m)',
}


def verdicts(total: str, properties: str = PROPERTIES) -> dict[str, str]:
    text = (
        f"{HEAD}{PLANTS}{properties}formulas:\n  tot: {{unit: t, is: '{total}'}}\n"
        "results:\n  tot: {of: tot, role: total}\n"
    )
    (only,) = parse_cases("cases:\n" + case("c", "    expect: {tot: 0 t}\n"))
    return {
        found.name: found.verdict for found in check_properties(checked(text), only, store=store())
    }


@pytest.mark.parametrize("property_", TOTALS)
def test_each_property_is_broken_by_a_rule_that_breaks_it(property_: str | None) -> None:
    found = verdicts(TOTALS[property_])
    broken = {name for name, verdict in found.items() if verdict == "broken"}
    if property_ is None:
        assert set(found.values()) == {"holds"}
    else:
        assert property_ in broken
    assert found["order"] == found["units"] == "holds"


def test_units_and_order_are_broken_by_an_engine_that_errs(monkeypatch: Any) -> None:
    # No rule can tell one unit or order from another, so the engine is made to err here.
    calls = iter(range(100))
    values = {("tot", ""): 1.0}
    monkeypatch.setattr(
        "mrv.engine.properties._values", lambda *_: {k: v + next(calls) for k, v in values.items()}
    )
    found = verdicts("sum(m)")
    assert (found["units"], found["order"]) == ("broken", "broken")


def test_properties_that_are_off_or_do_not_apply() -> None:
    off = "properties:\n  off: {split: 每行各取整}\n"
    found = verdicts("sum(m)", off)
    assert found == {
        "units": "holds",
        "order": "holds",
        "split": "off",
        "double": "not-applicable",
        "monotone": "not-applicable",
    }
