"""Decision tables: read row by row, then proved complete and free of overlap.

The domain of a table is the product of its vocabularies and number lines. Between the limits
that its rows name nothing changes, so one representative of each piece proves the whole.
"""

from __future__ import annotations

import re
from fractions import Fraction
from itertools import product
from typing import TYPE_CHECKING

from mrv.language.checked import Decision, Interval, Rule
from mrv.language.tree import ColumnOf, Number, Scaled
from mrv.language.world import quantity
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text
from mrv.units import ONE, explain_misfit

if TYPE_CHECKING:
    from mrv.language.model import TableRow, Written
    from mrv.language.tree import Node
    from mrv.language.world import TableHeader, World
    from mrv.units import Unit

MAX_PIECES = 200_000
_SHOWN = 4
_BOUND = re.compile(r"(<=|>=|<|>|=)?\s*([+-]?[0-9][0-9_.]*(?:[eE][+-]?[0-9]+)?)\s*(.*)")
_RANGE = re.compile(r"([\[(])\s*(.+?)\s*,\s*(.+?)\s*([\])])\s*(.*)")


def read_decision(header: TableHeader, keys: list[tuple[str, Node]], world: World) -> Decision:
    """Read and prove a decision table.

    Args:
        header: the table with the types of its outcomes.
        keys: its inputs as typed expressions.
        world: all names, for the limits of columns.

    Raises:
        Refused: ``table.*``: unknown words, wrong units, gaps and overlaps, all at once.
    """
    findings: list[Diagnostic] = []
    rules: list[Rule] = []
    for row in header.declared.rows:
        try:
            rules.append(_rule(row, header, dict(keys)))
        except Refused as refused:
            findings += refused.diagnostics
    decision = Decision(
        header.name, tuple(keys), tuple(header.gives.items()), tuple(rules),
        header.declared.hit, header.declared.source, header.declared.place,
    )  # fmt: skip
    if not findings:
        findings += _prove(decision, world)
    if findings:
        raise Refused(findings)
    return decision


def _rule(row: TableRow, header: TableHeader, keys: dict[str, Node]) -> Rule:
    written = dict(row.conditions)
    conditions = tuple(
        (name, _condition(written.get(name), node, header)) for name, node in keys.items()
    )
    outcomes: list[tuple[str, Node | str]] = []
    cells = dict(row.outcomes)
    for name, kind in header.gives.items():
        if name not in cells:
            refuse(
                "table.cell",
                text(f"这一行没有给出“{name}”", f'this row does not give "{name}"'),
                row.place,
            )
        outcomes.append((name, _outcome(cells[name], name, kind.unit, kind.words, header, keys)))
    return Rule(conditions, tuple(outcomes), row.place)


