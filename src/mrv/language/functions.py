"""Functions on values: fall-backs, ratios, calendar parts, other periods, curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from mrv.language.expression import dotted
from mrv.language.fit import (
    in_unit,
    lower,
    meet,
    meet_there,
    need_counterpart,
    read_all,
    same_kind,
    same_unit,
)
from mrv.language.grains import path
from mrv.language.leaf import key_node
from mrv.language.presence import one_is_there
from mrv.language.syntax_parts import keyword, name_of
from mrv.language.tree import Apply, FormulaOf, Interpolated
from mrv.language.types import Type
from mrv.language.world import need_quantity, need_there, quantity
from mrv.messages import refuse, text

if TYPE_CHECKING:
    import ast

    from mrv.language.tree import Node
    from mrv.language.world import Context


def first(node: ast.Call, context: Context) -> Node:
    """``first(a, b, …)``: the first that is there; missing only if all of them may be.

    Raises:
        Refused: ``missing.needless`` where a branch before the last can never be missing.
    """
    args = read_all(node.args, context)
    same_kind(args, "first")
    if args[0].type.kind == "quantity":
        args, _ = same_unit(args, "first")
    nodes, grain = meet(args, context, context.place(node))
    if not all(part.type.missing for part in nodes[:-1]):
        nodes = [_around(part, context) for part in nodes]
        nodes, grain = meet(nodes, context, context.place(node))
    for part in nodes[:-1]:
        if not part.type.missing:
            refuse(
                "missing.needless",
                text(
                    "这个值不会缺失，后面的后备值永远用不到",
                    "this value is never missing, so what follows it is never used",
                ),
                part.place,
                hint=text(
                    "去掉 first，或把该列声明为 optional: true。",
                    "Leave out first, or declare the column optional: true.",
                ),
            )
    words = None
    if all(part.type.words is not None for part in nodes):
        words = frozenset().union(*(part.type.words or frozenset() for part in nodes))
    missing = nodes[-1].type.missing and not one_is_there(nodes, grain, context)
    kind = replace(nodes[0].type, grain=grain, missing=missing, words=words)
    return Apply("first", tuple(nodes), kind, context.place(node))


def _around(node: Node, context: Context) -> Node:
    """Bring a value down to the rows around, where it may turn out to have no counterpart."""
    around = context.around
    if around is None or node.type.grain == around:
        return node
    found = path(node.type.grain, around, context.world.inputs, node.place)
    return node if found is None else lower(node, around, context)


def given(node: ast.Call, context: Context) -> Node:
    """``given(x)``: whether a value is there."""
    inner = context.read(node.args[0])
    if not inner.type.missing:
        inner = _around(inner, context)
    if not inner.type.missing:
        refuse(
            "missing.needless",
            text(
                "这个值不会缺失，given 总为真",
                "this value is never missing, so given is always true",
            ),
            context.place(node),
            hint=text(
                "去掉 given，或把该列声明为 optional: true。",
                "Leave out given, or declare the column optional: true.",
            ),
        )
    return Apply("given", (inner,), Type("yes-no", grain=inner.type.grain), context.place(node))


def ratio(node: ast.Call, context: Context) -> Node:
    """``ratio(x, y, when_zero=v)``: x / y, and v where y is zero."""
    zero_node = keyword(node, "when_zero")
    parts = read_all([*node.args, *([zero_node] if zero_node else [])], context)
    for part in parts[:2]:
        need_quantity(part, "ratio")
        need_there(part, context, "ratio")
    unit = need_quantity(parts[0], "ratio") / need_quantity(parts[1], "ratio")
    parts[2] = in_unit(parts[2], unit, "when_zero")
    nodes, grain = meet(parts, context, context.place(node))
    for part, brought in zip(parts[:2], nodes[:2], strict=True):
        need_counterpart(part, brought)
    kind = quantity(unit, grain, missing=nodes[2].type.missing)
    return Apply("ratio", tuple(nodes), kind, context.place(node))


_PARTS: dict[str, Literal["month", "day", "year"]] = {
    "month": "month",
    "day": "day",
    "year": "year",
}


def calendar(node: ast.Call, context: Context) -> Node:
    """``month(t)``, ``day(t)``, ``year(t)`` of an instant, or of the group that it is a key of."""
    part = _PARTS[name_of(node)]
    around = context.around
    if around is not None and around.keys is not None and not context.scope.prefix:
        named = f"{dotted(node.args[0])}.{part}"
        key = next((key for key in around.keys if key.name == named), None)
        if key is not None:
            return key_node(key, around, context.world.inputs, context.place(node))
    inner = need_there(context.read(node.args[0]), context, part)
    if inner.type.kind != "instant":
        refuse(
            "type.instant",
            text(f"{part} 需要时刻列（type: instant）", f"{part} needs an instant (type: instant)"),
            context.place(node),
        )
    return Apply(part, (inner,), Type(part, grain=inner.type.grain), context.place(node))


def previous(node: ast.Call, context: Context) -> Node:
    """``previous(x)``: the same formula one period earlier; there may be none."""
    inner = context.read(node.args[0])
    if not isinstance(inner, FormulaOf):
        refuse(
            "function.arguments",
            text("previous 的参数应是一条公式的名称", "previous takes the name of a formula"),
            context.place(node.args[0]),
            hint=text(
                "把这个值写成一条公式，再取它的上一期。",
                "Make the value a formula of its own and take that one's previous period.",
            ),
        )
    return replace(
        inner, earlier=inner.earlier + 1, type=inner.type.perhaps(), place=context.place(node)
    )


def interpolated(node: ast.Call, name: str, context: Context) -> Node:
    """A curve or surface of the methodology at a point."""
    curve = context.world.curves[name]
    context.world.used.add(name)
    if len(node.args) != len(curve.units_of) or node.keywords:
        refuse(
            "function.arguments",
            text(
                f"{name} 需要 {len(curve.units_of)} 个参数",
                f"{name} takes {len(curve.units_of)} arguments",
            ),
            context.place(node),
            hint=text(
                f"依次为：{'、'.join(unit.spelling for unit in curve.units_of)}。",
                f"In this order: {', '.join(unit.spelling for unit in curve.units_of)}.",
            ),
        )
    args = read_all(node.args, context)
    fitted = [in_unit(part, unit, name) for part, unit in zip(args, curve.units_of, strict=True)]
    nodes, grain = meet_there(fitted, context, context.place(node), name)
    return Interpolated(name, tuple(nodes), quantity(curve.unit, grain), context.place(node))
