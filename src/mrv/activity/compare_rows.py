"""Demands for which rows are compared with other rows: keys and references.

Both first ask a cheap question that is certain when the answer is no; only then are rows looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.sql import (
    both,
    call,
    col,
    compare,
    is_null,
    named,
    negate,
    render,
    select,
    table,
    whole,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.activity.constraints import Constraint
    from mrv.activity.prepared import Views
    from mrv.activity.sql import Sql
    from mrv.activity.workspace import Workspace

_KEYS_AT_ONCE = 6_000_000


@dataclass(frozen=True)
class Keyed:
    """A table that others refer to: the view of its rows and the column that names them."""

    rows: str
    key: str


def judged_where(judged: str | exp.Select, condition: Sql) -> exp.Select:
    """Return the judged rows that meet a condition."""
    return select([exp.Star()], judged).where(condition.copy())


def names_a_row(column: str, target: Keyed) -> Sql:
    """Return whether a reference names a row of the other table, of its organisation and period.

    Args:
        column: the reference, in rows selected by :func:`mrv.activity.sql.select`.
        target: the other table.
    """
    ours, theirs = ("organisation", "period", column), ("organisation", "period", target.key)
    meets = both(
        [compare("=", col(t, "target"), col(o, "base")) for t, o in zip(theirs, ours, strict=True)]
    )
    query = exp.Select(expressions=[words("x")])
    return exp.Exists(this=query.from_(table(target.rows).as_("target")).where(meets))


def repeated(
    workspace: Workspace, constraint: Constraint, views: Views, total: int
) -> exp.Select | None:
    """Return the rows that share their key with another row; None if there surely are none.

    Args:
        workspace: where the table is.
        constraint: the key.
        views: the typed rows, and the same with texts and states.
        total: number of rows.
    """
    same = [col("organisation"), col("period"), *(col(name) for name in constraint.key)]
    filled = both([negate(is_null(part)) for part in same])
    if not _perhaps_repeated(workspace, same, views.typed, filled, total):
        return None
    size = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[part.copy() for part in same])
    counted = judged_where(views.judged, filled).select(named(size, "same"), copy=False)
    return judged_where(counted, compare(">", col("same"), whole(1)))


def _perhaps_repeated(
    workspace: Workspace, same: list[exp.Column], typed: str, filled: Sql, total: int
) -> bool:
    """Say whether two rows may share a key, comparing 64-bit hashes in slices of bounded memory.

    Equal keys have equal hashes, so "no" is certain. Sorting the hashes took a third of the time
    and memory of counting the different ones.
    """
    hashed = render(select([named(call("hash", *same), "h")], typed).where(filled))
    slices = total // _KEYS_AT_ONCE + 1
    for part in range(slices):
        cut = f" WHERE h % {slices} = {part}" if slices > 1 else ""
        found = workspace.connection.sql(f"SELECT h FROM ({hashed}) AS hashes{cut}").fetchnumpy()
        hashes = found["h"]
        hashes.sort()
        if (hashes[1:] == hashes[:-1]).any():
            return True
    return False


def dangling(
    workspace: Workspace, constraint: Constraint, others: Mapping[str, Keyed], judged: str
) -> exp.Select | None:
    """Return the rows whose reference names no row of the other table; None if there is none.

    Only the different references are held against the other table; rows are looked at when one
    of them is amiss.
    """
    target = others.get(constraint.table or "")
    if target is None or constraint.column is None:
        return None
    ours = ("organisation", "period", constraint.column)
    amiss = negate(names_a_row(constraint.column, target))
    there = negate(is_null(col(constraint.column)))
    named_ones = select([col(name) for name in ours], judged).where(there).distinct()
    count = select([exp.Count(this=exp.Star())], named_ones).where(amiss)
    if not workspace.run(count).fetchall()[0][0]:
        return None
    return judged_where(judged, both([there, amiss]))
