"""The block ``properties``: which free property tests apply, and to which columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.model import Document, Written
    from mrv.language.world import World

KNOWN = ("extensive", "monotone", "order", "split", "units")
"""Property tests that come with a methodology and that an author may switch off."""


def check_properties(document: Document, world: World) -> list[Diagnostic]:
    """Find unknown property tests, and columns that are no quantities of an input table."""
    declared = document.properties
    findings = [
        Diagnostic(
            "property.unknown",
            text(f"没有名为“{name}”的性质检验", f'there is no property test "{name}"'),
            document.place,
            hint=did_you_mean(name, KNOWN),
        )
        for name, _ in declared.off
        if name not in KNOWN
    ]
    quantities = [
        f"{table.name}.{column.name}"
        for table in world.inputs.values()
        for column in table.columns
        if column.kind == "quantity"
    ]
    seen: set[tuple[str, str]] = set()
    for block, columns in (("monotone", declared.monotone), ("extensive", declared.extensive)):
        for column in columns:
            if column.text not in world.broken:
                findings += _column(column, quantities, twice=(block, column.text) in seen)
            seen.add((block, column.text))
    return findings


def _column(column: Written, quantities: list[str], *, twice: bool) -> list[Diagnostic]:
    if column.text not in quantities:
        what = text(
            f"“{column.text}”不是输入表中的数值列",
            f'"{column.text}" is no quantity of an input table',
        )
        hint = did_you_mean(column.text, quantities)
        return [Diagnostic("name.unknown", what, column.place, hint=hint)]
    if twice:
        what = text(f"“{column.text}”列了两次", f'"{column.text}" is listed twice')
        return [Diagnostic("name.duplicate", what, column.place)]
    return []
