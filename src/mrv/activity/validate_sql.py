"""The validator for any size: one counting query a table, details only for what failed.

A clean table costs one pass, and one pass more for its key. Nothing but counts and the first few
rows comes back; the complete list stays a query until somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.constraints import Constraint, constraints, outer_constraints
from mrv.activity.findings import FIRST_ROWS
from mrv.activity.prepared import Prepared, is_state
from mrv.activity.reading import BAD_UNIT, MISSING, NO_UNIT, OK, UNKNOWN_UNIT, UNREADABLE
from mrv.activity.sql import (
    Sql,
    both,
    call,
    cast,
    col,
    compare,
    count_where,
    double,
    is_null,
    named,
    negate,
    render,
    select,
    whole,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.activity.workspace import Workspace

_STATES = {
    "given": MISSING,
    "readable": UNREADABLE,
    "unit-given": NO_UNIT,
    "unit-fits": BAD_UNIT,
    "unit-known": UNKNOWN_UNIT,
}
_SIGNS = {"at-least": "<", "at-most": ">", "above": "<=", "below": ">="}
_KEYS_AT_ONCE = 3_000_000


@dataclass(frozen=True)
class Violation:
    """A demand that rows of a table break.

    Attributes:
        constraint: the demand.
        count: how many rows break it.
        rows: the first of them: row number and text of the cell.
        complete: query of all of them with the columns table, row, column, rule, value.
    """

    constraint: Constraint
    count: int
    rows: tuple[tuple[int, str | None], ...]
    complete: exp.Select


@dataclass(frozen=True)
class Keyed:
    """A table that others refer to: its typed rows and the column that names them."""

    rows: exp.Select
    key: str


@dataclass(frozen=True)
class Judgement:
    """How many rows a table has and what they break."""

    rows: int
    violations: tuple[Violation, ...]


def demands(prepared: Prepared) -> tuple[Constraint, ...]:
    """Return the demands that apply to the table as it came."""
    time = prepared.period.time if prepared.period.outside is not None else None
    declared = prepared.reading.declared
    found = [
        c for c in constraints(declared, time=time) if c.column is None or c.column in prepared.cells
    ]
    if prepared.organisation is not None:
        found += outer_constraints("organisation")
    if prepared.period.cell is not None:
        found += outer_constraints("period")
    return tuple(found)


def predicate(constraint: Constraint) -> Sql | None:
    """Return the condition that a judged row breaks the demand; None if rows must be compared."""
    name = constraint.column or ""
    value = col(name)
    if constraint.test in _STATES:
        return is_state(name, _STATES[constraint.test])
    if constraint.test in _SIGNS and constraint.limit is not None:
        bound = compare(_SIGNS[constraint.test], value, double(float(constraint.limit)))
        return both([is_state(name, OK), bound])
    if constraint.test == "finite":
        return both([is_state(name, OK), negate(call("isfinite", value))])
    if constraint.test == "whole":
        broken = negate(compare("=", call("floor", value), value))
        return both([is_state(name, OK), call("isfinite", value), broken])
    if constraint.test == "inside-period":
        return col("outside")
    return None


def judge(
    workspace: Workspace,
    prepared: Prepared,
    organisation: str,
    others: Mapping[str, Keyed],
) -> Judgement:
    """Count the rows that break each demand, and fetch the first of them.

    Args:
        workspace: where the tables are.
        prepared: the table.
        organisation: the organisation of tables that name none.
        others: the tables with a single key, for references.
    """
    wanted = demands(prepared)
    judged = prepared.judged(organisation)
    simple = [(c, p) for c in wanted if (p := predicate(c)) is not None]
    counts = [exp.Count(this=exp.Star()), *(count_where(p) for _, p in simple)]
    totals = workspace.run(select(counts, judged)).fetchall()[0]
    violations = []
    for (constraint, condition), count in zip(simple, totals[1:], strict=True):
        if count:
            query = judged_where(judged, condition)
            violations.append(_violation(workspace, prepared, constraint, int(count), query))
    for constraint in wanted:
        bad = _compared(workspace, prepared, constraint, organisation, others, judged, totals[0])
        if bad is not None:
            rows = select([exp.Count(this=exp.Star())], bad)
            (count,) = workspace.run(rows).fetchall()[0]
            if count:
                violations.append(_violation(workspace, prepared, constraint, int(count), bad))
    order = {id(c): index for index, c in enumerate(wanted)}
    violations.sort(key=lambda v: order[id(v.constraint)])
    return Judgement(int(totals[0]), tuple(violations))


def judged_where(judged: exp.Select, condition: Sql) -> exp.Select:
    """Return the judged rows that meet a condition."""
    return select([exp.Star()], judged).where(condition.copy())


def shown(constraint: Constraint) -> Sql:
    """Return the text of the offending cell; for a key the texts of its columns."""
    if constraint.column is not None:
        return col(f"{constraint.column}.raw")
    parts = [call("coalesce", col(f"{name}.raw"), words("")) for name in constraint.key]
    return parts[0] if len(parts) == 1 else call("concat_ws", words(", "), *parts)


def _violation(
    workspace: Workspace, prepared: Prepared, constraint: Constraint, count: int, bad: exp.Select
) -> Violation:
    first = select([col("_row"), named(shown(constraint), "value")], bad)
    first = first.order_by(col("_row")).limit(FIRST_ROWS)
    rows = tuple((int(row), value) for row, value in workspace.run(first).fetchall())
    name = constraint.column or ", ".join(constraint.key)
    complete = select(
        [
            named(words(prepared.reading.declared.name), "table"),
            named(col("_row"), "row"),
            named(words(name), "column"),
            named(words(constraint.rule), "rule"),
            named(cast(shown(constraint), "VARCHAR"), "value"),
        ],
        bad,
    )
    return Violation(constraint, count, rows, complete)


def _compared(
    workspace: Workspace,
    prepared: Prepared,
    constraint: Constraint,
    organisation: str,
    others: Mapping[str, Keyed],
    judged: exp.Select,
    total: int,
) -> exp.Select | None:
    """Return the rows that break a reference or a key; None if that is not what is demanded."""
    if constraint.test == "refers":
        return _dangling(constraint, others, judged)
    if constraint.test != "unique" or not _has_key(prepared, constraint):
        return None
    if not _any_repeated(workspace, prepared, constraint, organisation, total):
        return None
    same = [col("organisation"), col("period"), *(col(name) for name in constraint.key)]
    size = exp.Window(this=exp.Count(this=exp.Star()), partition_by=[s.copy() for s in same])
    filled = both([negate(is_null(s)) for s in same])
    inner = judged_where(judged, filled).select(named(size, "same"), copy=False)
    return judged_where(inner, compare(">", col("same"), whole(1)))


def _has_key(prepared: Prepared, constraint: Constraint) -> bool:
    return bool(constraint.key) and all(name in prepared.cells for name in constraint.key)


def _any_repeated(
    workspace: Workspace, prepared: Prepared, constraint: Constraint, organisation: str, total: int
) -> bool:
    """Say whether two rows may share a key, comparing 64-bit hashes in slices of bounded memory.

    Equal keys have equal hashes, so "no" is certain; "perhaps" is then looked at exactly.
    """
    same = [col("organisation"), col("period"), *(col(name) for name in constraint.key)]
    filled = both([negate(is_null(s)) for s in same])
    hashed = select([named(call("hash", *same), "h")], prepared.select(organisation)).where(filled)
    slices = int(total) // _KEYS_AT_ONCE + 1
    inner = render(hashed)
    for part in range(slices):
        cut = f" WHERE h % {slices} = {part}" if slices > 1 else ""
        query = f"SELECT count(*) <> count(DISTINCT h) FROM ({inner}) AS hashes{cut}"
        if workspace.connection.execute(query).fetchall()[0][0]:
            return True
    return False


def _dangling(
    constraint: Constraint, others: Mapping[str, Keyed], judged: exp.Select
) -> exp.Select | None:
    """Return the rows whose reference names no row of the other table."""
    target = others.get(constraint.table or "")
    if target is None or constraint.column is None:
        return None
    same = [("organisation", "organisation"), ("period", "period"), (target.key, constraint.column)]
    meets = both([compare("=", col(theirs, "target"), col(ours, "base")) for theirs, ours in same])
    query = exp.Select(expressions=[whole(1)])
    query = query.from_(exp.Subquery(this=target.rows.copy(), alias=exp.to_identifier("target")))
    there = exp.Exists(this=query.where(meets))
    return judged_where(judged, both([is_state(constraint.column, OK), negate(there)]))
