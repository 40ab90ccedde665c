"""Steps that are read, not computed from formulas: cells, keys, factors, constants, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.explain import lookups
from mrv.explain.cite import cite, home
from mrv.explain.numbers import shown
from mrv.explain.step import Citation, Step
from mrv.explain.words import plain_name, to_math
from mrv.language import tree
from mrv.language.names import CARBON
from mrv.messages import Place, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.explain.gather import Gather, RowRef
    from mrv.language.checked import Methodology, NamedConstant


def constant(methodology: Methodology, node: tree.Number) -> Step:
    """Return the step of a named constant, with its source."""
    name = node.name or ""
    if name == CARBON:
        source = Citation(text("C 12, O 16: 44/12", "C 12, O 16: 44/12"))
        label = text("CO2 与碳的摩尔质量比", "molar mass of CO2 over that of carbon")
        return Step(
            name,
            label,
            "constant",
            float(node.value),
            node.type.unit,
            source=source,
            printed="44/12",
        )
    found = methodology.constants[name]
    document = home(methodology, name)
    notes = (Text(found.note, found.note),) if found.note else ()
    return Step(
        name, Text(name, name), "constant", float(found.value), found.unit,
        source=cite(document, found.source), printed=_printed(found), notes=notes,
        place=Place(document.file, found.place.line),
    )  # fmt: skip


def _printed(found: NamedConstant) -> str:
    """Write a constant as its file prints it."""
    spelling = found.unit.spelling
    return found.printed if spelling == "1" else f"{found.printed} {spelling}"


def nowhere(gather: Gather, node: tree.Brought, row: RowRef) -> Step:
    """Return the step of a value whose coarser row is not there."""
    parts = []
    for local, name in node.on:
        value = gather.value(local, row)
        parts.append(f"{name}={shown(value, None, 'en')}")
    listed = ", ".join(parts)
    grain = node.inner.type.grain
    note = text(
        f"“{grain.describe('zh')}”中没有 {listed} 这一行，此值缺失",
        f"missing: there is no row with {listed} ({grain.describe('en')})",
    )
    name = to_math(node.inner)
    return Step(
        name, Text(to_math(node.inner, "zh"), name), "column", None, node.type.unit, notes=(note,)
    )


def left_out(node: tree.LeftOut) -> Step:
    """Return the step of a term that a choice leaves out."""
    name = to_math(node.inner)
    note = text(
        f"按选项不计：{node.condition} 不成立",
        f"left out by choice: {node.condition} does not hold",
    )
    return Step(
        name, Text(to_math(node.inner, "zh"), name), "left-out", 0.0, node.type.unit, notes=(note,)
    )


def leaf(gather: Gather, node: tree.Node, row: RowRef) -> Step:
    """Return the step of an operand that is not a formula, without its children."""
    match node:
        case tree.ColumnOf():
            return _column(gather, node, row)
        case tree.FactorOf():
            return lookups.factor(gather, node, row)
        case tree.OutcomeOf():
            return lookups.table(gather, node, row)
        case tree.Interpolated():
            return lookups.curve(gather, node, row)
        case tree.TracedAt():
            return lookups.traced(gather, node, row)
    value = gather.value(node, row)
    if isinstance(node, tree.PeriodLength):
        label = text(f"核算期 {row.period.label}", f"accounting period {row.period.label}")
        return Step(plain_name(node), label, "period", value, node.type.unit)
    if isinstance(node, tree.Neighbour):
        name = to_math(node)
        return Step(
            name, Text(to_math(node, "zh"), name), "neighbour", value, None, gather.keys(row),
            place=gather.place(row),
        )  # fmt: skip
    name = plain_name(node)
    return Step(name, Text(name, name), "key", value, node.type.unit, gather.keys(row))


def _column(gather: Gather, node: tree.ColumnOf, row: RowRef) -> Step:
    value = gather.value(node, row)
    column = gather.methodology.inputs[node.table].column(node.column)
    label = column.label if column and column.label else Text(node.column, node.column)
    notes = (text("单元格为空，此值缺失", "the cell is empty: missing"),) if value is None else ()
    return Step(
        f"{node.table}.{node.column}", label, "column", value, node.type.unit, gather.keys(row),
        place=gather.place(row, node.column), notes=notes,
    )  # fmt: skip


def remarks(gather: Gather, body: tree.Node, row: RowRef) -> Iterator[Text]:
    """Yield what must be said about an expression: limits that bit, divisors that are zero."""
    match body:
        case tree.LeftOut():
            return
        case tree.Brought():
            coarse = gather.coarse(body, row)
            if coarse is not None:
                yield from remarks(gather, body.inner, coarse)
            return
        case tree.Aggregated() | tree.FactorOf() | tree.OutcomeOf() | tree.Neighbour():
            return
        case tree.Apply(op="if"):
            holds = gather.value(body.args[0], row) is True
            yield from remarks(gather, body.args[1 if holds else 2], row)
            return
        case tree.Apply(op="first"):
            for part in body.args:
                yield from remarks(gather, part, row)
                if gather.value(part, row) is not None:
                    return
            return
        case tree.Apply(op="ratio"):
            if gather.value(body.args[1], row) == 0:
                yield text("除数为零，取 when_zero 的值", "the divisor is zero: when_zero is taken")
        case tree.Apply(op="capped" | "floored"):
            yield from _limit(gather, body, row)
    for part in tree.children(body):
        yield from remarks(gather, part, row)


def _limit(gather: Gather, body: tree.Apply, row: RowRef) -> Iterator[Text]:
    value, limit = (gather.value(part, row) for part in body.args)
    if not isinstance(value, float) or not isinstance(limit, float):
        return
    if value > limit if body.op == "capped" else value < limit:
        unit = body.type.unit
        yield text(
            f"限值生效：{shown(value, unit, 'zh')} 取为 {shown(limit, unit, 'zh')}",
            f"the limit took effect: {shown(value, unit, 'en')} became {shown(limit, unit, 'en')}",
        )
