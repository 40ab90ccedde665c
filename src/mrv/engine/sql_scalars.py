"""Scalars of a plan as SQL expressions, with one meaning in every engine.

Doubles are written as texts that are cast, because SQL reads ``0.98`` as a decimal; division by
zero is made missing by NULLIF; the lesser and greater of two values are spelled out, because
engines differ on missing ones.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Call, Col, Const
from mrv.engine.sql_calendar import calendar_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from enum import Enum

    # the base of every node of a tree; annotations only, so that older releases fit too
    from sqlglot.expressions import Expr as Sql

    from mrv.engine.plan import Curve, Kind, Scalar

TYPES: dict[Kind, Enum] = {
    "number": exp.DataType.Type.DOUBLE,
    "whole": exp.DataType.Type.BIGINT,
    "text": exp.DataType.Type.TEXT,
    "flag": exp.DataType.Type.BOOLEAN,
    "instant": exp.DataType.Type.TIMESTAMP,
}
_BINARY: dict[str, type[exp.Binary]] = {
    "add": exp.Add, "sub": exp.Sub, "mul": exp.Mul,
    "eq": exp.EQ, "ne": exp.NEQ, "lt": exp.LT, "le": exp.LTE, "gt": exp.GT, "ge": exp.GTE,
    "and": exp.And, "or": exp.Or,
}  # fmt: skip


def cast(inner: Sql, kind: Kind) -> exp.Cast:
    """Return a cast to a physical kind."""
    return exp.Cast(this=inner, to=exp.DataType(this=TYPES[kind]))


def column(name: str, table: str | None = None) -> exp.Column:
    """Return a quoted column."""
    own = exp.Identifier(this=name, quoted=True)
    if table is None:
        return exp.Column(this=own)
    return exp.Column(this=own, table=exp.Identifier(this=table, quoted=True))


def named(value: Sql, name: str) -> exp.Alias:
    """Return a value under a quoted name."""
    return exp.Alias(this=value, alias=exp.Identifier(this=name, quoted=True))


def constant(const: Const) -> Sql:
    """Return a constant; doubles by their shortest exact spelling."""
    if const.value is None:
        return cast(exp.Null(), const.kind)
    if const.kind == "number":
        return cast(exp.Literal.string(repr(float(const.value))), "number")
    if const.kind == "flag":
        return exp.Boolean(this=bool(const.value))
    if const.kind == "whole":
        return cast(exp.Literal.string(str(const.value)), "whole")
    if const.kind == "instant":
        return cast(exp.Literal.string(str(const.value)), "instant")
    return exp.Literal.string(str(const.value))


def case(pairs: list[tuple[Sql, Sql]], otherwise: Sql | None = None) -> exp.Case:
    """Return a CASE of (condition, value) pairs."""
    ifs = [exp.If(this=condition, true=value) for condition, value in pairs]
    return exp.Case(ifs=ifs, default=otherwise)


class Scalars:
    """Turns scalars into SQL; knows the curves of the plan."""

    def __init__(self, curves: Mapping[str, Curve], table: str = "s") -> None:
        """Keep the curves by name and the alias of the source relation."""
        self._curves = curves
        self._table = table

    def sql(self, scalar: Scalar) -> Sql:
        """Return the SQL of a scalar over the source relation."""
        match scalar:
            case Const():
                return constant(scalar)
            case Col():
                return column(scalar.name, self._table)
            case Call():
                return self._call(scalar)

    def _call(self, call: Call) -> Sql:
        op = call.op
        if op in {"curve", "surface"}:
            return self._curve(call)
        if op == "if":
            return self._case(call)
        args = [self.sql(arg) for arg in call.args]
        if op in _BINARY:
            return exp.Paren(this=_BINARY[op](this=args[0], expression=args[1]))
        match op:
            case "div":
                zero = exp.Nullif(this=args[1], expression=exp.Literal.number(0))
                return exp.Paren(this=exp.Div(this=args[0], expression=zero))
            case "neg":
                return exp.Paren(this=exp.Neg(this=exp.Paren(this=args[0])))
            case "not":
                return exp.Paren(this=exp.Not(this=args[0]))
            case "abs":
                return exp.Abs(this=args[0])
            case "floor":
                return exp.Floor(this=args[0])
            case "ceil":
                return exp.Ceil(this=args[0])
            case "sqrt":
                inside = exp.GTE(this=args[0].copy(), expression=exp.Literal.number(0))
                return _when(inside, exp.Sqrt(this=args[0]))
            case "least" | "greatest":
                return _lesser(args[0], args[1], greater=op == "greatest")
            case "first":
                return exp.Coalesce(this=args[0], expressions=args[1:])
            case "given":
                return exp.Paren(this=exp.Not(this=exp.Is(this=args[0], expression=exp.Null())))
            case "in":
                return exp.Paren(this=exp.In(this=args[0], expressions=args[1:]))
            case "quantise":
                return _quantised(args[0], args[1])
            case "number":
                return cast(args[0], "number")
            case "pow" | "exp" | "log" | "sin" | "cos" | "asin":
                return _transcendental(op, args)
            case _:
                return _calendar(op, args)

    def _case(self, call: Call) -> Sql:
        """Write nested conditions as one CASE."""
        pairs: list[tuple[Sql, Sql]] = []
        node: Scalar = call
        while isinstance(node, Call) and node.op == "if":
            pairs.append((self.sql(node.args[0]), self.sql(node.args[1])))
            node = node.args[2]
        return case(pairs, self.sql(node))

    def _curve(self, call: Call) -> Sql:
        name = call.args[0]
        curve = self._curves[str(name.value if isinstance(name, Const) else "")]
        points = [self.sql(arg) for arg in call.args[1:]]
        if curve.y is None:
            return _between(curve, 0, points[0], curve.x)
        x, y = points
        rows = [_between(curve, index, y, curve.y) for index in range(len(curve.x))]
        held = _held(x, curve.x) if curve.outside == "hold" else x
        pairs: list[tuple[Sql, Sql]] = []
        for index in range(len(curve.x) - 1):
            width = constant(Const(curve.x[index + 1] - curve.x[index], "number"))
            lower, upper = rows[index], rows[index + 1]
            start = constant(Const(curve.x[index], "number"))
            part = _bracket(exp.Div, _bracket(exp.Sub, held.copy(), start), width)
            rise = _bracket(exp.Mul, _bracket(exp.Sub, upper.copy(), lower.copy()), part)
            value = _bracket(exp.Add, lower.copy(), rise)
            pairs.append((_inside(held, curve.x, index), value))
        return case(pairs)


def _bracket(kind: type[exp.Binary], left: Sql, right: Sql) -> Sql:
    return exp.Paren(this=kind(this=left, expression=right))


def _when(condition: Sql, value: Sql) -> Sql:
    return case([(condition, value)])


def _lesser(one: Sql, two: Sql, *, greater: bool) -> Sql:
    """The second where it is beyond the first, else the first; missing if either is."""
    beyond, rest = (exp.GT, exp.LTE) if greater else (exp.LT, exp.GTE)
    first = (beyond(this=two.copy(), expression=one.copy()), two.copy())
    return case([first, (rest(this=two, expression=one.copy()), one)])


def _quantised(value: Sql, inverse: Sql) -> Sql:
    scaled = _bracket(exp.Mul, value, inverse)
    half = constant(Const(0.5, "number"))
    floor = exp.Floor(this=_bracket(exp.Add, scaled, half))
    return _bracket(exp.Div, floor, inverse.copy())


def _transcendental(op: str, args: list[Sql]) -> Sql:
    zero = exp.Literal.number(0)
    if op == "exp":
        return exp.Exp(this=args[0])
    if op in {"sin", "cos"}:
        return exp.func(op, args[0])
    if op == "asin":
        one = constant(Const(1.0, "number"))
        inside = exp.LTE(this=exp.Abs(this=args[0].copy()), expression=one)
        return _when(inside, exp.func("asin", args[0]))
    if op == "log":
        return _when(exp.GT(this=args[0].copy(), expression=zero), exp.Ln(this=args[0]))
    base, power = args
    positive = exp.GT(this=base.copy(), expression=zero)
    root = exp.and_(
        exp.EQ(this=base.copy(), expression=zero.copy()),
        exp.GTE(this=power.copy(), expression=zero.copy()),
    )
    whole = exp.and_(
        exp.LT(this=base.copy(), expression=zero.copy()),
        exp.EQ(this=power.copy(), expression=exp.Floor(this=power.copy())),
    )
    return _when(exp.or_(positive, root, whole), exp.Pow(this=base, expression=power))


def _calendar(op: str, args: list[Sql]) -> Sql:
    match op:
        case "month" | "day":
            return calendar_text(op, args[0])
        case "year":
            return cast(exp.Extract(this=exp.var("YEAR"), expression=args[0]), "whole")
        case "microseconds":
            later, earlier = (exp.func("EPOCH_US", arg) for arg in args)
            return cast(_bracket(exp.Sub, later, earlier), "number")
        case "later":
            half = constant(Const(0.5, "number"))
            whole = cast(exp.Floor(this=_bracket(exp.Add, args[1], half)), "whole")
            return _bracket(exp.Add, args[0], exp.func("TO_MICROSECONDS", whole))
    msg = f"no SQL for operator {op}"
    raise AssertionError(msg)


def _inside(x: Sql, axis: tuple[float, ...], index: int, *, open_ended: bool = False) -> Sql:
    """Whether x lies in a cell of an axis: closed below, the last one closed above too.

    With ``open_ended`` the first and last cells go on for ever.
    """
    last = index == len(axis) - 2
    tests: list[Sql] = []
    if index > 0 or not open_ended:
        tests.append(exp.GTE(this=x.copy(), expression=constant(Const(axis[index], "number"))))
    if not last or not open_ended:
        kind, end = exp.LTE if last else exp.LT, constant(Const(axis[index + 1], "number"))
        tests.append(kind(this=x.copy(), expression=end))
    if not tests:
        return exp.Not(this=exp.Is(this=x.copy(), expression=exp.Null()))
    return exp.and_(*tests)


def _held(x: Sql, axis: tuple[float, ...]) -> Sql:
    """Clamp to the ends of an axis."""
    low, high = constant(Const(axis[0], "number")), constant(Const(axis[-1], "number"))
    below = (exp.LT(this=x.copy(), expression=low.copy()), low)
    above = (exp.GT(this=x.copy(), expression=high.copy()), high)
    return exp.Paren(this=case([below, above], x.copy()))


def _between(curve: Curve, row: int, x: Sql, axis: tuple[float, ...]) -> Sql:
    """Interpolate one row of values along an axis."""
    held = _held(x, axis) if curve.outside == "hold" else x
    pairs: list[tuple[Sql, Sql]] = []
    for index in range(len(axis) - 1):
        offset = _bracket(exp.Sub, held.copy(), constant(Const(axis[index], "number")))
        rise = _bracket(exp.Mul, offset, constant(Const(curve.slopes[row][index], "number")))
        value = _bracket(exp.Add, constant(Const(curve.values[row][index], "number")), rise)
        pairs.append((_inside(held, axis, index, open_ended=curve.outside == "extend"), value))
    return exp.Paren(this=case(pairs))
