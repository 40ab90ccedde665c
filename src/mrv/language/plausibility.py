"""Plausibility rules: yes-no expressions at their grain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.checked import CheckedCheck
from mrv.language.expression import parse
from mrv.language.fit import lower, need_counterpart
from mrv.language.grouping import table_named
from mrv.language.infer import infer
from mrv.language.spots import Spots
from mrv.language.tree import Truth
from mrv.language.types import REPORT, Grain
from mrv.language.world import Context, given_in, need_there
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Check, Written
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.world import World


def read_check(check: Check, scope: Scope, world: World) -> CheckedCheck:
    """Read a check: ``that`` must hold wherever ``when`` does.

    Raises:
        Refused: everything that does not hold in either.
    """
    grain = Grain(table_named(check.each, scope)) if check.each else REPORT
    around = None if grain.is_report else grain
    name = f"{scope.prefix}{check.name}"
    context = Context(world, scope, Spots(check.that), name, grain, around, infer)
    when = None
    if check.when is not None:
        when = _condition(check.when, "when", context)
        context = context.knowing(given_in(when))
    that = _condition(check.that, "that", context)
    if isinstance(when, Truth) and when.value:
        when = None
    return CheckedCheck(name, grain, that, when, check)


def _condition(written: Written, what: str, context: Context) -> Node:
    """Read a yes-no expression and bring it to the grain of the check."""
    tree, spots = parse(written, context.scope.document.text)
    inner = replace(context, lines=spots)
    node = need_there(inner.read(tree), inner, what)
    if node.type.kind != "yes-no":
        refuse(
            "type.yes-no",
            text("检查应是是否值", "a check must be a yes-no value"),
            node.place,
            hint=text("写成比较，如 x > 0。", "Write a comparison, such as x > 0."),
        )
    if context.target.is_report and not node.type.grain.is_report:
        refuse(
            "grain.needs-aggregation",
            text(
                f"这条检查针对整份报告，这里却是“{node.type.grain.describe('zh')}”的值",
                f"this check is for the report, this is a value for {node.type.grain.describe()}",
            ),
            node.place,
            hint=text(
                f"给检查加 each: {node.type.grain.table}。",
                f"Give the check each: {node.type.grain.table}.",
            ),
        )
    return need_counterpart(node, lower(node, context.target, inner))
