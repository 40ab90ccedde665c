"""The proof that a decision table has an outcome for everything, and not two.

The domain of a table is the product of its vocabularies and number lines. Between the limits
that its rows name nothing changes, so one representative of each piece proves the whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import reduce
from itertools import pairwise, product
from math import floor, prod
from operator import and_
from typing import TYPE_CHECKING

from mrv.language.checked import Interval
from mrv.language.tree import Brought, ColumnOf, Scaled
from mrv.messages import Diagnostic, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.checked import Decision, Rule
    from mrv.language.tree import Node
    from mrv.language.world import World
    from mrv.units import Unit

MAX_PIECES = 200_000
_SHOWN = 4


@dataclass(frozen=True)
class _Piece:
    """A piece of one axis: what it is called, and the rows that hold there, as bits."""

    label: str
    rows: int


@dataclass(frozen=True)
class _Line:
    """The numbers that may occur: an interval of all numbers, or of whole ones."""

    range: Interval
    whole: bool = False


def prove(decision: Decision, world: World) -> list[Diagnostic]:
    """Find gaps and overlaps over the whole domain.

    Returns:
        Findings ``table.gap``, ``table.overlap`` or ``table.too-large``.
    """
    axes = [_pieces(index, decision, world) for index in range(len(decision.of))]
    size = prod(len(axis) for axis in axes)
    if size > MAX_PIECES:
        return [_too_large(size, decision)]
    gaps: list[tuple[_Piece, ...]] = []
    overlaps: dict[int, tuple[_Piece, ...]] = {}
    every = (1 << len(decision.rules)) - 1
    for cell in product(*axes):
        hits = reduce(and_, (piece.rows for piece in cell), every)
        if not hits:
            gaps.append(cell)
        elif hits & (hits - 1):
            overlaps.setdefault(hits, cell)
    findings: list[Diagnostic] = []
    if gaps and decision.hit != "none-or-one":
        findings.append(_gap(gaps, decision))
    if decision.hit != "first":
        findings += [
            _overlap(hits, cell, decision) for hits, cell in list(overlaps.items())[:_SHOWN]
        ]
    return findings


def _pieces(index: int, decision: Decision, world: World) -> list[_Piece]:
    """Cut one axis into pieces within which no condition changes."""
    _, node = decision.of[index]
    conditions = [rule.conditions[index][1] for rule in decision.rules]
    if node.type.kind in {"text", "yes-no"}:
        words = ("yes", "no") if node.type.kind == "yes-no" else sorted(node.type.words or ())
        return [_Piece(f"= {word}", _bits(conditions, word)) for word in words]
    line = _line(node, world)
    marks = {line.range.low, line.range.high}
    for condition in conditions:
        if isinstance(condition, Interval):
            marks |= {condition.low, condition.high}
    inside = sorted(mark for mark in marks if mark is not None and _reaches(line.range, mark))
    points = _points(inside, line, node.type.unit)
    return [_Piece(label, _bits(conditions, point)) for point, label in points]


def _bits(conditions: list[frozenset[str] | Interval | None], point: Fraction | str) -> int:
    """Return the rows whose condition holds at a point, one bit each."""
    rows = 0
    for position, condition in enumerate(conditions):
        holds = condition is None or (
            condition.holds(point)
            if isinstance(condition, Interval) and isinstance(point, Fraction)
            else isinstance(condition, frozenset) and point in condition
        )
        rows |= holds << position
    return rows


def _points(inside: list[Fraction], line: _Line, unit: Unit | None) -> list[tuple[Fraction, str]]:
    """Return one number of each piece of a line, and what the piece is called."""
    tail = "" if unit is None or unit == ONE else f" {unit.spelling}"
    if not inside:
        return [(Fraction(0), "any")]
    found: list[tuple[Fraction, str]] = []
    if line.range.low is None:
        found.append((Fraction(floor(inside[0]) - 1), f"< {_plain(inside[0])}{tail}"))
    for mark, after in pairwise([*inside, None]):
        if mark is None:
            continue
        if line.range.holds(mark):
            found.append((mark, f"= {_plain(mark)}{tail}"))
        if after is not None:
            between = Fraction(floor(mark) + 1) if line.whole else (mark + after) / 2
            if between < after:
                found.append((between, f"in ({_plain(mark)}, {_plain(after)}){tail}"))
    if line.range.high is None:
        found.append((Fraction(floor(inside[-1]) + 1), f"> {_plain(inside[-1])}{tail}"))
    return [(at, label) for at, label in found if not line.whole or at.denominator == 1]


def _reaches(interval: Interval, mark: Fraction) -> bool:
    """Whether a number lies in an interval or at one of its ends."""
    above = interval.low is None or mark >= interval.low
    return above and (interval.high is None or mark <= interval.high)


def _line(node: Node, world: World) -> _Line:
    """Return the numbers that validation lets through, for a plain column; else all."""
    ratio = Fraction(1)
    while isinstance(node, Scaled | Brought):
        ratio *= node.ratio if isinstance(node, Scaled) else 1
        node = node.inner
    everything = Interval(None, None)
    if not isinstance(node, ColumnOf):
        return _Line(everything, node.type.kind == "year")
    column = world.inputs[node.table].column(node.column)
    if node.type.kind == "year" or column is None or column.limits is None:
        return _Line(everything, node.type.kind == "year")
    limits = column.limits
    low = max((v for v in (limits.lowest, limits.above) if v is not None), default=None)
    high = min((v for v in (limits.highest, limits.below) if v is not None), default=None)
    bounds = Interval(
        None if low is None else low * ratio,
        None if high is None else high * ratio,
        low_closed=low is not None and low != limits.above,
        high_closed=high is not None and high != limits.below,
    )
    return _Line(bounds, limits.whole and ratio == 1)


def _plain(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"{float(value):g}"


def _named(cell: tuple[_Piece, ...], decision: Decision) -> str:
    """Name a piece of the domain as an author would."""
    parts = zip(decision.of, cell, strict=True)
    return ", ".join(f"{name} {piece.label}" for (name, _), piece in parts)


def _too_large(size: int, decision: Decision) -> Diagnostic:
    return Diagnostic(
        "table.too-large",
        text(
            f"此表的定义域有 {size} 块，上限 {MAX_PIECES}",
            f"the domain of this table has {size} pieces, at most {MAX_PIECES} are proved",
        ),
        decision.place,
        hint=text("大表应放进因子库。", "Large tables belong in the factor store."),
    )


def _gap(gaps: list[tuple[_Piece, ...]], decision: Decision) -> Diagnostic:
    more = f" … (+{len(gaps) - _SHOWN})" if len(gaps) > _SHOWN else ""
    shown = "; ".join(_named(cell, decision) for cell in gaps[:_SHOWN]) + more
    return Diagnostic(
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


def _overlap(hits: int, cell: tuple[_Piece, ...], decision: Decision) -> Diagnostic:
    """Say that several rows hold at once."""
    rules: list[Rule] = [rule for at, rule in enumerate(decision.rules) if hits >> at & 1]
    listed = ", ".join(str(rule.place.line) for rule in rules)
    shown = _named(cell, decision)
    return Diagnostic(
        "table.overlap",
        text(
            f"第 {listed} 行同时命中：{shown}",
            f"the rows in lines {listed} both apply: {shown}",
        ),
        rules[-1].place,
        hint=text("收窄其中一行，或改为 hit: first。", "Narrow one of them, or use hit: first."),
    )
