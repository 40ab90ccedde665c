"""From syntax to typed expressions: which rules read which node; logic and conditions."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.arithmetic import arithmetic
from mrv.language.calls import call
from mrv.language.comparisons import comparison
from mrv.language.expression import dotted, number
from mrv.language.fit import meet, meet_there, need_counterpart, same_kind, same_unit
from mrv.language.names import resolve
from mrv.language.presence import given_else
from mrv.language.tree import Apply, Number, Truth, Word
from mrv.language.types import Type
from mrv.language.world import given_in, need_quantity, need_there, quantity
from mrv.messages import refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context

_SAID = {
    "and": text("逻辑 and", "and"),
    "or": text("逻辑 or", "or"),
    "not": text("逻辑 not", "not"),
}


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
            return arithmetic(node, context)
        case ast.BoolOp():
            return _logic(node, context)
        case ast.Compare():
            return comparison(node, context)
        case ast.IfExp():
            return _condition(node, context)
        case ast.Call():
            return call(node, context)
        case _:
            return refuse(
                "expression.not-allowed",
                text("列表只能写在 in 之后", "a list can only stand after `in`"),
                context.place(node),
                hint=text(
                    '写作 x in ["a", "b"]；数里的逗号请去掉。',
                    'Write x in ["a", "b"]; numbers have no commas.',
                ),
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
    said = text("负号 -", "the sign -")
    need_quantity(inner, said)
    need_there(inner, context, said)
    if isinstance(node.op, ast.UAdd):
        return inner
    if isinstance(inner, Number) and inner.name is None:
        return replace(inner, value=-inner.value, place=context.place(node))
    return Apply("neg", (inner,), inner.type, context.place(node))


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
    decided = [part.value for part in parts if isinstance(part, Truth)]
    place = context.place(node)
    nodes, grain = meet_there(open_parts, context, place, _SAID[op])
    if any(value == (op == "or") for value in decided):
        return Truth(op == "or", Type("yes-no"), place)
    if not nodes:
        return Truth(op == "and", Type("yes-no"), place)
    joined = nodes[0]
    for part in nodes[1:]:
        joined = Apply(op, (joined, part), Type("yes-no", grain=grain), place)
    return joined


def _yes_no(node: Node, context: Context, what: str) -> Node:
    said = _SAID.get(what, text(what, what))
    if node.type.kind != "yes-no":
        refuse(
            "type.yes-no",
            text(f"{said.zh} 需要是否值", f"{said.en} needs a yes-no value"),
            node.place,
            hint=text(
                "数值请写成比较，如 x > 0。", "Turn a quantity into a comparison, such as x > 0."
            ),
        )
    return need_there(node, context, said)


def _condition(node: ast.IfExp, context: Context) -> Node:
    """``a if condition else b``: both branches have one type, even where a choice decides."""
    condition = _yes_no(context.read(node.test), context, "if")
    yes = _branch(condition, context, holds=True).read(node.body)
    no = _branch(condition, context, holds=False).read(node.orelse)
    if yes.type.any_unit and yes.type.missing and no.type.kind != "quantity":
        yes = replace(yes, type=replace(no.type, grain=yes.type.grain, missing=True))
    if no.type.any_unit and no.type.missing and yes.type.kind != "quantity":
        no = replace(no, type=replace(yes.type, grain=no.type.grain, missing=True))
    same_kind([yes, no], "if / else")
    place = context.place(node)
    if yes.type.kind == "quantity":
        (yes, no), _ = same_unit([yes, no], "if / else")
    (test, yes, no), grain = meet([condition, yes, no], context, place)
    need_counterpart(condition, test)
    known = None not in (yes.type.words, no.type.words)
    kind = replace(
        yes.type,
        grain=grain,
        missing=yes.type.missing or no.type.missing,
        words=(yes.type.words or frozenset()) | (no.type.words or frozenset()) if known else None,
        any_unit=yes.type.any_unit and no.type.any_unit,
    )
    if isinstance(test, Truth):
        return _picked(yes if test.value else no, kind)
    return Apply("if", (test, yes, no), kind, place)


def _branch(condition: Node, context: Context, *, holds: bool) -> Context:
    """Return the context of a branch, where more values are known to be there."""
    known = given_in(condition, holds=holds)
    return context.knowing(known | given_else(condition, context.world.inputs, holds=holds))


def _picked(branch: Node, kind: Type) -> Node:
    """Return the branch that a choice picks, with what both branches promise together."""
    return replace(branch, type=replace(kind, unit=branch.type.unit, grain=branch.type.grain))
