"""Declarations of what is looked up: constants, factors, decision tables, curves."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import (
    items,
    mapping,
    missing,
    must,
    named,
    number,
    one_text,
    pairs,
    scalar,
    scalars,
    text_at,
    texts,
    written,
    written_at,
    yes,
)
from mrv.language.model import (
    ByChoice,
    Constant,
    DecisionTable,
    DeclaredCurve,
    FactorUse,
    TableRow,
    Written,
)
from mrv.language.nodes import ListNode, MapNode, ScalarNode
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.model import Condition
    from mrv.language.nodes import Node

Hit = Literal["exactly-one", "first", "none-or-one"]
Outside = Literal["error", "hold-and-say"]


def read_constants(root: MapNode) -> tuple[Constant, ...]:
    """Read the block ``constants``."""
    return tuple(
        Constant(name.text, must(node, "value"), text_at(node, "source"), one_text(node, "note"))
        for name, node in named(root, "constants")
    )


def read_factors(root: MapNode, found: list[Diagnostic]) -> tuple[FactorUse, ...]:
    """Read the block ``factors``."""
    return tuple(
        FactorUse(
            name=name.text,
            unit=must(node, "unit"),
            property=must(node, "property").text,
            match=pairs(node, "match"),
            where=_where(node, found),
            regions=texts(node, "regions"),
            time=text_at(node, "time") or "any",
            pin=text_at(node, "pin"),
            optional=yes(node, "optional"),
            source=text_at(node, "source"),
            note=one_text(node, "note"),
            place=name.place,
        )
        for name, node in named(root, "factors")
    )


def _where(node: MapNode, found: list[Diagnostic]) -> tuple[tuple[str, Condition], ...]:
    """Read the fixed conditions of a factor."""
    block = mapping(node, "where")
    return tuple(
        (key.text, _condition(value, found)) for key, value in (block.entries if block else ())
    )


def _condition(node: Node, found: list[Diagnostic]) -> Condition:
    if isinstance(node, ScalarNode):
        return (node.text,)
    if isinstance(node, ListNode):
        return tuple(item.text for item in scalars(node))
    choice = written_at(node, "choice")
    if choice is None:
        hint = text(
            "写作 {choice: 选项名, 选项值: 条件, …}。",
            "Write {choice: name of the choice, its value: the condition, …}.",
        )
        found.append(missing("choice", node.place, hint))
        choice = Written("", node.place)
    return ByChoice(
        choice,
        tuple(
            (key.text, _condition(value, found))
            for key, value in node.entries
            if key.text != "choice"
        ),
    )


def read_tables(root: MapNode, found: list[Diagnostic]) -> tuple[DecisionTable, ...]:
    """Read the block ``tables``."""
    return tuple(_table(name, node, found) for name, node in named(root, "tables"))


def _table(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> DecisionTable:
    of = pairs(node, "of")
    gives = _gives(node)
    inputs, outcomes = [key for key, _ in of], [key for key, _ in gives]
    for key, _ in gives:
        if key in inputs:
            what = text(
                f"“{key}”既是条件又是结果", f'"{key}" is a condition and an outcome at once'
            )
            block = mapping(node, "gives")
            at = block.key(key) if block else None
            found.append(Diagnostic("name.duplicate", what, at.place if at else name.place))
    rows = node.get("rows")
    return DecisionTable(
        name=name.text,
        of=of,
        each=written_at(node, "each"),
        hit=cast("Hit", text_at(node, "hit") or "exactly-one"),
        gives=gives,
        rows=tuple(
            _row(row, inputs, outcomes, found)
            for row in (rows.items if isinstance(rows, ListNode) else ())
            if isinstance(row, MapNode)
        ),
        source=text_at(node, "source"),
        place=name.place,
    )


def _gives(node: MapNode) -> tuple[tuple[str, Written | tuple[str, ...]], ...]:
    """Read the outcomes: a unit, ``[a, b]`` or ``{text: [a, b]}``."""
    block = mapping(node, "gives")
    outcomes: list[tuple[str, Written | tuple[str, ...]]] = []
    for key, value in block.entries if block else ():
        if isinstance(value, ScalarNode):
            outcomes.append((key.text, written(value)))
        elif isinstance(value, ListNode):
            outcomes.append((key.text, tuple(item.text for item in scalars(value))))
        else:
            outcomes.append((key.text, texts(value, "text")))
    return tuple(outcomes)


def _row(row: MapNode, inputs: list[str], outcomes: list[str], found: list[Diagnostic]) -> TableRow:
    conditions: list[tuple[str, Written | tuple[Written, ...]]] = []
    results: list[tuple[str, Written]] = []
    for key, value in row.entries:
        if key.text in inputs:
            if isinstance(value, ListNode):
                conditions.append((key.text, tuple(written(item) for item in scalars(value))))
            elif isinstance(value, ScalarNode):
                conditions.append((key.text, written(value)))
        elif key.text in outcomes:
            if isinstance(value, ScalarNode):
                results.append((key.text, written(value)))
            else:
                what = text(
                    f"结果“{key.text}”只能是一个值", f'the outcome "{key.text}" is one value'
                )
                found.append(Diagnostic("schema.type", what, value.place))
        else:
            what = text(
                f"“{key.text}”既不在 of 也不在 gives 中",
                f'"{key.text}" is neither in of nor in gives',
            )
            hint = did_you_mean(key.text, inputs + outcomes)
            found.append(Diagnostic("schema.unknown-key", what, key.place, hint=hint))
    for key_name in inputs + outcomes:
        if row.key(key_name) is None:
            hint = text("不限时写 any。", "Write any where it does not matter.")
            found.append(missing(key_name, row.place, hint if key_name in inputs else None))
    return TableRow(tuple(conditions), tuple(results), row.place)


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


Grid = tuple[tuple[ScalarNode, ...], ...]


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
