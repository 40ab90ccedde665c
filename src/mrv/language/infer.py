"""From syntax to typed expressions: operators, comparisons and conditions.

Every rule of the type system that concerns an operator stands here; functions are in
:mod:`mrv.language.functions`, aggregations in :mod:`mrv.language.aggregation`.
"""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.calls import call
from mrv.language.expression import dotted, number
from mrv.language.fit import in_unit, known_word, meet, plain, read_all, same_kind, same_unit
from mrv.language.names import resolve
from mrv.language.tree import Apply, Number, Truth, Word
from mrv.language.types import Type
from mrv.language.world import given_in, need_quantity, need_there, quantity
from mrv.messages import did_you_mean, refuse, text
from mrv.units import ONE, parse_unit

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context

_ARITHMETIC = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div", ast.Pow: "pow"}
_COMPARE = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
_WORDS = {"add": "加法 +", "sub": "减法 -", "mul": "乘法 *", "div": "除法 /", "pow": "乘方 **"}
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
MAX_POWER = 12


def infer(node: ast.expr, context: Context) -> Node:
    """Read a syntax node as a typed expression.

    Raises:
        Refused: every finding in the expression that does not hide another.
    """
    match node:
        case ast.Constant():
            return _literal(node, context)
        case ast.Name() | ast.Attribute():
            name = dotted(node)
            if name is None:
                refuse(
                    "expression.not-allowed",
                    text("点号前只能是名称", "only a name may stand before a dot"),
                    context.place(node),
                )
            return resolve(name, context, context.place(node))
        case ast.UnaryOp():
            return _unary(node, context)
        case ast.BinOp():
            return _arithmetic(node, context)
        case ast.BoolOp():
            return _logic(node, context)
        case ast.Compare():
            return _comparison(node, context)
        case ast.IfExp():
            return _condition(node, context)
        case ast.Call():
            return call(node, context)
        case _:
            refuse(
                "expression.not-allowed",
                text("列表只能写在 in 之后", "a list can only stand after `in`"),
                context.place(node),
            )


def _literal(node: ast.Constant, context: Context) -> Node:
    place = context.place(node)
    if isinstance(node.value, bool):
        return Truth(node.value, Type("yes-no"), place)
    if isinstance(node.value, str):
        return Word(node.value, Type("text", words=frozenset({node.value})), place)
    value = number(node, context.lines)
    return Number(value, replace(quantity(ONE), any_unit=value == 0), place)


def _unary(node: ast.UnaryOp, context: Context) -> Node:
    inner = context.read(node.operand)
    if isinstance(node.op, ast.Not):
        truth = _yes_no(inner, context, "not")
        if isinstance(truth, Truth):
            return replace(truth, value=not truth.value)
        return Apply("not", (truth,), truth.type, context.place(node))
    need_quantity(inner, "-")
    need_there(inner, context, "-")
    if isinstance(node.op, ast.UAdd):
        return inner
    if isinstance(inner, Number) and inner.name is None:
        return replace(inner, value=-inner.value)
    return Apply("neg", (inner,), inner.type, context.place(node))


def _arithmetic(node: ast.BinOp, context: Context) -> Node:
    op = _ARITHMETIC[type(node.op)]
    pair = read_all([node.left, node.right], context)
    if pair[0].type.kind == "instant" and op == "sub":
        return _duration(pair, node, context)
    what = _SIGNS[op]
    for part in pair:
        need_quantity(part, what)
        need_there(part, context, what)
    if op == "pow":
        return _power(pair[0], pair[1], node, context)
    literal = [part for part in pair if isinstance(part, Number) and part.name is None]
    if len(literal) == len(pair):
        folded = _fold(op, pair[0], pair[1], node, context)
        if folded is not None:
            return folded
    (left, right), grain = meet(pair, context, context.place(node))
    if op in {"add", "sub"}:
        if (
            left.type.unit is not None
            and right.type.unit is not None
            and not (left.type.any_unit or right.type.any_unit)
        ):
            right = in_unit(right, left.type.unit, f"{_WORDS[op]} / {what}")
        else:
            (left, right), _ = same_unit([left, right], what)
        return Apply(
            op,
            (left, right),
            replace(left.type, grain=grain, missing=False, any_unit=False),
            context.place(node),
        )
    one, two = left.type.unit or ONE, right.type.unit or ONE
    if op == "div" and isinstance(right, Number) and right.value == 0:
        refuse(
            "number.zero-division", text("除数为零", "this divides by zero"), context.place(node)
        )
    unit = one * two if op == "mul" else one / two
    zero = op == "mul" and (left.type.any_unit or right.type.any_unit)
    return Apply(
        op, (left, right), replace(quantity(unit, grain), any_unit=zero), context.place(node)
    )


