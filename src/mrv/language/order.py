"""The order of formulas: each after those it uses; a circle is refused and shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.tree import FormulaOf, OutcomeOf, walk
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.checked import CheckedFormula, Decision


def uses(formula: CheckedFormula, decisions: Mapping[str, Decision]) -> tuple[str, ...]:
    """Return the formulas that a formula uses, directly or through a decision table."""
    found: dict[str, None] = {}
    for node in walk(formula.body):
        if isinstance(node, FormulaOf):
            found[node.name] = None
        if isinstance(node, OutcomeOf) and node.table in decisions:
            for _, key in decisions[node.table].of:
                found.update({part.name: None for part in walk(key) if isinstance(part, FormulaOf)})
    return tuple(found)


def in_order(
    formulas: Mapping[str, CheckedFormula], decisions: Mapping[str, Decision]
) -> tuple[list[str], list[Diagnostic]]:
    """Sort formulas by dependence, keeping the file's order where it is free.

    Returns:
        The names in order, and a finding for each circle.
    """
    below = {
        name: [part for part in uses(formula, decisions) if part in formulas]
        for name, formula in formulas.items()
    }
    done: dict[str, None] = {}
    circles: list[Diagnostic] = []
    for start in formulas:
        if start in done:
            continue
        path = {start: iter(below[start])}
        while path:
            name, parts = next(reversed(path.items()))
            part = next(parts, None)
            if part is None:
                done[name] = None
                path.pop(name)
            elif part in path:
                names = [*path]
                circles.append(_circle(names[names.index(part) :], formulas))
            elif part not in done:
                path[part] = iter(below[part])
    return list(done), circles


def _circle(names: list[str], formulas: Mapping[str, CheckedFormula]) -> Diagnostic:
    shown = " → ".join([*names, names[0]])
    return Diagnostic(
        "formula.cycle",
        text(
            f"公式互相依赖成环：{shown}",
            f"these formulas depend on each other in a circle: {shown}",
        ),
        formulas[names[0]].declared.expression.place,
        why=text("没有一个可以先算。", "None of them could be computed first."),
        hint=text(
            "去掉其中一处引用；上一期的值用 previous(…)，且不得回到自身。",
            "Take out one of the references; previous(…) may not lead back to itself either.",
        ),
    )
