"""The terms of a sum, and what they come to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.frames import identity
from mrv.language.tree import Apply, LeftOut, Number, Scaled, children

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    import pandas as pd

    from mrv.language.tree import Node

ADDITIVE = ("add", "sub", "neg")
WORKED = (*ADDITIVE, "mul", "div")
"""Operators that are worked out here, in the order of their terms."""


def terms_of(node: Node, sign: int = 1) -> Iterator[tuple[int, Node]]:
    """Yield the terms of a sum with their signs; a term that a choice leaves out is none."""
    if isinstance(node, LeftOut):
        return
    if not isinstance(node, Apply) or node.op not in ADDITIVE:
        yield sign, node
        return
    yield from terms_of(node.args[0], -sign if node.op == "neg" else sign)
    if len(node.args) > 1:
        yield from terms_of(node.args[1], -sign if node.op == "sub" else sign)


def worked_out(node: Node, table: pd.DataFrame, names: Mapping[Hashable, str]) -> pd.Series | float:
    """Return the value of a term in each row, in its own unit."""
    if isinstance(node, LeftOut):
        return 0.0
    if isinstance(node, Number):
        return float(node.value)
    if isinstance(node, Scaled):
        return worked_out(node.inner, table, names) * float(node.ratio)
    if identity(node) in names:
        return table[names[identity(node)]].astype(float)
    parts = [worked_out(part, table, names) for part in children(node)]
    match node.op if isinstance(node, Apply) else "":
        case "add":
            return parts[0] + parts[1]
        case "sub":
            return parts[0] - parts[1]
        case "neg":
            return -parts[0]
        case "mul":
            return parts[0] * parts[1]
        case _:
            return parts[0] / parts[1]
