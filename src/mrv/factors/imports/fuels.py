"""IPCC defaults in long tables, and the GHG Protocol's IPCC factors per kWh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.imports.cells import plain
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.places import place_or_slug
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

IPCC_COLUMNS = (("year", "region", "product", "property", "value", "unit"),)
IPCC = Publisher(
    dataset="ipcc-defaults",
    document="IPCC Guidelines for National Greenhouse Gas Inventories, 2006 and 2019 Refinement",
    publisher="IPCC",
    licence="facts-cited",
)
_UNITS = {
    "kg/GJ": ("carbon-content-per-energy", "kg C/GJ[LHV]"),
    "kg/kg": ("carbon-content-per-mass", "kg C/kg"),
    "GJ/t": ("net-calorific-value", "GJ[LHV]/t"),
}
GHG_PROTOCOL_COLUMNS = (("carbon_intensity[gCO₂eq/kWh]", "year", "fuel"),)
GHG_PROTOCOL = Publisher(
    dataset="ghg-protocol-stationary",
    document="IPCC 2006 factors as the GHG Protocol's stationary combustion tool lists them",
    publisher="GHG Protocol",
    licence="facts-cited",
)
_BIOGENIC = ("wood", "sulphite", "biomass fraction", "charcoal", "bio", "landfill", "sludge")


def read_ipcc(table: Table, found: Collector) -> None:
    """Take the default of each fuel, with the lower and upper limit as its uncertainty.

    IPCC calorific values and carbon contents are on the net basis (2006 Guidelines, volume 2,
    chapter 1, tables 1.2 and 1.3).
    """
    names = IPCC_COLUMNS[0]
    at = {name: table.at(name) for name in names}
    groups: dict[tuple[str, ...], dict[str, tuple[int, object]]] = {}
    for line, row in table:
        found.read += 1
        cells = {name: plain(row[at[name]]) for name in names}
        about = (cells["product"], cells["region"], cells["year"], cells["unit"])
        groups.setdefault(about, {})[cells["property"]] = (line, row[at["value"]])
    for (product, region, year, unit), values in groups.items():
        line, cell = values.get("def", next(iter(values.values())))
        if "def" not in values:
            what = text(f"“{product}”没有默认值", f'"{product}" has no default value')
            found.refuse("no-value", what, line, "property")
        elif unit not in _UNITS:
            what = text(f"未知单位“{unit}”", f'unknown unit "{unit}"')
            hint = text("可用：" + "、".join(_UNITS), "Known: " + ", ".join(_UNITS))
            found.refuse("unit", what, line, "unit", hint=hint)
        else:
            value = found.number(cell, line, "value")
            prop, settled = _UNITS[unit]
            limits = [plain(values[n][1]) for n in ("min", "max") if n in values]
            if value is not None:
                place = place_or_slug(region)
                found.take(
                    line, prop, product, value, settled, more=f"{place}/{year}",
                    source_id=f"{product} {region} {year}", key_kind="fuel",
                    name_en=product.replace("_", " "), region=place, reference_from=year,
                    reference_to=year, uncertainty=" to ".join(limits),
                )  # fmt: skip


def read_ghg_protocol(table: Table, found: Collector) -> None:
    """Take combustion factors per kWh of fuel, net basis.

    The column says CO2eq; the values are the IPCC's CO2 factors (kg/TJ times 3.6/1000, diesel
    74,100 kg/TJ gives 266.76 g/kWh), so they are taken as CO2 and the note says so.
    """
    found.note(
        "栏名写作 CO₂eq，数值实为 IPCC 的 CO2 因子（kg/TJ × 3.6/1000）：按 CO2 处理",
        "the column says CO₂eq, the values are the IPCC's CO2 factors (kg/TJ x 3.6/1000): "
        "taken as CO2",
    )
    value_at, year_at, fuel_at = (table.at(name) for name in GHG_PROTOCOL_COLUMNS[0])
    for line, row in table:
        found.read += 1
        fuel, year = plain(row[fuel_at]), plain(row[year_at])
        value = found.number(row[value_at], line, "carbon_intensity")
        if value is None:
            continue
        folded = fuel.casefold()
        biogenic = any(mark in folded for mark in _BIOGENIC) and "non biomass" not in folded
        found.take(
            line, "biogenic-co2-per-energy" if biogenic else "co2-per-energy", fuel, value,
            "g CO2/kWh[LHV]", more=year, source_id=fuel, key_kind="fuel", name_en=fuel,
            boundary="combustion", region="GLOBAL", reference_from=year, reference_to=year,
        )  # fmt: skip
