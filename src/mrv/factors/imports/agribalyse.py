"""AGRIBALYSE, sheet "Synthese": climate change of foods per kilogram, cradle to plate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.imports.cells import plain
from mrv.factors.imports.collector import Publisher
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table

_CLIMATE = "Changement climatique (kg CO2 eq/kg de produit)"
_QUALITY = "DQR - Note de qualité de la donnée (1 excellente ; 5 très faible)"
COLUMNS = (("Code AGB", "Nom du Produit en Français", "LCI Name", _CLIMATE),)
PUBLISHER = Publisher(
    dataset="agribalyse",
    document="AGRIBALYSE 3, synthèse",
    publisher="ADEME / INRAE",
    licence="etalab-2.0",
    data_type="model",
)


def read_rows(table: Table, found: Collector) -> None:
    """Take the climate change column; the other indicators are no greenhouse gas factors.

    The sheet names no GWP set.
    """
    at = {name: table.at(name) for name in (*COLUMNS[0], _QUALITY, "Groupe d'aliment")}
    details = [table.at(n) for n in ("Saisonnalité", "Livraison", "Matériau d'emballage")]
    found.note(
        "只取气候变化一栏；其余环境指标不是温室气体因子",
        "only the climate change column is taken; the other indicators are no GHG factors",
    )
    for line, row in table:
        found.read += 1
        code, name = plain(row[at["Code AGB"]]), plain(row[at["Nom du Produit en Français"]])
        if not code or not name:
            found.refuse("incomplete", text("缺少编号或名称", "no code or no name"), line)
            continue
        value = found.number(row[at[_CLIMATE]], line, _CLIMATE)
        gwp = found.gwp(line, _CLIMATE) if value is not None else None
        if value is None or gwp is None:
            continue
        quality = plain(row[at[_QUALITY]]) if at[_QUALITY] >= 0 else ""
        group = plain(row[at["Groupe d'aliment"]]) if at["Groupe d'aliment"] >= 0 else ""
        found.take(
            line,
            "product-footprint",
            code,
            value,
            f"kg CO2e[{gwp}]/kg",
            source_id=code,
            name_en=plain(row[at["LCI Name"]]) or name,
            boundary="cradle-to-plate",
            region="FR",
            clause=group,
            quality=f"DQR {quality}" if quality else "",
            condition="; ".join(plain(row[d]) for d in details if d >= 0 and plain(row[d])),
            note=name,
        )
