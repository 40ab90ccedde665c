"""Factor rows as tables: CSV that can be reviewed and built again, Parquet, and Excel."""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from mrv.factors.exports.writing import harmless, runs_as_formula
from mrv.factors.release import write_parquet
from mrv.factors.row import COLUMNS, NOT_PERMITTED, SOURCE_COLUMNS
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.factors.row import FactorRow
    from mrv.messages import Text

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MOST_ROWS = 1_048_575
_MOST_CHARACTERS = 32_767
_WIDE = {"id": 44, "name_zh": 24, "name_en": 28, "unit": 22, "document": 40, "note": 40}
_PLAIN = 14


def refuse_forbidden(rows: Sequence[FactorRow]) -> None:
    """Refuse rows whose licence forbids handing them on.

    Raises:
        Refused: ``export.licence``, one finding for each such row.
    """
    findings = [
        Diagnostic(
            "export.licence",
            text(
                f"因子 {row.id} 的许可不允许使用，不能导出",
                f"the licence of factor {row.id} forbids its use, so it is not exported",
            ),
            Place(field=row.id),
            why=text(f"来源：{row.source}", f"Source: {row.source}"),
            hint=text("从导出的清单中去掉它。", "Leave it out of the rows to be exported."),
        )
        for row in rows
        if row.licence == NOT_PERMITTED
    ]
    if findings:
        raise Refused(findings)


def write_csv(rows: Sequence[FactorRow], path: Path) -> None:
    """Write rows as UTF-8 CSV with the columns of ``factors/sources``.

    The file begins with a byte-order mark so that spreadsheets read Chinese; a text that would
    run as a formula gets an apostrophe. Values stay as printed.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(SOURCE_COLUMNS)
        for row in rows:
            writer.writerow([harmless(str(getattr(row, name))) for name in SOURCE_COLUMNS])


def write_release_parquet(rows: Sequence[FactorRow], path: Path) -> None:
    """Write rows as a Parquet file like that of a release, ordered by id."""
    write_parquet(sorted(rows, key=lambda row: row.id), path)


def write_excel(rows: Sequence[FactorRow], path: Path) -> None:
    """Write rows as a workbook: numbers as numbers, every text as a text.

    Raises:
        Refused: ``export.too-many`` or ``export.character`` for what a workbook cannot hold.
    """
    import openpyxl
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    _refuse_unfit(rows)
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("factors")
    sheet.freeze_panes = "B2"
    for number, name in enumerate(COLUMNS, start=1):
        letter = openpyxl.utils.get_column_letter(number)
        sheet.column_dimensions[letter].width = _WIDE.get(name, _PLAIN)
    head = [WriteOnlyCell(sheet, name) for name in COLUMNS]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        cells = []
        for name in COLUMNS:
            value = row.number if name in {"value", "number"} else str(getattr(row, name))
            cell = WriteOnlyCell(sheet, None if value == "" else value)
            if isinstance(value, str) and value:
                # Set after the value: openpyxl itself takes a text that begins with = for code.
                cell.data_type = "s"
                cell.quotePrefix = runs_as_formula(value)
            elif name == "value":
                cell.number_format = _shown_as(row.value)
            cells.append(cell)
        sheet.append(cells)
    book.save(path)


def _shown_as(printed: str) -> str:
    """Return the number format that shows the zeros of the printed value.

    Example:
        >>> _shown_as("0.9240"), _shown_as("21"), _shown_as("1e-3")
        ('0.0000', '0', 'General')
    """
    if "e" in printed.lower():
        return "General"
    digits = len(printed.partition(".")[2])
    return "0." + "0" * digits if digits else "0"


def _refuse_unfit(rows: Sequence[FactorRow]) -> None:
    findings: list[Diagnostic] = []
    if len(rows) > _MOST_ROWS:
        what = text(
            f"{len(rows)} 行放不进一张工作表（最多 {_MOST_ROWS} 行）",
            f"{len(rows)} rows do not fit a sheet ({_MOST_ROWS} at most)",
        )
        hint = text("请导出 CSV 或 Parquet。", "Export CSV or Parquet.")
        raise Refused([Diagnostic("export.too-many", what, hint=hint)])
    for row in rows:
        for name in SOURCE_COLUMNS:
            cell = getattr(row, name)
            problem: Text | None = None
            if _CONTROL.search(cell):
                problem = text("含控制字符", "holds a control character")
            elif len(cell) > _MOST_CHARACTERS:
                problem = text("超过 32767 个字符", "has more than 32767 characters")
            if problem is not None:
                what = text(
                    f"因子 {row.id} 的 {name} {problem.zh}，工作簿放不下",
                    f"{name} of factor {row.id} {problem.en}, which a workbook cannot hold",
                )
                findings.append(Diagnostic("export.character", what, Place(field=name)))
    if findings:
        raise Refused(findings)
