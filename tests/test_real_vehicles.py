"""Taxi trips of New York against figures counted independently of us; what the examples say."""

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

SALT = bytes(range(32))


def taxis(test):
    """Mark a test that needs the public trips; it is skipped where they are not at hand."""
    missing = not TRIPS.is_file()
    reason = "the public taxi trips are not in ../shared/data/taxi"
    return pytest.mark.data(pytest.mark.skipif(missing, reason=reason)(test))


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
    data = {"vehicle": FLEETS, "running": running}
    return loaded.run(data, mapping=mapping, period=period, salt=SALT)


def values(run) -> dict[str, float]:
    return dict(zip(run.outputs["result"], run.outputs["value"], strict=True))


@pytest.fixture(scope="module")
def scheme():
    """The trips as they are, with the pair of factors of a scheme."""
    with ran(TRIPS, 2019, per_km="beijing") as run:
        yield run


@taxis
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


@taxis
def test_impossible_trips_are_listed(scheme, trips):
    rows = scheme.row_table("running").to_pandas()
    fired = rows[rows["speed__fired"]]
    assert len(fired) == 11
    assert sorted(fired["meter"]) == pytest.approx(sorted(trips.loc[~trips["possible"], "km"]))
    assert (rows.loc[rows["speed__fired"], "km_counted"] == 0).all()


@taxis
def test_vehicles_appear_as_hashes_and_small_groups_not_at_all(scheme):
    rows = scheme.frame("vehicle_km")
    assert len(rows) == 2
    assert not rows.astype(str).isin(["yellow", "green"]).any(axis=None)
    assert "taxi" not in scheme.frame("by_service").astype(str).to_numpy()


@taxis
def test_counting_them_changes_the_distance_only_by_their_own(trips):
    with ran(TRIPS, 2019, per_km="shanghai", implausible="counted") as run:
        found = values(run)
    assert found["distance"] == pytest.approx(trips["km"].sum(), abs=1e-5)
    assert found["reduction"] == pytest.approx(trips["km"].sum() * 0.125 / 1000, abs=1e-8)


@taxis
def test_both_engines_agree_on_every_trip(scheme):
    assert disagreements(scheme) == ()


@taxis
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


@pytest.mark.parametrize(
    ("name", "choices", "reduction"),
    [
        ("hydrogen-vehicles", {}, -0.63),
        ("hydrogen-vehicles", {"grid": "national"}, 2.40),
        ("hydrogen-vehicles", {"improvement": "none"}, -0.44),
        ("hydrogen-vehicles", {"baseline": "fleet_record"}, -0.47),
        ("electric-vehicles", {}, 6.95),
        ("electric-vehicles", {"grid": "national"}, 9.51),
        ("electric-vehicles", {"grid_loss": "counted"}, 6.40),
        ("electric-vehicles", {"per_km": "beijing"}, 15.11),
        ("electric-vehicles", {"per_km": "shanghai"}, 12.34),
    ],
)
def test_examples_give_what_their_pages_say(name, choices, reduction):
    loaded = mrv.load(f"{name}/reduction", choices=choices)
    with loaded.run(folder("examples") / name, period="2025-Q1", salt=SALT) as run:
        assert values(run)["reduction"] == pytest.approx(reduction, abs=0.005)
        if not choices:
            assert disagreements(run) == ()


def example(name: str) -> dict[str, pd.DataFrame]:
    """The tables of an example as frames of text, to be spoilt."""
    import pandas as pd

    files = (folder("examples") / name).glob("*.csv")
    return {file.stem: pd.read_csv(file, dtype=str, keep_default_na=False) for file in files}


def fired(name: str, tables: dict[str, pd.DataFrame]) -> set[str]:
    with mrv.load(f"{name}/reduction").run(tables, period="2025-Q1", salt=SALT) as run:
        return {check.name for check in run.outcome.checks if check.count}


def test_doubtful_hydrogen_data_are_warned_of():
    tables = example("hydrogen-vehicles")
    batch, station = tables["batch"].set_index("batch"), tables["station"]
    batch.loc["L2501", batch.columns[5:9]] = ["GH-1", "0.5", "direct", "2024"]
    batch.loc["K2501", "route"] = "hydrogen-grid-electrolysis"
    batch.loc["K2502", "documented"] = "no"
    tables["batch"] = batch.reset_index()
    station.loc[station["others [kg]"] == "160", "others [kg]"] = "0"
    running = tables["running"]
    running.iloc[-2, 4] = str(int(running.iloc[-2, 3]) + 1)
    found = fired("hydrogen-vehicles", tables)
    assert {"verified_low", "verified_age", "direct_only", "grid_hydrogen"} <= found
    assert {"origin_documented", "station_balance", "consumption_band"} <= found


def test_free_hydrogen_saves_more_than_anybody_has_published():
    tables = example("hydrogen-vehicles")
    batch = tables["batch"]
    batch[batch.columns[7]], batch["boundary"] = "0.1", "nozzle"
    batch["certificate"] = [f"GH-{number}" for number in range(len(batch))]
    assert "saving_per_hydrogen" in fired("hydrogen-vehicles", tables)


def test_missing_charging_records_are_warned_of():
    tables = example("electric-vehicles")
    charge = tables["charge"]
    first = tables["vehicle"].loc[0, "vehicle"]
    of_first = charge["车辆识别代号"] == first
    tables["charge"] = charge[~of_first | (charge.groupby("车辆识别代号").cumcount() < 10)]
    assert {"charging_complete", "energy_band"} <= fired("electric-vehicles", tables)
