"""Read the reviewed text files of ``factors/sources``: factor rows and vocabularies."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.factors.row import SOURCE_COLUMNS
from mrv.factors.vocabulary import KINDS, Names
from mrv.messages import Diagnostic, Place, Refused, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PREFIX = "vocabulary-"
NAME_COLUMNS = ("key", "zh", "en", "synonyms", "parent", "group", "units", "note")


@dataclass(frozen=True)
class SourceRow:
    """One line of a source file, as texts, with the place to point at."""

    file: str
    line: int
    texts: Mapping[str, str]

    def at(self, column: str | None = None) -> Place:
        """Return the place of the line, or of one of its cells."""
        return Place(file=self.file, line=self.line, field=column)


@dataclass(frozen=True)
class Sources:
    """Everything that a release is built from."""

    rows: tuple[SourceRow, ...]
    names: Mapping[str, tuple[SourceRow, ...]]

    def vocabulary(self, kind: str) -> dict[str, Names]:
        """Return one vocabulary as keys with their names; a repeated key keeps its first line."""
        found: dict[str, Names] = {}
        for row in self.names.get(kind, ()):
            cell = row.texts
            found.setdefault(
                cell["key"],
                Names(
                    zh=cell["zh"],
                    en=cell["en"],
                    synonyms=_split(cell["synonyms"]),
                    parent=cell["parent"],
                    group=cell["group"],
                    units=_split(cell["units"]),
                    note=cell["note"],
                ),
            )
        return found


def read_sources(folder: Path) -> Sources:
    """Read every CSV file of a folder, in the order of their names.

    Args:
        folder: holds ``<any name>.csv`` with factor rows and ``vocabulary-<kind>.csv``.

    Raises:
        Refused: ``source.missing``, ``source.encoding``, ``source.header`` or ``source.cells``,
            with all findings of all files.
    """
    findings: list[Diagnostic] = []
    rows: list[SourceRow] = []
    names: dict[str, tuple[SourceRow, ...]] = {}
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    if not files:
        what = text(f"{folder} 中没有因子源文件", f"there are no factor source files in {folder}")
        findings.append(Diagnostic("source.missing", what, Place(file=str(folder))))
    for path in files:
        if path.stem.startswith(PREFIX):
            kind = path.stem.removeprefix(PREFIX)
            if kind not in KINDS:
                what = text(f"没有“{kind}”这种词表", f'there is no vocabulary kind "{kind}"')
                hint = did_you_mean(kind, KINDS)
                findings.append(
                    Diagnostic("source.vocabulary", what, Place(file=path.name), hint=hint)
                )
                continue
            names[kind] = tuple(_read(path, NAME_COLUMNS, findings))
        else:
            rows += _read(path, SOURCE_COLUMNS, findings)
    if findings:
        raise Refused(findings)
    return Sources(rows=tuple(rows), names=names)


def _read(path: Path, columns: tuple[str, ...], findings: list[Diagnostic]) -> list[SourceRow]:
    """Read one file; its header must be exactly the given columns, in their order."""
    try:
        body = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        what = text("文件不是 UTF-8 编码", "the file is not in UTF-8")
        findings.append(Diagnostic("source.encoding", what, Place(file=path.name)))
        return []
    reader = csv.reader(body.removeprefix("\ufeff").splitlines(keepends=True), strict=True)
    found: list[SourceRow] = []
    try:
        header = tuple(next(reader, ()))
        if header != columns:
            findings.append(_header(path.name, header, columns))
            return []
        for cells in reader:
            if len(cells) != len(columns):
                what = text(
                    f"应有 {len(columns)} 列，实有 {len(cells)} 列",
                    f"{len(columns)} columns are due, there are {len(cells)}",
                )
                place = Place(file=path.name, line=reader.line_num)
                findings.append(Diagnostic("source.cells", what, place))
                continue
            texts = {c: cell.strip() for c, cell in zip(columns, cells, strict=True)}
            found.append(SourceRow(path.name, reader.line_num, texts))
    except csv.Error as problem:
        what = text(f"CSV 格式错误：{problem}", f"the CSV is malformed: {problem}")
        place = Place(file=path.name, line=reader.line_num)
        findings.append(Diagnostic("source.cells", what, place))
    return found


def _header(file: str, header: tuple[str, ...], columns: tuple[str, ...]) -> Diagnostic:
    """Say which columns of a header are missing, unknown or out of order."""
    missing = [name for name in columns if name not in header]
    unknown = [name for name in header if name not in columns]
    if missing or unknown:
        lost, strange = ", ".join(missing) or "-", ", ".join(unknown) or "-"
        what = text(
            f"表头不符：缺少 {lost}；未知 {strange}",
            f"the header does not fit: missing {lost}; unknown {strange}",
        )
    else:
        what = text("表头各列齐全但次序不对", "the header has all columns but in another order")
    hint = text("列名与次序：" + ",".join(columns), "columns in order: " + ",".join(columns))
    return Diagnostic("source.header", what, Place(file=file, line=1), hint=hint)


def _split(cell: str) -> tuple[str, ...]:
    """Split a cell at semicolons, half or full width."""
    parts = cell.replace("；", ";").split(";")
    return tuple(part.strip() for part in parts if part.strip())
