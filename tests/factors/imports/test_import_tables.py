"""The other tables: foods, spending, electricity, fuels, the Chinese export."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mrv.factors.imports import read
from mrv.factors.row import NOT_PERMITTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLIMATE = "Changement climatique (kg CO2 eq/kg de produit)"


def test_agribalyse(table: Callable[..., Path]) -> None:
    header = ["Code AGB", "Nom du Produit en Français", "LCI Name", "Livraison", CLIMATE]
    path = table([header, ["1", "Pomme", "Apple", "Ambiant", "0.4"], ["2", "Thé", "Tea", "", "-"]])
    assert read(path).counts == {"import.gwp-unknown": 1, "import.no-value": 1}
    (row,) = read(path, gwp_set="AR5").taken
    assert (row.name_en, row.note, row.condition) == ("Apple", "Pomme", "Ambiant")
    assert (row.unit, row.boundary) == ("kg CO2e[AR5]/kg", "cradle-to-plate")
    assert row.licence == "etalab-2.0"


SPEND = (
    *("2017 NAICS Code", "2017 NAICS Title", "GHG", "Unit"),
    "Supply Chain Emission Factors without Margins",
    "Margins of Supply Chain Emission Factors",
    "Supply Chain Emission Factors with Margins",
)


def test_spending_keeps_the_price_year_and_checks_the_margins(table: Callable[..., Path]) -> None:
    unit = "kg CO2e/2022 USD, purchaser price"
    rows = [
        ["111110", "Soy", "All GHGs", unit, "0.4", "0.1", "0.5"],
        ["111120", "Oil", "All GHGs", unit, "0.4", "0.1", "0.7"],
        ["111130", "Pea", "All GHGs", "kg CO2e/USD", "0.4", "0.1", "0.5"],
        ["111140", "Oat", "Methane", "kg/2022 USD, purchaser price", "0.4", "0.1", "0.5"],
    ]
    report = read(table([SPEND, *rows]), gwp_set="AR5")
    assert report.counts == {"import.sum": 1, "import.unit": 1, "import.not-a-factor": 1}
    soy = [row for row in report.taken if row.classification == "NAICS-2017 111110"]
    assert {row.price_year for row in report.taken} == {"2022"}
    assert [row.boundary for row in soy] == ["cradle-to-shelf", "cradle-to-gate", "gate-to-shelf"]
    assert [row.part_of == soy[0].id for row in soy] == [False, True, True]


def test_ember_and_owid_are_life_cycle_and_without_losses(table: Callable[..., Path]) -> None:
    ember = table(
        [
            ["country_code", "country_or_region", "year", "emissions_intensity_gco2_per_kwh"],
            ["CHN", "China", 2031, 500.5],
            ["", "ASEAN", 2031, 510],
            ["HKG", "Hong Kong", 2031, 520],
            ["FRA", "France", 2031, "n/a"],
        ]
    )
    report = read(ember, gwp_set="AR5")
    assert report.counts == {"import.no-value": 1}
    assert [row.region for row in report.taken] == ["CN", "place-asean", "CN-HK"]
    assert {row.unit for row in report.taken} == {"g CO2e[AR5]/kWh"}
    assert all("without-grid-losses" in row.boundary for row in report.taken)
    owid = table(
        [["country", "year", "iso_code", "carbon_intensity_elec"], ["World", 2031, "", 480]],
        name="owid.csv",
    )
    assert [row.region for row in read(owid, gwp_set="AR5").taken] == ["GLOBAL"]


def test_margins_are_co2_and_foot_notes_are_no_factors(table: Callable[..., Path]) -> None:
    rows = [
        ["", "Combined Margin", "", "", "", "Operating Margin"],
        ["", "Firm", "Intermittent", "Efficiency", "Consumption", ""],
        ["Country / Territory / Island", "", "", "", "", ""],
        ["Viet Nam", 400, 500, 400, 401, 600],
        ["Note 1: something", "", "", "", "", ""],
    ]
    report = read(table(rows))
    assert report.kind == "ifi-grid"
    assert [row.value for row in report.taken] == ["400", "500", "400", "401", "600"]
    assert {row.property for row in report.taken} == {
        "grid-combined-margin",
        "grid-operating-margin",
    }
    assert {(row.unit, row.region) for row in report.taken} == {("g CO2/kWh", "VN")}
    assert report.counts == {"import.not-a-factor": 1}


def test_ghg_protocol_fuels_are_co2_on_the_net_basis(table: Callable[..., Path]) -> None:
    header = ["datetime", "carbon_intensity[gCO₂eq/kWh]", "id", "year", "fuel"]
    rows = [["2006", 266.76, "x", 2006, "Gas/Diesel oil"], ["2006", 403.2, "x", 2006, "Charcoal"]]
    taken = read(table([header, *rows])).taken
    assert [row.property for row in taken] == ["co2-per-energy", "biogenic-co2-per-energy"]
    assert {row.unit for row in taken} == {"g CO2/kWh[LHV]"}


def test_ipcc_keeps_the_limits_as_uncertainty(table: Callable[..., Path]) -> None:
    header = ["year", "region", "product", "property", "value", "unit"]
    rows = [
        [2019, "World", "oil", "def", 42.3, "GJ/t"],
        [2019, "World", "oil", "min", 40.1, "GJ/t"],
        [2019, "World", "oil", "max", 44.8, "GJ/t"],
        [2019, "World", "wax", "min", 40.1, "GJ/t"],
        [2019, "World", "tar", "def", 40.1, "BTU/lb"],
    ]
    report = read(table([header, *rows]))
    (row,) = report.taken
    assert (row.value, row.unit, row.uncertainty) == ("42.3", "GJ[LHV]/t", "40.1 to 44.8")
    assert report.counts == {"import.no-value": 1, "import.unit": 1}


CPCD = ["产品ID", "产品名称", "核算边界", "碳足迹", "企业名称", "数据年份", "数据类型", "是否低碳"]
GOOD_ID = "17100H2782031C"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_cpcd_in_any_encoding(table: Callable[..., Path], encoding: str) -> None:
    rows = [[GOOD_ID, "杂货运输", "摇篮到大门", "0.12kgCO2e/(吨·公里)", "", 2031, "核心数据库", ""]]
    rows[0][3] = "0.12kgCO2e/吨公里"
    report = read(table([CPCD, *rows], encoding=encoding), gwp_set="AR5")
    (row,) = report.taken
    assert (row.name_zh, row.value, row.unit) == ("杂货运输", "0.12", "kg CO2e[AR5]/(t*km)")
    assert (row.boundary, row.region, row.year) == ("cradle-to-gate", "CN", 2031)
    assert row.classification == "CPC 17100"


@pytest.mark.parametrize(
    ("cell", "value", "unit"),
    [
        ("360 g/毫升", "360", "g CO2e[AR5]/mL"),
        ("27.18kg/公吨·公里", "27.18", "kg CO2e[AR5]/(t*km)"),
        ("2.1 tCO2e/吨", "2.1", "t CO2e[AR5]/t"),
        ("0.5 kgCO2e / kWh", "0.5", "kg CO2e[AR5]/kWh"),
        ("1.2千克CO2当量/件", "1.2", "kg CO2e[AR5]/piece"),
        ("69.3kgCO2e/GJ", "69.3", "kg CO2e[AR5]/GJ"),
    ],
)
def test_cpcd_cells_hold_number_and_unit(
    table: Callable[..., Path], cell: str, value: str, unit: str
) -> None:
    path = table([CPCD, [GOOD_ID, "某", "摇篮到大门", cell, "", 2031, "", ""]])
    (row,) = read(path, gwp_set="AR5").taken
    assert (row.value, row.unit) == (value, unit)


def test_cpcd_is_recorded_but_not_used_without_a_licence(table: Callable[..., Path]) -> None:
    path = table([CPCD, [GOOD_ID, "钢", "摇篮到大门", "2.1 tCO2e/吨", "", 2031, "文献数据", ""]])
    report = read(path, gwp_set="AR5")
    assert [row.licence for row in report.taken] == [NOT_PERMITTED]
    assert any("licence" in note.en for note in report.notes)
    assert [row.licence for row in read(path, gwp_set="AR5", licence="ours").taken] == ["ours"]


def test_faults_of_cpcd_rows(table: Callable[..., Path]) -> None:
    rows = [
        [GOOD_ID, "甲", "摇篮到大门", "1kgCO2e/千克", "", 2031, "", ""],
        [GOOD_ID, "乙", "摇篮到大门", "2kgCO2e/千克", "", 2031, "", ""],
        ["17100H2782031", "丙", "摇篮到大门", "1kgCO2e/千克", "", 2031, "", ""],
        ["17100H2792031C", "丁", "到大门", "1kgCO2e/千克", "", 2031, "", ""],
        ["17100H2802031C", "戊", "大门到大门", "1 元", "", 2031, "", ""],
        ["17100H2812031C", "己", "大门到大门", "1kg/年", "", 2031, "", ""],
        ["17100H2822031C", "庚", "大门到大门", "", "", 2031, "", ""],
    ]
    report = read(table([CPCD, *rows]), gwp_set="AR5")
    assert len(report.taken) == 1
    assert report.counts == {
        "import.unit": 2,
        "import.incomplete": 1,
        "import.boundary": 1,
        "import.no-value": 1,
        "import.repeated-id": 1,
    }
    repeated = next(d for d in report.refused if d.rule == "import.repeated-id")
    assert "another value" in repeated.what.en
