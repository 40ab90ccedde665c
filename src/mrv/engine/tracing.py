"""A curve over an input table: the value between the two points around, and whether it is left."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.plan import Call, Const

if TYPE_CHECKING:
    from mrv.engine.plan import Col, Scalar
    from mrv.language.checked import Outside
    from mrv.language.tree import TracedPart

NONE = Const(None, "number")


def traced(
    points: tuple[Col, Col, Col, Col], at: Col, outside: Outside
) -> list[tuple[TracedPart, Scalar]]:
    """Return the value of a curve, whether the point lies outside of it, and the points around.

    Args:
        points: x and y of the first point around, x and y of the second; see ``Segment``.
        at: the point.
        outside: what the curve does beyond its ends.
    """
    x0, y0, x1, y1 = points
    last = _number("first", x1, x0)
    left = Call("or", (_flag("lt", at, x0), _flag("gt", at, last)), "flag")
    x: Scalar = at
    if outside == "hold":
        x = _number("least", _number("greatest", at, x0), last)
    slope = _number("div", _number("sub", y1, y0), _number("sub", x1, x0))
    between = _number("add", y0, _number("mul", _number("sub", x, x0), slope))
    value = _number("if", Call("given", (x1,), "flag"), between, y0)
    if outside == "error":
        value = _number("if", left, NONE, value)
    parts: list[tuple[TracedPart, Scalar]] = [("value", value), ("outside", left)]
    return [*parts, ("x0", x0), ("y0", y0), ("x1", x1), ("y1", y1)]


def _number(op: str, *args: Scalar) -> Scalar:
    return Call(op, args, "number")


def _flag(op: str, *args: Scalar) -> Scalar:
    return Call(op, args, "flag")
