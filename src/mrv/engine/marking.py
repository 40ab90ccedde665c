"""Marks: what must not stay silent rides along with the aggregations to the report.

Failed values, branches taken, caps that bit and checks that fired are counted in the same pass
over a table as its sums.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING

from mrv.engine.failing import absent, any_of, counted, failures, reached
from mrv.engine.frames import fresh_name, identity, stem
from mrv.engine.lower import YES, lower, rounded
from mrv.engine.plan import Aggregate, Call, Col, Const, Measure
from mrv.engine.planned import Cap, Cause, FactorUse, Fired, Guard, TierCount
from mrv.language.tree import Apply, Brought, FactorOf, Interpolated, children
from mrv.language.types import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

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
        self._pending: dict[Grain, list[Measure]] = defaultdict(list)
        self._tier_columns: dict[str, str] = {}
        self._counts: set[str] = set()
        self.uses: list[FactorUse] = []
        self.guards: list[Guard] = []
        self.tiers: list[TierCount] = []
        self.cap_marks: list[Cap] = []
        self.fired: list[Fired] = []

    def guard(self, formula: CheckedFormula, column: Col) -> list[tuple[str, Scalar]]:
        """Count values of a formula that failed, and note the factors that it uses.

        A value that may be missing fails only where a part of it does; any other fails
        wherever it is missing.

        Returns:
            The columns that the formula's frame needs for it.
        """
        grain, columns = formula.grain, []
        causes = self._causes(formula.body, grain)
        if causes and formula.type.missing:
            flag = self._atoms.frame(grain).fresh(f"{formula.name}__failed")
            columns = [(flag, any_of(causes))]
            self._guard(formula.name, grain, Col(flag, "flag"), causes)
        elif causes:
            self._guard(formula.name, grain, absent(column), causes)
        for node in counted(formula.body):
            if isinstance(node, Brought):
                self.inner(formula.name, node.inner, node.inner.type.grain)
        return columns

    def inner(self, owner: str, part: Node, grain: Grain) -> None:
        """Count failures of an expression inside a formula, at the grain where it is evaluated."""
        causes = self._causes(part, grain)
        if causes:
            frame = self._atoms.frame(grain)
            flag = frame.fresh(f"{owner}__failed")
            self._atoms.chain.derive(frame, [(flag, any_of(causes))])
            self._guard(owner, grain, Col(flag, "flag"), causes)

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
            for node, failed in failures(part, atom)
        )

    def _operands(self, node: Node, grain: Grain) -> tuple[Scalar, ...]:
        """Return what a part that can fail is given, for the words that say why it did."""
        atoms = self._atoms
        if isinstance(node, FactorOf):
            return tuple(atoms.raw(key, grain) for _, key in node.on)
        atom = atoms.atom_of(grain)
        parts = children(node)
        if isinstance(node, Apply) and node.op == "div":
            parts = parts[1:]
        return tuple(lower(part, atom) for part in parts)

    def _guard(self, owner: str, grain: Grain, failed: Scalar, causes: tuple[Cause, ...]) -> None:
        count = fresh_name(f"{owner}__failures", self._counts)
        self._count(grain, count, failed)
        self.guards.append(Guard(owner, count, grain, failed, causes))

    def tier(self, formula: CheckedFormula, column: str) -> None:
        """Count the branches that a formula's ``first`` took."""
        self._tier_columns[formula.name] = column
        counts: list[tuple[str, str]] = []
        for index, tier in enumerate(formula.tiers):
            name = f"{formula.name}__tier_{tier}"
            taken = Call("eq", (Col(column, "whole"), Const(index, "whole")), "flag")
            self._count(formula.grain, name, taken)
            counts.append((tier, name))
        self.tiers.append(TierCount(formula.name, tuple(counts)))

    def tier_column(self, formula: str) -> str | None:
        """Return the column with the branch taken, if a formula has one."""
        return self._tier_columns.get(formula)

    def caps(
        self, formula: CheckedFormula, atom: Callable[[Node], Scalar]
    ) -> list[tuple[str, Scalar]]:
        """Return columns that tell where the caps and floors of a formula bite, and how far."""
        columns: list[tuple[str, Scalar]] = []
        frame = self._atoms.frame(formula.grain)
        for node in counted(formula.body):
            if isinstance(node, Interpolated):
                columns += self._held(formula, node, atom)
            if not isinstance(node, Apply) or node.op not in {"capped", "floored"}:
                continue
            value, limit = (lower(arg, atom) for arg in node.args)
            bites = Call("gt" if node.op == "capped" else "lt", (value, limit), "flag")
            over = Call("sub", (value, limit), "number")
            flag = frame.fresh(f"{formula.name}__{node.op}")
            amount = frame.fresh(f"{flag}_by")
            columns += [(flag, bites), (amount, over)]
            self._count(formula.grain, f"{flag}__count", Col(flag, "flag"))
            by, bite = Col(amount, "number"), Col(flag, "flag")
            total = Measure(f"{flag}__sum", "sum", by, bite, _AMOUNT_SCALE, "number")
            self._pending[formula.grain].append(total)
            unit = node.type.unit.spelling if node.type.unit else "1"
            count = f"{flag}__count"
            self.cap_marks.append(
                Cap(formula.name, node.op, unit, count, total.name, formula.grain, flag)
            )
        return columns

    def _held(
        self, formula: CheckedFormula, node: Interpolated, atom: Callable[[Node], Scalar]
    ) -> list[tuple[str, Scalar]]:
        """Return a column that tells where a curve is held at its edge."""
        curve = self._atoms.methodology.curves[node.curve]
        if not curve.hold:
            return []
        outside: Scalar | None = None
        for arg, axis in zip(node.args, (curve.x, curve.y or ()), strict=False):
            point = lower(arg, atom)
            for op, edge in (("lt", axis[0]), ("gt", axis[-1])):
                beyond = Call(op, (point, rounded(edge)), "flag")
                outside = beyond if outside is None else Call("or", (outside, beyond), "flag")
        flag = self._atoms.frame(formula.grain).fresh(f"{formula.name}__held")
        self._count(formula.grain, f"{flag}__count", Col(flag, "flag"))
        self.cap_marks.append(
            Cap(formula.name, f"held:{node.curve}", "", f"{flag}__count", "", formula.grain, flag)
        )
        return [(flag, outside or Const(False, "flag"))]

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
        self._count(grain, f"{check.name}__count", Col(flag, "flag"))
        self.fired.append(Fired(check, f"{check.name}__count", grain, flag))

    def _count(self, grain: Grain, name: str, where: Scalar) -> None:
        self._pending[grain].append(Measure(name, "count", None, where, 1.0, "whole"))

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
