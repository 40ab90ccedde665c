"""Every physical unit of the registry against pint's own registry, by exact ratio."""

from __future__ import annotations

import functools
from fractions import Fraction

import pint
import pytest

from mrv.units.registry import registry

# Ours by another name, or not in pint and then built of what is: the number is exact.
IN_PINT = {
    "t": "metric_ton",
    "kt": "1e3 metric_ton",
    "Mt": "1e6 metric_ton",
    "lb": "pound",
    "jin": "0.5 kilogram",
    "nmi": "nautical_mile",
    "ha": "hectare",
    "mu": "hectare / 15",
    "acre": "international_foot**2 * 43560",
    "m2": "meter**2",
    "m3": "meter**3",
    "Nm3": "meter**3",
    "Sm3": "meter**3",
    "ft3": "foot**3",
    "L": "liter",
    "mL": "milliliter",
    "kL": "kiloliter",
    "US_gallon": "gallon",
    "barrel": "oil_barrel",
    "d": "day",
    "h": "hour",
    "cal": "international_calorie",
    "kcal": "kilointernational_calorie",
    "Mcal": "megainternational_calorie",
    "Gcal": "gigainternational_calorie",
    "BTU": "Btu_it",
    "MMBTU": "1e6 Btu_it",
    "therm": "1e5 Btu_it",
    "kn": "knot",
    "%": "percent",
    "‰": "permille",
}
BASE_IN_PINT = {
    "mass": "kilogram",
    "length": "meter",
    "time": "second",
    "energy": "joule",
    "amount": "mole",
}


@functools.cache
def oracle():
    return pint.UnitRegistry(non_int_type=Fraction)


def physical():
    known = registry()
    return [
        name
        for name, unit in known.units.items()
        if all(symbol in BASE_IN_PINT or symbol.startswith("[") for symbol, _ in unit.powers)
    ]


@pytest.mark.parametrize("name", physical())
def test_size_is_exactly_that_of_pint(name):
    ours = registry().units[name]
    pints = oracle()
    theirs = pints.Quantity(IN_PINT.get(name, name))
    base = pints.Quantity(Fraction(1), "dimensionless")
    for symbol, power in ours.powers:
        if not symbol.startswith("["):
            base = base * pints.Quantity(Fraction(1), BASE_IN_PINT[symbol]) ** power
    ratio = (theirs / base).to_base_units()
    assert ratio.dimensionless
    assert Fraction(ratio.magnitude) == ours.scale


def test_the_oracle_is_asked_about_most_of_the_registry():
    assert len(physical()) >= 65
    assert not set(IN_PINT) - set(physical())


@pytest.mark.parametrize(
    ("spelling", "joules"),
    [("kcal", "4186.8"), ("BTU", "1055.05585262"), ("kWh", "3600000"), ("MMBTU", "1055055852.62")],
)
def test_published_sizes_of_energy(spelling, joules):
    # NIST SP 811 appendix B: International Table calorie and BTU
    assert registry().units[spelling].scale == Fraction(joules)
