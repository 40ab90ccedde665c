"""The tree says what the run says: same numbers, to the bit, down to cells and sources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from bakery_runs import DATA, checked, execute

from mrv.explain import explain, render_text, to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.engine.finished import Run
    from mrv.explain import Step

OUTER = ("organisation", "period")


def walk(step: Step) -> Iterator[Step]:
    yield step
    for child in step.children:
        yield from walk(child)


def find(step: Step, name: str) -> Step:
    return next(one for one in walk(step) if one.name == name)


def bits(value: object) -> object:
    return value.hex() if isinstance(value, float) else value


def test_every_formula_of_every_row_is_the_value_of_the_run_to_the_bit(baked: Run) -> None:
    seen = 0
    for name, formula in baked.methodology.formulas.items():
        keys = baked.session.planned.frame(formula.grain)[1]
        for row in baked.table(name).to_pylist():
            step = explain(baked, name, row={key: str(row[key]) for key in keys}, depth=1).step
            assert bits(step.value) == bits(row[name]), name
            seen += 1
    assert seen >= 60


def test_every_step_below_every_result_is_a_value_of_the_run(baked: Run) -> None:
    tables = {}
    for name in baked.methodology.formulas:
        for row in baked.table(name).to_pylist():
            keys = tuple(str(v) for k, v in row.items() if k not in {name, "tier", *OUTER})
            tables[name, keys] = row[name]
    checked_steps = 0
    for name, formula in baked.methodology.formulas.items():
        keys = baked.session.planned.frame(formula.grain)[1]
        for row in baked.table(name).to_pylist():
            for step in walk(explain(baked, name, row={key: row[key] for key in keys}).step):
                key = step.name, tuple(value for _, value in step.keys)
                if step.kind in {"formula", "sum"} and key in tables:
                    assert bits(step.value) == bits(tables[key]), key
                    checked_steps += 1
    assert checked_steps > 100


def test_the_whole_chain_of_a_product(baked: Run) -> None:
    step = explain(baked, "co2", row={"oven": "o2"}).step
    assert step.substituted is not None
    assert step.substituted.en == (
        "21.326 GJ[LHV] × 0.0202 t C/GJ[LHV] × 98 % × 11/3 t CO2/t C ≈ 1.547954819 t CO2"
    )
    assert find(step, "heat").substituted.en == "0.5 t × 42.652 GJ[LHV]/t = 21.326 GJ[LHV]"
    burned = find(step, "firing.burned")
    assert (burned.place.file, burned.place.line, burned.place.field) == ("firing", 2, "burned")
    oxidation = find(step, "oxidation")
    assert (oxidation.kind, oxidation.value, oxidation.printed) == ("constant", 98.0, "98 %")
    assert oxidation.source.title.en == "a rule made up for tests"
    factor = find(step, "ncv")
    assert (factor.printed, factor.source.clause) == ("42.652 GJ[LHV]/t", "附录C 表C.1")
    assert factor.source.confidence == "transcribed"
    assert len(factor.why) > 3
    assert step.source.clause == "(1)"


def test_the_default_branch_is_marked_and_the_missing_measurement_named(baked: Run) -> None:
    step = explain(baked, "ncv_used", row={"oven": "o2"}).step
    assert step.tier == "default"
    assert "measured" in step.notes[0].en
    measured, factor = step.children
    assert measured.value is None
    assert "empty" in measured.notes[0].en
    assert factor.kind == "factor"
    first = explain(baked, "ncv_used", row={"oven": "o1"}).step
    assert (first.tier, first.notes, len(first.children)) == ("measured", (), 1)


def test_decision_table_row_with_its_line(baked: Run) -> None:
    step = find(explain(baked, "discount", row={"shop": "A"}).step, "bonus.share")
    assert step.why[0].en == "row 1 applies: kind ∈ {corner}, floor < 100"
    lines = Path("tests/toy/bakery.yaml").read_text(encoding="utf-8").splitlines()
    assert "share: 0.1" in lines[step.place.line - 1]
    assert {child.name for child in step.children} == {"shop.kind", "shop.floor"}


def test_curve_edge_is_said(baked: Run) -> None:
    held = find(explain(baked, "warm", row={"oven": "o2"}).step, "warmup")
    assert "outside" in held.notes[0].en
    inside = find(explain(baked, "warm", row={"oven": "o1"}).step, "warmup")
    assert inside.why[0].en == "interpolated in 10 ≤ 12 kW ≤ 100"


def test_condition_takes_one_branch_and_missing_is_explained(baked: Run) -> None:
    step = explain(baked, "level", row={"shop": "B"}).step
    condition = step.children[0]
    assert (step.value, condition.kind, condition.value) == ("unknown", "condition", False)
    assert condition.substituted.en == "intensity is missing → no"
    intensity = find(step, "intensity")
    assert intensity.value is None
    assert any("divisor is zero" in note.en for note in intensity.notes)
    assert len(explain(baked, "level", row={"shop": "A"}).step.children) == 2


def test_cap_neighbour_group_and_calendar_keys(baked: Run) -> None:
    step = explain(baked, "share", row={"user": "v"}).step
    assert any("limit took effect" in note.en for note in step.notes) or step.value == 1.0
    credit = explain(baked, "credits").step
    share = find(credit, "share")
    assert share.keys == (("user", "u"), ("start.day", "2024-01-02"))
    assert share.value == 0.6
    overlap = find(explain(baked, "accepted", row={"ride": "2"}).step, "overlap")
    assert overlap.children[0].kind == "neighbour"


def test_choice_leaves_a_term_out(baked: Run, store) -> None:
    step = explain(baked, "co2e", row={"oven": "o1"}).step
    assert step.children[-1].kind == "left-out"
    assert 'choice.gases == "all"' in step.children[-1].notes[0].en
    with execute(checked(store, gases="all"), DATA, store) as made:
        told = explain(made, "co2e", row={"oven": "o1"}).step
        assert find(told, "gwp(CH4, AR5)").printed == "28 kg CO2e[AR5]/kg CH4"
        assert told.math.en == "co2 × gwp(CO2, AR5) + ch4 × gwp(CH4, AR5)"


def test_previous_period_with_and_without_one(baked: Run, store, bakery) -> None:
    step = explain(baked, "change").step
    assert step.value is None
    assert find(step, "direct").notes[0].en == "the run has no earlier period: missing"
    data = {**DATA, "delivery": [], "history": [], "sales": []}
    data["firing"] = [
        {"oven": "o1", "month": month, "fuel": "diesel", "burned": burned, "period": month[:4]}
        for month, burned in (("2024-01", "10 t"), ("2025-01", "4 t"))
    ]
    with execute(bakery, data, store, "2024", "2025") as made:
        values = {row["period"]: row["direct"] for row in made.table("direct").to_pylist()}
        told = explain(made, "change", period="2025").step
        assert told.value == values["2025"] - values["2024"]
        before = [one for one in walk(told) if one.kind == "previous"]
        assert before[0].value == values["2024"]
        assert before[0].label.en == "direct of 2024"


def test_depth_bounds_the_tree(baked: Run) -> None:
    flat = explain(baked, "direct", depth=1).step
    assert flat.children == ()
    assert flat.notes[-1].en == "not unfolded further"
    two = explain(baked, "direct", depth=2).step
    assert [child.children for child in two.children] == [()]


def test_rounding_and_marks(baked: Run) -> None:
    told = explain(baked, "direct")
    assert str(told.rounded) == "32"
    assert told.rounding.en.startswith("rounded to 1 t CO2, half to even")
    assert any("trial" in note.en for note in told.notes)


def test_json_carries_every_bit(baked: Run) -> None:
    told = explain(baked, "net")
    back = json.loads(json.dumps(to_json(told), ensure_ascii=False))
    assert back["step"]["value"].hex() == told.step.value.hex()
    assert back["step"]["unit"] == "t CO2"
    assert back["step"]["children"][0]["spread"]["largest"][0]["keys"]["oven"] == "o1"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_text_of_every_result_is_bounded_and_whole(baked: Run, lang) -> None:
    for name, formula in baked.methodology.formulas.items():
        if formula.grain.is_report:
            written = render_text(explain(baked, name), lang)
            assert len(written.encode()) < 20_000
            assert "None" not in written
            assert "Fraction" not in written
