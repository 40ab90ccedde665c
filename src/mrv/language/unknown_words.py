"""What becomes of a reference that names no row: ``unknown: missing`` beside ``in: place``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import scalar, yes
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.nodes import MapNode, ScalarNode


def unknown_missing(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> bool:
    """Say whether cells of a column that name no row of the table referred to count as missing.

    Args:
        name: the column.
        node: its declaration.
        found: takes ``reference.unknown`` unless the column is an optional reference to a table.
    """
    said = node.key("unknown")
    if said is None:
        return False
    target = scalar(node, "in")
    if target is None or target.text.startswith("factors."):
        what = text(
            f"“{name.text}”不引用输入表，不能写 unknown",
            f'"{name.text}" refers to no input table, so it takes no "unknown"',
        )
        hint = text(
            "unknown: missing 只用于 in: 表名 的列。", 'Only columns with "in: TABLE" take it.'
        )
        found.append(Diagnostic("reference.unknown", what, said.place, hint=hint))
        return False
    if not yes(node, "optional"):
        what = text(
            f"“{name.text}”必须有值，不能把表中没有的词读作缺失",
            f'"{name.text}" must be given: unknown words cannot be read as missing',
        )
        hint = text("加上 optional: true。", "Add optional: true.")
        found.append(Diagnostic("reference.unknown", what, said.place, hint=hint))
        return False
    return True
