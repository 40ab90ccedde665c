"""Comparisons: of quantities, words of a vocabulary, calendar values and choices."""

from __future__ import annotations

import ast
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from mrv.language.expression import dotted
from mrv.language.fit import in_unit, meet_there, read_all, same_kind, same_unit
from mrv.language.tree import Apply, Number, Truth, Word
from mrv.language.types import Type
from mrv.language.world import need_there
from mrv.messages import did_you_mean, refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context

_OPERATORS = {
    ast.Eq: "eq", ast.NotEq: "ne", ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge",
}  # fmt: skip
_COMPARING = text("比较", "comparison")


def comparison(node: ast.Compare, context: Context) -> Node:
    """Read one comparison; comparisons of choices are known at load.

    Raises:
        Refused: ``unit.incompatible``, ``word.*``, ``type.*``, ``calendar.literal``,
            ``missing.unresolved``, ``grain.do-not-meet``.
    """
    place = context.place(node)
    if len(node.ops) != 1:
        refuse(
            "expression.not-allowed",
            text("比较不能连写", "comparisons cannot be chained"),
            place,
            hint=text("写作 a <= x and x <= b。", "Write a <= x and x <= b."),
        )
    choice = dotted(node.left)
    if choice is not None and choice.startswith("choice."):
        return _chosen(choice.removeprefix("choice."), node, context)
    if isinstance(node.ops[0], ast.In | ast.NotIn):
        return _membership(node, context)
    op = _OPERATORS[type(node.ops[0])]
    pair = read_all([node.left, node.comparators[0]], context)
    pair = [_calendar(part, other) for part, other in zip(pair, reversed(pair), strict=True)]
    same_kind(pair, _COMPARING)
    (left, right), grain = meet_there(pair, context, place, _COMPARING)
    kind = left.type.kind
    if kind == "quantity":
        (left, right), _ = same_unit([left, right], _COMPARING)
    elif kind in {"text", "yes-no"} and op not in {"eq", "ne"}:
        refuse(
            "type.order",
            text("文本和是否值没有大小", "texts and yes-no values have no order"),
            place,
            hint=text("只能用 == 和 !=。", "Use == or !=."),
        )
    elif kind == "text":
        _vocabularies_meet(left, right)
    return Apply(op, (left, right), Type("yes-no", grain=grain), place)


def _vocabularies_meet(left: Node, right: Node) -> None:
    """Check literal words against the other side's vocabulary."""
    for literal, other in ((left, right), (right, left)):
        if isinstance(literal, Word):
            known_word(literal.value, other.type.words, literal)


def _calendar(part: Node, other: Node) -> Node:
    """Let a literal year, month or day stand beside a calendar value.

    Raises:
        Refused: ``calendar.literal`` for a text that is no month or day.
    """
    kind = other.type.kind
    literal = isinstance(part, Number) and part.name is None
    if kind == "year" and isinstance(part, Number) and literal and part.value.denominator == 1:
        return replace(part, type=Type("year"))
    if kind in {"month", "day"} and isinstance(part, Word):
        try:
            date.fromisoformat(part.value if kind == "day" else f"{part.value}-01")
        except ValueError:
            shown = "2025-03-31" if kind == "day" else "2025-03"
            refuse(
                "calendar.literal",
                text(
                    f"“{part.value}”不是{'日期' if kind == 'day' else '月份'}",
                    f'"{part.value}" is not a {kind}',
                ),
                part.place,
                hint=text(f'写作 "{shown}"。', f'Write "{shown}".'),
            )
        return replace(part, type=Type(kind))
    return part


def _chosen(name: str, node: ast.Compare, context: Context) -> Node:
    """A comparison of a choice is known at load."""
    place = context.place(node)
    made = context.scope.choices.get(name)
    if made is None:
        refuse(
            "name.unknown",
            text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"'),
            place,
            hint=did_you_mean(name, context.scope.choices),
        )
    context.world.used.add(f"choice.{context.scope.prefix}{name}")
    right = node.comparators[0]
    listed = right.elts if isinstance(right, ast.List | ast.Tuple) else [right]
    words = [
        item.value
        for item in listed
        if isinstance(item, ast.Constant) and isinstance(item.value, str)
    ]
    for item in listed:
        if isinstance(item, ast.Constant) and isinstance(item.value, str):
            word = Word(item.value, Type("text"), context.place(item))
            known_word(word.value, frozenset(made.declared.of), word)
    equal = isinstance(node.ops[0], ast.Eq | ast.In)
    if len(words) != len(listed) or not isinstance(
        node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn
    ):
        refuse(
            "choice.compared-only",
            text("选项只能与它的取值比较", "a choice can only be compared with its values"),
            place,
            hint=text(
                f'写作 choice.{name} == "{made.declared.of[0]}"。',
                f'Write choice.{name} == "{made.declared.of[0]}".',
            ),
        )
    return Truth((made.value in words) == equal, Type("yes-no"), place)


def _membership(node: ast.Compare, context: Context) -> Node:
    left = need_there(context.read(node.left), context, "in")
    listed = node.comparators[0]
    place = context.place(node)
    if not isinstance(listed, ast.List | ast.Tuple) or not listed.elts:
        refuse(
            "type.list",
            text("in 之后应是列表", "a list must follow `in`"),
            place,
            hint=text('写作 x in ["a", "b"]。', 'Write x in ["a", "b"].'),
        )
    words: list[Node] = [_calendar(item, left) for item in read_all(listed.elts, context)]
    for word in words:
        same_kind([left, word], "in")
        if isinstance(word, Word) and left.type.kind == "text":
            known_word(word.value, left.type.words, word)
        if not isinstance(word, Word | Number):
            refuse(
                "type.list",
                text("列表里只能是字面值", "the list may hold literals only"),
                word.place,
                hint=text("其他情况写作 x == a or x == b。", "Else write x == a or x == b."),
            )
    if left.type.kind == "quantity":
        words = [in_unit(word, left.type.unit or ONE, "in") for word in words]
    found = Apply("in", (left, *words), Type("yes-no", grain=left.type.grain), place)
    if isinstance(node.ops[0], ast.NotIn):
        return Apply("not", (found,), found.type, place)
    return found


def known_word(word: str, words: frozenset[str] | None, node: Node) -> None:
    """Refuse a literal that the vocabulary does not have, so that a misspelt word is found at load.

    Raises:
        Refused: ``word.unknown`` or, where there is no vocabulary, ``word.open``.
    """
    if words is None:
        refuse(
            "word.open",
            text(
                "文本只能与声明过词表的列比较",
                "a text can only be compared with a declared vocabulary",
            ),
            node.place,
            why=text("否则写错的词不会被发现。", "Otherwise a misspelt word would never be found."),
            hint=text("给该列声明 one_of: [...]。", "Declare one_of: [...] for the column."),
        )
    if word not in words:
        refuse(
            "word.unknown",
            text(f"词表中没有“{word}”", f'"{word}" is not a word of the vocabulary'),
            node.place,
            hint=did_you_mean(word, words),
        )
