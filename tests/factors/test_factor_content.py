"""The content of the built-in release: figures of the sources, marks of doubt, what is left out."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from mrv.factors import FactorQuery, open_store, resolve
from mrv.resources import folder
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.factors import FactorRow

STORE = open_store()

# Figures as the documents print them, typed again for this test.
FIGURES = [
    ("gbt32151.34-2024-c4/steam-enthalpy-saturated/steam/p1.00", "2777.0", "kJ/kg"),
    ("gbt32151.34-2024-c4/steam-enthalpy-saturated/steam/p22.0", "2192.5", "kJ/kg"),
    ("gbt32151.34-2024-c5/steam-enthalpy-superheated/steam/p3-t300", "2994.2", "kJ/kg"),
    ("gbt32151.34-2024-c5/steam-enthalpy-superheated/steam/p30-t600", "3444.2", "kJ/kg"),
    (
        "land-transport-2015/ch4-per-distance/heavy-vehicle/natural-gas/other",
        "5400",
        "mg CH4/km",
    ),
    ("land-transport-2015/n2o-per-distance/passenger-car/gasoline/china-2", "24", "mg N2O/km"),
    (
        "mee-electricity-footprint/electricity-footprint/electricity/CN/2024",
        "0.5777",
        "kg CO2e[unstated]/kWh",
    ),
    (
        "mee-electricity-footprint/electricity-footprint/electricity-grid/with-losses/CN/2024",
        "0.0327",
        "kg CO2e[unstated]/kWh",
    ),
    ("gbt51366-2019-d/product-footprint/concrete-c30", "295", "kg CO2e[unstated]/m3"),
    ("gbt51366-2019-e/freight-footprint/truck-diesel-30t", "0.078", "kg CO2e[unstated]/(t·km)"),
    ("imo-mepc.353-78/cii-reference-a/bulk-carrier/below-279000-dwt", "4745", "1"),
    ("imo-mepc.353-78/cii-reference-c/tanker", "0.610", "1"),
    ("imo-mepc.354-78/cii-rating-d3/container-ship", "1.07", "1"),
    ("imo-mepc.338-76/cii-reduction/all-ships/2026", "11", "%"),
    ("imo-mepc.400-83/cii-reduction/all-ships/2027", "13.625", "%"),
    ("caac/plausibility-statistic/air-fuel-per-rtk/2019", "0.285", "kg/(t·km)"),
    ("sd-yearbook-2006/plausibility-statistic/coastal-ship-fuel/2000", "56.8", "kg/(1000 t·km)"),
    ("db11t3043-2024/travel-mode/metro/CN-TJ/2024", "0.032", "kg CO2/(passenger·km)"),
]


@pytest.mark.parametrize(("row_id", "value", "unit"), FIGURES)
def test_a_figure_is_as_printed(row_id: str, value: str, unit: str) -> None:
    row = STORE.get(row_id)
    assert (row.value, row.unit) == (value, unit)


def rows(prefix: str) -> list[FactorRow]:
    return [row for row in STORE.rows if row.id.startswith(prefix)]


def test_saturated_steam_reaches_the_critical_point_in_order() -> None:
    cells = [
        tuple(Fraction(part.split("=")[1].split()[0]) for part in row.condition.split("; "))
        for row in rows("gbt32151.34-2024-c4/")
    ]
    cells.sort()
    assert len(cells) == 70
    assert all(one[1] < two[1] for one, two in pairwise(cells))


def test_superheated_steam_rises_with_temperature_at_each_pressure() -> None:
    found: dict[Fraction, list[tuple[Fraction, Fraction]]] = {}
    for row in rows("gbt32151.34-2024-c5/"):
        pressure, degrees = (
            Fraction(part.split("=")[1].split()[0]) for part in row.condition.split("; ")
        )
        found.setdefault(pressure, []).append((degrees, row.exact))
    assert len(found) == 12
    for cells in found.values():
        cells.sort()
        assert all(one[1] < two[1] for one, two in pairwise(cells))


def test_doubt_is_said() -> None:
    assert {row.confidence for row in rows("gb30510-2018/")} == {"recalled"}
    assert {row.confidence for row in rows("db11t3043-2024/")} == {"unverified"}
    assert {row.confidence for row in rows("mrv-arithmetic/")} == {"derived"}
    assert STORE.get("physical-constants/density/hydrogen").confidence == "recalled"
    lng = rows("imo-mepc.353-78/cii-reference-a/lng-carrier")
    assert {row.confidence for row in lng if "<65000" in row.condition} == {"recalled"}


def test_plausibility_statistics_are_statistics() -> None:
    found = STORE.by_property["plausibility-statistic"]
    assert {row.data_type for row in found} == {"statistic"}
    assert {row.key_kind for row in found} == {"indicator"}


def test_what_is_suspect_is_listed_and_not_loaded() -> None:
    with (folder("factors") / "not-loaded.csv").open(encoding="utf-8", newline="") as file:
        listed = list(csv.DictReader(file))
    suspect = [line for line in listed if "suspect" in line["reason"]]
    assert len(suspect) > 30
    assert all(line["reason_zh"] for line in listed)
    loaded = {row.clause for row in STORE.rows} | {row.id for row in STORE.rows}
    assert not {line["item"] for line in listed} & loaded
    for gone in ("p0.5-t400", "p30-t140", "p30-t200", "p30-t240", "p0.01-t550"):
        assert not STORE.has(f"gbt32151.34-2024-c5/steam-enthalpy-superheated/steam/{gone}")
    items = {line["item"] for line in listed}
    assert {"65125X0032021C", "53221X0052022C", "53222X0032023C", "TRAP-UI-02"} <= items


def test_conflicting_values_of_one_product_are_witnesses() -> None:
    found = rows("cpcd/product-footprint/steel-heavy-plate/")
    assert {row.value for row in found} == {"2.42", "2.55"}
    assert {row.status for row in found} == {"witness"}
    assert all("several values" in row.conflict for row in found)


def test_a_footprint_without_a_gwp_set_fits_no_set() -> None:
    where = (("dataset", ("mee-electricity-footprint",)), ("key", ("electricity",)))
    wanted = FactorQuery("electricity-footprint", parse_unit("kg CO2e[AR6]/kWh"), where)
    assert resolve(STORE, wanted).status == "none"
    unit = parse_unit("t CO2e[unstated]/MWh")
    where = (*where, ("reference_to", ("2024",)))
    assert resolve(STORE, FactorQuery("electricity-footprint", unit, where)).number == Fraction(
        "0.5777"
    )


def test_the_two_electricity_factors_never_stand_in_for_each_other() -> None:
    power = parse_unit("kg CO2/kWh")
    where = (("key", ("electricity",)),)
    assert resolve(STORE, FactorQuery("electricity-footprint", power, where)).status == "none"
    footprint = parse_unit("kg CO2e[unstated]/kWh")
    assert resolve(STORE, FactorQuery("grid-average", footprint, where)).status == "none"


def test_every_footprint_has_a_boundary() -> None:
    for row in STORE.rows:
        if row.property.endswith("footprint") and row.status == "active":
            assert row.boundary, row.id
