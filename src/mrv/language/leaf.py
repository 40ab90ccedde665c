"""Columns and keys as typed expressions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.tree import Apply, ColumnOf, FormulaOf, KeyOf
from mrv.language.types import Grain, Type

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.inputs import Column, Input
    from mrv.language.tree import Node
    from mrv.language.types import Key
    from mrv.messages import Place


def column_node(table: str, column: Column, place: Place) -> ColumnOf:
    """Return the expression for a column of an input, with its type."""
    words = None if column.words is None else frozenset(column.words)
    kind = Type(column.kind, column.unit, Grain(table), column.optional, words)
    return ColumnOf(table, column.name, kind, place)


def key_node(key: Key, grain: Grain, inputs: Mapping[str, Input], place: Place) -> KeyOf:
    """Return the expression for a key of a group, with its type; keys are never missing."""
    if key.formula is not None:
        return KeyOf(key.name, _given_by(key).at(grain), place)
    column = inputs[grain.table or ""].column(key.column)
    kind = key.part or (column.kind if column else "text")
    words = frozenset(column.words) if column and column.words else None
    unit = column.unit if column else None
    return KeyOf(key.name, Type(kind, unit, grain, words=words), place)


def _given_by(key: Key) -> Type:
    """Return the type of a formula that gives a key."""
    return Type("yes-no" if key.words is None else "text", words=key.words)


def local_of(
    key: Key, coarse: Grain, fine: Grain, inputs: Mapping[str, Input], place: Place
) -> Node | None:
    """Return the expression at the finer grain that equals a key of the group."""
    table = inputs[fine.table or ""]
    if fine.keys is not None:
        match = next((own for own in fine.keys if _same(own, key, coarse, fine)), None)
        return None if match is None else key_node(match, fine, inputs, place)
    if key.formula is not None:
        if fine.table != coarse.table:
            return None
        return FormulaOf(key.formula, _given_by(key).at(fine), place)
    if key.refers_to == fine.table and table.key:
        column = table.column(table.key[0])
        return None if column is None else column_node(table.name, column, place)
    column = table.column(key.column)
    theirs = inputs[coarse.table or ""].column(key.column)
    if (
        column is None
        or theirs is None
        or (column.kind, column.refers_to) != (theirs.kind, theirs.refers_to)
    ):
        return None
    if fine.table != coarse.table and not (
        column.refers_to or column.vocabulary or column.words or column.kind != "text"
    ):
        return None
    node = column_node(table.name, column, place)
    if key.part is None:
        return node
    return Apply(key.part, (node,), replace(node.type, kind=key.part, unit=None), place)


def _same(own: Key, key: Key, coarse: Grain, fine: Grain) -> bool:
    """Whether two group keys mean the same."""
    if own.part != key.part or own.formula != key.formula:
        return False
    if own.refers_to or key.refers_to:
        return own.refers_to == key.refers_to
    return own.column == key.column and (coarse.table == fine.table or own.name == key.name)
