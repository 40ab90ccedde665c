"""From typed expressions to plain scalars: units and constants folded, order of arithmetic fixed.

Constants of a product chain are multiplied exactly and rounded once; what is left is evaluated
from left to right as written.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.engine.plan import Call, Const
from mrv.engine.sphere import great_circle
from mrv.language.checked import Interval
from mrv.language.fit import exact
from mrv.language.tree import (
    Apply,
    Interpolated,
    LeftOut,
    Nothing,
    Number,
    Scaled,
    Truth,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.engine.plan import Col, Kind, Scalar
    from mrv.language.checked import Decision
    from mrv.language.tree import Node

_KINDS: dict[str, Kind] = {
    "quantity": "number", "text": "text", "month": "text", "day": "text", "year": "number",
    "yes-no": "flag", "instant": "instant",
}  # fmt: skip
_SAME = {"add", "sub", "neg", "abs", "floor", "ceil", "sqrt", "exp", "log"}
_FLAGS = {"eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "given", "in"}
NO = Const(False, "flag")
YES = Const(True, "flag")


def kind_of(node: Node) -> Kind:
    """Return the physical kind of an expression's values."""
    return _KINDS[node.type.kind]


def lower(node: Node, atom: Callable[[Node], Scalar]) -> Scalar:
    """Lower an expression whose atoms (columns, look-ups, joins) ``atom`` provides.

    Args:
        node: a typed expression at the grain of one relation.
        atom: returns the column that holds an atom, already part of the relation.
    """
    match node:
        case Number() | Scaled() | Apply(op="mul" | "div"):
            return _product(node, atom)
        case Word():
            return Const(node.value, "text")
        case Truth():
            return Const(node.value, "flag")
        case Nothing():
            return Const(None, kind_of(node))
        case LeftOut():
            return Const(0.0, "number")
        case Apply():
            return _apply(node, atom)
        case Interpolated():
            points = tuple(lower(arg, atom) for arg in node.args)
            op = "curve" if len(points) == 1 else "surface"
            return Call(op, (Const(node.curve, "text"), *points), "number")
        case _:
            found = atom(node)
            if node.type.kind == "year" and found.kind == "whole":
                return Call("number", (found,), "number")
            return found


def rounded(value: Fraction) -> Const:
    """Round an exact constant to the nearest double, once."""
    return Const(float(value), "number")


def _product(node: Node, atom: Callable[[Node], Scalar]) -> Scalar:
    """Lower a chain of products: variable parts in order, all constants folded into one."""
    parts: list[tuple[Node, bool]] = []
    constant = _flatten(node, parts, over=False)
    if constant == 0:
        return Const(0.0, "number")
    chain: Scalar | None = None
    for part, over in parts:
        scalar = lower(part, atom)
        if chain is None and not over:
            chain = scalar
        elif chain is None:
            chain = Call("div", (rounded(constant), scalar), "number")
            constant = Fraction(1)
        else:
            chain = Call("div" if over else "mul", (chain, scalar), "number")
    if chain is None:
        return rounded(constant)
    return chain if constant == 1 else Call("mul", (chain, rounded(constant)), "number")


def _flatten(node: Node, parts: list[tuple[Node, bool]], *, over: bool) -> Fraction:
    """Collect the variable parts of a product; return the product of its constants."""
    known = exact(node)
    if known is not None and known != 0:
        return 1 / known if over else known
    if known == 0:
        return Fraction(0)
    if isinstance(node, Scaled):
        ratio = 1 / node.ratio if over else node.ratio
        return ratio * _flatten(node.inner, parts, over=over)
    if isinstance(node, Apply) and node.op in {"mul", "div"} and not (over and node.op == "div"):
        left = _flatten(node.args[0], parts, over=over)
        return left * _flatten(node.args[1], parts, over=over != (node.op == "div"))
    if isinstance(node, Apply) and node.op == "keep":
        return _flatten(node.args[0], parts, over=over)
    parts.append((node, over))
    return Fraction(1)


