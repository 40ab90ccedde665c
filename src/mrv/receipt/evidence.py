"""The verifier's own evidence against the sealed data, row by row and in its effect."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.activity.sealed import SealedTable
from mrv.messages import refuse, text
from mrv.receipt.compare import compare_outputs, reported
from mrv.receipt.content import PLACE
from mrv.receipt.rerun import run_on, sealed_data
from mrv.receipt.results import given_columns, given_rows
from mrv.receipt.tables import quoted
from mrv.receipt.verdict import Cause, Comparison, InputDifference, Material

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.activity import Settings, Table
    from mrv.engine.run import Run
    from mrv.receipt.compare import OutputPair
    from mrv.receipt.manifest import TableOf
    from mrv.receipt.opened import Opened
    from mrv.receipt.rerun import Basis

SHOWN = 10


@dataclass(frozen=True)
class Evidence:
    """What a verifier holds against a receipt.

    Attributes:
        data: a folder, a file, or tables by name; tables that are not among them are taken from
            the receipt.
        mapping: how foreign columns become the declared ones.
        partial: the tables hold some rows only, as of a sample: rows that are not among them
            keep their sealed values. Needs tables with a key.
        threshold: share of a total beyond which a difference is material, such as 0.05.
    """

    data: Mapping[str, object] | Path | str
    mapping: Path | None = None
    partial: bool = False
    threshold: float | None = None


@dataclass(frozen=True)
class Against:
    """What the evidence says."""

    inputs: tuple[InputDifference, ...]
    comparison: Comparison
    material: tuple[Material, ...]


def compare_evidence(
    opened: Opened, basis: Basis, evidence: Evidence, settings: Settings | None = None
) -> Against:
    """Compare the verifier's tables with the sealed ones and run the rules over them.

    Raises:
        Refused: what is wrong with the verifier's tables; ``evidence.no-key`` for a partial
            table whose rows nothing names.
    """
    given = _given(basis, evidence)
    with tempfile.TemporaryDirectory(prefix="mrv-evidence-") as name:
        data = sealed_data(opened) | given
        with run_on(opened, basis, data, mapping=evidence.mapping, settings=settings) as run:
            inputs = tuple(_difference(opened, run, table, evidence) for table in sorted(given))
            if not evidence.partial:
                return _judged(opened, run, inputs, evidence)
            merged = {table: _merged(opened, run, table, Path(name)) for table in given}
        with run_on(opened, basis, sealed_data(opened) | merged, settings=settings) as run:
            return _judged(opened, run, inputs, evidence)


def _given(basis: Basis, evidence: Evidence) -> dict[str, object]:
    """Find which input tables the evidence holds."""
    from mrv.activity.mapping import read_mapping, table_maps
    from mrv.activity.sources import locate
    from mrv.messages import Refused

    inputs = tuple(basis.methodology.inputs.values())
    tree = read_mapping(evidence.mapping) if evidence.mapping is not None else None
    located = locate(inputs, evidence.data, table_maps(tree, inputs))
    if located.found:
        raise Refused(located.found)
    if not located.sources:
        names = ", ".join(table.name for table in inputs)
        refuse(
            "evidence.no-table",
            text(
                f"证据中没有方法学的任何一张表（{names}）",
                f"the evidence holds none of the methodology's tables ({names})",
            ),
        )
    return dict(located.sources)


def _judged(
    opened: Opened, run: Run, inputs: tuple[InputDifference, ...], evidence: Evidence
) -> Against:
    outputs = compare_outputs(opened.receipt.outputs, reported(run))
    causes = tuple(_cause(one) for one in inputs if not one.equal)
    comparison = Comparison("evidence", tuple(outputs), None, causes)
    return Against(inputs, comparison, _material(run, outputs, evidence.threshold))


def _cause(one: InputDifference) -> Cause:
    what = text(
        f"{one.table}：{one.changed} 行数值不同，{one.only_sealed} 行只在凭证中，"
        f"{one.only_evidence} 行只在证据中",
        f"{one.table}: {one.changed} rows with other values, {one.only_sealed} only in the "
        f"receipt, {one.only_evidence} only in the evidence",
    )
    return Cause("data", what, (one.table,))


def _material(
    run: Run, outputs: Sequence[OutputPair], threshold: float | None
) -> tuple[Material, ...]:
    """Judge every total against the threshold; a total that was zero is judged by any change."""
    if threshold is None:
        return ()
    totals = {result.name for result in run.methodology.results if result.role == "total"}
    found = []
    for pair in outputs:
        if pair.name in totals and isinstance(pair.old, float) and isinstance(pair.new, float):
            change = abs(pair.new - pair.old)
            relative = change / abs(pair.old) if pair.old else None
            crossed = change > threshold * abs(pair.old)
            found.append(
                Material(
                    pair.name, pair.organisation, pair.period, pair.unit, pair.old, pair.new,
                    relative, threshold, crossed,
                )
            )  # fmt: skip
    return tuple(found)


def _sealed_table(opened: Opened, name: str) -> TableOf | None:
    return next((table for table in opened.receipt.inputs if table.name == name), None)


def _columns(opened: Opened, table: Table) -> tuple[list[str], list[str]]:
    """Return the key columns and the other columns that both sides have."""
    sealed = _sealed_table(opened, table.input.name)
    known = {c.name for c in sealed.columns} if sealed is not None else set()
    own = [c for c in given_columns(table) if c.name in known and c.name != PLACE]
    keys = [c.name for c in own if c.role == "key"]
    if not table.input.key:
        return [c.name for c in own], []
    return keys, [c.name for c in own if c.role != "key"]


def _joined(opened: Opened, run: Run, name: str, keys: Sequence[str]) -> str:
    path = str(opened.folder / f"inputs/{name}.parquet").replace("'", "''")
    rows = given_rows(run, run.session.dataset.tables[name])
    on = " AND ".join(f"s.{quoted(k)} IS NOT DISTINCT FROM e.{quoted(k)}" for k in keys)
    return (
        f"(SELECT *, true AS \"there\" FROM read_parquet('{path}')) AS s FULL JOIN "
        f'(SELECT *, true AS "there" FROM ({rows})) AS e ON {on or "true"}'
    )


def _difference(opened: Opened, run: Run, name: str, evidence: Evidence) -> InputDifference:
    """Count rows that agree, differ or stand on one side only, and read the first differences."""
    table = run.session.dataset.tables[name]
    keys, others = _columns(opened, table)
    connection = run.session.dataset.connection
    if _sealed_table(opened, name) is None:
        return InputDifference(name, 0, 0, 0, table.rows, ())
    joined = _joined(opened, run, name, keys)
    unlike = [f"s.{quoted(c)} IS DISTINCT FROM e.{quoted(c)}" for c in others] or ["false"]
    both = "s.there AND e.there"
    counts = (
        f"count(*) FILTER ({both} AND NOT ({' OR '.join(unlike)})), "
        f"count(*) FILTER ({both} AND ({' OR '.join(unlike)})), "
        "count(*) FILTER (e.there IS NULL), count(*) FILTER (s.there IS NULL)"
    )
    (row,) = connection.execute(f"SELECT {counts} FROM {joined}").fetchall()
    same, changed, only_sealed, only_evidence = map(int, row)
    shown: list[tuple[str, str, str, str]] = []
    named = ", ".join(f"'{k}=' || coalesce(CAST(s.{quoted(k)} AS VARCHAR), '')" for k in keys)
    for column, condition in zip(others, unlike, strict=False):
        sql = (
            f"SELECT concat_ws(', ', {named or chr(39) * 2}), CAST(s.{quoted(column)} AS VARCHAR), "
            f"CAST(e.{quoted(column)} AS VARCHAR) FROM {joined} WHERE {both} AND {condition} "
            f"ORDER BY ALL LIMIT {SHOWN}"
        )
        read = connection.execute(sql).fetchall()
        shown += [(str(key), column, str(old), str(new)) for key, old, new in read]
    if evidence.partial:
        only_sealed = 0
    return InputDifference(name, same, changed, only_sealed, only_evidence, tuple(shown[:SHOWN]))


def _merged(opened: Opened, run: Run, name: str, folder: Path) -> SealedTable:
    """Write the sealed rows with those of the evidence in the place of their equals."""
    table = run.session.dataset.tables[name]
    keys, _ = _columns(opened, table)
    sealed = _sealed_table(opened, name)
    if sealed is None or not table.input.key:
        refuse(
            "evidence.no-key",
            text(
                f"表“{name}”没有主键，无法逐行对应；请给出整张表",
                f'table "{name}" has no key, so that rows cannot be matched; give all of it',
            ),
        )
    path = str(opened.folder / sealed.member).replace("'", "''")
    target = folder / f"{name}.parquet"
    names = [c.name for c in sealed.columns]
    rows = given_rows(run, table)
    own = {c.name for c in given_columns(table)}
    chosen = ", ".join(quoted(n) if n in own else f"NULL AS {quoted(n)}" for n in names)
    on = " AND ".join(f"s.{quoted(k)} IS NOT DISTINCT FROM e.{quoted(k)}" for k in keys)
    sql = (
        f"SELECT {', '.join(map(quoted, names))} FROM read_parquet('{path}') AS s "
        f"WHERE NOT EXISTS (SELECT 1 FROM ({rows}) AS e WHERE {on}) "
        f"UNION ALL SELECT {chosen} FROM ({rows})"
    )
    out = str(target).replace("'", "''")
    run.session.dataset.connection.execute(f"COPY ({sql}) TO '{out}' (FORMAT parquet)")
    return SealedTable(target, table.origin)
