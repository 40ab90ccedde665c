"""The block ``forensics``: patterns that are looked for in tables of data after a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import mapping, scalars, written
from mrv.language.model_steps import Forensics
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.inputs import Input
    from mrv.language.model import Document
    from mrv.language.nodes import MapNode
    from mrv.language.world import World
    from mrv.language.written import Written

_MONTHLY = frozenset({"copied-months", "jumps"})
_DATED = frozenset({"month", "day", "instant"})


def read_forensics(root: MapNode) -> tuple[Forensics, ...]:
    """Read the block ``forensics``."""
    node = mapping(root, "forensics")
    return tuple(
        Forensics(written(table), tuple(written(item) for item in scalars(patterns)))
        for table, patterns in (node.entries if node else ())
    )


def check_forensics(document: Document, world: World) -> list[Diagnostic]:
    """Find tables that are none, and patterns that a table can never show."""
    findings: list[Diagnostic] = []
    for one in document.forensics:
        table = world.inputs.get(one.table.text)
        if table is None:
            if one.table.text not in world.broken:
                findings.append(_no_table(one.table, world))
            continue
        findings += [found for word in one.patterns if (found := _unfit(word, table))]
    return findings


def _no_table(table: Written, world: World) -> Diagnostic:
    return Diagnostic(
        "name.unknown",
        text(f"没有名为“{table.text}”的输入表", f'there is no input table "{table.text}"'),
        table.place,
        hint=did_you_mean(table.text, world.inputs),
    )


def _unfit(pattern: Written, table: Input) -> Diagnostic | None:
    """Say why a pattern cannot be looked for in a table."""
    if not any(column.kind == "quantity" for column in table.columns):
        lacks = text("没有数值列", "has no quantity")
    elif pattern.text in _MONTHLY and not any(c.kind in _DATED for c in table.columns):
        lacks = text("没有月份或日期列", "has no month or date")
    else:
        return None
    return Diagnostic(
        "forensics.unfit",
        text(
            f"表“{table.name}”{lacks.zh}，查不了 {pattern.text}",
            f'the table "{table.name}" {lacks.en}: {pattern.text} cannot be looked for',
        ),
        pattern.place,
        hint=text("删去这一项。", "Take it out."),
    )
