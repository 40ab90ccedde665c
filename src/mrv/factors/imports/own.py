"""A table in the columns of the store itself: rows that a user wrote, or that were exported."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.factors.imports.cells import plain
from mrv.factors.imports.collector import Draft, Publisher
from mrv.factors.imports.properties import NAMES
from mrv.factors.row import SOURCE_COLUMNS
from mrv.factors.sources import NAME_COLUMNS, SourceRow, Sources
from mrv.factors.vocabulary import KINDS

if TYPE_CHECKING:
    from mrv.factors.imports.collector import Collector
    from mrv.factors.imports.files import Table
    from mrv.messages import Diagnostic

_REQUIRED = ("id", "property", "dataset", "key", "key_kind", "value", "unit", "region")
COLUMNS = (_REQUIRED,)
PUBLISHER = Publisher(
    dataset="own", document="", publisher="", licence="as each row says", source=""
)
_COMMA = re.compile(r"-?\d+,\d+")
_QUOTED = ("'=", "'+", "'-", "'@", "'\t", "'\r")
"""How an export marks a text that a spreadsheet would run."""


def read_rows(table: Table, found: Collector) -> None:
    """Take every row that passes the audit of the built-in tables, each finding at its row.

    Columns that are not there are empty. Nothing is converted or guessed: a row means what it
    says; one without a status is active.
    """
    at = {name: table.at(name) for name in SOURCE_COLUMNS}
    rows: list[SourceRow] = []
    for line, cells in table:
        found.read += 1
        texts = {
            name: _unmarked(plain(cells[column])) if column >= 0 else ""
            for name, column in at.items()
        }
        texts["status"] = texts["status"] or "active"
        texts["name_zh"] = texts["name_zh"] or texts["name_en"]
        texts["name_en"] = texts["name_en"] or texts["name_zh"]
        texts["retrieved"] = texts["retrieved"] or found.options.retrieved or ""
        texts["licence"] = texts["licence"] or found.options.licence or ""
        if found.comma and _COMMA.fullmatch(texts["value"]):
            texts["value"] = texts["value"].replace(",", ".")
        if texts["value"].startswith("-") and texts["id"] in found.options.removals:
            boundary = texts["boundary"]
            texts["boundary"] = "; ".join(part for part in (boundary, "removal") if part)
        rows.append(SourceRow(found.file, line, texts))
    wrong = _findings(rows)
    found.refused += wrong
    lines = {one.place.line for one in wrong if one.place}
    for row in rows:
        if row.line not in lines:
            removal = "removal" in row.texts["boundary"].split("; ")
            found.drafts.append(Draft(dict(row.texts), row.line, row.texts["id"], removal))


def _unmarked(cell: str) -> str:
    return cell[1:] if cell.startswith(_QUOTED) else cell


def _findings(rows: list[SourceRow]) -> list[Diagnostic]:
    """Return the errors of the audit about rows; keys are whatever the rows call their things."""
    from mrv.factors.audit import findings
    from mrv.factors.store import open_store

    store = open_store()
    names: dict[str, dict[str, SourceRow]] = {}
    for kind in ("property", "region"):
        for key, known in store.vocabulary(kind).items():
            units = ";".join(known.units)
            names.setdefault(kind, {})[key] = _name(key, known.zh, known.en, units)
    for key, (chinese, english, _) in NAMES.items():
        names["property"].setdefault(key, _name(key, chinese, english, ""))
    for row in rows:
        key = row.texts["key"]
        if not key or row.texts["key_kind"] not in KINDS:
            continue
        named = _name(key, row.texts["name_zh"] or key, row.texts["name_en"] or key, "")
        names.setdefault(row.texts["key_kind"], {}).setdefault(key, named)
    vocabularies = {kind: tuple(entries.values()) for kind, entries in names.items()}
    places = {(row.file, row.line) for row in rows}
    return [
        one
        for one in findings(Sources(tuple(rows), vocabularies))
        if one.severity == "error" and one.place and (one.place.file, one.place.line) in places
    ]


def _name(key: str, chinese: str, english: str, units: str) -> SourceRow:
    texts = dict.fromkeys(NAME_COLUMNS, "")
    return SourceRow("", 0, texts | {"key": key, "zh": chinese, "en": english, "units": units})
