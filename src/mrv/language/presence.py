"""Values that are surely there because a table asks for at least one of several columns."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.expression import parse
from mrv.language.tree import Apply, FormulaOf, Scaled, Truth
from mrv.language.world import Context, signature
from mrv.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from mrv.language.inputs import Input
    from mrv.language.tree import Node
    from mrv.language.types import Grain

Facts = frozenset["Hashable"]


def one_is_there(nodes: Sequence[Node], grain: Grain, context: Context) -> bool:
    """Say whether in every row at least one of several values is there.

    It is where a table asks for at least one of several alternatives, and each of them alone
    makes sure of one of the values.

    Args:
        nodes: the values, at one grain.
        grain: that grain.
        context: where they stand.
    """
    if not grain.is_row:
        return False
    table = context.world.inputs[grain.table or ""]
    return any(
        all(
            any(_surely(node, _facts(table, names), context) for node in nodes)
            for names in alternatives
        )
        for alternatives in table.at_least_one
    )


def _facts(table: Input, names: Iterable[str]) -> Facts:
    return frozenset(("column", table.name, name) for name in names)


def _surely(node: Node, facts: Facts, context: Context) -> bool:
    """Say whether a value is there wherever some columns of its row are."""
    if not node.type.missing or signature(node) in facts:
        return True
    match node:
        case Scaled():
            return _surely(node.inner, facts, context)
        case Apply(op="first"):
            return any(_surely(part, facts, context) for part in node.args)
        case Apply(op="if"):
            condition, yes, no = node.args
            if _surely_holds(condition, facts, context):
                return _surely(yes, facts, context)
            return all(_surely(part, facts, context) for part in (yes, no))
        case FormulaOf(earlier=0) if node.name not in context.opened:
            inner = replace(context, opened=(*context.opened, node.name))
            body = _body(node.name, inner)
            return body is not None and _surely(body, facts, inner)
    return False


def _surely_holds(node: Node, facts: Facts, context: Context) -> bool:
    """Say whether a condition holds wherever some columns of its row are there."""
    match node:
        case Truth():
            return node.value
        case Apply(op="given"):
            return _surely(node.args[0], facts, context)
        case Apply(op="and" | "or"):
            each = [_surely_holds(part, facts, context) for part in node.args]
            return all(each) if node.op == "and" else any(each)
    return False


def _body(name: str, context: Context) -> Node | None:
    """Read what a formula says, once; what is wrong with it is told where it stands itself."""
    world = context.world
    if name not in world.bodies:
        world.bodies[name] = None
        header = world.formulas[name]
        grain = header.type.grain
        try:
            tree, spots = parse(header.declared.expression, header.scope.document.text)
            inner = Context(
                world, header.scope, spots, name, grain, None if grain.is_report else grain,
                context.infer, opened=context.opened,
            )  # fmt: skip
            world.bodies[name] = inner.read(tree)
        except Refused:
            return None
    return world.bodies[name]


def given_else(condition: Node, inputs: Mapping[str, Input], *, holds: bool) -> Facts:
    """Return what is given because something else is not: ``b`` in ``a if given(a) else b``.

    Args:
        condition: the condition of a branch.
        inputs: input tables by name, with what each row must give.
        holds: whether the condition holds in the branch.
    """
    absent = _absent(condition, holds=holds)
    if not absent:
        return frozenset()
    found: set[Hashable] = set()
    for table in inputs.values():
        for alternatives in table.at_least_one:
            left = [names for names in alternatives if not _facts(table, names) & absent]
            if len(left) == 1:
                found |= _facts(table, left[0])
    return frozenset(found)


def _absent(condition: Node, *, holds: bool) -> Facts:
    """Return the values that are known to be missing where a condition holds, or does not."""
    match condition:
        case Apply(op="not"):
            return _absent(condition.args[0], holds=not holds)
        case Apply(op="given") if not holds:
            known = signature(condition.args[0])
            return frozenset() if known is None else frozenset({known})
        case Apply(op="and" | "or") if (condition.op == "and") == holds:
            one, two = condition.args
            return _absent(one, holds=holds) | _absent(two, holds=holds)
    return frozenset()
