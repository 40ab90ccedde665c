"""Flags about neighbouring rows, by windows: no row is ever joined with the others.

Only the rows that take part are sorted, with no more than what is compared; rows where the flag
is yes are then found again by their numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.sql_queries import select_from
from mrv.engine.sql_scalars import column, named

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Sql

    from mrv.engine.plan import Window
    from mrv.engine.sql_scalars import Scalars


def yes_rows(window: str) -> str:
    """Return the name of the relation of the rows where a window's flag is yes."""
    return f"{window} yes"


def flagged_rows(part: Window, scalars: Scalars, outer: tuple[str, ...]) -> exp.Select:
    """Return the query of ``_row`` and outer keys of the rows where a flag is yes.

    Args:
        part: the window.
        scalars: writes what it is about.
        outer: outer keys that vary in the run.
    """
    args = [scalars.sql(arg) for arg in part.args]
    within = [scalars.sql(value) for value in part.within]
    order = [scalars.sql(value) for value in part.order]
    there: list[Sql] = [
        exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())) for value in [*args, *within]
    ]
    if part.where is not None:
        there.append(scalars.sql(part.where))
    groups: list[Sql] = [
        *(column(name, "s") for name in outer if not (part.across and name == "organisation")),
        *within,
    ]
    if part.function == "repeated":
        flag = repeats([*groups, *args], order)
    else:
        flag = overlaps(args[0], args[1], groups, order, closed=part.closed)
        there.append(exp.LTE(this=args[0].copy(), expression=args[1].copy()))
    names = [*outer, "_row"]
    inner = select_from(
        [*(column(name, "s") for name in names), named(exp.Paren(this=flag), "yes")], part.source
    ).where(exp.and_(*there), copy=False)
    alias = exp.TableAlias(this=exp.Identifier(this="s", quoted=True))
    query = exp.Select(expressions=[column(name, "s") for name in names])
    return query.from_(exp.Subquery(this=inner, alias=alias), copy=False).where(
        column("yes", "s"), copy=False
    )


def overlaps(start: Sql, end: Sql, groups: list[Sql], order: list[Sql], *, closed: bool) -> Sql:
    """Whether an earlier interval reaches into this one or the next one starts inside it.

    Args:
        start: beginning of the interval.
        end: its end.
        groups: what the intervals that are compared have in common.
        order: if there is any, only earlier intervals count; it decides between equals.
        closed: whether the ends belong to an interval.
    """
    parts = [part.copy() for part in groups]
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
        return reaches
    following = exp.Window(
        this=exp.Lead(this=start.copy()),
        partition_by=[part.copy() for part in parts],
        order=sorted_by.copy(),
    )
    starts = _sure(below(this=following, expression=end.copy()))
    return exp.or_(reaches, starts)


def repeats(groups: list[Sql], order: list[Sql]) -> Sql:
    """Whether another row has the same values; with an order, whether an earlier one has.

    Args:
        groups: what rows that repeat each other have in common.
        order: decides which of them comes first.
    """
    parts = [part.copy() for part in groups]
    if order:
        counted = exp.Window(this=exp.RowNumber(), partition_by=parts, order=_order(order))
    else:
        counted = exp.Window(this=exp.Count(this=exp.Star()), partition_by=parts)
    return exp.GT(this=counted, expression=exp.Literal.number(1))


def _order(values: list[Sql]) -> exp.Order:
    return exp.Order(expressions=[exp.Ordered(this=value.copy()) for value in values])


def _sure(flag: Sql) -> Sql:
    return exp.Coalesce(this=flag, expressions=[exp.false()])
