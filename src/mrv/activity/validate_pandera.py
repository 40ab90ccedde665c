"""The validator for pandas: pandera schemas made from the same demands as the SQL validator's.

pandera reports a broken demand across columns once for every column, so keys and references are
found with masks of our own; and it reports a failed conversion twice, so it never converts: frames
are brought to the right kinds first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mrv.activity.calendars import read_day, read_month
from mrv.activity.constraints import constraints
from mrv.activity.findings import FIRST_ROWS
from mrv.activity.reading import MISSING
from mrv.activity.sql import col, render, select, table
from mrv.activity.validate_sql import STATES, Judgement, Violation, demands

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from pandera.pandas import Check, DataFrameSchema

    from mrv.activity.compare_rows import Keyed
    from mrv.activity.constraints import Constraint
    from mrv.activity.prepared import Prepared, Views
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Column, Input

_KINDS = {"quantity": "float64", "text": "str", "month": "str", "day": "str"}
_CONVERTED = {**_KINDS, "yes-no": "boolean", "year": "Int64", "instant": "datetime64[us]"}


def pandera_schema(declared: Input) -> DataFrameSchema:
    """Return the pandera schema of a declared table, for frames in declared units.

    Quantities are float64, texts, months (``2024-03``) and days are ``str``; see
    :func:`to_declared_kinds`. References to other tables and the store's vocabularies are not in
    it, for a schema sees one table only.

    Args:
        declared: the table.

    Example:
        >>> import pandas as pd
        >>> from mrv.language.inputs import Column, Input
        >>> ship = Input("ship", ("ship",), (Column("ship", "text"),))
        >>> pandera_schema(ship).validate(pd.DataFrame({"ship": ["A", "B"]})).shape
        (2, 1)
    """
    import pandera.pandas as pa

    rules = constraints(declared)
    columns = {}
    for column in declared.columns:
        own = [_check(c) for c in rules if c.column == column.name]
        columns[column.name] = pa.Column(
            _CONVERTED[column.kind],
            checks=[*(check for check in own if check is not None), *_shapes(column)],
            nullable=column.optional,
            required=not column.optional,
        )
    keyed = list(declared.key) or None
    return pa.DataFrameSchema(columns, unique=keyed, name=declared.name)


def to_declared_kinds(declared: Input, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a copy whose declared columns have the kinds that the schema asks for.

    Object, categorical and Arrow-backed texts become ``str``, whole numbers float64.

    Args:
        declared: the table.
        frame: a frame whose values already are what they should be, in declared units.

    Raises:
        ValueError: a cell cannot be converted; :func:`mrv.activity.open_dataset` says which.
    """
    kinds = {c.name: _CONVERTED[c.kind] for c in declared.columns if c.name in frame.columns}
    return frame.astype(kinds)


def _check(constraint: Constraint) -> Check | None:
    """Return a demand on the values of one column as a pandera check, if it is one."""
    import numpy as np
    import pandera.pandas as pa

    limit = float(constraint.limit) if constraint.limit is not None else 0.0
    bounds: dict[str, Callable[..., Check]] = {
        "at-least": pa.Check.ge,
        "at-most": pa.Check.le,
        "above": pa.Check.gt,
        "below": pa.Check.lt,
    }
    if constraint.test in bounds:
        return bounds[constraint.test](limit, error=constraint.rule)
    if constraint.test == "finite":
        return pa.Check(np.isfinite, error=constraint.rule)
    if constraint.test == "whole":
        return pa.Check(lambda s: ~np.isfinite(s) | (np.floor(s) == s), error=constraint.rule)
    return None


def _shapes(column: Column) -> list[Check]:
    """Return checks on what typed texts look like; elsewhere the readers make sure of that."""
    import pandera.pandas as pa

    if column.words is not None:
        return [pa.Check.isin(column.words, error="word.unknown")]
    reader = {"month": read_month, "day": read_day}.get(column.kind)
    if reader is None:
        return []
    rule = f"{column.kind}.unreadable"
    return [pa.Check(lambda s: s.map(lambda text: reader(text) == text), error=rule)]


