"""The tables of a run as a receipt holds them: what was given, and every value that followed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mrv.receipt.content import PLACE
from mrv.receipt.manifest import SealedColumn, TableOf
from mrv.receipt.tables import Written, batches, ordered, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from typing import Literal

    from mrv.activity import Table
    from mrv.engine.planned import Planned
    from mrv.engine.run import Run
    from mrv.language.types import Grain
    from mrv.receipt.content import Content

    Kind = Literal["number", "text", "flag", "whole", "instant"]

REPORT = "report"
_SMALL = {"tier": "int8", "factor": "int32"}
_INPUT_KINDS: dict[str, Kind] = {
    "quantity": "number", "yes-no": "flag", "year": "whole", "instant": "instant",
}  # fmt: skip


@dataclass(frozen=True)
class FrameTable:
    """The values of one grain: where the engine has them, and the columns of the sealed table.

    Attributes:
        name: input table whose rows they are, ``report``, or the keys of the groups.
        grain: the grain.
        relation: relation of the plan that holds them.
        keys: key columns besides organisation and period.
        columns: sealed columns, without organisation and period.
        engine: the engine's name of each column, in the same order.
    """

    name: str
    grain: Grain
    relation: str
    keys: tuple[str, ...]
    columns: tuple[SealedColumn, ...]
    engine: tuple[str, ...]


def frame_tables(run: Run) -> list[FrameTable]:
    """List the tables of results that a run has, the rows first and the report last.

    Formulas that nothing reported needs and that lack a factor have no values worth keeping.
    """
    planned, idle = run.session.planned, frozenset(run.idle)
    found = [_frame(planned, idle, *frame) for frame in planned.frames]
    kept = [frame for frame in found if frame.columns]
    return sorted(kept, key=lambda f: (f.grain.is_report, not f.grain.is_row, f.name))


def _frame(
    planned: Planned, idle: frozenset[str], grain: Grain, relation: str, keys: tuple[str, ...]
) -> FrameTable:
    pairs: list[tuple[str, SealedColumn]] = []
    for field in planned.plan.fields:
        if field.relation == relation and field.formula not in idle:
            pairs.append(
                (field.column, SealedColumn(field.formula, "formula", field.kind, field.formula,
                                            field.unit))
            )  # fmt: skip
            if field.tier:
                name = f"{field.formula} tier"
                pairs.append(
                    (field.tier, SealedColumn(name, "tier", "whole", field.formula,
                                              tiers=field.tiers))
                )  # fmt: skip
    for own, factor, column in planned.factor_rows:
        if own == grain:
            pairs.append((column, SealedColumn(f"{factor} row", "factor", "whole", factor)))
    for fired in planned.fired:
        if fired.grain == grain and not grain.is_report:
            name = fired.check.name
            pairs.append((fired.flag, SealedColumn(f"{name} fired", "check", "flag", name)))
    once = {sealed.name: (engine, sealed) for engine, sealed in pairs}
    name = REPORT if grain.is_report else (grain.table or "") if grain.is_row else ", ".join(keys)
    return FrameTable(
        name, grain, relation, keys,
        tuple(sealed for _, sealed in once.values()), tuple(engine for engine, _ in once.values()),
    )  # fmt: skip


@dataclass(frozen=True)
class SealedTables:
    """The tables of a run in a folder, and the numbers of the look-ups that occur in them."""

    inputs: tuple[TableOf, ...]
    results: tuple[TableOf, ...]
    numbers: frozenset[int]


def seal_tables(run: Run, folder: Path) -> SealedTables:
    """Write all tables of a run into a folder.

    Args:
        run: a finished run whose data set is open.
        folder: where ``inputs/`` and ``results/`` are made.
    """
    (folder / "inputs").mkdir()
    (folder / "results").mkdir()
    frames = frame_tables(run)
    rows = {frame.name: frame for frame in frames if frame.grain.is_row}
    inputs: list[TableOf] = []
    results: list[TableOf] = []
    numbers: set[int] = set()
    for name, table in run.session.dataset.tables.items():
        given, values = _rows(run, table, rows.get(name), folder, numbers)
        inputs.append(given)
        results += values
    others = [frame for frame in frames if not frame.grain.is_row]
    for number, frame in enumerate(others, start=1):
        results.append(_groups(run, frame, number, folder, numbers))
    return SealedTables(tuple(inputs), tuple(results), frozenset(numbers))


def given_columns(table: Table) -> list[SealedColumn]:
    """Return the sealed columns of an input table, organisation and period where given."""
    outer = [
        SealedColumn(name, "key", "text")
        for name, there in (("organisation", table.has_organisation), ("period", table.has_period))
        if there
    ]
    declared = [
        SealedColumn(
            column.name, "key" if column.name in table.input.key else "input",
            _INPUT_KINDS.get(column.kind, "text"),
            unit=column.unit.spelling if column.unit is not None else None,
        )
        for column in table.input.columns
    ]  # fmt: skip
    return [SealedColumn(PLACE, "place", "whole"), *outer, *declared]


def _rows(
    run: Run, table: Table, frame: FrameTable | None, folder: Path, numbers: set[int]
) -> tuple[TableOf, list[TableOf]]:
    """Write an input table and the values of its rows, both in the same order."""
    name = table.input.name
    given = given_columns(table)
    sql = given_rows(run, table) if frame is None else _values_sql(run, table, frame)
    values = () if frame is None else frame.columns
    first = [c.name for c in given if c.role == "key"]
    names = [*(c.name for c in given), *map(_alias, values)]
    # a key tells rows apart; without one, every figure does
    signed = [] if table.input.key else [c.name for c in given if c.kind == "number"]
    query = ordered(sql, names, first, signed)
    inputs = Written(folder / "inputs" / f"{name}.parquet", {c.name: c.name for c in given}, {})
    results = None
    if values:
        own = {PLACE: PLACE, **{_alias(c): c.name for c in values}}
        results = Written(folder / "results" / f"rows.{name}.parquet", own, _kinds(values))
    connection = run.session.dataset.connection
    for batch in batches(connection, query):
        inputs.add(batch)
        if results is not None:
            results.add(batch)
    schema = connection.sql(f"{query} LIMIT 0").to_arrow_table().schema
    sealed = _table(name, f"inputs/{name}.parquet", given, inputs.close(schema))
    sealed = replace(
        sealed, origin=table.origin, has_organisation=table.has_organisation,
        has_period=table.has_period, notes=table.notes,
    )  # fmt: skip
    if results is None:
        return sealed, []
    columns = [SealedColumn(PLACE, "place", "whole"), *values]
    content = results.close(schema)
    numbers |= results.numbers
    return sealed, [_table(name, f"results/rows.{name}.parquet", columns, content)]


def given_rows(run: Run, table: Table) -> str:
    """Return the query of an input table's rows, the period by its label."""
    from mrv.activity.sql import render

    sql = render(table.select)
    cases = " ".join(
        f"WHEN {period.ordinal} THEN '{period.label}'" for period in run.session.periods
    )
    return f"SELECT * REPLACE (CASE period {cases} END AS period) FROM ({sql})"


