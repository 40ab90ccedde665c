"""Marks: what must not stay silent rides along with the aggregations to the report.

Failed values, branches taken, caps that bit and checks that fired are counted in the same pass
over a table as its sums.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from dataclasses import replace
from functools import reduce
from typing import TYPE_CHECKING

from mrv.engine.failing import absent, any_of, brought, failures, reached, read_formula
from mrv.engine.frames import identity, stem
from mrv.engine.limits import limits
from mrv.engine.lower import YES, lower
from mrv.engine.need import needed
from mrv.engine.plan import Aggregate, Call, Col, Const, Measure
from mrv.engine.planned import Cap, Cause, FactorUse, Fired, Guard, TierCount
from mrv.language.tree import (
    Apply,
    Brought,
    ColumnOf,
    FactorOf,
    FormulaOf,
    KeyOf,
    TracedAt,
    children,
)
from mrv.language.types import REPORT

if TYPE_CHECKING:
    from mrv.engine.atoms import Atoms
    from mrv.engine.plan import Scalar
    from mrv.language.checked import CheckedCheck, CheckedFormula
    from mrv.language.tree import Node
    from mrv.language.types import Grain

_AMOUNT_SCALE = 1e9


class Marks:
    """The marks of a plan being made."""

    def __init__(self, atoms: Atoms) -> None:
        """Start without marks."""
        self._atoms = atoms
        curves = atoms.methodology.traced.values()
        self._needed, self._roots = needed(atoms.methodology)
        self._deferred: set[str] = set()
        self._firm = frozenset(curve.name for curve in curves if curve.outside == "error")
        self._pending: dict[Grain, list[Measure]] = defaultdict(list)
        self._tier_columns: dict[str, str] = {}
        self.uses: list[FactorUse] = []
        self.guards: list[Guard] = []
        self.tiers: list[TierCount] = []
        self.cap_marks: list[Cap] = []
        self.fired: list[Fired] = []

    def formula(self, formula: CheckedFormula, column: Col) -> list[tuple[str, Scalar]]:
        """Count failures and limits of a formula, and note the factors that it uses.

        A value that may be missing fails only where a part of it does; any other fails
        wherever it is missing.

        Returns:
            The columns that the formula's frame needs for it.
        """
        name, grain = formula.name, formula.grain
        columns: list[tuple[str, Scalar]] = []
        causes = self._causes(formula.body, grain)
        if causes and formula.type.missing:
            flag = self._atoms.frame(grain).fresh(f"{name}__failed")
            columns.append((flag, any_of(causes)))
            self._guard(name, grain, Col(flag, "flag"), causes)
        elif causes:
            self._guard(name, grain, absent(column), causes)
            if self._put_off(name, grain, causes):
                self._deferred.add(name)
                self.guards[-1] = replace(self.guards[-1], idle=True)
        columns += self._limits(name, formula.body, grain)
        self._inside(name, formula.body)
        return columns

    def part(self, owner: str, part: Node, grain: Grain) -> None:
        """Count failures and limits of an expression inside a formula, in its own frame."""
        frame = self._atoms.frame(grain)
        columns: list[tuple[str, Scalar]] = []
        causes = self._causes(part, grain)
        if causes:
            flag = frame.fresh(f"{owner}__failed")
            columns.append((flag, any_of(causes)))
            self._guard(owner, grain, Col(flag, "flag"), causes)
        self._atoms.chain.derive(frame, [*columns, *self._limits(owner, part, grain)])
        self._inside(owner, part)

    def _inside(self, owner: str, part: Node) -> None:
        """Go on with the coarser values in an expression; a formula or column needs nothing."""
        for node in brought(part):
            if not isinstance(node.inner, FormulaOf | ColumnOf | KeyOf):
                self.part(owner, node.inner, node.inner.type.grain)

    def finite(self, formula: CheckedFormula, column: Col) -> None:
        """Count values of a reported formula that are beyond the largest number."""
        size = Call("abs", (column,), "number")
        beyond = Call("gt", (size, Const(sys.float_info.max, "number")), "flag")
        self._guard(formula.name, formula.grain, beyond, ())

    def _causes(self, part: Node, grain: Grain) -> tuple[Cause, ...]:
        """Return what can fail in an expression, noting the factors that it uses on the way."""
        atom = self._atoms.atom_of(grain)
        for node, condition in reached(part, atom):
            if isinstance(node, FactorOf):
                atom(node)
                row = self._atoms.frame(grain).columns["row", node.name, identity(node)]
                self.uses.append(FactorUse(grain, row.name, condition))
        return tuple(
            Cause(node, failed, self._operands(node, grain))
            for node, failed in failures(part, atom, self._firm, self._deferred)
        )

    def _operands(self, node: Node, grain: Grain) -> tuple[Scalar, ...]:
        """Return what a part that can fail is given, for the words that say why it did."""
        atoms = self._atoms
        if isinstance(node, FactorOf):
            return tuple(atoms.raw(key, grain) for _, key in node.on)
        atom = atoms.atom_of(grain)
        if isinstance(node, FormulaOf | Brought):
            return ()
        if isinstance(node, TracedAt):
            edges = (atom(replace(node, part="x0")), atom(replace(node, part="x1")))
            return (*(lower(part, atom) for part in children(node)), *edges)
        parts = children(node)
        if isinstance(node, Apply) and node.op == "div":
            parts = parts[1:]
        return tuple(lower(part, atom) for part in parts)

    def _guard(self, owner: str, grain: Grain, failed: Scalar, causes: tuple[Cause, ...]) -> None:
        count = self._count(grain, f"{owner}__failures", failed)
        idle = owner not in self._needed and bool(causes) and self._look_ups(causes)
        self.guards.append(Guard(owner, count, grain, failed, causes, idle))

    def _look_ups(self, causes: tuple[Cause, ...]) -> bool:
        """Whether nothing fails but a look-up, here or in a formula whose failure was put off."""
        return all(
            isinstance(cause.node, FactorOf) or read_formula(cause.node) in self._deferred
            for cause in causes
        )

    def _put_off(self, name: str, grain: Grain, causes: tuple[Cause, ...]) -> bool:
        """Whether a failure counts only where the formula is used: a factor without keys."""
        keyed = any(isinstance(cause.node, FactorOf) and cause.node.on for cause in causes)
        own = grain.is_report and name not in self._roots
        return own and not keyed and self._look_ups(causes)

    def tier(self, formula: CheckedFormula, column: str, there: list[Scalar]) -> None:
        """Count the branches that a formula's ``first`` took: there, and none before it."""
        self._tier_columns[formula.name] = column
        counts: list[tuple[str, str]] = []
        for index, tier in enumerate(formula.tiers):
            taken: list[Scalar] = [Call("not", (before,), "flag") for before in there[:index]]
            taken += [there[index]] if there[index] != YES or not taken else []
            condition = reduce(lambda one, two: Call("and", (one, two), "flag"), taken)
            name = self._count(formula.grain, f"{formula.name}__tier_{tier}", condition)
            counts.append((tier, name))
        self.tiers.append(TierCount(formula.name, tuple(counts)))

    def tier_column(self, formula: str) -> str | None:
        """Return the column with the branch taken, if a formula has one."""
        return self._tier_columns.get(formula)

    def _limits(self, owner: str, part: Node, grain: Grain) -> list[tuple[str, Scalar]]:
        """Return columns that tell where limits take effect, and by how much."""
        columns: list[tuple[str, Scalar]] = []
        frame = self._atoms.frame(grain)
        for limit in limits(self._atoms, part, grain):
            word = limit.written.partition(":")[0]
            flag, total = frame.fresh(f"{owner}__{word}"), ""
            columns.append((flag, limit.bites))
            count = self._count(grain, f"{flag}__count", Col(flag, "flag"))
            if limit.over is not None:
                amount = frame.fresh(f"{flag}_by")
                columns.append((amount, limit.over))
                total = self._atoms.frame(REPORT).fresh(f"{flag}__sum")
                by, where = Col(amount, "number"), Col(flag, "flag")
                measure = Measure(total, "sum", by, where, _AMOUNT_SCALE, "number")
                self._pending[grain].append(measure)
            mark = Cap(owner, limit.written, limit.unit, count, total, grain, flag)
            self.cap_marks.append(mark)
        return columns

    def check(self, check: CheckedCheck) -> None:
        """Add the flag of a check to its frame and count where it fired.

        A check that cannot be computed, as where it divides by zero, does not hold either.
        """
        atoms, grain = self._atoms, check.grain
        frame, atom = atoms.frame(grain), atoms.atom_of(grain)
        for part in (check.that, check.when):
            if part is not None:
                atoms.prepare(part, grain)
        when: Scalar = YES if check.when is None else lower(check.when, atom)
        fired: Scalar = Call("not", (lower(check.that, atom),), "flag")
        causes = self._causes(check.that, grain)
        if causes:
            fired = Call("or", (fired, any_of(causes)), "flag")
        if when != YES:
            fired = Call("and", (when, fired), "flag")
        flag = frame.fresh(f"{check.name}__fired")
        atoms.chain.derive(frame, [(flag, fired)])
        count = self._count(grain, f"{check.name}__count", Col(flag, "flag"))
        self.fired.append(Fired(check, count, grain, flag))

    def _count(self, grain: Grain, wanted: str, where: Scalar) -> str:
        """Count rows of a frame in a column of the report; return its name."""
        name = self._atoms.frame(REPORT).fresh(wanted)
        self._pending[grain].append(Measure(name, "count", None, where, 1.0, "whole"))
        return name

    def take(self, grain: Grain) -> list[Measure]:
        """Hand over the marks that wait for a pass over a grain."""
        return self._pending.pop(grain, [])

    def flush(self) -> None:
        """Bring the marks that are left to the report."""
        atoms = self._atoms
        report = atoms.frame(REPORT)
        own = self.take(REPORT)
        for grain in list(self._pending):
            measures = self.take(grain)
            name = atoms.chain.name(f"{stem(grain)}_to_report")
            atoms.chain.relations.append(
                Aggregate(name, atoms.frame(grain).relation, (), tuple(measures))
            )
            atoms.chain.join(report, name, (), [(m.name, m.name, m.kind) for m in measures])
        atoms.chain.derive(report, [(measure.name, _at_report(measure)) for measure in own])


def _at_report(measure: Measure) -> Scalar:
    """A mark of a report formula is a count of one value: one or none, or the amount itself."""
    where = measure.where or Const(True, "flag")
    if measure.function == "count":
        return Call("if", (where, Const(1, "whole"), Const(0, "whole")), "whole")
    value = measure.value or Const(0.0, "number")
    return Call("if", (where, value, Const(0.0, "number")), "number")
