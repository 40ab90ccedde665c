"""Units as the sources spell them, in the spelling of the store.

Heating values are kept: ``Net CV`` and ``PCI`` are LHV, ``Gross CV`` and ``PCS`` are HHV.
Where a source writes only a unit of energy for a fuel, no basis is added.
"""

from __future__ import annotations

import re

DEFRA = {
    "kg": "kg",
    "tonnes": "t",
    "litres": "L",
    "million litres": "10^6 L",
    "cubic metres": "m3",
    "kwh": "kWh",
    "kwh (net)": "kWh",
    "kwh (net cv)": "kWh[LHV]",
    "kwh (gross cv)": "kWh[HHV]",
    "gj": "GJ",
    "km": "km",
    "miles": "mile",
    "tonne.km": "(t*km)",
    "passenger.km": "(passenger*km)",
    "room per night": "room_night",
    "per fte working hour": "(person*h)",
}
"""UK government flat file, column UOM; folded to lower case."""

_BASE_CARBONE = {
    "kg": "kg",
    "tonne": "t",
    "t": "t",
    "litre": "L",
    "ml": "mL",
    "kwh": "kWh",
    "kwh pci": "kWh[LHV]",
    "kwhpci": "kWh[LHV]",
    "kwh (pci)": "kWh[LHV]",
    "kwh pcs": "kWh[HHV]",
    "kwhpcs": "kWh[HHV]",
    "gj pci": "GJ[LHV]",
    "gj pcs": "GJ[HHV]",
    "mj pci": "MJ[LHV]",
    "tep pci": "(10 Gcal[LHV])",
    "tep pcs": "(10 Gcal[HHV])",
    "t.km": "(t*km)",
    "tonne.km": "(t*km)",
    "passager.km": "(passenger*km)",
    "km.personne": "(passenger*km)",
    "véhicule.km": "(vehicle*km)",
    "voiture.km": "(vehicle*km)",
    "m3.km": "(m3*km)",
    "m³.km": "(m3*km)",
    "km": "km",
    "m": "m",
    "m de route": "m",
    "m²": "m2",
    "m2 shon": "m2",
    "m² shon": "m2",
    "m3": "m3",
    "m³": "m3",
    "m3 (n)": "Nm3",
    "ha": "ha",
    "heure": "h",
    "unité": "piece",
    "appareil": "piece",
    "livre": "piece",
    "repas": "piece",
    "plant": "piece",
    "100 feuilles a4": "(100 piece)",
    "kgh2": "kg H2",
    "euro dépensé": "EUR",
    "keuro": "(1000 EUR)",
}
_OF_WHAT = re.compile(r"(kg|tonne|m²)( (?:de |d'|d’|bio|dco|ntk|produites).*)")
_KILOEURO = re.compile(r"keuro \((\d{4})\) ht")


def base_carbone(written: str) -> tuple[str, str, str] | None:
    """Return denominator, what it counts where the source says so, and price year.

    A tonne of oil equivalent is 10 Gcal by definition. Years (``ha.an``) are calendar periods
    and no units: such rows are not known here.

    Example:
        >>> base_carbone("kgCO2e/kWh PCI"), base_carbone("kgCO2e/keuro (2019) HT")
        (('kWh[LHV]', '', ''), ('(1000 EUR)', '', '2019'))
        >>> base_carbone("kgCO2e/tonne de déchets")
        ('t', 'de déchets', '')
    """
    head, slash, below = written.strip().partition("/")
    if head.casefold().replace(" ", "") != "kgco2e" or not slash:
        return None
    folded = " ".join(below.casefold().split())
    if folded in _BASE_CARBONE:
        unit = _BASE_CARBONE[folded]
        counted = folded if unit in {"piece", "(100 piece)"} else ""
        return unit, counted, ""
    euros = _KILOEURO.fullmatch(folded)
    if euros:
        return "(1000 EUR)", "", euros[1]
    hit = _OF_WHAT.fullmatch(folded)
    if hit:
        return _BASE_CARBONE[hit[1]], hit[2].strip(), ""
    return None


PACT = {
    "liter": "L",
    "kilogram": "kg",
    "cubic meter": "m3",
    "kilowatt hour": "kWh",
    "megajoule": "MJ",
    "ton kilometer": "(t*km)",
    "square meter": "m2",
    "piece": "piece",
    "hour": "h",
}
"""Declared units of PACT 2 and 3; ``megabit second`` has no unit here."""

EPA_HUB = {
    "scf": "ft3",
    "gallons": "US_gallon",
    "short tons": "short_ton",
    "vehicle-mile": "(vehicle*mile)",
    "passenger-mile": "(passenger*mile)",
    "ton-mile": "(short_ton*mile)",
}
"""US EPA: gallons are US gallons, tons are short tons."""
