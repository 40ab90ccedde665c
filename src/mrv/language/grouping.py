"""The grain that a formula declares: rows of a table, or groups by keys."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from mrv.language.expression import dotted, parse
from mrv.language.formula_keys import KeyPart, formula_key, given_by
from mrv.language.types import REPORT, Grain, Key
from mrv.language.world import say_nothing_more
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Formula, Written
    from mrv.language.scope import Scope
    from mrv.language.world import World

_PARTS: dict[str, Literal["month", "day", "year"]] = {
    "month": "month", "day": "day", "year": "year",
}  # fmt: skip


def grain_of(formula: Formula, scope: Scope, world: World) -> Grain:
    """Return the grain that a formula declares with ``each:`` or ``per:``.

    Raises:
        Refused: ``name.unknown``, ``name.ambiguous``, ``grain.key``, ``type.instant``.
    """
    if formula.each is not None:
        return Grain(table_named(formula.each, scope))
    if formula.per is None:
        return REPORT
    parts = [_key_part(written, scope) for written in formula.per]
    worked_out = {part.name: found for part in parts if (found := given_by(part, scope))}
    tables = {table_named(found.each, scope) for found in worked_out.values() if found.each}
    named = [part.name for part in parts if part.name not in worked_out]
    table = _table_of(named, formula.per[0], scope, world, tables)
    keys = tuple(
        formula_key(worked_out[part.name], part, table, scope, world)
        if part.name in worked_out
        else _key(table, part, scope, world)
        for part in parts
    )
    for index, key in enumerate(keys):
        if key in keys[:index]:
            refuse(
                "grain.key",
                text(f"键“{key.name}”写了两次", f'the key "{key.name}" is given twice'),
                parts[index].written.place,
            )
    return Grain(table, keys)


def table_named(written: Written, scope: Scope) -> str:
    """Return the methodology's name of an input table as a file names it.

    Raises:
        Refused: ``name.unknown``.
    """
    if written.text not in scope.tables:
        if any(need.table and need.name == written.text for need in scope.document.needs):
            say_nothing_more()  # the table is not bound, which is told at the use
        refuse(
            "name.unknown",
            text(
                f"没有名为“{written.text}”的输入表",
                f'there is no input table named "{written.text}"',
            ),
            written.place,
            hint=did_you_mean(written.text, scope.tables),
        )
    return scope.tables[written.text]


def _key_part(written: Written, scope: Scope) -> KeyPart:
    """Read ``ship``, ``trip.user`` or ``day(start)``."""
    tree, spots = parse(written, scope.document.text)
    name = dotted(tree)
    if name is not None:
        return KeyPart(name, None, written)
    if isinstance(tree, ast.Call) and len(tree.args) == 1:
        inner, part = dotted(tree.args[0]), _PARTS.get(dotted(tree.func) or "")
        if inner is not None and part is not None:
            return KeyPart(inner, part, written)
    return refuse(
        "grain.key",
        text(
            "per: 的键应是列名，或 month(列)、day(列)、year(列)",
            "a key of per: is a column, or month(column), day(column), year(column)",
        ),
        spots.place(tree),
    )


def _table_of(
    named: list[str], first: Written, scope: Scope, world: World, tables: set[str]
) -> str:
    """Find the one table that has all key columns, and whose rows have the formulas that are keys.

    Args:
        named: the columns as written.
        first: where to point at.
        scope: the file.
        world: its names.
        tables: the tables of the formulas among the keys.
    """
    if len(tables) > 1:
        shown = ", ".join(sorted(tables))
        refuse(
            "grain.key",
            text(f"这些键属于不同的表：{shown}", f"these keys belong to different tables: {shown}"),
            first.place,
        )
    if tables and not named:
        return next(iter(tables))
    stated = {table for table, dot, _ in (name.rpartition(".") for name in named) if dot}
    columns = [name.rpartition(".")[2] for name in named]
    if scope.prefix:
        return _bound_table_of(columns, first, scope, tables)
    holders = [
        table.name
        for table in world.inputs.values()
        if all(table.column(name) or f"{table.name}.{name}" in world.broken for name in columns)
        and stated <= {table.name}
        and tables <= {table.name}
    ]
    if len(holders) == 1:
        return holders[0]
    if not holders:
        known = [column.name for table in world.inputs.values() for column in table.columns]
        lacking = next((name for name in columns if name not in known), columns[0])
        refuse(
            "name.unknown",
            text(
                f"没有一张输入表同时有这些列：{'、'.join(named)}",
                f"no input table has all of these columns: {', '.join(named)}",
            ),
            first.place,
            hint=did_you_mean(lacking, known),
        )
    return refuse(
        "name.ambiguous",
        text(
            f"多张表都有这些列：{'、'.join(holders)}",
            f"several tables have these columns: {', '.join(holders)}",
        ),
        first.place,
        hint=text(
            f"写明表名，如 {holders[0]}.{columns[0]}。",
            f"Name the table, as in {holders[0]}.{columns[0]}.",
        ),
    )


def _bound_table_of(columns: list[str], first: Written, scope: Scope, of: set[str]) -> str:
    """Find the table behind the needs of a module that are named as keys."""
    found = [scope.bound_column(name) for name in columns]
    tables = {column[0] for column in found if column is not None} | of
    if None in found or len(tables) != 1:
        needs = [need.name for need in scope.document.needs if not need.table]
        lacking = next((name for name in columns if name not in needs), None)
        refuse(
            "grain.key",
            text(
                f"模块中的键须绑定到同一张表的列：{'、'.join(columns)}",
                f"keys in a module must be bound to columns of one table: {', '.join(columns)}",
            ),
            first.place,
            hint=did_you_mean(lacking, needs) if lacking else None,
        )
    return tables.pop()


def _key(table: str, part: KeyPart, scope: Scope, world: World) -> Key:
    """Make one key of a group; a key is always there and names a group, not a measure."""
    bound = scope.bound_column(part.column) if scope.prefix else None
    column_name = bound[1] if bound else part.column
    column = world.inputs[table].column(column_name)
    if column is None:
        say_nothing_more()  # the column was refused already
    place = part.written.place
    if column.optional:
        refuse(
            "grain.key",
            text(
                f"“{part.column}”可能缺失，不能作分组的键",
                f'"{part.column}" may be missing, so it cannot be a key',
            ),
            place,
        )
    if part.part is not None and column.kind != "instant":
        refuse(
            "type.instant",
            text(f"{part.part} 需要时刻列", f"{part.part} needs an instant column"),
            place,
        )
    if part.part is None and column.kind in {"instant", "quantity"}:
        refuse(
            "grain.key",
            text("数值和时刻不能直接作键", "quantities and instants cannot be keys"),
            place,
            hint=text(
                "时刻请写 day(列) 或 month(列)。",
                "For an instant write day(column) or month(column).",
            ),
        )
    label = part.column if part.part is None else f"{part.column}.{part.part}"
    return Key(label, column_name, part.part, column.refers_to)
