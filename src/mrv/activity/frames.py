"""Tables that are already in memory: pandas, Arrow, lists of rows; everything goes through Arrow.

DuckDB scans an Arrow table in place. A Python stream or data set is never handed to it: that was
measured to be ten times slower.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from mrv.activity.raw import make_raw
from mrv.activity.sql import col
from mrv.activity.sql import table as table_named
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from mrv.activity.hashing import Guard
    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace
    from mrv.messages import Text


def open_frame(
    workspace: Workspace,
    name: str,
    value: object,
    origin: str | None = None,
    *,
    guard: Guard | None = None,
) -> Raw:
    """Open a pandas frame, Arrow table or list of rows as a raw table.

    Raises:
        Refused: ``table.kind`` if the value is none of these.
    """
    table, notes = _to_arrow(name, value)
    frame = hasattr(value, "iloc")
    return open_arrow(workspace, name, table, origin or name, notes=notes, frame=frame, guard=guard)


def open_arrow(
    workspace: Workspace,
    name: str,
    table: pa.Table,
    origin: str,
    *,
    rows: Sequence[int] | None = None,
    notes: tuple[Text, ...] = (),
    frame: bool = False,
    guard: Guard | None = None,
) -> Raw:
    """Register an Arrow table; ``rows`` are the user's row numbers if not 1, 2, 3 ….

    Args:
        workspace: where it is registered.
        name: the input table's name.
        table: the data.
        origin: the table as the user knows it.
        rows: the user's row numbers.
        notes: what was found while opening it.
        frame: whether it came as a pandas frame.
        guard: what hashes its secret keys, if it has any.
    """
    import numpy as np
    import pyarrow as pa

    headings = [str(heading) for heading in table.column_names]
    if guard is not None:
        table = guard.hashed(table, guard.positions(headings))
    table, zoned = _wall_clock(table)
    numbers = np.arange(1, table.num_rows + 1) if rows is None else np.asarray(rows, dtype="int64")
    names = [f"k{index}" for index in range(len(headings))]
    whole = pa.table([pa.array(numbers, pa.int64()), *table.columns], names=["_row", *names])
    workspace.connection.register(f"frame.{name}", whole)
    return make_raw(
        workspace,
        name,
        origin,
        table_named(f"frame.{name}"),
        row=col("_row"),
        names=names,
        headings=headings,
        notes=(*notes, *zoned),
        frame=frame,
        rows=table.num_rows,
    )


def _wall_clock(table: pa.Table) -> tuple[pa.Table, tuple[Text, ...]]:
    """Turn instants with a time zone into the wall clock of that zone, and say so."""
    import pyarrow as pa
    import pyarrow.compute as pc

    notes = []
    for index, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type) and column.type.tz is not None:
            zone = column.type.tz
            local = pc.local_timestamp(table.column(index))
            table = table.set_column(index, column.name, local)
            notes.append(
                text(
                    f"“{column.name}”按其时区 {zone} 的当地时间读取",
                    f'"{column.name}" is read as local time of its time zone {zone}',
                )
            )
    return table, tuple(notes)


def _to_arrow(name: str, value: object) -> tuple[pa.Table, tuple[Text, ...]]:
    import pyarrow as pa

    if isinstance(value, pa.Table):
        return value, ()
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return rows_to_arrow(name, value), ()
    if hasattr(value, "columns") and hasattr(value, "dtypes") and hasattr(value, "iloc"):
        return _pandas_to_arrow(value), ()
    if hasattr(value, "__arrow_c_stream__"):
        return pa.table(value), ()
    kind = type(value).__name__
    return refuse(
        "table.kind",
        text(f"表“{name}”是 {kind}，无法读取", f'table "{name}" is a {kind}, which cannot be read'),
        Place(file=name),
        hint=text(
            "可用 pandas.DataFrame、pyarrow.Table、文件路径或由字典组成的列表。",
            "Give a pandas.DataFrame, a pyarrow.Table, a path, or a list of dicts.",
        ),
    )


def _pandas_to_arrow(frame: Any) -> pa.Table:
    """Convert column by column, so that a column of mixed objects does not stop the others."""
    import pyarrow as pa

    arrays = []
    for position in range(frame.shape[1]):
        series = frame.iloc[:, position]
        array = None
        if series.dtype != object:
            with suppress(pa.ArrowException, OverflowError, UnicodeError):
                array = pa.array(series, from_pandas=True)
        if array is None:
            array = cells_to_array(series.tolist())
        arrays.append(array)
    if not arrays:
        return pa.table({})
    return pa.table(arrays, names=[encodable(str(heading)) for heading in frame.columns])


def rows_to_arrow(name: str, rows: Sequence[object]) -> pa.Table:
    """Turn a list of dicts into an Arrow table; a key that a row lacks is a missing cell."""
    import pyarrow as pa

    headings: dict[str, None] = {}
    for index, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            kind = type(row).__name__
            refuse(
                "table.kind",
                text(f"第 {index} 行是 {kind}，应为字典", f"row {index} is a {kind}, not a dict"),
                Place(file=name, line=index),
            )
        headings.update(dict.fromkeys(encodable(str(key)) for key in row))
    plain = [{encodable(str(key)): cell for key, cell in row.items()} for row in rows]  # type: ignore[attr-defined]
    arrays = [cells_to_array([row.get(heading) for row in plain]) for heading in headings]
    return pa.table(arrays, names=list(headings)) if arrays else pa.table({})


def cells_to_array(cells: Iterable[object]) -> pa.Array:
    """Turn loose cells into one Arrow array: numbers, instants or flags if all are, else texts.

    Example:
        >>> str(cells_to_array([1, 2.5, None]).type), str(cells_to_array([1, "10 t"]).type)
        ('double', 'string')
    """
    import pyarrow as pa

    values = [None if _is_missing(cell) else _plain(cell) for cell in cells]
    kinds = {type(value) for value in values if value is not None}
    big = any(isinstance(value, int) and abs(value) >= 2**53 for value in values)
    if kinds == {bool}:
        return pa.array(values, pa.bool_())
    if kinds == {int} and not big:
        return pa.array(values, pa.int64())
    if kinds and kinds <= {int, float} and not big:
        return pa.array([None if v is None else float(v) for v in values], pa.float64())
    if kinds == {datetime} and all(v is None or v.tzinfo is None for v in values):
        return pa.array(values, pa.timestamp("us"))
    if kinds == {date}:
        return pa.array(values, pa.date32())
    return pa.array([None if value is None else cell_text(value) for value in values], pa.string())


def _plain(cell: object) -> Any:
    """Turn numpy and pandas scalars into plain Python ones."""
    if isinstance(cell, datetime):
        return cell.to_pydatetime() if hasattr(cell, "to_pydatetime") else cell
    if hasattr(cell, "item") and not isinstance(cell, str):
        return cell.item()
    return cell


def _is_missing(cell: object) -> bool:
    """None, NaN, NaT and pandas.NA: the only values that differ from themselves or are absent."""
    if cell is None or type(cell).__name__ in {"NAType", "NaTType"}:
        return True
    return isinstance(cell, float) and math.isnan(cell)


def cell_text(cell: object) -> str:
    """Write a loose cell as the text a person would have typed.

    Example:
        >>> cell_text(9074729.0), cell_text(True), cell_text(0.1)
        ('9074729', 'true', '0.1')
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        exact = cell.is_integer() and abs(cell) < 2**53
        return str(int(cell)) if exact else repr(cell)
    if isinstance(cell, datetime):
        midnight = not (cell.hour or cell.minute or cell.second or cell.microsecond)
        plain = midnight and cell.tzinfo is None
        return cell.date().isoformat() if plain else cell.isoformat(sep=" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return encodable(str(cell))


def encodable(written: str) -> str:
    """Return the text with halves of characters, which no file can hold, as question marks."""
    return written.encode("utf-8", "replace").decode("utf-8")
