"""Workbooks (.xlsx): sheets read cell by cell into Arrow, with the reasons why one cannot be."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, Any

from mrv.activity.frames import cells_to_array, open_arrow
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity.hashing import Guard
    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LISTED = 5
_LARGEST = 2_000_000_000


def check_workbook(path: Path) -> None:
    """Refuse what only looks like a workbook.

    Raises:
        Refused: ``file.password``, ``file.old-workbook``, ``file.corrupt``.
    """
    start = path.read_bytes()[: 1 << 20]
    if start.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
            refuse(
                "file.password",
                text("工作簿设有打开密码", "the workbook is protected by a password"),
                Place(file=path.name),
                hint=text("请去掉密码后另存。", "Save it without the password."),
            )
        refuse(
            "file.old-workbook",
            text("这是旧式 .xls 工作簿", "this is a workbook of the old .xls kind"),
            Place(file=path.name),
            hint=text("请在 Excel 中另存为 .xlsx。", "Save it as .xlsx in Excel."),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError):
        size, names = 0, set()
    if "xl/workbook.xml" not in names or size > _LARGEST:
        _corrupt(path)


def _corrupt(path: Path) -> None:
    refuse(
        "file.corrupt",
        text("文件不是完整的 .xlsx 工作簿", "the file is not a complete .xlsx workbook"),
        Place(file=path.name),
        hint=text(
            "请用 Excel 打开后重新保存，或导出为 CSV。",
            "Open it in Excel and save it again, or export it as CSV.",
        ),
    )


def _load(path: Path, *, values: bool) -> Any:
    """Open a workbook; whatever a broken file makes the reader raise is one finding."""
    import warnings

    import openpyxl

    try:
        with warnings.catch_warnings():
            # remarks on styles and extensions that do not touch the cells
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, read_only=True, data_only=values)
    except Exception:  # noqa: BLE001 - the reader raises a dozen kinds on broken XML
        return _corrupt(path)


def sheet_names(path: Path) -> tuple[str, ...]:
    """Return the names of the worksheets.

    Raises:
        Refused: as :func:`check_workbook`.
    """
    check_workbook(path)
    book = _load(path, values=True)
    try:
        return tuple(sheet.title for sheet in book.worksheets)
    finally:
        book.close()


def open_sheet(
    workspace: Workspace,
    name: str,
    path: Path,
    sheet: str,
    *,
    header_row: int = 1,
    guard: Guard | None = None,
) -> Raw:
    """Open one worksheet as a raw table; empty rows are passed over, row numbers kept.

    Args:
        workspace: where it is opened.
        name: the input table's name.
        path: the workbook.
        sheet: name of the worksheet.
        header_row: the row that holds the headings, from 1.
        guard: what hashes its secret keys, if it has any.

    Raises:
        Refused: ``file.*`` for broken files, ``file.empty`` without headings,
            ``cell.formula`` for formulas whose result is not stored.
    """
    import pyarrow as pa

    check_workbook(path)
    origin = f"{path.name} [{sheet}]"
    rows = _rows(path, sheet, values=True)
    head = [i for i, (number, _) in enumerate(rows) if number == header_row]
    headings = _headings(rows[head[0]][1]) if head else []
    if not any(headings):
        refuse(
            "file.empty",
            text(
                f"工作表第 {header_row} 行没有标题",
                f"row {header_row} of the sheet has no headings",
            ),
            Place(file=origin, line=header_row),
        )
    body = [(number, cells) for number, cells in rows if number > header_row]
    if _has_formulas(path):
        _check_formulas(path, sheet, origin, dict(body), header_row)
    width = len(headings)
    padded = [(*cells[:width], *[None] * (width - len(cells))) for _, cells in body]
    arrays = [cells_to_array([cells[i] for cells in padded]) for i in range(width)]
    kept = [i for i in range(width) if headings[i]]
    table = pa.table([arrays[i] for i in kept], names=[headings[i] for i in kept])
    numbers = [number for number, _ in body]
    return open_arrow(workspace, name, table, origin, rows=numbers, guard=guard)


def _headings(cells: tuple[Any, ...]) -> list[str]:
    texts = ["" if cell is None else " ".join(str(cell).split()) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _rows(path: Path, sheet: str, *, values: bool) -> list[tuple[int, tuple[Any, ...]]]:
    """Return the rows that hold anything, with their numbers in the sheet."""
    book = _load(path, values=values)
    try:
        worksheet = book[sheet]
        worksheet.reset_dimensions()  # some programs write a wrong size
        numbered = enumerate(worksheet.iter_rows(values_only=True), start=1)
        return [(n, cells) for n, cells in numbered if any(_filled(cell) for cell in cells)]
    except Exception:  # broken XML shows only while reading
        _corrupt(path)
        raise
    finally:
        book.close()


def _filled(cell: object) -> bool:
    return cell is not None and not (isinstance(cell, str) and not cell.strip())


def _has_formulas(path: Path) -> bool:
    with zipfile.ZipFile(path) as archive:
        sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/")]
        return any(b"<f>" in archive.read(n) or b"<f " in archive.read(n) for n in sheets)


def _check_formulas(
    path: Path, sheet: str, origin: str, body: dict[int, tuple[Any, ...]], header_row: int
) -> None:
    """Refuse formulas whose result was never stored: they would read as empty cells."""
    from openpyxl.utils import get_column_letter

    bare = []
    for number, cells in _rows(path, sheet, values=False):
        stored = body.get(number, ())
        for index, cell in enumerate(cells):
            formula = isinstance(cell, str) and cell.startswith("=")
            formula = formula or type(cell).__name__ in {"ArrayFormula", "DataTableFormula"}
            known = index < len(stored) and stored[index] is not None
            if number > header_row and formula and not known:
                bare.append(f"{get_column_letter(index + 1)}{number}")
    if bare:
        shown = ", ".join(bare[:_LISTED]) + (" …" if len(bare) > _LISTED else "")
        refuse(
            "cell.formula",
            text(
                f"{len(bare)} 个公式没有保存计算结果：{shown}",
                f"{len(bare)} formulas have no stored result: {shown}",
            ),
            Place(file=origin, field=bare[0]),
            hint=text(
                "请用 Excel 打开并保存一次，或改为数值。",
                "Open the workbook in Excel and save it, or replace the formulas by values.",
            ),
        )
