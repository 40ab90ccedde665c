"""Electricity by country: Ember and Our World in Data (life-cycle), IFI (margins)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.imports.cells import is_blank, plain
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.places import place_or_slug
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

_EMBER = "emissions_intensity_gco2_per_kwh"
EMBER_COLUMNS = (("country_code", "country_or_region", "year", _EMBER),)
EMBER = Publisher(
    dataset="ember-electricity",
    document="Ember Yearly Electricity Data",
    publisher="Ember",
    licence="CC-BY-4.0",
    data_type="statistic",
)
_OWID = "carbon_intensity[gCO₂eq/kWh]"
OWID_COLUMNS = (
    ("year", "country_code", _OWID),
    ("country", "year", "iso_code", "carbon_intensity_elec"),
)
OWID = Publisher(
    dataset="owid-electricity",
    document="Our World in Data, energy data: carbon intensity of electricity",
    publisher="Our World in Data",
    licence="CC-BY-4.0",
    data_type="statistic",
)
IFI_COLUMNS = (("Country / Territory / Island",),)
IFI = Publisher(
    dataset="ifi-default-grid-factors",
    document="Harmonized IFI Default Grid Factors 2021 v3.1",
    publisher="IFI Technical Working Group / UNFCCC",
    licence="not-stated",
    data_type="model",
)
_IFI = (
    ("grid-combined-margin", "firm energy"),
    ("grid-combined-margin", "intermittent energy"),
    ("grid-combined-margin", "energy efficiency"),
    ("grid-combined-margin", "electricity consumption"),
    ("grid-operating-margin", ""),
)


def read_ember(table: Table, found: Collector) -> None:
    """Take the intensity of each country's latest year.

    The column says gCO2; Ember says of it: full life-cycle, all gases, CO2 equivalent over 100
    years (Global Electricity Review 2024, supporting material). It names no GWP set there.
    """
    found.note(
        "栏名写作 gCO2，而 Ember 说明其为全生命周期、含各种气体的 CO2 当量：按 CO2e 处理",
        "the column says gCO2, but Ember describes life-cycle CO2 equivalent of all gases: "
        "taken as CO2e",
    )
    code, name, year, value = (table.at(n) for n in EMBER_COLUMNS[0])
    for line, row in table:
        label = plain(row[name])
        place = plain(row[code]) or label
        _intensity(found, line, (place, label or place, plain(row[year])), row[value])


def read_owid(table: Table, found: Collector) -> None:
    """Take the intensity of each country and year; OWID names no GWP set."""
    value = max(table.at(_OWID), table.at("carbon_intensity_elec"))
    code = max(table.at("country_code"), table.at("iso_code"))
    name, year = table.at("country"), table.at("year")
    for line, row in table:
        label = plain(row[name]) if name >= 0 else ""
        place = plain(row[code]) or label
        _intensity(found, line, (place, label or place, plain(row[year])), row[value])


def _intensity(found: Collector, line: int, about: tuple[str, str, str], cell: object) -> None:
    """Take one country and year."""
    place, name, year = about
    found.read += 1
    if not place or not year:
        found.refuse("incomplete", text("缺少地区或年份", "no region or no year"), line)
        return
    value = found.number(cell, line, "carbon intensity")
    gwp = found.gwp(line) if value is not None else None
    if value is None or gwp is None:
        return
    region = place_or_slug(place)
    found.take(
        line,
        "grid-life-cycle",
        "electricity",
        value,
        f"g CO2e[{gwp}]/kWh",
        more=f"{region}/{year}",
        source_id=f"{place} {year}",
        key_kind="energy-carrier",
        name_en=f"electricity, {name}",
        boundary="life-cycle; generation; without-grid-losses",
        region=region,
        reference_from=year,
        reference_to=year,
    )


def read_ifi(table: Table, found: Collector) -> None:
    """Take combined margins by use and the operating margin; both are CO2 only, in g/kWh."""
    for line, row in table:
        found.read += 1
        name = plain(row[0])
        if not name or all(is_blank(cell) for cell in row[1:6]):
            what = text("脚注或空行", "a foot-note or an empty row")
            found.refuse("not-a-factor", what, line)
            continue
        region = place_or_slug(name.removeprefix("Memo:").strip())
        for (prop, use), cell in zip(_IFI, row[1:6], strict=False):
            value = found.number(cell, line, use or "operating margin")
            if value is not None:
                more = f"{region}/{use.replace(' ', '-')}" if use else region
                found.take(
                    line, prop, "electricity", value, "g CO2/kWh", more=more,
                    source_id=f"{name} {use}".strip(), key_kind="energy-carrier",
                    name_en=f"electricity, {name}", condition=use, region=region,
                    boundary="generation", published="2021", note="for project appraisal",
                )  # fmt: skip
