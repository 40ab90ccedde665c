"""Tables on their way into a receipt: put in order, hashed, and written as Parquet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.receipt.content import PLACE, Hasher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from mrv.receipt.content import Content

GROUP = 1 << 17
"""Rows of a Parquet row group, and of a batch."""

_FEW = 0.5
"""A number column whose first rows repeat at least this much is kept as a dictionary."""


def quoted(name: str) -> str:
    """Return a name as SQL writes it."""
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def ordered(
    sql: str, names: Sequence[str], first: Sequence[str], numbers: Sequence[str] = ()
) -> str:
    """Put the rows of a query into the order of a sealed table.

    The keys come first, then every other column, the place in the emitter's file last: rows that
    this order does not tell apart are the same in all that is hashed.

    Args:
        sql: the query.
        names: its columns.
        first: the keys.
        numbers: columns in which minus zero is to be told from zero, which sort alike.

    Example:
        >>> ordered("SELECT * FROM t", ["_row", "a", "b"], ["b"])
        'SELECT "_row", "a", "b" FROM (SELECT * FROM t) ORDER BY "b" NULLS FIRST, "a" NULLS FIRST, "_row" NULLS FIRST'
    """  # noqa: E501 - one line of SQL
    rest = [name for name in names if name not in first and name != PLACE]
    last = [PLACE] if PLACE in names else []
    signs = [f"signbit({quoted(name)})" for name in numbers]
    values = [quoted(name) for name in (*first, *rest)]
    by = ", ".join(f"{one} NULLS FIRST" for one in (*values, *signs, *map(quoted, last)))
    return f"SELECT {', '.join(map(quoted, names))} FROM ({sql}) ORDER BY {by}"


def batches(connection: duckdb.DuckDBPyConnection, sql: str) -> Iterator[pa.RecordBatch]:
    """Read a query in batches of :data:`GROUP` rows, the last one shorter."""
    import pyarrow as pa

    kept: list[Any] = []
    count = 0
    for batch in connection.sql(sql).to_arrow_reader(GROUP):
        while batch.num_rows:
            part = batch.slice(0, GROUP - count)
            batch = batch.slice(part.num_rows)  # noqa: PLW2901 - what is left of it
            kept.append(part)
            count += part.num_rows
            if count == GROUP:
                yield _joined(pa, kept)
                kept, count = [], 0
    if kept:
        yield _joined(pa, kept)


def _joined(pa: Any, parts: Sequence[pa.RecordBatch]) -> pa.RecordBatch:
    table = pa.Table.from_batches(parts).combine_chunks()
    return table.to_batches()[0]


class Written:
    """Columns of a stream of batches, written to a Parquet file and hashed on the way.

    Attributes:
        numbers: numbers of look-ups that occurred in the columns kept as ``int32``.
    """

    def __init__(self, path: Path, names: Mapping[str, str], kinds: Mapping[str, str]) -> None:
        """Begin a file.

        Args:
            path: the file.
            names: for each column of the query that is written, its name in the file.
            kinds: Arrow types of columns that are kept smaller than they come, such as ``int8``.
        """
        self._path, self._names, self._kinds = path, dict(names), kinds
        self._hasher = Hasher(list(names.values()))
        self._writer: Any = None
        self.numbers: set[int] = set()

    def add(self, batch: pa.RecordBatch) -> None:
        """Write a batch; the first one settles how columns are encoded."""
        import pyarrow as pa

        arrays = [self._cast(pa, name, batch.column(name)) for name in self._names]
        for array in arrays:
            if array.type == pa.int32():
                self.numbers |= set(array.unique().drop_null().to_pylist())
        part = pa.record_batch(arrays, names=list(self._names.values()))
        self._hasher.add(part)
        if self._writer is None:
            self._writer = _writer(self._path, part)
        self._writer.write_batch(part, row_group_size=GROUP)

    def _cast(self, pa: Any, name: str, column: pa.Array) -> pa.Array:
        kind = self._kinds.get(name)
        return column.cast(getattr(pa, kind)()) if kind else column

    def close(self, empty: pa.Schema) -> Content:
        """Finish the file; a table without rows still has its columns.

        Args:
            empty: the schema of the query, for a table that brought no batch.
        """
        import pyarrow as pa

        if self._writer is None:
            arrays = [pa.array([], empty.field(name).type) for name in self._names]
            self.add(pa.record_batch(arrays, names=list(self._names)))
        self._writer.close()
        return self._hasher.content()


def _writer(path: Path, first: pa.RecordBatch) -> Any:
    """Open a Parquet writer whose bytes follow from the rows alone."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    split: dict[str, str] = {}
    for name, column in zip(first.schema.names, first.columns, strict=True):
        number = pa.types.is_floating(column.type)
        if number and pc.count_distinct(column).as_py() > _FEW * max(1, first.num_rows):
            split[name] = "BYTE_STREAM_SPLIT"
        elif name == PLACE:
            split[name] = "DELTA_BINARY_PACKED"
    return pq.ParquetWriter(
        path,
        first.schema,
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=3,
        use_dictionary=[name for name in first.schema.names if name not in split],
        column_encoding=split,
        write_statistics=True,
        store_schema=False,
    )
