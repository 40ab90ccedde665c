"""Findings about tables as a whole, and violations of rows turned into groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.activity.findings import Group
from mrv.activity.sentences import say
from mrv.activity.sql import col, select
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.activity.compare_rows import Keyed
    from mrv.activity.prepared import Prepared
    from mrv.activity.validate_sql import Judgement
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Input
    from mrv.language.period import Period

_SOME = 1_000


def nameless(prepared: Mapping[str, Prepared]) -> list[Group]:
    """Refuse tables without organisations where other tables name several."""
    what = text(
        "其他表有多个组织，本表却没有 organisation 列",
        "other tables name several organisations, and this one has no column `organisation`",
    )
    return [
        Group("organisation.missing", name, table.reading.raw.origin, what)
        for name, table in prepared.items()
        if table.organisation is None
    ]


def row_groups(
    workspace: Workspace,
    table: Prepared,
    result: Judgement,
    others: Mapping[str, Keyed],
    periods: Sequence[Period],
) -> list[Group]:
    """Put the violations of a table into words."""
    cells = {cell.column.name: cell for cell in table.judged_cells()}
    groups = []
    for violation in result.violations:
        constraint = violation.constraint
        cell = cells.get(constraint.column or "")
        if constraint.test == "refers" and cell is not None and not cell.column.secret:
            known = _some_keys(workspace, others[constraint.table or ""])
            cell = replace(cell, known=known)
        values = [value for _, value in violation.rows]
        said = say(constraint, cell, values, periods)
        heading = cell.heading if cell else constraint.heading
        name, origin = table.reading.declared.name, table.reading.raw.origin
        groups.append(
            Group(
                constraint.rule, name, origin, said.what, heading, violation.count,
                violation.rows, said.why, said.hint,
            )
        )  # fmt: skip
    return groups


def _some_keys(workspace: Workspace, other: Keyed) -> tuple[str, ...]:
    """Return keys of a table that is referred to, for the hint only."""
    rows = select([col(other.key)], other.rows).distinct().limit(_SOME)
    return tuple(str(key) for (key,) in workspace.run(rows).fetchall() if key is not None)


def without_rows(table: Prepared, result: Judgement) -> list[Group]:
    """Return the finding that a required table has headings and no rows."""
    declared = table.reading.declared
    if result.rows or declared.optional or table.reading.findings:
        return []
    what = text(
        f"必需的表“{declared.name}”没有数据行", f'the required table "{declared.name}" has no rows'
    )
    hint = text("请检查筛选条件和核算期。", "Check the filter and the accounting period.")
    return [Group("table.empty", declared.name, table.reading.raw.origin, what, hint=hint)]


def absent(declared: Input) -> list[Group]:
    """Return the finding that a required table was not given."""
    if declared.optional:
        return []
    label = f"（{declared.label.zh}）" if declared.label else ""
    label_en = f" ({declared.label.en})" if declared.label else ""
    what = text(
        f"缺少表“{declared.name}”{label}", f'the table "{declared.name}"{label_en} is missing'
    )
    hint = text(
        f"请提供 {declared.name}.csv、.xlsx 或 .parquet，或同名工作表。",
        f"Give {declared.name}.csv, .xlsx or .parquet, or a sheet of that name.",
    )
    return [Group("table.missing", declared.name, declared.name, what, hint=hint)]
