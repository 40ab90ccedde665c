"""Calls in formulas: which functions there are, and that they are called as they must be."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from mrv.language import aggregation, functions, marks, neighbours, numeric, traced
from mrv.language.world import say_nothing_more
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.language.tree import Node
    from mrv.language.world import Context
    from mrv.messages import Text

FUNCTIONS: dict[str, Callable[[ast.Call, Context], Node]] = {
    "first": functions.first,
    "given": functions.given,
    "ratio": functions.ratio,
    "min": numeric.least_of,
    "max": numeric.greatest_of,
    "abs": numeric.magnitude_kept,
    "floor": numeric.whole_part,
    "ceil": numeric.whole_part,
    "sqrt": numeric.root,
    "exp": numeric.transcendental,
    "log": numeric.transcendental,
    "great_circle": numeric.great_circle,
    "month": functions.calendar,
    "day": functions.calendar,
    "year": functions.calendar,
    "previous": functions.previous,
    "capped": marks.limited,
    "floored": marks.limited,
    "magnitude": marks.magnitude,
    "measure": marks.measure,
    "restate": marks.restate,
    "quantise": marks.quantise,
    "when": marks.when,
    "gwp": marks.gwp,
    "sum": aggregation.aggregate,
    "mean": aggregation.aggregate,
    "least": aggregation.aggregate,
    "greatest": aggregation.aggregate,
    "any": aggregation.aggregate,
    "every": aggregation.aggregate,
    "count": aggregation.count,
    "distinct": aggregation.distinct,
    "overlaps": neighbours.overlaps,
    "repeated": neighbours.repeated,
}

_AGGREGATIONS = ("sum", "mean", "least", "greatest", "any", "every", "count", "distinct")
_WHERE = frozenset({"where"})
_OPTIONAL = frozenset({"where", "keep", "across"})
_KEYWORDS = {
    "ratio": frozenset({"when_zero"}), "capped": frozenset({"at"}), "floored": frozenset({"at"}),
    "overlaps": frozenset({"within", "where", "keep", "across"}),
    "repeated": frozenset({"where", "keep", "across"}),
    **dict.fromkeys(_AGGREGATIONS, _WHERE),
}  # fmt: skip
_COUNTS = {
    "first": (2, 9), "given": (1, 1), "ratio": (2, 2), "min": (2, 9), "max": (2, 9), "abs": (1, 1),
    "floor": (1, 1), "ceil": (1, 1), "sqrt": (1, 1), "exp": (1, 1), "log": (1, 1), "month": (1, 1),
    "great_circle": (4, 4),
    "day": (1, 1), "year": (1, 1), "previous": (1, 1), "capped": (1, 1), "floored": (1, 1),
    "magnitude": (2, 2), "measure": (2, 2), "restate": (2, 2), "quantise": (2, 2), "when": (2, 2),
    "gwp": (1, 2), "overlaps": (2, 2), "repeated": (1, 9),
    **dict.fromkeys(_AGGREGATIONS, (1, 1)),
}  # fmt: skip


def call(node: ast.Call, context: Context) -> Node:
    """Read a call: a function of the language, or a curve of the methodology.

    Raises:
        Refused: ``function.unknown``, ``function.arguments``.
    """
    place = context.place(node)
    name = node.func.id if isinstance(node.func, ast.Name) else None
    curve = f"{context.scope.prefix}{name}"
    if name is not None and curve in context.world.curves:
        return functions.interpolated(node, curve, context)
    if name is not None and curve in context.world.traced:
        return traced.traced_at(node, curve, context)
    if name is None or name not in FUNCTIONS:
        shown = name or ast.unparse(node.func)
        if curve in context.world.broken:
            say_nothing_more()
        refuse(
            "function.unknown",
            text(f"没有名为“{shown}”的函数", f'there is no function "{shown}"'),
            place,
            hint=_other_name(shown) or did_you_mean(shown, _all(context)),
        )
    _check_arguments(node, name, context)
    return FUNCTIONS[name](node, context.within(name))


def _all(context: Context) -> list[str]:
    """List every function and curve that there is."""
    return [*FUNCTIONS, *context.world.curves, *context.world.traced]


def _other_name(shown: str) -> Text | None:
    """Say what a function of spreadsheets and other languages is called here."""
    here = _ELSEWHERE.get(shown.casefold())
    return None if here is None else text(f"这里写作 {here}。", f"Here it is written {here}.")


_ELSEWHERE = {
    "round": "quantise(x, 0.01)", "if": "a if condition else b", "average": "mean(x)",
    "avg": "mean(x)", "sumif": "sum(x, where=…)", "sumifs": "sum(x, where=…)",
    "countif": "count(table, where=…)", "unique": "distinct(x)",
    "count_distinct": "distinct(x)", "all": "every(x)", "coalesce": "first(a, b)",
    "ifnull": "first(a, b)", "isnull": "not given(x)", "pow": "x ** 2", "len": "count(table)",
    "iferror": "ratio(x, y, when_zero=…)", "int": "floor(x)", "ln": "log(x)",
}  # fmt: skip


def _check_arguments(node: ast.Call, name: str, context: Context) -> None:
    """Refuse unknown keywords and a wrong number of arguments."""
    allowed = _KEYWORDS.get(name, frozenset())
    for keyword in node.keywords:
        if keyword.arg not in allowed:
            refuse(
                "function.arguments",
                text(f"{name} 没有参数 {keyword.arg}=", f"{name} has no argument {keyword.arg}="),
                context.place(node),
                hint=did_you_mean(keyword.arg or "**", allowed),
            )
    given = {keyword.arg for keyword in node.keywords}
    required = allowed - _OPTIONAL
    low, high = _COUNTS[name]
    if not low <= len(node.args) <= high or required - given:
        wanted = ", ".join(
            [f"{low}" if low == high else f"{low}–{high}", *(f"{k}=" for k in sorted(required))]
        )
        refuse(
            "function.arguments",
            text(f"{name} 的参数应为：{wanted}", f"{name} takes these arguments: {wanted}"),
            context.place(node),
            hint=text(
                "见 docs/language.md 的函数表。", "See the list of functions in docs/language.md."
            ),
        )
