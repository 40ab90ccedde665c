"""Declarations of input tables, their columns, and the needs of modules."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast, get_args

from mrv.language.access import (
    bilingual,
    items,
    mapping,
    named,
    number,
    one_or_many,
    scalar,
    scalars,
    texts,
    written,
    written_at,
    yes,
)
from mrv.language.alternatives import read_alternatives
from mrv.language.model import ColumnType, DeclaredColumn, DeclaredInput, Need
from mrv.language.naming import check_name
from mrv.language.nodes import ListNode
from mrv.language.unknown_words import unknown_missing
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.model import Written
    from mrv.language.nodes import MapNode, ScalarNode

KINDS = ("unit", "type", "one_of", "in")
LIMITS = ("min", "max", "above", "below", "between", "whole")
_OUTER = ("organisation", "period")


def read_inputs(root: MapNode, found: list[Diagnostic]) -> tuple[DeclaredInput, ...]:
    """Read the block ``inputs``."""
    return tuple(_input(name, node, found) for name, node in named(root, "inputs"))


def _input(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> DeclaredInput:
    declared = mapping(node, "columns")
    for key, _ in declared.entries if declared else ():
        if key.text in _OUTER:
            found.append(_outer(key))
        else:
            check_name(key, found, functions=False)
    columns = tuple(_column(key, value, found) for key, value in named(node, "columns"))
    known = {column.name for column in columns}
    keys = items(node, "key") or ()
    seen: set[str] = set()
    for key in keys:
        if key.text not in known:
            what = text(
                f"主键列“{key.text}”没有在 columns 中声明",
                f'the key column "{key.text}" is not among the columns',
            )
            hint = did_you_mean(key.text, known)
            found.append(Diagnostic("name.unknown-column", what, key.place, hint=hint))
        elif key.text in seen:
            what = text(f"主键列“{key.text}”重复", f'the key column "{key.text}" is named twice')
            found.append(Diagnostic("name.duplicate", what, key.place))
        seen.add(key.text)
    for column in columns:
        if column.optional and column.name in seen:
            what = text(
                f"主键列“{column.name}”不能缺省",
                f'the key column "{column.name}" cannot be optional',
            )
            why = text("主键用来认出每一行。", "The key tells the rows apart.")
            found.append(Diagnostic("schema.key", what, column.place, why))
    return DeclaredInput(
        name=name.text,
        key=tuple(written(key) for key in keys),
        columns=columns,
        optional=yes(node, "optional"),
        label=bilingual(node, "label"),
        note=bilingual(node, "note"),
        place=name.place,
        at_least_one=read_alternatives(node, columns, found),
    )


def read_needs(root: MapNode, found: list[Diagnostic]) -> tuple[Need, ...]:
    """Read the block ``needs`` of a module."""
    needs = []
    tables = {name.text for name, node in named(root, "needs") if yes(node, "table")}
    for name, node in named(root, "needs"):
        is_table = yes(node, "table")
        each = written_at(node, "each")
        column = None
        if is_table:
            for key in ("each", *KINDS, *LIMITS, "optional"):
                if extra := node.key(key):
                    what = text(f"整张表的需求不写“{key}”", f'a need for a table takes no "{key}"')
                    found.append(Diagnostic("schema.one-of", what, extra.place))
        else:
            column = _column(name, node, found)
            if extra := node.key("refers_to"):
                what = text("refers_to 只用于整张表", "refers_to is for tables only")
                hint = text("列的引用写 in: 表名。", "A column refers by in: table.")
                found.append(Diagnostic("schema.one-of", what, extra.place, hint=hint))
        refers_to = one_or_many(node, "refers_to")
        found += [_no_table(name, tables) for name in refers_to if name.text not in tables]
        if each and each.text not in tables:
            found.append(_no_table(each, tables))
        needs.append(Need(name.text, is_table, each, column, name.place, refers_to))
    return tuple(needs)


def _no_table(named: Written, tables: set[str]) -> Diagnostic:
    what = text(f"没有名为“{named.text}”的表需求", f'no need named "{named.text}" is a table')
    return Diagnostic("name.unknown", what, named.place, hint=did_you_mean(named.text, tables))


def _column(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> DeclaredColumn:
    kind = _kind(name, node, found)
    words = items(node, "one_of")
    _repeated(words or (), found)
    if kind != "quantity":
        for key in LIMITS:
            if extra := node.key(key):
                what = text(f"“{key}”只用于有单位的列", f'"{key}" is only for columns with a unit')
                found.append(Diagnostic("schema.one-of", what, extra.place))
    between = _between(node, found)
    lowest = between[0] if between else scalar(node, "min")
    highest = between[1] if between else scalar(node, "max")
    above, below = scalar(node, "above"), scalar(node, "below")
    _ordered(above or lowest, below or highest, found, strict=bool(above or below))
    return DeclaredColumn(
        name=name.text,
        type=kind,
        place=name.place,
        unit=written_at(node, "unit"),
        words=tuple(word.text for word in words) if words is not None else None,
        refers_to=written_at(node, "in"),
        optional=yes(node, "optional"),
        lowest=lowest.text if lowest else None,
        highest=highest.text if highest else None,
        above=above.text if above else None,
        below=below.text if below else None,
        whole=yes(node, "whole"),
        label=bilingual(node, "label"),
        note=bilingual(node, "note"),
        secret=_secret(name, node, found),
        unknown_missing=unknown_missing(name, node, found),
    )


def _secret(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> bool:
    """Say whether a column is secret; only a key can be."""
    said = node.key("secret")
    if said is None or not yes(node, "secret"):
        return False
    kind = scalar(node, "type")
    if kind is not None and kind.text == "key":
        return True
    what = text(
        f"“{name.text}”不是 type: key 的列，不能写 secret",
        f'"{name.text}" is no column of type: key, so it cannot be secret',
    )
    hint = (
        text(
            "在被引用的表中把主键声明为 secret，引用它的列自动保密。",
            "Declare the key of the table referred to secret; references to it are so by "
            "themselves.",
        )
        if node.key("in")
        else text("只有主键一类的标识需要保密。", "Only keys that name persons can be secret.")
    )
    found.append(Diagnostic("secret.kind", what, said.place, hint=hint))
    return False


def _kind(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> ColumnType:
    """Say what a column holds; exactly one of the four keys decides it."""
    present = [key for key in KINDS if node.key(key)]
    if len(present) != 1:
        said = "、".join(present), ", ".join(present)
        what = (
            text(
                f"“{name.text}”同时写了 {said[0]}，只能写其中一个",
                f'"{name.text}" gives {said[1]}: only one of them can hold',
            )
            if present
            else text(
                f"“{name.text}”没有说明内容",
                f'"{name.text}" does not say what it holds',
            )
        )
        hint = text(
            "四者择一：unit（带单位的量）、type（key、month、day、year、instant、yes-no）、"
            "one_of（固定词表）、in（引用）。",
            "Give exactly one of unit (a quantity), type (key, month, day, year, instant, yes-no), "
            "one_of (fixed words), in (a reference).",
        )
        found.append(Diagnostic("schema.one-of", what, name.place, hint=hint))
    if "type" in present:
        kind = scalar(node, "type")
        if kind and kind.text in get_args(ColumnType):
            return cast("ColumnType", kind.text)
        return "key"
    if "one_of" in present:
        return "word"
    return "ref" if "in" in present else "quantity"


def _between(node: MapNode, found: list[Diagnostic]) -> tuple[ScalarNode, ScalarNode] | None:
    """Read ``between: [lowest, highest]``, which excludes the other limits."""
    pair = node.get("between")
    ends = scalars(pair)
    if not isinstance(pair, ListNode) or len(ends) != 2:  # noqa: PLR2004
        return None
    for key in ("min", "max", "above", "below"):
        if extra := node.key(key):
            what = text(f"已有 between，不能再写“{key}”", f'"{key}" cannot stand beside "between"')
            found.append(Diagnostic("schema.one-of", what, extra.place))
    return ends[0], ends[1]


def _ordered(
    low: ScalarNode | None, high: ScalarNode | None, found: list[Diagnostic], *, strict: bool
) -> None:
    """Check that the limits leave room for a value."""
    lowest, highest = number(low), number(high)
    if low is None or high is None or lowest is None or highest is None:
        return
    if lowest > highest or (strict and lowest == highest):
        what = text(
            f"下限 {low.text} 不小于上限 {high.text}，没有值能满足",
            f"no value lies between {low.text} and {high.text}",
        )
        found.append(Diagnostic("schema.range", what, high.place))


def _repeated(words: tuple[ScalarNode, ...], found: list[Diagnostic]) -> None:
    seen: set[str] = set()
    for word in words:
        if word.text in seen:
            what = text(f"词“{word.text}”重复", f'the word "{word.text}" is listed twice')
            found.append(Diagnostic("name.duplicate", what, word.place))
        seen.add(word.text)


def _outer(key: ScalarNode) -> Diagnostic:
    return Diagnostic(
        "name.reserved",
        text(f"不用声明列“{key.text}”", f'the column "{key.text}" is not declared'),
        key.place,
        why=text(
            "organisation 和 period 是所有表的外层主键，任何表都可直接带上。",
            "organisation and period are outer keys of every table, which may always carry them.",
        ),
        hint=text("删去这一列。", "Remove it."),
    )


def vocabulary(node: MapNode, key: str, found: list[Diagnostic]) -> tuple[str, ...]:
    """Read a list of words that differ."""
    _repeated(items(node, key) or (), found)
    return texts(node, key)