def _fold(op: str, left: Node, right: Node, node: ast.BinOp, context: Context) -> Node | None:
    """Fold two literal numbers exactly; a product keeps no name, so no constant is lost."""
    if not isinstance(left, Number) or not isinstance(right, Number):
        return None
    if op == "div" and right.value == 0:
        refuse(
            "number.zero-division", text("除数为零", "this divides by zero"), context.place(node)
        )
    one, two = left.value, right.value
    value = {"add": one + two, "sub": one - two, "mul": one * two}.get(op)
    value = one / two if value is None else value
    return Number(value, replace(quantity(ONE), any_unit=value == 0), context.place(node))


def _duration(pair: list[Node], node: ast.BinOp, context: Context) -> Node:
    same_kind(pair, "-")
    for part in pair:
        need_there(part, context, "-")
    (left, right), grain = meet(pair, context, context.place(node))
    second = parse_unit("s")
    unit = replace(second, scale=second.scale / 10**6, spelling="µs")
    return Apply("microseconds", (left, right), quantity(unit, grain), context.place(node))


def _power(base: Node, exponent: Node, node: ast.BinOp, context: Context) -> Node:
    """A whole literal power is repeated multiplication; any other needs ``quantise``."""
    (base, exponent), grain = meet([base, exponent], context, context.place(node))
    whole = isinstance(exponent, Number) and exponent.value.denominator == 1
    if isinstance(exponent, Number) and whole and exponent.type.unit == ONE:
        power = int(exponent.value)
        if abs(power) > MAX_POWER:
            refuse(
                "number.power",
                text(f"指数最大为 ±{MAX_POWER}", f"a whole exponent is at most ±{MAX_POWER}"),
                context.place(node),
            )
        if isinstance(base, Number) and base.name is None and base.value != 0:
            return replace(base, value=base.value**power)
        unit = (base.type.unit or ONE) ** power
        return Apply("pow", (base, exponent), quantity(unit, grain), context.place(node))
    _inside_quantise(context, "**", node)
    args = (plain(base, "**"), plain(exponent, "**"))
    return Apply("pow", args, quantity(ONE, grain), context.place(node))


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


def _logic(node: ast.BoolOp, context: Context) -> Node:
    op = "and" if isinstance(node.op, ast.And) else "or"
    parts: list[Node] = []
    inner = context
    for value in node.values:
        part = _yes_no(inner.read(value), inner, op)
        parts.append(part)
        if op == "and":
            inner = inner.knowing(given_in(part))
    open_parts = [part for part in parts if not isinstance(part, Truth)]
    decided = [part for part in parts if isinstance(part, Truth)]
    if any(part.value == (op == "or") for part in decided):
        return Truth(op == "or", Type("yes-no"), context.place(node))
    if not open_parts:
        return Truth(op == "and", Type("yes-no"), context.place(node))
    nodes, grain = meet(open_parts, context, context.place(node))
    joined = nodes[0]
    for part in nodes[1:]:
        joined = Apply(op, (joined, part), Type("yes-no", grain=grain), context.place(node))
    return joined


def _yes_no(node: Node, context: Context, what: str) -> Node:
    if node.type.kind != "yes-no":
        refuse(
            "type.yes-no",
            text(f"{what} 需要是否值", f"{what} needs a yes-no value"),
            node.place,
            hint=text(
                "数值请写成比较，如 x > 0。", "Turn a quantity into a comparison, such as x > 0."
            ),
        )
    return need_there(node, context, what)


def _comparison(node: ast.Compare, context: Context) -> Node:
    place = context.place(node)
    if len(node.ops) != 1:
        refuse(
            "expression.not-allowed",
            text("比较不能连写", "comparisons cannot be chained"),
            place,
            hint=text("写作 a <= x and x <= b。", "Write a <= x and x <= b."),
        )
    choice = dotted(node.left)
    if choice is not None and choice.startswith("choice."):
        return _chosen(choice.removeprefix("choice."), node, context)
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        return _membership(node, context)
    op = _COMPARE[type(node.ops[0])]
    pair = read_all([node.left, node.comparators[0]], context)
    pair = [_calendar(part, other) for part, other in zip(pair, reversed(pair), strict=True)]
    same_kind(pair, "比较 / comparison")
    for part in pair:
        need_there(part, context, op)
    (left, right), grain = meet(pair, context, place)
    kind = left.type.kind
    if kind == "quantity":
        (left, right), _ = same_unit([left, right], "比较 / comparison")
    elif kind in {"text", "yes-no"} and op not in {"eq", "ne"}:
        refuse(
            "type.order",
            text(
                "文本和是否值只能用 == 和 !=", "texts and yes-no values have no order: use == or !="
            ),
            place,
        )
    elif kind == "text":
        _vocabularies_meet(left, right)
    return Apply(op, (left, right), Type("yes-no", grain=grain), place)


