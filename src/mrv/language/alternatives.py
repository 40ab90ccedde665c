"""Columns of which every row must give at least one: ``at_least_one: [[metered, rob_end]]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import written
from mrv.language.nodes import ListNode, ScalarNode
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.language.model import DeclaredColumn, Written
    from mrv.language.nodes import MapNode

Alternatives = tuple[tuple["Written", ...], ...]


def read_alternatives(
    node: MapNode, columns: Sequence[DeclaredColumn], found: list[Diagnostic]
) -> tuple[Alternatives, ...]:
    """Read the sets of alternatives of an input table.

    Args:
        node: the table.
        columns: its columns, which the alternatives name.
        found: what is wrong is added here: unknown columns, columns that are always there.
    """
    sets = node.get("at_least_one")
    read = [
        tuple(_together(item) for item in group.items)
        for group in (sets.items if isinstance(sets, ListNode) else ())
        if isinstance(group, ListNode)
    ]
    known = {column.name: column for column in columns}
    for alternatives in read:
        seen: set[tuple[str, ...]] = set()
        for names in alternatives:
            found += [finding for name in names if (finding := _amiss(name, known)) is not None]
            same = tuple(sorted(name.text for name in names))
            if same in seen:
                shown = ", ".join(same)
                what = text(f"“{shown}”列出了两次", f'"{shown}" is listed twice')
                found.append(Diagnostic("name.duplicate", what, names[0].place))
            seen.add(same)
    return tuple(read)


def _together(node: object) -> tuple[Written, ...]:
    """Read one alternative: a column, or a list of columns that belong together."""
    if isinstance(node, ScalarNode):
        return (written(node),)
    items = node.items if isinstance(node, ListNode) else ()
    return tuple(written(item) for item in items if isinstance(item, ScalarNode))


def _amiss(name: Written, known: dict[str, DeclaredColumn]) -> Diagnostic | None:
    column = known.get(name.text)
    if column is None:
        what = text(
            f"at_least_one 中的列“{name.text}”没有在 columns 中声明",
            f'the column "{name.text}" of at_least_one is not among the columns',
        )
        hint = did_you_mean(name.text, known)
        return Diagnostic("name.unknown-column", what, name.place, hint=hint)
    if column.optional:
        return None
    return Diagnostic(
        "missing.needless",
        text(
            f"“{name.text}”是必填列，at_least_one 因此总能满足",
            f'"{name.text}" must be filled in anyway, so at_least_one always holds',
        ),
        name.place,
        hint=text(
            "把该列声明为 optional: true，或从 at_least_one 中去掉。",
            "Declare the column optional: true, or take it out of at_least_one.",
        ),
    )
