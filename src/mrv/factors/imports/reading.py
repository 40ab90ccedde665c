"""Read a file of other people's factors into a report; nothing is written."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.factors.imports import epa_hub, openlca, pact
from mrv.factors.imports.closing import close
from mrv.factors.imports.collector import SETS, Collector
from mrv.factors.imports.files import Table, file_hash, open_grid, open_json
from mrv.factors.imports.jsonfiles import hub_tables, openlca_parts
from mrv.factors.imports.kinds import detect_table, kind_named
from mrv.factors.imports.options import Options
from mrv.factors.imports.places import place_name
from mrv.factors.imports.report import ImportReport
from mrv.messages import Place, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.factors.imports.kinds import Kind
    from mrv.messages import Text

_JSON = (".json", ".zip", ".jsonld")


def read(
    path: str | Path,
    kind: str | None = None,
    *,
    gwp_set: str | None = None,
    encoding: str | None = None,
    licence: str | None = None,
    retrieved: str | None = None,
    year: int | None = None,
    removals: Iterable[str] = (),
) -> ImportReport:
    """Read a file or folder of factors and report what could be taken and what not.

    Args:
        path: a CSV, Excel, Parquet or JSON file, a zip, or a folder.
        kind: one of ``kinds()``; None works it out from the content.
        gwp_set: the GWP set of CO2e values whose source names none.
        encoding: encoding of a text file; None works it out and says so.
        licence: terms of use that you hold, where the source states none or forbids use.
        retrieved: day on which you fetched it; None takes the day the file was last changed.
        year: edition year of a file that does not carry one.
        removals: source ids whose negative value is a removal.

    Raises:
        Refused: for a file that cannot be used at all (``import.file-damaged``,
            ``import.empty``, ``import.encoding``, ``import.kind-unknown``, ``import.schema``),
            or a wrong call (``call.no-file``, ``call.gwp-set``, ``call.unknown-kind``). Rows
            that cannot be used are in the report.
    """
    place = Path(path)
    if gwp_set is not None and gwp_set not in SETS:
        what = text(f"未知的 GWP 版本“{gwp_set}”", f'unknown GWP set "{gwp_set}"')
        refuse("call.gwp-set", what, hint=did_you_mean(gwp_set, SETS))
    if kind is not None:
        kind_named(kind)
    if not place.exists():
        what = text(f"找不到文件“{path}”", f'there is no file "{path}"')
        refuse("call.no-file", what)
    changed = datetime.fromtimestamp(place.stat().st_mtime, tz=UTC).date().isoformat()
    options = Options(gwp_set, encoding, licence, retrieved or changed, year, frozenset(removals))
    if place.is_dir() or place.suffix.casefold() in _JSON:
        return _documents(place, kind, options)
    grid = open_grid(place, encoding)
    chosen, table, reason = detect_table(grid, kind)
    return _report(place, chosen, reason, (table, grid.notes), options)


def _documents(path: Path, wanted: str | None, options: Options) -> ImportReport:
    """Read JSON: PACT footprints, openLCA data sets, or the tables of the EPA hub."""
    if wanted in (None, "epa-hub"):
        tables = hub_tables(path, epa_hub.STEMS)
        if tables:
            shown = ", ".join(sorted(set(tables) & epa_hub.STEMS)[:3])
            reason = text(f"识别为 epa-hub：有文件 {shown}", f"taken for epa-hub: it has {shown}")
            return _report(path, kind_named("epa-hub"), reason, (tables, ()), options)
    if wanted in (None, "openlca") and (path.is_dir() or path.suffix.casefold() == ".zip"):
        parts = openlca_parts(path, openlca.FOLDERS)
        if parts:
            shown = ", ".join(parts)
            reason = text(
                f"识别为 openlca：有文件夹 {shown}",
                f"taken for openlca: it has the folders {shown}",
            )
            return _report(path, kind_named("openlca"), reason, (parts, ()), options)
    if wanted in (None, "pact") and path.is_file() and path.suffix.casefold() != ".zip":
        items = pact.footprints(open_json(path))
        if items:
            version = items[0].get("specVersion", "")
            reason = text(
                f"识别为 pact：产品足迹含 pcf，版本 {version}",
                f"taken for pact: footprints with a pcf, version {version}",
            )
            return _report(path, kind_named("pact"), reason, (items, ()), options)
    if wanted is not None:
        what = text(f"内容不符合 {wanted}", f"the content is no {wanted}")
        refuse("import.schema", what, Place(file=path.name))
    what = text(
        "认不出这些 JSON：不是 PACT 足迹、openLCA 数据集或 EPA 因子集",
        "the JSON is not known: no PACT footprints, openLCA data set or EPA hub",
    )
    return refuse("import.kind-unknown", what, Place(file=path.name))


def _report(
    path: Path, kind: Kind, reason: Text, content: tuple[Any, tuple[Text, ...]], options: Options
) -> ImportReport:
    """Run the reader of a kind and close the import."""
    found = Collector(kind.publisher, options, path.name)
    found.notes.extend(content[1])
    found.comma = isinstance(content[0], Table) and content[0].grid.comma
    kind.reader(content[0], found)
    taken = close(found)
    return ImportReport(
        kind=kind.name,
        detected=reason,
        file=path.name,
        sha256=file_hash(path),
        rows_read=found.read,
        taken=taken,
        refused=tuple(found.refused),
        notes=tuple(found.notes),
        options=options,
        places={key: place_name(key) for key in sorted({row.region for row in taken})},
    )
