"""Declarations of interpolation tables: curves in one dimension, surfaces in two."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import (
    items,
    missing,
    named,
    number,
    scalar,
    scalars,
    text_at,
    written,
    written_at,
)
from mrv.language.model import DeclaredCurve, Written
from mrv.language.nodes import ListNode, ScalarNode
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.nodes import MapNode

Outside = Literal["error", "hold-and-say", "extend-and-say"]
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
    if len(of) != len(units) and not node.key("table"):
        what = text("of 与 unit_of 的个数不同", "of and unit_of differ in number")
        found.append(Diagnostic("curve.shape", what, name.place))
    if node.key("table"):
        _check_table(name, node, found)
    else:
        lacking = [key for key in ("unit", "unit_of") if node.key(key) is None]
        found += [missing(key, name.place) for key in lacking]
        _check_curve(name, node, found)
    table = written_at(node, "table")
    return DeclaredCurve(
        name=name.text,
        of=tuple(item.text for item in of),
        units_of=tuple(written(item) for item in units),
        unit=written_at(node, "unit") or Written("1", name.place),
        points=tuple((row[0].text, row[1].text) for row in points if len(row) == 2),  # noqa: PLR2004
        axes=tuple(tuple(item.text for item in row) for row in axes),
        values=tuple(tuple(item.text for item in row) for row in values),
        outside=cast("Outside", text_at(node, "outside") or "error"),
        source=text_at(node, "source"),
        place=name.place,
        table=table,
        by=tuple(written(item) for item in _one_or_many(node, "by")) if table else (),
        gives=written_at(node, "gives") if table else None,
    )


def _check_table(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> None:
    """Check that a curve over an input table names its columns, and nothing besides."""
    if node.key("gives") is None:
        hint = text("写明哪一列是结果。", "Say which column holds the values.")
        found.append(missing("gives", name.place, hint))
    if len(_one_or_many(node, "of")) > 1:
        what = text("输入表中的插值只有一个自变量", "a curve over a table takes one argument")
        hint = text("分开多条曲线的列写在 by 里。", "Columns that tell curves apart stand in by.")
        found.append(Diagnostic("curve.shape", what, name.place, hint=hint))
    for key in ("unit", "unit_of", "points", "axes", "values"):
        if extra := node.key(key):
            what = text(
                f"插值点在输入表里，不再写“{key}”",
                f'the points stand in a table: "{key}" is not written',
            )
            found.append(Diagnostic("schema.one-of", what, extra.place))


def _one_or_many(node: MapNode, key: str) -> tuple[ScalarNode, ...]:
    single = scalar(node, key)
    return (single,) if single else (items(node, key) or ())


def _grid(node: MapNode, key: str) -> Grid:
    value = node.get(key)
    return tuple(scalars(row) for row in value.items) if isinstance(value, ListNode) else ()


def _check_curve(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> None:
    """Check that the numbers of a curve are given in one way."""
    for key in ("by", "gives"):
        if extra := node.key(key):
            what = text(f"“{key}”只与 table 连用", f'"{key}" goes with table only')
            found.append(Diagnostic("schema.one-of", what, extra.place))
    of = _one_or_many(node, "of")
    if text_at(node, "outside") == "extend-and-say" and len(of) > 1:
        what = text("二维表不能外推", "a surface cannot be extended")
        hint = text("写 error 或 hold-and-say。", "Write error or hold-and-say.")
        at = node.key("outside")
        found.append(Diagnostic("curve.shape", what, at.place if at else name.place, hint=hint))
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
