"""How large a factor may be: bands of magnitude by property and by class of product.

The bands are our own and wide; they catch slips of the unit (a factor of 1000), not poor data. A
value outside a band that refuses may only be kept as a witness. The group is that of the key in
its vocabulary, or the key itself where one product needs a band of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.factors.measure import any_set
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.messages.diagnostic import Severity
    from mrv.units import Unit


@dataclass(frozen=True)
class Band:
    """Between which values a factor may lie, ends included.

    Attributes:
        property: the property of the rows that it is for.
        group: a key or a group of the vocabulary; empty for all others.
        unit: the unit of the two ends; the band is for rows whose unit fits, whatever GWP set.
        low: smallest value.
        high: largest value.
        severity: whether a value outside is refused or only pointed at.
    """

    property: str
    group: str
    unit: str
    low: str
    high: str
    severity: Severity = "error"

    def holds(self, exact: Fraction, unit: Unit) -> bool | None:
        """Tell whether a value lies in the band; None if the band is not for its unit."""
        mine, given = any_set(parse_unit(self.unit)), any_set(unit)
        if not mine.fits(given):
            return None
        here = exact * given.ratio_to(mine)
        return Fraction(self.low) <= here <= Fraction(self.high)


_KG = "kg CO2e[AR5]/kg"

BANDS = (
    Band("net-calorific-value", "", "GJ[LHV]/t", "1", "125"),
    Band("net-calorific-value", "", "GJ[LHV]/Nm3", "0.002", "0.15"),
    Band("carbon-content-per-energy", "", "t C/TJ[LHV]", "5", "90"),
    Band("carbon-content-per-mass", "", "t C/t", "0.1", "1"),
    Band("oxidation-factor", "", "%", "70", "100", "warning"),
    Band("co2-per-energy", "", "t CO2/TJ[LHV]", "30", "300"),
    Band("co2-per-mass", "", "t CO2/t", "0.5", "4"),
    *(
        Band(f"grid-{name}", "", "kg CO2/kWh", "0", "1.4")
        for name in ("average", "average-excluding-traded-non-fossil", "fossil-only", "reporting")
    ),
    Band("purchased-heat", "", "t CO2/GJ", "0.02", "0.2"),
    Band("electricity-footprint", "", "kg CO2e[AR5]/kWh", "0.001", "1.6"),
    Band("steam-enthalpy-saturated", "", "kJ/kg", "2000", "2810"),
    Band("steam-enthalpy-superheated", "", "kJ/kg", "0", "4200"),
    Band("freight-footprint", "air-freight", "kg CO2e[AR5]/(t·km)", "0.3", "5"),
    Band("freight-footprint", "", "kg CO2e[AR5]/(t·km)", "0.0005", "2"),
    Band("passenger-footprint", "", "kg CO2e[AR5]/(passenger·km)", "0.001", "0.6"),
    Band("vehicle-footprint", "", "kg CO2e[AR5]/km", "0.02", "3"),
    Band("co2-per-distance", "", "kg CO2/km", "0.05", "2"),
    Band("fuel-consumption-limit", "", "L/(100 km)", "3", "60"),
    Band("co2-per-fuel-volume", "", "g CO2/L", "1000", "3500"),
    Band("ch4-per-distance", "", "mg CH4/km", "0", "10000"),
    Band("n2o-per-distance", "", "mg N2O/km", "0", "500"),
    Band("gwp-100", "", "kg CO2e[AR5]/kg", "0", "30000"),
    Band("hydrogen-route-co2", "", "kg CO2/kg H2", "0", "60"),
    Band("travel-mode", "", "kg CO2/(passenger·km)", "0", "0.6"),
    Band("travel-baseline", "", "kg CO2/(passenger·km)", "0", "0.6"),
    Band("product-footprint", "primary-aluminium", _KG, "3", "18", "warning"),
    Band("product-footprint", "metal", _KG, "0.1", "40"),
    Band("product-footprint", "construction", _KG, "0.0005", "10"),
    Band("product-footprint", "infrastructure", _KG, "0.0005", "10"),
    Band("product-footprint", "plastic", _KG, "0.1", "30"),
    Band("product-footprint", "crop", _KG, "0.01", "20"),
    Band("product-footprint", "food", _KG, "0.01", "100"),
    Band("product-footprint", "food", "kg CO2e[AR5]/L", "0.01", "50"),
    Band("product-footprint", "water", _KG, "0.00001", "0.01"),
    Band("product-footprint", "hydrogen", "kg CO2e[AR5]/kg H2", "0.1", "60"),
    Band("product-footprint", "pv", "kg CO2e[AR5]/kW", "50", "3000"),
    Band("product-footprint", "battery", "kg CO2e[AR5]/kWh", "20", "300"),
    Band("product-footprint", "", _KG, "0.00001", "1000"),
    Band("product-footprint", "construction", "kg CO2e[AR5]/m3", "1", "20000"),
    Band("product-footprint", "", "kg CO2e[AR5]/m3", "0.001", "100000"),
    Band("product-footprint", "crop", "kg CO2e[AR5]/ha", "10", "50000"),
    Band("product-footprint", "", "kg CO2e[AR5]/m2", "0.001", "20000"),
    Band("product-footprint", "", "t CO2e[AR5]/m", "0", "1000"),
    Band("product-footprint", "vehicle-life", "t CO2e[AR5]/vehicle", "1", "5000"),
    Band("product-footprint", "", "kg CO2e[AR5]/CNY", "0", "10"),
)


def band_for(name: str, groups: tuple[str, ...], exact: Fraction, unit: Unit) -> Band | None:
    """Return the band that a value breaks, None if it lies in its band or there is none.

    Args:
        name: the property.
        groups: the key and its group; the first that has a band for the unit decides.
        exact: the value.
        unit: its unit.

    Example:
        >>> from mrv.units import parse_unit
        >>> broken = band_for("freight-footprint", (), Fraction(27), parse_unit("kg CO2/(t·km)"))
        >>> broken is None  # CO2 is not CO2e, so there is no band for it
        True
    """
    for group in (*groups, ""):
        for band in BANDS:
            if band.property == name and band.group == group:
                inside = band.holds(exact, unit)
                if inside is not None:
                    return None if inside else band
    return None
