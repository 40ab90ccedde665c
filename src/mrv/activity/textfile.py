"""CSV and Parquet files.

A CSV file is read once, by Arrow, block by block, into a staged Parquet file: its content is needed
several times (validation, calculation), and a Parquet file gives row numbers to every thread. All
cells stay texts. DuckDB's own reader was tried and lost: told the line ends, it took a line break
inside a cell for the end of a row, or two rows for one, without a word.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mrv.activity.encoding import check_utf8, to_utf8
from mrv.activity.hashing import stage_hashed
from mrv.activity.raw import file_row, make_raw, parquet_source
from mrv.activity.sql import render
from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity.hashing import Guard
    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace

_SEPARATORS = (",", "\t", ";", "|")
_BLOCK = 1 << 22
_ROW_GROUP = 1 << 20
_LISTED = 5


@dataclass(frozen=True)
class _Head:
    """What the beginning of a file says: headings, lines above them, separator."""

    headings: list[str]
    above: int
    separator: str


def open_csv(
    workspace: Workspace,
    name: str,
    path: Path,
    *,
    encoding: str | None = None,
    header_row: int = 1,
    guard: Guard | None = None,
) -> Raw:
    """Open a CSV file (comma, semicolon, tab or bar) as a raw table of texts.

    Args:
        workspace: where it is opened.
        name: the input table's name.
        path: the file.
        encoding: its encoding if it is not UTF-8.
        header_row: the row that holds the headings, from 1.
        guard: what hashes its secret keys, if it has any.

    Raises:
        Refused: ``file.encoding``, ``file.empty``, ``table.malformed``.
    """
    origin = path.name
    if encoding and encoding.lower().replace("_", "-") not in {"utf-8", "utf8", "utf-8-sig"}:
        copy = workspace.folder / f"{name}.utf8.csv"
        to_utf8(path, encoding, copy, origin)
        path = copy
    try:
        return _open_utf8(workspace, name, path, origin, header_row=header_row, guard=guard)
    finally:
        if path.parent == workspace.folder:  # a copy may hold what must not stay
            path.unlink()


def _open_utf8(
    workspace: Workspace,
    name: str,
    path: Path,
    origin: str,
    *,
    header_row: int,
    guard: Guard | None,
) -> Raw:
    """Open a CSV file in UTF-8."""
    check_utf8(path, origin)
    head = _head(path, origin, header_row)
    names = [f"k{index}" for index in range(len(head.headings))]
    staged = workspace.folder / f"{name}.parquet"
    _stage(path, staged, origin, head, header_row=header_row, guard=guard)
    return make_raw(
        workspace,
        name,
        origin,
        parquet_source(str(staged)),
        row=file_row(header_row - 1),
        names=names,
        headings=head.headings,
        staged=True,
    )


def _head(path: Path, origin: str, header_row: int) -> _Head:
    """Read the beginning of a file up to its heading row."""
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        separator = _separator(stream.read(1 << 16), header_row)
    above = 0
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        try:
            for number, record in enumerate(reader, start=1):
                if number == header_row and not any(record):
                    break
                if number == header_row:
                    return _Head([" ".join(cell.split()) for cell in record], above, separator)
                above = reader.line_num
        except csv.Error:
            raise Refused([_unbalanced(origin)]) from None
    return refuse(
        "file.empty",
        text(
            f"文件第 {header_row} 行没有标题",
            f"row {header_row} of the file has no headings",
        ),
        Place(file=origin),
    )


def _separator(start: str, header_row: int) -> str:
    """Find the separator that the heading row uses most, outside quotes."""
    lines = start.splitlines()
    line = lines[header_row - 1] if len(lines) >= header_row else ""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count)


def _stage(
    path: Path, staged: Path, origin: str, head: _Head, *, header_row: int, guard: Guard | None
) -> None:
    """Copy the cells into a Parquet file, the heading row first; refuse ragged rows.

    Secret keys are hashed on the way, the heading above them with them.
    """
    import pyarrow as pa
    import pyarrow.csv as pc
    import pyarrow.parquet as pq

    names = [f"k{index}" for index in range(len(head.headings))]
    secret = guard.positions(head.headings) if guard is not None else frozenset()
    ragged: list[tuple[int | None, int]] = []

    def note(row: Any) -> str:
        ragged.append((row.number, row.actual_columns))
        return "skip"

    options = {
        "read_options": pc.ReadOptions(
            column_names=names, skip_rows=head.above, block_size=_BLOCK, use_threads=False
        ),
        "parse_options": pc.ParseOptions(
            delimiter=head.separator,
            newlines_in_values=True,
            ignore_empty_lines=False,  # so that row numbers stay those of the file
            invalid_row_handler=note,
        ),
        "convert_options": pc.ConvertOptions(column_types={n: pa.string() for n in names}),
    }
    try:
        with pc.open_csv(path, **options) as reader, pq.ParquetWriter(staged, reader.schema) as out:
            last = None
            for batch in reader:
                kept = guard.hashed(batch, secret) if guard is not None else batch
                out.write_batch(kept, row_group_size=_ROW_GROUP)
                last = batch if batch.num_rows else last
    except pa.ArrowInvalid:
        what = text("有一行无法读取（是否过长？）", "a row cannot be read (is it too long?)")
        raise Refused([Diagnostic("table.malformed", what, Place(file=origin))]) from None
    if last is not None and _swallows_lines(last) and _quotes(path) % 2:
        raise Refused([_unbalanced(origin)])
    if ragged:
        raise Refused([_ragged(origin, ragged, len(names), header_row, head.above)])


def _swallows_lines(batch: Any) -> bool:
    """Whether the last row has a line break in a cell, as when a quotation mark is never closed."""
    (row,) = batch.slice(batch.num_rows - 1).to_pylist()
    return any("\n" in cell or "\r" in cell for cell in row.values())


def _quotes(path: Path) -> int:
    """Count the quotation marks, of which a well-formed file has an even number."""
    with path.open("rb") as stream:
        return sum(block.count(b'"') for block in iter(lambda: stream.read(_BLOCK), b""))


def _unbalanced(origin: str) -> Diagnostic:
    return Diagnostic(
        "table.malformed",
        text(
            "双引号不成对，无法分清单元格",
            "quotation marks do not pair up: cells cannot be told apart",
        ),
        Place(file=origin),
        hint=text(
            "单元格中的双引号须写成两个，且整格加双引号。",
            "Double a quotation mark inside a cell, and put the whole cell in quotation marks.",
        ),
    )


def _ragged(
    origin: str, ragged: list[tuple[int | None, int]], columns: int, header_row: int, above: int
) -> Diagnostic:
    rows = [(number or 0) - above + header_row - 1 for number, _ in ragged]
    shown = ", ".join(str(row) for row in rows[:_LISTED]) + (" …" if len(rows) > _LISTED else "")
    return Diagnostic(
        "table.malformed",
        text(
            f"{len(rows)} 行的列数与标题行（{columns} 列）不同：第 {shown} 行",
            f"the number of cells differs from the {columns} headings in {len(rows)} rows: {shown}",
        ),
        Place(file=origin, line=rows[0]),
        hint=text(
            "含分隔符或换行的单元格须加双引号；空单元格也要保留分隔符。",
            "Put cells that hold a separator or line break in quotation marks; keep the separators "
            "of empty cells.",
        ),
    )


def open_parquet(workspace: Workspace, name: str, path: Path, guard: Guard | None = None) -> Raw:
    """Open a Parquet file in place, or a copy of it in which secret keys are hashes.

    Raises:
        Refused: ``file.corrupt`` if it is not a Parquet file.
    """
    import duckdb

    source = parquet_source(str(path))
    try:
        described = workspace.connection.execute(
            f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {render(source)}"
        ).fetchall()
    except duckdb.Error:
        refuse(
            "file.corrupt",
            text("文件不是完整的 Parquet 文件", "the file is not a complete Parquet file"),
            Place(file=path.name),
        )
    names = [row[0] for row in described]
    secret = guard.positions(names) if guard is not None else frozenset()
    if guard is not None and secret:
        staged = workspace.folder / f"{name}.parquet"
        stage_hashed(path, staged, guard, secret)
        source = parquet_source(str(staged))
    return make_raw(
        workspace, name, path.name, source, row=file_row(0), names=names, headings=names
    )
