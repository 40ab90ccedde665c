"""What an aggregation is made of: rows, the largest of them, and the exact remainder."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Const
from mrv.engine.sql import emit
from mrv.engine.sql_scalars import cast, column, constant
from mrv.explain.cells import equal, plain
from mrv.explain.gather import RowRef
from mrv.explain.numbers import exact_text
from mrv.explain.step import Contributor, Spread, TierShare
from mrv.language import tree
from mrv.language.bodies import DEFAULT_QUANTUM

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Sql

    from mrv.explain.gather import Gather

MOST = 10
_ORDER = {"least": False, "greatest": True, "any": True, "every": False}
_ONE, _ZERO = exp.Literal.number(1), exp.Literal.number(0)


def spread(gather: Gather, node: tree.Aggregated, row: RowRef) -> tuple[Spread, tuple[RowRef, ...]]:
    """Read what an aggregation in a row is made of.

    Args:
        gather: the values of the explanation.
        node: the aggregation.
        row: the row of its own grain.

    Returns:
        The spread, and the rows that it shows, in the same order.
    """
    rows = _Rows(gather, node, row)
    counted, left_out, missing, total = rows.totals()
    shown = rows.largest()
    contributors = tuple(rows.contributor(one, total) for one in shown)
    remainder = None
    if total is not None:
        remainder = total - sum((rows.quanta(one) for one in shown), Fraction(0))
    return (
        Spread(
            node.function, counted + left_out + missing, counted, left_out, missing, contributors,
            counted - len(shown), None if node.value is None else node.type.unit,
            None if total is None else exact_text(total),
            None if remainder is None else exact_text(remainder),
            rows.tiers(),
        ),
        tuple(rows.reference(one) for one in shown),
    )  # fmt: skip


class _Rows:
    """The rows below one value of an aggregation."""

    def __init__(self, gather: Gather, node: tree.Aggregated, row: RowRef) -> None:
        self._gather, self._node, self._row = gather, node, row
        self._source = node.source
        self._relation, self._keys = gather.planned.frame(node.source)
        self._value = None if node.value is None else gather.probe(node.value, node.source)
        self._where = None if node.where is None else gather.probe(node.where, node.source)
        self._scale = float(1 / DEFAULT_QUANTUM)
        if isinstance(node.value, tree.FormulaOf):
            self._scale = float(gather.methodology.formulas[node.value.name].scale)

    def _from(self) -> exp.Subquery:
        """Return the rows that belong to the value, as a subquery."""
        record = self._gather.record(self._row) or {}
        tests: list[Sql] = []
        outer = RowRef(self._source, self._row.organisation, self._row.period)
        if (own := self._gather.condition(outer)) is not None:
            tests.append(own)
        for local, name in self._node.on:
            found = self._gather.probe(local, self._source)
            if found is not None:
                tests.append(equal(found, record.get(name)))
        picked = [name for name in (self._value, self._where) if name is not None]
        picked += [name for _, _, name in self._branches()]
        hidden = self._gather.run.hidden.get(self._source)
        picked += hidden.names if hidden is not None else ()
        query = emit(
            self._gather.planned.plan, self._relation, list(dict.fromkeys(picked)),
            outer=self._gather.session.outer, keys=self._keys,
            where=exp.and_(*tests) if tests else None, rows=self._source.is_row,
            stored=self._gather.session.stored, flagged=self._gather.session.flagged,
        )  # fmt: skip
        query.set("order", None)
        return query.subquery("s")

    def _holds(self) -> Sql:
        if self._where is None:
            return exp.true()
        return exp.Coalesce(this=column(self._where, "s"), expressions=[exp.false()])

    def _counts(self) -> Sql:
        """Return whether a row takes part: the condition holds and the value is there."""
        if self._value is None:
            return self._holds()
        there = exp.Not(this=exp.Is(this=column(self._value, "s"), expression=exp.Null()))
        return exp.and_(self._holds(), there)

    def _quanta(self) -> Sql:
        """Return the whole quanta of a row, by the engine's own rule."""
        by, half = constant(Const(self._scale, "number")), constant(Const(0.5, "number"))
        scaled = exp.Mul(this=column(self._value or "", "s"), expression=by)
        return cast(exp.Floor(this=exp.Add(this=exp.Paren(this=scaled), expression=half)), "whole")

    def _run(self, query: exp.Select) -> list[tuple[object, ...]]:
        sql = query.sql(dialect="duckdb")
        found: list[tuple[object, ...]] = self._gather.session.dataset.connection.execute(
            sql
        ).fetchall()
        return found

    @property
    def _sums(self) -> bool:
        return self._node.function == "sum"

    def totals(self) -> tuple[int, int, int, Fraction | None]:
        """Count the rows that take part, are left out or lack a value; add up exactly."""
        wanted: list[Sql] = [_count(self._counts()), _count(exp.Not(this=self._holds()))]
        wanted.append(exp.Count(this=exp.Star()))
        if self._sums:
            taken = exp.Case().when(self._counts(), self._quanta())
            wanted.append(cast(exp.Sum(this=taken), "text"))
        ((counted, left_out, rows, *sums),) = self._run(exp.select(*wanted).from_(self._from()))
        total = Fraction(str(sums[0] or 0)) / Fraction(self._scale) if self._sums else None
        taken_part, out = int(str(counted or 0)), int(str(left_out or 0))
        return taken_part, out, int(str(rows)) - taken_part - out, total

    def largest(self) -> list[tuple[object, ...]]:
        """Return the rows that matter most: keys, number, value, quanta."""
        names = [*(["_row"] if self._source.is_row else []), *self._keys]
        wanted: list[Sql] = [column(name, "s") for name in names]
        wanted.append(exp.Null() if self._value is None else column(self._value, "s"))
        wanted.append(cast(self._quanta(), "text") if self._sums else exp.Null())
        query = exp.select(*wanted).from_(self._from()).where(self._counts()).limit(MOST)
        hidden = self._gather.run.hidden.get(self._source)
        if hidden is not None:
            query = query.where(hidden.condition(self._gather.session.outer))
        if self._value is not None:
            value: Sql = column(self._value, "s")
            if self._node.function in {"sum", "mean"}:
                value = exp.Abs(this=value)
            down = _ORDER.get(self._node.function, True)
            query = query.order_by(exp.Ordered(this=value, desc=down))
        return self._run(query.order_by(*(column(name, "s") for name in names)))

    def _branches(self) -> list[tuple[str, int, str]]:
        """List the branches of the formulas below at this grain: formula, number, column."""
        found: list[tuple[str, int, str]] = []
        waiting, seen = ([self._node.value] if self._node.value else []), set()
        while waiting:
            for part in tree.walk(waiting.pop()):
                if not isinstance(part, tree.FormulaOf) or part.name in seen:
                    continue
                seen.add(part.name)
                formula = self._gather.methodology.formulas[part.name]
                if formula.grain != self._source:
                    continue
                waiting.append(formula.body)
                tier = self._gather.planned.field(part.name).tier
                if tier is not None:
                    found += [(part.name, index, tier) for index in range(len(formula.tiers))]
        return found

    def tiers(self) -> tuple[TierShare, ...]:
        """Count the branches taken over the rows that take part."""
        branches = self._branches()
        if not branches:
            return ()
        tests = [
            _count(exp.and_(self._counts(), equal(name, index))) for _, index, name in branches
        ]
        (counts,) = self._run(exp.select(*tests).from_(self._from()))
        return tuple(
            TierShare(name, self._gather.methodology.formulas[name].tiers[index], int(str(n or 0)))
            for (name, index, _), n in zip(branches, counts, strict=True)
        )

    def quanta(self, one: tuple[object, ...]) -> Fraction:
        """Return what a row adds to the sum, exactly."""
        return Fraction(str(one[-1])) / Fraction(self._scale)

    def reference(self, one: tuple[object, ...]) -> RowRef:
        """Return the row itself."""
        names = ("_row",) if self._source.is_row else self._keys
        at = tuple(zip(names, one, strict=False))
        return RowRef(self._source, self._row.organisation, self._row.period, at)

    def contributor(self, one: tuple[object, ...], total: Fraction | None) -> Contributor:
        """Return a row as it is shown."""
        first = 1 if self._source.is_row else 0
        keys = zip(self._keys, one[first:-2], strict=True)
        exact = self.quanta(one) if self._sums else None
        share = float(exact / total * 100) if exact is not None and total else None
        return Contributor(
            tuple((name, str(plain(value))) for name, value in keys),
            plain(one[-2]),
            None if exact is None else exact_text(exact),
            share,
            self._gather.place_of(self._source, one[0]) if first else None,
        )


def _count(condition: Sql) -> Sql:
    return exp.Sum(this=exp.Case().when(condition, _ONE.copy()).else_(_ZERO.copy()))
