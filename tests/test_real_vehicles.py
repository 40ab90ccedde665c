"""Public taxi trips of New York against figures counted independently of us."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import mrv
from mrv.engine.second import disagreements
from mrv.resources import folder

if TYPE_CHECKING:
    import pandas as pd

TAXIS = Path(__file__).parents[2] / "shared" / "data" / "taxi" / "nyc_taxis_2019"
TRIPS = TAXIS / "nyc_taxis.parquet"
MILE = 1.609344
FASTEST = 120.0
"""km/h, the speed above which the methodology leaves a record out."""

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(
        not TRIPS.is_file(), reason="the public taxi trips are not in ../shared/data/taxi"
    ),
]

FLEETS = [
    {
        "vehicle": colour,
        "vehicles": 1000,
        "power": "bev",
        "service": "taxi",
        "local": True,
        "comparable_class": "car-gasoline-medium",
        "baseline_fuel": "gasoline",
        "electric_consumption": "15 kWh/(100 km)",
        "crediting_year": 1,
    }
    for colour in ("yellow", "green")
]
"""The trips name no vehicle: the two fleets stand for them; the car itself is our assumption."""


@pytest.fixture(scope="module")
def trips() -> pd.DataFrame:
    """The trips with their distance in km and whether their mean speed is possible."""
    import pandas as pd

    frame = pd.read_parquet(TRIPS)
    taken = pd.to_datetime(frame["dropoff"]) - pd.to_datetime(frame["pickup"])
    frame["km"] = frame["distance"] * MILE
    frame["possible"] = frame["km"] <= taken / pd.Timedelta("1h") * FASTEST
    return frame


def ran(running: object, period: int, **choices: str):
    mapping = folder("examples") / "electric-vehicles" / "nyc-taxis-2019.mapping.yaml"
    loaded = mrv.load("electric-vehicles/reduction", choices=choices)
    return loaded.run({"vehicle": FLEETS, "running": running}, mapping=mapping, period=period)


def values(run) -> dict[str, float]:
    return dict(zip(run.outputs["result"], run.outputs["value"], strict=True))


@pytest.fixture(scope="module")
def scheme():
    """The trips as they are, with the pair of factors of a scheme."""
    with ran(TRIPS, 2019, per_km="beijing") as run:
        yield run


def test_trips_as_they_are_agree_with_an_independent_count(scheme, trips):
    found = values(scheme)
    counted = trips.loc[trips["possible"], "km"].sum()
    assert found["records"] == len(trips) == 6_433
    assert found["records_still"] == (trips["distance"] == 0).sum() == 51
    assert found["records_too_fast"] == (~trips["possible"]).sum() == 11
    assert found["reported_distance"] == pytest.approx(19_457.36 * MILE, abs=1e-5)
    assert found["distance"] == pytest.approx(counted, abs=1e-5)
    assert found["reduction"] == pytest.approx(counted * 0.153 / 1000, abs=1e-8)
    assert {check.name: check.count for check in scheme.outcome.checks} == {"speed": 11}


def test_impossible_trips_are_listed(scheme, trips):
    rows = scheme.row_table("running").to_pandas()
    fired = rows[rows["speed__fired"]]
    assert len(fired) == 11
    assert sorted(fired["meter"]) == pytest.approx(sorted(trips.loc[~trips["possible"], "km"]))
    assert (rows.loc[rows["speed__fired"], "km_counted"] == 0).all()


def test_counting_them_changes_the_distance_only_by_their_own(trips):
    with ran(TRIPS, 2019, per_km="shanghai", implausible="counted") as run:
        found = values(run)
    assert found["distance"] == pytest.approx(trips["km"].sum(), abs=1e-5)
    assert found["reduction"] == pytest.approx(trips["km"].sum() * 0.125 / 1000, abs=1e-8)


def test_both_engines_agree_on_every_trip(scheme):
    assert disagreements(scheme) == ()


def test_the_same_trips_in_tianjin_four_years_later(trips):
    """What if: consumption, the grid of Tianjin in 2023 and a medium car instead of a pair."""
    import pandas as pd

    later = trips.copy()
    for column in ("pickup", "dropoff"):
        moved = pd.to_datetime(trips[column]) + pd.DateOffset(years=4)
        later[column] = moved.dt.strftime("%Y-%m-%d %H:%M:%S")
    with ran(later, 2023) as run:
        found = values(run)
    km = trips.loc[trips["possible"], "km"].sum()
    kwh = km * 0.15 / 0.90
    assert found["electricity"] == pytest.approx(kwh, rel=1e-9)
    assert found["project"] == pytest.approx(kwh * 0.6796 / 1000, rel=1e-9)
    assert found["baseline_emission"] == pytest.approx(km * 0.19567 / 1000, rel=1e-9)
    assert found["reduction"] == pytest.approx(km * 0.19567e-3 - kwh * 0.6796e-3, rel=1e-9)
