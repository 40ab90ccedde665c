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
        The names in order, and one finding for a circle if there is one.
    """
    below = {name: uses(formula, decisions) for name, formula in formulas.items()}
    done: dict[str, None] = {}
    for start in formulas:
        stack: list[tuple[str, int]] = [(start, 0)]
        path: dict[str, None] = {}
        while stack:
            name, step = stack.pop()
            if name in done:
                continue
            path[name] = None
            parts = [part for part in below.get(name, ()) if part in formulas]
            if step < len(parts):
                stack.append((name, step + 1))
                part = parts[step]
                if part in path and part not in done:
                    return list(done), [_circle([*path][[*path].index(part) :], formulas)]
                stack.append((part, 0))
            else:
                done[name] = None
                path.pop(name)
    return list(done), []


def _circle(names: list[str], formulas: Mapping[str, CheckedFormula]) -> Diagnostic:
    shown = " → ".join([*names, names[0]])
    return Diagnostic(
        "formula.cycle",
        text(f"公式互相依赖成环：{shown}", f"these formulas depend on each other in a circle: {shown}"),
        formulas[names[0]].declared.expression.place,
        why=text("没有一个可以先算。", "None of them could be computed first."),
        hint=text("去掉其中一处引用；上一期的值用 previous(…)，且不得回到自身。", "Take out one of the references; for a value of the period before use previous(…) of a formula outside the circle."),
    )  # fmt: skip
