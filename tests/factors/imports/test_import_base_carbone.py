"""Base Carbone: Latin-1, decimal commas, elements with stages and gases, archived rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from import_samples import BASE_GWPS, BASE_HEADER, base_row

from mrv.factors.imports import read

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mrv.factors.imports import ImportReport


def run(table: Callable[..., Path], rows: Sequence[list[str]], **options: str) -> ImportReport:
    """Read rows as the export is written: Latin-1, semicolons, decimal commas."""
    path = table([BASE_HEADER, *BASE_GWPS, *rows], encoding="latin-1", separator=";")
    return read(path, **options)


STAGED = [
    base_row("7", "0,5"),
    base_row("7", "0,4", stage="Combustion", gases=("0,39", "0,01", "0", "0", "0", "0,2")),
    base_row("7", "0,1", stage="Amont"),
]


def test_stages_are_parts_of_the_element_and_gases_of_the_stage(
    table: Callable[..., Path],
) -> None:
    report = run(table, STAGED)
    assert report.counts == {"import.not-a-factor": 3}
    by_value = {row.value: row for row in report.taken}
    element, burnt = by_value["0.5"], by_value["0.4"]
    assert burnt.part_of == element.id
    assert by_value["0.1"].part_of == element.id
    assert by_value["0.39"].part_of == burnt.id
    assert element.name_en == "Tourbe séchée, moyenne"
    assert element.unit == "kg CO2e[AR5]/kWh[LHV]"
    assert any("cp1252" in note.en for note in report.notes)


def test_biogenic_co2_is_apart_from_every_total(table: Callable[..., Path]) -> None:
    row = next(r for r in run(table, STAGED).taken if r.property == "biogenic-co2")
    assert (row.value, row.unit, row.part_of) == ("0.2", "kg CO2/kWh[LHV]", "")


def test_stages_that_do_not_add_up_are_refused(table: Callable[..., Path]) -> None:
    rows = [STAGED[0], STAGED[1], base_row("7", "0,3", stage="Amont")]
    report = run(table, rows)
    assert report.counts["import.sum"] == 1
    assert not any(row.part_of for row in report.taken)
    assert next(r for r in report.taken if r.value == "0.5").conflict


def test_archived_elements_need_their_gwp_set_stated(table: Callable[..., Path]) -> None:
    rows = [base_row("8", "0,5", status="Archivé")]
    assert run(table, rows).counts["import.gwp-unknown"] == 1
    (row,) = run(table, rows, gwp_set="AR4").taken
    assert (row.gwp_set, row.status) == ("AR4", "superseded")


def test_units_keep_basis_price_year_and_what_is_counted(table: Callable[..., Path]) -> None:
    printed = {
        "kgCO2e/kWh PCS": "kWh[HHV]",
        "kgCO2e/tep PCI": "(10*Gcal[LHV])",
        "kgCO2e/t.km": "(t*km)",
        "kgCO2e/keuro (2023) HT": "(1000*EUR)",
        "kgCO2e/kg de poids vif": "kg",
        "kgCO2e/m3 (n)": "Nm3",
        "kgCO2e/repas": "piece",
    }
    report = run(table, [base_row(str(at), "1", unit) for at, unit in enumerate(printed)])
    assert [row.unit for row in report.taken] == [f"kg CO2e[AR5]/{u}" for u in printed.values()]
    assert [row.price_year for row in report.taken if row.price_year] == ["2023"]
    conditions = [row.condition for row in report.taken if row.condition]
    assert conditions == ["per: de poids vif", "per: repas"]


def test_units_with_a_calendar_period_and_prices_without_a_year_are_refused(
    table: Callable[..., Path],
) -> None:
    rows = [base_row("1", "1", "kgCO2e/ha.an"), base_row("2", "1", "kgCO2e/keuro")]
    report = run(table, rows)
    assert not report.taken
    assert {d.rule for d in report.refused} >= {"import.unit", "import.price-year"}


def test_only_land_use_may_be_negative(table: Callable[..., Path]) -> None:
    rows = [
        base_row("1", "-2", "kgCO2e/ha", category="UTCF > Forêt"),
        base_row("2", "-2", "kgCO2e/kg", category="Traitement des déchets"),
    ]
    report = run(table, rows)
    assert [row.boundary for row in report.taken] == ["not-stated; removal"]
    assert report.counts["import.negative"] == 1


def test_a_stage_of_a_refused_element_is_refused(table: Callable[..., Path]) -> None:
    report = run(table, [base_row("7", "nd"), STAGED[2]])
    assert report.counts["import.no-total"] == 1
    assert not report.taken
