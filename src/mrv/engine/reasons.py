"""Why a value could not be computed, in words: rule, cause with its numbers, and remedy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.tree import (
    Aggregated,
    Apply,
    Brought,
    ColumnOf,
    FactorOf,
    FormulaOf,
    Interpolated,
    KeyOf,
    Number,
    OutcomeOf,
    PeriodLength,
    Scaled,
    TracedAt,
)
from mrv.messages import Text, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.planned import Cause
    from mrv.factors import Resolution
    from mrv.language.checked import Methodology
    from mrv.language.tree import Node

Reason = tuple[str, Text, Text]
_SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
_CHECK_ROWS = text("核对这些数值。", "Check these values.")
_INHERITED: Reason = (
    "run.no-value",
    text("它所用的一个值算不出", "a value that it uses cannot be computed"),
    _CHECK_ROWS,
)
NOT_FINITE: Reason = (
    "engine.not-finite",
    text("结果超出双精度数的范围", "the result is beyond the range of numbers"),
    text("核对单位和数量级。", "Check units and orders of magnitude."),
)


def reason(
    cause: Cause | None,
    operands: Sequence[object],
    methodology: Methodology,
    factors: FactorTables,
    period: str,
) -> Reason:
    """Return rule, cause and remedy for the first failing row.

    Args:
        cause: the part that failed there; None where another value did.
        operands: what that part was given.
        methodology: the rules that ran.
        factors: every look-up of the run.
        period: label of the row's accounting period.
    """
    if cause is None:
        return _INHERITED
    node = cause.node
    if isinstance(node, FactorOf):
        return _factor(node, operands, factors, period)
    if isinstance(node, Interpolated):
        return _curve(node, operands, methodology)
    if isinstance(node, TracedAt):
        return _traced(node, operands, methodology)
    if isinstance(node, Apply) and node.op == "div":
        divisor = spelled(node.args[1])
        return (
            "run.division-by-zero",
            text(f"除数 {divisor} 为零", f"the divisor {divisor} is zero"),
            text(
                "核对该数值；确可为零时，方法学应写 ratio(x, y, when_zero=…)。",
                "Check the value; if it may be zero, the methodology must say what to do "
                "with ratio(x, y, when_zero=…).",
            ),
        )
    given = ", ".join(_shown(value) for value in operands)
    if isinstance(node, Apply) and node.op == "sqrt":
        inside = spelled(node.args[0])
        said = text(
            f"负数不能开方：{inside} = {given}",
            f"there is no root of the negative number {inside} = {given}",
        )
    else:
        name = node.op if isinstance(node, Apply) else spelled(node)
        said = text(f"{name}({given}) 没有定义", f"{name}({given}) is not defined")
    return "run.no-value", said, _CHECK_ROWS


def _curve(node: Interpolated, operands: Sequence[object], methodology: Methodology) -> Reason:
    curve = methodology.curves[node.curve]
    units = [f" {unit.spelling}".rstrip() for unit in curve.units_of]
    given = ", ".join(_shown(v) + u for v, u in zip(operands, units, strict=True))
    ranges = [
        f"{_shown(float(axis[0]))}–{_shown(float(axis[-1]))}{unit}"
        for axis, unit in zip((curve.x, *([curve.y] if curve.y else [])), units, strict=True)
    ]
    covered = ", ".join(ranges)
    return (
        "run.outside-curve",
        text(
            f"{given} 落在插值表 {node.curve}（{covered}）之外",
            f"{given} lies outside the curve {node.curve}, which covers {covered}",
        ),
        text(
            "核对该数值；或在方法学中写 outside: hold-and-say。",
            "Check the value, or let the methodology say outside: hold-and-say.",
        ),
    )


def _traced(node: TracedAt, operands: Sequence[object], methodology: Methodology) -> Reason:
    """Say of which curve the end was passed, and where that end is."""
    curve = methodology.traced[node.curve]
    *words, at, first, second = operands
    unit = f" {curve.at.unit.spelling}" if curve.at.unit is not None else ""
    which = ", ".join(
        f"{column.name}={_shown(word)}" for column, word in zip(curve.by, words, strict=True)
    )
    zh, en = (f"（{which}）", f" ({which})") if which else ("", "")
    low = isinstance(at, float) and isinstance(first, float) and at < first
    edge = _shown(first if low or second is None else second) + unit
    begins = ("始于", "begins") if low else ("止于", "ends")
    return (
        "run.outside-curve",
        text(
            f"{_shown(at)}{unit} 落在插值表 {node.curve}{zh} 之外，该表{begins[0]} {edge}",
            f"{_shown(at)}{unit} lies outside the curve {node.curve}{en}, which {begins[1]} "
            f"at {edge}",
        ),
        text(
            f"核对该数值，在表 {curve.table} 中补点；或写 outside: hold-and-say。",
            f"Check the value, add points to {curve.table}, or write outside: hold-and-say.",
        ),
    )


def _factor(
    node: FactorOf, operands: Sequence[object], factors: FactorTables, period: str
) -> Reason:
    key = {
        attribute: _shown(value) for (attribute, _), value in zip(node.on, operands, strict=True)
    }
    shown = ", ".join(f"{name}={value}" for name, value in key.items())
    brackets = (f"（{shown}）", f" ({shown})") if shown else ("", "")
    answer = factors.why_not(node.name, key, period)
    if answer is not None and not node.on:
        return _unanswered(node, answer, period)
    said = answer.reason if answer else text("因子库没有这一项", "the factor store has no such row")
    return (
        "run.factor-missing",
        text(
            f"因子 {node.name}{brackets[0]}：{said.zh}",
            f"factor {node.name}{brackets[1]}: {said.en}",
        ),
        text(
            "改选因子表（--choose），或提供实测值。",
            "Choose another factor table with --choose, or give a measured value.",
        ),
    )


def _unanswered(node: FactorOf, answer: Resolution, period: str) -> Reason:
    """Say why a factor that depends on no row was not found."""
    return (
        "factor.ambiguous" if answer.status == "ambiguous" else "factor.none",
        text(
            f"因子 {node.name}（{period}）：{answer.reason.zh}",
            f"factor {node.name} ({period}): {answer.reason.en}",
        ),
        text(
            "改选项或核算期，或在方法学中用 pin: 指定一行。",
            "Change a choice or the period, or name one row with pin: in the methodology.",
        ),
    )


def _shown(value: object) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def spelled(node: Node) -> str:
    """Write an expression briefly, as it might stand in a formula."""
    match node:
        case ColumnOf():
            return f"{node.table}.{node.column}"
        case FormulaOf() | FactorOf():
            return node.name
        case KeyOf():
            return node.key
        case Scaled() | Brought():
            return spelled(node.inner)
        case Apply(op="keep"):
            return spelled(node.args[0])
        case Aggregated():
            return f"{node.function}({'' if node.value is None else spelled(node.value)})"
        case OutcomeOf():
            return f"{node.table}.{node.outcome}"
        case PeriodLength():
            return f"period.{node.part}"
        case Number():
            return node.name or _shown(float(node.value))
        case Apply(op=op) if op in _SIGNS:
            return f"({spelled(node.args[0])} {_SIGNS[op]} {spelled(node.args[1])})"
        case Apply():
            return f"{node.op}({', '.join(map(spelled, node.args))})"
        case Interpolated():
            return f"{node.curve}({', '.join(map(spelled, node.args))})"
        case TracedAt():
            return f"{node.curve}({', '.join(map(spelled, (*node.by, node.at)))})"
    return "…"
