"""Functions of numbers: extremes, rounding to whole numbers, roots, exponentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.fit import in_unit, meet_there, plain, read_all, same_unit
from mrv.language.syntax_parts import name_of
from mrv.language.tree import Apply
from mrv.language.world import need_quantity, need_there, quantity
from mrv.messages import refuse, text
from mrv.units import ONE, parse_unit

if TYPE_CHECKING:
    import ast

    from mrv.language.tree import Node
    from mrv.language.world import Context


def least_of(node: ast.Call, context: Context) -> Node:
    """``min(a, b, …)`` of quantities."""
    return _extreme(node, context, "min")


def greatest_of(node: ast.Call, context: Context) -> Node:
    """``max(a, b, …)`` of quantities."""
    return _extreme(node, context, "max")


def _extreme(node: ast.Call, context: Context, op: str) -> Node:
    args, unit = same_unit(read_all(node.args, context), op)
    nodes, grain = meet_there(args, context, context.place(node), op)
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
    """``sqrt(x)`` of a plain number."""
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
    _only_quantised(node, context, "1e-6")
    inner = plain(need_there(context.read(node.args[0]), context, name), name)
    return Apply(name, (inner,), inner.type, context.place(node))


def great_circle(node: ast.Call, context: Context) -> Node:
    """``great_circle(lat1, lon1, lat2, lon2)`` in km, on a sphere of the mean radius of the earth.

    The places are in degrees: plain numbers, or quantities in ``deg``. Only inside ``quantise``.
    """
    name = name_of(node)
    _only_quantised(node, context, "0.1")
    degree = parse_unit("deg")
    parts = []
    for part in read_all(node.args, context):
        unit = need_quantity(part, name)
        parts.append(plain(part, name) if unit.dimensionless else in_unit(part, degree, name))
    nodes, grain = meet_there(parts, context, context.place(node), name)
    return Apply(name, tuple(nodes), quantity(parse_unit("km"), grain), context.place(node))


def _only_quantised(node: ast.Call, context: Context, step: str) -> None:
    """Refuse a function of the C library whose result is not rounded to a step.

    Raises:
        Refused: ``number.not-quantised``.
    """
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
            hint=text(f"写作 quantise({name}(…), {step})。", f"Write quantise({name}(…), {step})."),
        )
