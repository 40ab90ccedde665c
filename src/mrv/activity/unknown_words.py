"""References that may point nowhere: a word the other table does not have counts as missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.compare_rows import names_a_row
from mrv.activity.prepared import Views, typed_rows
from mrv.activity.reading import MISSING
from mrv.activity.sql import (
    both,
    cast,
    choose,
    col,
    count_where,
    either,
    is_null,
    named,
    negate,
    null,
    select,
    words,
)
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.activity.compare_rows import Keyed
    from mrv.activity.prepared import Prepared
    from mrv.activity.sql import Sql
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Column
    from mrv.messages import Text


def without_unknown(
    workspace: Workspace, prepared: Prepared, views: Views, others: Mapping[str, Keyed]
) -> Views:
    """Return views of a table in which unknown words of ``unknown: missing`` columns are missing.

    How many there were becomes a remark on the table. Where there are none, the views stay.

    Args:
        workspace: where the tables are.
        prepared: the table.
        views: its views as read.
        others: the tables with a single key; a table that was not given has no words at all.
    """
    declared = prepared.reading.declared
    columns = [c for c in declared.columns if c.unknown_missing and c.name in prepared.cells]
    if not columns:
        return views
    known: dict[str, Sql] = {}
    for column in columns:
        target = others.get(column.refers_to or "")
        known[column.name] = names_a_row(column.name, target) if target else exp.false()
    amiss = [both([negate(is_null(col(name))), negate(one)]) for name, one in known.items()]
    counts = workspace.run(select(map(count_where, amiss), views.typed)).fetchall()[0]
    for column, count in zip(columns, counts, strict=True):
        if count:
            prepared.reading.note(_said(column, int(count)))
        else:
            del known[column.name]
    return _rewritten(workspace, prepared, views, known) if known else views


def _rewritten(
    workspace: Workspace, prepared: Prepared, views: Views, known: Mapping[str, Sql]
) -> Views:
    """Create views in which the references are missing unless known; their states say so too."""
    declared = prepared.reading.declared
    typed = workspace.fresh(f"typed.{declared.name}")
    judged = workspace.fresh(f"judged.{declared.name}")
    changed = {name: choose([(one, col(name))], null("VARCHAR")) for name, one in known.items()}
    for name, one in known.items():
        state = f"{name}.state"
        kept = either([is_null(col(name)), one.copy()])
        changed[state] = choose([(kept, col(state))], cast(words(str(MISSING)), "TINYINT"))

    def rewritten(view: str) -> exp.Select:
        names = workspace.columns(view)
        return select([named(changed.get(name, col(name)).copy(), name) for name in names], view)

    if prepared.small:
        workspace.create_table(judged, rewritten(views.judged))
        workspace.create_view(typed, typed_rows(declared, judged))
    else:
        workspace.create_view(typed, rewritten(views.typed))
        workspace.create_view(judged, rewritten(views.judged))
    return Views(typed, judged)


def _said(column: Column, count: int) -> Text:
    rows, names = ("row", "names") if count == 1 else ("rows", "name")
    return text(
        f"{count:,} 行的“{column.name}”在表“{column.refers_to}”中没有，读作缺失",
        f'{count:,} {rows} of "{column.name}" {names} what the table "{column.refers_to}" '
        "does not have; read as missing",
    )
