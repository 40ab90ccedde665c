"""The values of a row: read from the engine, never computed here.

The formulas that a value depends on are planned once more, together with their parts (look-ups,
conditions, branches, summands) as columns of their own, and read from the same tables by the
same engine; so every operand is the one that the run used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.frames import identity
from mrv.engine.plan import Const, Derive, Join, LookUp, Window
from mrv.engine.planner import plan
from mrv.engine.session import Session
from mrv.engine.sql_scalars import column, constant
from mrv.language import tree
from mrv.language.checked import CheckedFormula

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from mrv.engine.planned import Planned
    from mrv.engine.run import Run
    from mrv.explain.step import Value
    from mrv.language.period import Period
    from mrv.language.types import Grain
    from mrv.messages import Place

_STATIC = (
    tree.Number | tree.Word | tree.Truth | tree.Nothing | tree.LeftOut | tree.ColumnOf | tree.KeyOf
)
_JUDGED = frozenset({"capped", "floored", "ratio", "first", "min", "max"})


@dataclass(frozen=True)
class RowRef:
    """A row of a grain: whose, when, and the columns that name it (``_row`` or the keys)."""

    grain: Grain
    organisation: str
    period: Period
    at: tuple[tuple[str, object], ...] = ()


class Gather:
    """The engine's values for one explanation, each row read once."""

    def __init__(self, run: Run, formula: str) -> None:
        """Plan a formula with everything below it and its parts as columns."""
        self.run = run
        self.methodology = run.methodology
        self._probes: dict[tuple[Grain, Hashable], str] = {}
        self._formulas: dict[str, CheckedFormula] = {}
        self._records: dict[RowRef, Mapping[str, object] | None] = {}
        self._reach(formula)
        order = [name for name in run.methodology.formulas if name in self._formulas]
        order += [name for name in self._formulas if name not in run.methodology.formulas]
        part = replace(
            run.methodology,
            formulas={name: self._formulas[name] for name in order}, results=(), checks=(),
        )  # fmt: skip
        self.planned: Planned = plan(part)
        own = run.session
        self.session = Session(self.planned, own.dataset, own.periods, own.outer)
        self._columns: dict[Grain, list[str]] = {}

    # -- which values are wanted ---------------------------------------------------------------

    def _reach(self, start: str) -> None:
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name in self._formulas:
                continue
            formula = self.methodology.formulas[name]
            self._formulas[name] = formula
            waiting += [n.name for n in tree.walk(formula.body) if isinstance(n, tree.FormulaOf)]
            self._visit(formula.body, formula.grain, formula)

    def _visit(self, node: tree.Node, grain: Grain, owner: CheckedFormula) -> None:
        """Make probes for the parts of an expression."""
        match node:
            case tree.Brought():
                self._probe(node.inner, node.inner.type.grain, owner)
                for local, _ in node.on:
                    self._probe(local, grain, owner)
                return
            case tree.LeftOut():
                return
            case tree.Aggregated():
                self._probe_self(node, grain, owner)
                parts = [part for part in (node.value, node.where) if part is not None]
                for part in (*parts, *(local for local, _ in node.on)):
                    if not isinstance(part, tree.ColumnOf | tree.KeyOf | tree.FormulaOf):
                        self._probe_self(part, node.source, owner)
                    self._visit(part, node.source, owner)
                return
            case tree.FactorOf() | tree.OutcomeOf() | tree.Neighbour() | tree.Interpolated():
                self._probe_self(node, grain, owner)
                for part in tree.children(node):
                    self._probe(part, grain, owner)
                return
            case tree.PeriodLength():
                self._probe_self(node, grain, owner)
            case tree.Apply(op="if"):
                self._probe(node.args[0], grain, owner)
            case tree.Apply() if node.op in _JUDGED:
                for part in node.args:
                    self._probe(part, grain, owner)
        for part in tree.children(node):
            self._visit(part, grain, owner)

    def _probe(self, node: tree.Node, grain: Grain, owner: CheckedFormula) -> None:
        if not isinstance(node, _STATIC | tree.FormulaOf | tree.Brought):
            self._probe_self(node, grain, owner)
        self._visit(node, grain, owner)

    def _probe_self(self, node: tree.Node, grain: Grain, owner: CheckedFormula) -> None:
        key = (grain, identity(node))
        if key not in self._probes:
            name = f"part {len(self._probes) + 1}"
            self._probes[key] = name
            kind = node.type.at(grain).there()
            self._formulas[name] = CheckedFormula(
                name, kind, node, (), Fraction(10**9), owner.declared, owner.document
            )

    # -- reading -------------------------------------------------------------------------------

    def columns(self, grain: Grain) -> list[str]:
        """Return every column of a grain that an explanation may want."""
        if grain not in self._columns:
            relation, _ = self.planned.frame(grain)
            found: list[str] = []
            if grain.is_row:
                found += [c.name for c in self.methodology.inputs[grain.table or ""].columns]
            for one in self.planned.plan.fields:
                if one.relation == relation:
                    found += [one.column, *([one.tier] if one.tier else [])]
            found += [name for own, _, name in self.planned.factor_rows if own == grain]
            found += [name for name, _ in self._rules(grain)]
            self._columns[grain] = list(dict.fromkeys(found))
        return self._columns[grain]

    def _rules(self, grain: Grain) -> list[tuple[str, str]]:
        """Return the columns of a grain that hold rows of decision tables: (column, table)."""
        found: list[tuple[str, str]] = []
        relations = {relation.name: relation for relation in self.planned.plan.relations}
        relation = relations.get(self.planned.frame(grain)[0])
        while isinstance(relation, Derive | LookUp | Join | Window):
            if isinstance(relation, Derive):
                for name, scalar in relation.columns:
                    match = re.fullmatch(r"(.+)__rule(_\d+)?", name)
                    if match and match[1] in self.methodology.decisions and scalar.kind == "whole":
                        found.append((name, match[1]))
            relation = relations.get(relation.source)
        return found

    def condition(self, row: RowRef) -> exp.Expression | None:
        """Return the condition that selects a row, over the alias ``s``."""
        tests: list[exp.Expression] = []
        if "organisation" in self.session.outer:
            tests.append(equal("organisation", row.organisation))
        if "period" in self.session.outer:
            tests.append(equal("period", row.period.ordinal))
        tests += [equal(name, value) for name, value in row.at]
        return exp.and_(*tests) if tests else None

    def record(self, row: RowRef) -> Mapping[str, object] | None:
        """Return everything the engine has for a row; None if there is no such row."""
        if row not in self._records:
            relation, keys = self.planned.frame(row.grain)
            table = self.session.read(
                relation, self.columns(row.grain),
                keys=keys, where=self.condition(row), limit=1, rows=row.grain.is_row,
            )  # fmt: skip
            found: list[dict[str, object]] = table.to_pylist()
            self._records[row] = found[0] if found else None
        return self._records[row]

    def formula(self, name: str, row: RowRef) -> Value:
        """Return the value of a formula in a row."""
        record = self.record(row)
        return None if record is None else plain(record[self.planned.field(name).column])

    def tier(self, name: str, row: RowRef) -> int | None:
        """Return the number of the branch that a formula took in a row."""
        record, field = self.record(row), self.planned.field(name)
        number = record.get(field.tier) if record and field.tier else None
        return number if isinstance(number, int) else None

    def value(self, node: tree.Node, row: RowRef) -> Value:
        """Return the value of an operand or part in a row."""
        match node:
            case tree.Number():
                return float(node.value)
            case tree.Word() | tree.Truth():
                return node.value
            case tree.Nothing():
                return None
            case tree.LeftOut():
                return 0.0
            case tree.ColumnOf() | tree.KeyOf():
                record = self.record(row)
                name = node.column if isinstance(node, tree.ColumnOf) else node.key
                return None if record is None else plain(record[name])
            case tree.FormulaOf() if node.earlier:
                before = self.earlier(node, row)
                return None if before is None else self.formula(node.name, before)
            case tree.FormulaOf():
                return self.formula(node.name, row)
            case tree.Brought():
                coarse = self.coarse(node, row)
                return None if coarse is None else self.value(node.inner, coarse)
            case _:
                return self.formula(self._probes[row.grain, identity(node)], row)

    def probe(self, node: tree.Node, grain: Grain) -> str | None:
        """Return the column that holds a part in the relation of its grain."""
        match node:
            case tree.ColumnOf():
                return node.column
            case tree.KeyOf():
                return node.key
            case tree.FormulaOf() if not node.earlier:
                return self.planned.field(node.name).column
            case _:
                name = self._probes.get((grain, identity(node)))
                return None if name is None else self.planned.field(name).column

    def number_of(self, factor: str, row: RowRef) -> int | None:
        """Return the number of the answer that a factor took in a row."""
        names = [n for own, f, n in self.planned.factor_rows if own == row.grain and f == factor]
        record = self.record(row)
        number = record.get(names[0]) if record and names else None
        return number if isinstance(number, int) and number >= 0 else None

    def rule_of(self, table: str, row: RowRef) -> int | None:
        """Return which row of a decision table applied."""
        record = self.record(row)
        for name, own in self._rules(row.grain):
            if own == table and record is not None and isinstance(record.get(name), int):
                return int(str(record[name]))
        return None

    # -- other rows ----------------------------------------------------------------------------

    def coarse(self, node: tree.Brought, row: RowRef) -> RowRef | None:
        """Return the row of the coarser grain that a value comes down from; None if none does."""
        at: list[tuple[str, object]] = []
        for local, name in node.on:
            key = self.value(local, row)
            if key is None:
                return None
            at.append((name, int(key) if isinstance(key, float) else key))
        found = replace(row, grain=node.inner.type.grain, at=tuple(at))
        return self.canonical(found)

    def canonical(self, row: RowRef) -> RowRef | None:
        """Return a row named the one way that is compared: by number, or by its group's keys."""
        record = self.record(row)
        if record is None:
            return None
        names = ("_row",) if row.grain.is_row else self.planned.frame(row.grain)[1]
        found = replace(row, at=tuple((name, record[name]) for name in names))
        self._records.setdefault(found, record)
        return found

    def earlier(self, node: tree.FormulaOf, row: RowRef) -> RowRef | None:
        """Return the same row some periods before, if the run has it."""
        wanted = row.period.ordinal - node.earlier
        period = next((p for p in self.session.periods if p.ordinal == wanted), None)
        if period is None:
            return None
        keys, record = self.planned.frame(row.grain)[1], self.record(row) or {}
        before = replace(row, period=period, at=tuple((key, record.get(key)) for key in keys))
        return self.canonical(before)

    def keys(self, row: RowRef) -> tuple[tuple[str, str], ...]:
        """Return the keys that name a row, as texts."""
        record = self.record(row)
        if record is None:
            return tuple((name, str(plain(value))) for name, value in row.at)
        return tuple((key, str(plain(record[key]))) for key in self.planned.frame(row.grain)[1])

    def place(self, row: RowRef, field: str | None = None) -> Place | None:
        """Return where a row stands in the user's file."""
        record = self.record(row)
        return None if record is None else self.place_of(row.grain, record.get("_row"), field)

    def place_of(self, grain: Grain, number: object, field: str | None = None) -> Place | None:
        """Return the place of a row number of a table."""
        from mrv.messages import Place

        if not grain.is_row or not isinstance(number, int):
            return None
        return Place(self.session.dataset.tables[grain.table or ""].origin, number, None, field)


def equal(name: str, value: object) -> exp.Expression:
    """Return the test that a column of the alias ``s`` has a value."""
    if value is None:
        return exp.Is(this=column(name, "s"), expression=exp.Null())
    return exp.EQ(this=column(name, "s"), expression=literal(value))


def literal(value: object) -> exp.Expression:
    """Return a value of a row as a typed literal."""
    if isinstance(value, bool):
        return constant(Const(value, "flag"))
    if isinstance(value, int):
        return constant(Const(value, "whole"))
    if isinstance(value, float):
        return constant(Const(value, "number"))
    return exp.Literal.string(str(value))


def plain(value: object) -> Value:
    """Return a value from Arrow as a plain one; instants become texts."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)
