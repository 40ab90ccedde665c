"""Steps of what is looked up: factors of the store, decision tables, curves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.explain.cite import cite, home, of_factor
from mrv.explain.numbers import exact_text, shown
from mrv.explain.parts import POINTS
from mrv.explain.step import Step
from mrv.explain.words import plain_name
from mrv.language.checked import Interval
from mrv.messages import Place, Text, text

if TYPE_CHECKING:
    from mrv.explain.gather import Gather, RowRef
    from mrv.language import tree
    from mrv.language.checked import Decision

_UNSURE = frozenset({"recalled", "unverified", "secondary", "derived"})


def factor(gather: Gather, node: tree.FactorOf, row: RowRef) -> Step:
    """Return the step of a factor: the row taken, why, and its source."""
    need = gather.methodology.factors[node.name]
    number = gather.number_of(node.name, row)
    keys = {attribute: str(gather.value(part, row)) for attribute, part in node.on}
    answers = gather.run.factors
    found = (
        answers.answers[number].resolution
        if number is not None
        else answers.why_not(node.name, keys)
    )
    source = cite(home(gather.methodology, node.name), need.source)
    label = Text(node.name, node.name)
    if found is None or found.row is None:
        reason = (
            found.reason if found else text("因子库没有这一项", "the factor store has no such row")
        )
        notes = (text(f"没有因子：{reason.zh}", f"no factor: {reason.en}"),)
        return Step(
            node.name,
            label,
            "factor",
            None,
            node.type.unit,
            tuple(keys.items()),
            source=source,
            notes=notes,
        )
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


def table(gather: Gather, node: tree.OutcomeOf, row: RowRef) -> Step:
    """Return the step of a decision table: the row that applied."""
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


def curve(gather: Gather, node: tree.Interpolated, row: RowRef) -> Step:
    """Return the step of a curve: where the point lies."""
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


def traced(gather: Gather, node: tree.TracedAt, row: RowRef) -> Step:
    """Return the step of a curve over an input table: the two points taken and their weights."""
    curve = gather.methodology.traced[node.curve]
    document = home(gather.methodology, node.curve)
    at = gather.value(node.at, row)
    x0, y0, x1, y1 = (gather.value(replace(node, part=part), row) for part in POINTS)
    why: list[Text] = []
    notes: list[Text] = []
    if not isinstance(x0, float) or not isinstance(at, float):
        which = ", ".join(str(gather.value(word, row)) for word in node.by) or curve.table
        notes.append(text(f"表 {curve.table} 中没有 {which} 的点", f"no point for {which}"))
    elif isinstance(x1, float):
        weight = (at - x0) / (x1 - x0)
        points = [
            f"{shown(x, curve.at.unit, 'en')} → {shown(y, curve.gives.unit, 'en')}"
            for x, y in ((x0, y0), (x1, y1))
        ]
        share = f"{weight:.6g}"
        why.append(text(
            f"两点 {points[0]} 与 {points[1]}，后者权重 {share}",
            f"between {points[0]} and {points[1]}, the second with weight {share}",
        ))  # fmt: skip
        if not 0 <= weight <= 1:
            notes.append(_beyond(curve.outside))
    elif x0 != at:
        notes.append(text(
            f"只有一个点：{shown(x0, curve.at.unit, 'zh')}",
            f"there is one point only: {shown(x0, curve.at.unit, 'en')}",
        ))  # fmt: skip
    return Step(
        node.curve, Text(node.curve, node.curve), "curve", gather.value(node, row), node.type.unit,
        gather.keys(row), source=cite(document, curve.source),
        place=Place(document.file, curve.place.line), why=tuple(why), notes=tuple(notes),
    )  # fmt: skip


def _beyond(outside: str) -> Text:
    if outside == "hold":
        return text("在两端之外，按边缘取值", "beyond the end: its value is held")
    return text("在两端之外，沿首末段外推", "beyond the end: straight on")
