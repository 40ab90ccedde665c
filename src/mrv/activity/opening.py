"""Open the source of one table by its kind: text file, Parquet, workbook or object in memory."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mrv.activity.frames import open_frame
from mrv.activity.headers import fold
from mrv.activity.sealed import SealedTable, open_sealed
from mrv.activity.sources import BOOK, PARQUET, TEXT
from mrv.activity.textfile import open_csv, open_parquet
from mrv.activity.workbook import open_sheet, sheet_names
from mrv.messages import Place, did_you_mean, refuse, text

if TYPE_CHECKING:
    from mrv.activity.hashing import Guard
    from mrv.activity.mapping import TableMap
    from mrv.activity.raw import Raw
    from mrv.activity.sources import Source
    from mrv.activity.workspace import Workspace


def open_source(
    workspace: Workspace,
    name: str,
    source: Source,
    table: TableMap,
    guard: Guard | None = None,
) -> Raw:
    """Open one source as a raw table.

    Args:
        workspace: where it is opened.
        name: the input table's name.
        source: the file or object.
        table: what the mapping says of it.
        guard: what hashes its secret keys, if it has any.

    Raises:
        Refused: whatever is wrong with the file or object.
    """
    value = source.value
    if isinstance(value, SealedTable):
        return open_sealed(workspace, name, value)
    if not isinstance(value, Path):
        return open_frame(workspace, name, value, guard=guard)
    if not value.is_file():
        refuse(
            "call.no-file", text(f"找不到文件“{value.name}”", f'there is no file "{value.name}"')
        )
    kind = value.suffix.lower()
    if kind in PARQUET:
        return open_parquet(workspace, name, value, guard)
    if kind in TEXT:
        return open_csv(
            workspace, name, value,
            encoding=table.encoding, header_row=table.header_row, guard=guard,
        )  # fmt: skip
    if kind in BOOK:
        sheet = _sheet(value, source.sheet)
        return open_sheet(workspace, name, value, sheet, header_row=table.header_row, guard=guard)
    return refuse(
        "file.kind",
        text(f"不支持 {kind or '无扩展名'} 文件", f"{kind or 'no'} files cannot be read"),
        Place(file=value.name),
        hint=text("请存为 .xlsx、.csv 或 .parquet。", "Save it as .xlsx, .csv or .parquet."),
    )


def _sheet(path: Path, wanted: str | None) -> str:
    sheets = sheet_names(path)
    if wanted is None and len(sheets) == 1:
        return sheets[0]
    match = [sheet for sheet in sheets if fold(sheet) == fold(wanted or "")]
    if match:
        return match[0]
    if wanted is None:
        what = text(
            "工作簿有多张工作表，未指明用哪张", "the workbook has several sheets: which one?"
        )
    else:
        what = text(f"没有工作表“{wanted}”", f'there is no sheet "{wanted}"')
    return refuse(
        "file.sheet", what, Place(file=path.name), hint=did_you_mean(wanted or "", sheets)
    )
