"""Results as files in a folder: written aside, then renamed; nothing of others is replaced."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.cli import gather
from mrv.cli.as_json import dumped, line
from mrv.cli.row_frames import batches, frames
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

    from mrv.engine.run import Run

CONTENTS = "run.json"
_PART = ".mrv-part-"
_CHECKS = ("check", "severity", "organisation", "period", "count", "first", "message", "source")
_MARKS = ("kind", "organisation", "period", "count", "message")
_FACTORS = (
    "factor",
    "key",
    "period",
    "value",
    "unit",
    "id",
    "release",
    "dataset",
    "region",
    "document",
    "clause",
    "confidence",
    "fallbacks",
)


@dataclass(frozen=True)
class Written:
    """What was written: file names, and how many earlier files they replaced."""

    names: tuple[str, ...]
    replaced: int


def check_folder(folder: Path, *, force: bool) -> list[str]:
    """Make sure that results may go to a folder, before anything is computed.

    Returns:
        The names of the files of an earlier result, which will be replaced.

    Raises:
        Refused: ``call.out`` if it cannot be a folder, ``call.out-not-ours`` if it holds files
            of others and ``force`` is not given.
    """
    try:
        if not folder.exists():
            return []
        there = [p.name for p in folder.iterdir() if not p.name.startswith(_PART)]
    except OSError as error:
        refuse(
            "call.out",
            text(f"无法写入文件夹“{folder}”", f'the folder "{folder}" cannot be written to'),
            why=text(str(error.strerror), str(error.strerror)),
        )
    earlier = _earlier(folder)
    if there and not earlier and not force:
        refuse(
            "call.out-not-ours",
            text(
                f"文件夹“{folder}”里有 {len(there)} 个不是本程序写出的文件",
                f'the folder "{folder}" holds {len(there)} file(s) that are not results of mrv',
            ),
            hint=text(
                "换一个文件夹，或加 --force（同名文件将被替换）。",
                "Choose another folder, or add --force (files of the same name are replaced).",
            ),
        )
    return earlier


def _earlier(folder: Path) -> list[str]:
    try:
        facts = json.loads((folder / CONTENTS).read_text(encoding="utf-8"))
        ours = facts["written_by"] == "mrv"
        files = facts["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    # only plain names: a changed run.json must not reach other folders
    named = [str(name) for name in files if "/" not in str(name) and "\\" not in str(name)]
    return [*named, CONTENTS] if ours else []


def write_files(run: Run, folder: Path, kind: str, *, force: bool = False) -> Written:
    """Write results, row results, checks, marks and factors to a folder.

    Args:
        run: a finished run.
        folder: the folder; it is made if it is not there.
        kind: ``csv``, ``json`` or ``parquet``.
        force: write even beside files of others.

    Raises:
        Refused: as :func:`check_folder`.
    """
    earlier = [name for name in check_folder(folder, force=force) if (folder / name).is_file()]
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(_PART + "*"):
        left.unlink()
    names: list[str] = []
    try:
        for name, units, tables in _tables(run):
            file = f"{name}.{kind}"
            _WRITERS[kind](folder / (_PART + file), units, tables)
            names.append(file)
        facts = {**gather.methodology_facts(run), "failed": run.outcome.failed, "files": names}
        (folder / (_PART + CONTENTS)).write_text(dumped(facts) + "\n", encoding="utf-8")
        names.append(CONTENTS)
    except BaseException:
        for left in folder.glob(_PART + "*"):
            left.unlink()
        raise
    for name in names:
        (folder / (_PART + name)).replace(folder / name)
    for name in set(earlier) - set(names):
        (folder / name).unlink()
    return Written(tuple(names), len(earlier))


def _tables(run: Run) -> Iterator[tuple[str, Mapping[str, str], Iterable[pa.Table]]]:
    yield "results", {}, [gather.results_table(run)]
    for frame in frames(run):
        yield frame.name, frame.units, batches(run, frame)
    yield "checks", {}, [gather.flat_table(gather.checks(run), _CHECKS)]
    yield "marks", {}, [gather.flat_table(gather.marks(run), _MARKS)]
    yield "factors", {}, [gather.flat_table(gather.factors(run), _FACTORS)]


def _write_csv(path: Path, units: Mapping[str, str], tables: Iterable[pa.Table]) -> None:
    import pyarrow.csv as pc

    with path.open("wb") as file:
        # spreadsheets take a file without this mark for the local encoding
        file.write(b"\xef\xbb\xbf")
        for number, table in enumerate(tables):
            headed = table.rename_columns(
                [
                    f"{name} [{units[name]}]" if name in units else name
                    for name in table.column_names
                ]
            )
            pc.write_csv(headed, file, pc.WriteOptions(include_header=number == 0))


def _write_parquet(path: Path, units: Mapping[str, str], tables: Iterable[pa.Table]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    writer = None
    try:
        for table in tables:
            if writer is None:
                schema = pa.schema(
                    [
                        one.with_metadata({"unit": units[one.name]}) if one.name in units else one
                        for one in table.schema
                    ]
                )
                writer = pq.ParquetWriter(path, schema, compression="zstd")
            writer.write_table(table.cast(schema))
    finally:
        if writer is not None:
            writer.close()


def _write_json(path: Path, units: Mapping[str, str], tables: Iterable[pa.Table]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"units": ' + line(dict(units)) + ', "rows": [')
        first = True
        for table in tables:
            for row in table.to_pylist():
                file.write(("\n" if first else ",\n") + line(row))
                first = False
        file.write("\n]}\n")


_WRITERS = {"csv": _write_csv, "parquet": _write_parquet, "json": _write_json}


def csv_text(table: pa.Table) -> str:
    """Write a table as CSV text."""
    import pyarrow.csv as pc

    buffer = io.BytesIO()
    pc.write_csv(table, buffer)
    return buffer.getvalue().decode("utf-8")
