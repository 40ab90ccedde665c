"""Aggregations, and questions about other rows of the same table."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.expression import dotted, names
from mrv.language.fit import lower, meet, read_all
from mrv.language.functions import keyword, name_of
from mrv.language.grains import finest, path
from mrv.language.world import given_in
from mrv.language.tree import Aggregated, Neighbour
from mrv.language.types import Grain, Type
from mrv.language.world import need_quantity, need_there, quantity
from mrv.messages import refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context

_AGGREGATES = frozenset({"sum", "mean", "least", "greatest", "count", "any", "every"})


def aggregate(node: ast.Call, context: Context) -> Node:
    """``sum mean least greatest any every`` of a value, with ``where=``.

    Raises:
        Refused: ``grain.*`` where the value does not lie below the formula's grain,
            ``missing.unresolved``, ``type.*``.
    """
    function = name_of(node)
    _not_nested(node, context)
    where_tree = keyword(node, "where")
    around = _table_around([node.args[0], *([where_tree] if where_tree else [])], context, node)
    inner = replace(context, around=around, there=frozenset())
    where = None if where_tree is None else _condition(where_tree, inner, function)
    value = inner.knowing(given_in(where) if where is not None else frozenset()).read(node.args[0])
    need_there(value, context, function)
    unit = None
    if function in {"any", "every"}:
        if value.type.kind != "yes-no":
            refuse(
                "type.yes-no",
                text(f"{function} 需要是否值", f"{function} needs a yes-no value"),
                value.place,
            )
    else:
        unit = need_quantity(value, function)
    parts = [part for part in (value, where) if part is not None]
    source = _source(parts, inner, node)
    value = lower(value, source, inner)
    where = None if where is None else lower(where, source, inner)
    missing = function in {"mean", "least", "greatest"}
    kind = (
        Type("yes-no", grain=context.target)
        if unit is None
        else quantity(unit, context.target, missing=missing)
    )
    return Aggregated(
        function, value, where, source, _up(source, context, node), kind, context.place(node)
    )  # type: ignore[arg-type]


def count(node: ast.Call, context: Context) -> Node:
    """``count(table, where=…)``: how many rows."""
    _not_nested(node, context)
    name = dotted(node.args[0])
    table = context.scope.tables.get(name or "")
    if table is None:
        refuse(
            "function.arguments",
            text("count 的参数应是输入表的名称", "count takes the name of an input table"),
            context.place(node),
            hint=text(
                f"输入表：{'、'.join(context.scope.tables)}",
                f"Input tables: {', '.join(context.scope.tables)}",
            ),
        )
    source = Grain(table)
    inner = replace(context, around=source, there=frozenset())
    where_tree = keyword(node, "where")
    where = (
        None if where_tree is None else lower(_condition(where_tree, inner, "count"), source, inner)
    )
    kind = quantity(ONE, context.target)
    return Aggregated(
        "count", None, where, source, _up(source, context, node), kind, context.place(node)
    )


def overlaps(node: ast.Call, context: Context) -> Node:
    """``overlaps(start, end, within=user)``: does the interval meet another of the same user?"""
    within_tree = keyword(node, "within")
    args = [need_there(part, context, "overlaps") for part in read_all(node.args, context)]
    for part in args:
        if part.type.kind != "instant":
            refuse(
                "type.instant", text("overlaps 需要时刻列", "overlaps needs instants"), part.place
            )
    listed = (
        within_tree.elts
        if isinstance(within_tree, ast.Tuple | ast.List)
        else [within_tree]
        if within_tree
        else []
    )
    within = [need_there(part, context, "overlaps") for part in read_all(list(listed), context)]
    return _neighbour("overlaps", args, within, node, context)


def repeated(node: ast.Call, context: Context) -> Node:
    """``repeated(a, b)``: does another row have the same values?"""
    args = [need_there(part, context, "repeated") for part in read_all(node.args, context)]
    return _neighbour("repeated", args, [], node, context)


def _neighbour(
    function: str, args: list[Node], within: list[Node], node: ast.Call, context: Context
) -> Node:
    nodes, grain = meet([*args, *within], context, context.place(node))
    if not grain.is_row or context.around != grain:
        refuse(
            "grain.rows-only",
            text(
                f"{function} 只能用在 each: 表 的公式里",
                f"{function} is about the rows of a table: use it in a formula with each:",
            ),
            context.place(node),
        )
    return Neighbour(
        function,
        tuple(nodes[: len(args)]),
        tuple(nodes[len(args) :]),
        Type("yes-no", grain=grain),
        context.place(node),
    )  # type: ignore[arg-type]


def _not_nested(node: ast.Call, context: Context) -> None:
    if any(name in _AGGREGATES for name in context.inside[:-1]):
        refuse(
            "grain.nested",
            text("聚合里面不能再聚合", "an aggregation cannot stand inside another"),
            context.place(node),
            hint=text("把内层写成另一条公式，并用 each: 或 per: 说明它的粒度。", "Make the inner one a formula of its own and give its grain with each: or per:."),
        )  # fmt: skip


def _condition(tree: ast.expr, context: Context, function: str) -> Node:
    where = context.read(tree)
    if where.type.kind != "yes-no":
        refuse("type.yes-no", text("where= 需要是否值", "where= needs a yes-no value"), where.place)
    return need_there(where, context, f"{function} where=")


def _table_around(trees: list[ast.expr], context: Context, node: ast.Call) -> Grain | None:
    """Find the table whose columns are named without it: the only one that has them all."""
    if context.scope.prefix:
        return None
    mentioned = frozenset().union(*(names(tree) for tree in trees))
    world = context.world
    known = {
        *world.formulas,
        *world.constants,
        *world.factors,
        *world.tables,
        *context.scope.tables,
    }
    bare = {name.split(".")[0] for name in mentioned} - known - {"choice", "period", "missing"}
    plain = {name for name in mentioned if "." not in name} & bare
    if not plain:
        named = [
            name.split(".")[0] for name in mentioned if name.split(".")[0] in context.scope.tables
        ]
        below = [Grain(name) for name in dict.fromkeys(named)]
        reached = [
            g
            for g in below
            if path(context.target, g, world.inputs, context.place(node)) is not None
        ]
        return reached[0] if len(reached) == 1 else None
    holders = [
        table for table in world.inputs.values() if all(table.column(name) for name in plain)
    ]
    reached = [
        Grain(table.name)
        for table in holders
        if context.target != Grain(table.name)
        and path(context.target, Grain(table.name), world.inputs, context.place(node)) is not None
    ]
    if len(reached) > 1:
        listed = "、".join(grain.table or "" for grain in reached)
        refuse(
            "name.ambiguous",
            text(f"{'、'.join(sorted(plain))} 在多张表里都有：{listed}", f"{', '.join(sorted(plain))} stands in several tables: {listed.replace('、', ', ')}"),
            context.place(node),
            hint=text(f"写明表名，如 {reached[0].table}.{min(plain)}。", f"Name the table, as in {reached[0].table}.{min(plain)}."),
        )  # fmt: skip
    return reached[0] if reached else None


def _source(parts: list[Node], context: Context, node: ast.Call) -> Grain:
    """Return the grain that is aggregated, and refuse one that lies not below the target."""
    source = finest(parts, context.world.inputs, context.around, context.place(node))
    if source == context.target or source.is_report:
        refuse(
            "grain.nothing-to-aggregate",
            text(f"这个值已经是“{context.target.describe('zh')}”，无可聚合", f"this already is a value for {context.target.describe()}: there is nothing to aggregate"),
            context.place(node),
            hint=text("去掉聚合函数；若要更粗的合计，另写一条更粗粒度的公式。", "Leave out the aggregation; for a coarser total write a formula of the coarser grain."),
        )  # fmt: skip
    return source


def _up(source: Grain, context: Context, node: ast.Call) -> tuple[tuple[Node, str], ...]:
    """Return the keys by which rows of the source belong to the target."""
    found = path(context.target, source, context.world.inputs, context.place(node))
    if found is None:
        refuse(
            "grain.does-not-fit",
            text(f"“{source.describe('zh')}”不能聚合到“{context.target.describe('zh')}”：没有共同的键", f"values for {source.describe()} do not aggregate to {context.target.describe()}: no key leads there"),
            context.place(node),
            hint=text(f"在 {source.table} 中声明引用列，如 {{in: {context.target.table}}}。", f"Declare a reference column in {source.table}, such as {{in: {context.target.table}}}."),
        )  # fmt: skip
    return found.on
