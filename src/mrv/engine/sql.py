"""The SQL of a plan: one common table expression per relation.

Row relations are never materialised, so that memory does not follow the size of the data;
aggregates that several relations use are, so that no table is read twice for the same sums.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.hoist import hoist, parts_of, sorted_rows, sources
from mrv.engine.plan import (
    Aggregate,
    Call,
    Const,
    Derive,
    Join,
    LookUp,
    Scan,
    Segment,
    Spine,
    Window,
)
from mrv.engine.sql_calendar import (
    CALENDAR,
    calendar_start,
    calendar_text,
    date_of,
    dated_keys,
)
from mrv.engine.sql_functions import exact_sum, first_of_each, only_where
from mrv.engine.sql_queries import left_join, select_all, select_from
from mrv.engine.sql_scalars import Scalars, column, constant, named
from mrv.engine.sql_segments import BELOW, FROM, X0, X1, Y0, Y1, segments
from mrv.engine.sql_windows import flagged_rows, yes_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlglot.expressions import Expr as Sql

    from mrv.engine.plan import Measure, Plan, Relation, Scalar

OUTER = ("organisation", "period")
SPINE = "organisations and periods"


def factor_table(name: str) -> str:
    """Return the name of the dense table of a factor in SQL."""
    return f"factor {name}"


def emit(
    plan: Plan,
    relation: str,
    columns: Sequence[str] | None,
    *,
    outer: Sequence[str] = OUTER,
    keys: Sequence[str] = (),
    where: Sql | None = None,
    limit: int | None = None,
    each: int | None = None,
    rows: bool = False,
    distinct: bool = False,
    stored: Mapping[str, str] | None = None,
    flagged: Mapping[str, str] | None = None,
) -> exp.Select:
    """Write the query that reads columns of one relation of a plan.

    Args:
        plan: the plan.
        relation: the relation to read.
        columns: its columns to read, after the outer keys and ``keys``; None for all that it
            has, in no order.
        outer: outer keys that vary in this run; the others are the same everywhere.
        keys: key columns to read and to order by.
        where: which rows, over the alias ``s``; None for all.
        limit: how many rows at most.
        each: how many rows at most of each organisation and period.
        rows: also read ``_row`` and order by it last.
        distinct: read each combination of values once, whatever its organisation and period,
            in no order.
        stored: tables that hold relations already.
        flagged: for windows that were computed already, tables of the rows where the flag is yes.

    Returns:
        A SELECT over the tables named like the inputs, :data:`SPINE` and :func:`factor_table`.
    """
    stored = stored or {}
    plan = hoist(parts_of(plan, relation, stored), stored)
    writer = _Writer(plan, tuple(outer), flagged or {})
    query = select_all(relation, [])
    ordered: list[str] = []
    if columns is not None:
        ordered = [] if distinct else [*outer, *keys, *(["_row"] if rows else [])]
        heads = [] if distinct else [*outer, *(["_row"] if rows else []), *keys]
        names = dict.fromkeys([*heads, *columns])
        query = select_from([column(name, "s") for name in names], relation)
    if where is not None:
        query = query.where(where, copy=False)
    if distinct:
        query = query.distinct(copy=False)
    elif ordered:
        query = query.order_by(*(column(name, "s") for name in dict.fromkeys(ordered)), copy=False)
    if each is not None and outer:
        query.set("qualify", first_of_each(each, outer, ordered))
        each = None
    most = each if limit is None else limit
    if most is not None:
        query = query.limit(most, copy=False)
    return _with_relations(query, plan, writer, stored, flagged or {})


def emit_flagged(
    plan: Plan,
    window: Window,
    *,
    outer: Sequence[str],
    stored: Mapping[str, str],
    flagged: Mapping[str, str],
) -> exp.Select:
    """Write the query of the rows (``_row`` and outer keys) where a window's flag is yes."""
    plan = hoist(parts_of(plan, window.name, stored), stored)
    rewritten = next(part for part in plan.relations if part.name == window.name)
    assert isinstance(rewritten, Window)  # noqa: S101 - it keeps its name
    own = replace(plan, relations=tuple(p for p in plan.relations if p.name != window.name))
    writer = _Writer(plan, tuple(outer), flagged)
    return _with_relations(writer.flagged(rewritten), own, writer, stored, flagged)


