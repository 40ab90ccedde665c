"""The Parquet file of a release: is it one, and has it the columns of factor rows?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NoReturn

from mrv.factors.files import ROWS_FILE, verified
from mrv.factors.row import COLUMNS
from mrv.factors.vocabulary import Names
from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    import pyarrow.parquet as pq

    from mrv.factors.kept import Store

LATER = frozenset({"classification", "condition", "price_year", "part_of"})
"""Columns that the first releases did not have; in those nothing was known there."""

TEXT, NUMBER = "text", "number"

_REMEDY = text(
    "请用 mrv factors build 或 mrv factors import 重新生成该版本。",
    "Make the release again with mrv factors build or mrv factors import.",
)


def open_table(store: Store, *, coded: bool = False) -> pq.ParquetFile:
    """Open the rows of a release, checked against its hash and the columns of a factor row.

    Args:
        store: the release.
        coded: read each different text of a column once, except those of ``id``.

    Raises:
        Refused: ``factor.release-damaged`` if the file is not the one that was released,
            ``factor.release-schema`` if it is no Parquet file or has other columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = store.path / ROWS_FILE
    body = verified(path, str(store.facts["parquet_sha256"]))
    try:
        file = pq.ParquetFile(pa.BufferReader(body))
    except (pa.ArrowException, OSError):
        not_parquet(path)
    kinds = {
        field.name: TEXT
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type)
        else NUMBER
        if pa.types.is_float64(field.type)
        else str(field.type)
        for field in file.schema_arrow
    }
    check_columns(path, kinds)
    if not coded:
        return file
    names = [name for name, kind in kinds.items() if kind == TEXT and name != "id"]
    return pq.ParquetFile(pa.BufferReader(body), read_dictionary=names)


def check_columns(path: Path, kinds: Mapping[str, str]) -> None:
    """Refuse a file whose columns are not those of factor rows.

    Args:
        path: the file, for the message.
        kinds: its columns, each ``TEXT``, ``NUMBER`` or the name of another type.

    Raises:
        Refused: ``factor.release-schema`` with a finding for each column.
    """
    found: list[Diagnostic] = []
    for name in COLUMNS:
        due = NUMBER if name == "number" else TEXT
        if name not in kinds:
            if name not in LATER:
                found.append(_finding(path, f"缺少列 {name}", f"the column {name} is missing"))
        elif kinds[name] != due:
            said = (
                f"列 {name} 的类型是 {kinds[name]}，应为 {_KIND_ZH[due]}",
                f"the column {name} is of type {kinds[name]}, not {_KIND_EN[due]}",
            )
            found.append(_finding(path, *said))
    found += [
        _finding(path, f"多出列 {name}", f"the column {name} is unknown")
        for name in kinds
        if name not in COLUMNS
    ]
    if found:
        raise Refused(found)


_KIND_ZH = {TEXT: "文本", NUMBER: "双精度数"}
_KIND_EN = {TEXT: "text", NUMBER: "a double"}


def not_parquet(path: Path) -> NoReturn:
    """Refuse a file that cannot be read as Parquet."""
    refuse(
        "factor.release-schema",
        text(f"{path.name} 不是可读的 Parquet 文件", f"{path.name} is no readable Parquet file"),
        Place(file=str(path)),
        hint=_REMEDY,
    )


def read_names(path: Path, body: bytes) -> dict[str, dict[str, Names]]:
    """Read the vocabularies of a release.

    Raises:
        Refused: ``factor.release-schema`` if the file is none of vocabularies.
    """
    try:
        return {
            kind: {
                key: Names(**{**n, "synonyms": tuple(n["synonyms"]), "units": tuple(n["units"])})
                for key, n in names.items()
            }
            for kind, names in json.loads(body).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        said = ("不是词表", "no vocabularies are in it")
        raise Refused([_finding(path, *said)]) from None


def empty_cell(path: Path, column: str) -> NoReturn:
    """Refuse a cell without any value; an empty text is how a release says that nothing is known.

    Raises:
        Refused: ``factor.release-schema``.
    """
    raise Refused([_finding(path, f"列 {column} 有空值（null）", f"the column {column} has nulls")])


def _finding(path: Path, chinese: str, english: str) -> Diagnostic:
    what = text(
        f"{path.name} 不是因子库版本的表：{chinese}",
        f"{path.name} is not the table of a factor release: {english}",
    )
    return Diagnostic("factor.release-schema", what, Place(file=str(path)), hint=_REMEDY)
