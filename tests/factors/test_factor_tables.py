"""Every value of the reference tables is loaded, or said to be left out, with its reason."""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest

from mrv.factors import open_store
from mrv.factors.audit_parts import half_digit
from mrv.resources import folder

TABLES = Path(__file__).parents[3] / "shared/reference/tables"
WHOLE = {
    "fuels_derived_co2_per_unit": "fuels, CO2 per unit",
    "mrv_rules": "accounting rules",
    "gap-aviation-rules": "aviation rules",
    "gap-document-register": "documents",
    "pcf-data-quality-schemes": "data quality schemes",
    "pcf-open-factor-sources": "open data sets",
    "pcf-field-mapping": "field mapping",
    "reduction-methodology-index": "methodology index",
}
"""Tables that are left out as a whole, and how `not-loaded.csv` calls them."""
VALUES = {
    "gap-coastal-ship-fuel-shandong": ("kg_fuel_per_1000_converted_tkm",),
    "gap-imo-cf-circ684": ("carbon_content", "cf_tco2_per_t"),
    "gap-shipping-company-intensity": ("fuel_kg_per_1000_tnm", "co2_kg_per_1000_tnm"),
    "cii_dd_vectors": ("d1", "d2", "d3", "d4"),
    "cii_reference_lines": ("a", "c"),
}
SCALES = (1, 1000, Fraction(1, 1000))
"""A source may print grams where a table has kilograms."""
DATASETS = {
    "fuels": ("gbt32151.34-2024-c1", "gbt51366-2019-a", "ncsc-2025", "ncsc-2026", "ndrc-2015-3rd",
              "gd-port-form", "public-calculator-unnamed", "civil-aviation-2015",
              "physical-constants"),
    "gwp": ("ipcc-gwp-100", "blend-from-components"),
    "imo_fuel_cf": ("imo-mepc.364-79",),
    "gap-imo-cf-circ684": ("imo-mepc.1-circ.684",),
    "road_ch4_n2o_mg_per_km": ("land-transport-2015",),
    "steam_saturated_enthalpy": ("gbt32151.34-2024-c4",),
    "steam_superheated_enthalpy": ("gbt32151.34-2024-c5",),
    "pcf-electricity-footprint-factors": ("mee-electricity-footprint",),
}  # fmt: skip
"""Where a table became data sets of its own, its values must be among theirs."""

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not TABLES.exists(), reason="../shared/reference/tables is absent"),
]


def number(printed: str) -> Fraction | None:
    try:
        return Fraction(printed.strip())
    except ValueError:
        return None


def _printed(cell: str, loaded: list[Fraction]) -> bool:
    """Tell whether a loaded value prints as the cell does, in its unit or a thousandth of it."""
    value, slack = Fraction(cell.strip()), half_digit(cell.strip())
    for scale in SCALES:
        at = bisect_left(loaded, (value - slack) * scale)
        exact = bisect_left(loaded, value * scale)
        if exact < len(loaded) and loaded[exact] == value * scale:
            return True
        if scale != 1 and at < len(loaded) and loaded[at] <= (value + slack) * scale:
            return True
    return False


def left_out() -> list[dict[str, str]]:
    with (folder("factors") / "not-loaded.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("path", sorted(TABLES.glob("*.csv")), ids=lambda path: path.stem)
def test_each_value_is_loaded_or_left_out_with_a_reason(path: Path) -> None:
    listed = left_out()
    if path.stem in WHOLE:
        assert WHOLE[path.stem] in {line["table"] for line in listed}
        return
    wanted = DATASETS.get(path.stem)
    rows = [row for row in open_store().rows if wanted is None or row.dataset in wanted]
    loaded = sorted({row.exact for row in rows})
    reasons = {number(line["value"]) for line in listed if line["reason"]}
    texts = {line["value"] for line in listed if line["reason"]}
    lost = []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for line in csv.DictReader(file):
            for column in VALUES.get(path.stem, ("value",)):
                value = number(line[column])
                if value is None:
                    if line[column] and line[column] not in texts:
                        lost.append(line)
                elif not _printed(line[column], loaded) and value not in reasons:
                    lost.append(line)
    assert not lost


def test_tables_of_their_own_have_no_row_too_many() -> None:
    """A row more than the table would be a value from nowhere."""
    store = open_store()
    for name in ("steam_saturated_enthalpy", "steam_superheated_enthalpy", "gwp"):
        with (TABLES / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
            printed = Counter(number(line["value"]) for line in csv.DictReader(file))
        rows = [row for row in store.rows if row.dataset in DATASETS[name]]
        kept = Counter(row.exact for row in rows)
        assert not kept - printed, name
