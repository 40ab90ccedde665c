"""Open what a user has: CSV, Excel, Parquet, JSON, a zip or a folder; say what is broken."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NoReturn

from mrv.factors.imports.cells import fold_header, plain
from mrv.factors.imports.encoding import decode
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mrv.messages import Text

_HEADER_WITHIN = 15
_SEPARATORS = ";,\t|"


@dataclass(frozen=True)
class Grid:
    """The cells of a table before its header is known.

    Attributes:
        file: file name.
        rows: all rows, the header among them.
        lines: the number of each row as the user sees it: line, sheet row or record.
        notes: how the file was read.
        comma: whether numbers may be written with a decimal comma.
    """

    file: str
    rows: Sequence[Sequence[Any]]
    lines: Sequence[int]
    notes: tuple[Text, ...] = ()
    comma: bool = False


@dataclass(frozen=True)
class Table:
    """A grid with its header.

    Attributes:
        grid: the cells.
        header: index of the header row.
        columns: position of each column by its folded name.
    """

    grid: Grid
    header: int
    columns: dict[str, int]

    def at(self, name: str) -> int:
        """Return the position of a column, -1 if the table has none of that name."""
        return self.columns.get(fold_header(name), -1)

    def __iter__(self) -> Iterator[tuple[int, Sequence[Any]]]:
        """Yield the rows below the header that hold anything, with their numbers."""
        width = max(self.columns.values()) + 1
        for at in range(self.header + 1, len(self.grid.rows)):
            row = self.grid.rows[at]
            if len(row) < width:
                row = (*row, *[None] * (width - len(row)))
            if any(cell is not None and cell != "" for cell in row):
                yield self.grid.lines[at], row


def with_header(grid: Grid, wanted: Sequence[str]) -> Table | None:
    """Find the header row: one of the first rows that has all wanted columns."""
    needed = {fold_header(name) for name in wanted}
    for at, row in enumerate(grid.rows[:_HEADER_WITHIN]):
        names = [fold_header(plain(cell)) for cell in row]
        if needed <= set(names):
            columns: dict[str, int] = {}
            for position, name in enumerate(names):
                if name:
                    columns.setdefault(name, position)
            return Table(grid, at, columns)
    return None


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file, empty for a folder."""
    return "" if path.is_dir() else sha256(path.read_bytes()).hexdigest()


def open_grid(path: Path, encoding: str | None = None) -> Grid:
    """Read a CSV, Excel or Parquet file.

    Raises:
        Refused: ``import.file-damaged``, ``import.file-kind``, ``import.empty``,
            ``import.encoding``.
    """
    ending = path.suffix.casefold()
    if ending == ".parquet":
        grid = _parquet(path)
    elif ending in {".xlsx", ".xlsm"}:
        grid = _workbook(path)
    elif ending in {".csv", ".txt", ".tsv"}:
        grid = _separated(path, encoding)
    else:
        known = ".csv .tsv .txt .xlsx .parquet .json .zip"
        what = text(f"不认识的文件类型“{ending}”", f'unknown kind of file "{ending}"')
        hint = text(f"可读取：{known}，以及文件夹", f"Known are {known} and folders.")
        refuse("import.file-kind", what, Place(file=path.name), hint=hint)
    if len(grid.rows) < 2:  # noqa: PLR2004 - a header and one row
        _empty(path)
    return grid


def open_json(path: Path) -> Any:
    """Read a JSON file.

    Raises:
        Refused: ``import.file-damaged`` with the line, ``import.empty``.
    """
    body = path.read_bytes()
    if not body.strip():
        _empty(path)
    return parse_json(body, path.name)


def parse_json(body: bytes, name: str) -> Any:
    """Parse a JSON document; decimal numbers become texts, so that their printed digits stay."""
    written, _ = decode(body, name)
    try:
        return json.loads(written, parse_float=str, parse_constant=lambda _: None)
    except (json.JSONDecodeError, RecursionError) as problem:
        line = getattr(problem, "lineno", None)
        what = text(
            "JSON 无法读取：内容残缺或格式有误", "the JSON cannot be read: cut short or malformed"
        )
        refuse("import.file-damaged", what, Place(file=name, line=line))


def _empty(path: Path) -> NoReturn:
    what = text("文件中没有数据行", "the file holds no rows")
    refuse("import.empty", what, Place(file=path.name))


def _damaged(path: Path, zh: str, en: str) -> NoReturn:
    hint = text("请重新下载后再试。", "Fetch the file again.")
    refuse("import.file-damaged", text(zh, en), Place(file=path.name), hint=hint)


def _parquet(path: Path) -> Grid:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
    except (pa.ArrowException, OSError):
        _damaged(path, "Parquet 文件被截断或已损坏", "the Parquet file is cut short or damaged")
    names = tuple(table.column_names)
    columns = [table.column(at).to_pylist() for at in range(len(names))]
    rows = [names, *zip(*columns, strict=True)] if columns else [names]
    return Grid(path.name, rows, range(len(rows)))


def _workbook(path: Path) -> Grid:
    import zipfile

    from openpyxl import load_workbook

    try:
        book = load_workbook(path, read_only=True, data_only=True)
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        _damaged(path, "Excel 文件已损坏", "the Excel file is damaged")
    try:
        sheets = {sheet.title: sheet for sheet in book.worksheets}
        # The UK flat file has a cover sheet before the one with the factors.
        named = [title for title in sheets if "factors by category" in title.casefold()]
        title = named[0] if named else max(sheets, key=lambda name: sheets[name].max_row or 0)
        rows = [tuple(row) for row in sheets[title].iter_rows(values_only=True)]
    finally:
        book.close()
    note = text(f"读取工作表“{title}”", f'sheet "{title}" was read')
    return Grid(path.name, rows, range(1, len(rows) + 1), (note,))


def _separated(path: Path, encoding: str | None) -> Grid:
    body = path.read_bytes()
    if not body.strip():
        _empty(path)
    written, said = decode(body, path.name, encoding)
    start = "\n".join(written.splitlines()[:_HEADER_WITHIN])
    separator = max(_SEPARATORS, key=start.count)
    csv.field_size_limit(1 << 22)
    reader = csv.reader(io.StringIO(written, newline=""), delimiter=separator)
    rows: list[Sequence[Any]] = []
    lines: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            lines.append(reader.line_num)
    except csv.Error as problem:
        what = text(f"CSV 格式错误：{problem}", f"the CSV is malformed: {problem}")
        refuse("import.file-damaged", what, Place(file=path.name, line=reader.line_num))
    return Grid(path.name, rows, lines, (said,), comma=separator == ";")
