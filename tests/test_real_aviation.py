"""Public airline, flight and airport data against figures counted independently of us."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

import mrv
from mrv.engine.second import disagreements
from mrv.resources import folder

DATA = Path(__file__).parents[2] / "shared" / "data" / "aviation"
MAPS = folder("examples") / "aviation"
T2 = DATA / "us_dot_t2_2019.parquet"
FLIGHTS = DATA / "nycflights_2013_01"
LTO = DATA / "icct_airport_lto"

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.is_dir(), reason="the public data are not in ../shared/data"),
]

KG_PER_GALLON = 3.785411784 * 0.8
TKM_PER_TON_MILE = 0.90718474 * 1.609344
PER_KG = 44.1 * 0.0195 * 44 / 12 / 1000


def of_organisations(run) -> pd.DataFrame:
    return run.outputs.pivot_table(index="organisation", columns="result", values="value")


def by_key(run, name: str, *key: str) -> pd.Series:
    """The values of a formula, which stand in the last column of its frame."""
    frame = run.frame(name).set_index(list(key))
    return frame[frame.columns[-1]]


@pytest.fixture(scope="module")
def airports():
    mapping = MAPS / "icct-airport-lto.mapping.yaml"
    rules = mrv.load("aviation/airport", choices={"lto_factor": "icao"})
    with rules.run(LTO, mapping=mapping, period=2025) as run:
        yield run


@pytest.fixture(scope="module")
def lto_table():
    return pd.read_csv(LTO / "icct_airport_lto_500.csv").set_index("Airport ICAO Code")


def test_landings_of_503_airports(airports, lto_table):
    found = dict(zip(airports.outputs["result"], airports.outputs["value"], strict=True))
    fuel = lto_table["Fuel LTO Cycle (kg)"]
    assert len(airports.frame("lto_by_airport")) == len(lto_table) == 503
    assert found["lto_fuel"] == pytest.approx(fuel.sum() / 1000, rel=1e-12)
    assert found["lto_co2"] == pytest.approx(fuel.sum() / 1000 * 3.16, rel=1e-12)
    assert found["lto_per_flight"] == pytest.approx(fuel.sum() / lto_table["Flights"].sum())
    assert found["lto_nox"] == pytest.approx(lto_table["NOx LTO Total mass (g)"].sum() / 1e6)
    assert found["total"] == 0
    assert airports.outcome.checks == ()


def test_chinese_airports_one_by_one(airports, lto_table):
    by_airport = by_key(airports, "lto_by_airport", "airport")
    chinese = lto_table[lto_table["Country Code"] == "CN"]["Fuel LTO Cycle (kg)"]
    assert len(chinese) == 46
    assert by_airport[chinese.index].to_numpy() == pytest.approx(chinese.to_numpy() * 3.16e-3)
    assert by_airport["ZBTJ"] == pytest.approx(180_954.1136)


def test_engines_agree_on_every_airport(airports):
    assert disagreements(airports) == ()


@pytest.fixture(scope="module")
def airlines():
    mapping = MAPS / "us-dot-t2-2019.mapping.yaml"
    rules = mrv.load("aviation/enterprise", choices={"density": "corsia_standard"})
    with rules.run(T2, mapping=mapping, period=2019) as run:
        yield run


@pytest.fixture(scope="module")
def t2_rows():
    rows = pd.read_parquet(T2)
    rows = rows[(rows["SERVICE_CLASS"] == "Z") & rows["AIRCRAFT_FUELS_921"].notna()]
    return rows.assign(
        fuel=rows["AIRCRAFT_FUELS_921"] * KG_PER_GALLON / 1000,
        rtk=rows["REV_TON_MILES_240"] * TKM_PER_TON_MILE,
        freight=(rows["REV_TON_MILES_FREIGHT_247"] + rows["REV_TON_MILES_MAIL_249"])
        * TKM_PER_TON_MILE,
    )


def test_fuel_and_turnover_of_54_airlines(airlines, t2_rows):
    wanted = t2_rows.groupby("UNIQUE_CARRIER")[["fuel", "rtk"]].sum()
    found = of_organisations(airlines)
    assert len(t2_rows) == 1_565
    assert list(found.index) == list(wanted.index)
    assert len(found) == 54
    assert found["fuel"].to_numpy(float) == pytest.approx(wanted["fuel"].to_numpy(), rel=1e-9)
    assert found["turnover"].to_numpy(float) == pytest.approx(wanted["rtk"].to_numpy(), rel=1e-9)
    assert found["aircraft"].sum() == pytest.approx(wanted["fuel"].sum() * PER_KG * 1000)
    domestic = t2_rows[t2_rows["CARRIER_REGION"] == "D"]["fuel"].sum() * PER_KG * 1000
    assert found["domestic"].sum() == pytest.approx(domestic)
    assert found["table_total"].sum() == pytest.approx(domestic)


def test_intensities_by_aircraft_type(airlines, t2_rows):
    found = by_key(airlines, "type_fuel_per_rtk", "organisation", "type")
    wanted = t2_rows.groupby(["UNIQUE_CARRIER", "AIRCRAFT_TYPE"])[["fuel", "rtk"]].sum()
    wanted = wanted[wanted["rtk"] > 0]
    for (carrier, craft), row in wanted.iterrows():
        assert found[carrier, str(craft)] == pytest.approx(1000 * row["fuel"] / row["rtk"])
    fuel = by_key(airlines, "type_fuel", "type").groupby("type").sum()
    work = by_key(airlines, "type_work", "type").groupby("type").sum()
    per_rtk = 1000 * fuel / work
    assert per_rtk["820"] == pytest.approx(0.1074, abs=5e-5)  # a large freighter
    assert per_rtk["614"] == pytest.approx(0.3039, abs=5e-5)  # a narrow-body


def test_cargo_is_freighters_and_belly(airlines, t2_rows):
    freighter = t2_rows["AIRCRAFT_CONFIG"] == 2
    share = np.where(
        freighter, 1.0, (t2_rows["freight"] / t2_rows["rtk"].where(t2_rows["rtk"] > 0)).fillna(0)
    )
    found = of_organisations(airlines)
    wanted = (t2_rows["fuel"] * share).sum() * PER_KG * 1000
    assert found["cargo_co2"].sum() == pytest.approx(wanted, rel=1e-9)


def test_checks_find_what_is_odd_in_the_airline_reports(airlines, t2_rows):
    fired = pd.Series(
        [check.count for check in airlines.outcome.checks],
        index=[check.name for check in airlines.outcome.checks],
    )
    fired = fired.groupby(level=0).sum()
    flown = t2_rows[t2_rows["rtk"] > 0]
    per_rtk = flown["fuel"] * 1000 / flown["rtk"]
    assert fired["fuel_intensity"] == ((per_rtk < 0.1) | (per_rtk > 1.0)).sum()
    without = (t2_rows["rtk"] == 0) & (t2_rows["fuel"] > 0)
    assert fired["traffic_known"] == without.sum()
    carrying = (t2_rows["AIRCRAFT_CONFIG"] == 2) & (t2_rows["REV_PAX_MILES_140"] > 0)
    assert fired["freighter_without_passengers"] == carrying.sum()


def test_engines_agree_on_every_airline(airlines):
    assert disagreements(airlines) == ()


@pytest.fixture(scope="module")
def flights():
    mapping = MAPS / "nycflights-2013-01.mapping.yaml"
    rules = mrv.load("aviation/flight", choices={"flown_by": "air_time"})
    with rules.run(DATA, mapping=mapping, period="2013-01") as run:
        yield run


@pytest.fixture(scope="module")
def estimated():
    """The flights with the fuel that numpy interpolates for them, straight on at the ends."""
    words = yaml.safe_load((MAPS / "nycflights-2013-01.mapping.yaml").read_text("utf-8"))
    rows = pd.read_parquet(FLIGHTS / "nycflights_jan2013.parquet")
    craft = rows["model"].map(words["tables"]["flight"]["columns"]["craft"]["values"])
    table = pd.read_csv(DATA / "eea2009_fuel.csv")
    table = table[(table["phase"] == "total") & (table["fuel_kg"] > 0)]
    miles = rows["distance"] * 1609.344 / 1852
    fuel = pd.Series(np.nan, index=rows.index)
    for name, points in table.sort_values("distance_nmi").groupby("aircraft"):
        mine = (craft == name) & rows["air_time"].notna()
        at, kg = points["distance_nmi"].to_numpy(float), points["fuel_kg"].to_numpy()
        where = miles[mine]
        low, high = (
            kg[0] + (where - at[0]) * (kg[1] - kg[0]) / (at[1] - at[0]),
            kg[-1] + (where - at[-1]) * (kg[-1] - kg[-2]) / (at[-1] - at[-2]),
        )
        inside = np.interp(where, at, kg)
        fuel[mine] = np.where(where < at[0], low, np.where(where > at[-1], high, inside))
    return rows.assign(fuel=fuel, craft=craft)


def test_fuel_of_27004_flights(flights, estimated):
    found = dict(zip(flights.outputs["result"], flights.outputs["value"], strict=True))
    assert found["flights"] == len(estimated) == 27_004
    assert found["not_flown"] == estimated["air_time"].isna().sum() == 606
    assert found["tabled"] == estimated["fuel"].notna().sum()
    assert found["left_out"] == 27_004 - 606 - found["tabled"]
    assert found["fuel_burnt"] == pytest.approx(estimated["fuel"].sum() / 1000, rel=1e-9)
    assert found["co2"] == pytest.approx(estimated["fuel"].sum() * PER_KG, rel=1e-9)
    by_carrier = by_key(flights, "carrier_fuel", "carrier")
    wanted = estimated.groupby("carrier")["fuel"].sum() / 1000
    assert by_carrier.to_numpy() == pytest.approx(wanted[by_carrier.index].to_numpy(), rel=1e-9)


def test_checks_find_wrong_seats_and_unknown_types(flights, estimated):
    fired = {check.name: check.count for check in flights.outcome.checks}
    known = estimated[estimated["fuel"].notna()]
    per_seat = known["fuel"] / (known["seats"] * known["distance"] * 1.609344)
    assert fired["seat_intensity"] == ((per_seat < 0.01) | (per_seat > 0.1)).sum()
    twenty = known[(known["model"] == "ERJ 190-100 IGW") & (known["seats"] == 20)]
    assert len(twenty) > 1_600  # a hundred-seater registered with twenty seats
    unknown = estimated["air_time"].notna() & estimated["fuel"].isna()
    assert fired["all_estimated"] == unknown.sum()


def test_engines_agree_on_every_flight(flights):
    assert disagreements(flights) == ()


def test_distances_from_coordinates(estimated):
    words = yaml.safe_load((MAPS / "nycflights-2013-01.mapping.yaml").read_text("utf-8"))
    places = pd.read_csv(FLIGHTS / "airports.csv")
    columns = words["tables"]["flight"]["columns"]
    columns |= {"origin": {"from": "origin"}, "destination": {"from": "dest"}}
    absent = sorted(set(estimated["dest"]) - set(places["faa"]))
    words["tables"]["flight"]["where"] = {"column": "dest", "not": absent}
    words["tables"]["place"] = {
        "file": "nycflights_2013_01/airports.csv",
        "columns": {
            "place": {"from": "faa"},
            "latitude": {"from": "lat", "unit": "deg"},
            "longitude": {"from": "lon", "unit": "deg"},
        },
    }
    with mrv.load("aviation/flight").run(DATA, mapping=words, period="2013-01") as run:
        rows = run.row_table("flight").to_pandas()
    assert len(rows) == 26_324
    key = ["carrier", "flight", "day"]
    given = estimated[~estimated["dest"].isin(absent)].astype({"flight": str, "day": str})
    both = rows.merge(given, left_on=["carrier", "number", "record"], right_on=key, validate="1:1")
    ratio = both["between"] / (both["distance_y"] * 1.609344)
    assert ratio.between(0.994, 1.006).all()
    assert abs(ratio.median() - 1) < 0.002
