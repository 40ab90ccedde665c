"""Aggregations: from the rows of a table to a coarser grain."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.around import table_around
from mrv.language.expression import dotted
from mrv.language.fit import lower, need_counterpart
from mrv.language.grains import finest, path
from mrv.language.syntax_parts import keyword, name_of
from mrv.language.tree import Aggregated, FormulaOf
from mrv.language.types import Grain, Type
from mrv.language.world import given_in, need_quantity, need_there, quantity
from mrv.messages import did_you_mean, refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    import ast
    from typing import Literal, NoReturn

    from mrv.language.tree import Node
    from mrv.language.world import Context

    Function = Literal["sum", "mean", "least", "greatest", "any", "every"]

_FUNCTIONS: dict[str, Function] = {
    "sum": "sum", "mean": "mean", "least": "least", "greatest": "greatest", "any": "any",
    "every": "every",
}  # fmt: skip
_AGGREGATIONS = frozenset({*_FUNCTIONS, "count", "distinct"})
_MAY_BE_EMPTY = frozenset({"mean", "least", "greatest"})


def aggregate(node: ast.Call, context: Context) -> Node:
    """``sum mean least greatest any every`` of a value, with ``where=``.

    Raises:
        Refused: ``grain.*`` where the value does not lie below the formula's grain,
            ``missing.unresolved``, ``type.*``.
    """
    function = _FUNCTIONS[name_of(node)]
    _not_nested(node, context)
    where_tree = keyword(node, "where")
    around = table_around([node.args[0], *([where_tree] if where_tree else [])], context, node)
    inner = replace(context, around=around, there=frozenset())
    where = None if where_tree is None else condition(where_tree, inner, function)
    value = inner.knowing(given_in(where) if where is not None else frozenset()).read(node.args[0])
    need_there(value, context, function)
    unit = None
    if function not in {"any", "every"}:
        unit = need_quantity(value, function)
    elif value.type.kind != "yes-no":
        refuse(
            "type.yes-no",
            text(f"{function} 需要是否值", f"{function} needs a yes-no value"),
            value.place,
            hint=text("写成比较，如 any(x > 0)。", "Write a comparison, such as any(x > 0)."),
        )
    source = _source([part for part in (value, where) if part is not None], inner, node)
    on = _up(source, context, node)
    value = need_counterpart(value, lower(value, source, inner))
    if where is not None:
        where = need_counterpart(where, lower(where, source, inner))
    kind = Type("yes-no", grain=context.target)
    if unit is not None:
        kind = quantity(unit, context.target, missing=function in _MAY_BE_EMPTY)
    return Aggregated(function, value, where, source, on, kind, context.place(node))


def count(node: ast.Call, context: Context) -> Node:
    """``count(table, where=…)``: how many rows.

    Raises:
        Refused: ``function.arguments`` for what is no input table, ``grain.*``.
    """
    _not_nested(node, context)
    name = dotted(node.args[0]) or ""
    table = context.scope.tables.get(name)
    if table is None:
        refuse(
            "function.arguments",
            text("count 的参数应是输入表的名称", "count takes the name of an input table"),
            context.place(node.args[0]),
            hint=did_you_mean(name, context.scope.tables),
        )
    source = Grain(table)
    if source == context.target:
        _nothing(context, node)
    inner = replace(context, around=source, there=frozenset())
    where_tree = keyword(node, "where")
    where = None
    if where_tree is not None:
        read = condition(where_tree, inner, "count")
        where = need_counterpart(read, lower(read, source, inner))
    kind = quantity(ONE, context.target)
    on = _up(source, context, node)
    return Aggregated("count", None, where, source, on, kind, context.place(node))


def distinct(node: ast.Call, context: Context) -> Node:
    """``distinct(x, where=…)``: how many different keys, words or dates there are.

    Raises:
        Refused: ``type.distinct`` for quantities, instants and yes-no values, and what
            :func:`aggregate` refuses.
    """
    _not_nested(node, context)
    where_tree = keyword(node, "where")
    around = table_around([node.args[0], *([where_tree] if where_tree else [])], context, node)
    inner = replace(context, around=around, there=frozenset())
    where = None if where_tree is None else condition(where_tree, inner, "distinct")
    value = inner.knowing(given_in(where) if where is not None else frozenset()).read(node.args[0])
    need_there(value, context, "distinct")
    if value.type.kind in {"quantity", "instant", "yes-no"}:
        refuse(
            "type.distinct",
            text(
                "distinct 数的是不同的标识、词或日期",
                "distinct counts different keys, words or dates",
            ),
            value.place,
            hint=text("时刻可写 day(列)。", "Of an instant write day(column)."),
        )
    source = _source([part for part in (value, where) if part is not None], inner, node)
    on = _up(source, context, node)
    value = need_counterpart(value, lower(value, source, inner))
    if where is not None:
        where = need_counterpart(where, lower(where, source, inner))
    kind = quantity(ONE, context.target)
    return Aggregated("distinct", value, where, source, on, kind, context.place(node))


def _not_nested(node: ast.Call, context: Context) -> None:
    """Refuse an aggregation inside another."""
    if any(name in _AGGREGATIONS for name in context.inside[:-1]):
        refuse(
            "grain.nested",
            text("聚合里面不能再聚合", "an aggregation cannot stand inside another"),
            context.place(node),
            hint=text(
                "把内层写成另一条公式，并用 each: 或 per: 说明它的粒度。",
                "Make the inner one a formula of its own and give its grain with each: or per:.",
            ),
        )


def condition(tree: ast.expr, context: Context, function: str) -> Node:
    """Read what stands after ``where=``: a yes-no value that is there."""
    where = context.read(tree)
    if where.type.kind != "yes-no":
        refuse(
            "type.yes-no",
            text("where= 需要是否值", "where= needs a yes-no value"),
            where.place,
            hint=text("写成比较，如 where=x > 0。", "Write a comparison, such as where=x > 0."),
        )
    return need_there(where, context, f"{function} where=")


def _source(parts: list[Node], context: Context, node: ast.Call) -> Grain:
    """Return the grain that is aggregated, and refuse one that lies not below the target."""
    source = finest(parts, context.world.inputs, context.around, context.place(node))
    if source == context.target or source.is_report:
        formula = next((part.name for part in parts if isinstance(part, FormulaOf)), None)
        _nothing(context, node, formula)
    return source


def _nothing(context: Context, node: ast.Call, formula: str | None = None) -> NoReturn:
    """Refuse to aggregate what is at the formula's grain already."""
    target, function = context.target, name_of(node)
    hint = text(
        "去掉聚合函数；若要更粗的合计，另写一条更粗粒度的公式。",
        "Leave out the aggregation; for a coarser total write a formula of the coarser grain.",
    )
    holder = next((t.name for t in context.world.inputs.values() if t.column(formula or "")), None)
    if holder is not None:
        hint = text(
            f"“{formula}”在这里是公式；若指列，写作 {function}({holder}.{formula})。",
            f'"{formula}" is a formula here; for the column write {function}({holder}.{formula}).',
        )
    refuse(
        "grain.nothing-to-aggregate",
        text(
            f"这个值已经是“{target.describe('zh')}”，无可聚合",
            f"this already is a value for {target.describe()}: there is nothing to aggregate",
        ),
        context.place(node),
        hint=hint,
    )


def _up(source: Grain, context: Context, node: ast.Call) -> tuple[tuple[Node, str], ...]:
    """Return the keys by which rows of the source belong to the target."""
    target = context.target
    found = path(target, source, context.world.inputs, context.place(node))
    if found is not None:
        return found.on
    return refuse(
        "grain.does-not-fit",
        text(
            f"“{source.describe('zh')}”不能聚合到“{target.describe('zh')}”：没有共同的键",
            f"values for {source.describe()} do not aggregate to {target.describe()}: "
            "no key leads there",
        ),
        context.place(node),
        hint=text(
            f"在 {source.table} 中声明引用列，如 {{in: {target.table}}}。",
            f"Declare a reference column in {source.table}, such as {{in: {target.table}}}.",
        ),
    )