def judge_frame(
    workspace: Workspace, prepared: Prepared, views: Views, others: Mapping[str, Keyed]
) -> Judgement:
    """Find with pandas and pandera what :func:`mrv.activity.validate_sql.judge` finds with SQL.

    Args:
        workspace: where the tables are.
        prepared: the table; a frame of moderate size.
        views: its views.
        others: the tables with a single key, for references.
    """
    frame = workspace.connection.sql(render(select([exp.Star()], views.judged))).df()
    wanted = demands(prepared)
    rows = _by_pandera(frame, wanted)
    for index, constraint in enumerate(wanted):
        if constraint.test == "unique" and all(name in prepared.cells for name in constraint.key):
            rows[index] = _repeated(frame, constraint)
        elif constraint.test == "any-given":
            rows[index] = _none_given(frame, constraint, prepared)
        elif constraint.test == "refers" and constraint.table in others:
            rows[index] = _dangling(workspace, frame, constraint, others[constraint.table or ""])
    violations = [
        _violation(workspace, prepared, wanted[index], frame.iloc[sorted(rows[index])])
        for index in sorted(rows)
        if len(rows[index])
    ]
    return Judgement(len(frame), tuple(violations))


def _by_pandera(frame: pd.DataFrame, wanted: tuple[Constraint, ...]) -> dict[int, list[int]]:
    """Return the positions of the rows that break each demand on a single column."""
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    checks: dict[str, list[Any]] = {}
    for index, constraint in enumerate(wanted):
        name = constraint.column or ""
        if constraint.test in STATES:
            code = STATES[constraint.test]
            state = pa.Check(lambda s, code=code: s != code, error=str(index))
            checks.setdefault(f"{name}.state", []).append(state)
        elif constraint.test == "inside-period":
            checks.setdefault("outside", []).append(pa.Check(lambda s: ~s, error=str(index)))
        else:
            check = _check(constraint)
            if check is not None:
                check.error = str(index)
                checks.setdefault(name, []).append(check)
    schema = pa.DataFrameSchema(
        {name: pa.Column(checks=c, nullable=True) for name, c in checks.items()}
    )
    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        found: dict[int, list[int]] = {}
        for check, position in zip(cases["check"], cases["index"], strict=True):
            found.setdefault(int(check), []).append(int(position))
        return found
    return {}


def _repeated(frame: pd.DataFrame, constraint: Constraint) -> list[int]:
    """Return the positions of rows that share their key with another one."""
    import numpy as np

    same = ["organisation", "period", *constraint.key]
    filled = frame[same].notna().all(axis=1)
    mask = filled & frame[same].where(filled).duplicated(keep=False)
    return [int(position) for position in np.flatnonzero(mask)]


def _none_given(frame: pd.DataFrame, constraint: Constraint, prepared: Prepared) -> list[int]:
    """Return the positions of rows that give none of several alternatives."""
    import numpy as np

    lacking = np.ones(len(frame), dtype=bool)
    for names in constraint.alternatives:
        if all(name in prepared.cells for name in names):
            states = frame[[f"{name}.state" for name in names]]
            lacking &= (states == MISSING).any(axis=1).to_numpy()
    return [int(position) for position in np.flatnonzero(lacking)]


def _dangling(
    workspace: Workspace, frame: pd.DataFrame, constraint: Constraint, target: Keyed
) -> list[int]:
    """Return the positions of rows whose reference names no row of the other table."""
    import numpy as np

    name = constraint.column or ""
    theirs = ["organisation", "period", target.key]
    query = select([col(column) for column in theirs], target.rows).distinct()
    known = set(workspace.run(query).fetchall())
    ours = zip(frame["organisation"], frame["period"], frame[name], strict=True)
    there = np.fromiter((key in known for key in ours), dtype=bool, count=len(frame))
    return [int(p) for p in np.flatnonzero(frame[name].notna().to_numpy() & ~there)]


def _violation(
    workspace: Workspace, prepared: Prepared, constraint: Constraint, bad: pd.DataFrame
) -> Violation:
    import pyarrow as pa

    name = constraint.heading
    columns = [constraint.column] if constraint.column else list(constraint.key)
    columns = [column for column in columns if column in prepared.cells or constraint.column]
    texts = (
        bad[[f"{column}.raw" for column in columns]].astype(object).where(lambda f: f.notna(), None)
    )
    parts = texts.to_numpy().tolist()
    values = [row[0] if constraint.column else ", ".join(p or "" for p in row) for row in parts]
    numbers = [int(number) for number in bad["_row"]]
    size = len(bad)
    listed = pa.table(
        {
            "table": pa.array([prepared.reading.declared.name] * size, pa.string()),
            "row": pa.array(numbers, pa.int64()),
            "column": pa.array([name] * size, pa.string()),
            "rule": pa.array([constraint.rule] * size, pa.string()),
            "value": pa.array(values, pa.string()),
        }
    )
    view = workspace.fresh("violations")
    workspace.connection.register(view, listed)
    complete = exp.Select(expressions=[exp.Star()]).from_(table(view))
    first = tuple(sorted(zip(numbers, values, strict=True), key=lambda pair: pair[0])[:FIRST_ROWS])
    return Violation(constraint, size, first, complete)
