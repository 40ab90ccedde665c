"""Functions on values: fall-backs, ratios, limits, calendar parts, curves."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.fit import in_unit, meet, plain, read_all, same_kind, same_unit
from mrv.language.tree import Apply, FormulaOf, Interpolated
from mrv.language.types import Type
from mrv.language.world import need_quantity, need_there, quantity
from mrv.messages import refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """Return the expression given for a keyword, or None."""
    return next((item.value for item in node.keywords if item.arg == name), None)


def name_of(node: ast.Call) -> str:
    """Return the name of the called function."""
    return node.func.id if isinstance(node.func, ast.Name) else ""


def first(node: ast.Call, context: Context) -> Node:
    """``first(a, b, …)``: the first that is there; missing only if the last may be.

    Raises:
        Refused: ``missing.needless`` where a branch before the last can never be missing.
    """
    args = read_all(node.args, context)
    same_kind(args, "first")
    if args[0].type.kind == "quantity":
        args, _ = same_unit(args, "first")
    nodes, grain = meet(args, context, context.place(node))
    for part in nodes[:-1]:
        if not part.type.missing:
            refuse(
                "missing.needless",
                text("这个值不会缺失，后面的后备值永远用不到", "this value is never missing, so what follows it is never used"),
                part.place,
                hint=text("去掉 first，或把该列声明为 optional: true。", "Leave out first, or declare the column optional: true."),
            )  # fmt: skip
    words = None
    if all(part.type.words is not None for part in nodes):
        words = frozenset().union(*(part.type.words or frozenset() for part in nodes))
    kind = replace(nodes[0].type, grain=grain, missing=nodes[-1].type.missing, words=words)
    return Apply("first", tuple(nodes), kind, context.place(node))


def given(node: ast.Call, context: Context) -> Node:
    """``given(x)``: whether a value is there."""
    inner = context.read(node.args[0])
    if not inner.type.missing:
        refuse(
            "missing.needless",
            text(
                "这个值不会缺失，given 总为真",
                "this value is never missing, so given is always true",
            ),
            context.place(node),
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
    kind = quantity(unit, grain, missing=nodes[2].type.missing)
    return Apply("ratio", tuple(nodes), kind, context.place(node))


def least_of(node: ast.Call, context: Context) -> Node:
    """``min(a, b, …)`` of quantities."""
    return _extreme(node, context, "min")


def greatest_of(node: ast.Call, context: Context) -> Node:
    """``max(a, b, …)`` of quantities."""
    return _extreme(node, context, "max")


def _extreme(node: ast.Call, context: Context, op: str) -> Node:
    args = [need_there(part, context, op) for part in read_all(node.args, context)]
    args, unit = same_unit(args, op)
    nodes, grain = meet(args, context, context.place(node))
    joined = nodes[0]
    for part in nodes[1:]:
        joined = Apply(op, (joined, part), quantity(unit, grain), context.place(node))
    return joined


def magnitude_kept(node: ast.Call, context: Context) -> Node:
    """``abs(x)``."""
    inner = need_there(context.read(node.args[0]), context, "abs")
    need_quantity(inner, "abs")
    return Apply("abs", (inner,), inner.type, context.place(node))


def whole_part(node: ast.Call, context: Context) -> Node:
    """``floor(x)`` and ``ceil(x)`` of a plain number: of a quantity it would depend on its unit."""
    name = name_of(node)
    inner = need_there(context.read(node.args[0]), context, name)
    inner = plain(inner, f"{name} (magnitude(x, unit))")
    return Apply(name, (inner,), inner.type, context.place(node))


def root(node: ast.Call, context: Context) -> Node:
    """``sqrt(x)``; the unit must be a square."""
    inner = need_there(context.read(node.args[0]), context, "sqrt")
    unit = need_quantity(inner, "sqrt")
    if not unit.dimensionless:
        refuse(
            "unit.root",
            text(f"{unit.spelling} 不能开方", f"{unit.spelling} has no square root"),
            context.place(node),
            hint=text(
                "先用 magnitude(x, 单位) 取数值。", 'Take the number first: magnitude(x, "unit").'
            ),
        )
    return Apply(
        "sqrt", (plain(inner, "sqrt"),), quantity(ONE, inner.type.grain), context.place(node)
    )


def transcendental(node: ast.Call, context: Context) -> Node:
    """``exp(x)`` and ``log(x)`` of plain numbers, only inside ``quantise``."""
    name = name_of(node)
    if "quantise" not in context.inside:
        refuse(
            "number.not-quantised",
            text(
                f"{name} 的结果须立即取整到一个步长",
                f"{name} is allowed only where its result is quantised at once",
            ),
            context.place(node),
            why=text(
                "不同机器的 C 库算出的末位不同。", "The last bit differs between C libraries."
            ),
            hint=text(f"写作 quantise({name}(…), 1e-6)。", f"Write quantise({name}(…), 1e-6)."),
        )
    inner = plain(need_there(context.read(node.args[0]), context, name), name)
    return Apply(name, (inner,), inner.type, context.place(node))


def calendar(node: ast.Call, context: Context) -> Node:
    """``month(t)``, ``day(t)``, ``year(t)`` of an instant."""
    part = name_of(node)
    inner = need_there(context.read(node.args[0]), context, part)
    if inner.type.kind != "instant":
        refuse(
            "type.instant",
            text(f"{part} 需要时刻列（type: instant）", f"{part} needs an instant (type: instant)"),
            context.place(node),
        )
    kind = Type(
        "month" if part == "month" else "day" if part == "day" else "year", grain=inner.type.grain
    )
    return Apply(part, (inner,), kind, context.place(node))


def previous(node: ast.Call, context: Context) -> Node:
    """``previous(x)``: the same formula one period earlier; there may be none."""
    inner = context.read(node.args[0])
    if not isinstance(inner, FormulaOf):
        refuse(
            "function.arguments",
            text("previous 的参数应是一条公式的名称", "previous takes the name of a formula"),
            context.place(node),
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
        )
    args = [need_there(part, context, name) for part in read_all(node.args, context)]
    fitted = [in_unit(part, unit, name) for part, unit in zip(args, curve.units_of, strict=True)]
    nodes, grain = meet(fitted, context, context.place(node))
    return Interpolated(name, tuple(nodes), quantity(curve.unit, grain), context.place(node))
