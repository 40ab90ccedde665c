"""Write an import as a release that the user owns, laid out like the built-in ones."""

from __future__ import annotations

import csv
import json
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.factors.imports.places import WORLD
from mrv.factors.imports.properties import NAMES
from mrv.factors.release import build
from mrv.factors.row import SOURCE_COLUMNS
from mrv.factors.sources import NAME_COLUMNS
from mrv.factors.store import open_store
from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.factors.imports.report import ImportReport
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store

IMPORT_FILE = "import.json"
_UNITS_SHOWN = 400
_OWNER = re.compile(r"\S.{0,199}")


def to_release(report: ImportReport, folder: str | Path, name: str, owner: str) -> Path:
    """Write the taken rows of a report as a release.

    The rows pass the same audit as the built-in release. The release is built aside and moved
    into place when it is whole; a release of that name with other content is refused.

    Args:
        report: what `read` returned.
        folder: folder of the user, laid out like ``factors/``: the release becomes
            ``<folder>/releases/<name>``; hand the folder to ``open_store(folders=[...])``.
        name: name of the release, such as ``defra-2022``.
        owner: who answers for it; written beside the release.

    Returns:
        The folder of the release.

    Raises:
        Refused: ``import.nothing-taken``, ``import.other-kind``, ``call.owner``,
            ``call.release-name``, and all findings of the audit.
    """
    if not report.taken:
        what = text("没有可写入的因子", "there are no factors to write")
        refuse("import.nothing-taken", what)
    if not _OWNER.fullmatch(owner):
        refuse("call.owner", text("须写明负责人", "say who owns the release"))
    releases = Path(folder) / "releases"
    _same_kind(report, releases)
    fresh = not (releases / name).exists()
    with tempfile.TemporaryDirectory(prefix="mrv-import-") as aside:
        sources = Path(aside)
        _write_rows(sources / "imported.csv", report.taken)
        _write_names(sources, report)
        made = build(sources, releases, name)
    if fresh:
        try:
            _describe(report, made.path, owner)
        except BaseException:
            import shutil

            shutil.rmtree(made.path, ignore_errors=True)
            raise
    return made.path


def _same_kind(report: ImportReport, releases: Path) -> None:
    """Refuse to mix kinds in one folder: a release follows the one before it in its folder."""
    for path in sorted(releases.glob(f"*/{IMPORT_FILE}")):
        try:
            kind = json.loads(path.read_text(encoding="utf-8")).get("kind")
        except (ValueError, AttributeError):
            continue
        if kind != report.kind:
            what = text(
                f"该文件夹已有 {kind} 的版本，不能再放 {report.kind}",
                f"the folder has releases of {kind} and cannot take {report.kind}",
            )
            hint = text("每种来源用一个文件夹。", "Use one folder for each source.")
            refuse("import.other-kind", what, Place(file=str(path.parent)), hint=hint)


def _write_rows(path: Path, rows: Sequence[FactorRow]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(SOURCE_COLUMNS)
        for row in rows:
            writer.writerow([getattr(row, column) for column in SOURCE_COLUMNS])


def _write_names(folder: Path, report: ImportReport) -> None:
    """Write the vocabularies: every property, region and key that the rows use."""
    store = open_store()
    props: dict[str, dict[str, None]] = {}
    keys: dict[str, dict[str, FactorRow]] = {}
    for row in report.taken:
        props.setdefault(row.property, {})[row.unit] = None
        keys.setdefault(row.key_kind, {}).setdefault(row.key, row)
    _vocabulary(
        folder,
        "property",
        {
            key: (
                *_named(key, store)[:2],
                "",
                "",
                ";".join(list(units)[:_UNITS_SHOWN]),
                _named(key, store)[2],
            )
            for key, units in props.items()
        },
    )
    known = store.vocabulary("region")
    regions: dict[str, tuple[str, ...]] = {}
    for key, english in {**report.places, WORLD: "world"}.items():
        names = known.get(key)
        chinese = names.zh if names else english
        parent = "CN" if key.startswith("CN-") and "CN" in report.places else WORLD
        parent = "" if key == WORLD else parent
        regions[key] = (chinese, names.en if names else english, parent, "", "", "")
    _vocabulary(folder, "region", regions)
    for kind, rows in keys.items():
        # Spellings must be unambiguous, and sources give many things the same name.
        entries = {
            key: (f"{row.name_zh} [{key}]", f"{row.name_en} [{key}]", "", "", "", "")
            for key, row in rows.items()
        }
        _vocabulary(folder, kind, entries)


def _named(key: str, store: Store) -> tuple[str, str, str]:
    """Return the names and the note of a property: those of imports, else those of the store."""
    if key in NAMES:
        return NAMES[key]
    known = store.vocabulary("property")[key]
    return known.zh, known.en, known.note


def _vocabulary(folder: Path, kind: str, entries: Mapping[str, tuple[str, ...]]) -> None:
    """Write one vocabulary: zh, en, parent, group, units and note of each key."""
    path = folder / f"vocabulary-{kind}.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(NAME_COLUMNS)
        for key, (chinese, english, parent, group, units, note) in sorted(entries.items()):
            row = {"key": key, "zh": chinese, "en": english, "parent": parent, "group": group}
            row |= {"units": units, "note": note}
            writer.writerow([row.get(column, "") for column in NAME_COLUMNS])


def _describe(report: ImportReport, path: Path, owner: str) -> None:
    """Write beside the release where it comes from; whole or not at all."""
    stated = {
        "gwp_set": report.options.gwp_set,
        "encoding": report.options.encoding,
        "licence": report.options.licence,
        "retrieved": report.options.retrieved,
        "year": report.options.year,
        "removals": sorted(report.options.removals),
    }
    body = {
        "owner": owner,
        "kind": report.kind,
        "file": report.file,
        "sha256": report.sha256,
        "rows_read": report.rows_read,
        "taken": len(report.taken),
        "refused": report.counts,
        "stated": stated,
        "notes": [{"zh": note.zh, "en": note.en} for note in report.notes],
    }
    aside = path / f".{IMPORT_FILE}"
    written = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    aside.write_text(written, encoding="utf-8")
    aside.replace(path / IMPORT_FILE)
