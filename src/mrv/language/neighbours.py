"""Questions about other rows of the same table: intervals that overlap, values that repeat."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Literal

from mrv.language.aggregation import condition
from mrv.language.fit import lower, meet, read_all, same_kind
from mrv.language.leaf import column_node
from mrv.language.syntax_parts import keyword, name_of
from mrv.language.tree import Neighbour
from mrv.language.types import Type
from mrv.language.world import given_in
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.types import Grain
    from mrv.language.world import Context

    Function = Literal["overlaps", "repeated"]


def overlaps(node: ast.Call, context: Context) -> Node:
    """``overlaps(start, end, within=user)``: does the interval meet another of the same user?

    Of instants, where intervals that only touch do not meet, or of days, both included.
    """
    where, context = _where(node, context)
    args = read_all(node.args, context)
    for part in args:
        if part.type.kind not in {"instant", "day"}:
            refuse(
                "type.instant",
                text("overlaps 需要时刻列或日期列", "overlaps needs instants or days"),
                part.place,
                hint=text(
                    "该列应声明 type: instant 或 type: day。",
                    "Declare the column type: instant or type: day.",
                ),
            )
    same_kind(args, "overlaps")
    tree = keyword(node, "within")
    listed = tree.elts if isinstance(tree, ast.Tuple | ast.List) else [tree] if tree else []
    return _neighbour("overlaps", args, read_all(listed, context), node, context, where=where)


def repeated(node: ast.Call, context: Context) -> Node:
    """``repeated(a, b)``: does another row have the same values?"""
    where, context = _where(node, context)
    return _neighbour("repeated", read_all(node.args, context), [], node, context, where=where)


def _where(node: ast.Call, context: Context) -> tuple[Node | None, Context]:
    """Read ``where=``, and return the context in which what it gives is known to be there."""
    tree = keyword(node, "where")
    if tree is None:
        return None, context
    where = condition(tree, context, name_of(node))
    return where, context.knowing(given_in(where))


def _neighbour(
    function: Function,
    args: list[Node],
    within: list[Node],
    node: ast.Call,
    context: Context,
    *,
    where: Node | None,
) -> Node:
    """Make a question about other rows; it stands at the rows of a table only.

    A row that lacks a value takes no part.
    """
    place = context.place(node)
    parts = [*args, *within, *([] if where is None else [where])]
    nodes, grain = meet(parts, context, place)
    if not grain.is_row or context.around != grain:
        refuse(
            "grain.rows-only",
            text(
                f"{function} 只能用在 each: 表 的公式里",
                f"{function} is about the rows of a table: use it in a formula with each:",
            ),
            place,
            hint=text("给公式写 each: 表名。", "Give the formula each: with the table."),
        )
    count = len(args) + len(within)
    return Neighbour(
        function, tuple(nodes[: len(args)]), tuple(nodes[len(args) : count]),
        Type("yes-no", grain=grain), place,
        where=None if where is None else lower(where, grain, context),
        order=_order(node, grain, context),
        across=_across(node, context),
    )  # fmt: skip


def _order(node: ast.Call, grain: Grain, context: Context) -> tuple[Node, ...]:
    """Return what decides between equals where ``keep="first"`` asks for the later ones only."""
    tree = keyword(node, "keep")
    if tree is None:
        return ()
    if not isinstance(tree, ast.Constant) or tree.value != "first":
        refuse(
            "function.arguments",
            text('keep 只能写 "first"', 'keep can only be "first"'),
            context.place(tree),
            hint=text(
                '写作 keep="first"：最先的一行不算，其余为真。',
                'Write keep="first": true for all but the first.',
            ),
        )
    table = context.world.inputs[grain.table or ""]
    columns = [column for name in table.key if (column := table.column(name)) is not None]
    return tuple(column_node(table.name, column, context.place(tree)) for column in columns)


def _across(node: ast.Call, context: Context) -> bool:
    """Whether rows of other organisations count as well."""
    tree = keyword(node, "across")
    if tree is None:
        return False
    if not isinstance(tree, ast.Name) or tree.id != "organisation":
        refuse(
            "function.arguments",
            text("across 只能写 organisation", "across can only be organisation"),
            context.place(tree),
        )
    return True
