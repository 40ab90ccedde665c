"""The parts of formulas that an explanation shows: made columns of their own in a second plan."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.engine.frames import identity
from mrv.language import tree
from mrv.language.checked import CheckedFormula

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mrv.language.checked import Methodology
    from mrv.language.types import Grain

_STATIC = (
    tree.Number | tree.Word | tree.Truth | tree.Nothing | tree.LeftOut | tree.ColumnOf | tree.KeyOf
)
_JUDGED = frozenset({"capped", "floored", "ratio", "first", "min", "max"})


POINTS: tuple[tree.TracedPart, ...] = ("x0", "y0", "x1", "y1")
"""The two points around a value on a curve over an input table."""


class Parts:
    """A formula with everything below it, and its parts by grain and identity.

    Look-ups, conditions, branches, limits, summands and keys become formulas with names that no
    author can write; the engine computes them as it computes any other.
    """

    def __init__(self, methodology: Methodology, formula: str) -> None:
        """Collect what a formula depends on."""
        self._whole = methodology
        self.names: dict[tuple[Grain, Hashable], str] = {}
        self._formulas: dict[str, CheckedFormula] = {}
        self._reach(formula)

    def methodology(self) -> Methodology:
        """Return the methodology cut down to these formulas and their parts."""
        whole = self._whole.formulas
        order = [name for name in whole if name in self._formulas]
        order += [name for name in self._formulas if name not in whole]
        formulas = {name: self._formulas[name] for name in order}
        return replace(self._whole, formulas=formulas, results=(), checks=())

    def _reach(self, start: str) -> None:
        waiting = [start]
        while waiting:
            name = waiting.pop()
            if name in self._formulas:
                continue
            formula = self._whole.formulas[name]
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
            case tree.TracedAt():
                for point in ("value", *POINTS):
                    self._probe_self(replace(node, part=point), grain, owner)
                for inner in tree.children(node):
                    self._probe(inner, grain, owner)
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
        if key not in self.names:
            name = f"part {len(self.names) + 1}"
            self.names[key] = name
            kind = node.type.at(grain).there()
            self._formulas[name] = CheckedFormula(
                name, kind, node, (), Fraction(10**9), owner.declared, owner.document
            )
