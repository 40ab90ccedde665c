"""US EPA emission factor hub and simplified calculator, as JSON tables (one file or a folder)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mrv.factors.imports.cells import plain
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.gwp import set_shown
from mrv.factors.imports.loose import an_object, objects
from mrv.factors.imports.spelling import EPA_HUB
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.factors.imports.collector import Collector

PUBLISHER = Publisher(
    dataset="us-epa-hub",
    document="US EPA Emission Factors Hub / Simplified GHG Emissions Calculator",
    publisher="US EPA",
    licence="US-public-domain",
)
_BIOGENIC = {"woodAndWoodResiduals", "landfillGas"}
_ROAD = {
    *("passengerCars", "lightDutyTrucks", "heavyDutyVehicles", "motorcycles", "buses"),
    *("mediumAndHeavyDutyVehicles", "lightDutyCars", "mediumDutyTrucks", "heavyDutyTrucks"),
}
_GASES = {"co2": ("co2-per-activity", "kg CO2"), "ch4": ("ch4-per-activity", "g CH4")}
_GASES["n2o"] = ("n2o-per-activity", "g N2O")
_STATIONARY = re.compile(r"(CO2|CH4|N2O) Factor \((kg|g) / (mmBtu|unit)\)", re.IGNORECASE)


def read_rows(tables: Mapping[str, Any], found: Collector) -> None:
    """Take each table by its name; heating values are on the gross basis, as EPA's are.

    Args:
        tables: content of each JSON file by its stem, such as ``waste_emission_factors``.
        found: takes the rows.
    """
    gwps = an_object(tables.get("refrigerants_gwp_factors"))
    found.gwp_set = set_shown(_float(gwps.get("ch4")), _float(gwps.get("n2o")))
    if found.gwp_set:
        found.note(
            f"所附 GWP 表为 {found.gwp_set}", f"the GWP table that comes with it is {found.gwp_set}"
        )
    for name, body in sorted(tables.items()):
        reader = _READERS.get(name)
        if reader is None or not isinstance(body, dict):
            what = text(f"{name} 不是排放因子表", f"{name} is no table of emission factors")
            found.refuse("not-a-factor", what, 1, name)
            continue
        for line, (key, entry) in enumerate(body.items(), 1):
            found.read += 1
            if name in _FLAT or isinstance(entry, dict):
                reader(found, line, str(key), entry)
            else:
                what = text(f"{name} 的“{key}”不成形", f'"{key}" of {name} has no known form')
                found.refuse("incomplete", what, line, str(key))


def _float(value: object) -> float | None:
    try:
        return float(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _words(name: str) -> str:
    """Split a name in camel case."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).casefold()


def _one(
    found: Collector, line: int, what: tuple[str, str, str], cell: object, unit: str, **more: str
) -> None:
    """Take one figure: property, key and name settled."""
    prop, key, name = what
    value = found.number(cell, line, name)
    settled = found.unit(unit, line, name) if value is not None else None
    if value is not None and settled is not None:
        texts = {"name_en": name, "region": "US", **more}
        slot = texts.pop("more", "")
        found.take(
            line, prop, key, value, settled, more=slot, source_id=f"{prop} {key}", texts=texts
        )


def _stationary(found: Collector, line: int, key: str, entry: Any) -> None:
    unit = EPA_HUB.get(str(entry.get("Unit")))
    for label, cell in entry.items():
        hit = _STATIONARY.fullmatch(label)
        if not hit or (hit[3].casefold() == "unit" and unit is None):
            continue
        gas = hit[1].casefold()
        below = "MMBTU[HHV]" if hit[3] == "mmBtu" else str(unit)
        prop = _GASES[gas][0]
        if gas == "co2" and key in _BIOGENIC:
            prop = "biogenic-co2"
        about = (prop, f"{key} per {hit[3] if below.startswith('MM') else unit}", _words(key))
        _one(
            found, line, about, cell, f"{hit[2]} {hit[1].upper()}/{below}", boundary="combustion",
            clause="stationary combustion",
        )  # fmt: skip


