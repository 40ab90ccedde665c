"""The rows of a run, grain by grain: every formula of an input table's rows, or of groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import pyarrow as pa

    from mrv.engine.run import Run
    from mrv.engine.withheld import Hidden
    from mrv.language.types import Grain
    from mrv.messages import Lang

_BATCH = 50_000


@dataclass(frozen=True)
class Frame:
    """The values of one grain: the rows of an input table, or groups with keys.

    Attributes:
        name: file name without its ending, such as ``rows-ship`` or ``by-ship-month``.
        relation: relation of the plan.
        keys: key columns.
        columns: column of the relation, and the name it is shown under.
        units: units by shown name.
        tiers: names of the branches by shown name.
        rows: whether it is an input table, with row numbers.
        hidden: rows of it that are withheld.
    """

    name: str
    relation: str
    keys: tuple[str, ...]
    columns: tuple[tuple[str, str], ...]
    units: Mapping[str, str]
    tiers: Mapping[str, tuple[str, ...]]
    rows: bool
    hidden: Hidden | None = None


def frames(run: Run) -> list[Frame]:
    """Return every grain that has values, except the report."""
    planned = run.session.planned
    return [
        _frame(run, grain, relation, keys)
        for grain, relation, keys in planned.frames
        if not grain.is_report
    ]


def _frame(run: Run, grain: Grain, relation: str, keys: tuple[str, ...]) -> Frame:
    planned = run.session.planned
    units: dict[str, str] = {}
    tiers: dict[str, tuple[str, ...]] = {}
    columns: dict[str, str] = {key: key for key in keys}
    if grain.is_row and grain.table:
        for column in run.methodology.inputs[grain.table].columns:
            columns.setdefault(column.name, column.name)
            if column.unit is not None and str(column.unit) != "1":
                units[column.name] = column.unit.spelling
    for field in planned.plan.fields:
        if field.relation != relation:
            continue
        columns[field.column] = field.formula
        if field.unit is not None:
            units[field.formula] = field.unit
        if field.tier:
            columns[field.tier] = f"{field.formula} tier"
            tiers[f"{field.formula} tier"] = field.tiers
    for fired in planned.fired:
        if fired.grain == grain:
            columns[fired.flag] = f"check {fired.check.name}"
    name = f"rows-{grain.table}" if grain.is_row else "by-" + "-".join(keys)
    return Frame(name, relation, keys, tuple(columns.items()), units, tiers, grain.is_row,
                 run.hidden.get(grain))  # fmt: skip


def batches(run: Run, frame: Frame, limit: int | None = None) -> Iterator[pa.Table]:
    """Read a frame part by part, ordered by its keys, so that memory does not follow its size.

    Args:
        run: the run.
        frame: which values.
        limit: how many rows at most; None for all.
    """
    import pyarrow as pa

    session = run.session
    sql = session.query(
        frame.relation,
        [own for own, _ in frame.columns],
        keys=frame.keys,
        rows=frame.rows,
        where=frame.hidden.condition(session.outer) if frame.hidden is not None else None,
        limit=limit,
        labelled=True,
    )
    reader = session.dataset.connection.sql(sql).to_arrow_reader(_BATCH)
    seen = False
    for batch in reader:
        seen = True
        yield _shown(frame, pa.Table.from_batches([batch]))
    if not seen:
        yield _shown(frame, reader.schema.empty_table())
    if frame.hidden is not None and limit is None:
        yield _withheld(run, frame, _shown(frame, reader.schema.empty_table()))


def _withheld(run: Run, frame: Frame, empty: pa.Table) -> pa.Table:
    """Return one row without keys for the withheld rows of each organisation and period."""
    import pyarrow as pa

    from mrv.engine.remainders import remainders

    formulas = [name for _, name in frame.columns if name in run.methodology.formulas]
    hidden = frame.hidden
    rest = [] if hidden is None else remainders(run.methodology, run.session, hidden, formulas)
    rows = [
        {
            "organisation": one.organisation, "period": one.period, **one.sums,
            "withheld": one.rows,
        }
        for one in rest
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, schema=empty.schema)


def _shown(frame: Frame, table: pa.Table) -> pa.Table:
    """Name columns and branches as people know them."""
    import pyarrow as pa

    columns = {name: table.column(name) for name in ("organisation", "period")}
    if frame.rows:
        columns["row"] = table.column("_row")
    for own, name in frame.columns:
        column = table.column(own)
        if name in frame.tiers:
            names = frame.tiers[name]
            column = pa.array(
                [None if number is None else names[number] for number in column.to_pylist()],
                pa.string(),
            )
        columns[name if name not in columns else f"{name} "] = column
    if frame.hidden is not None:
        columns["withheld"] = pa.array([0] * table.num_rows, pa.int64())
    return pa.table(columns)


_PARTS = {
    "month": text("月", "month"),
    "day": text("日", "day"),
    "year": text("年", "year"),
}


def key_label(run: Run, key: str, lang: Lang) -> str:
    """Say what a key column is called in the data: its label, else its name.

    Args:
        run: the run.
        key: name of the column, such as ``user`` or ``start.month``.
        lang: the language.
    """
    name, _, part = key.partition(".")
    labels = (
        column.label
        for table in run.methodology.inputs.values()
        for column in table.columns
        if column.name == name and column.label is not None
    )
    label = next(labels, None)
    if label is None:
        return key
    if part in _PARTS:
        said = _PARTS[part]
        return text(f"{label.zh}的{said.zh}", f"{said.en} of {label.en}").in_(lang)
    return label.in_(lang)
