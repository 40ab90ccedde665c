"""Open a user's data: every table read, mapped, brought to declared units and validated."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mrv.activity.compare_rows import Keyed
from mrv.activity.complaints import absent, nameless, row_groups, without_rows
from mrv.activity.findings import Findings, InvalidData
from mrv.activity.hashing import guard_of, hashing_notes, open_secrets
from mrv.activity.mapping import read_mapping, table_maps
from mrv.activity.opening import open_source
from mrv.activity.prepared import no_rows, prepare, typed_rows
from mrv.activity.reading import Reading
from mrv.activity.salt import refuse_without
from mrv.activity.sealed import SealedTable
from mrv.activity.sources import locate
from mrv.activity.sql import named, select
from mrv.activity.tables import Dataset, Table
from mrv.activity.unknown_words import without_unknown
from mrv.activity.validate_sql import judge
from mrv.activity.workspace import Workspace
from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from mrv.activity.columns import Vocabularies
    from mrv.activity.mapping import TableMap
    from mrv.activity.prepared import Prepared, Views
    from mrv.activity.salt import Salt
    from mrv.activity.sources import Located
    from mrv.activity.validate_sql import Judgement
    from mrv.activity.workspace import Settings
    from mrv.language.inputs import Input
    from mrv.language.period import Period
    from mrv.messages import Text


MOST_PANDERA_ROWS = 200_000


@dataclass(frozen=True)
class _Wanted:
    """What the caller asks for."""

    inputs: Sequence[Input]
    maps: Mapping[str, TableMap]
    periods: Sequence[Period]
    vocabularies: Vocabularies
    salt: Salt | None


def open_dataset(
    inputs: Sequence[Input],
    data: Mapping[str, object] | Path | str,
    *,
    mapping: Mapping[str, Any] | Path | str | None = None,
    periods: Sequence[Period],
    vocabularies: Vocabularies | None = None,
    settings: Settings | None = None,
    units: Literal["declared"] | None = None,
    salt: Salt | None = None,
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
        salt: what secret keys are hashed with; needed where a table has any.

    Raises:
        Refused: with everything that is wrong with the data, each group of findings once;
            :class:`InvalidData` where it concerns cells, with the way to the complete list.

    Example:
        >>> from mrv.language.inputs import Column, Input
        >>> from mrv.language.period import parse_period
        >>> from mrv.units import parse_unit
        >>> fuel = Input("fuel", (), (Column("burned", "quantity", parse_unit("t")),))
        >>> rows = {"fuel": [{"burned": "500 kg"}]}
        >>> data = open_dataset([fuel], rows, periods=[parse_period("2024")])
        >>> float(data.columns("fuel")["burned"][0][0])
        0.5
    """
    import duckdb

    if not periods:
        refuse("call.period", text("没有给出核算期", "no accounting period is given"))
    tree = read_mapping(Path(mapping)) if isinstance(mapping, Path | str) else mapping
    maps = table_maps(tree, inputs)
    if units == "declared":
        maps = {name: replace(table, units_declared=True) for name, table in maps.items()}
    workspace = Workspace(settings)
    try:
        return _open(workspace, data, _Wanted(inputs, maps, periods, vocabularies or {}, salt))
    except (duckdb.OutOfMemoryException, duckdb.IOException, OSError) as error:
        workspace.close()
        raise Refused([_machine_trouble(error)]) from None
    except Exception as error:
        if not isinstance(error, InvalidData):  # that one still offers the complete list
            workspace.close()
        raise


def _machine_trouble(error: Exception) -> Diagnostic:
    """Say what the machine refused: memory, disk or the right to read."""
    if isinstance(error, PermissionError):
        name = Path(error.filename).name if error.filename else ""
        what = text(f"没有读取“{name}”的权限", f'no permission to read "{name}"')
        return Diagnostic("call.no-permission", what)
    reason = " ".join(str(error).split())[:200]
    return Diagnostic(
        "call.machine",
        text(f"内存、磁盘或文件读取出错：{reason}", f"memory, disk or file trouble: {reason}"),
        hint=text("可调高内存上限或清理磁盘后重试。", "Raise the memory limit or free the disk."),
    )