def _mobile_co2(found: Collector, line: int, key: str, cell: Any) -> None:
    below = "ft3" if key == "cng" else "US_gallon"
    about = ("co2-per-activity", f"mobile {key}", f"{_words(key)}, mobile combustion")
    note = "unit after table 2 of the hub; the file itself states none"
    _one(found, line, about, cell, f"kg CO2/{below}", boundary="TTW", note=note)


def _mobile_gases(found: Collector, line: int, key: str, entry: Any) -> None:
    below = "mile" if key in _ROAD else "US_gallon"
    for fuel, years in entry.items():
        done: set[str] = set()
        for values in objects(list(an_object(years).values())):
            shown = str(values.get("year_display", ""))
            if shown in done:
                continue
            done.add(shown)
            more = re.sub(r"[^0-9A-Za-z]+", "-", shown.replace("≤", "to ")).strip("-")
            for gas in ("ch4", "n2o"):
                about = (_GASES[gas][0], f"{key} {fuel}", f"{_words(key)}, {_words(fuel)}")
                _one(
                    found, line, about, values.get(f"{gas}_factor"),
                    f"g {gas.upper()}/{below}", more=more, boundary="TTW",
                    condition=f"model year {shown}" if shown else "",
                    note="unit after tables 3 to 5 of the hub; the file itself states none",
                )  # fmt: skip


def _electricity(found: Collector, line: int, key: str, entry: Any) -> None:
    for gas, cell in entry.items():
        if gas in _GASES:
            prop = f"{gas}-per-activity"
            about = (prop, "electricity", f"electricity, eGRID subregion {key.upper()}")
            _one(
                found, line, about, cell, f"lb {gas.upper()}/MWh", more=f"egrid-{key}",
                region=f"place-egrid-{key}", boundary="generation; without-grid-losses",
                key_kind="energy-carrier",
            )  # fmt: skip


def _activity(found: Collector, line: int, key: str, entry: Any) -> None:
    units = {plain(entry["units"]): entry} if "units" in entry else entry
    for written, gases in units.items():
        below = EPA_HUB.get(written)
        if below is None or not isinstance(gases, dict):
            what = text(f"未知单位“{written}”", f'unknown unit "{written}"')
            found.refuse("unit", what, line, key)
            continue
        for gas, (prop, above) in _GASES.items():
            if gas in gases:
                about = (prop, f"{key} per {written}", _words(key))
                _one(found, line, about, gases[gas], f"{above}/{below}", boundary="TTW")


def _waste(found: Collector, line: int, key: str, entry: Any) -> None:
    gwp = found.gwp(line, key)
    for way, cell in entry.items() if gwp else ():
        about = ("emission-factor", f"{key} {way}", f"{_words(key)}, {_words(way)}")
        note = "metric tons CO2e per short ton, after the hub's waste table"
        _one(
            found, line, about, cell, f"t CO2e[{gwp}]/short_ton", clause="waste", note=note,
            boundary="end-of-life",
        )  # fmt: skip


def _gwp(found: Collector, line: int, key: str, cell: Any) -> None:
    gwp = found.gwp(line, key)
    if str(cell) in {"0", "0.0"}:
        what = text("GWP 为 0：表中未给出", "a GWP of 0: the table gives none")
        found.refuse("no-value", what, line, key)
    elif gwp:
        about = ("gwp-100", key, key.upper())
        _one(
            found, line, about, cell, f"kg CO2e[{gwp}]/kg", more=gwp, key_kind="gas",
            region="GLOBAL", boundary="100-year horizon",
        )  # fmt: skip


_READERS: dict[str, Callable[[Collector, int, str, Any], None]] = {
    "stationary_combustion_emission_factors": _stationary,
    "mobile_combustion_co2_emission_factors": _mobile_co2,
    "mobile_combustion_ch4_and_n2o_emission_factors": _mobile_gases,
    "electricity_emission_factors": _electricity,
    "business_travel_factors": _activity,
    "product_transport_emission_factors": _activity,
    "waste_emission_factors": _waste,
    "refrigerants_gwp_factors": _gwp,
}
_FLAT = {"mobile_combustion_co2_emission_factors", "refrigerants_gwp_factors"}
STEMS = frozenset(_READERS)
"""File names without their ending that belong to this source."""
