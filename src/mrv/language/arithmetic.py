"""Arithmetic: units are computed, numbers folded exactly, grains brought together."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.expression import in_range
from mrv.language.fit import in_unit, meet_there, plain, read_all, same_kind, same_unit
from mrv.language.tree import Apply, Number
from mrv.language.types import Type
from mrv.language.world import need_quantity, quantity
from mrv.messages import refuse, text
from mrv.units import ONE, parse_unit

if TYPE_CHECKING:
    from typing import NoReturn

    from mrv.language.tree import Node
    from mrv.language.types import Grain
    from mrv.language.world import Context
    from mrv.messages import Place

_OPERATORS = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_SAID = {
    "add": text("加法 +", "addition +"),
    "sub": text("减法 -", "subtraction -"),
    "mul": text("乘法 *", "multiplication *"),
    "div": text("除法 /", "division /"),
    "pow": text("乘方 **", "power **"),
}
MAX_POWER = 12


def arithmetic(node: ast.BinOp, context: Context) -> Node:
    """Read ``+ - * / **``; an instant less an instant is a duration, and more one an instant.

    Raises:
        Refused: ``unit.incompatible``, ``missing.unresolved``, ``grain.do-not-meet``,
            ``number.*``, ``type.*``.
    """
    op, place = _OPERATORS[type(node.op)], context.place(node)
    pair = read_all([node.left, node.right], context)
    said = _SAID[op]
    if pair[0].type.kind == "instant" and op == "sub":
        if pair[1].type.kind == "quantity":
            return _moved(pair, op, context, place)
        return _duration(pair, context, place)
    if pair[0].type.kind == "instant" and op == "add":
        return _moved(pair, op, context, place)
    for part in pair:
        need_quantity(part, said)
    (left, right), grain = meet_there(pair, context, place, said)
    if op == "pow":
        return _power(left, right, grain, node, context)
    if isinstance(left, Number) and isinstance(right, Number) and not (left.name or right.name):
        return _fold(op, left, right, place)
    if op in {"add", "sub"}:
        (left, right), unit = same_unit([left, right], said)
        kind = left.type if unit == ONE else replace(left.type, unit=unit)
        return Apply(op, (left, right), replace(kind, grain=grain, any_unit=False), place)
    if op == "div" and isinstance(right, Number) and right.value == 0:
        _zero_division(place)
    one, two = left.type.unit or ONE, right.type.unit or ONE
    zero = op == "mul" and (left.type.any_unit or right.type.any_unit)
    kind = replace(quantity(one * two if op == "mul" else one / two, grain), any_unit=zero)
    return Apply(op, (left, right), kind, place)


def _zero_division(place: Place) -> NoReturn:
    refuse(
        "number.zero-division",
        text("除数为零", "this divides by zero"),
        place,
        hint=text(
            "若除数可能为零，写 ratio(x, y, when_zero=…)。",
            "Where a divisor may be zero, write ratio(x, y, when_zero=…).",
        ),
    )


def _fold(op: str, left: Number, right: Number, place: Place) -> Node:
    """Fold two literal numbers exactly; a product keeps no name, so no constant is lost."""
    one, two = left.value, right.value
    if op == "div" and two == 0:
        _zero_division(place)
    folded = {"add": one + two, "sub": one - two, "mul": one * two}.get(op)
    value = in_range(one / two if folded is None else folded, place)
    return Number(value, replace(quantity(ONE), any_unit=value == 0), place)


def _duration(pair: list[Node], context: Context, place: Place) -> Node:
    same_kind(pair, _SAID["sub"])
    (left, right), grain = meet_there(pair, context, place, _SAID["sub"])
    second = parse_unit("s")
    unit = replace(second, scale=second.scale / 10**6, spelling="µs")
    return Apply("microseconds", (left, right), quantity(unit, grain), place)


def _moved(pair: list[Node], op: str, context: Context, place: Place) -> Node:
    """An instant some time later, or earlier; to the microsecond."""
    (start, by), grain = meet_there(pair, context, place, _SAID[op])
    by = in_unit(by, parse_unit("s"), _SAID[op])
    if op == "sub":
        by = Apply("neg", (by,), by.type, place)
    return Apply("later", (start, by), Type("instant", grain=grain), place)


def _power(base: Node, exponent: Node, grain: Grain, node: ast.BinOp, context: Context) -> Node:
    """A whole literal power is repeated multiplication; any other needs ``quantise``."""
    place = context.place(node)
    whole = isinstance(exponent, Number) and exponent.value.denominator == 1
    if isinstance(exponent, Number) and whole and exponent.type.unit == ONE:
        power = int(exponent.value)
        if abs(power) > MAX_POWER:
            refuse(
                "number.power",
                text(f"指数最大为 ±{MAX_POWER}", f"a whole exponent is at most ±{MAX_POWER}"),
                place,
            )
        if isinstance(base, Number) and base.name is None:
            if base.value == 0 and power < 0:
                _zero_division(place)
            return replace(
                base,
                value=in_range(base.value**power, place),
                type=replace(base.type, any_unit=base.value == 0 and power != 0),
                place=place,
            )
        unit = (base.type.unit or ONE) ** power
        return Apply("pow", (base, exponent), quantity(unit, grain), place)
    _inside_quantise(context, "**", node)
    args = (plain(base, _SAID["pow"]), plain(exponent, _SAID["pow"]))
    return Apply("pow", args, quantity(ONE, grain), place)


def _inside_quantise(context: Context, what: str, node: ast.AST) -> None:
    if "quantise" not in context.inside:
        refuse(
            "number.not-quantised",
            text(
                f"{what} 的结果须立即取整到一个步长",
                f"{what} is allowed only where its result is quantised at once",
            ),
            context.place(node),
            why=text(
                "不同机器的 C 库算出的末位不同。", "The last bit differs between C libraries."
            ),
            hint=text("写作 quantise(…, 1e-6)。", "Write quantise(…, 1e-6)."),
        )
