"""The values of a row: read from the engine, never computed here.

The formulas that a value depends on are planned once more, together with their parts (look-ups,
conditions, branches, summands) as columns of their own, and read from the same tables by the
same engine; so every operand is the one that the run used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.frames import identity
from mrv.engine.plan import Derive, Join, LookUp, Segment, Window
from mrv.engine.planner import plan
from mrv.engine.session import Session
from mrv.explain.cells import equal, plain
from mrv.explain.parts import Parts
from mrv.explain.withheld import refuse_withheld
from mrv.language import tree

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot.expressions import Expr as Sql

    from mrv.engine.finished import Run
    from mrv.engine.planned import Planned
    from mrv.explain.step import Value
    from mrv.language.period import Period
    from mrv.language.types import Grain
    from mrv.messages import Place


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
        self._parts = Parts(run.methodology, formula)
        self._records: dict[RowRef, Mapping[str, object] | None] = {}
        self.planned: Planned = plan(self._parts.methodology())
        own = run.session
        session = Session(self.planned, own.dataset, own.periods, own.outer)
        # what is small is computed once; of large tables only the row asked for is read
        self.session = session.store() if own.small else session.keep()
        self._columns: dict[Grain, list[str]] = {}

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
        while isinstance(relation, Derive | LookUp | Join | Window | Segment):
            if isinstance(relation, Derive):
                for name, scalar in relation.columns:
                    match = re.fullmatch(r"(.+)__rule(_\d+)?", name)
                    if match and match[1] in self.methodology.decisions and scalar.kind == "whole":
                        found.append((name, match[1]))
            relation = relations.get(relation.source)
        return found

    def condition(self, row: RowRef) -> Sql | None:
        """Return the condition that selects a row, over the alias ``s``."""
        tests: list[Sql] = []
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
            hidden = self.run.hidden.get(row.grain)
            named = list(hidden.names) if hidden is not None else []
            table = self.session.read(
                relation, list(dict.fromkeys([*self.columns(row.grain), *named])),
                keys=keys, where=self.condition(row), limit=1, rows=row.grain.is_row,
            )  # fmt: skip
            found: list[dict[str, object]] = table.to_pylist()
            if hidden is not None and found and hidden.holds(found[0]):
                refuse_withheld(hidden)
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
                return self.formula(self._parts.names[row.grain, identity(node)], row)

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
                name = self._parts.names.get((grain, identity(node)))
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
