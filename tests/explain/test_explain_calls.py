"""What the caller names wrongly is refused with what would have been right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bakery_runs import DATA, execute

from mrv.explain import explain
from mrv.messages import Refused

if TYPE_CHECKING:
    from mrv.engine.finished import Run

CALLS = [
    ("direkt", {}, "call.unknown-formula", "direct"),
    ("co2", {}, "call.row-ambiguous", "oven=o2"),
    ("co2", {"row": {"ofen": "o1"}}, "call.unknown-key", "oven"),
    ("co2", {"row": {"oven": "o11"}}, "call.no-row", "o1"),
    ("co2", {"row": {"oven": "o1", "fuel": "diesell"}}, "call.no-row", "diesel"),
    ("direct", {"row": {"oven": "o1"}}, "call.unknown-key", ""),
    ("direct", {"period": "2023"}, "call.period", "2024"),
    ("direct", {"organisation": "x"}, "call.organisation", ""),
    ("direct", {"depth": 0}, "call.depth", ""),
]


@pytest.mark.parametrize(("of", "given", "rule", "hint"), CALLS)
def test_refused_with_a_hint(baked: Run, of, given, rule, hint) -> None:
    with pytest.raises(Refused) as refused:
        explain(baked, of, **given)
    (finding,) = refused.value.diagnostics
    assert finding.rule == rule
    assert hint in (finding.hint.en if finding.hint else "")
    assert finding.what.zh != finding.what.en


def test_keys_that_fit_singly_but_not_together(baked: Run) -> None:
    with pytest.raises(Refused) as refused:
        explain(baked, "shop_month", row={"oven": "o1", "month": "2024-02"})
    assert refused.value.diagnostics[0].rule == "call.no-row"


def test_partial_keys_and_row_numbers_are_enough(baked: Run) -> None:
    whole = {"oven": "o1", "month": "2024-01", "fuel": "diesel"}
    told = [explain(baked, "co2", row=row).step for row in (whole, {"oven": "o1"}, {"_row": "1"})]
    assert told[0] == told[1] == told[2]


def test_several_organisations_and_periods_must_be_named(bakery, store) -> None:
    data = {**DATA, "delivery": [], "history": [], "sales": []}
    for name in ("shop", "oven"):
        data[name] = [dict(row, organisation=org) for org in ("x", "y") for row in DATA[name]]
    data["firing"] = [
        {"organisation": org, "period": month[:4], "oven": "o1", "month": month, "fuel": "diesel",
         "burned": f"{burned} t"}
        for org, month, burned in (("x", "2024-01", 1), ("y", "2024-01", 2), ("x", "2025-01", 3))
    ]  # fmt: skip
    with execute(bakery, data, store, "2024", "2025") as made:
        with pytest.raises(Refused) as refused:
            explain(made, "direct", period="2024")
        assert refused.value.diagnostics[0].rule == "call.organisation"
        assert "x" in refused.value.diagnostics[0].hint.en
        with pytest.raises(Refused) as refused:
            explain(made, "direct", organisation="x")
        assert refused.value.diagnostics[0].rule == "call.period"
        for row in made.table("direct").to_pylist():
            told = explain(made, "direct", organisation=row["organisation"], period=row["period"])
            assert told.step.value == row["direct"]
        told = explain(made, "direct", organisation="x", period="2025").step
        assert [one.value for one in told.spread.largest] == [told.value]
