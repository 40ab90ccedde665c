"""UK government conversion factors (DEFRA, now DESNZ): the flat file, layouts of 2022 and 2025."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mrv.factors.imports.cells import is_blank, plain, slug
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.gwp import set_shown
from mrv.factors.imports.places import find_place
from mrv.factors.imports.spelling import DEFRA
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

COLUMNS = (("Scope", "Level 1", "Level 2", "Level 3", "UOM", "GHG/Unit"),)
PUBLISHER = Publisher(
    dataset="uk-ghg-conversion-factors",
    document="UK Government GHG Conversion Factors for Company Reporting, flat file",
    publisher="DEFRA / DESNZ",
    licence="OGL-UK-3.0",
)
_PARTS = {"co2": "co2e-of-co2", "ch4": "co2e-of-ch4", "n2o": "co2e-of-n2o"}
_FACTOR = re.compile(r"ghgconversionfactor(\d{4})")
_LOST = "\ufffd"


class _Row(NamedTuple):
    scope: str
    levels: tuple[str, ...]
    uom: str
    ghg: str
    cell: Any
    number: str


def read_rows(table: Table, found: Collector) -> None:
    """Take the totals and, as their parts, the CO2e of CO2, CH4 and N2O.

    The GWP set is the one that the file's own methane and nitrous oxide rows show; a file that
    lacks them (such as one with scope 3 only) does not say.
    """
    column, year = _factor_column(table, found)
    rows = [(line, _row(table, row, column)) for line, row in table]
    found.gwp_set = _shown([row for _, row in rows])
    if found.gwp_set:
        found.note(
            f"文件自带的甲烷与氧化亚氮行表明 GWP 版本为 {found.gwp_set}",
            f"the file's own methane and nitrous oxide rows show the GWP set {found.gwp_set}",
        )
    lost = [line for line, row in rows if any(_LOST in part for part in row.levels)]
    if lost:
        found.note(
            f"{len(lost)} 行的名称含替代字符“\ufffd”（首见第 {lost[0]} 行）："
            "编码在此文件之前已丢失",
            f'{len(lost)} rows have the replacement character "\ufffd" in a name (first: row '
            f"{lost[0]}): the encoding was lost before this file was made",
        )
    for line, row in rows:
        found.read += 1
        _take(found, line, row, year)


def _factor_column(table: Table, found: Collector) -> tuple[int, str]:
    """Find the column of the factors and the year that its name carries."""
    for name, at in table.columns.items():
        hit = _FACTOR.fullmatch(name)
        if hit:
            return at, hit[1]
    at = next((at for name, at in table.columns.items() if "conversionfactor" in name), -1)
    return at, str(found.options.year or "")


def _row(table: Table, row: Sequence[Any], column: int) -> _Row:
    def cell(name: str) -> str:
        at = table.at(name)
        return plain(row[at]) if at >= 0 else ""

    words = [cell(f"Level {number}") for number in (1, 2, 3, 4)]
    words.append(cell("Column Text") or cell("Description"))
    return _Row(cell("Scope"), tuple(words), cell("UOM"), cell("GHG/Unit"), row[column], cell("ID"))


def _shown(rows: Sequence[_Row]) -> str | None:
    """Return the GWP set that the refrigerant rows for CH4 and N2O show."""
    values: dict[str, float] = {}
    for row in rows:
        gas = row.levels[2].casefold()
        if row.uom == "kg" and gas in {"methane", "nitrous oxide"} and not is_blank(row.cell):
            try:
                values.setdefault(gas, float(row.cell))
            except ValueError:
                continue
    return set_shown(values.get("methane"), values.get("nitrous oxide"))


def _take(found: Collector, line: int, row: _Row, year: str) -> None:
    if not row.uom or not row.levels[0]:
        what = text("这一行没有单位或名称", "the row has no unit or no name")
        found.refuse("incomplete", what, line)
        return
    value = found.number(row.cell, line, "GHG Conversion Factor")
    if value is None:
        return
    denominator = DEFRA.get(row.uom.casefold())
    if denominator is None:
        what = text(f"未知单位“{row.uom}”", f'unknown unit "{row.uom}"')
        found.refuse("unit", what, line, "UOM")
        return
    ghg = row.ghg.casefold().removesuffix(" per unit")
    if ghg in DEFRA:
        unit, prop = found.unit(f"{DEFRA[ghg]}/{denominator}", line, "UOM"), "energy-per-activity"
    elif ghg.startswith("kg co2e"):
        gwp = found.gwp(line, "GHG/Unit")
        if gwp is None:
            return
        unit = found.unit(f"kg CO2e[{gwp}]/{denominator}", line, "UOM")
        prop = _PARTS.get(ghg.removeprefix("kg co2e of "), _total(row))
    else:
        what = text(f"未知的气体栏“{row.ghg}”", f'unknown gas column "{row.ghg}"')
        found.refuse("unit", what, line, "GHG/Unit")
        return
    if unit is None:
        return
    _place(found, line, row, value, (unit, prop, year))


def _total(row: _Row) -> str:
    if row.scope.casefold() == "outside of scopes":
        return "biogenic-co2"
    return "upstream-emission-factor" if row.levels[0].startswith("WTT") else "emission-factor"


def _place(
    found: Collector, line: int, row: _Row, value: str, settled: tuple[str, str, str]
) -> None:
    """Take a row whose value, unit and property are settled."""
    unit, prop, year = settled
    name = " | ".join(part for part in row.levels if part)
    if row.scope.casefold() == "outside of scopes":
        prop = "biogenic-co2"
    key = f"{name} per {row.uom}"
    part_of = ""
    if prop in _PARTS.values():
        part_of = f"{found.publisher.dataset}/{_total(row)}/{slug(key)}/{year}"
    hotel = find_place(row.levels[2]) if row.levels[0] == "Hotel stay" else None
    found.take(
        line,
        prop,
        key,
        value,
        unit,
        more=year,
        source_id=row.number or f"row {line}",
        name_en=name,
        boundary=_boundary(row),
        region=hotel or "GB",
        reference_from=year,
        reference_to=year,
        valid_from=f"{year}-01-01" if year else "",
        valid_to=f"{year}-12-31" if year else "",
        clause=f"{row.scope}; {row.levels[0]}",
        part_of=part_of,
    )


def _boundary(row: _Row) -> str:
    first = row.levels[0].casefold()
    if first.startswith("wtt"):
        return "WTT"
    if "t&d" in first or first.startswith("transmission"):
        return "transmission-and-distribution-losses"
    if row.scope.casefold() == "outside of scopes":
        return "outside-of-scopes"
    return row.scope.casefold().replace(" ", "-")