def _apply(node: Apply, atom: Callable[[Node], Scalar]) -> Scalar:
    if node.op == "pow":
        return _power(node, atom)
    args = tuple(lower(arg, atom) for arg in node.args)
    kind = kind_of(node)
    match node.op:
        case "keep":
            return args[0]
        case "ratio":
            zero = Call("eq", (args[1], Const(0.0, "number")), "flag")
            return Call("if", (zero, args[2], Call("div", args[:2], "number")), "number")
        case "min" | "capped":
            return Call("least", args, "number")
        case "max" | "floored":
            return Call("greatest", args, "number")
        case "first" | "if":
            return Call(node.op, args, kind)
        case "great_circle":
            return great_circle(args)
        case "month" | "day":
            return Call(node.op, args, "text")
        case "year":
            return Call("number", (Call("year", args, "whole"),), "number")
        case "later":
            return Call("later", (args[0], _micro(args[1])), "instant")
        case "quantise" | "microseconds":
            return Call(node.op, args, "number")
        case op if op in _FLAGS:
            return Call(op, args, "flag")
        case op if op in _SAME:
            return Call(op, args, "number")
    msg = f"no lowering for operator {node.op}"
    raise AssertionError(msg)


def _micro(seconds: Scalar) -> Scalar:
    """Return seconds as microseconds."""
    return Call("mul", (seconds, Const(1e6, "number")), "number")


def _power(node: Apply, atom: Callable[[Node], Scalar]) -> Scalar:
    """A whole power is repeated multiplication; the rest is libm's, quantised above."""
    base = lower(node.args[0], atom)
    exponent = exact(node.args[1])
    if exponent is None or exponent.denominator != 1 or not isinstance(node.args[1], Number):
        return Call("pow", (base, lower(node.args[1], atom)), "number")
    power = abs(int(exponent))
    if power == 0:
        return Const(1.0, "number")
    chain = base
    for _ in range(power - 1):
        chain = Call("mul", (chain, base), "number")
    return chain if exponent > 0 else Call("div", (Const(1.0, "number"), chain), "number")


def rule_number(decision: Decision, keys: dict[str, Scalar]) -> Scalar:
    """Return which row of a decision table applies: its index, missing if none."""
    chain: Scalar = Const(None, "whole")
    for index in range(len(decision.rules) - 1, -1, -1):
        conditions: Scalar | None = None
        for name, condition in decision.rules[index].conditions:
            test = _test(keys[name], condition)
            if test is not None:
                conditions = test if conditions is None else Call("and", (conditions, test), "flag")
        chain = Call("if", (conditions or _all_given(keys), Const(index, "whole"), chain), "whole")
    return chain


def _all_given(keys: dict[str, Scalar]) -> Scalar:
    chain: Scalar | None = None
    for key in keys.values():
        given = Call("given", (key,), "flag")
        chain = given if chain is None else Call("and", (chain, given), "flag")
    return chain or YES


def _test(key: Scalar, condition: frozenset[str] | Interval | None) -> Scalar | None:
    if condition is None:
        return None
    if not isinstance(condition, Interval):
        if key.kind == "flag":
            return key if condition == {"yes"} else Call("not", (key,), "flag")
        return Call("in", (key, *(Const(word, "text") for word in sorted(condition))), "flag")
    tests: list[Scalar] = []
    if condition.low is not None and condition.low == condition.high:
        return Call("eq", (key, rounded(condition.low)), "flag")
    if condition.low is not None:
        tests.append(
            Call("ge" if condition.low_closed else "gt", (key, rounded(condition.low)), "flag")
        )
    if condition.high is not None:
        tests.append(
            Call("le" if condition.high_closed else "lt", (key, rounded(condition.high)), "flag")
        )
    if not tests:
        return Call("given", (key,), "flag")
    return tests[0] if len(tests) == 1 else Call("and", (tests[0], tests[1]), "flag")


def outcome_of(
    decision: Decision, outcome: str, rule: Col, keys: dict[str, Scalar], kind: Kind
) -> Scalar:
    """Return an outcome of a decision table, given the number of the row that applies."""
    chain: Scalar = Const(None, kind)
    for index in range(len(decision.rules) - 1, -1, -1):
        value = dict(decision.rules[index].outcomes)[outcome]
        scalar = keys[value] if isinstance(value, str) else lower(value, _no_atoms)
        test = Call("eq", (rule, Const(index, "whole")), "flag")
        chain = Call("if", (test, scalar, chain), kind)
    return chain


def _no_atoms(node: Node) -> Scalar:
    msg = f"a constant was expected, not {type(node).__name__}"
    raise AssertionError(msg)
