"""Tables of a receipt: typed and in declared units already, with the emitter's own row numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.activity.raw import make_raw, parquet_source
from mrv.activity.sql import col

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace

ROW = "_row"
"""The column of a sealed table that holds the row in the emitter's file."""


@dataclass(frozen=True)
class SealedTable:
    """One table of a receipt.

    Attributes:
        path: its Parquet file: ``_row``, the outer keys that the emitter gave, the declared
            columns in their declared units; keyed hashes stand for secret keys.
        origin: the emitter's file, sheet or frame.
    """

    path: Path
    origin: str


def open_sealed(workspace: Workspace, name: str, table: SealedTable) -> Raw:
    """Open a sealed table as a raw table whose rows keep the numbers that the emitter knows.

    Raises:
        Refused: ``file.corrupt`` if it is not a Parquet file with a column ``_row``.
    """
    import duckdb

    from mrv.activity.sql import render
    from mrv.messages import Place, refuse, text

    source = parquet_source(str(table.path))
    try:
        described = workspace.connection.execute(
            f"DESCRIBE SELECT * EXCLUDE (file_row_number) FROM {render(source)}"
        ).fetchall()
    except duckdb.Error:
        described = []
    names = [str(row[0]) for row in described]
    if ROW not in names:
        refuse(
            "file.corrupt",
            text("封存的表不是完整的 Parquet 文件", "the sealed table is not a complete file"),
            Place(file=table.path.name),
        )
    names.remove(ROW)
    return make_raw(
        workspace, name, table.origin, source, row=col(ROW), names=names, headings=names
    )
