"""Cells of decision tables: numbers with units, bounds and intervals, exact."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import Interval
from mrv.language.expression import in_range
from mrv.language.model import Written
from mrv.messages import refuse, text
from mrv.units import ONE, explain_misfit

if TYPE_CHECKING:
    from mrv.language.world import TableHeader
    from mrv.units import Unit

_DIGITS = r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?(?![0-9.eE])"
_NUMBER = re.compile(rf"({_DIGITS})\s*(.*)")
_BOUND = re.compile(rf"(<=|>=|<|>|=)?\s*({_DIGITS}\s*.*)")
_RANGE = re.compile(r"([\[(])\s*([^,]+?)\s*,\s*([^,]+?)\s*([\])])\s*(.*)")


def read_number(spelling: str, unit: Unit, header: TableHeader, written: Written) -> Fraction:
    """Read ``279000 t`` exactly in a unit; a number alone only where the unit is 1.

    Raises:
        Refused: ``table.cell``, ``unit.missing``, ``unit.incompatible``, ``number.range``.
    """
    match = _NUMBER.fullmatch(spelling.strip())
    if match is None:
        refuse(
            "table.cell",
            text(f"“{spelling}”不是数值", f'"{spelling}" is not a number'),
            written.place,
            hint=text(
                "写作 279000 t，或写表的某个输入名。",
                "Write 279000 t, or the name of an input of the table.",
            ),
        )
    value = in_range(Fraction(match[1]), written.place)
    if not match[2]:
        if unit != ONE:
            refuse(
                "unit.missing",
                text(
                    f"这个数没有单位，应为 {unit.spelling}",
                    f"this number has no unit; {unit.spelling} is needed",
                ),
                written.place,
                hint=text(
                    f"写作 {match[1]} {unit.spelling}。", f"Write {match[1]} {unit.spelling}."
                ),
            )
        return value
    own = header.scope.unit(Written(match[2], written.place))
    if not own.fits(unit):
        refuse(
            "unit.incompatible",
            text(
                f"这里是 {own.spelling}，应为 {unit.spelling}",
                f"this is in {own.spelling}, {unit.spelling} is needed",
            ),
            written.place,
            hint=explain_misfit(own, unit),
        )
    return value * own.ratio_to(unit)


def read_interval(item: Written, unit: Unit, header: TableHeader) -> Interval:
    """Read ``< 5 t``, ``>= 5 t``, ``5 t`` or ``[1 t, 2 t)``.

    Raises:
        Refused: ``table.interval``, and as :func:`read_number`.
    """
    spelling = item.text.strip()
    if ranged := _RANGE.fullmatch(spelling):
        opening, one, two, closing, tail = ranged.groups()
        low = read_number(f"{one} {tail}".strip(), unit, header, item)
        high = read_number(f"{two} {tail}".strip(), unit, header, item)
        closed = opening == "[", closing == "]"
        if low > high or (low == high and closed != (True, True)):
            refuse(
                "table.interval",
                text("这个区间里没有任何数", "no number lies in this interval"),
                item.place,
                hint=text("下限写在前面。", "The lower end comes first."),
            )
        return Interval(low, high, *closed)
    match = _BOUND.fullmatch(spelling)
    if match is None:
        refuse(
            "table.interval",
            text(f"“{item.text}”不是区间", f'"{item.text}" is not an interval'),
            item.place,
            hint=text(
                '写作 "< 279000 t"、">= 10 t"、"[1 t, 2 t)" 或 any。',
                'Write "< 279000 t", ">= 10 t", "[1 t, 2 t)" or any.',
            ),
        )
    value = read_number(match[2], unit, header, item)
    match match[1]:
        case "<" | "<=":
            return Interval(None, value, high_closed=match[1] == "<=")
        case ">" | ">=":
            return Interval(value, None, low_closed=match[1] == ">=")
        case _:
            return Interval(value, value, low_closed=True, high_closed=True)