def _outcome(cell, name, unit, words, header, keys) -> Node | str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Read an outcome: an input of the table, a word, or a number with its unit."""
    if cell.text in keys:
        inner = keys[cell.text].type
        if unit is None or inner.unit is None or inner.unit != unit:
            refuse(
                "table.cell",
                text(
                    f"输入“{cell.text}”的单位与“{name}”声明的单位不同",
                    f'input "{cell.text}" is not in the unit declared for "{name}"',
                ),
                cell.place,
            )
        return str(cell.text)
    if unit is None:
        if cell.text not in (words or ()):
            refuse(
                "word.unknown",
                text(f"“{name}”没有取值“{cell.text}”", f'"{name}" has no word "{cell.text}"'),
                cell.place,
                hint=did_you_mean(cell.text, words or ()),
            )
        from mrv.language.tree import Word

        return Word(cell.text, header.gives[name], cell.place)
    value = _number(cell.text, unit, header, cell)
    return Number(value, quantity(unit), cell.place)


def _number(spelling: str, unit: Unit, header: TableHeader, written: Written) -> Fraction:
    """Read ``279000 t`` exactly in a unit; a plain number only where the unit is 1."""
    match = _BOUND.fullmatch(spelling.strip())
    if match is None or match[1]:
        refuse(
            "table.cell",
            text(f"“{spelling}”不是数值", f'"{spelling}" is not a number'),
            written.place,
            hint=text(
                "写作 279000 t，或写表的某个输入名。",
                "Write 279000 t, or the name of an input of the table.",
            ),
        )
    return _converted(Fraction(match[2].replace("_", "")), match[3], unit, header, written)


def _converted(
    value: Fraction, unit_text: str, unit: Unit, header: TableHeader, written: Written
) -> Fraction:
    if not unit_text:
        if unit != ONE:
            refuse(
                "unit.missing",
                text(
                    f"这个数没有单位，应为 {unit.spelling}",
                    f"this number has no unit; {unit.spelling} is needed",
                ),
                written.place,
            )
        return value
    own = header.scope.unit(type(written)(unit_text, written.place))
    if not own.fits(unit):
        refuse(
            "unit.incompatible",
            text(
                f"这里是 {own.spelling}，应为 {unit.spelling}",
                f"this is in {own.spelling}, {unit.spelling} is needed",
            ),
            written.place,
            hint=explain_misfit(own, unit),
        )
    return value * own.ratio_to(unit)


def _condition(written, node: Node, header: TableHeader):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Read a condition: ``any``, words, a bound or a range."""
    if written is None or (not isinstance(written, tuple) and written.text == "any"):
        return None
    items = written if isinstance(written, tuple) else (written,)
    if node.type.kind in {"text", "yes-no"}:
        words = node.type.words if node.type.kind == "text" else frozenset({"yes", "no"})
        for item in items:
            if words is None or item.text not in words:
                refuse(
                    "word.unknown",
                    text(
                        f"词表中没有“{item.text}”", f'"{item.text}" is not a word of the vocabulary'
                    ),
                    item.place,
                    hint=did_you_mean(item.text, words or ()),
                )
        return frozenset(item.text for item in items)
    if len(items) != 1:
        refuse(
            "table.cell",
            text("数值条件只能写一个区间", "a condition on numbers is one interval"),
            items[0].place,
        )
    return _interval(items[0], node.type.unit or ONE, header)


def _interval(item: Written, unit: Unit, header: TableHeader) -> Interval:
    ranged = _RANGE.fullmatch(item.text.strip())
    if ranged:
        tail = ranged[5]
        low = _number(f"{ranged[2]} {tail}".strip(), unit, header, item)
        high = _number(f"{ranged[3]} {tail}".strip(), unit, header, item)
        if low > high:
            refuse(
                "table.interval",
                text("区间的下限大于上限", "the lower end lies above the upper"),
                item.place,
            )
        return Interval(low, high, ranged[1] == "[", ranged[4] == "]")
    match = _BOUND.fullmatch(item.text.strip())
    if match is None:
        refuse(
            "table.interval",
            text(f"“{item.text}”不是区间", f'"{item.text}" is not an interval'),
            item.place,
            hint=text(
                '写作 "< 279000 t"、">= 10 t"、"[1 t, 2 t)" 或 any。',
                'Write "< 279000 t", ">= 10 t", "[1 t, 2 t)" or any.',
            ),
        )
    value = _converted(Fraction(match[2].replace("_", "")), match[3], unit, header, item)
    match match[1]:
        case "<" | "<=":
            return Interval(None, value, high_closed=match[1] == "<=")
        case ">" | ">=":
            return Interval(value, None, low_closed=match[1] == ">=")
        case _:
            return Interval(value, value, low_closed=True, high_closed=True)


def _prove(decision: Decision, world: World) -> list[Diagnostic]:
    """Find gaps and overlaps over the whole domain."""
    axes = [_pieces(index, decision, world) for index in range(len(decision.of))]
    size = 1
    for axis in axes:
        size *= len(axis)
    if size > MAX_PIECES:
        return [
            Diagnostic(
                "table.too-large",
                text(
                    f"此表的定义域有 {size} 块，上限 {MAX_PIECES}",
                    f"the domain of this table has {size} pieces, at most {MAX_PIECES} are proved",
                ),
                decision.place,
                hint=text("大表应放进因子库。", "Large tables belong in the factor store."),
            )
        ]
    gaps: list[str] = []
    overlaps: list[tuple[str, list[Rule]]] = []
    for cell in product(*axes):
        hits = [rule for rule in decision.rules if _hits(rule, cell)]
        shown = ", ".join(
            f"{name} {label}" for (name, _), (_, label) in zip(decision.of, cell, strict=True)
        )
        if not hits and decision.hit != "none-or-one":
            gaps.append(shown)
        if len(hits) > 1 and decision.hit != "first":
            overlaps.append((shown, hits))
    return _gap_findings(gaps, decision) + _overlap_findings(overlaps)


