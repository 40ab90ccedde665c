"""The Python interface: from a name and pandas frames to pandas frames."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import mrv
from mrv.messages import Refused

BAKERY = str(Path(__file__).parent / "toy" / "bakery.yaml")
FRAMES = {
    "shop": pd.DataFrame(
        {"shop": ["A"], "kind": ["corner"], "floor": [50.0], "floor_unit": ["m2"]}
    ),
    "oven": pd.DataFrame({"oven": ["o"], "home": ["A"], "rated": ["12 kW"]}),
    "firing": pd.DataFrame(
        {"oven": ["o"], "month": ["2024-01"], "fuel": ["diesel"], "burned": [10.0]}
    ),
}


def test_frames_in_frames_out() -> None:
    bakery = mrv.load(BAKERY, choices={"gwp": "AR6"})
    with bakery.run(FRAMES, period=2024, units="declared") as run:
        totals = run.outputs.set_index("result")["value"]
        # 10 t x 42.652 GJ/t x 0.0202 t C/GJ x 0.98 x 44/12, GB/T 32151.34-2024 table C.1.
        assert totals["direct"] == pytest.approx(10 * 42.652 * 0.0202 * 0.98 * 44 / 12, abs=1e-8)
        assert run.frame("co2")["oven"].tolist() == ["o"]
        assert "AR6" in run.outputs.set_index("result")["unit"]["direct_e"]


def test_several_periods_and_columns_without_units() -> None:
    bakery = mrv.load(BAKERY)
    with bakery.run(FRAMES, period=["2024", 2025], units="declared") as run:
        assert run.outputs["period"].unique().tolist() == ["2024", "2025"]
    with pytest.raises(Refused) as refused:
        bakery.run(FRAMES, period="2024")
    assert "burned" in str(refused.value)


def test_everything_wrong_with_a_call_is_refused() -> None:
    for choices, name in (({"gwp": "AR4"}, BAKERY), ({}, "no/such")):
        with pytest.raises(Refused):
            mrv.load(name, choices=choices)
