"""Which table an aggregation is about, where its columns are named without their table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.expression import names
from mrv.language.grains import path
from mrv.language.types import Grain
from mrv.messages import refuse, text

if TYPE_CHECKING:
    import ast

    from mrv.language.inputs import Input
    from mrv.language.world import Context

_FIXED = frozenset({"choice", "period", "missing"})


def table_around(trees: list[ast.expr], context: Context, node: ast.Call) -> Grain | None:
    """Return the rows around an aggregation: of the only table that has all columns named.

    Raises:
        Refused: ``name.ambiguous`` where several tables have them all, ``grain.does-not-fit``
            where their table does not lie below the formula, ``grain.do-not-meet`` where they
            stand in different tables.
    """
    if context.scope.prefix:
        return None
    world, tables = context.world, context.scope.tables
    mentioned = frozenset().union(*(names(tree) for tree in trees))
    known = {*world.formulas, *world.constants, *world.factors, *world.tables, *tables, *_FIXED}
    plain = sorted(name for name in mentioned if "." not in name and name not in known)
    if not plain:
        before = dict.fromkeys(name.partition(".")[0] for name in sorted(mentioned))
        below = [
            Grain(name) for name in before if name in tables and _lies_below(name, context, node)
        ]
        return below[0] if len(below) == 1 else None
    holders = [
        table
        for table in world.inputs.values()
        if all(_has(table, name, context) for name in plain)
    ]
    reached = [
        Grain(table.name)
        for table in holders
        if context.target != Grain(table.name) and _lies_below(table.name, context, node)
    ]
    if len(reached) > 1:
        _ambiguous(plain, [table.name for table in holders], context, node)
    if reached:
        return reached[0]
    if holders:
        return Grain(holders[0].name)
    return _scattered(plain, context, node)


def _has(table: Input, name: str, context: Context) -> bool:
    """Whether a table has a column, be it one whose declaration was refused."""
    return table.column(name) is not None or f"{table.name}.{name}" in context.world.broken


def _lies_below(table: str, context: Context, node: ast.Call) -> bool:
    """Whether rows of a table aggregate to the grain of the formula."""
    place = context.place(node)
    return path(context.target, Grain(table), context.world.inputs, place) is not None


def _ambiguous(plain: list[str], holders: list[str], context: Context, node: ast.Call) -> None:
    refuse(
        "name.ambiguous",
        text(
            f"{'、'.join(plain)} 在多张表里都有：{'、'.join(holders)}",
            f"{', '.join(plain)} stands in several tables: {', '.join(holders)}",
        ),
        context.place(node),
        hint=text(
            f"写明表名，如 {holders[0]}.{plain[0]}。",
            f"Name the table, as in {holders[0]}.{plain[0]}.",
        ),
    )


def _scattered(plain: list[str], context: Context, node: ast.Call) -> Grain | None:
    """Where no table has all columns: refuse two that stand apart, else take the nearest table."""
    tables = list(context.world.inputs.values())
    homes = {name: [t.name for t in tables if _has(t, name, context)] for name in plain}
    apart = [(name, found[0]) for name, found in homes.items() if found]
    if len(apart) == len(plain):
        (one, here), (two, there) = apart[0], next(pair for pair in apart if pair[1] != apart[0][1])
        refuse(
            "grain.do-not-meet",
            text(
                f"“{one}”在表 {here}，“{two}”在表 {there}：没有一张表同时有这些列",
                f'"{one}" stands in {here}, "{two}" in {there}: no table has all of these columns',
            ),
            context.place(node),
            hint=text(
                "先把一方写成另一张表上的公式，再聚合。",
                "Make one of them a formula at the other's rows first, then aggregate.",
            ),
        )
    counted = {t.name: sum(_has(t, name, context) for name in plain) for t in tables}
    nearest = max(counted, key=counted.__getitem__, default=None)
    return Grain(nearest) if nearest is not None and counted[nearest] else None
