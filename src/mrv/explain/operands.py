"""The steps below a formula: its operands in a row, in the order in which they are read."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.explain import leaves
from mrv.explain.cite import cite
from mrv.explain.spread import spread
from mrv.explain.step import Step
from mrv.explain.substitute import substituted
from mrv.explain.words import to_math, to_words
from mrv.language import tree
from mrv.language.bodies import outermost_first
from mrv.messages import Place, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.explain.gather import Gather, RowRef
    from mrv.explain.step import Kind, Spread

MOST_STEPS = 400


class Operands:
    """Builds steps; a formula that was unfolded once is only named again."""

    def __init__(self, gather: Gather) -> None:
        """Start with nothing unfolded."""
        self._gather = gather
        self._methodology = gather.methodology
        self._seen: set[tuple[str, RowRef]] = set()
        self._count = 0

    def formula(self, name: str, row: RowRef, depth: int) -> Step:
        """Return the step of a formula in a row.

        Args:
            name: full name of the formula.
            row: the row.
            depth: how many levels are left, this one included.
        """
        formula = self._methodology.formulas[name]
        row = self._gather.canonical(row) or row
        label = formula.declared.label or Text(name, name)
        value = self._gather.formula(name, row)
        step = Step(
            name, label, "formula", value, formula.type.unit, self._gather.keys(row),
            expression=formula.declared.expression.text,
            source=cite(formula.document, formula.declared.source),
            place=Place(formula.document.file, formula.declared.place.line),
        )  # fmt: skip
        if (name, row) in self._seen:
            return replace(step, notes=(text("前面已展开", "unfolded above"),))
        self._seen.add((name, row))
        if value is None:
            step = replace(step, notes=(text("缺失：不等于零", "missing, which is not zero"),))
        step = self._with_tier(step, name, row)
        return self.expression(step, formula.body, row, depth)

    def _with_tier(self, step: Step, name: str, row: RowRef) -> Step:
        tiers = self._methodology.formulas[name].tiers
        number = self._gather.tier(name, row)
        if number is None or not tiers:
            return step
        notes = step.notes
        if number:
            notes = (*notes, text(
                f"没有“{tiers[number - 1]}”的值，取“{tiers[number]}”",
                f"{tiers[number]} is taken: there is no value for {tiers[number - 1]}",
            ))  # fmt: skip
        found = outermost_first(self._methodology.formulas[name].body)
        why = text(
            f"共 {len(tiers)} 个来源，取第 {number + 1} 个", f"branch {number + 1} of {len(tiers)}"
        )
        return replace(step, tier=tiers[number], notes=notes, why=(why,) if found else ())

    def expression(self, step: Step, body: tree.Node, row: RowRef, depth: int) -> Step:
        """Fill in how an expression is computed in a row, and what lies below."""
        self._count += 1
        labels = self._methodology
        step = replace(
            step,
            math=Text(to_math(body, "zh"), to_math(body)),
            words=Text(to_words(body, "zh", labels), to_words(body, "en", labels)),
            substituted=substituted(self._gather, body, row, step.value, step.unit),
        )  # fmt: skip
        whole = body.inner if isinstance(body, tree.Scaled) else body
        if depth <= 1 or self._count > MOST_STEPS:
            return replace(step, notes=(*step.notes, text("以下未展开", "not unfolded further")))
        if isinstance(whole, tree.Aggregated):
            made, children = self._aggregate(whole, row, depth)
            return replace(step, kind="sum", spread=made, children=children)
        notes = tuple(leaves.remarks(self._gather, body, row))
        children = tuple(_once(self._parts(body, row, depth - 1)))
        return replace(step, children=children, notes=(*step.notes, *notes))

    def _aggregate(
        self, node: tree.Aggregated, row: RowRef, depth: int
    ) -> tuple[Spread, tuple[Step, ...]]:
        """Return the spread of an aggregation, and its largest row unfolded."""
        made, rows = spread(self._gather, node, row)
        if not rows or node.value is None or isinstance(node.value, tree.ColumnOf | tree.KeyOf):
            return made, ()
        if isinstance(node.value, tree.FormulaOf) and not node.value.earlier:
            return made, (self.formula(node.value.name, rows[0], depth - 1),)
        name = to_math(node.value)
        label = Text(to_math(node.value, "zh"), name)
        value = self._gather.value(node.value, rows[0])
        first = Step(
            name, label, "formula", value, node.value.type.unit, self._gather.keys(rows[0])
        )
        return made, (self.expression(first, node.value, rows[0], depth - 1),)

    def _parts(self, node: tree.Node, row: RowRef, depth: int) -> Iterator[Step]:
        """Yield the steps of the operands of an expression."""
        match node:
            case tree.Truth() | tree.Word() | tree.Nothing():
                return
            case tree.Number():
                if node.name is not None:
                    yield leaves.constant(self._methodology, node)
            case tree.Scaled():
                yield from self._parts(node.inner, row, depth)
            case tree.LeftOut():
                yield leaves.left_out(node)
            case tree.Brought():
                coarse = self._gather.coarse(node, row)
                if coarse is None:
                    yield leaves.nowhere(self._gather, node, row)
                else:
                    yield from self._parts(node.inner, coarse, depth)
            case tree.Apply(op="if"):
                if isinstance(_bare(node.args[0]), tree.Apply):
                    yield self._condition(node.args[0], row, depth)
                else:
                    yield from self._parts(node.args[0], row, depth)
                holds = self._gather.value(node.args[0], row) is True
                yield from self._parts(node.args[1 if holds else 2], row, depth)
            case tree.Apply(op="first"):
                for part in node.args:
                    yield from self._parts(part, row, depth)
                    if self._gather.value(part, row) is not None:
                        return
            case tree.Apply():
                for part in node.args:
                    yield from self._parts(part, row, depth)
            case tree.FormulaOf() if node.earlier:
                yield self._earlier(node, row, depth)
            case tree.FormulaOf():
                yield self.formula(node.name, row, depth)
            case tree.Aggregated():
                yield self._own_aggregate(node, row, depth)
            case _:
                yield self._leaf(node, row, depth)

    def _condition(self, node: tree.Node, row: RowRef, depth: int) -> Step:
        value = self._gather.value(node, row)
        math, zh = to_math(node), to_math(node, "zh")
        step = Step(
            math, Text(zh, math), "condition", value,
            substituted=substituted(self._gather, node, row, value, None),
        )  # fmt: skip
        return replace(
            step, children=self._below(tuple(_once(self._parts(node, row, depth - 1))), depth)
        )

    def _below(self, children: tuple[Step, ...], depth: int) -> tuple[Step, ...]:
        return children if depth > 1 else ()

    def _own_aggregate(self, node: tree.Aggregated, row: RowRef, depth: int) -> Step:
        """An aggregation inside a larger formula is a step of its own."""
        value = self._gather.value(node, row)
        math, zh = to_math(node), to_math(node, "zh")
        step = Step(math, Text(zh, math), "sum", value, node.type.unit, self._gather.keys(row))
        return self.expression(step, node, row, depth)

    def _earlier(self, node: tree.FormulaOf, row: RowRef, depth: int) -> Step:
        formula = self._methodology.formulas[node.name]
        before = self._gather.earlier(node, row)
        if before is not None:
            step = self.formula(node.name, before, depth)
            label = text(
                f"{before.period.label} 的 {step.label.zh}",
                f"{step.label.en} of {before.period.label}",
            )
            return replace(step, label=label, kind="previous")
        label = formula.declared.label or Text(node.name, node.name)
        note = text("本次核算没有更早的核算期，此值缺失", "the run has no earlier period: missing")
        return Step(node.name, label, "previous", None, formula.type.unit, notes=(note,))

    def _leaf(self, node: tree.Node, row: RowRef, depth: int) -> Step:
        step = leaves.leaf(self._gather, node, row)
        if depth <= 1 or isinstance(node, tree.ColumnOf | tree.KeyOf):
            return step
        if (step.name, row) in self._seen:
            return replace(step, notes=(*step.notes, text("前面已展开", "unfolded above")))
        if tree.children(node):
            self._seen.add((step.name, row))
        below: list[Step] = []
        for part in tree.children(node):
            below += self._parts(part, row, depth - 1)
        return replace(step, children=tuple(_once(iter(below))))


def _bare(node: tree.Node) -> tree.Node:
    while isinstance(node, tree.Brought | tree.Scaled):
        node = node.inner
    return node


def _once(steps: Iterator[Step]) -> Iterator[Step]:
    """Leave out a step that stands beside its like."""
    seen: set[tuple[Kind, str, tuple[tuple[str, str], ...]]] = set()
    for step in steps:
        key = (step.kind, step.name, step.keys)
        if key not in seen:
            seen.add(key)
            yield step
