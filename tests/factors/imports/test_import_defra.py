"""UK flat file: totals and gases, heating values, GWP set, refusals with their rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from import_samples import DEFRA_HEADER, GWPS, defra_row

from mrv.factors.imports import read

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

WHOLE = [
    defra_row("0.20000"),
    defra_row("0.19000", "kg CO2e of CO2"),
    defra_row("0.00600", "kg CO2e of CH4"),
    defra_row("0.00400", "kg CO2e of N2O"),
]


def test_total_and_gases_are_linked(table: Callable[..., Path]) -> None:
    report = read(table([DEFRA_HEADER, *GWPS, *WHOLE]))
    assert report.kind == "defra"
    assert not report.refused
    total = next(row for row in report.taken if row.value == "0.20000")
    parts = [row for row in report.taken if row.part_of == total.id]
    assert sorted(row.value for row in parts) == ["0.00400", "0.00600", "0.19000"]
    assert {row.property for row in parts} == {"co2e-of-co2", "co2e-of-ch4", "co2e-of-n2o"}
    assert (total.unit, total.gwp_set) == ("kg CO2e[AR5]/kWh[LHV]", "AR5")
    assert (total.licence, total.publisher) == ("OGL-UK-3.0", "DEFRA / DESNZ")
    assert (total.region, total.valid_from, total.valid_to) == ("GB", "2031-01-01", "2031-12-31")


def test_gross_and_net_stay_apart(table: Callable[..., Path]) -> None:
    rows = [defra_row("0.2"), defra_row("0.18", uom="kWh (Gross CV)"), defra_row("0.19", uom="kWh")]
    units = [row.unit for row in read(table([DEFRA_HEADER, *GWPS, *rows])).taken][2:]
    assert units == [f"kg CO2e[AR5]/{unit}" for unit in ("kWh[LHV]", "kWh[HHV]", "kWh")]


def test_gases_that_do_not_add_up_are_refused_and_the_total_says_so(
    table: Callable[..., Path],
) -> None:
    rows = [*WHOLE[:3], defra_row("0.00500", "kg CO2e of N2O")]
    report = read(table([DEFRA_HEADER, *GWPS, *rows]))
    assert report.counts == {"import.sum": 1}
    total = next(row for row in report.taken if row.value == "0.20000")
    assert "0.201" in total.conflict
    assert not any(row.part_of for row in report.taken)


def test_gases_without_their_total_are_refused(table: Callable[..., Path]) -> None:
    report = read(table([DEFRA_HEADER, *GWPS, defra_row("n/a"), *WHOLE[1:]]))
    assert report.counts == {"import.no-total": 3, "import.no-value": 1}


def test_a_file_without_gwp_rows_is_not_guessed(table: Callable[..., Path]) -> None:
    path = table([DEFRA_HEADER, *WHOLE])
    assert read(path).counts == {"import.gwp-unknown": 4}
    assert {row.gwp_set for row in read(path, gwp_set="AR6").taken} == {"AR6"}


def test_energy_rows_need_no_gwp(table: Callable[..., Path]) -> None:
    report = read(table([DEFRA_HEADER, defra_row("0.7", "kWh (Net CV)", uom="km")]))
    assert [row.unit for row in report.taken] == ["kWh[LHV]/km"]


def test_each_bad_cell_is_named_with_its_row(table: Callable[..., Path]) -> None:
    rows = [
        defra_row("1,234.5", name="a"),
        defra_row("-", name="b"),
        defra_row("0.1", uom="furlongs", name="c"),
        defra_row("-0.1", name="d"),
        defra_row("0.1", name="e"),
        defra_row("0.1", name="e"),
    ]
    report = read(table([DEFRA_HEADER, *GWPS, *rows]))
    found = {d.rule: d.place.line for d in report.refused if d.place}
    assert found == {
        "import.number": 4,
        "import.no-value": 5,
        "import.unit": 6,
        "import.negative": 7,
        "import.repeated-id": 9,
    }
    assert all(d.what.zh and d.what.en for d in report.refused)


def test_a_removal_is_taken_when_the_user_marks_it(table: Callable[..., Path]) -> None:
    path = table([DEFRA_HEADER, *GWPS, defra_row("-0.1")])
    taken = read(path, removals=["1_2"]).taken
    assert [row.boundary for row in taken if row.value == "-0.1"] == ["scope-1; removal"]


def test_upstream_and_outside_of_scopes_are_other_properties(table: Callable[..., Path]) -> None:
    rows = [
        defra_row("0.03", level_1="WTT- fuels", scope="Scope 3"),
        defra_row("0.4", "kg CO2e of CO2 per unit", scope="Outside of Scopes", name="Wood"),
    ]
    taken = read(table([DEFRA_HEADER, *GWPS, *rows])).taken[2:]
    assert [(row.property, row.boundary) for row in taken] == [
        ("upstream-emission-factor", "WTT"),
        ("biogenic-co2", "outside-of-scopes"),
    ]


def test_the_layout_of_2022_has_other_column_names(table: Callable[..., Path]) -> None:
    header = (
        *("Scope", "Level_1", "Level_2", "Level_3", "Level_4", "Description", "UOM"),
        *("GHG_Unit", "GHG_Conversion_Factor_2022"),
    )
    report = read(table([header, *(row[1:] for row in (*GWPS, *WHOLE))]))
    assert len(report.taken) == 6
    assert {row.year for row in report.taken} == {2022}


def test_lost_characters_are_said(table: Callable[..., Path]) -> None:
    report = read(table([DEFRA_HEADER, *GWPS, defra_row("0.1", name="0\ufffd9 dwt")]))
    assert any("replacement character" in note.en for note in report.notes)