def _vocabularies_meet(left: Node, right: Node) -> None:
    """Check literal words against the other side's vocabulary."""
    for literal, other in ((left, right), (right, left)):
        if isinstance(literal, Word):
            known_word(literal.value, other.type.words, literal)


def _calendar(part: Node, other: Node) -> Node:
    """Let a literal year, month or day stand beside a calendar value."""
    kind = other.type.kind
    if (
        kind == "year"
        and isinstance(part, Number)
        and part.name is None
        and part.value.denominator == 1
    ):
        return replace(part, type=Type("year"))
    if kind in {"month", "day"} and isinstance(part, Word):
        return replace(part, type=Type(kind))
    return part


def _chosen(name: str, node: ast.Compare, context: Context) -> Node:
    """A comparison of a choice is known at load."""
    place = context.place(node)
    made = context.scope.choices.get(name)
    if made is None:
        refuse(
            "name.unknown",
            text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"'),
            place,
            hint=did_you_mean(name, context.scope.choices),
        )
    context.world.used.add(f"choice.{context.scope.prefix}{name}")
    right = node.comparators[0]
    listed = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
    words = [
        item.value
        for item in listed
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    for word in words:
        known_word(
            word, frozenset(made.declared.of), Word(word, Type("text"), context.place(right))
        )
    equal = isinstance(node.ops[0], ast.Eq | ast.In)
    if len(words) != len(listed) or not isinstance(
        node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn
    ):
        refuse(
            "choice.compared-only",
            text("选项只能与它的取值比较", "a choice can only be compared with its values"),
            place,
            hint=text(
                f'写作 choice.{name} == "{made.declared.of[0]}"。',
                f'Write choice.{name} == "{made.declared.of[0]}".',
            ),
        )
    return Truth((made.value in words) == equal, Type("yes-no"), place)


def _membership(node: ast.Compare, context: Context) -> Node:
    left = need_there(context.read(node.left), context, "in")
    listed = node.comparators[0]
    place = context.place(node)
    if not isinstance(listed, ast.List | ast.Tuple) or not listed.elts:
        refuse(
            "type.list",
            text("in 之后应是列表", "a list must follow `in`"),
            place,
            hint=text('写作 x in ["a", "b"]。', 'Write x in ["a", "b"].'),
        )
    words: list[Node] = [_calendar(item, left) for item in read_all(listed.elts, context)]
    for word in words:
        same_kind([left, word], "in")
        if isinstance(word, Word) and left.type.kind == "text":
            known_word(word.value, left.type.words, word)
        if not isinstance(word, Word | Number):
            refuse(
                "type.list",
                text("列表里只能是字面值", "the list may hold literals only"),
                word.place,
            )
    if left.type.kind == "quantity":
        words = [in_unit(word, left.type.unit or ONE, "in") for word in words]
    found = Apply("in", (left, *words), Type("yes-no", grain=left.type.grain), place)
    if isinstance(node.ops[0], ast.NotIn):
        return Apply("not", (found,), found.type, place)
    return found


def _condition(node: ast.IfExp, context: Context) -> Node:
    """``a if condition else b``: both branches are checked, a known condition picks one."""
    condition = _yes_no(context.read(node.test), context, "if")
    yes = context.knowing(given_in(condition)).read(node.body)
    no = context.read(node.orelse)
    if yes.type.any_unit and yes.type.missing and no.type.kind != "quantity":
        yes = replace(yes, type=replace(no.type, missing=True))
    if no.type.any_unit and no.type.missing and yes.type.kind != "quantity":
        no = replace(no, type=replace(yes.type, missing=True))
    same_kind([yes, no], "if / else")
    place = context.place(node)
    if yes.type.kind == "quantity":
        (yes, no), _ = same_unit([yes, no], "if / else")
    if isinstance(condition, Truth):
        return yes if condition.value else no
    (condition, yes, no), grain = meet([condition, yes, no], context, place)
    words = (
        None if yes.type.words is None or no.type.words is None else yes.type.words | no.type.words
    )
    missing = yes.type.missing or no.type.missing
    kind = replace(
        yes.type,
        grain=grain,
        missing=missing,
        words=words,
        any_unit=yes.type.any_unit and no.type.any_unit,
    )
    return Apply("if", (condition, yes, no), kind, place)