def _hits(rule: Rule, cell) -> bool:  # type: ignore[no-untyped-def]  # noqa: ANN001
    for (_, condition), (value, _) in zip(rule.conditions, cell, strict=True):
        if condition is None:
            continue
        if isinstance(condition, Interval):
            if not condition.holds(value):
                return False
        elif value not in condition:
            return False
    return True


def _pieces(index: int, decision: Decision, world: World) -> list[tuple[object, str]]:
    """Cut one axis into pieces within which no condition changes: (representative, label)."""
    _, node = decision.of[index]
    if node.type.kind == "yes-no":
        return [("yes", "= yes"), ("no", "= no")]
    if node.type.kind == "text":
        return [(word, f"= {word}") for word in sorted(node.type.words or ())]
    low, high, low_closed, high_closed = _limits(node, world)
    marks = {low, high} - {None}
    for rule in decision.rules:
        condition = rule.conditions[index][1]
        if isinstance(condition, Interval):
            marks |= {end for end in (condition.low, condition.high) if end is not None}
    inside = sorted(
        m
        for m in marks
        if m is not None and (low is None or m >= low) and (high is None or m <= high)
    )
    unit = (
        ""
        if node.type.unit in {None, ONE}
        else f" {node.type.unit.spelling if node.type.unit else ''}"
    )
    if not inside:
        return [(Fraction(0), "any")]
    pieces: list[tuple[object, str]] = []
    if low is None:
        pieces.append((inside[0] - 1, f"< {_plain(inside[0])}{unit}"))
    for position, mark in enumerate(inside):
        if (mark != low or low_closed) and (mark != high or high_closed):
            pieces.append((mark, f"= {_plain(mark)}{unit}"))
        if position + 1 < len(inside):
            after = inside[position + 1]
            pieces.append(((mark + after) / 2, f"in ({_plain(mark)}, {_plain(after)}){unit}"))
    if high is None:
        pieces.append((inside[-1] + 1, f"> {_plain(inside[-1])}{unit}"))
    if node.type.kind == "year":
        return [
            (value, label)
            for value, label in pieces
            if isinstance(value, Fraction) and value.denominator == 1
        ]
    return pieces


def _limits(node: Node, world: World) -> tuple[Fraction | None, Fraction | None, bool, bool]:
    """Return the range that validation guarantees for a plain column."""
    while isinstance(node, Scaled):
        return None, None, False, False
    inner = getattr(node, "inner", node)
    if not isinstance(inner, ColumnOf):
        return None, None, False, False
    column = world.inputs[inner.table].column(inner.column)
    limits = column.limits if column else None
    if limits is None:
        return None, None, False, False
    low, high = limits.lowest, limits.highest
    return (
        limits.above if low is None else low,
        limits.below if high is None else high,
        low is not None,
        high is not None,
    )


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def _gap_findings(gaps: list[str], decision: Decision) -> list[Diagnostic]:
    if not gaps:
        return []
    more = f" … (+{len(gaps) - _SHOWN})" if len(gaps) > _SHOWN else ""
    shown = "; ".join(gaps[:_SHOWN]) + more
    return [
        Diagnostic(
            "table.gap",
            text(
                f"决策表 {decision.name} 有缺口：{shown}",
                f"decision table {decision.name} has gaps: {shown}",
            ),
            decision.place,
            why=text(
                "落在缺口里的行将没有结果。", "A row that falls into a gap would have no outcome."
            ),
            hint=text(
                "补上这些行，或改为 hit: none-or-one 并处理缺失。",
                "Add rows for them, or use hit: none-or-one and say what then.",
            ),
        )
    ]


def _overlap_findings(overlaps: list[tuple[str, list[Rule]]]) -> list[Diagnostic]:
    found: dict[tuple[int | None, ...], Diagnostic] = {}
    for shown, rules in overlaps:
        lines = tuple(rule.place.line for rule in rules)
        listed = ", ".join(str(line) for line in lines)
        found.setdefault(
            lines,
            Diagnostic(
                "table.overlap",
                text(
                    f"第 {listed} 行同时命中：{shown}",
                    f"the rows in lines {listed} both apply: {shown}",
                ),
                rules[-1].place,
                hint=text(
                    "收窄其中一行，或改为 hit: first。", "Narrow one of them, or use hit: first."
                ),
            ),
        )
    return list(found.values())[:_SHOWN]
