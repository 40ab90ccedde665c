"""Formulas as people read them: as mathematics, and as a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.explain.numbers import exact_text, short
from mrv.language import tree
from mrv.units import ONE, describe

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from mrv.language.checked import Methodology
    from mrv.messages import Lang
    from mrv.units import Unit

_LEVEL = {
    "if": 0, "or": 1, "and": 2, "not": 3,
    "eq": 4, "ne": 4, "lt": 4, "le": 4, "gt": 4, "ge": 4, "in": 4,
    "add": 5, "sub": 5, "microseconds": 5, "mul": 6, "div": 6, "ratio": 6, "neg": 7, "pow": 8,
}  # fmt: skip
_ATOM = 9
_INFIX = {
    "or": (" or ", " 或 "), "and": (" and ", " 且 "),
    "eq": (" = ", " = "), "ne": (" ≠ ", " ≠ "), "lt": (" < ", " < "), "le": (" ≤ ", " ≤ "),
    "gt": (" > ", " > "), "ge": (" ≥ ", " ≥ "), "add": (" + ", " + "), "sub": (" − ", " − "),
    "microseconds": (" − ", " − "), "mul": (" × ", " × "), "div": (" ÷ ", " ÷ "),
}  # fmt: skip
_SPOKEN = {
    "eq": (" is ", "等于"), "ne": (" is not ", "不等于"), "lt": (" is less than ", "小于"),
    "le": (" is at most ", "不大于"), "gt": (" is more than ", "大于"),
    "ge": (" is at least ", "不小于"), "add": (" plus ", "加"), "sub": (" minus ", "减"),
    "microseconds": (" minus ", "减"), "mul": (" times ", "乘以"), "div": (" divided by ", "除以"),
}  # fmt: skip
_CALLS = {
    "ratio": ("{0} ÷ {1} (where {1} is 0: {2})", "{0} ÷ {1}（{1} 为零时取 {2}）"),
    "neg": ("−{0}", "−{0}"), "abs": ("|{0}|", "|{0}|"), "floor": ("⌊{0}⌋", "⌊{0}⌋"),
    "ceil": ("⌈{0}⌉", "⌈{0}⌉"), "sqrt": ("√({0})", "√({0})"), "exp": ("exp({0})", "exp({0})"),
    "log": ("ln({0})", "ln({0})"), "pow": ("{0}^{1}", "{0}^{1}"), "min": ("min({*})", "min({*})"),
    "max": ("max({*})", "max({*})"), "first": ("first given of ({*})", "依次取首个有值者（{*}）"),
    "capped": ("{0}, at most {1}", "{0}，至多 {1}"),
    "floored": ("{0}, at least {1}", "{0}，至少 {1}"),
    "given": ("{0} is given", "有 {0}"), "not": ("not {0}", "非 {0}"),
    "if": ("{1} if {0}, else {2}", "若 {0} 则 {1}，否则 {2}"),
    "month": ("month of {0}", "{0} 所在月"), "day": ("day of {0}", "{0} 所在日"),
    "year": ("year of {0}", "{0} 所在年"), "keep": ("{0}", "{0}"),
    "great_circle": (
        "great-circle distance ({0}, {1} → {2}, {3})", "大圆距离（{0}, {1} → {2}, {3}）",
    ),
    "later": ("{0} + {1}", "{0} + {1}"),
}  # fmt: skip
_BRACKETED = frozenset({"capped", "floored", "given", "month", "day", "year"})
_MANY = {
    "sum": ("Σ {0}", "Σ {0}", "the sum of {0}", "{0}之和"),
    "mean": ("mean of {0}", "{0} 的平均", "the mean of {0}", "{0}的平均值"),
    "least": ("least {0}", "{0} 的最小值", "the least {0}", "{0}的最小值"),
    "greatest": ("greatest {0}", "{0} 的最大值", "the greatest {0}", "{0}的最大值"),
    "count": ("number of {0}", "{0}的个数", "the number of {0}", "{0}的个数"),
    "distinct": (
        "number of different {0}", "不同{0}的个数",
        "the number of different values of {0}", "不同{0}的个数",
    ),
    "any": ("any: {0}", "任一：{0}", "whether any has: {0}", "是否有任何一个满足“{0}”"),
    "every": ("every: {0}", "全部：{0}", "whether all have: {0}", "是否全部满足“{0}”"),
}  # fmt: skip


@dataclass(frozen=True)
class _Style:
    lang: Lang
    name: Callable[[tree.Node], str]
    spoken: bool = False
    bare: bool = False

    def pick(self, pair: tuple[str, str]) -> str:
        return pair[1] if self.lang == "zh" else pair[0]


def to_math(node: tree.Node, lang: Lang = "en") -> str:
    """Write a formula as mathematics with the names of the methodology.

    Args:
        node: a typed expression; choices are already decided in it.
        lang: language of the few words that no sign exists for.

    Example:
        >>> from mrv.language.tree import Apply, ColumnOf
        >>> from mrv.language.types import Type
        >>> from mrv.messages import Place
        >>> x, y = (ColumnOf("t", n, Type("quantity"), Place()) for n in "xy")
        >>> to_math(Apply("div", (x, Apply("add", (x, y), x.type, Place())), x.type, Place()))
        'x ÷ (x + y)'
    """
    return _write(node, _Style(lang, plain_name))[0]


def to_words(node: tree.Node, lang: Lang, methodology: Methodology | None = None) -> str:
    """Write a formula as a sentence.

    Args:
        node: a typed expression.
        lang: ``zh`` or ``en``.
        methodology: gives the labels of formulas and columns; names are used without it.
    """

    def name(part: tree.Node) -> str:
        return label_of(part, lang, methodology) if methodology else plain_name(part)

    return _write(node, _Style(lang, name, spoken=True))[0]


def write_values(node: tree.Node, lang: Lang) -> str:
    """Write an expression whose operands are texts already (``10 t``), for substitution."""
    return _write(node, _Style(lang, plain_name, bare=True))[0]


def plain_name(node: tree.Node) -> str:
    """Return the name of an operand."""
    match node:
        case tree.Number():
            return node.name or ""
        case tree.ColumnOf():
            return node.column
        case tree.KeyOf():
            return node.key
        case tree.FormulaOf():
            return node.name
        case tree.FactorOf():
            return node.name
        case tree.OutcomeOf():
            return f"{node.table}.{node.outcome}"
        case tree.PeriodLength():
            return f"period.{node.part}"
    return ""


def label_of(node: tree.Node, lang: Lang, methodology: Methodology) -> str:
    """Return the label of an operand, else its name."""
    label = None
    if isinstance(node, tree.FormulaOf) and node.name in methodology.formulas:
        label = methodology.formulas[node.name].declared.label
    elif isinstance(node, tree.ColumnOf):
        column = methodology.inputs[node.table].column(node.column)
        label = column.label if column else None
    return label.in_(lang) if label else plain_name(node)


def number_text(value: Fraction, unit: Unit | None, lang: Lang) -> str:
    """Write an exact number with its unit; no unit for plain numbers."""
    written = exact_text(value)
    if "/" in written or len(written) > 14:  # noqa: PLR2004 - 44/12 is easier to read as 3.666…
        written = written if "/" in written and len(written) < 10 else short(float(value))  # noqa: PLR2004
    return f"{written} {describe(unit, lang)}" if unit is not None and unit != ONE else written


def _write(node: tree.Node, style: _Style) -> tuple[str, int]:
    """Return the text of an expression and how tightly it binds."""
    zh = style.lang == "zh"
    match node:
        case tree.Number():
            return (node.name or number_text(node.value, node.type.unit, style.lang)), _ATOM
        case tree.Word():
            if not style.bare:
                return f"“{node.value}”" if zh else f'"{node.value}"', _ATOM
            return node.value, (7 if node.value.startswith("-") else _ATOM)
        case tree.Truth():
            return {True: "是" if zh else "yes", False: "否" if zh else "no"}[node.value], _ATOM
        case tree.Nothing():
            return ("缺失" if zh else "missing"), _ATOM
        case tree.Scaled() | tree.Brought():
            return _write(node.inner, style)
        case tree.LeftOut():
            inner = _write(node.inner, style)[0]
            return (f"0（按选项不计 {inner}）" if zh else f"0 (left out by choice: {inner})"), _ATOM
        case tree.FormulaOf() if node.earlier:
            name = style.name(node)
            before = ("上期" * node.earlier + f"的 {name}") if zh else f"previous({name})"
            return before, _ATOM
        case tree.Apply():
            return _apply(node, style)
        case tree.Aggregated():
            return _aggregated(node, style)
        case tree.Neighbour():
            args = ", ".join(_write(arg, style)[0] for arg in node.args)
            within = ", ".join(_write(arg, style)[0] for arg in node.within)
            inside = (f"；同一 {within}" if zh else f"; same {within}") if within else ""
            verb = {"overlaps": ("overlaps", "时段重叠"), "repeated": ("repeated", "重复出现")}
            inside += _neighbour(node, style)
            return f"{style.pick(verb[node.function])}({args}{inside})", _ATOM
        case tree.Interpolated():
            args = ", ".join(_write(arg, style)[0] for arg in node.args)
            return f"{node.curve}({args})", _ATOM
        case tree.TracedAt():
            args = ", ".join(_write(arg, style)[0] for arg in (*node.by, node.at))
            return f"{node.curve}({args})", _ATOM
        case _:
            return style.name(node), _ATOM


def _neighbour(node: tree.Neighbour, style: _Style) -> str:
    """Write which rows take part, and whether the first of them is spared."""
    zh, written = style.lang == "zh", ""
    if node.where is not None:
        where = _write(node.where, style)[0]
        written += f"；只计 {where}" if zh else f"; where {where}"
    if node.order:
        written += "；最先的除外" if zh else "; but for the first"
    if node.across:
        written += "；跨单位" if zh else "; across organisations"
    return written


def _apply(node: tree.Apply, style: _Style) -> tuple[str, int]:
    level = _LEVEL.get(node.op, _ATOM)
    if node.op == "keep":
        return _write(node.args[0], style)
    if node.op == "in":
        left = _inside(node.args[0], level + 1, style)
        words = ", ".join(_write(arg, style)[0] for arg in node.args[1:])
        return f"{left} ∈ {{{words}}}", level
    if node.op == "quantise":
        inner = _write(node.args[0], style)[0]
        step = node.args[1]
        by = exact_text(1 / step.value) if isinstance(step, tree.Number) else "?"
        return style.pick((f"round({inner}, to {by})", f"取整({inner}，步长 {by})")), _ATOM
    if node.op in _INFIX:
        pair = _SPOKEN.get(node.op, _INFIX[node.op]) if style.spoken else _INFIX[node.op]
        left = _inside(node.args[0], level, style)
        right = _inside(node.args[1], level + (node.op not in {"and", "or", "add", "mul"}), style)
        return f"{left}{style.pick(pair)}{right}", level
    inner_level = level + 1 if node.op in _LEVEL else 0
    parts = [_inside(arg, inner_level, style) for arg in node.args]
    pattern = style.pick(_CALLS[node.op]).replace(
        "{*}", ("，" if style.lang == "zh" else ", ").join(parts)
    )
    written = pattern
    for index, part in enumerate(parts):
        written = written.replace(f"{{{index}}}", part)
    return (f"({written})" if node.op in {"capped", "floored"} else written), level


def _inside(node: tree.Node, level: int, style: _Style) -> str:
    written, own = _write(node, style)
    return f"({written})" if own < level else written


def _aggregated(node: tree.Aggregated, style: _Style) -> tuple[str, int]:
    zh = style.lang == "zh"
    if node.value is None:
        what = f"{node.source.table} 的行" if zh else f"rows of {node.source.table}"
    else:
        what = _inside(node.value, 7, style)
    if style.spoken and not zh:
        what += f" over {node.source.describe('en')}" if node.value is not None else ""
    if style.spoken and zh and node.value is not None:
        what = f"{node.source.describe('zh')}的{what}"
    if node.where is not None:
        where = _write(node.where, style)[0]
        what += f"（只计 {where}）" if zh else f" where {where}"
    patterns = _MANY[node.function]
    return patterns[(2 if style.spoken else 0) + zh].format(what), 6
