"""Where each input table is: a folder, one file, a workbook, or objects in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.activity.frames import open_frame
from mrv.activity.headers import fold, table_spellings
from mrv.activity.textfile import open_csv, open_parquet
from mrv.activity.workbook import open_sheet, sheet_names
from mrv.messages import Diagnostic, Place, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.mapping import TableMap
    from mrv.activity.raw import Raw
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Input
    from mrv.messages import Text

_TEXT = (".csv", ".tsv", ".txt")
_BOOK = (".xlsx", ".xlsm")
_PARQUET = (".parquet", ".pq")
_OLD = (".xls", ".xlsb", ".ods", ".et")


@dataclass(frozen=True)
class Source:
    """Where one input table is.

    Attributes:
        value: a file, or an object in memory.
        sheet: the worksheet if the file is a workbook.
    """

    value: object
    sheet: str | None = None


@dataclass(frozen=True)
class Located:
    """Where the tables are, what was passed over, and what is wrong."""

    sources: Mapping[str, Source]
    notes: tuple[Text, ...] = ()
    found: tuple[Diagnostic, ...] = ()


def locate(
    inputs: Sequence[Input], data: Mapping[str, object] | Path | str, maps: Mapping[str, TableMap]
) -> Located:
    """Find the source of every input table.

    Args:
        inputs: the declared tables.
        data: a folder, a file, or a mapping from table name to frame, rows or path.
        maps: the mapping of each table.

    Raises:
        Refused: ``call.no-file`` if the folder or file does not exist.
    """
    if isinstance(data, Mapping):
        return _from_objects(inputs, data, maps)
    path = Path(data)
    if not path.exists():
        refuse(
            "call.no-file",
            text(f"找不到数据“{path}”", f'there is no data at "{path}"'),
        )
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and not p.name.startswith((".", "~$")))
        return _from_files(inputs, files, path, maps, alone=False)
    return _from_files(inputs, [path], path.parent, maps, alone=True)


def _from_objects(
    inputs: Sequence[Input], data: Mapping[str, object], maps: Mapping[str, TableMap]
) -> Located:
    names = {spelling: i.name for i in inputs for spelling in table_spellings(i)}
    sources: dict[str, Source] = {}
    found = []
    for given, value in data.items():
        name = names.get(fold(str(given)))
        if name is None:
            what = text(f"方法学没有表“{given}”", f'the methodology has no table "{given}"')
            hint = did_you_mean(str(given), [i.name for i in inputs])
            found.append(Diagnostic("call.unknown-table", what, hint=hint))
        elif name in sources:
            found.append(_twice(name, str(given)))
        elif value is not None:
            source = Path(value) if isinstance(value, str) else value
            sources[name] = Source(source, maps[name].sheet)
    return Located(sources, found=tuple(found))


def _from_files(
    inputs: Sequence[Input],
    files: Sequence[Path],
    folder: Path,
    maps: Mapping[str, TableMap],
    *,
    alone: bool,
) -> Located:
    sources: dict[str, Source] = {}
    found: list[Diagnostic] = []
    used: set[Path] = set()
    for declared in inputs:
        source = _mapped(declared, folder, maps[declared.name], found)
        if source is not None:
            sources[declared.name] = source
            used.add(Path(str(source.value)).resolve())
    mapped = set(sources)
    for path in files:
        if path.resolve() in used and len(files) > 1:
            continue
        for name, source in _offers(inputs, path, maps, found, alone=alone):
            if name in mapped or maps[name].file:
                continue
            if name in sources:
                found.append(_twice(name, path.name))
            else:
                sources[name] = source
            used.add(path.resolve())
    left = [path.name for path in files if path.resolve() not in used]
    shown = ", ".join(left[:8]) + (" …" if len(left) > 8 else "")  # noqa: PLR2004
    notes = (text(f"未使用的文件：{shown}", f"files not used: {shown}"),) if left else ()
    return Located(sources, notes, tuple(found))


def _mapped(
    declared: Input, folder: Path, table: TableMap, found: list[Diagnostic]
) -> Source | None:
    if not table.file:
        return None
    path = folder / table.file
    if path.is_file():
        return Source(path, table.sheet)
    what = text(
        f"映射中表“{declared.name}”的文件“{table.file}”不存在",
        f'the file "{table.file}" that the mapping names for "{declared.name}" does not exist',
    )
    near = [p.name for p in folder.iterdir() if p.is_file()]
    found.append(Diagnostic("call.no-file", what, hint=did_you_mean(table.file, near)))
    return None


def _offers(
    inputs: Sequence[Input],
    path: Path,
    maps: Mapping[str, TableMap],
    found: list[Diagnostic],
    *,
    alone: bool,
) -> list[tuple[str, Source]]:
    """Return the input tables that a file holds, by its name or the names of its sheets."""
    kind = path.suffix.lower()
    named = [i.name for i in inputs if fold(path.stem) in table_spellings(i)]
    if kind in _BOOK:
        return _sheets(inputs, path, named, maps, found, alone=alone)
    if kind not in (*_TEXT, *_PARQUET, *_OLD):
        return []
    needed = [i.name for i in inputs if not i.optional] or [i.name for i in inputs]
    if not named and alone and len(needed) == 1:
        named = needed
    if not named and alone:
        names = ", ".join(i.name for i in inputs)
        what = text(
            f"无法判断文件“{path.name}”是哪张表（{names}）",
            f'it is not clear which table "{path.name}" is ({names})',
        )
        hint = text("请给出文件夹，或在映射中写 file。", "Give a folder, or write `file` in the mapping.")
        found.append(Diagnostic("call.which-table", what, hint=hint))
    return [(name, Source(path)) for name in named]


def _sheets(
    inputs: Sequence[Input],
    path: Path,
    named: list[str],
    maps: Mapping[str, TableMap],
    found: list[Diagnostic],
    *,
    alone: bool,
) -> list[tuple[str, Source]]:
    try:
        sheets = sheet_names(path)
    except Refused as refused:
        if named or alone:
            found.extend(refused.diagnostics)
        return []
    offers = []
    for declared in inputs:
        wanted = maps[declared.name].sheet
        spelt = (fold(wanted),) if wanted else table_spellings(declared)
        offers += [(declared.name, Source(path, s)) for s in sheets if fold(s) in spelt]
    only = named or ([inputs[0].name] if alone and len(inputs) == 1 else [])
    if not offers and only and len(sheets) == 1:
        return [(only[0], Source(path, sheets[0]))]
    if not offers and (named or alone):
        what = text(
            f"工作簿“{path.name}”的工作表（{'、'.join(sheets)}）与方法学的表都不同名",
            f'no sheet of "{path.name}" ({", ".join(sheets)}) is named like a table of the methodology',
        )
        hint = text("请改工作表名，或在映射中写 sheet。", "Rename it, or write `sheet` in the mapping.")
        found.append(Diagnostic("call.which-table", what, hint=hint))
    return offers


def _twice(name: str, given: str) -> Diagnostic:
    what = text(
        f"表“{name}”出现了两次（另一次在“{given}”）", f'table "{name}" is there twice (again in "{given}")'
    )
    hint = text("请在映射中写 file 或 sheet。", "Write `file` or `sheet` in the mapping.")
    return Diagnostic("file.twice", what, hint=hint)


def open_source(workspace: Workspace, name: str, source: Source, table: TableMap) -> Raw:
    """Open one source as a raw table.

    Raises:
        Refused: whatever is wrong with the file or object.
    """
    value = source.value
    if not isinstance(value, Path):
        return open_frame(workspace, name, value)
    if not value.is_file():
        refuse("call.no-file", text(f"找不到文件“{value.name}”", f'there is no file "{value.name}"'))
    kind = value.suffix.lower()
    if kind in _PARQUET:
        return open_parquet(workspace, name, value)
    if kind in _TEXT:
        return open_csv(
            workspace, name, value, encoding=table.encoding, header_row=table.header_row
        )
    if kind in _BOOK:
        sheet = _sheet(value, source.sheet)
        return open_sheet(workspace, name, value, sheet, header_row=table.header_row)
    refuse(
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
        what = text("工作簿有多张工作表，未指明用哪张", "the workbook has several sheets: which one?")
    else:
        what = text(f"没有工作表“{wanted}”", f'there is no sheet "{wanted}"')
    refuse("file.sheet", what, Place(file=path.name), hint=did_you_mean(wanted or "", sheets))
