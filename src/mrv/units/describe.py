"""How a unit is shown to people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.messages import Text
from mrv.units.registry import registry
from mrv.units.tags import is_substance, split_symbol
from mrv.units.unit import NUMERALS, split_spelling

if TYPE_CHECKING:
    from mrv.messages import Lang
    from mrv.units.unit import Unit

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def describe(unit: Unit, lang: Lang) -> str:
    """Write a unit for reading.

    Args:
        unit: the unit.
        lang: ``zh`` or ``en``.

    Example:
        >>> from mrv.units import parse_unit
        >>> describe(parse_unit("t CO2/GJ"), "zh")
        '吨CO2/吉焦'
        >>> describe(parse_unit("g CO2/(t*nmi)"), "en")
        'g CO2/(t·nmi)'
    """
    size, factors = split_spelling(unit.spelling)
    above = [str(size.numerator)] if size.numerator != 1 else []
    below = [str(size.denominator)] if size.denominator != 1 else []
    for name, power in factors.items():
        shown = _named(name, lang)
        if abs(power) > 1:
            shown = f"({shown})" if " " in name or name[0] in NUMERALS else shown
            shown += str(abs(power)).translate(_RAISED)
        (above if power > 0 else below).append(shown)
    top, bottom = "·".join(above) or "1", "·".join(below)
    if not below:
        return top
    return f"{top}/({bottom})" if len(below) > 1 else f"{top}/{bottom}"


def _named(factor: str, lang: Lang) -> str:
    """Name one factor of a spelling, such as ``万t CO2e[AR5]``."""
    if lang == "en":
        return factor
    words, bracket, tags = factor.partition("[")
    return "".join(_label(word) for word in words.split(" ")) + bracket + tags


def _label(word: str) -> str:
    labels = registry().labels
    if word in labels:
        return labels[word]
    numeral = re.match(f"[{NUMERALS}]+", word)
    if numeral:
        return numeral.group() + _label(word[numeral.end() :])
    return word


def quantity(unit: Unit) -> Text:
    """Name what a unit measures, in dimensions: ``energy per mass``, ``每质量的能量``.

    Example:
        >>> from mrv.units import parse_unit
        >>> quantity(parse_unit("kg CO2/kWh")).en
        'mass of CO2 per energy'
    """
    if unit.dimensionless:
        return Text(zh="纯数", en="a pure number")
    above = [_dimension(s, p, unit) for s, p in _physical(unit) if p > 0]
    below = [_dimension(s, -p, unit) for s, p in _physical(unit) if p < 0]
    matter = [_substance(unit, sign) for sign in (1, -1)]
    zh = _join([t.zh for t in above], matter[0], "·") or "1"
    en = _join([t.en for t in above], matter[0], " × ", " of ") or "1"
    if below or matter[1]:
        zh += "/" + _join([t.zh for t in below], matter[1], "·")
        en += " per " + _join([t.en for t in below], matter[1], " × ", " of ")
    return Text(zh=zh, en=en)


def _join(names: list[str], matter: str, times: str, of: str = "") -> str:
    return times.join(names) + (of + matter if matter and names else matter)


def _physical(unit: Unit) -> list[tuple[str, int]]:
    return [(s, p) for s, p in unit.powers if not is_substance(s) and not s.startswith("[")]


def _substance(unit: Unit, sign: int) -> str:
    return ", ".join(s for s, p in unit.powers if is_substance(s) and p * sign > 0)


_SOLIDS = {2: Text(zh="面积", en="area"), 3: Text(zh="体积", en="volume")}


def _dimension(symbol: str, power: int, unit: Unit) -> Text:
    """Name one dimension with its power; a length cubed is a volume."""
    if symbol == "length" and power in _SOLIDS:
        state = [split_symbol(s)[1][0] for s, _ in unit.powers if s in ("[0C]", "[20C]")]
        solid = _SOLIDS[power]
        tail = f"[{state[0]}]" if state else ""
        return Text(zh=solid.zh + tail, en=solid.en + tail)
    name = registry().dimensions[symbol]
    raised = str(power).translate(_RAISED) if power > 1 else ""
    return Text(zh=name.zh + raised, en=name.en + raised)