def _values_sql(run: Run, table: Table, frame: FrameTable) -> str:
    inputs = [column.name for column in table.input.columns]
    wanted = list(dict.fromkeys([*inputs, *frame.engine]))
    sql = run.session.query(frame.relation, wanted, rows=True, labelled=True)
    return _aliased(sql, ["organisation", "period", PLACE, *inputs], frame)


def _aliased(sql: str, heads: Sequence[str], frame: FrameTable) -> str:
    """Keep what the values are called apart from keys and columns of the same name."""
    values = [
        f"{quoted(engine)} AS {quoted(_alias(column))}"
        for engine, column in zip(frame.engine, frame.columns, strict=True)
    ]
    return f"SELECT {', '.join([*map(quoted, heads), *values])} FROM ({sql})"


def _alias(column: SealedColumn) -> str:
    return f"= {column.name}"


def _groups(run: Run, frame: FrameTable, number: int, folder: Path, numbers: set[int]) -> TableOf:
    """Write the values of groups, or of the report."""
    member = (
        f"results/{REPORT}.parquet" if frame.grain.is_report else f"results/by.{number}.parquet"
    )
    keys = ["organisation", "period", *frame.keys]
    sql = shown_groups(run, frame, list(frame.engine))
    names = [*keys, *map(_alias, frame.columns)]
    query = ordered(_aliased(sql, keys, frame), names, keys)
    in_file = {key: key for key in keys}
    in_file |= {_alias(c): _alias(c) if c.name in in_file else c.name for c in frame.columns}
    written = Written(folder / member, in_file, _kinds(frame.columns))
    connection = run.session.dataset.connection
    for batch in batches(connection, query):
        written.add(batch)
    schema = connection.sql(f"{query} LIMIT 0").to_arrow_table().schema
    content = written.close(schema)
    numbers |= written.numbers
    columns = [SealedColumn(key, "key", "text") for key in keys]
    columns += [replace(column, name=in_file[_alias(column)]) for column in frame.columns]
    return _table(frame.name, member, columns, content)


def shown_groups(run: Run, frame: FrameTable, columns: Sequence[str]) -> str:
    """Return the query of the groups of a run, without those that it withholds."""
    hidden = run.hidden.get(frame.grain)
    where = hidden.condition(run.session.outer) if hidden is not None else None
    return run.session.query(frame.relation, columns, keys=frame.keys, where=where, labelled=True)


def _kinds(columns: Sequence[SealedColumn]) -> dict[str, str]:
    return {_alias(c): _SMALL[c.role] for c in columns if c.role in _SMALL}


def _table(name: str, member: str, columns: Sequence[SealedColumn], content: Content) -> TableOf:
    hashed = tuple(replace(c, sha256=content.columns.get(c.name)) for c in columns)
    return TableOf(name, member, content.rows, content.sha256, hashed)


def values_of(table: TableOf) -> Iterator[SealedColumn]:
    """Yield the columns of a table that the engine computed."""
    yield from (c for c in table.columns if c.role in {"formula", "tier", "factor", "check"})
