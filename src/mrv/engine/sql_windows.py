"""Flags about neighbouring rows, by windows: no row is ever joined with the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Sql


def overlaps(
    start: Sql, end: Sql, groups: list[Sql], there: Sql, order: list[Sql], *, closed: bool
) -> Sql:
    """Whether an earlier interval reaches into this one or the next one starts inside it.

    Args:
        start: beginning of the interval.
        end: its end.
        groups: what the intervals that are compared have in common.
        there: which rows take part; those that end before they start take none.
        order: if there is any, only earlier intervals count; it decides between equals.
        closed: whether the ends belong to an interval.
    """
    valid = exp.and_(there, exp.LTE(this=start.copy(), expression=end.copy()))
    parts = [*(part.copy() for part in groups), exp.Paren(this=valid.copy())]
    sorted_by = _order([start, end, *order])
    before = exp.WindowSpec(
        kind="ROWS",
        start="UNBOUNDED",
        start_side="PRECEDING",
        end=exp.Literal.number(1),
        end_side="PRECEDING",
    )
    reach = exp.Window(
        this=exp.Max(this=end.copy()), partition_by=parts, order=sorted_by, spec=before
    )
    above, below = (exp.GTE, exp.LTE) if closed else (exp.GT, exp.LT)
    reaches = _sure(above(this=reach, expression=start.copy()))
    if order:
        return exp.and_(valid, reaches)
    following = exp.Window(
        this=exp.Lead(this=start.copy()),
        partition_by=[part.copy() for part in parts],
        order=sorted_by.copy(),
    )
    starts = _sure(below(this=following, expression=end.copy()))
    return exp.and_(valid, exp.Paren(this=exp.or_(reaches, starts)))


def repeats(groups: list[Sql], there: Sql, order: list[Sql]) -> Sql:
    """Whether another row has the same values; with an order, whether an earlier one has.

    Args:
        groups: what rows that repeat each other have in common.
        there: which rows take part.
        order: decides which of them comes first.
    """
    parts = [*(part.copy() for part in groups), exp.Paren(this=there.copy())]
    if order:
        counted = exp.Window(this=exp.RowNumber(), partition_by=parts, order=_order(order))
    else:
        counted = exp.Window(this=exp.Count(this=exp.Star()), partition_by=parts)
    return exp.and_(there, exp.GT(this=counted, expression=exp.Literal.number(1)))


def _order(values: list[Sql]) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=value.copy()) for value in values])


def _sure(flag: Sql) -> Sql:
    return exp.Coalesce(this=flag, expressions=[exp.false()])
