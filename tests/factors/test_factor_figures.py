"""Figures from outside: what the rows multiply to, and other people's lists of the same numbers."""

from __future__ import annotations

import csv
from fractions import Fraction
from pathlib import Path

import pytest

from mrv.factors import FactorQuery, open_store, resolve
from mrv.units import parse_unit

STORE = open_store()
CO2_PER_C = Fraction(44, 12)
GWP_LIST = Path(__file__).parents[3] / "shared/data/factors/gwp/globalwarmingpotentials.csv"


def number(name: str, unit: str, dataset: str, key: str) -> Fraction:
    where = (("dataset", (dataset,)), ("key", (key,)))
    found = resolve(STORE, FactorQuery(name, parse_unit(unit), where))
    assert found.number is not None, found.reason.en
    return found.number


# t CO2 per t (per 10^4 Nm3 for gases) as computed elsewhere from the same tables, six digits.
PER_UNIT = [
    ("gbt32151.34-2024-c1", "diesel", "t", "3.095910"),
    ("gbt32151.34-2024-c1", "fuel-oil", "t", "3.170461"),
    ("gbt32151.34-2024-c1", "lng", "t", "2.831257"),
    ("gbt32151.34-2024-c1", "gasoline", "t", "2.925056"),
    ("gbt32151.34-2024-c1", "anthracite", "t", "2.521512"),
    ("gbt32151.34-2024-c1", "natural-gas", "10^4 Nm3", "21.621888"),
    ("ndrc-2015-3rd", "diesel", "t", "3.145122"),
    ("ndrc-2015-3rd", "fuel-oil", "t", "3.047179"),
    ("civil-aviation-2015", "jet-kerosene", "t", "3.153150"),
    ("civil-aviation-2015", "avgas", "t", "3.102477"),
]


@pytest.mark.parametrize(("dataset", "key", "per", "expected"), PER_UNIT)
def test_heating_value_carbon_and_oxidation_multiply_to_co2(
    dataset: str, key: str, per: str, expected: str
) -> None:
    co2 = (
        number("net-calorific-value", f"GJ[LHV]/{per}", dataset, key)
        * number("carbon-content-per-energy", "t C/GJ[LHV]", dataset, key)
        * number("oxidation-factor", "1", dataset, key)
        * CO2_PER_C
    )
    assert abs(co2 - Fraction(expected)) <= Fraction("0.0000005")


@pytest.mark.parametrize(
    ("key", "expected"), [("diesel", "3.145325"), ("lng", "2.831360"), ("lignite", "1.503040")]
)
def test_the_port_form_has_oxidation_inside(key: str, expected: str) -> None:
    co2 = number("net-calorific-value", "TJ[LHV]/t", "gd-port-form", key) * number(
        "co2-per-energy", "t CO2/TJ[LHV]", "gd-port-form", key
    )
    assert abs(co2 - Fraction(expected)) <= Fraction("0.0000005")


def test_the_two_imo_tables_disagree_on_the_carbon_ratio() -> None:
    def ratio(dataset: str, key: str) -> Fraction:
        return number("co2-per-mass", "t CO2/t", dataset, key) / number(
            "carbon-content-per-mass", "t C/t", dataset, key
        )

    for key in ("hfo", "lfo", "mdo-mgo"):
        assert round(ratio("imo-mepc.1-circ.684", key), 3) == Fraction("3.664")
        assert abs(ratio("imo-mepc.364-79", key) - CO2_PER_C) < Fraction("0.001")
        assert STORE.get(f"imo-mepc.1-circ.684/co2-per-mass/{key}").conflict
    assert ratio("imo-mepc.1-circ.684", "lng") == CO2_PER_C


def test_the_electricity_factors_of_tianjin_and_the_country() -> None:
    for region, year, value in (
        ("CN-TJ", 2023, "0.6796"),
        ("CN-TJ", 2022, "0.7041"),
        ("CN-TJ", 2021, "0.7355"),
        ("CN", 2023, "0.5306"),
        ("CN-NORTH", 2023, "0.6361"),
    ):
        row = STORE.get(f"mee-nbs-electricity/grid-average/electricity/{region}/{year}")
        assert row.value == value
    listed = [r for r in STORE.rows if r.dataset == "mee-nbs-electricity" and r.year == 2023]
    assert len(listed) == 40


def test_blends_follow_from_their_components() -> None:
    parts = {
        "R-410A": {"HFC-32": "0.5", "HFC-125": "0.5"},
        "R-404A": {"HFC-125": "0.44", "HFC-143a": "0.52", "HFC-134a": "0.04"},
        "R-407C": {"HFC-32": "0.23", "HFC-125": "0.25", "HFC-134a": "0.52"},
        "R-507A": {"HFC-125": "0.5", "HFC-143a": "0.5"},
    }
    for blend, shares in parts.items():
        for report in ("AR4", "AR5", "AR6"):
            mixed = sum(
                Fraction(share) * STORE.get(f"ipcc-gwp-100/gwp-100/{gas}/{report}").exact
                for gas, share in shares.items()
            )
            row = STORE.get(f"blend-from-components/gwp-100/{blend}/{report}")
            assert row.exact == mixed, row.id


@pytest.mark.data
def test_gwps_agree_with_the_public_list() -> None:
    if not GWP_LIST.is_file():
        pytest.skip(f"{GWP_LIST} is not there")
    lines = [line for line in GWP_LIST.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    there = {_gas(line["Species"]): line for line in csv.DictReader(lines)}
    compared = 0
    for row in STORE.by_property["gwp-100"]:
        printed = there.get(_gas(row.key), {}).get(f"{row.gwp_set}GWP100")
        if printed:
            assert Fraction(printed) == row.exact, row.id
            compared += 1
    assert compared >= 110


def _gas(name: str) -> str:
    plain = name.replace("-", "").casefold()
    return {"cc4f8": "c-C4F8", "hfc4310mee": "HFC4310"}.get(plain, plain).casefold()
