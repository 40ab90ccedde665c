"""Making values meet: the same unit, the same grain, the same vocabulary."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.grains import bring, finest
from mrv.language.tree import Apply, Number, Scaled
from mrv.language.world import both, describe_kind, need_quantity, need_there, signature
from mrv.messages import Refused, refuse, text
from mrv.units import ONE, explain_misfit

if TYPE_CHECKING:
    import ast
    from collections.abc import Sequence
    from fractions import Fraction

    from mrv.language.tree import Node
    from mrv.language.types import Grain
    from mrv.language.world import Context
    from mrv.messages import Diagnostic, Place, Text
    from mrv.units import Unit


def read_all(nodes: Sequence[ast.expr], context: Context) -> list[Node]:
    """Read several expressions and report the findings of all of them at once.

    Raises:
        Refused: the findings of every expression that does not hold.
    """
    found: list[Node] = []
    findings: list[Diagnostic] = []
    for node in nodes:
        try:
            found.append(context.read(node))
        except Refused as refused:
            findings += refused.diagnostics
    if len(found) < len(nodes):
        raise Refused(list(dict.fromkeys(findings)))
    return found


def meet(nodes: Sequence[Node], context: Context, place: Place) -> tuple[list[Node], Grain]:
    """Bring values to the grain at which they can be used together.

    Raises:
        Refused: ``grain.do-not-meet``.
    """
    inputs = context.world.inputs
    grain = finest(nodes, inputs, context.around, place)
    return [lower(node, grain, context) for node in nodes], grain


def meet_there(
    nodes: Sequence[Node], context: Context, place: Place, what: str | Text
) -> tuple[list[Node], Grain]:
    """Bring values together that must be there, before they come down and after.

    Raises:
        Refused: ``missing.unresolved``, ``grain.do-not-meet``.
    """
    for node in nodes:
        need_there(node, context, what)
    met, grain = meet(nodes, context, place)
    for node, brought in zip(nodes, met, strict=True):
        need_counterpart(node, brought)
    return met, grain


def need_counterpart(node: Node, brought: Node) -> Node:
    """Refuse a value that is always there at its own grain but may have no row at the finer one.

    Raises:
        Refused: ``missing.unresolved``.
    """
    if brought.type.missing and not node.type.missing:
        own, fine = node.type.grain, brought.type.grain
        refuse(
            "missing.unresolved",
            text(
                f"“{own.describe('zh')}”的值用于“{fine.describe('zh')}”时可能没有对应的行",
                f"a value for {own.describe()} may have no counterpart for {fine.describe()}",
            ),
            node.place,
            why=text("没有引用保证对应的行存在。", "No reference makes sure that the row exists."),
            hint=text(
                "写 first(值, 后备值)，说明没有对应行时怎么办。",
                "Say what then: first(value, fall-back).",
            ),
        )
    return brought


def lower(node: Node, grain: Grain, context: Context) -> Node:
    """Bring one value down to a grain that is known to be reachable."""
    if isinstance(node, Apply) and node.op == "given" and node.type.grain != grain:
        inner = lower(node.args[0], grain, context)
        return replace(node, args=(inner,), type=node.type.at(grain))
    brought = bring(node, grain, context.world.inputs)
    if brought is None:
        refuse(
            "grain.does-not-fit",
            text(
                f"“{node.type.grain.describe('zh')}”的值不能用于“{grain.describe('zh')}”",
                f"a value for {node.type.grain.describe()} cannot be used for {grain.describe()}",
            ),
            node.place,
            hint=text(
                "需要聚合：sum、mean、least、greatest、count、any、every。",
                "It needs an aggregation: sum, mean, least, greatest, count, any or every.",
            ),
        )
    if brought.type.missing and (
        signature(node) in context.there or signature(brought) in context.there
    ):
        return replace(brought, type=brought.type.there())
    return brought


def in_unit(node: Node, unit: Unit, what: str | Text) -> Node:
    """Return the quantity expressed in ``unit``; a literal zero fits every unit.

    Raises:
        Refused: ``unit.incompatible``.
    """
    own = need_quantity(node, what)
    if node.type.any_unit:
        return replace(node, type=replace(node.type, unit=unit, any_unit=False))
    if not own.fits(unit):
        said = both(what)
        refuse(
            "unit.incompatible",
            text(
                f"{said.zh}：这里是 {own.spelling}，应为 {unit.spelling}",
                f"{said.en}: this is in {own.spelling}, {unit.spelling} is needed",
            ),
            node.place,
            hint=explain_misfit(own, unit),
        )
    ratio = own.ratio_to(unit)
    kind = replace(node.type, unit=unit)
    if ratio == 1:
        return replace(node, type=kind)
    if isinstance(node, Number) and node.name is None:
        return replace(node, value=node.value * ratio, type=kind)
    return Scaled(node, ratio, kind, node.place)


def plain(node: Node, what: str | Text) -> Node:
    """Return a dimensionless quantity as a plain number (per cent becomes a fraction)."""
    return in_unit(node, ONE, what)


def same_unit(nodes: Sequence[Node], what: str | Text) -> tuple[list[Node], Unit]:
    """Express quantities in the unit of the first that has one."""
    units = [need_quantity(node, what) for node in nodes]
    unit = next((u for u, node in zip(units, nodes, strict=True) if not node.type.any_unit), ONE)
    if all(node.type.any_unit for node in nodes):
        return list(nodes), ONE
    return [in_unit(node, unit, what) for node in nodes], unit


def same_kind(nodes: Sequence[Node], what: str | Text) -> None:
    """Refuse values of different kinds where one kind is needed.

    Raises:
        Refused: ``type.mismatch``.
    """
    first = nodes[0].type.kind
    for node in nodes[1:]:
        if node.type.kind != first:
            (one_zh, one_en), (two_zh, two_en) = describe_kind(first), describe_kind(node.type.kind)
            said = both(what)
            refuse(
                "type.mismatch",
                text(
                    f"{said.zh}：{one_zh}与{two_zh}不能放在一起",
                    f"{said.en}: {one_en} and {two_en} do not go together",
                ),
                node.place,
                hint=_KINDS_MEET.get(frozenset({first, node.type.kind})),
            )


_KINDS_MEET = {
    frozenset({"month", "quantity"}): text('月份写作 "2025-03"。', 'A month is written "2025-03".'),
    frozenset({"day", "quantity"}): text(
        '日期写作 "2025-03-31"。', 'A day is written "2025-03-31".'
    ),
    frozenset({"year", "text"}): text("年份不加引号：2025。", "A year has no quotes: 2025."),
    frozenset({"instant", "text"}): text(
        '先取日期或月份，如 day(t) == "2025-03-31"。',
        'Take its day or month, as in day(t) == "2025-03-31".',
    ),
}


def exact(node: Node) -> Fraction | None:
    """Return the exact value of an expression that is made of constants only, else None.

    The value is in the unit of the node.
    """
    match node:
        case Number():
            return node.value
        case Scaled():
            inner = exact(node.inner)
            return None if inner is None else inner * node.ratio
        case Apply(op="neg"):
            inner = exact(node.args[0])
            return None if inner is None else -inner
        case Apply(op="add" | "sub" | "mul" | "div"):
            return _exact_pair(node)
        case _:
            return None


def _exact_pair(node: Apply) -> Fraction | None:
    """Evaluate an arithmetic operator over two exact values."""
    one, two = exact(node.args[0]), exact(node.args[1])
    if one is None or two is None or (node.op == "div" and two == 0):
        return None
    if node.op == "add":
        return one + two
    if node.op == "sub":
        return one - two
    return one * two if node.op == "mul" else one / two
