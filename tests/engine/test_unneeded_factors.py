"""A look-up refuses a run only where a result, a check or a row needs its value."""

from __future__ import annotations

from typing import Any

import pytest
from engine_runs import HEAD, checked, execute, outputs

from mrv.engine.second import disagreements
from mrv.messages import Refused

TEXT = """\
choices: {{how: {{of: [computed, stated], default: computed}}}}
constants: {{per: {{value: 1 t CO2/MWh}}}}
inputs:
  plant: {{key: [plant], columns: {{plant: {{type: key}}, m: {{unit: t CO2}}}}}}
  power: {{optional: true, key: [id], columns: {{id: {{type: key}}, used: {{unit: MWh}}}}}}
factors:
  grid: {{unit: t CO2/MWh, property: grid-average, where: {{key: nowhere}}, time: same-year}}
formulas:
  rate: {{unit: t CO2/MWh, is: grid}}
  twice: {{unit: t CO2/MWh, is: rate + rate}}
  co2: {{each: power, unit: t CO2, is: {0}}}
  bought: {{unit: t CO2, is: sum(co2)}}
  tot: {{unit: t CO2, is: "{1}"}}
results:
  x: {{of: tot, role: total}}
"""
PLANT: list[dict[str, str]] = [{"plant": "p", "m": "3 t"}]
POWER: list[dict[str, str]] = [{"id": "1", "used": "2 MWh"}, {"id": "2", "used": "0 MWh"}]


def methodology(co2: str = "used * rate", tot: str = "sum(m) + bought", **choices: str) -> Any:
    return checked(HEAD + TEXT.format(f"'{co2}'", tot), **choices)


def refused(rules: Any, data: Any) -> Any:
    with pytest.raises(Refused) as caught:
        execute(rules, data)
    return caught.value.diagnostics


@pytest.mark.parametrize("co2", ["used * rate", "used * grid", "used * twice"])
def test_rows_decide_whether_it_is_needed(co2: str) -> None:
    rules = methodology(co2)
    without = execute(rules, {"plant": PLANT})
    assert outputs(without)["", "2024", "x"] == 3.0
    assert not disagreements(without)
    (finding,) = refused(rules, {"plant": PLANT, "power": POWER})
    assert finding.rule == "factor.none"
    assert "factor grid (2024)" in finding.what.en
    assert "因子 grid（2024）" in finding.what.zh
    assert finding.place is not None
    assert finding.place.file == "toy"


def test_periods_are_apart() -> None:
    rules = methodology("used * rate if used > 0 else 0".replace("> 0", "> 1000 * used"))
    both = {"plant": [{**PLANT[0], "period": year} for year in ("2024", "2025")]}
    both["power"] = [{**POWER[0], "period": "2025"}]
    made = execute(rules, both, "2024", "2025")
    assert set(outputs(made).values()) == {3.0}


def test_a_branch_that_a_choice_rules_out() -> None:
    co2 = 'used * rate if choice.how == "computed" else used * per'
    data = {"plant": PLANT, "power": POWER}
    made = execute(methodology(co2, how="stated"), data)
    assert outputs(made)["", "2024", "x"] == 5.0
    assert [d.rule for d in refused(methodology(co2), data)] == ["factor.none"]


def test_a_formula_that_nothing_needs_is_told_and_has_no_value() -> None:
    made = execute(methodology(tot="sum(m)"), {"plant": PLANT, "power": POWER})
    assert outputs(made)["", "2024", "x"] == 3.0
    (said,) = [m.message.en for m in made.outcome.marks if "no result needs it" in m.message.en]
    assert said.startswith("co2: no value")
    assert "factor grid (2024)" in said
    for name in ("rate", "co2", "bought"):
        with pytest.raises(Refused) as caught:
            made.table(name)
        assert [d.rule for d in caught.value.diagnostics] == ["factor.none"]
    assert made.table("tot").num_rows == 1


def test_a_result_needs_it() -> None:
    text = HEAD + TEXT.format("used * per", "sum(m)") + "  y: {of: rate, role: memo}\n"
    assert [d.rule for d in refused(checked(text), {"plant": PLANT})] == ["factor.none"]


def test_a_check_needs_it() -> None:
    text = HEAD + TEXT.format("used * per", "sum(m)")
    text += "checks: {c: {that: rate > per, message: {zh: 低, en: low}}}\n"
    assert [d.rule for d in refused(checked(text), {"plant": PLANT})] == ["factor.none"]


def test_many_formulas_that_lack_one_factor_tell_it_once() -> None:
    text = HEAD + TEXT.format("used * rate", "sum(m) + bought + sum(more)")
    text = text.replace("  tot:", "  more: {each: power, unit: t CO2, is: used * twice}\n  tot:")
    found = refused(checked(text), {"plant": PLANT, "power": POWER})
    assert [d.rule for d in found] == ["factor.none"]
