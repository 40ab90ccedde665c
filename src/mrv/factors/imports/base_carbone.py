"""Base Carbone of ADEME: elements, their stages (postes) and gases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mrv.factors.imports.cells import is_blank, plain, slug
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.gwp import set_shown
from mrv.factors.imports.places import WORLD, place_or_slug
from mrv.factors.imports.spelling import base_carbone
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

COLUMNS = (
    (
        *("Type Ligne", "Identifiant de l'élément", "Structure", "Type de l'élément"),
        *("Statut de l'élément", "Nom base français", "Unité français"),
        "Total poste non décomposé",
    ),
)
PUBLISHER = Publisher(
    dataset="base-carbone",
    document="Base Carbone",
    publisher="ADEME",
    licence="etalab-2.0",
)
_GASES = {
    "CO2f": "co2e-of-co2",
    "CH4f": "co2e-of-ch4-fossil",
    "CH4b": "co2e-of-ch4-biogenic",
    "N2O": "co2e-of-n2o",
    "Autres GES": "co2e-of-other-ghg",
}
_EUROPE = {"europe": "place-europe", "outre-mer": "place-outre-mer"}
_LAND = "UTCF"
_DATE = re.compile(r"\d{4}(-\d\d-\d\d.*)?$")


class _Columns(NamedTuple):
    kind: int
    number: int
    structure: int
    what: int
    status: int
    name: int
    attribute: int
    frontier: int
    category: int
    unit: int
    place: int
    subplace: int
    valid: int
    uncertainty: int
    stage: int
    stage_name: int
    total: int
    biogenic: int


_NAMES = (
    *("Type Ligne", "Identifiant de l'élément", "Structure", "Type de l'élément"),
    *("Statut de l'élément", "Nom base français", "Nom attribut français"),
    *("Nom frontière français", "Code de la catégorie", "Unité français"),
    *("Localisation géographique", "Sous-localisation géographique français"),
    *("Période de validité", "Incertitude", "Type poste", "Nom poste français"),
    *("Total poste non décomposé", "CO2b"),
)


def read_rows(table: Table, found: Collector) -> None:
    """Take elements, stages as parts of them, and gases as parts of the lowest level.

    The file carries the GWPs of the IPCC reports itself. Those marked valid give the set of the
    valid elements (ADEME's documentation says the same: values are computed with the 100-year
    GWPs of the fifth report, CH4 fossil 30, biogenic 28, N2O 265). Archived elements may rest
    on an older set: theirs must be stated by the user.
    """
    columns = _Columns(*(table.at(name) for name in _NAMES))
    gases = {prop: table.at(name) for name, prop in _GASES.items()}
    rows = list(table)
    shown = _shown(rows, columns)
    if shown:
        found.note(
            f"文件自带的有效 GWP 行为 {shown}，用于有效因子；存档因子须由用户写明 gwp_set",
            f"the GWP rows that the file marks valid are {shown}: used for valid elements; "
            "for archived ones the user must state gwp_set",
        )
    totals: dict[str, str] = {}
    staged: dict[str, list[str]] = {}
    for _, row in rows:
        if row[columns.kind] == "Poste":
            staged.setdefault(plain(row[columns.number]), []).append(plain(row[columns.stage]))
    for line, row in rows:
        found.read += 1
        _element(found, line, row, columns, (gases, totals, staged, shown))


def _shown(rows: Sequence[tuple[int, Sequence[Any]]], at: _Columns) -> str | None:
    values: dict[str, float] = {}
    for _, row in rows:
        name = row[at.name]
        valid = str(row[at.status]).startswith("Valide")
        if name in {"CH4b", "N2O"} and valid and not is_blank(row[at.total]):
            try:
                values[name] = float(str(row[at.total]).replace(",", "."))
            except ValueError:
                continue
    return set_shown(values.get("CH4b"), values.get("N2O"))


_Known = tuple[dict[str, int], dict[str, str], dict[str, list[str]], str | None]


def _element(found: Collector, line: int, row: Sequence[Any], at: _Columns, known: _Known) -> None:
    """Take one line: an element, or a stage of the element above it."""
    gases, totals, staged, shown = known
    number = plain(row[at.number])
    archived = row[at.status] == "Archivé"
    if row[at.what] != "Facteur d'émission":
        what = text("不是排放因子，而是源数据", "source data, not an emission factor")
        found.refuse("not-a-factor", what, line, "Type de l'élément")
        return
    value = found.number(row[at.total], line, "Total poste non décomposé", ",")
    if value is None:
        return
    printed = plain(row[at.unit])
    settled = base_carbone(printed)
    if settled is None:
        what = text(f"未知单位“{printed}”", f'unknown unit "{printed}"')
        found.refuse("unit", what, line, "Unité français")
        return
    denominator, counted, price_year = settled
    if "EUR" in denominator and not price_year:
        what = text(f"“{printed}”没有写明价格年", f'"{printed}" names no price year')
        found.refuse("price-year", what, line, "Unité français")
        return
    gwp = found.gwp(line, stated=None if archived else shown)
    if gwp is None:
        return
    unit = found.unit(f"kg CO2e[{gwp}]/{denominator}", line, "Unité français")
    if unit is None:
        return
    stage = row[at.kind] == "Poste"
    if stage and number not in totals:
        what = text("所属的要素未被采用", "the element that it is a stage of was not taken")
        found.refuse("no-total", what, line)
        return
    shared = _shared(row, at, counted, price_year)
    shared["status"] = "superseded" if archived else "active"
    kind = plain(row[at.stage])
    removal = shared["clause"].startswith(_LAND)
    if stage:
        label = " ".join(p for p in (kind, plain(row[at.stage_name])) if p)
        shared.update(boundary=f"stage: {label}", part_of=totals[number])
        row_id = found.take(
            line, "co2e-of-stage", number, value, unit, more=_slot(label, line), removal=removal,
            source_id=f"{number} {label}", texts=shared,
        )  # fmt: skip
    else:
        prop = "spend-footprint" if price_year else "emission-factor"
        stages = " + ".join(dict.fromkeys(staged.get(number, ())))
        shared["boundary"] = f"stages: {stages}" if stages else "not-stated"
        row_id = found.take(
            line, prop, number, value, unit, removal=removal, source_id=number, texts=shared
        )
        totals[number] = row_id
    if stage or number not in staged:
        _gas_rows(found, line, row, at, (gases, row_id, number, unit, shared))


def _gas_rows(
    found: Collector,
    line: int,
    row: Sequence[Any],
    at: _Columns,
    about: tuple[dict[str, int], str, str, str, dict[str, str]],
) -> None:
    """Take the gases of a line as parts of it; biogenic CO2 stands apart from every total."""
    gases, row_id, number, unit, shared = about
    more = row_id.rpartition("/")[2] if shared.get("part_of") else ""
    extra = {**shared, "part_of": row_id}
    for prop, column in gases.items():
        if column < 0 or is_blank(row[column]):
            continue
        value = found.number(row[column], line, prop, ",")
        if value is not None:
            found.take(
                line, prop, number, value, unit, more=more, source_id=f"{number} {prop}",
                removal=shared["clause"].startswith(_LAND), texts=extra,
            )  # fmt: skip
    if at.biogenic >= 0 and not is_blank(row[at.biogenic]):
        value = found.number(row[at.biogenic], line, "CO2b", ",")
        if value is not None and float(value):
            extra["part_of"] = ""
            mass = f"kg CO2/{unit.partition('/')[2]}"
            found.take(
                line, "biogenic-co2", number, value, mass, more=more, removal=True,
                source_id=f"{number} CO2b", texts=extra,
            )  # fmt: skip


def _slot(label: str, line: int) -> str:
    return f"{slug(label)}-{line}"


def _shared(row: Sequence[Any], at: _Columns, counted: str, price_year: str) -> dict[str, str]:
    """Return the columns that an element and its parts have in common."""
    names = [plain(row[column]) for column in (at.name, at.attribute, at.frontier) if column >= 0]
    valid = plain(row[at.valid]) if at.valid >= 0 else ""
    uncertainty = plain(row[at.uncertainty]) if at.uncertainty >= 0 else ""
    place, subplace = plain(row[at.place]), plain(row[at.subplace]) if at.subplace >= 0 else ""
    until = valid[:10] if _DATE.match(valid) else ""
    return {
        "name_en": ", ".join(name for name in names if name),
        "clause": plain(row[at.category]) if at.category >= 0 else "",
        "region": _region(place, subplace),
        "valid_to": f"{until}-12-31" if len(until) == 4 else until,  # noqa: PLR2004
        "uncertainty": f"{uncertainty} %" if uncertainty else "",
        "condition": f"per: {counted}" if counted else "",
        "price_year": price_year,
        "note": f"validité: {valid}" if valid and not until else "",
    }


def _region(place: str, subplace: str) -> str:
    folded = place.casefold()
    if folded == "monde":
        return WORLD
    if folded == "france continentale":
        inside = place_or_slug(subplace) if subplace else "FR"
        return inside if inside == "FR" else f"place-fr-{inside.removeprefix('place-')}"
    if subplace:
        return place_or_slug(subplace)
    return _EUROPE.get(folded, place_or_slug(place) if place else WORLD)