def _open(
    workspace: Workspace, data: Mapping[str, object] | Path | str, wanted: _Wanted
) -> Dataset:
    """Read every table, judge every table, and refuse with all findings or return the data."""
    located = locate(wanted.inputs, data, wanted.maps)
    secret = open_secrets(wanted.inputs, located.sources)
    if secret and wanted.salt is None:
        refuse_without(secret)
    prepared, broken, files = _prepare_all(workspace, located, wanted)
    organisations = _organisations(workspace, prepared)
    default = organisations[0]
    groups = nameless(prepared) if len(organisations) > 1 else []
    views = {name: table.views(default) for name, table in prepared.items()}
    others = {
        name: Keyed(views[name].typed, p.reading.declared.key[0])
        for name, p in prepared.items()
        if len(p.reading.declared.key) == 1 and p.reading.declared.key[0] in p.cells
    }
    views = {n: without_unknown(workspace, p, views[n], others) for n, p in prepared.items()}
    lists, tables = [], {}
    for declared in wanted.inputs:
        name = declared.name
        if name in prepared:
            table = prepared[name]
            result = _judge(workspace, table, views[name], others)
            groups += table.reading.findings
            groups += row_groups(workspace, table, result, others, wanted.periods)
            groups += without_rows(table, result)
            lists += [violation.complete for violation in result.violations]
            tables[name] = _table(table, result, views[name])
        elif name not in broken:
            groups += absent(declared)
            tables[name] = _empty(declared)
    if groups or files:
        raise InvalidData(Findings(tuple(groups), tuple(files), tuple(lists), workspace))
    return Dataset(workspace, tables, organisations, located.notes, wanted.salt if secret else None)


def _judge(
    workspace: Workspace, table: Prepared, views: Views, others: Mapping[str, Keyed]
) -> Judgement:
    """Judge a table: pandas frames of moderate size with pandera, everything else with SQL."""
    raw = table.reading.raw
    if raw.frame and raw.rows is not None and raw.rows <= MOST_PANDERA_ROWS:
        from mrv.activity.validate_pandera import judge_frame

        return judge_frame(workspace, table, views, others)
    return judge(workspace, table, views, others)


def _prepare_all(
    workspace: Workspace, located: Located, wanted: _Wanted
) -> tuple[dict[str, Prepared], set[str], list[Diagnostic]]:
    """Open and read every table that is there; files that cannot be opened are collected."""
    prepared: dict[str, Prepared] = {}
    files = list(located.found)
    referred = {column.refers_to for item in wanted.inputs for column in item.columns}
    # where a file could not be placed, "table not given" would only repeat it
    broken = {i.name for i in wanted.inputs if i.name not in located.sources} if files else set()
    for declared in wanted.inputs:
        source = located.sources.get(declared.name)
        if source is None:
            continue
        map_ = wanted.maps[declared.name]
        if isinstance(source.value, SealedTable):
            map_ = replace(map_, units_declared=True)
        try:
            guard = guard_of(declared, map_, wanted.salt)
            raw = open_source(workspace, declared.name, source, map_, guard)
        except Refused as refused:
            files.extend(refused.diagnostics)
            broken.add(declared.name)
            continue
        if raw.headers:
            notes = [*raw.notes, *hashing_notes(guard, source)]
            reading = Reading(workspace, declared, raw, map_, exp.true(), notes=notes)
            prepared[declared.name] = prepare(
                reading, wanted.periods, wanted.vocabularies,
                shared=declared.shared or declared.name in referred,
            )  # fmt: skip
    return prepared, broken, files


def _organisations(workspace: Workspace, prepared: Mapping[str, Prepared]) -> tuple[str, ...]:
    """Return the organisations that occur, sorted; one empty text if no table names any."""
    found: set[str] = set()
    for table in prepared.values():
        if table.organisation is not None:
            query = select([named(table.organisation.value, "name")], table.reading.raw.view)
            names = workspace.run(query.where(table.reading.kept.copy()).distinct()).fetchall()
            found |= {str(name) for (name,) in names if name is not None}
    return tuple(sorted(found)) or ("",)


def _table(table: Prepared, result: Judgement, views: Views) -> Table:
    reading = table.reading
    notes = tuple(reading.notes)
    if not result.rows:
        notes = (*notes, _no_rows())
    return Table(
        input=reading.declared,
        select=typed_rows(reading.declared, views.typed),
        origin=reading.raw.origin,
        rows=result.rows,
        has_organisation=table.organisation is not None,
        has_period=table.period.cell is not None,
        notes=notes,
    )


def _empty(declared: Input) -> Table:
    return Table(
        input=declared,
        select=no_rows(declared),
        origin=declared.name,
        rows=0,
        has_organisation=False,
        has_period=False,
        notes=(_no_rows(),),
    )


def _no_rows() -> Text:
    return text("未提供数据：0 行", "table not given: 0 rows")
