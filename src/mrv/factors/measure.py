"""Units of factor rows with the GWP set exchanged or forgotten.

Many published footprints do not say which IPCC report they used. Their unit is
``CO2e[unstated]``: it can be stored, searched and asked for by that name, but it never fits
``CO2e[AR5]`` or any other set, so it cannot slip into a sum that states one.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrv.units import Unit

_SET = re.compile(r"CO2e\[\w+\]")


def any_set(unit: Unit) -> Unit:
    """Return the unit with its GWP set forgotten, to compare kinds of units only.

    Example:
        >>> from mrv.units import parse_unit
        >>> any_set(parse_unit("t CO2e[AR4]/t")).fits(any_set(parse_unit("t CO2e[unstated]/t")))
        True
    """
    return _renamed(unit, {name: "CO2e" for name, _ in unit.powers if _SET.fullmatch(name)})


def as_co2e(unit: Unit, gas: str, gwp_set: str) -> Unit:
    """Return the unit of a gas written as CO2e of a set; the size does not change."""
    return _renamed(unit, {gas: f"CO2e[{gwp_set}]"})


def _renamed(unit: Unit, names: dict[str, str]) -> Unit:
    powers = tuple(sorted((names.get(name, name), power) for name, power in unit.powers))
    spelling = unit.spelling
    for old, new in names.items():
        spelling = spelling.replace(old, new)
    return replace(unit, powers=powers, spelling=spelling)
