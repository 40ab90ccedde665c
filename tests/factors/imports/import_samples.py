"""Small hand-made rows in the layouts of the sources; every figure in them is made up."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

DEFRA_HEADER = (
    *("ID", "Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text"),
    *("UOM", "GHG/Unit", "GHG Conversion Factor 2031"),
)


def defra_row(
    value: object,
    ghg: str = "kg CO2e",
    *,
    uom: str = "kWh (Net CV)",
    name: str = "Peat gas",
    level_1: str = "Fuels",
    scope: str = "Scope 1",
) -> list[object]:
    """Return a row of the flat file."""
    return ["1_2", scope, level_1, "Gaseous fuels", name, "", "", uom, ghg, value]


GWPS = [
    defra_row("28", uom="kg", name="Methane", level_1="Refrigerant & other"),
    defra_row("265", uom="kg", name="Nitrous oxide", level_1="Refrigerant & other"),
]
"""The two rows by which a flat file shows that it uses AR5."""

BASE_HEADER = (
    *("Type Ligne", "Identifiant de l'élément", "Structure", "Type de l'élément"),
    *("Statut de l'élément", "Nom base français", "Nom attribut français"),
    *("Nom frontière français", "Code de la catégorie", "Unité français"),
    *("Localisation géographique", "Sous-localisation géographique français"),
    *("Période de validité", "Incertitude", "Type poste", "Nom poste français"),
    *("Total poste non décomposé", "CO2f", "CH4f", "CH4b", "N2O", "Autres GES", "CO2b"),
)


def base_row(
    number: str,
    total: str,
    unit: str = "kgCO2e/kWh PCI",
    *,
    stage: str = "",
    gases: Sequence[str] = ("", "", "", "", "", ""),
    status: str = "Valide générique",
    what: str = "Facteur d'émission",
    name: str = "Tourbe séchée",
    category: str = "Combustibles > Fossiles",
) -> list[str]:
    """Return an element, or a stage of it."""
    return [
        *("Poste" if stage else "Elément", number, "élément", what, status, name, "moyenne", ""),
        *(category, unit, "France continentale", "", "2031", "10", stage, "", total, *gases),
    ]


BASE_GWPS = [
    base_row("9001", "28", "", what="Données source", name="CH4b"),
    base_row("9002", "265", "", what="Données source", name="N2O"),
    base_row("9003", "25", "", what="Données source", name="CH4b", status="Archivé"),
]
