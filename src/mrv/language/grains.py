"""Grains: which value may be used where, and by which keys it comes down.

A coarser value comes down by its keys; only an aggregation goes up; two grains of which neither
contains the other do not meet.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mrv.language.leaf import column_node, key_node, local_of
from mrv.language.tree import (
    Apply,
    Brought,
    FactorOf,
    Nothing,
    Number,
    PeriodLength,
    Scaled,
    Truth,
    Word,
    walk,
)
from mrv.language.types import REPORT, Grain
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.language.inputs import Input
    from mrv.language.tree import Node
    from mrv.messages import Place

_FREE = (Number, Word, Truth, Nothing, PeriodLength, Apply, Scaled)


@dataclass(frozen=True)
class Path:
    """How a coarser value comes down: key expressions there, key columns here.

    Attributes:
        on: pairs of an expression at the finer grain and a key column of the coarser one.
        certain: whether a coarser row exists for every finer one.
    """

    on: tuple[tuple[Node, str], ...]
    certain: bool = True


def path(coarse: Grain, fine: Grain, inputs: Mapping[str, Input], place: Place) -> Path | None:
    """Find how a value of ``coarse`` is used at ``fine``; None if it cannot be.

    Raises:
        Refused: ``grain.ambiguous`` where two references lead to the same table.
    """
    if coarse == fine or coarse.is_report:
        return Path(())
    if fine.is_report:
        return None
    if coarse.is_row:
        return _to_rows(inputs[coarse.table or ""], fine, inputs, place)
    return _to_group(coarse, fine, inputs, place)


def bring(node: Node, fine: Grain, inputs: Mapping[str, Input]) -> Node | None:
    """Return the node as a value at ``fine``, or None if it cannot come down there."""
    if node.type.grain == fine:
        return node
    if _is_free(node):
        return replace(node, type=node.type.at(fine))
    found = path(node.type.grain, fine, inputs, node.place)
    if found is None:
        return None
    kind = node.type.at(fine).perhaps(missing=not found.certain)
    return Brought(node, found.on, kind, node.place)


def finest(
    nodes: Sequence[Node], inputs: Mapping[str, Input], at: Grain | None, place: Place
) -> Grain:
    """Return the grain at which all nodes can be used together.

    Args:
        nodes: the values that meet.
        inputs: input tables by name.
        at: the grain of the formula they stand in, tried where their own do not meet.
        place: where they meet.

    Raises:
        Refused: ``grain.do-not-meet``.
    """
    grains = list(dict.fromkeys(node.type.grain for node in nodes if not _is_free(node)))
    if not grains:
        return REPORT
    for candidate in [*grains, *([at] if at else [])]:
        if all(path(grain, candidate, inputs, place) is not None for grain in grains):
            return candidate
    first, second = _strangers(grains, inputs, place)
    return refuse(
        "grain.do-not-meet",
        text(
            f"“{first.describe('zh')}”与“{second.describe('zh')}”两种粒度互不包含，不能一起运算",
            f"a value for {first.describe()} and one for {second.describe()} do not meet: "
            "neither contains the other",
        ),
        place,
        why=text("没有键能说明哪一行对应哪一行。", "No key says which row belongs to which."),
        hint=text(
            "先把较细的一方聚合（sum、mean…）到共同的键，或在表中声明引用列。",
            "Aggregate the finer one (sum, mean …) to the common keys first, "
            "or declare a reference column in one of the tables.",
        ),
    )


def _is_free(node: Node) -> bool:
    """Whether a node is the same at every grain: built of constants only."""
    return all(
        isinstance(part, _FREE) or (isinstance(part, FactorOf) and not part.on)
        for part in walk(node)
    )


def _strangers(
    grains: Sequence[Grain], inputs: Mapping[str, Input], place: Place
) -> tuple[Grain, Grain]:
    """Return two grains that cannot meet, for the message."""
    for one in grains:
        for other in grains:
            if path(one, other, inputs, place) is None and path(other, one, inputs, place) is None:
                return one, other
    return grains[0], grains[-1]


def _locals(
    fine: Grain, inputs: Mapping[str, Input], place: Place
) -> list[tuple[Node, str, str | None]]:
    """List what a finer row knows of keys: (expression, name, table it refers to)."""
    table = inputs[fine.table or ""]
    if fine.keys is not None:
        return [(key_node(key, fine, inputs, place), key.name, key.refers_to) for key in fine.keys]
    return [
        (column_node(table.name, column, place), column.name, column.refers_to)
        for column in table.columns
    ]


def _to_rows(coarse: Input, fine: Grain, inputs: Mapping[str, Input], place: Place) -> Path | None:
    """From rows of an input to a finer grain: by a reference, or by all of its keys."""
    known = _locals(fine, inputs, place)
    direct = [(node, name) for node, name, refers in known if refers == coarse.name]
    if len(direct) > 1:
        names = ", ".join(name for _, name in direct)
        refuse(
            "grain.ambiguous",
            text(
                f"{fine.table} 有多列引用 {coarse.name}（{names}），不知道用哪一列",
                f"{fine.table} refers to {coarse.name} in several columns ({names})",
            ),
            place,
            hint=text(
                f"写明经由哪一列，如 {direct[0][1]}.列名。",
                f"Say through which, such as {direct[0][1]}.column.",
            ),
        )
    if direct:
        node = direct[0][0]
        return Path(((node, coarse.key[0]),), certain=not node.type.missing)
    by_name = {name: node for node, name, _ in known if not node.type.missing}
    if fine.table != coarse.name and all(
        _same_key(coarse, key, fine, inputs) for key in coarse.key
    ):
        return Path(tuple((by_name[key], key) for key in coarse.key), certain=False)
    return _two_hops(coarse, known, fine, inputs, place)


def _same_key(coarse: Input, key: str, fine: Grain, inputs: Mapping[str, Input]) -> bool:
    """Whether the finer grain has the same key: same name, kind and reference."""
    mine = coarse.column(key)
    if mine is None or fine.table is None:
        return False
    if fine.keys is not None and all(other.name != key for other in fine.keys):
        return False
    its = inputs[fine.table].column(key)
    if (
        its is None
        or its.optional
        or its.kind == "quantity"
        or (its.refers_to is None and its.kind == "text" and not its.words and not its.vocabulary)
    ):
        return False
    return (its.kind, its.refers_to, its.vocabulary) == (mine.kind, mine.refers_to, mine.vocabulary)


def _two_hops(
    coarse: Input,
    known: list[tuple[Node, str, str | None]],
    fine: Grain,
    inputs: Mapping[str, Input],
    place: Place,
) -> Path | None:
    """Through a table in between: fuel_use refers to voyage, voyage refers to ship."""
    for node, _, between in known:
        if between is None or between in {coarse.name, fine.table}:
            continue
        further = path(Grain(coarse.name), Grain(between), inputs, place)
        if further is None or len(further.on) != 1:
            continue
        inner, column = further.on[0]
        hop = ((node, inputs[between].key[0]),)
        missing = node.type.missing or inner.type.missing
        local = Brought(inner, hop, inner.type.at(fine).perhaps(missing=missing), place)
        return Path(((local, column),), certain=further.certain and not missing)
    return None


def _to_group(coarse: Grain, fine: Grain, inputs: Mapping[str, Input], place: Place) -> Path | None:
    """From groups to a finer grain: every key of the group must be known there."""
    on: list[tuple[Node, str]] = []
    for key in coarse.keys or ():
        local = local_of(key, coarse, fine, inputs, place)
        if local is None:
            return None
        on.append((local, key.name))
    missing = any(node.type.missing for node, _ in on)
    return Path(tuple(on), certain=fine.table == coarse.table and not missing)
