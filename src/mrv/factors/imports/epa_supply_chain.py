"""US EPA supply chain factors by NAICS: kilograms of CO2e per dollar of a price year."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.factors.imports.cells import plain, slug
from mrv.factors.imports.collector import Publisher
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

_WITH = "Supply Chain Emission Factors with Margins"
_PARTS = {
    "Supply Chain Emission Factors without Margins": "cradle-to-gate",
    "Margins of Supply Chain Emission Factors": "gate-to-shelf",
}
COLUMNS = (
    ("2017 NAICS Code", "2017 NAICS Title", "GHG", "Unit", _WITH),
    ("2017 NAICS Code", "2017 NAICS Title", "GHG", "Unit", *_PARTS),
)
PUBLISHER = Publisher(
    dataset="us-epa-supply-chain",
    document="Supply Chain Greenhouse Gas Emission Factors by NAICS-6",
    publisher="US EPA",
    licence="US-public-domain",
    data_type="model",
)
_UNIT = re.compile(r"kg(?: [^/]+)?\s*/\s*(\d{4}) USD, purchaser price", re.IGNORECASE)


def read_rows(table: Table, found: Collector) -> None:
    """Take the factor with margins, and its two parts where the file has them.

    The unit of each row carries the price year. The file names no GWP set, and editions
    differ in it (v1.2 says AR4, v1.4 says AR6), so the user states it.
    """
    names = (*COLUMNS[0], *_PARTS, "Reference USEEIO Code")
    at = {name: table.at(name) for name in names}
    for line, row in table:
        found.read += 1
        cells = {name: plain(row[column]) if column >= 0 else "" for name, column in at.items()}
        code, printed = cells["2017 NAICS Code"], cells["Unit"]
        hit = _UNIT.fullmatch(printed)
        if not hit:
            what = text(f"未知单位“{printed}”", f'unknown unit "{printed}"')
            hint = text(
                "应为“kg CO2e/2022 USD, purchaser price”，须写明价格年。",
                'It reads "kg CO2e/2022 USD, purchaser price", with the price year.',
            )
            found.refuse("unit", what, line, "Unit", hint=hint)
            continue
        if cells["GHG"].casefold() != "all ghgs" or "co2e" not in printed.casefold():
            what = text(f"按单一气体的行不取：{cells['GHG']}", f"a row by gas: {cells['GHG']}")
            found.refuse("not-a-factor", what, line, "GHG")
            continue
        gwp = found.gwp(line, "Unit")
        value = found.number(row[at[_WITH]], line, _WITH) if gwp and at[_WITH] >= 0 else None
        if value is None:
            continue
        shared = {
            "name_en": cells["2017 NAICS Title"],
            "region": "US",
            "price_year": hit[1],
            "reference_from": hit[1],
            "reference_to": hit[1],
            "classification": f"NAICS-2017 {code}",
            "clause": f"USEEIO {cells['Reference USEEIO Code']}",
            "note": "purchaser price",
        }
        unit = f"kg CO2e[{gwp}]/USD"
        total = found.take(
            line, "spend-footprint", code, value, unit, more=f"usd{hit[1]}", source_id=code,
            boundary="cradle-to-shelf", texts=shared,
        )  # fmt: skip
        for name, boundary in _PARTS.items():
            part = found.number(row[at[name]], line, name) if at[name] >= 0 else None
            if part is not None:
                found.take(
                    line, "spend-footprint-part", code, part, unit,
                    more=f"usd{hit[1]}/{slug(boundary)}", source_id=f"{code} {boundary}",
                    boundary=boundary, part_of=total, texts=shared,
                )  # fmt: skip
