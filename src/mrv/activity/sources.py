"""Where each input table is: a folder, one file, a workbook, or objects in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.activity.headers import fold, table_spellings
from mrv.activity.workbook import sheet_names
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.mapping import TableMap
    from mrv.language.inputs import Input
    from mrv.messages import Text

_LISTED = 8
TEXT = (".csv", ".tsv", ".txt")
BOOK = (".xlsx", ".xlsm")
PARQUET = (".parquet", ".pq")
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
        files = sorted(
            p for p in path.iterdir() if p.is_file() and not p.name.startswith((".", "~$"))
        )
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
            one = source if isinstance(source, Source) else Source(source, maps[name].sheet)
            sources[name] = one
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
    shown = ", ".join(left[:_LISTED]) + (" …" if len(left) > _LISTED else "")
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
    if kind in BOOK:
        return _sheets(inputs, path, named, maps, found, alone=alone)
    if kind not in (*TEXT, *PARQUET, *_OLD):
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
        hint = text(
            "请给出文件夹，或在映射中写 file。", "Give a folder, or write `file` in the mapping."
        )
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
            f'no sheet of "{path.name}" ({", ".join(sheets)}) is named like a table',
        )
        hint = text(
            "请改工作表名，或在映射中写 sheet。", "Rename it, or write `sheet` in the mapping."
        )
        found.append(Diagnostic("call.which-table", what, hint=hint))
    return offers


def _twice(name: str, given: str) -> Diagnostic:
    what = text(
        f"表“{name}”出现了两次（另一次在“{given}”）",
        f'table "{name}" is there twice (again in "{given}")',
    )
    hint = text("请在映射中写 file 或 sheet。", "Write `file` or `sheet` in the mapping.")
    return Diagnostic("file.twice", what, hint=hint)
