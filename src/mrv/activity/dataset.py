"""Open a user's data: every table read, mapped, brought to declared units and validated."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mrv.activity.findings import Findings, Group, InvalidData
from mrv.activity.mapping import read_mapping, table_maps
from mrv.activity.prepared import Prepared, empty_select, prepare
from mrv.activity.reading import Reading
from mrv.activity.sentences import say
from mrv.activity.sources import Located, locate, open_source
from mrv.activity.sql import col, named, select
from mrv.activity.tables import Dataset, Table
from mrv.activity.validate_sql import Judgement, Keyed, judge
from mrv.activity.workspace import Settings, Workspace
from mrv.messages import Diagnostic, Refused, Text, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mrv.activity.mapping import TableMap
    from mrv.language.inputs import Input
    from mrv.language.period import Period


def open_dataset(
    inputs: Sequence[Input],
    data: Mapping[str, object] | Path | str,
    *,
    mapping: Mapping[str, Any] | Path | None = None,
    periods: Sequence[Period],
    vocabularies: Mapping[str, Mapping[str, str]] | None = None,
    settings: Settings | None = None,
    units: Literal["declared"] | None = None,
) -> Dataset:
    """Read, map, normalise and validate a user's tables.

    Args:
        inputs: the tables that the methodology declares.
        data: a folder, one file (workbook, CSV, Parquet), or a mapping from table name to pandas
            frame, Arrow table, list of dicts or path.
        mapping: how the user's tables become the declared ones; a path or plain data.
        periods: the accounting periods of the run, all of one kind.
        vocabularies: for each kind of store key, the known spellings and their keys.
        settings: threads and memory of DuckDB.
        units: ``"declared"`` states that columns without a unit are in the declared one.

    Raises:
        Refused: with everything that is wrong with the data, each group of findings once;
            :class:`InvalidData` where it concerns cells, with the way to the complete list.

    Example:
        >>> from mrv.language.inputs import Column, Input
        >>> from mrv.language.period import parse_period
        >>> from mrv.units import parse_unit
        >>> fuel = Input("fuel", (), (Column("burned", "quantity", parse_unit("t")),))
        >>> data = open_dataset([fuel], {"fuel": [{"burned": "500 kg"}]}, periods=[parse_period("2024")])
        >>> float(data.columns("fuel")["burned"][0][0])
        0.5
    """
    if not periods:
        refuse("call.period", text("没有给出核算期", "no accounting period is given"))
    tree = read_mapping(mapping) if isinstance(mapping, Path) else mapping
    maps = table_maps(tree, inputs)
    if units == "declared":
        maps = {name: replace(table, units_declared=True) for name, table in maps.items()}
    workspace = Workspace(settings)
    try:
        return _open(workspace, inputs, data, maps, periods, vocabularies or {})
    except Exception as error:
        if not isinstance(error, InvalidData):  # that one still offers the complete list
            workspace.close()
        raise


def _open(
    workspace: Workspace,
    inputs: Sequence[Input],
    data: Mapping[str, object] | Path | str,
    maps: Mapping[str, TableMap],
    periods: Sequence[Period],
    vocabularies: Mapping[str, Mapping[str, str]],
) -> Dataset:
    """Read every table, judge every table, and refuse with all findings or return the data."""
    located = locate(inputs, data, maps)
    prepared, broken, files = _prepare_all(
        workspace, inputs, located, maps, periods, vocabularies
    )
    organisations = _organisations(workspace, prepared)
    default = organisations[0]
    groups = _nameless(prepared) if len(organisations) > 1 else []
    others = {
        name: Keyed(p.select(default), p.reading.declared.key[0])
        for name, p in prepared.items()
        if len(p.reading.declared.key) == 1 and p.reading.declared.key[0] in p.cells
    }
    lists, tables = [], {}
    for declared in inputs:
        name = declared.name
        if name in prepared:
            table = prepared[name]
            result = judge(workspace, table, default, others)
            groups += table.reading.findings
            groups += _groups(workspace, table, result, others, periods)
            groups += _without_rows(table, result)
            lists += [violation.complete for violation in result.violations]
            tables[name] = _table(table, result, default)
        elif name not in broken:
            groups += _absent(declared)
            tables[name] = _empty(declared)
    if groups or files:
        raise InvalidData(Findings(tuple(groups), tuple(files), tuple(lists), workspace))
    return Dataset(workspace, tables, organisations, located.notes)


def _prepare_all(
    workspace: Workspace,
    inputs: Sequence[Input],
    located: Located,
    maps: Mapping[str, TableMap],
    periods: Sequence[Period],
    vocabularies: Mapping[str, Mapping[str, str]],
) -> tuple[dict[str, Prepared], set[str], list[Diagnostic]]:
    """Open and read every table that is there; files that cannot be opened are collected."""
    prepared: dict[str, Prepared] = {}
    files = list(located.found)
    # where a file could not be placed, "table not given" would only repeat it
    broken = {i.name for i in inputs if i.name not in located.sources} if files else set()
    for declared in inputs:
        source = located.sources.get(declared.name)
        if source is None:
            continue
        try:
            raw = open_source(workspace, declared.name, source, maps[declared.name])
        except Refused as refused:
            files.extend(refused.diagnostics)
            broken.add(declared.name)
            continue
        if raw.headers:
            map_ = maps[declared.name]
            reading = Reading(workspace, declared, raw, map_, exp.true(), notes=list(raw.notes))
            prepared[declared.name] = prepare(reading, periods, vocabularies)
    return prepared, broken, files


def _organisations(workspace: Workspace, prepared: Mapping[str, Prepared]) -> tuple[str, ...]:
    """Return the organisations that occur, sorted; one empty text if no table names any."""
    found: set[str] = set()
    for table in prepared.values():
        if table.organisation is not None:
            rows = table.select("")
            query = select([named(col("organisation"), "organisation")], rows).distinct()
            names = workspace.run(query).fetchall()
            found |= {str(name) for (name,) in names if name is not None}
    return tuple(sorted(found)) or ("",)


def _nameless(prepared: Mapping[str, Prepared]) -> list[Group]:
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


def _groups(
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
        if constraint.test == "refers" and cell is not None:
            known = _some_keys(workspace, others[constraint.table or ""])
            cell = replace(cell, known=known)
        values = [value for _, value in violation.rows]
        said = say(constraint, cell, values, periods)
        heading = cell.heading if cell else ", ".join(constraint.key)
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
    rows = select([col(other.key)], other.rows).distinct().limit(1_000)
    return tuple(str(key) for (key,) in workspace.run(rows).fetchall() if key is not None)


def _without_rows(table: Prepared, result: Judgement) -> list[Group]:
    declared = table.reading.declared
    if result.rows or declared.optional or table.reading.findings:
        return []
    what = text(f"必需的表“{declared.name}”没有数据行", f'the required table "{declared.name}" has no rows')
    hint = text("请检查筛选条件和核算期。", "Check the filter and the accounting period.")
    return [Group("table.empty", declared.name, table.reading.raw.origin, what, hint=hint)]


def _absent(declared: Input) -> list[Group]:
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


def _table(table: Prepared, result: Judgement, organisation: str) -> Table:
    reading = table.reading
    notes = tuple(reading.notes)
    if not result.rows:
        notes = (*notes, _no_rows())
    return Table(
        input=reading.declared,
        select=table.select(organisation),
        origin=reading.raw.origin,
        rows=result.rows,
        has_organisation=table.organisation is not None,
        has_period=table.period.cell is not None,
        notes=notes,
    )


def _empty(declared: Input) -> Table:
    return Table(
        input=declared,
        select=empty_select(declared),
        origin=declared.name,
        rows=0,
        has_organisation=False,
        has_period=False,
        notes=(_no_rows(),),
    )


def _no_rows() -> Text:
    return text("未提供数据：0 行", "table not given: 0 rows")
