"""A module checked by itself: its needs become columns of made-up tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.model import DeclaredColumn, DeclaredInput, Written
from mrv.language.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.language.model import Document

ROW = "#row"
"""Key of a made-up table; no author can write this name."""


def standing_alone(document: Document) -> Scope | None:
    """Return the scope of a module that no host uses; None for a methodology.

    Its prefix is the last part of its name, so that its formulas read as they will in a host.
    """
    if document.kind != "module":
        return None
    tables = {need.name: need.name for need in document.needs if need.table}
    return Scope(f"{document.name.rpartition('/')[2]}.", document, {}, tables)


def needed_tables(document: Document) -> Sequence[DeclaredInput]:
    """Return the input tables of a methodology, or those that a module's needs make up."""
    if document.kind != "module":
        return document.inputs
    return [
        DeclaredInput(
            need.name,
            (Written(ROW, need.place),),
            (
                DeclaredColumn(ROW, "key", need.place),
                *(
                    DeclaredColumn(f"#{target.text}", "ref", target.place, refers_to=target)
                    for target in need.refers_to
                ),
                *(
                    other.column
                    for other in document.needs
                    if other.column is not None and other.each and other.each.text == need.name
                ),
            ),
            optional=False, label=None, note=None, place=need.place,
        )
        for need in document.needs
        if need.table
    ]  # fmt: skip
