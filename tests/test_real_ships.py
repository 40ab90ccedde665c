"""Public yearly reports of 12,258 ships against figures counted independently of us."""

from __future__ import annotations

from pathlib import Path

import pytest

import mrv
from mrv.engine.second import disagreements
from mrv.resources import folder

SHIPS = Path(__file__).parents[2] / "shared" / "data" / "ships" / "eu_mrv_2018.parquet"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not SHIPS.is_file(), reason="the public ship reports are not in ../shared/data/ships"
    ),
]


@pytest.fixture(scope="module")
def ships():
    mapping = folder("examples") / "annual-ship-report" / "eu-mrv-2018.mapping.yaml"
    with mrv.load("water-freight/annual-ship-report").run(
        SHIPS, mapping=mapping, period=2018
    ) as run:
        yield run


def test_counts_agree_with_an_independent_count(ships):
    found = dict(zip(ships.outputs["result"], ships.outputs["value"], strict=True))
    assert found["ships"] == 12_258
    assert found["above_factor_band"] == 16
    assert found["below_factor_band"] == 1
    assert found["words_for_numbers"] == 1_811
    assert found["agreeing"] + found["failing"] + found["without_fuel"] == 12_258
    fired = {check.name: check.count for check in ships.outcome.checks}
    assert fired["voyage_classes"] == 554
    assert fired["co2_per_fuel_band"] == 17


def test_ships_that_fail_a_check_are_listed(ships):
    rows = ships.row_table("ship").to_pandas()
    outside = rows[rows["co2_per_fuel_band__fired"]]
    assert len(outside) == 17
    ratio = outside["co2"] / outside["fuel"]
    assert ((ratio > 3.2065) | (ratio < 2.749)).all()


def test_both_engines_agree_on_every_ship(ships):
    assert disagreements(ships) == ()
