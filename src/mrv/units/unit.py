"""A unit: an exact size, what it measures, and how it is written.

The algebra works on three things at once: the size as a `Fraction`, the powers of the base
symbols, and the spelling. Base symbols are not only mass, length, time and energy, but also
substances (``CO2``, ``CO2e[AR5]``), counted things (``passenger``), money and tags (``[LHV]``),
so that what must not be mixed does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

NUMERALS = "十百千万亿"  # a name such as 万kWh is one factor, and so is its power
_Powers = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of measure; equal units have the same size and the same powers.

    Attributes:
        scale: size in base units (kg, m, s, J and one of everything that is counted), exact.
        powers: base symbols with their exponents, sorted by symbol, none of them zero.
        spelling: canonical text, such as ``t CO2/GJ``; `parse_unit` reads it back. It plays no
            part in comparison.

    Example:
        >>> from mrv.units import parse_unit
        >>> (parse_unit("GJ/t") * parse_unit("t C/GJ")).spelling
        't C/t'
        >>> parse_unit("10^4 kWh").ratio_to(parse_unit("GJ"))
        Fraction(36, 1)
    """

    scale: Fraction
    powers: _Powers
    spelling: str = field(compare=False)

    def __mul__(self, other: Unit) -> Unit:
        """Return the product; like factors in the spelling cancel."""
        return _product(self, other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        """Return the quotient; like factors in the spelling cancel."""
        return _product(self, other, -1)

    def __pow__(self, exponent: int) -> Unit:
        """Return the unit to a whole power."""
        powers = tuple((symbol, power * exponent) for symbol, power in self.powers if exponent)
        size, factors = split_spelling(self.spelling)
        spelling = _spell(size**exponent, {name: n * exponent for name, n in factors.items()})
        return Unit(self.scale**exponent, powers, spelling)

    def fits(self, other: Unit) -> bool:
        """Say whether a number in this unit can be turned into one in the other by a factor."""
        return self.powers == other.powers

    def ratio_to(self, other: Unit) -> Fraction:
        """Return the factor that turns a number in this unit into one in the other.

        Raises:
            ValueError: the units do not fit. That is a programming error: ask `fits` first.
        """
        if not self.fits(other):
            msg = f"{self.spelling} does not fit {other.spelling}"
            raise ValueError(msg)
        return self.scale / other.scale

    @property
    def dimensionless(self) -> bool:
        """Whether it is a pure number; its scale may still differ from 1, as that of % does."""
        return not self.powers


def _product(left: Unit, right: Unit, sign: int) -> Unit:
    """Multiply (`sign` 1) or divide (`sign` -1)."""
    powers = dict(left.powers)
    for symbol, power in right.powers:
        powers[symbol] = powers.get(symbol, 0) + sign * power
    size, factors = split_spelling(left.spelling)
    other_size, other_factors = split_spelling(right.spelling)
    for name, power in other_factors.items():
        factors[name] = factors.get(name, 0) + sign * power
    return Unit(
        left.scale * right.scale if sign == 1 else left.scale / right.scale,
        make_powers(powers),
        _spell(size * other_size**sign, factors),
    )


def make_powers(powers: dict[str, int]) -> _Powers:
    """Sort the powers and drop those that cancelled."""
    return tuple(sorted((symbol, power) for symbol, power in powers.items() if power))


def split_spelling(spelling: str) -> tuple[Fraction, dict[str, int]]:
    """Take a canonical spelling apart into its number and its factors with their exponents.

    Example:
        >>> split_spelling("L/(100*km)")
        (Fraction(1, 100), {'L': 1, 'km': -1})
        >>> split_spelling("(t CO2)^2")
        (Fraction(1, 1), {'t CO2': 2})
    """
    above, _, below = spelling.partition("/")
    if below.startswith("(") and below.endswith(")"):
        below = below[1:-1]
    size = Fraction(1)
    factors: dict[str, int] = {}
    for part, sign in ((above, 1), (below, -1)):
        for written in part.split("*") if part else ():
            name, _, exponent = written.partition("^")
            if name.isdecimal():
                size *= Fraction(int(name)) ** sign
            else:
                factors[name.strip("()")] = sign * int(exponent or 1)
    return size, factors


def _spell(size: Fraction, factors: dict[str, int]) -> str:
    """Write a number and factors as canonical text, the inverse of `split_spelling`."""
    above = [str(size.numerator)] if size.numerator != 1 else []
    below = [str(size.denominator)] if size.denominator != 1 else []
    above += [_raised(name, power) for name, power in factors.items() if power > 0]
    below += [_raised(name, -power) for name, power in factors.items() if power < 0]
    text = "*".join(above) or "1"
    if not below:
        return text
    return f"{text}/{below[0]}" if len(below) == 1 else f"{text}/({'*'.join(below)})"


def _raised(name: str, power: int) -> str:
    if power == 1:
        return name
    composed = " " in name or name[0] in NUMERALS
    return f"({name})^{power}" if composed else f"{name}^{power}"


ONE = Unit(Fraction(1), (), "1")
