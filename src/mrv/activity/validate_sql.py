"""The validator for any size: one counting query a table, details only for what failed.

A clean table costs one pass, and one pass more for its key. Nothing but counts and the first few
rows comes back; the complete list stays a query until somebody asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.compare_rows import dangling, judged_where, repeated
from mrv.activity.constraints import constraints, outer_constraints
from mrv.activity.findings import FIRST_ROWS
from mrv.activity.prepared import is_state
from mrv.activity.reading import BAD_UNIT, MISSING, NO_UNIT, UNKNOWN_UNIT, UNREADABLE
from mrv.activity.sql import (
    both,
    call,
    cast,
    col,
    compare,
    count_where,
    double,
    named,
    negate,
    select,
    words,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.activity.compare_rows import Keyed
    from mrv.activity.constraints import Constraint
    from mrv.activity.prepared import Prepared, Views
    from mrv.activity.sql import (
        Sql,
    )
    from mrv.activity.workspace import Workspace

STATES = {
    "given": MISSING,
    "readable": UNREADABLE,
    "unit-given": NO_UNIT,
    "unit-fits": BAD_UNIT,
    "unit-known": UNKNOWN_UNIT,
}
_SIGNS = {"at-least": "<", "at-most": ">", "above": "<=", "below": ">="}


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
class Judgement:
    """How many rows a table has and what they break."""

    rows: int
    violations: tuple[Violation, ...]


def demands(prepared: Prepared) -> tuple[Constraint, ...]:
    """Return the demands that apply to the table as it came."""
    time = prepared.period.time if prepared.period.outside is not None else None
    declared = prepared.reading.declared
    found = [
        c
        for c in constraints(declared, time=time)
        if c.column is None or c.column in prepared.cells
    ]
    if prepared.organisation is not None:
        found += outer_constraints("organisation")
    if prepared.period.cell is not None:
        found += outer_constraints("period")
    return tuple(found)


def predicate(constraint: Constraint, prepared: Prepared) -> Sql | None:
    """Return the condition that a judged row breaks the demand; None if rows must be compared."""
    name = constraint.column or ""
    value = col(name)
    if constraint.test in STATES:
        return is_state(name, STATES[constraint.test])
    if constraint.test in _SIGNS and constraint.limit is not None:
        # missing, hence not counted, where the cell is not there or cannot be read
        return compare(_SIGNS[constraint.test], value, double(float(constraint.limit)))
    if constraint.test == "finite":
        return negate(call("isfinite", value))
    if constraint.test == "whole":
        return both([call("isfinite", value), negate(compare("=", call("floor", value), value))])
    if constraint.test == "inside-period":
        return col("outside")
    if constraint.test == "any-given":
        return both([_lacks(names, prepared) for names in constraint.alternatives])
    return None


def _lacks(names: tuple[str, ...], prepared: Prepared) -> Sql:
    """Return whether a row lacks one of several columns that belong together."""
    if any(name not in prepared.cells for name in names):
        return exp.true()
    return negate(both([negate(is_state(name, MISSING)) for name in names]))


def judge(
    workspace: Workspace,
    prepared: Prepared,
    views: Views,
    others: Mapping[str, Keyed],
) -> Judgement:
    """Count the rows that break each demand, and fetch the first of them.

    Args:
        workspace: where the tables are.
        prepared: the table.
        views: its views.
        others: the tables with a single key, for references.
    """
    wanted = demands(prepared)
    judged = views.judged
    simple = [
        (c, p)
        for c in wanted
        if _possible(prepared, c) and (p := predicate(c, prepared)) is not None
    ]
    counts = [exp.Count(this=exp.Star()), *(count_where(p) for _, p in simple)]
    totals = workspace.run(select(counts, judged)).fetchall()[0]
    broken = [
        (c, judged_where(judged, p)) for (c, p), n in zip(simple, totals[1:], strict=True) if n
    ]
    for constraint in wanted:
        rows = None
        if constraint.test == "refers":
            rows = dangling(workspace, constraint, others, judged)
        elif constraint.test == "unique" and all(n in prepared.cells for n in constraint.key):
            rows = repeated(workspace, constraint, views, int(totals[0]))
        if rows is not None:
            broken.append((constraint, rows))
    broken.sort(key=lambda pair: wanted.index(pair[0]))
    violations = (_violation(workspace, prepared, c, rows) for c, rows in broken)
    return Judgement(int(totals[0]), tuple(v for v in violations if v.count))


def _possible(prepared: Prepared, constraint: Constraint) -> bool:
    """Say whether the state that a demand forbids can occur at all."""
    code = STATES.get(constraint.test)
    cells = prepared.judged_cells() if code is not None else []
    return all(code in c.codes for c in cells if c.column.name == constraint.column)


def shown(constraint: Constraint, prepared: Prepared) -> Sql:
    """Return the text of the offending cell; for a key the texts of its columns."""
    if constraint.column is not None:
        return col(f"{constraint.column}.raw")
    named_by = [name for name in constraint.key if name in prepared.cells]
    if not named_by:
        return words("")
    parts = [call("coalesce", col(f"{name}.raw"), words("")) for name in named_by]
    return parts[0] if len(parts) == 1 else call("concat_ws", words(", "), *parts)


def _violation(
    workspace: Workspace, prepared: Prepared, constraint: Constraint, bad: exp.Select
) -> Violation:
    ((count,),) = workspace.run(select([exp.Count(this=exp.Star())], bad)).fetchall()
    first = select([col("_row"), named(shown(constraint, prepared), "value")], bad)
    first = first.order_by(col("_row")).limit(FIRST_ROWS)
    rows = tuple((int(row), value) for row, value in workspace.run(first).fetchall())
    name = constraint.heading
    complete = select(
        [
            named(words(prepared.reading.declared.name), "table"),
            named(col("_row"), "row"),
            named(words(name), "column"),
            named(words(constraint.rule), "rule"),
            named(cast(shown(constraint, prepared), "VARCHAR"), "value"),
        ],
        bad,
    )
    return Violation(constraint, int(count), rows, complete)
