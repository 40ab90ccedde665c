"""Steps that are read, not computed from formulas: cells, keys, factors, constants, tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.explain.cite import cite, home, of_factor
from mrv.explain.numbers import exact_text, shown
from mrv.explain.step import Citation, Step
from mrv.explain.words import plain_name, to_math
from mrv.language import tree
from mrv.language.checked import Interval
from mrv.language.names import CARBON
from mrv.messages import Place, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.explain.gather import Gather, RowRef
    from mrv.language.checked import Decision, Methodology

_UNSURE = frozenset({"recalled", "unverified", "secondary", "derived"})


def constant(methodology: Methodology, node: tree.Number) -> Step:
    """Return the step of a named constant, with its source."""
    name = node.name or ""
    if name == CARBON:
        source = Citation("C 12, O 16: 44/12")
        label = text("CO2 与碳的摩尔质量比", "molar mass of CO2 over that of carbon")
        return Step(name, label, "constant", float(node.value), node.type.unit, source=source, printed="44/12")
    found = methodology.constants[name]
    document = home(methodology, name)
    notes = (Text(found.note, found.note),) if found.note else ()
    return Step(
        name, Text(name, name), "constant", float(found.value), found.unit,
        source=cite(document, found.source), printed=found.printed, notes=notes,
        place=Place(document.file, found.place.line),
    )  # fmt: skip


def nowhere(gather: Gather, node: tree.Brought, row: RowRef) -> Step:
    """Return the step of a value whose coarser row is not there."""
    parts = []
    for local, name in node.on:
        value = gather.value(local, row)
        parts.append(f"{name}={shown(value, None, 'en')}")
    listed = ", ".join(parts)
    grain = node.inner.type.grain
    note = text(f"“{grain.describe('zh')}”中没有 {listed} 这一行，此值缺失", f"missing: there is no row with {listed} ({grain.describe('en')})")
    name = to_math(node.inner)
    return Step(name, Text(to_math(node.inner, "zh"), name), "column", None, node.type.unit, notes=(note,))


def leaf(gather: Gather, node: tree.Node, row: RowRef) -> Step:
    """Return the step of an operand that is not a formula, without its children."""
    match node:
        case tree.ColumnOf():
            return _column(gather, node, row)
        case tree.FactorOf():
            return _factor(gather, node, row)
        case tree.OutcomeOf():
            return _table(gather, node, row)
        case tree.Interpolated():
            return _curve(gather, node, row)
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


def _factor(gather: Gather, node: tree.FactorOf, row: RowRef) -> Step:
    need = gather.methodology.factors[node.name]
    number = gather.number_of(node.name, row)
    keys = {attribute: str(gather.value(part, row)) for attribute, part in node.on}
    answers = gather.run.factors
    found = answers.answers[number].resolution if number is not None else answers.why_not(node.name, keys)
    source = cite(home(gather.methodology, node.name), need.source)
    label = Text(node.name, node.name)
    if found is None or found.row is None:
        reason = found.reason if found else text("因子库没有这一项", "the factor store has no such row")
        notes = (text(f"没有因子：{reason.zh}", f"no factor: {reason.en}"),)
        return Step(node.name, label, "factor", None, node.type.unit, tuple(keys.items()), source=source, notes=notes)
    taken = found.row
    label = Text(taken.name_zh or node.name, taken.name_en or taken.name_zh or node.name)
    marks = [text(f"退而取之：{one.zh}", f"fall-back: {one.en}") for one in found.fallbacks]
    if taken.confidence in _UNSURE:
        marks.append(text(f"可信度：{taken.confidence}", f"confidence: {taken.confidence}"))
    if taken.conflict:
        marks.append(text(f"有出入：{taken.conflict}", f"conflict: {taken.conflict}"))
    return Step(
        node.name, label, "factor", gather.value(node, row), node.type.unit, tuple(keys.items()),
        source=of_factor(taken), printed=f"{taken.value} {taken.unit}",
        why=(found.reason, *found.steps), notes=tuple(marks),
    )  # fmt: skip


def _table(gather: Gather, node: tree.OutcomeOf, row: RowRef) -> Step:
    decision = gather.methodology.decisions[node.table]
    document = home(gather.methodology, node.table)
    number = gather.rule_of(node.table, row)
    line = decision.place.line if number is None else decision.rules[number].place.line
    name = plain_name(node)
    if number is None:
        why = text("没有一行适用，结果缺失", "no row applies: the outcome is missing")
    else:
        zh, en = _rule(decision, number, "zh"), _rule(decision, number, "en")
        why = text(f"适用第 {number + 1} 行：{zh}", f"row {number + 1} applies: {en}")
    return Step(
        name, Text(name, name), "table", gather.value(node, row), node.type.unit, gather.keys(row),
        source=cite(document, decision.source), place=Place(document.file, line), why=(why,),
    )  # fmt: skip


def _rule(decision: Decision, number: int, lang: str) -> str:
    """Write the conditions of a row of a decision table."""
    parts: list[str] = []
    for name, condition in decision.rules[number].conditions:
        if condition is None:
            continue
        if isinstance(condition, Interval):
            parts.append(_interval(name, condition))
        else:
            parts.append(f"{name} ∈ {{{', '.join(sorted(condition))}}}")
    return ("，" if lang == "zh" else ", ").join(parts) or ("不限" if lang == "zh" else "any")


def _interval(name: str, interval: Interval) -> str:
    if interval.low is not None and interval.low == interval.high:
        return f"{name} = {exact_text(interval.low)}"
    low = high = ""
    if interval.low is not None:
        low = f"{exact_text(interval.low)} {'≤' if interval.low_closed else '<'} "
    if interval.high is not None:
        high = f" {'≤' if interval.high_closed else '<'} {exact_text(interval.high)}"
    return f"{low}{name}{high}"


def _curve(gather: Gather, node: tree.Interpolated, row: RowRef) -> Step:
    curve = gather.methodology.curves[node.curve]
    document = home(gather.methodology, node.curve)
    why: list[Text] = []
    notes: list[Text] = []
    for axis, arg, unit in zip((curve.x, curve.y), node.args, curve.units_of, strict=False):
        at = gather.value(arg, row)
        if axis is None or not isinstance(at, float):
            continue
        below = [x for x in axis if float(x) <= at]
        above = [x for x in axis if float(x) >= at]
        spelling = unit.spelling
        if below and above:
            low, high = exact_text(below[-1]), exact_text(above[0])
            said = f"{low} ≤ {shown(at, unit, 'en')} ≤ {high}"
            why.append(text(f"插值区间 {said}", f"interpolated in {said}"))
        else:
            edge = exact_text(axis[0] if above else axis[-1])
            notes.append(text(
                f"{shown(at, unit, 'zh')} 在表外，按边缘 {edge} {spelling} 取值",
                f"{shown(at, unit, 'en')} lies outside: the edge at {edge} {spelling} is held",
            ))  # fmt: skip
    return Step(
        node.curve, Text(node.curve, node.curve), "curve", gather.value(node, row), node.type.unit,
        gather.keys(row), source=cite(document, curve.source),
        place=Place(document.file, curve.place.line), why=tuple(why), notes=tuple(notes),
    )  # fmt: skip


def remarks(gather: Gather, body: tree.Node, row: RowRef) -> Iterator[Text]:
    """Yield what must be said about an expression: limits that bit, zero divisors, terms left out."""
    match body:
        case tree.LeftOut():
            yield text(f"按选项不计一项：{body.condition} 不成立", f"a term is left out: {body.condition} does not hold")
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