def _with_relations(
    query: exp.Select,
    plan: Plan,
    writer: _Writer,
    stored: Mapping[str, str],
    flagged: Mapping[str, str],
) -> exp.Select:
    """Put the relations that a query reads in front of it."""
    users = Counter(source for part in plan.relations for source in sources(part))
    costly = sorted_rows(plan, {*stored, *flagged})

    def put(name: str, tree: exp.Select, *, once: bool) -> None:
        identifier = exp.Identifier(this=name, quoted=True)
        query.with_(identifier, as_=tree, materialized=once, copy=False)

    for part in plan.relations:
        if part.name in stored:
            put(part.name, select_all(stored[part.name], []), once=False)
            continue
        if isinstance(part, Window) and part.name not in flagged:
            put(yes_rows(part.name), writer.flagged(part), once=True)
        # what a window was computed for must not be computed again for each reader
        shared = users[part.name] > 1 and (isinstance(part, Aggregate) or part.name in costly)
        put(part.name, writer.relation(part), once=shared)
    return query


class _Writer:
    """Writes relations for one choice of varying outer keys."""

    def __init__(self, plan: Plan, outer: tuple[str, ...], flagged: Mapping[str, str]) -> None:
        curves = {curve.name: curve for curve in plan.curves}
        self._scalars = Scalars(curves)
        self._outer = outer
        self._flagged = flagged
        self._dated = dated_keys(plan)

    def relation(self, part: Relation) -> exp.Select:
        match part:
            case Spine():
                return self._columns(SPINE, [])
            case Scan():
                return self._columns(part.table, ["_row", *(name for name, _ in part.columns)])
            case Derive():
                extra = [named(self._scalars.sql(value), name) for name, value in part.columns]
                return select_all(part.source, extra)
            case LookUp():
                return self._look_up(part)
            case Join():
                return self._join(part)
            case Window():
                return self._window(part)
            case Segment():
                return self._segment(part)
            case Aggregate():
                return self._aggregate(part)

    def _columns(self, table: str, names: list[str]) -> exp.Select:
        picked = [*self._outer, *names] or ["organisation"]
        return select_from([column(name, "s") for name in picked], table)

    def _on_outer(self, other: str, earlier: int = 0) -> list[Sql]:
        conditions: list[Sql] = []
        for name in self._outer:
            own: Sql = column(name, "s")
            if name == "period" and earlier:
                own = exp.Paren(this=exp.Sub(this=own, expression=exp.Literal.number(earlier)))
            conditions.append(exp.EQ(this=column(name, other), expression=own))
        return conditions

    def _look_up(self, part: LookUp) -> exp.Select:
        period = [c for c in self._on_outer("f") if c.this.name == "period"]
        keys = [
            exp.EQ(this=column(name, "f"), expression=self._scalars.sql(value))
            for name, value in part.on
        ]
        extra = [
            named(column("value", "f"), part.value),
            named(column("factor_row", "f"), part.row),
        ]
        return left_join(
            select_all(part.source, extra), factor_table(part.factor), "f", [*period, *keys]
        )

    def _join(self, part: Join) -> exp.Select:
        if part.earlier and "period" not in self._outer:
            none = [named(constant(Const(None, kind)), name) for _, name, kind in part.take]
            return select_all(part.source, none)
        conditions = self._on_outer("o", part.earlier)
        dated = self._dated.get(part.other, {})
        conditions += [self._meets(name, value, dated) for value, name in part.on]
        extra = [named(column(theirs, "o"), name) for theirs, name, _ in part.take]
        return left_join(select_all(part.source, extra), part.other, "o", conditions)

    def _meets(self, name: str, value: Scalar, dated: Mapping[str, str]) -> Sql:
        """Whether a key of the other relation is a value of this one; days are compared as days."""
        if isinstance(value, Call) and dated.get(name) == value.op:
            # the group has the date itself beside its text
            own = calendar_start(value.op, self._scalars.sql(value.args[0]))
            return exp.EQ(this=column(date_of(name), "o"), expression=own)
        return exp.EQ(this=column(name, "o"), expression=self._scalars.sql(value))

    def _segment(self, part: Segment) -> exp.Select:
        keys = [name for _, name in part.on]
        at = self._scalars.sql(part.at)
        conditions = [
            *self._on_outer("o"),
            *(
                exp.EQ(this=column(name, "o"), expression=self._scalars.sql(value))
                for value, name in part.on
            ),
            exp.GTE(this=at, expression=column(FROM, "o")),
            exp.LT(this=at.copy(), expression=column(BELOW, "o")),
        ]
        x0, y0, x1, y1 = part.take
        extra = [
            named(column(theirs, "o"), own)
            for theirs, own in zip((X0, Y0, X1, Y1), (x0, y0, x1, y1), strict=True)
        ]
        pieces = segments(part.other, [*self._outer, *keys], part.axis, part.value)
        query = select_all(part.source, extra)
        alias = exp.TableAlias(this=exp.Identifier(this="o", quoted=True))
        return query.join(
            exp.Subquery(this=pieces, alias=alias), on=exp.and_(*conditions), join_type="left",
            copy=False,
        )  # fmt: skip

    def _aggregate(self, part: Aggregate) -> exp.Select:
        keys = [(name, self._group_key(value)) for name, value in part.keys]
        picked = [column(name, "s") for name in self._outer]
        heads = [
            named(self._as_text(own, value.copy()), name)
            for (_, own), (name, value) in zip(part.keys, keys, strict=True)
        ]
        heads += [
            named(value.copy(), date_of(name))
            for name, value in keys
            if name in self._dated.get(part.name, {})
        ]
        measures = [named(self._measure(measure), measure.name) for measure in part.measures]
        query = select_from([*picked, *heads, *measures], part.source)
        for _, value in keys:
            query = query.where(
                exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null())), copy=False
            )
        groups = [*(column(name, "s") for name in self._outer), *(value for _, value in keys)]
        if not groups and not measures:
            return query.select(named(exp.Count(this=exp.Star()), "rows"))
        return query.group_by(*groups, copy=False) if groups else query

    def _measure(self, measure: Measure) -> Sql:
        value = None if measure.value is None else self._scalars.sql(measure.value)
        where = None if measure.where is None else self._scalars.sql(measure.where)
        if measure.function == "sum" and value is not None:
            return exact_sum(value, where, measure.scale)
        if measure.function == "count":
            if where is None:
                return exp.Count(this=exp.Star() if value is None else value)
            if value is None and measure.where is not None:
                known = self._count_given(measure.where)
                if known is not None:
                    return known
            return exp.Count(
                this=only_where(exp.Literal.number(1) if value is None else value, where)
            )
        inner = only_where(value or exp.Null(), where)
        match measure.function:
            case "distinct":
                return exp.Count(this=exp.Distinct(expressions=[inner]))
            case "least" | "greatest":
                kind = exp.Min if measure.function == "least" else exp.Max
                if measure.kind != "number":
                    return kind(this=inner)
                return exp.Add(this=kind(this=inner), expression=constant(Const(0.0, "number")))
            case "any":
                return exp.Coalesce(this=exp.LogicalOr(this=inner), expressions=[exp.false()])
            case _:
                return exp.Coalesce(this=exp.LogicalAnd(this=inner), expressions=[exp.true()])

    def _count_given(self, where: Scalar) -> Sql | None:
        """Count values that are there, or that are not, as engines do it best: without a CASE."""
        if isinstance(where, Call) and where.op == "given":
            return exp.Count(this=self._scalars.sql(where.args[0]))
        if isinstance(where, Call) and where.op == "not":
            there = self._count_given(where.args[0])
            if isinstance(there, exp.Count):
                return exp.Sub(this=exp.Count(this=exp.Star()), expression=there)
        return None

    def _group_key(self, value: Scalar) -> Sql:
        """Return what rows are grouped by: a month or day by its first day, not by its text."""
        if isinstance(value, Call) and value.op in CALENDAR:
            return calendar_start(value.op, self._scalars.sql(value.args[0]))
        return self._scalars.sql(value)

    def _as_text(self, value: Scalar, group: Sql) -> Sql:
        """Return the value of a group key, which is a text where it is a month or day."""
        if isinstance(value, Call) and value.op in CALENDAR:
            return calendar_text(value.op, group)
        return group

    def _window(self, part: Window) -> exp.Select:
        """Look the flag of a row up among the rows where it is yes."""
        names = ["_row", *(name for name in self._outer if name == "period")]
        on: list[Sql] = [
            exp.EQ(this=column(name, "w"), expression=column(name, "s")) for name in names
        ]
        there = exp.Not(this=exp.Is(this=column("_row", "w"), expression=exp.Null()))
        query = select_all(part.source, [named(there, part.column)])
        return left_join(query, self._flagged.get(part.name, yes_rows(part.name)), "w", on)

    def flagged(self, part: Window) -> exp.Select:
        """Return the rows where a flag about neighbouring rows is yes."""
        return flagged_rows(part, self._scalars, self._outer)
