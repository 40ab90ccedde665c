"""Numbers and values as people read them: short where marked so, exact where it matters."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING

from mrv.units import ONE, describe

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.explain.step import Value
    from mrv.messages import Lang
    from mrv.units import Unit

_DIGITS = 10
_LARGE, _SMALL = 1e16, 1e-5
_PRECISION = 400
_TRUTH = {("zh", True): "是", ("zh", False): "否", ("en", True): "yes", ("en", False): "no"}


def exact_text(number: Fraction) -> str:
    """Write a fraction as an exact decimal, or as a fraction where no decimal ends.

    Example:
        >>> from fractions import Fraction
        >>> exact_text(Fraction(30485840000, 10**9)), exact_text(Fraction(1, 3))
        ('30.48584', '1/3')
    """
    rest = number.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    if rest != 1:
        return str(number)
    with localcontext() as context:
        context.prec = _PRECISION
        decimal = Decimal(number.numerator) / Decimal(number.denominator)
        return _plain(decimal)


def _plain(decimal: Decimal) -> str:
    written = f"{decimal:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written


def full(number: float) -> str:
    """Write a double so that it reads back as the same double.

    Example:
        >>> full(32.0), full(0.1), full(1e300)
        ('32', '0.1', '1e+300')
    """
    if number != 0 and (abs(number) >= _LARGE or abs(number) < _SMALL):
        return repr(float(number))
    return _plain(Decimal(repr(float(number)))) if number else "0"


def short(number: float) -> str:
    """Write a double with at most ten digits.

    Example:
        >>> short(32.033794818666664), short(1234567.0)
        ('32.03379482', '1234567')
    """
    if len(repr(float(number))) <= _DIGITS + 2:
        return full(number)
    return full(float(f"{number:.{_DIGITS}g}"))


def shown(value: Value, unit: Unit | None, lang: Lang, *, exact: bool = False) -> str:
    """Write a value with its unit; a missing one says so.

    Args:
        value: the value.
        unit: its unit, if it has one.
        lang: ``zh`` or ``en``.
        exact: all digits of a double instead of ten.
    """
    if value is None:
        return "缺失" if lang == "zh" else "missing"
    if isinstance(value, bool):
        return _TRUTH[lang, value]
    if isinstance(value, str):
        return value
    number = full(value) if exact else short(value)
    name = "" if unit is None or unit == ONE else describe(unit, lang)
    return f"{number} {name}" if name else number


def is_short(value: Value) -> bool:
    """Tell whether :func:`shown` leaves digits out."""
    return isinstance(value, float) and short(value) != full(value)
