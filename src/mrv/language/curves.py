"""Interpolation tables: axes in order, as many values as points, units read."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from mrv.language.checked import Interpolation
from mrv.language.expression import in_range
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.language.checked import Outside
    from mrv.language.model import DeclaredCurve
    from mrv.language.scope import Scope
    from mrv.messages import Place

_SURFACE = 2
OUTSIDE: dict[str, Outside] = {
    "error": "error", "hold-and-say": "hold", "extend-and-say": "extend",
}  # fmt: skip


def read_curve(declared: DeclaredCurve, scope: Scope) -> Interpolation:
    """Read a curve (``points``) or a surface (``axes`` and ``values``).

    Raises:
        Refused: ``curve.order``, ``curve.shape``, or a unit that cannot be read.
    """
    place = declared.place
    if len(declared.units_of) != len(declared.of):
        refuse(
            "curve.shape",
            text("unit_of 与 of 的个数不同", "unit_of and of differ in number"),
            place,
        )
    units = tuple(scope.unit(written) for written in declared.units_of)
    unit = scope.unit(declared.unit)
    if declared.points:
        x = _numbers([point[0] for point in declared.points], place)
        values: tuple[tuple[Fraction, ...], ...] = (
            _numbers([point[1] for point in declared.points], place),
        )
        y = None
        wanted = 1
    else:
        if len(declared.axes) != _SURFACE:
            refuse("curve.shape", text("二维表需要两条轴", "a surface needs two axes"), place)
        x, y = (_numbers(list(axis), place) for axis in declared.axes)
        values = tuple(_numbers(list(row), place) for row in declared.values)
        wanted = _SURFACE
        if len(values) != len(x) or any(len(row) != len(y) for row in values):
            refuse(
                "curve.shape",
                text(
                    f"values 应为 {len(x)} 行、每行 {len(y)} 个数",
                    f"values must have {len(x)} rows of {len(y)} numbers",
                ),
                place,
            )
        _ordered(y, place)
    if len(units) != wanted:
        refuse(
            "curve.shape",
            text(f"这里应有 {wanted} 个自变量", f"there must be {wanted} inputs here"),
            place,
        )
    _ordered(x, place)
    return Interpolation(
        f"{scope.prefix}{declared.name}", x, y, values, units, unit,
        OUTSIDE[declared.outside], declared.source, place,
    )  # fmt: skip


def _numbers(spellings: list[str], place: Place) -> tuple[Fraction, ...]:
    try:
        return tuple(in_range(Fraction(spelling), place) for spelling in spellings)
    except (ValueError, ZeroDivisionError):
        refuse(
            "curve.number",
            text("插值表里有一个不是数值", "something in the curve is not a number"),
            place,
        )


def _ordered(axis: tuple[Fraction, ...], place: Place) -> None:
    if len(axis) < _SURFACE or any(one >= two for one, two in pairwise(axis)):
        refuse(
            "curve.order",
            text(
                "轴上的数至少两个，且须严格递增",
                "an axis needs at least two numbers, strictly increasing",
            ),
            place,
            hint=text("按从小到大排列，去掉重复的点。", "Sort them and leave out duplicates."),
        )
