"""Curves whose points are the rows of an input table: one curve, or one for each word."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from mrv.language.checked import Traced
from mrv.language.curves import OUTSIDE
from mrv.language.fit import in_unit, meet, read_all
from mrv.language.grouping import table_named
from mrv.language.standalone import ROW
from mrv.language.tree import TracedAt
from mrv.language.world import describe_kind, need_quantity, quantity, say_nothing_more
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    import ast

    from mrv.language.inputs import Column, Input
    from mrv.language.model import DeclaredCurve
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.world import Context, World
    from mrv.messages import Place


def read_traced(declared: DeclaredCurve, scope: Scope, world: World) -> Traced:
    """Read a curve over an input table: the columns of its words, argument and value.

    Raises:
        Refused: ``name.unknown``, ``curve.column`` for a column that cannot be what it is named
            for, ``curve.key`` where two points could stand at one place.
    """
    written, place = declared.table, declared.place
    if written is None or declared.gives is None or not declared.of:
        say_nothing_more()  # the reader has told what is lacking
    table = world.inputs[table_named(written, scope)]
    by = tuple(_column(name.text, name.place, table, scope, world) for name in declared.by)
    at = _column(declared.of[0], place, table, scope, world)
    gives = _column(declared.gives.text, declared.gives.place, table, scope, world)
    for column, name in zip(by, declared.by, strict=True):
        if column.kind in {"quantity", "instant"}:
            said = text("by 的列应是文本、年月日或是否值", "a column of by holds words")
            _unfit(name.place, column, said.zh, said.en)
    for column, where in ((at, place), (gives, declared.gives.place)):
        if column.kind != "quantity":
            _unfit(where, column, "插值的自变量和结果应是带单位的列", "a curve joins quantities")
        if column.optional:
            _unfit(where, column, "插值点的列不能缺省", "points of a curve cannot be missing")
    keys = {column.name for column in (*by, at)}
    if set(table.key) not in ({ROW}, keys):
        shown = ", ".join(column.name for column in (*by, at))
        refuse(
            "curve.key",
            text(
                f"表 {table.name} 的主键应正好是 {shown}",
                f"the key of {table.name} must be {shown}",
            ),
            written.place,
            why=text(
                "否则同一处可能有两个点，不知道取哪一个。",
                "Otherwise two points could stand at one place.",
            ),
            hint=text(f"写 key: [{shown}]。", f"Write key: [{shown}]."),
        )
    for column in (*by, at, gives):
        world.used.add(f"{table.name}.{column.name}")
    return Traced(
        f"{scope.prefix}{declared.name}", table.name, by, at, gives,
        OUTSIDE[declared.outside], declared.source, place,
    )  # fmt: skip


def _column(name: str, place: Place, table: Input, scope: Scope, world: World) -> Column:
    """Return a column of the table; in a module, the one that a need is bound to."""
    bound = scope.bound_column(name) if scope.prefix else (table.name, name)
    found = table.column(bound[1]) if bound is not None and bound[0] == table.name else None
    if found is not None:
        return found
    if f"{table.name}.{name}" in world.broken or f"{scope.prefix}{name}" in world.broken:
        say_nothing_more()
    needs = [need.name for need in scope.document.needs if not need.table]
    return refuse(
        "name.unknown",
        text(f"表 {table.name} 没有列“{name}”", f'table {table.name} has no column "{name}"'),
        place,
        hint=did_you_mean(name, needs or [column.name for column in table.columns]),
    )


def _unfit(place: Place, column: Column, zh: str, en: str) -> NoReturn:
    is_zh, is_en = describe_kind(column.kind)
    optional = ("，可缺省", ", optional") if column.optional else ("", "")
    refuse(
        "curve.column",
        text(
            f"{zh}；{column.name} 是{is_zh}{optional[0]}",
            f"{en}; {column.name} is {is_en}{optional[1]}",
        ),
        place,
    )


def traced_at(node: ast.Call, name: str, context: Context) -> Node:
    """``trip_fuel(craft, distance)``: which curve, then where; missing where there is none.

    Raises:
        Refused: ``function.arguments``, ``type.mismatch``, ``unit.incompatible``.
    """
    curve = context.world.traced[name]
    context.world.used.add(name)
    wanted = [column.name for column in (*curve.by, curve.at)]
    if len(node.args) != len(wanted) or node.keywords:
        refuse(
            "function.arguments",
            text(f"{name} 需要 {len(wanted)} 个参数", f"{name} takes {len(wanted)} arguments"),
            context.place(node),
            hint=text(f"依次为：{'、'.join(wanted)}。", f"In this order: {', '.join(wanted)}."),
        )
    *by, at = read_all(node.args, context)
    for part, column in zip(by, curve.by, strict=True):
        if part.type.kind != column.kind:
            (is_zh, is_en), (to_zh, to_en) = (
                describe_kind(part.type.kind),
                describe_kind(column.kind),
            )
            refuse(
                "type.mismatch",
                text(
                    f"{name} 的“{column.name}”应为{to_zh}，这里是{is_zh}",
                    f'"{column.name}" of {name} must be {to_en}, this is {is_en}',
                ),
                part.place,
            )
    need_quantity(at, name)
    unit, value = curve.at.unit, curve.gives.unit
    if unit is None or value is None:
        say_nothing_more()
    nodes, grain = meet([*by, in_unit(at, unit, name)], context, context.place(node))
    kind = quantity(value, grain, missing=True)
    return TracedAt(name, tuple(nodes[:-1]), nodes[-1], kind, context.place(node))
