"""The planner: a checked methodology becomes a plan.

Formulas are taken up as soon as everything they use is there; only when no formula can go on
are aggregations made, all that are ready at once, so that each table is read as few times as
the rules allow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.aggregates import Wanted, aggregate
from mrv.engine.atoms import Atoms
from mrv.engine.lower import YES, kind_of, lower
from mrv.engine.marking import Marks
from mrv.engine.plan import Call, Col, Const, Curve, Field, Plan
from mrv.engine.planned import Planned
from mrv.language.bodies import outermost_first
from mrv.language.tree import Aggregated, FormulaOf, Scaled, children, walk
from mrv.language.types import REPORT

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.engine.plan import Scalar
    from mrv.language.checked import CheckedCheck, CheckedFormula, Interpolation, Methodology
    from mrv.language.tree import Node
    from mrv.language.types import Grain


def plan(methodology: Methodology) -> Planned:
    """Plan a checked methodology.

    Args:
        methodology: proved for one set of choices.

    Returns:
        The plan, which depends on nothing but the methodology: not on data, factors or clock.
    """
    atoms = Atoms(methodology)
    marks = Marks(atoms)
    waiting = dict(methodology.formulas)
    checks = {check.name: check for check in methodology.checks}
    while waiting or checks:
        ready = [
            formula
            for formula in waiting.values()
            if _ready(formula.body, atoms) and _keys_ready(formula.grain, atoms)
        ]
        for formula in ready:
            del waiting[formula.name]
        _take_up(ready, atoms, marks)
        judged = [c for c in checks.values() if all(_ready(part, atoms) for part in _judged(c))]
        for check in judged:
            del checks[check.name]
            marks.check(check)
        if ready or judged:
            continue
        bodies = [(formula.name, formula.body) for formula in waiting.values()]
        bodies += [(check.name, part) for check in checks.values() for part in _judged(check)]
        if not aggregate(atoms, _open_aggregates(bodies, atoms), marks):
            msg = f"these formulas can never be computed: {sorted(waiting)}"
            raise AssertionError(msg)
    for name in dict.fromkeys(result.of.text for result in methodology.results):
        formula = methodology.formulas[name]
        if formula.type.kind != "quantity" or formula.grain.is_report or _bounded(formula.body):
            continue
        marks.finite(formula, atoms.formula_column(name))
    marks.flush()
    return _planned(methodology, atoms, marks)


def _bounded(body: Node) -> bool:
    """Whether a value is an exact sum or a count, which no number of rows makes infinite."""
    while isinstance(body, Scaled):
        body = body.inner
    return isinstance(body, Aggregated) and body.function in {"sum", "count", "distinct"}


def _ready(body: Node, atoms: Atoms) -> bool:
    """Whether everything that an expression uses is there."""
    if isinstance(body, Aggregated):
        return atoms.has_aggregate(body)
    if isinstance(body, FormulaOf):
        return atoms.has_formula(body.name)
    return all(_ready(part, atoms) for part in children(body))


def _keys_ready(grain: Grain, atoms: Atoms) -> bool:
    """Whether the formulas that are keys of a group are there."""
    return all(key.formula is None or atoms.has_formula(key.formula) for key in grain.keys or ())


def _judged(check: CheckedCheck) -> list[Node]:
    return [part for part in (check.that, check.when) if part is not None]


def _open_aggregates(bodies: list[tuple[str, Node]], atoms: Atoms) -> list[Wanted]:
    """Return the aggregations that are not made yet and whose values are there."""
    found: list[Wanted] = []
    for owner, body in bodies:
        for node in walk(body):
            if isinstance(node, Aggregated) and not atoms.has_aggregate(node):
                parts = [part for part in (node.value, node.where) if part is not None]
                parts += [local for local, _ in node.on]
                if all(_ready(part, atoms) for part in parts):
                    found.append(Wanted(node, owner))
    return found


def _take_up(ready: list[CheckedFormula], atoms: Atoms, marks: Marks) -> None:
    """Add formulas to their frames, those of one grain together."""
    grains = dict.fromkeys(formula.grain for formula in ready)
    for grain in grains:
        own = [formula for formula in ready if formula.grain == grain]
        frame = atoms.frame(grain)
        for formula in own:
            atoms.prepare(formula.body, grain)
        columns: list[tuple[str, Scalar]] = []
        for formula in own:
            atom = atoms.atom_of(grain)
            scalar = lower(formula.body, atom)
            column = frame.fresh(formula.name)
            columns.append((column, scalar))
            atoms.add_formula(formula.name, grain, column, kind_of(formula.body))
            there = _branches(formula, atom)
            if there:
                tier_column = frame.fresh(f"{formula.name}__tier")
                columns.append((tier_column, _taken(there)))
                marks.tier(formula, tier_column, there)
            columns += marks.formula(formula, Col(column, kind_of(formula.body)))
        atoms.chain.derive(frame, columns)


def _branches(formula: CheckedFormula, atom: Callable[[Node], Scalar]) -> list[Scalar]:
    """Return, for each named branch of ``first``, whether its value is there."""
    found = outermost_first(formula.body) if formula.tiers else None
    if found is None:
        return []
    return [
        Call("given", (lower(arg, atom),), "flag") if arg.type.missing else YES
        for arg in found.args
    ]


def _taken(there: list[Scalar]) -> Scalar:
    """Return the number of the first branch that is there, missing if none is."""
    chain: Scalar = Const(None, "whole")
    for index in range(len(there) - 1, -1, -1):
        number = Const(index, "whole")
        chain = (
            number if there[index] == YES else Call("if", (there[index], number, chain), "whole")
        )
    return chain


def _planned(methodology: Methodology, atoms: Atoms, marks: Marks) -> Planned:
    fields = []
    for name, formula in methodology.formulas.items():
        frame = atoms.frame(formula.grain)
        column = atoms.formula_column(name)
        unit = formula.type.unit
        fields.append(
            Field(
                name, frame.relation, column.name, column.kind,
                None if unit is None else unit.spelling,
                frame.keys,
                formula.grain.table if formula.grain.is_row else None,
                marks.tier_column(name), formula.tiers,
            )
        )  # fmt: skip
    report = atoms.frame(REPORT).relation
    curves = tuple(_curve(curve) for curve in methodology.curves.values())
    factors = tuple(sorted(atoms.factor_keys.items()))
    body = Plan(tuple(atoms.chain.relations), tuple(fields), report, curves, factors)
    return Planned(
        methodology, body,
        tuple(marks.guards), tuple(marks.tiers), tuple(marks.cap_marks), tuple(marks.fired),
        tuple((grain, frame.relation, frame.keys) for grain, frame in atoms.frames.items()),
        tuple(
            (grain, key[1], column.name)
            for grain, frame in atoms.frames.items()
            for key, column in frame.columns.items()
            if isinstance(key, tuple) and key[0] == "row"
        ),
        tuple(dict.fromkeys(marks.uses)),
    )  # fmt: skip


def _curve(curve: Interpolation) -> Curve:
    """Round a curve's numbers once, and its slopes from the exact ones."""
    axis = curve.x if curve.y is None else curve.y
    slopes = tuple(
        tuple(float((row[i + 1] - row[i]) / (axis[i + 1] - axis[i])) for i in range(len(axis) - 1))
        for row in curve.values
    )
    return Curve(
        curve.name,
        tuple(float(x) for x in curve.x),
        None if curve.y is None else tuple(float(y) for y in curve.y),
        tuple(tuple(float(value) for value in row) for row in curve.values),
        slopes,
        curve.outside,
    )
