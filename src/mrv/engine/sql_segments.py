"""The points of a curve as pieces, each with the numbers for which it holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Const
from mrv.engine.sql_queries import select_from
from mrv.engine.sql_scalars import case, column, constant, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot.expressions import Expr as Sql

X0, Y0, X1, Y1 = "x0", "y0", "x1", "y1"
FROM, BELOW = "from", "below"
_BEFORE, _AFTER = "before", "after"


def segments(points: str, keys: Sequence[str], axis: str, value: str) -> exp.Select:
    """Write the query of the pieces between neighbouring points.

    The first piece holds for every smaller number too, the last one for every larger one, and a
    single point, which makes a piece of its own without an end, for all numbers.

    Args:
        points: the relation with a row for each point.
        keys: columns that tell curves apart, outer keys included.
        axis: column by which points are ordered.
        value: column with their values.

    Returns:
        A query with the keys and ``x0``, ``y0``, ``x1``, ``y1``, ``from`` (allowed), ``below``
        (not allowed).
    """
    neighbours = [
        named(_beside(exp.Lead, axis, axis, keys), X1),
        named(_beside(exp.Lead, value, axis, keys), Y1),
        named(_beside(exp.Lag, axis, axis, keys), _BEFORE),
        named(_beside(exp.Lead, axis, axis, keys, 2), _AFTER),
    ]
    heads: list[Sql] = [column(key, "s") for key in keys]
    heads += [named(column(axis, "s"), X0), named(column(value, "s"), Y0)]
    inner = select_from([*heads, *neighbours], points)
    first, last = _none(_BEFORE), _none(_AFTER)
    ends = [
        named(case([(first, _number(-math.inf))], column(X0)), FROM),
        named(case([(last, _number(math.inf))], column(X1)), BELOW),
    ]
    picked = [*(column(key) for key in keys), *(column(name) for name in (X0, Y0, X1, Y1)), *ends]
    outer = exp.Select(expressions=picked).from_(
        exp.Subquery(this=inner, alias=exp.TableAlias(this=exp.Identifier(this="p", quoted=True))),
        copy=False,
    )
    return outer.where(exp.or_(exp.Not(this=_none(X1)), _none(_BEFORE)), copy=False)


def _beside(
    kind: type[exp.Lead | exp.Lag], value: str, axis: str, keys: Sequence[str], steps: int = 1
) -> exp.Window:
    order = exp.Order(expressions=[exp.Ordered(this=column(axis, "s"))])
    found = kind(this=column(value, "s"), offset=exp.Literal.number(steps))
    return exp.Window(
        this=found, partition_by=[column(key, "s") for key in keys] or None, order=order
    )


def _none(name: str) -> Sql:
    return exp.Is(this=column(name), expression=exp.Null())


def _number(value: float) -> Sql:
    return constant(Const(value, "number"))
