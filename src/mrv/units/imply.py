"""May the user's unit stand for the declared one?

A column head says ``t`` where the methodology declares ``t CO2``: what is left unsaid is filled
in from the declaration. What is said and differs (carbon for CO2, HHV for LHV) is a contradiction.
The state of a gas is never filled in: a cubic metre at the meter is not one at 0 °C, by 5 to 10 %.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.units.registry import registry
from mrv.units.tags import is_substance, split_symbol

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.units.unit import Unit


def implied(user: Unit, declared: Unit) -> bool:
    """Say whether the user's unit may stand for the declared one.

    Args:
        user: the unit as given in a table.
        declared: the unit that the methodology declares for the column.

    Returns:
        True if the powers are the same, or become so by adding only substances and tags that
        the user did not mention, the state of a gas excepted.

    Example:
        >>> from mrv.units import parse_unit
        >>> implied(parse_unit("kg"), parse_unit("t CO2"))
        True
        >>> implied(parse_unit("t C"), parse_unit("t CO2"))
        False
        >>> implied(parse_unit("m3"), parse_unit("Nm3"))
        False
    """
    said = dict(user.powers)
    for symbol, power in declared.powers:
        spoken = _spoken_as(symbol, said)
        if spoken is not None:
            if said.pop(spoken) != power:
                return False
        elif not is_substance(symbol) and not _may_be_unsaid(symbol):
            return False
    return not said


def _may_be_unsaid(symbol: str) -> bool:
    """Whether a tag without a substance may be left out: the state of a gas must be said."""
    families = registry().tags
    return symbol.startswith("[") and all(
        families.get(tag) != "state" for tag in split_symbol(symbol)[1]
    )


def _spoken_as(symbol: str, said: dict[str, int]) -> str | None:
    """Return the symbol by which the user named this one, perhaps with fewer tags."""
    if symbol in said or symbol.startswith("["):
        return symbol if symbol in said else None
    name, tags = split_symbol(symbol)
    for other in said:
        other_name, other_tags = split_symbol(other)
        if other_name == name and set(other_tags) <= set(tags):
            return other
    return None


def implied_ratio(user: Unit, declared: Unit) -> Fraction:
    """Return the factor that turns the user's number into one in the declared unit.

    Raises:
        ValueError: the unit may not stand for the declared one; ask `implied` first.

    Example:
        >>> from mrv.units import parse_unit
        >>> implied_ratio(parse_unit("kg"), parse_unit("t CO2"))
        Fraction(1, 1000)
    """
    if not implied(user, declared):
        msg = f"{user.spelling} does not stand for {declared.spelling}"
        raise ValueError(msg)
    return user.scale / declared.scale
