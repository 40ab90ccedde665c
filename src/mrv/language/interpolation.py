"""Declarations of interpolation tables: curves in one dimension, surfaces in two."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import (
    items,
    missing,
    must,
    named,
    number,
    scalar,
    scalars,
    text_at,
    written,
)
from mrv.language.model import DeclaredCurve
from mrv.language.nodes import ListNode, ScalarNode
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.nodes import MapNode

Outside = Literal["error", "hold-and-say"]
Grid = tuple[tuple[ScalarNode, ...], ...]


def read_curves(root: MapNode, found: list[Diagnostic]) -> tuple[DeclaredCurve, ...]:
    """Read the block ``curves``."""
    return tuple(_curve(name, node, found) for name, node in named(root, "curves"))


def _curve(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> DeclaredCurve:
    of = _one_or_many(node, "of")
    units = _one_or_many(node, "unit_of")
    points = _grid(node, "points")
    axes = _grid(node, "axes")
    values = _grid(node, "values")
    if len(of) != len(units):
        what = text("of 与 unit_of 的个数不同", "of and unit_of differ in number")
        found.append(Diagnostic("curve.shape", what, name.place))
    _check_curve(name, node, found)
    return DeclaredCurve(
        name=name.text,
        of=tuple(item.text for item in of),
        units_of=tuple(written(item) for item in units),
        unit=must(node, "unit"),
        points=tuple((row[0].text, row[1].text) for row in points if len(row) == 2),  # noqa: PLR2004
        axes=tuple(tuple(item.text for item in row) for row in axes),
        values=tuple(tuple(item.text for item in row) for row in values),
        outside=cast("Outside", text_at(node, "outside") or "error"),
        source=text_at(node, "source"),
        place=name.place,
    )


def _one_or_many(node: MapNode, key: str) -> tuple[ScalarNode, ...]:
    single = scalar(node, key)
    return (single,) if single else (items(node, key) or ())


def _grid(node: MapNode, key: str) -> Grid:
    value = node.get(key)
    return tuple(scalars(row) for row in value.items) if isinstance(value, ListNode) else ()


def _check_curve(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> None:
    """Check that the numbers of a curve are given in one way."""
    of = _one_or_many(node, "of")
    flat, wide = node.key("points"), [key for key in ("axes", "values") if node.key(key)]
    if bool(flat) == bool(wide):
        what = text(
            f"“{name.text}”的数值写法不明确", f'"{name.text}" must give its numbers in one way'
        )
        hint = text(
            "一维写 points；二维写 axes 和 values。",
            "Give points in one dimension, axes and values in two.",
        )
        found.append(Diagnostic("schema.one-of", what, name.place, hint=hint))
    elif flat:
        if len(of) > 1:
            what = text("两个自变量须写 axes 和 values", "two arguments need axes and values")
            found.append(Diagnostic("curve.shape", what, flat.place))
        _check_axis(tuple(row[0] for row in _grid(node, "points") if row), name, found)
    elif len(wide) == 1:
        found.append(missing("values" if wide[0] == "axes" else "axes", name.place))
    else:
        _check_surface(name, node, len(of), found)


def _check_surface(
    name: ScalarNode, node: MapNode, arguments: int, found: list[Diagnostic]
) -> None:
    """Check that two axes and the values between them fit together."""
    axes, values = _grid(node, "axes"), _grid(node, "values")
    if len(axes) != arguments or arguments != 2:  # noqa: PLR2004
        what = text(
            "axes 须与两个自变量一一对应", "axes and values take two arguments and an axis for each"
        )
        found.append(Diagnostic("curve.shape", what, name.place))
        return
    for axis in axes:
        _check_axis(axis, name, found)
    rows, columns = len(axes[0]), len(axes[1])
    if len(values) != rows or any(len(row) != columns for row in values):
        at = node.key("values")
        what = text(
            f"values 应为 {rows} 行、每行 {columns} 个数",
            f"values must be {rows} rows of {columns} numbers",
        )
        found.append(Diagnostic("curve.shape", what, at.place if at else name.place))


def _check_axis(axis: tuple[ScalarNode, ...], name: ScalarNode, found: list[Diagnostic]) -> None:
    if len(axis) < 2:  # noqa: PLR2004
        what = text("至少要有两个点", "there must be two points at least")
        found.append(Diagnostic("curve.shape", what, name.place))
    for before, after in pairwise(axis):
        low, high = number(before), number(after)
        if low is not None and high is not None and low >= high:
            what = text(
                f"自变量须严格递增：{before.text} 之后是 {after.text}",
                f"the argument must ascend: {before.text} is followed by {after.text}",
            )
            found.append(Diagnostic("curve.order", what, after.place))
