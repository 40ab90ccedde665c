"""Formulas held to what they promise: unit, kind, words, grain, and whether they may be missing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import CheckedFormula
from mrv.language.expression import parse
from mrv.language.fit import in_unit, lower, need_counterpart
from mrv.language.infer import infer
from mrv.language.tree import Apply, Brought, LeftOut, Scaled
from mrv.language.world import Context, describe_kind
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from typing import NoReturn

    from mrv.language.model import Written
    from mrv.language.tree import Node
    from mrv.language.world import Header, World

DEFAULT_QUANTUM = Fraction(1, 10**9)


def read_formula(header: Header, world: World) -> CheckedFormula:
    """Read a formula and hold it to its declared unit, type, grain and missing-ness.

    Raises:
        Refused: everything that does not hold.
    """
    declared, grain = header.declared, header.type.grain
    tree, spots = parse(declared.expression, header.scope.document.text)
    around = None if grain.is_report else grain
    context = Context(world, header.scope, spots, header.name, grain, around, infer)
    body = context.read(tree)
    body = _of_kind(body, header, declared.expression)
    if header.type.unit is not None and body.type.kind == "quantity":
        body = in_unit(
            body, header.type.unit, text(f"公式 {header.name}", f"formula {header.name}")
        )
    if grain.is_report and not body.type.grain.is_report:
        _needs_aggregation(body, header)
    brought = lower(body, grain, context)
    if not header.type.missing:
        need_counterpart(body, brought)
    body = brought
    if body.type.missing and not header.type.missing:
        refuse(
            "missing.unresolved",
            text(f"公式 {header.name} 的值可能缺失", f"the value of {header.name} may be missing"),
            declared.expression.place,
            why=text("缺失不等于零。", "Missing is not zero."),
            hint=text(
                "用 first(…, 后备值)，或声明 optional: true。",
                "Use first(…, fall-back), or declare optional: true.",
            ),
        )
    _tiers(body, header)
    quantum = Fraction(declared.quantum) if declared.quantum else DEFAULT_QUANTUM
    if quantum <= 0 or (1 / quantum).denominator != 1:
        refuse(
            "number.step",
            text(
                "quantum 须为 1e-6 这样的数（其倒数为整数）",
                "quantum must be a number such as 1e-6, one over a whole number",
            ),
            declared.place,
            hint=text("例如 1e-6 或 0.001。", "For example 1e-6 or 0.001."),
        )
    return CheckedFormula(
        header.name, header.type, body, declared.tiers, 1 / quantum, declared, header.scope.document
    )


def _of_kind(body: Node, header: Header, written: Written) -> Node:
    """Hold a body to the declared kind; a text yields declared words only."""
    promised = header.type
    if (
        body.type.kind == "quantity"
        and body.type.any_unit
        and body.type.missing
        and promised.kind != "quantity"
    ):
        return replace(body, type=replace(promised, grain=body.type.grain, missing=True))
    if body.type.kind != promised.kind:
        (one_zh, one_en), (two_zh, two_en) = (
            describe_kind(body.type.kind),
            describe_kind(promised.kind),
        )
        refuse(
            "type.mismatch",
            text(
                f"公式 {header.name} 得到{one_zh}，声明的是{two_zh}",
                f"{header.name} yields {one_en}, {two_en} is declared",
            ),
            written.place,
            hint=text(
                "数值声明 unit:，是否值声明 type: yes-no，文本声明 one_of:。",
                "Declare unit: for a quantity, type: yes-no, or one_of: for a text.",
            ),
        )
    if promised.kind == "text":
        extra = sorted((body.type.words or frozenset()) - (promised.words or frozenset()))
        if body.type.words is None or extra:
            shown = ", ".join(extra) or "…"
            refuse(
                "word.unknown",
                text(
                    f"公式 {header.name} 可能得到未声明的词：{shown}",
                    f"{header.name} may yield words that are not declared: {shown}",
                ),
                written.place,
                hint=did_you_mean(extra[0], promised.words or ()) if extra else None,
            )
    return body


def _needs_aggregation(body: Node, header: Header) -> NoReturn:
    """Refuse a finer value where one for the report is declared."""
    grain = body.type.grain
    refuse(
        "grain.needs-aggregation",
        text(
            f"公式 {header.name} 应是整份报告一个值，这里却是“{grain.describe('zh')}”",
            f"{header.name} is one value for the report, this is a value for {grain.describe()}",
        ),
        body.place,
        hint=text(
            f"聚合它，如 sum(…)；或声明 each: {grain.table}。",
            f"Aggregate it, as in sum(…), or declare each: {grain.table}.",
        ),
    )


def outermost_first(body: Node) -> Apply | None:
    """Return the outermost ``first`` of a body, below unit conversions only."""
    while isinstance(body, Scaled | Brought | LeftOut):
        body = body.inner
    return body if isinstance(body, Apply) and body.op == "first" else None


def _tiers(body: Node, header: Header) -> None:
    """Hold the names of tiers to the branches of the outermost ``first``."""
    tiers = header.declared.tiers
    if not tiers:
        return
    found = outermost_first(body)
    if found is None or len(found.args) != len(tiers):
        count = 0 if found is None else len(found.args)
        refuse(
            "tiers.count",
            text(
                f"tiers 有 {len(tiers)} 个名称，最外层的 first 有 {count} 个分支",
                f"tiers names {len(tiers)} branches, the outermost first has {count}",
            ),
            header.declared.place,
            hint=text(
                "tiers 只用于 is: first(a, b, …)，名称与分支一一对应。",
                "tiers goes with is: first(a, b, …), one name for each branch.",
            ),
        )
