"""Marks: what must not stay silent rides along with the aggregations to the report.

Failed values, branches taken, caps that bit and checks that fired are counted in the same pass
over a table as its sums.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from mrv.engine.frames import stem
from mrv.engine.lower import lower, rounded
from mrv.engine.plan import Aggregate, Call, Col, Const, Measure
from mrv.engine.planned import Cap, Fired, Guard, TierCount
from mrv.language.tree import Apply, Interpolated, Truth, walk
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
        self.guards: list[Guard] = []
        self.tiers: list[TierCount] = []
        self.cap_marks: list[Cap] = []
        self.fired: list[Fired] = []

    def guard(self, formula: CheckedFormula, column: str, *, by_flag: bool) -> None:
        """Count values of a formula that failed."""
        count = f"{formula.name}__failures"
        kind = "flag" if by_flag else self._atoms.formula_column(formula.name).kind
        failed: Scalar = Col(column, kind)
        if not by_flag:
            failed = Call("not", (Call("given", (failed,), "flag"),), "flag")
        self._count(formula.grain, count, failed)
        self.guards.append(Guard(formula.name, count, formula.grain, column if by_flag else ""))

    def tier(self, formula: CheckedFormula, column: str) -> None:
        """Count the branches that a formula's ``first`` took."""
        self._tier_columns[formula.name] = column
        counts: list[tuple[str, str]] = []
        for index, tier in enumerate(formula.tiers):
            name = f"{formula.name}__tier_{tier}"
            self._count(
                formula.grain,
                name,
                Call("eq", (Col(column, "whole"), Const(index, "whole")), "flag"),
            )
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
        for node in walk(formula.body):
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
            self._add(
                formula.grain,
                Measure(
                    f"{flag}__sum",
                    "sum",
                    Col(amount, "number"),
                    Col(flag, "flag"),
                    _AMOUNT_SCALE,
                    "number",
                ),
            )
            unit = node.type.unit.spelling if node.type.unit else "1"
            self.cap_marks.append(
                Cap(
                    formula.name,
                    node.op,
                    unit,
                    f"{flag}__count",
                    f"{flag}__sum",
                    formula.grain,
                    flag,
                )
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
        """Add the flag of a check to its frame and count where it fired."""
        atoms, grain = self._atoms, check.grain
        frame = atoms.frame(grain)
        parts = [part for part in (check.that, check.when) if part is not None]
        for part in parts:
            atoms.prepare(part, grain)
        fired: Scalar = Call("not", (lower(check.that, atoms.atom_of(grain)),), "flag")
        if check.when is not None and not isinstance(check.when, Truth):
            when = lower(check.when, atoms.atom_of(grain))
            fired = Call("and", (when, fired), "flag")
        elif isinstance(check.when, Truth):
            fired = Const(False, "flag")
        flag = frame.fresh(f"{check.name}__fired")
        atoms.chain.derive(frame, [(flag, fired)])
        self._count(grain, f"{check.name}__count", Col(flag, "flag"))
        self.fired.append(Fired(check, f"{check.name}__count", grain, flag))

    def _count(self, grain: Grain, name: str, where: Scalar) -> None:
        self._add(grain, Measure(name, "count", None, where, 1.0, "whole"))

    def _add(self, grain: Grain, measure: Measure) -> None:
        self._pending[grain].append(measure)

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
