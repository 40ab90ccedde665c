"""The search index of a large release: its columns in a file of the user's cache folder.

The release stays the truth: the index is named by the hash of its rows, is made from it when it is
first searched, and is made anew when it is missing or not whole. Where the folder cannot be
written the columns are kept in memory, and the store says so.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.factors.files import ROWS_FILE, verified
from mrv.factors.table import open_table
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.cabinet import Cabinet
    from mrv.factors.columns import Columns
    from mrv.factors.kept import Store
    from mrv.messages import Text

_PARTS = ("blob", "ends", "sizes", "grams")

FORMAT = 1
"""Changes whenever a column is made in another way."""


def cache_folder() -> Path:
    """Return the folder of things that can be made again: ``MRV_CACHE``, else the system's.

    Example:
        >>> cache_folder().is_absolute()
        True
    """
    if os.environ.get("MRV_CACHE"):
        return Path(os.environ["MRV_CACHE"]).absolute()
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(base).expanduser().absolute() / "mrv"


def index_file(store: Store) -> Path:
    """Return the file that holds, or will hold, the search index of a release."""
    name = f"{store.facts['parquet_sha256']}.{FORMAT}.search"
    return cache_folder() / "factors" / name


def small_columns(store: Store) -> Columns:
    """Read the columns of a release that is read whole."""
    from mrv.factors.encoded import in_memory

    file = open_table(store, coded=True)
    return in_memory(file, store.path)


def large_columns(store: Store) -> tuple[Columns, Text | None]:
    """Open the index of a large release, making it if need be.

    Returns:
        The columns, and what the user should know: why they are not kept, if they are not.
    """
    from mrv.factors.cabinet import read

    # What was released is proved at each start, whether or not its columns are read from it.
    verified(store.path / ROWS_FILE, str(store.facts["parquet_sha256"]))
    path = index_file(store)
    found = opened(read(path), store)
    if found is not None:
        return found, None
    try:
        _make(store, path)
    except OSError as error:
        why = error.strerror or str(error)
        note = text(
            f"查找索引无法写入 {path.parent}（{why}），本次在内存中查找；每次启动都须重建。"
            "可用环境变量 MRV_CACHE 指定另一文件夹。",
            f"the search index cannot be written to {path.parent} ({why}); this time it is kept in "
            "memory and made anew at each start. The environment variable MRV_CACHE names another "
            "folder.",
        )
        return small_columns(store), note
    made = opened(read(path), store)
    return (made, None) if made is not None else (small_columns(store), None)


def opened(cabinet: Cabinet | None, store: Store) -> Columns | None:
    """Return the columns of a release out of its index; None if it is missing or another's."""
    from mrv.factors.columns import Columns
    from mrv.factors.texts import Column, Texts

    if cabinet is None or cabinet.said.get("rows_of") != store.facts["parquet_sha256"]:
        return None

    def load(name: str) -> Column:
        parts = (cabinet.get(f"{name}.{part}") for part in _PARTS)
        return Column(cabinet.get(f"{name}.codes"), Texts(*parts))

    return Columns(int(cabinet.said["rows"]), load, cabinet.get("number"))


def _make(store: Store, path: Path) -> None:
    """Write the index of a release, one column at a time."""
    from mrv.factors.cabinet import writing
    from mrv.factors.encoded import produced
    from mrv.factors.texts import Column

    file = open_table(store, coded=True)
    with writing(path) as writer:
        for name, column in produced(file, store.path):
            if isinstance(column, Column):
                writer.put(f"{name}.codes", column.codes)
                for part in _PARTS:
                    writer.put(f"{name}.{part}", getattr(column.texts, part))
            else:
                writer.put(name, column)
        rows_of = str(store.facts["parquet_sha256"])
        writer.close({"rows": file.metadata.num_rows, "rows_of": rows_of})
