"""Units of factor rows: those of the registry, and CO2e whose source names no GWP set.

Many published footprints do not say which IPCC report they used. Such a value is written with
``CO2e[unstated]``: it can be stored, searched and asked for by that name, but it never fits
``CO2e[AR5]`` or any other set, so it cannot slip into a sum that states one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from mrv.factors.row import UNSTATED
from mrv.messages import text
from mrv.units import explain_misfit, parse_unit

if TYPE_CHECKING:
    from mrv.messages import Text
    from mrv.units import Unit

_STAND_IN = "AR5"
_BARE = f"CO2e[{UNSTATED}]"
_SET = re.compile(r"CO2e\[\w+\]")


@lru_cache(maxsize=4096)
def factor_unit(spelling: str) -> Unit:
    """Parse the unit of a factor row.

    Args:
        spelling: as in the column ``unit``, such as ``kg CO2e[unstated]/kWh``.

    Raises:
        Refused: ``unit.*`` as from `mrv.units.parse_unit`.

    Example:
        >>> factor_unit("kg CO2e[unstated]/kWh").fits(factor_unit("g CO2e[unstated]/MJ"))
        True
        >>> factor_unit("kg CO2e[unstated]/kWh").fits(factor_unit("kg CO2e[AR6]/kWh"))
        False
    """
    if UNSTATED not in spelling:
        return parse_unit(spelling)
    stand_in = f"CO2e[{_STAND_IN}]"
    if stand_in in spelling:
        # Two sets in one unit: let the parser say what is wrong with the one it does not know.
        return parse_unit(spelling)
    unit = parse_unit(spelling.replace(_BARE, stand_in))
    return _renamed(unit, {stand_in: _BARE})


def any_set(unit: Unit) -> Unit:
    """Return the unit with its GWP set forgotten, to compare kinds of units only.

    Example:
        >>> any_set(factor_unit("t CO2e[AR4]/t")).fits(any_set(factor_unit("t CO2e[AR6]/t")))
        True
    """
    return _renamed(unit, {name: "CO2e" for name, _ in unit.powers if _SET.fullmatch(name)})


def misfit(row: Unit, wanted: Unit) -> Text:
    """Say why the unit of a row does not turn into the one wanted."""
    for unit, other in ((row, wanted), (wanted, row)):
        if UNSTATED in unit.spelling and UNSTATED not in other.spelling:
            return text(
                f"{unit.spelling} 的来源未注明所用的 GWP 版本，不能换算为 {other.spelling}",
                f"the source of {unit.spelling} names no GWP set, so it is not {other.spelling}",
            )
        if UNSTATED in unit.spelling:
            return text(
                f"{row.spelling} 与 {wanted.spelling} 不是同类单位",
                f"{row.spelling} and {wanted.spelling} are units of different kinds",
            )
    return explain_misfit(row, wanted)


def as_co2e(unit: Unit, gas: str, gwp_set: str) -> Unit:
    """Return the unit of a gas written as CO2e of a set; the size does not change."""
    return _renamed(unit, {gas: f"CO2e[{gwp_set}]"})


def _renamed(unit: Unit, names: dict[str, str]) -> Unit:
    powers = tuple(sorted((names.get(name, name), power) for name, power in unit.powers))
    spelling = unit.spelling
    for old, new in names.items():
        spelling = spelling.replace(old, new)
    return replace(unit, powers=powers, spelling=spelling)
