"""CSV files: found encoding, explicit dialect, read once by DuckDB into a staged Parquet file.

The file is staged because its content is needed several times (validation, calculation) and a
Parquet file gives row numbers without forcing one thread. All cells stay texts.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.activity.encoding import check_utf8, to_utf8
from mrv.activity.raw import file_row, make_raw, parquet_source
from mrv.activity.sql import render, words
from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace

_SEPARATORS = (",", "\t", ";", "|")
_LINE = re.compile(r"CSV Error on Line: (\d+)")
_COLUMNS = re.compile(r"Expected Number of Columns: (\d+) Found: (\d+)")
_LONGEST_LINE = 16_000_000


def open_csv(
    workspace: Workspace,
    name: str,
    path: Path,
    *,
    encoding: str | None = None,
    header_row: int = 1,
) -> Raw:
    """Open a CSV file (comma, semicolon, tab or bar) as a raw table of texts.

    Args:
        workspace: where it is opened.
        name: the input table's name.
        path: the file.
        encoding: its encoding if it is not UTF-8.
        header_row: the row that holds the headings, from 1.

    Raises:
        Refused: ``file.encoding``, ``file.empty``, ``table.malformed``.
    """
    origin = path.name
    if encoding and encoding.lower().replace("_", "-") not in {"utf-8", "utf8", "utf-8-sig"}:
        copy = workspace.folder / f"{name}.utf8.csv"
        to_utf8(path, encoding, copy, origin)
        path = copy
    check_utf8(path, origin)
    head = _head(path, origin, header_row)
    names = [f"k{index}" for index in range(len(head.headings))]
    staged = workspace.folder / f"{name}.parquet"
    target = render(words(str(staged)))
    query = f"COPY (SELECT * FROM {_read_csv(path, names, head)}) TO {target} (FORMAT parquet)"
    _stage(workspace, query, origin, len(names))
    return make_raw(
        workspace,
        name,
        origin,
        parquet_source(str(staged)),
        row=file_row(header_row - 1),
        names=names,
        headings=head.headings,
        without_first=True,
    )


@dataclass(frozen=True)
class _Head:
    """What the beginning of a file says: headings, lines above them, separator, line ends."""

    headings: list[str]
    above: int
    separator: str
    line_end: str


def _read_csv(path: Path, names: list[str], head: _Head) -> str:
    """Write the call of ``read_csv`` with everything said, so that nothing is sniffed."""
    listed = ", ".join(f"'{name}': 'VARCHAR'" for name in names)
    options = (
        f"auto_detect=false, header=false, skip={head.above}, columns={{{listed}}}, "
        f"delim={render(words(head.separator))}, quote='\"', escape='\"', nullstr='', "
        f"new_line='{head.line_end}', max_line_size={_LONGEST_LINE}, strict_mode=true"
    )
    return f"read_csv({render(words(str(path)))}, {options})"


def _head(path: Path, origin: str, header_row: int) -> _Head:
    """Read the beginning of a file up to its heading row."""
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        start = stream.read(1 << 16)
    separator = _separator(start, header_row)
    # a line break inside a cell may differ from those between rows, so the latter are said
    line_end = "\\r\\n" if "\r\n" in start else "\\n" if "\n" in start else "\\r"
    csv.field_size_limit(_LONGEST_LINE)
    above = 0
    with path.open("r", encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, delimiter=separator)
        try:
            for number, record in enumerate(reader, start=1):
                if number == header_row:
                    return _Head(_trimmed(record), above, separator, line_end)
                above = reader.line_num
        except csv.Error:
            refuse(
                "table.malformed",
                text(
                    "标题行无法读取（引号是否成对？）", "the heading row cannot be read (quotes?)"
                ),
                Place(file=origin, line=header_row),
            )
    return refuse(
        "file.empty",
        text(
            f"文件没有第 {header_row} 行（应为标题行）",
            f"the file has no row {header_row}, which should hold the headings",
        ),
        Place(file=origin),
    )


def _trimmed(record: list[str]) -> list[str]:
    return [" ".join(cell.split()) for cell in record]


def _separator(start: str, header_row: int) -> str:
    """Find the separator that the heading row uses most, outside quotes."""
    lines = start.splitlines()
    line = lines[header_row - 1] if len(lines) >= header_row else ""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count)


def _stage(workspace: Workspace, query: str, origin: str, columns: int) -> None:
    """Run the staging copy and turn DuckDB's complaint about a line into a finding."""
    import duckdb

    try:
        workspace.connection.execute(query)
    except duckdb.Error as error:
        line = _LINE.search(str(error))
        found = _COLUMNS.search(str(error))
        place = Place(file=origin, line=int(line[1]) if line else None)
        if found:
            what = text(
                f"该行有 {found[2]} 列，而标题行有 {columns} 列",
                f"the line has {found[2]} columns, the heading row has {columns}",
            )
        else:
            what = text("该行无法读取", "the line cannot be read")
        hint = text(
            "含分隔符或换行的单元格须加双引号；空单元格也要保留分隔符。",
            "Put cells that hold a separator or line break in double quotes; keep the separators "
            "of empty cells.",
        )
        raise Refused([Diagnostic("table.malformed", what, place, hint=hint)]) from None


def open_parquet(workspace: Workspace, name: str, path: Path) -> Raw:
    """Open a Parquet file in place.

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
    return make_raw(
        workspace, name, path.name, source, row=file_row(0), names=names, headings=names
    )
