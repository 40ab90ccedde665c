"""Outcomes of decision tables and factors: names whose values depend on keys."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.expression import dotted, parse
from mrv.language.fit import meet
from mrv.language.tree import FactorOf, OutcomeOf
from mrv.language.types import REPORT, Grain
from mrv.language.world import quantity
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from typing import NoReturn

    from mrv.language.model import Written
    from mrv.language.tree import Node
    from mrv.language.world import Context, FactorHeader, TableHeader
    from mrv.messages import Place


def outcome_node(header: TableHeader, outcome: str, context: Context, place: Place) -> Node:
    """Return an outcome of a decision table at the grain of its inputs.

    Raises:
        Refused: ``name.unknown`` for an outcome that the table does not give.
    """
    if outcome not in header.gives:
        refuse(
            "name.unknown",
            text(
                f"决策表 {header.name} 不给出“{outcome}”",
                f'decision table {header.name} does not give "{outcome}"',
            ),
            place,
            hint=did_you_mean(outcome, header.gives),
        )
    context.world.used.add(header.name)
    keys = decision_keys(header, context)
    nodes, grain = meet([node for _, node in keys], context, place)
    missing = header.declared.hit == "none-or-one" or any(node.type.missing for node in nodes)
    kind = header.gives[outcome].at(grain).perhaps(missing=missing)
    named = tuple((name, node) for (name, _), node in zip(keys, nodes, strict=True))
    return OutcomeOf(header.name, outcome, named, kind, place)


def decision_keys(header: TableHeader, context: Context) -> list[tuple[str, Node]]:
    """Read the inputs of a decision table in its own scope.

    Raises:
        Refused: ``formula.cycle`` where a table's inputs lead back to its own outcomes.
    """
    if header.name in context.opened:
        circle = context.opened[context.opened.index(header.name) :]
        first = circle.index(min(circle))
        circle = (*circle[first:], *circle[:first], circle[first])
        shown = " → ".join(circle)
        refuse(
            "formula.cycle",
            text(
                f"决策表互相依赖成环：{shown}",
                f"these decision tables depend on each other in a circle: {shown}",
            ),
            context.world.tables[circle[0]].declared.place,
            why=text("没有一张可以先查。", "None of them could be looked up first."),
            hint=text("去掉其中一处引用。", "Take out one of the references."),
        )
    each, scope = header.declared.each, header.scope
    around = Grain(scope.tables[each.text]) if each else None
    inner = replace(
        context, scope=scope, around=around, target=around or REPORT, there=frozenset(),
        formula=header.name, inside=(), opened=(*context.opened, header.name),
    )  # fmt: skip
    keys: list[tuple[str, Node]] = []
    for name, written in header.declared.of:
        tree, lines = parse(written, scope.document.text)
        keys.append((name, replace(inner, lines=lines).read(tree)))
    return keys


def factor_node(header: FactorHeader, context: Context, place: Place) -> Node:
    """Return the look-up of a factor at the grain of the columns it is matched with.

    Raises:
        Refused: ``type.mismatch`` for a key that is not a text, ``factor.column`` for a column
            without its table.
    """
    keys: list[tuple[str, Node]] = []
    scope = header.scope
    if header.name in context.opened:
        _matched_with_itself(header)
    for attribute, written in header.declared.match:
        tree, lines = parse(written, scope.document.text)
        if not scope.prefix:
            _needs_table(dotted(tree), written, context)
        inner = replace(
            context, scope=scope, lines=lines, around=None, target=REPORT, there=frozenset(),
            formula=header.name, inside=(), opened=(*context.opened, header.name),
        )  # fmt: skip
        node = inner.read(tree)
        if node.type.kind != "text":
            refuse(
                "type.mismatch",
                text("因子只能按文本匹配", "a factor is matched by texts only"),
                written.place,
                hint=text(
                    "用 {in: factors.…} 或 {one_of: […]} 的列。",
                    "Use a column declared {in: factors.…} or {one_of: […]}.",
                ),
            )
        keys.append((attribute, node))
    grain, nodes = REPORT, [node for _, node in keys]
    if nodes:
        nodes, grain = meet(nodes, context, place)
    missing = header.declared.optional or any(node.type.missing for node in nodes)
    on = tuple((attribute, node) for (attribute, _), node in zip(keys, nodes, strict=True))
    return FactorOf(header.name, on, quantity(header.unit, grain, missing=missing), place)


def _matched_with_itself(header: FactorHeader) -> NoReturn:
    refuse(
        "formula.cycle",
        text(
            f"因子 {header.name} 的 match 又用到它自己",
            f"factor {header.name} is matched with what depends on itself",
        ),
        header.declared.place,
        why=text("查取之前它还没有值。", "It has no value before it is looked up."),
        hint=text("match 里写输入表的列。", "Match it with a column of an input table."),
    )


def _needs_table(name: str | None, written: Written, context: Context) -> None:
    """Refuse a bare column as the key of a look-up: a factor is not tied to one formula."""
    holders = [table.name for table in context.world.inputs.values() if table.column(name or "")]
    if holders and name not in context.world.formulas:
        refuse(
            "factor.column",
            text(
                f"请写明“{name}”是哪张表的列",
                f'say of which table "{name}" is a column',
            ),
            written.place,
            hint=text(f"写作 {holders[0]}.{name}。", f"Write {holders[0]}.{name}."),
        )
