"""Ships by engine power on the 72 published US routes, against figures counted independently."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import mrv
from mrv.engine.second import disagreements
from mrv.language.nodes import to_plain
from mrv.language.reader import read_file
from mrv.resources import folder

SHIPS = Path(__file__).parents[2] / "shared" / "data" / "ports" / "epa_marine" / "inputs"
CLASS = ["Ship Type", "Subtype"]
ROUTE = ["US Region", "Global Region"]
MOVES = ("OrigManeuv_Distance", "DestManeuv_Distance")

data = [
    pytest.mark.data,
    pytest.mark.skipif(
        not SHIPS.is_dir(), reason="the ship tables are not in ../shared/data/ports/epa_marine"
    ),
]


def run_with(**choices: str):
    """Run on the published tables as they are; the mapping joins the keys of several columns."""
    mapping = folder("examples") / "ports" / "epa-marine.mapping.yaml"
    return mrv.load("ports/ship-activity", choices=choices).run(SHIPS, mapping=mapping, period=2024)


def independent(*, low_load: bool = False, swapped: bool = False):
    """Every route in plain pandas: kg of CO2 and g per t km by the published factors."""
    import pandas as pd

    def read(name: str):
        return pd.read_csv(SHIPS / f"{name}.csv")

    legs = ["Transit (kW)", "Maneuvering (kW)", "Hotelling (kW)", "Anchorage (kW)"]
    runs = (
        read("marine_runs")
        .merge(read("distances"), on=ROUTE)
        .merge(read("engine_characteristics"), on=CLASS)
        .merge(read("transit_speed_ratios"), on="Ship Type")
        .merge(read("utilization"), on="Ship Type")
        .merge(read("hotel_hours"), on="Global Region")
        .merge(read("hotel_hours_us").rename(columns={"Hotel Time": "here"}), on="Ship Type")
        .merge(read("auxiliary_load"), on=CLASS)
        .merge(read("boiler_load"), on=CLASS, suffixes=("", " boiler"))
    )
    first, last = MOVES[::-1] if swapped else MOVES
    top = runs["Max Speed (kn)"]
    sailing = runs["AvgOfDistance (nm)"] / (top * runs["Transit Speed Ratio"])
    moving = runs[first] / 5.5 + runs[last] / 3
    hours = dict(
        zip(legs, (sailing - moving, moving, runs["Hotel Time"] + runs["here"], sailing * 0.065),
            strict=True)
    )  # fmt: skip
    load = {legs[0]: runs["Transit Speed Ratio"] ** 3 * 1.15, legs[1]: (4.25 / top) ** 3 * 1.1}
    energy = {
        "Main": sum(
            runs["Installed Propulsion Power (kW)"] * share * hours[leg]
            * (share.map(low) if low_load else 1)
            for leg, share in load.items()
        ),
        "Auxiliary": sum(runs[leg] * hours[leg] for leg in legs),
        "Boiler": sum(runs[f"{leg} boiler"] * hours[leg] for leg in legs),
    }  # fmt: skip
    factors = read("emission_factors").set_index(["Engine", "Fuel"])
    work = runs["AvgOfDistance (nm)"] * 1.852 * runs["Capacity (metric tons)"] * runs["Utilization"]
    for gas in ("CO2", "CH4", "N2O", "BSFC"):
        total = sum(
            kwh * runs["Fuel"].map(lambda fuel, e=engine, g=gas: factors.loc[(e, fuel), g])
            for engine, kwh in energy.items()
        )
        runs[f"{gas} g"] = total
        runs[f"{gas} per t km"] = total / work
    keys = runs[["US Region", "Global Region", "Fuel", "Subtype"]].agg(" / ".join, axis=1)
    return runs.set_index(keys)


def low(load: float) -> float:
    """Low-load factor of CO2: 3.28 up to 2 %, then 44.1/load + 648.6 relative to 20 %."""
    if load >= 0.2:
        return 1.0
    return 3.28 if load <= 0.02 else (44.1 / load + 648.6) / (44.1 / 0.2 + 648.6)


@pytest.fixture(scope="module")
def published():
    with run_with(co2_factor="published", low_load="none") as run:
        yield run


@pytest.fixture(scope="module")
def rows(published):
    return published.row_table("voyage").to_pandas().set_index("voyage")


class TestRoutes:
    pytestmark = data

    def test_all_72_routes_agree_with_an_independent_computation(self, rows):
        theirs = independent()
        assert set(rows.index) == set(theirs.index)
        assert len(rows) == 72
        theirs = theirs.loc[rows.index]
        for ours, gas in (("per_tkm", "CO2"), ("ch4_per_tkm", "CH4"), ("n2o_per_tkm", "N2O"),
                          ("fuel_per_tkm", "BSFC")):  # fmt: skip
            assert rows[ours].to_numpy() == pytest.approx(
                theirs[f"{gas} per t km"].to_numpy(), rel=1e-12
            )
        assert rows["co2"].sum() == pytest.approx(theirs["CO2 g"].sum() / 1e6, rel=1e-12)

    @pytest.mark.parametrize(
        ("route", "column", "parts", "digit"),
        [
            ("US West Coast / Asia / Residual fuel oil / 5,000 TEU", "per_tkm",
             (0.0001399, 0.004122), 0.5e-6),
            ("US West Coast / Asia / Residual fuel oil / 5,000 TEU", "ch4_per_tkm",
             (1.898e-9, 7.943e-8), 0.5e-11),
            ("US West Coast / Asia / Residual fuel oil / 5,000 TEU", "fuel_per_tkm",
             (0.001393,), 0.5e-6),
            ("US West Coast / Western Canada / Residual fuel oil / Handymax", "ch4_per_tkm",
             (1.019e-7, 1.036e-9), 0.5e-10),
            ("US West Coast / Western Canada / Residual fuel oil / Handymax", "n2o_per_tkm",
             (4.347e-7, 2.76e-9), 0.5e-10),
            ("US West Coast / Western Canada / Residual fuel oil / Handymax", "fuel_per_tkm",
             (0.002694,), 0.5e-6),
            ("US West Coast / Western Canada / Residual fuel oil / 5,000 TEU", "ch4_per_tkm",
             (7.888e-8, 1.113e-9), 0.5e-11),
        ],
    )  # fmt: skip
    def test_published_processes_come_out_to_their_digits(
        self, rows, route, column, parts, digit
    ) -> None:
        """USLCI marine v1.0.0 (ERG 2025), kg per t km, inside and outside emission areas."""
        assert rows.loc[route, column] / 1000 == pytest.approx(sum(parts), abs=1.1 * digit)

    def test_both_engines_agree_on_every_route(self, published):
        assert disagreements(published) == ()

    def test_a_digit_too_many_in_the_table_is_found(self, published):
        """The table gives 3,480,000 t to a ship of 14,500 TEU."""
        ships = published.row_table("ship").to_pandas()
        fired = ships[ships["capacity_possible__fired"]]
        assert fired["ship"].tolist() == ["Container Ship / 14,500 TEU"]

    def test_factors_that_do_not_fit_their_fuel_are_counted(self, published):
        """Boilers at 1.99 t CO2 per tonne of fuel pull 27 of the 72 routes out of the band."""
        theirs = independent()
        ratio = theirs["CO2 g"] / theirs["BSFC g"]
        fired = {check.name: check.count for check in published.outcome.checks}
        assert fired["co2_fits_fuel"] == ((ratio < 3.03) | (ratio > 3.21)).sum() == 27

    def test_factors_by_fuel_raise_every_route(self, rows):
        with run_with() as run:
            ours = run.row_table("voyage").to_pandas().set_index("voyage")
            assert disagreements(run) == ()
            fired = {check.name: check.count for check in run.outcome.checks}
        assert (ours.loc[rows.index, "co2"] > rows["co2"]).all()
        assert "co2_fits_fuel" not in fired

    def test_low_load_of_the_main_engine_against_an_independent_computation(self, rows):
        with run_with(co2_factor="published") as run:
            ours = run.row_table("voyage").to_pandas().set_index("voyage")
        theirs = independent(low_load=True).loc[ours.index]
        assert ours["co2"].to_numpy() == pytest.approx(theirs["CO2 g"].to_numpy() / 1e6, rel=1e-12)
        assert (ours.loc[rows.index, "co2"] > rows["co2"]).all()

    def test_manoeuvring_columns_look_swapped_against_the_names_of_the_processes(self):
        """They run from the foreign to the US region, yet "Dest" goes with the foreign one."""
        import pandas as pd

        table = pd.read_csv(SHIPS / "distances.csv")
        origin, destination = MOVES
        foreign = table.groupby("Global Region")[destination].nunique()
        assert (foreign[["Gulf of Mexico", "Eastern Canada"]] == 1).all()
        assert foreign["Pacific of Central/South America"] == 1
        assert (table["Global Region"] == "Pacific of Central/South America").sum() == 3
        caribbean = table[table["US Region"] == "US Caribbean"]
        assert (len(caribbean), caribbean[origin].nunique()) == (4, 1)
        published, exchanged = (independent(swapped=so)["CO2 g"] for so in (False, True))
        change = exchanged / published - 1
        assert (change.min(), change.max()) == pytest.approx((-0.046, 0.0232), abs=5e-5)
        assert exchanged.sum() / published.sum() - 1 == pytest.approx(-0.0034, abs=5e-5)


def test_factors_of_road_vehicles_are_those_of_the_store() -> None:
    """The table of the module road-gases holds every figure of the store's source and no other."""
    source = folder("factors") / "sources" / "road-land-transport-2015.csv"
    with source.open(encoding="utf-8", newline="") as file:
        figures = sorted(
            (row["key"], row["condition"].split(";")[0].removeprefix("fuel="),
             row["property"][:3], row["value"])
            for row in csv.DictReader(file)
        )  # fmt: skip
    module = folder("methodologies") / "modules" / "road-gases.yaml"
    table = to_plain(read_file(module, module.name)[1])["tables"]["per_km"]["rows"]
    ours = sorted(
        (row["kind"], row["fuel"], gas, row[gas].split()[0])
        for row in table
        for gas in ("ch4", "n2o")
        if not (gas == "n2o" and row["fuel"] == "natural-gas")
    )
    assert ours == figures
