"""One door for every export: what goes out, in which form, to which file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.factors.counting import counted
from mrv.factors.exports import tables
from mrv.factors.exports.footprint import Footprint
from mrv.factors.exports.ileap import Shipment, shipment_document
from mrv.factors.exports.pact import dumped, from_footprint, identified, pact_document
from mrv.factors.exports.pact_row import from_row
from mrv.factors.exports.writing import runs_as_formula, write_whole
from mrv.factors.row import SOURCE_COLUMNS, FactorRow
from mrv.messages import Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.messages import Diagnostic, Text

UNKNOWN = "unknown"
"""The licence of a row whose terms of use nobody could find."""

KINDS = ("csv", "parquet", "excel", "pact", "ileap")
_OF_KIND: dict[str, tuple[type, ...]] = {
    "csv": (FactorRow,),
    "parquet": (FactorRow,),
    "excel": (FactorRow,),
    "pact": (Footprint, FactorRow),
    "ileap": (Shipment,),
}


@dataclass(frozen=True)
class Exported:
    """What was written: the file, its kind, how many records, and what should be known."""

    path: Path
    kind: str
    count: int
    notes: tuple[Text, ...]


def export(
    rows: Sequence[FactorRow | Footprint | Shipment],
    kind: str,
    path: Path | str,
    *,
    details: Mapping[str, Mapping[str, Any]] | None = None,
    created: datetime | None = None,
    overwrite: bool = False,
) -> Exported:
    """Export factor rows, product footprints or shipments to one file.

    Args:
        rows: factor rows for ``csv``, ``parquet`` and ``excel``; footprints of a run or factor
            rows for ``pact``; shipments for ``ileap``.
        kind: csv, parquet, excel, pact or ileap.
        path: the file.
        details: for ``pact``, what the company states: fields by product or row id, or for all
            under ``"*"``; those of the footprint proper under ``pcf``.
        created: for ``pact``, when the document is made; by default now.
        overwrite: whether a file of that name may be replaced.

    Returns:
        What was written, with notes on what an importer should know.

    Raises:
        Refused: with all findings, and then nothing is written: ``export.licence`` for rows whose
            licence forbids it, ``export.pact-missing`` with every missing field, ``call.*``.

    Example:
        >>> from mrv.factors import open_store
        >>> import tempfile
        >>> folder = tempfile.TemporaryDirectory()
        >>> export(open_store().rows[:3], "csv", Path(folder.name) / "three.csv").count
        3
        >>> folder.cleanup()
    """
    path = Path(path)
    _refuse_call(rows, kind)
    factors = [row for row in rows if isinstance(row, FactorRow)]
    tables.refuse_forbidden(factors)
    notes: list[Text] = []
    if kind in {"csv", "parquet", "excel"}:
        writers = {
            "csv": tables.write_csv,
            "parquet": tables.write_release_parquet,
            "excel": tables.write_excel,
        }
        write = partial(writers[kind], factors)
        notes += _notes(factors, kind)
    else:
        body = (
            _pact(rows, details or {}, created or datetime.now(UTC))
            if kind == "pact"
            else _ileap([row for row in rows if isinstance(row, Shipment)])
        )
        write = partial(_write_text, body)
        notes += _terms(factors)
    write_whole(path, write, overwrite=overwrite)
    return Exported(path, kind, len(rows), tuple(notes))


def _refuse_call(rows: Sequence[object], kind: str) -> None:
    if kind not in KINDS:
        refuse(
            "call.export-kind",
            text(f"没有“{kind}”这种导出格式", f'there is no export of kind "{kind}"'),
            hint=did_you_mean(kind, KINDS),
        )
    if not rows:
        refuse("call.export-empty", text("没有可导出的内容", "there is nothing to export"))
    wrong = sorted({type(row).__name__ for row in rows if not isinstance(row, _OF_KIND[kind])})
    if wrong:
        wanted = ", ".join(one.__name__ for one in _OF_KIND[kind])
        refuse(
            "call.export-content",
            text(
                f"{kind} 不能导出 {', '.join(wrong)}，只能导出 {wanted}",
                f"{kind} cannot hold {', '.join(wrong)}, only {wanted}",
            ),
            hint=text(
                "运行结果先用 footprint_rows 变成因子行，或用 footprints 变成足迹。",
                "Make rows of a run with footprint_rows, or footprints with footprints.",
            ),
        )


def _pact(
    rows: Sequence[object], details: Mapping[str, Mapping[str, Any]], created: datetime
) -> str:
    """Make the documents of all records; the findings of all are told at once."""
    documents: list[dict[str, Any]] = []
    findings: list[Diagnostic] = []
    for row in rows:
        if isinstance(row, FactorRow):
            subject, body = row.id, from_row(row)
        elif isinstance(row, Footprint):
            subject, body = row.product, from_footprint(row, created)
        else:
            continue
        if isinstance(body, list):
            findings += body
            continue
        try:
            documents.append(identified(pact_document(subject, body, details)))
        except Refused as refused:
            findings += refused.diagnostics
    if findings:
        raise Refused(findings)
    return dumped(documents)


def _ileap(shipments: Sequence[Shipment]) -> str:
    findings: list[Diagnostic] = []
    documents: list[dict[str, Any]] = []
    for shipment in shipments:
        try:
            documents.append(shipment_document(shipment))
        except Refused as refused:
            findings += refused.diagnostics
    if findings:
        raise Refused(findings)
    body: Any = documents[0] if len(documents) == 1 else {"data": documents}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"


def _write_text(body: str, path: Path) -> None:
    path.write_text(body, encoding="utf-8")


def _terms(rows: Sequence[FactorRow]) -> list[Text]:
    """Say under which terms the rows are, and of how many nobody knows them."""
    if not rows:
        return []
    licences = sorted({row.licence for row in rows})
    notes = [text(f"许可：{', '.join(licences)}", f"licences: {', '.join(licences)}")]
    unclear = [row for row in rows if row.licence == UNKNOWN]
    if unclear:
        names = ", ".join(sorted({row.dataset for row in unclear}))
        notes.append(
            text(
                f"{len(unclear)} 条的使用许可不明（{names}）：自用可以，转交他人前须先问发布者",
                f"the terms of {counted(len(unclear), 'factor')} are not known ({names}): use them "
                "yourself, but ask the publisher before you hand the file on",
            )
        )
    return notes


def _notes(rows: Sequence[FactorRow], kind: str) -> list[Text]:
    """Say what an importer should know about a table of factors."""
    notes: list[Text] = []
    unsure = sum(row.confidence in {"recalled", "unverified"} for row in rows)
    if unsure:
        notes.append(
            text(
                f"{unsure} 行凭记忆或未经核实，列 confidence 有注明",
                f"{counted(unsure, 'row')} from memory or not verified, as the confidence says",
            )
        )
    notes += _terms(rows)
    if kind == "csv":
        cells = sum(runs_as_formula(getattr(row, name)) for row in rows for name in SOURCE_COLUMNS)
        if cells:
            notes.append(
                text(
                    f"{cells} 个单元格会被电子表格当作公式，已在前面加撇号",
                    f"{counted(cells, 'cell')} that would run as a formula got an apostrophe",
                )
            )
    return notes
