"""What SQL has no function for: exact sums, the first rows of each organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Const
from mrv.engine.sql_scalars import case, cast, column, constant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot.expressions import Expr as Sql


def only_where(value: Sql, where: Sql | None) -> Sql:
    """Return the value where a condition holds, elsewhere missing."""
    return value if where is None else case([(where, value)])


def exact_sum(value: Sql, where: Sql | None, scale: float) -> Sql:
    """Add whole quanta; turn the total into the nearest double by way of its decimal text.

    Engines do not agree on the last bit when they cast a 128-bit whole to a double; the text
    they do agree on.
    """
    half = constant(Const(0.5, "number"))
    by = constant(Const(scale, "number"))
    scaled = exp.Add(this=exp.Paren(this=exp.Mul(this=value, expression=by)), expression=half)
    quanta = cast(exp.Floor(this=scaled), "whole")
    total = exp.Sum(this=only_where(quanta, where))
    number = cast(cast(total, "text"), "number")
    filled = exp.Coalesce(this=number, expressions=[constant(Const(0.0, "number"))])
    return exp.Div(this=filled, expression=by.copy())


def first_of_each(each: int, outer: Sequence[str], ordered: Sequence[str]) -> exp.Qualify:
    """Return the condition that a row is among the first of its organisation and period."""
    order = exp.Order(expressions=[exp.Ordered(this=column(name, "s")) for name in ordered])
    groups = [column(name, "s") for name in outer]
    number = exp.Window(this=exp.RowNumber(), partition_by=groups, order=order)
    return exp.Qualify(this=exp.LTE(this=number, expression=exp.Literal.number(each)))
