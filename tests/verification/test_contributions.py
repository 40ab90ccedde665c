"""What each row adds to a result: against runs with the row left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sealed_runs import BAKERY, DATA, bake

from mrv.api import load
from mrv.verification.contributions import contributions
from mrv.verification.items import items_of, total_of

EXAMPLES = Path(__file__).parents[2] / "examples"
CALLS = [
    ("water-freight/enterprise", "water-freight", "2025"),
    ("aviation/flight", "aviation/flight", "2025"),
    ("ports/enterprise", "ports/enterprise", "2025"),
    ("ports/ship-activity", "ports/ship-activity", "2025"),
    ("electric-vehicles/reduction", "electric-vehicles", "2025-Q1"),
    ("hydrogen-vehicles/reduction", "hydrogen-vehicles", "2025-Q1"),
    ("carbon-inclusion/distributed-pv", "carbon-inclusion/distributed-pv", "2025"),
    ("product-footprint/cradle-to-gate", "product-footprint/gate", "2025"),
]
SALT = b"a salt of thirty-two bytes or so"


def reported(run, roles):
    for result in run.methodology.results:
        formula = run.methodology.formulas[result.of.text]
        if result.role in roles and formula.grain.is_report and formula.type.unit is not None:
            yield result.name, result.of.text


@pytest.mark.slow
@pytest.mark.parametrize(("name", "folder", "period"), CALLS)
def test_the_shares_of_every_example_add_up(name, folder, period):
    with load(name).run(EXAMPLES / folder, period=period, salt=SALT) as run:
        for result, formula in reported(run, {"total", "component", "credit"}):
            found = contributions(run, formula)
            total = found.total["amount"].sum()
            assert found.rows["amount"].sum() + found.left == pytest.approx(total), result
            assert found.left == pytest.approx(0, abs=1e-6 * abs(total) + 1e-9), result
            assert not found.rows.duplicated(["table", "_row", "organisation", "period"]).any()


def shares(run, formula):
    """What each row adds, by table and row."""
    found = contributions(run, formula).rows
    return {(t, r): a for t, r, a in found[["table", "_row", "amount"]].itertuples(index=False)}


def value(data, formula, **choices):
    with bake(data, **choices) as run:
        return float(run.frame(formula)[formula].sum())


def without(data, row):
    """The data in which a row of firing burns nothing."""
    rows = [dict(one) for one in data["firing"]]
    rows[row]["burned"] = "0 t"
    return {**data, "firing": rows}


@pytest.mark.parametrize("formula", ["direct", "direct_e", "net"])
def test_a_row_adds_what_is_missing_without_it(formula):
    choices = {"gases": "all", "gwp": "AR6"}
    with bake(**choices) as run:
        found = shares(run, formula)
        default = contributions(run, formula).rows.set_index("_row")["default"].to_dict()
    whole = value(DATA, formula, **choices)
    for row in range(3):
        gone = whole - value(without(DATA, row), formula, **choices)
        assert found.get(("firing", row + 1), 0.0) == pytest.approx(gone, rel=1e-9, abs=1e-12)
    assert {row: bool(flag) for row, flag in default.items()} == {1: False, 2: True, 3: True}


firings = st.lists(
    st.tuples(st.sampled_from(["o1", "o2"]), st.integers(0, 400)),
    min_size=1,
    max_size=6,
)


@given(firings)
@settings(max_examples=8, deadline=None)
def test_linear_results_are_sums_of_their_rows(burned):
    rows = [
        {"oven": oven, "month": f"2024-{at + 1:02}", "fuel": "diesel", "burned": f"{t} t"}
        for at, (oven, t) in enumerate(burned)
    ]
    data = {**DATA, "firing": rows}
    with bake(data) as run:
        for formula in ("direct", "net"):
            found = contributions(run, formula)
            assert found.left == pytest.approx(0, abs=1e-9)
        parts = shares(run, "direct")
        per_tonne = {
            round(parts[("firing", at + 1)] / tonnes, 9)
            for at, (_, tonnes) in enumerate(burned)
            if tonnes
        }
    assert len(per_tonne) <= 1


def test_terms_in_other_units_are_shared_by_what_they_come_to(tmp_path):
    """Tonnes of CO2 and kilograms of methane in one sum, and a result with a constant."""
    text = BAKERY.read_text("utf-8")
    text = text.replace(
        "formulas:\n",
        "formulas:\n"
        '  both: {unit: "t CO2e[{gwp}]", is: sum(co2) * gwp(CO2) + sum(ch4) * gwp(CH4)}\n',
    )
    path = tmp_path / "bakery.yaml"
    path.write_text(text, "utf-8")
    with load(str(path)).run(DATA, period="2024") as run:
        found = shares(run, "both")
        rows = run.frame("co2").merge(run.frame("ch4"), on=["oven", "month", "fuel"])
        total = float(run.frame("both")["both"].sum())
    assert sum(found.values()) == pytest.approx(total)
    wanted = [co2 + kg / 1000 * 28 for co2, kg in zip(rows["co2"], rows["ch4"], strict=True)]
    assert sorted(found.values()) == pytest.approx(sorted(wanted))


def test_the_items_of_a_run_are_its_rows_with_their_names():
    with bake() as run:
        items, total, unit, left = items_of(run, total_of(run, None))
    assert unit == "t CO2"
    assert sum(one.amount for one in items) + left == pytest.approx(total)
    first = next(one for one in items if one.row == 1)
    assert (first.table, first.facility, first.month) == ("firing", "o1", "2024-01")
    assert dict(first.keys)["fuel"] == "diesel"


def test_a_result_that_is_none_is_refused_with_the_nearest_name():
    from mrv.messages import Refused

    with bake() as run, pytest.raises(Refused) as refused:
        total_of(run, "dirrect")
    (one,) = refused.value.diagnostics
    assert one.rule == "call.unknown-formula"
    assert "direct" in one.hint.en
