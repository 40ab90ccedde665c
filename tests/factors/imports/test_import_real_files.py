"""The real files: counts, figures known from elsewhere, time and memory."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mrv.factors.imports import read, to_release
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.factors.imports import ImportReport

DATA = Path(__file__).parents[4] / "shared/data/factors"
pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not DATA.exists(), reason="../shared/data/factors is absent"),
]

DEFRA_2022 = "defra/defra_2022_flat.parquet"
DEFRA_2025 = "defra/defra_2025_scope3_and_outside.parquet"
BASE = "base_carbone/base_carbone_2025-07-09.parquet"
SPEND = "epa_supply_chain/epa_supply_chain_v1.3_co2e_usd2022.parquet"

COUNTS = [
    (DEFRA_2022, None, "defra", 8038, 6886, 1146),
    (DEFRA_2025, None, "defra", 5289, 0, 5289),
    (DEFRA_2025, "AR5", "defra", 5289, 4146, 1143),
    (BASE, None, "base-carbone", 18616, 17039, 9135),
    ("agribalyse/agribalyse_synthese.parquet", "AR5", "agribalyse", 2479, 2479, 0),
    (SPEND, "AR5", "epa-supply-chain", 1016, 3048, 0),
    ("epa_hub_sgec", None, "epa-hub", 215, 817, 16),
    ("grid/ember_average_intensity.csv", "AR5", "ember", 222, 222, 0),
    ("grid/ourworldindata_2025.parquet", "AR5", "owid", 5318, 5318, 0),
    ("grid/ifi_default_grid_factors_2021_v3.1.csv", None, "ifi-grid", 235, 1165, 2),
    ("grid/ghgprotocol_2025.csv", None, "ghg-protocol", 54, 54, 0),
    ("ipcc_generic/par_carbon_content_per_energy.csv", None, "ipcc", 275, 55, 0),
    ("ipcc_generic/par_carbon_content_per_mass.csv", None, "ipcc", 135, 27, 0),
    ("ipcc_generic/par_energy_content_per_mass.csv", None, "ipcc", 265, 53, 0),
]


@pytest.mark.parametrize("case", COUNTS, ids=lambda case: f"{case[0]} {case[1]}")
def test_counts(case: tuple[str, str | None, str, int, int, int]) -> None:
    file, gwp, *expected = case
    report = read(DATA / file, gwp_set=gwp)
    got = [report.kind, report.rows_read, len(report.taken), len(report.refused)]
    assert got == expected
    assert len({row.id for row in report.taken}) == len(report.taken)
    assert all(row.licence and row.publisher and row.document for row in report.taken)
    assert all(d.place and d.place.line is not None for d in report.refused)


@pytest.fixture(scope="module")
def defra() -> ImportReport:
    return read(DATA / DEFRA_2022)


def one(report: ImportReport, name: str, unit: str, prop: str = "emission-factor") -> str:
    (value,) = [
        row.value
        for row in report.taken
        if row.name_en.endswith(name) and row.unit == unit and row.property == prop
    ]
    return value


def test_figures_that_the_uk_government_published_for_2022(defra: ImportReport) -> None:
    diesel = one(defra, "Liquid fuels | Diesel (average biofuel blend)", "kg CO2e[AR4]/L")
    assert diesel == "2.55784"
    power = one(defra, "UK electricity | Electricity generated | Electricity: UK | 2020",
                "kg CO2e[AR4]/kWh")  # fmt: skip
    assert power == "0.19338"


def test_net_and_gross_differ_as_calorific_values_do(defra: ImportReport) -> None:
    name = "Gaseous fuels | Natural gas"
    net = float(one(defra, name, "kg CO2e[AR4]/kWh[LHV]"))
    gross = float(one(defra, name, "kg CO2e[AR4]/kWh[HHV]"))
    assert 1.10 < net / gross < 1.12


def test_sums_of_2022_that_fail_are_three(defra: ImportReport) -> None:
    assert defra.counts["import.sum"] == 3


def test_ghg_protocol_is_the_ipcc_carbon_content_times_44_over_12() -> None:
    content = {
        row.name_en: row.exact
        for row in read(DATA / "ipcc_generic/par_carbon_content_per_energy.csv").taken
    }
    fuels = {row.name_en: row for row in read(DATA / "grid/ghgprotocol_2025.csv").taken}
    diesel = fuels["Gas/Diesel oil"]
    as_table = diesel.exact * parse_unit(diesel.unit).ratio_to(parse_unit("kg CO2/TJ[LHV]"))
    assert as_table == 74100
    assert abs(as_table / 1000 - content["gas diesel oil"] * Fraction(44, 12)) < Fraction(1, 10)


def test_margins_add_up_in_every_row_of_the_spend_table() -> None:
    report = read(DATA / SPEND, gwp_set="AR5")
    totals = {row.id: row.exact for row in report.taken if not row.part_of}
    for row in report.taken:
        if row.part_of:
            totals[row.part_of] -= row.exact
    assert max(abs(left) for left in totals.values()) <= Fraction(3, 2000)


RELEASED = [
    DEFRA_2022,
    "epa_hub_sgec",
    "grid/ghgprotocol_2025.csv",
    "grid/ifi_default_grid_factors_2021_v3.1.csv",
    pytest.param(BASE, marks=pytest.mark.slow),
]


@pytest.mark.parametrize("file", RELEASED)
def test_what_is_taken_passes_the_audit_of_a_release(file: str, tmp_path: Path) -> None:
    report = read(DATA / file)
    path = to_release(report, tmp_path, "real-1", "me")
    assert (path / "factors.parquet").is_file()
