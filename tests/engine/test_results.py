"""Results as they are handed on: rounding, tables of rows, names that are not there."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from engine_runs import bakery, execute, formulas, store
from hypothesis import given, settings
from hypothesis import strategies as st
from test_bakery import DATA

from mrv.engine.results import rounded
from mrv.engine.run import run
from mrv.messages import Refused


def rule(step: str, name: str) -> Any:
    return SimpleNamespace(round_to=step, round_rule=name)


@pytest.mark.parametrize(
    ("value", "step", "even", "up"),
    [
        (2.5, "1", "2", "3"),
        (-2.5, "1", "-2", "-3"),
        (0.125, "0.01", "0.12", "0.13"),
        # 1.005 is stored as a little less, 1.015 as a little less too: no tie.
        (1.005, "0.01", "1.00", "1.00"),
        (1250.0, "100", "1200", "1300"),
        (0.35, "0.1", "0.3", "0.3"),
    ],
)
def test_rounding_of_ties_and_near_ties(value: float, step: str, even: str, up: str) -> None:
    assert rounded(value, rule(step, "half-even")) == Decimal(even)
    assert rounded(value, rule(step, "half-up")) == Decimal(up)


def test_rounding_keeps_every_digit_of_a_large_value() -> None:
    assert rounded(1e300, rule("1", "half-even")) == Decimal(int(1e300))


@settings(max_examples=200, deadline=None)
@given(
    st.floats(-1e15, 1e15),
    st.sampled_from(["1", "0.1", "0.01", "0.5", "10", "1000"]),
    st.sampled_from(["half-even", "half-up"]),
)
def test_rounding_is_that_of_the_exact_value(value: float, step: str, name: str) -> None:
    found = rounded(value, rule(step, name))
    assert found is not None
    exact = Fraction(value) / Fraction(step)
    below = exact.numerator // exact.denominator
    rest = exact - below
    if rest != Fraction(1, 2):
        expected = below + (rest > Fraction(1, 2))
    elif name == "half-even":
        expected = below + below % 2
    else:
        expected = below + (exact > 0)
    assert Fraction(found) == expected * Fraction(step)


def test_without_a_rule_nothing_is_rounded() -> None:
    assert rounded(None, rule("1", "half-up")) is None
    assert rounded(1.5, SimpleNamespace(round_to=None, round_rule=None)) is None  # type: ignore[arg-type]


def test_texts_and_yes_no_values_are_results_too() -> None:
    text = """
    word: {one_of: [few, many], is: '"many" if count(use) > 5 else "few"'}
    tot: {type: yes-no, is: 'count(use) > 2 and word == "few"'}
    """
    with execute(formulas(text), ROWS) as made:
        (only,) = made.outcome.outputs
    assert (only.value, only.unit, only.rounded) == (True, None, None)


ROWS = {
    "plant": [{"plant": "p", "size": "5 kW"}],
    "use": [{"id": str(n), "plant": "p", "fuel": "diesel", "m": "1 t"} for n in range(3)],
}


@pytest.fixture(scope="module")
def made() -> Any:
    with execute(bakery(), DATA) as run:
        yield run


def test_a_table_of_rows_has_inputs_formulas_branches_and_fired_checks(made: Any) -> None:
    firing = made.row_table("firing")
    assert firing.column_names[:3] == ["organisation", "period", "_row"]
    assert {"burned", "ncv_used", "ncv_used__tier", "co2", "some_heat__fired"} <= set(
        firing.column_names
    )
    assert firing.column("_row").to_pylist() == [1, 2]
    assert set(made.frames()) == {"delivery", "firing", "oven", "shop"}


def test_tables_are_ordered_and_named_by_formula_or_result(made: Any) -> None:
    assert made.table("co2").column("oven").to_pylist() == ["o1", "o2"]
    assert made.frame("warm").columns.tolist() == ["organisation", "period", "oven", "warm"]
    assert {o.name: o.keys for o in made.outcome.row_outputs}["level"] == ("shop",)
    frame = made.outputs
    assert frame.loc[frame["result"] == "direct", "rounded"].item() == "32"


@pytest.mark.parametrize("ask", ["table", "row_table"])
def test_unknown_names_are_refused_with_near_ones(made: Any, ask: str) -> None:
    with pytest.raises(Refused) as refused:
        getattr(made, ask)("frring" if ask == "row_table" else "co2f")
    (finding,) = refused.value.diagnostics
    assert finding.rule.startswith("call.unknown")
    assert ("firing" if ask == "row_table" else "co2e") in finding.hint.en


def test_periods_must_be_given_and_of_one_kind() -> None:
    methodology = bakery()
    with pytest.raises(Refused) as unlike:
        execute(methodology, DATA, "2024", "2024-Q1")
    with pytest.raises(Refused) as none:
        run(methodology, DATA, periods=(), store=store())
    for refused in (unlike, none):
        assert [d.rule for d in refused.value.diagnostics] == ["call.period"]
