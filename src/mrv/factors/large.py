"""Look-ups in a large release: read from its file what a query needs, never every row.

A release of a million rows would take gigabytes as objects. Its file is sorted by property and
key, so that DuckDB reads a few row groups for one look-up; the hash of the file is checked once
when the store is first used, as for a small one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.factors.files import ROWS_FILE
from mrv.factors.row import COLUMNS, FactorRow
from mrv.factors.table import NUMBER, TEXT, check_columns, empty_cell, not_parquet

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from mrv.factors.kept import Store

LARGE = 20_000
"""From so many rows on, a release is read in part."""

_KINDS = {"VARCHAR": TEXT, "DOUBLE": NUMBER}

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Narrowed:
    """What conditions on columns left.

    Attributes:
        counts: how many rows were left by the property and then by each condition, up to the first
            that left none.
        rows: the rows that meet all of them, ordered by id.
        there: if none is left, the values that the rows before the last condition had.
    """

    counts: tuple[int, ...]
    rows: tuple[FactorRow, ...]
    there: frozenset[str] = frozenset()


class Reader:
    """Reads parts of one Parquet file."""

    def __init__(self, path: Path) -> None:
        """Open the file for reading; nothing is read yet."""
        import duckdb

        self._place = str(path)
        self._base: duckdb.DuckDBPyConnection = duckdb.connect()
        # One look-up is a few milliseconds of work: threads cost more than they bring.
        self._base.execute("SET threads = 1")
        self._base.execute("SET parquet_metadata_cache = true")
        try:
            described = self._base.execute("DESCRIBE SELECT * FROM read_parquet(?)", [self._place])
        except duckdb.Error:
            not_parquet(path)
        types = {str(name): str(kind) for name, kind, *_ in described.fetchall()}
        check_columns(path, {name: _KINDS.get(kind, kind) for name, kind in types.items()})
        self._columns = ", ".join(n if n in types else f"'' AS {n}" for n in COLUMNS)

    def narrow(self, name: str, where: Where) -> Narrowed:
        """Return the rows of a property that meet some conditions, and what each of them left."""
        tests = [("property", (name,)), *where]
        rows = self._rows(tests)
        if rows:
            return Narrowed(self._counts(tests), rows)
        counts = self._counts(tests)
        if not counts[0]:
            return Narrowed((0,), ())
        short = next(n for n, count in enumerate(counts) if not count)
        column = tests[short][0]
        condition, values = _sql(tests[:short])
        sql = f"SELECT DISTINCT {column} FROM read_parquet(?) WHERE {condition}"
        there = self._base.execute(sql, [self._place, *values]).fetchall()
        return Narrowed(counts[: short + 1], (), frozenset(str(line[0]) for line in there))

    def get(self, row_id: str) -> FactorRow | None:
        """Return the row with an id, None if there is none."""
        rows = self._rows([("id", (row_id,))])
        return rows[0] if rows else None

    def shared(self, other: Path, name: str) -> frozenset[str]:
        """Return the ids that a property has both here and in another file."""
        sql = (
            "SELECT a.id FROM read_parquet(?) AS a JOIN read_parquet(?) AS b USING (id) "
            "WHERE a.property = ? AND b.property = ?"
        )
        found = self._base.execute(sql, [self._place, str(other), name, name]).fetchall()
        return frozenset(str(line[0]) for line in found)

    def _rows(self, tests: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[FactorRow, ...]:
        condition, values = _sql(tests)
        sql = f"SELECT {self._columns} FROM read_parquet(?) WHERE {condition}"
        found = self._base.execute(sql, [self._place, *values]).fetchall()
        for cells in found:
            if None in cells:
                empty_cell(Path(self._place), COLUMNS[cells.index(None)])
        return tuple(sorted((FactorRow(*cells) for cells in found), key=lambda row: row.id))

    def _counts(self, tests: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[int, ...]:
        first, values = _sql(tests[:1])
        parts, more = ["count(*)"], []
        for size in range(2, len(tests) + 1):
            condition, given = _sql(tests[1:size])
            parts.append(f"count(*) FILTER (WHERE {condition})")
            more += given
        sql = f"SELECT {', '.join(parts)} FROM read_parquet(?) WHERE {first}"
        line = self._base.execute(sql, [*more, self._place, *values]).fetchone()
        return tuple(int(count) for count in line or ())


def shared_ids(front: Store, behind: Store, name: str) -> frozenset[str]:
    """Return the ids of a property that two releases have both, whatever is said there."""
    for one, other in ((front, behind), (behind, front)):
        if one.reader is not None:
            return one.reader.shared(other.path / ROWS_FILE, name)
    here = {row.id for row in front.narrow(name).rows}
    return frozenset(row.id for row in behind.narrow(name).rows if row.id in here)


def _sql(tests: Sequence[tuple[str, tuple[str, ...]]]) -> tuple[str, list[str]]:
    """Write conditions; columns come from a checked list, values are parameters."""
    parts: list[str] = []
    values: list[str] = []
    for column, allowed in tests:
        if len(allowed) == 1:
            parts.append(f"{column} = ?")
        else:
            parts.append(f"{column} IN ({', '.join('?' * len(allowed)) or 'NULL'})")
        values += allowed
    return " AND ".join(parts), values
