"""Collect the rows of one import: units and GWP sets settled, every refusal with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.factors.imports.cells import is_blank, plain, read_number, slug
from mrv.factors.row import SOURCE_COLUMNS
from mrv.messages import Diagnostic, Place, Refused, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.factors.imports.options import Options
    from mrv.messages import Text

SETS = ("SAR", "AR4", "AR5", "AR6", "unstated")
"""What a user may state; ``unstated`` says that the source does not tell and nobody knows."""


@dataclass(frozen=True)
class Publisher:
    """Who issued a source and on what terms; written on every row.

    Attributes:
        dataset: name of the table in the store.
        document: the document or data set.
        publisher: who issued it.
        licence: terms of use; empty if none was seen.
        data_type: default, statistic, definition, model or rule.
        source: how the figures came here.
    """

    dataset: str
    document: str
    publisher: str
    licence: str
    data_type: str = "default"
    source: str = "imported file"


@dataclass
class Draft:
    """A row on its way into the store."""

    texts: dict[str, str]
    line: int
    source_id: str
    removal: bool = False


@dataclass
class Collector:
    """Takes and refuses rows.

    Attributes:
        publisher: who issued the source.
        options: what the user stated.
        file: file name, for places.
        drafts: rows taken so far.
        refused: findings so far.
        notes: remarks on the whole file.
        read: how many rows were looked at.
        gwp_set: the set that the source itself shows or states, if any.
        comma: whether numbers may be written with a decimal comma, because the file separates
            its columns by semicolons.
    """

    publisher: Publisher
    options: Options
    file: str
    drafts: list[Draft] = field(default_factory=list)
    refused: list[Diagnostic] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)
    read: int = 0
    gwp_set: str | None = None
    comma: bool = False
    _units: dict[str, str | Diagnostic] = field(default_factory=dict)

    def refuse(
        self, rule: str, what: Text, line: int, column: str = "", *, hint: Text | None = None
    ) -> None:
        """Keep a finding about one row."""
        place = Place(file=self.file, line=line, field=column or None)
        self.refused.append(Diagnostic(f"import.{rule}", what, place, hint=hint))

    def note(self, zh: str, en: str) -> None:
        """Keep a remark on the file as a whole."""
        self.notes.append(text(zh, en))

    def number(
        self, cell: object, line: int, column: str, decimal: str | None = None
    ) -> str | None:
        """Read a number, or refuse the row.

        Args:
            cell: what stands there.
            line: row in the file.
            column: its name, for the finding.
            decimal: the decimal sign of the source; None takes that of the file.
        """
        if is_blank(cell):
            said = plain(cell) or " "
            what = text(f"没有数值（“{said}”）", f'there is no value ("{said}")')
            self.refuse("no-value", what, line, column)
            return None
        found = read_number(cell, decimal or ("," if self.comma else "."))
        if isinstance(found, str):
            return found
        hint = text(
            "写作 1234.5；小数点与千分位不作猜测。",
            "Write 1234.5; whether a sign marks decimals or thousands is not guessed.",
        )
        self.refuse("number", found, line, column, hint=hint if "," in plain(cell) else None)
        return None

    def unit(self, written: str, line: int, column: str) -> str | None:
        """Settle a unit in the spelling of the store, or refuse the row."""
        known = self._units.get(written)
        if known is None:
            try:
                known = parse_unit(written).spelling
            except Refused as refused:
                known = refused.diagnostics[0]
            self._units[written] = known
        if isinstance(known, str):
            return known
        self.refuse("unit", known.what, line, column, hint=known.hint)
        return None

    def gwp(self, line: int, column: str = "", stated: str | None = None) -> str | None:
        """Return the GWP set of a CO2e value, or refuse the row.

        Args:
            line: row in the file.
            column: where the value stands.
            stated: the set that the row itself states.
        """
        found = stated or self.gwp_set or self.options.gwp_set
        if found in SETS:
            return found
        what = text(
            "来源没有写明 CO2e 用的是哪一版 GWP",
            "the source does not say which GWP set its CO2e uses",
        )
        hint = text(
            "查明后写 --gwp-set（SAR、AR4、AR5 或 AR6）；查不到写 unstated，则不与任何一版混用。",
            "Find out and state --gwp-set (SAR, AR4, AR5 or AR6); if nobody knows, state unstated: "
            "such a value never stands in for one of a set.",
        )
        self.refuse("gwp-unknown", what, line, column, hint=hint)
        return None

    def take(
        self,
        line: int,
        prop: str,
        key: str,
        value: str,
        unit: str,
        *,
        more: str = "",
        source_id: str = "",
        removal: bool = False,
        texts: Mapping[str, str] | None = None,
        **more_texts: str,
    ) -> str:
        """Take a row; return its id.

        Args:
            line: row in the file.
            prop: the property, a key of ``properties.NAMES`` or of the store.
            key: what the number is about; made into a key of the store.
            value: plain decimal number.
            unit: unit as settled by `unit`.
            more: what the id needs beyond dataset, property and key: region, year.
            source_id: id in the source.
            removal: the source or the user marks a negative value as a removal.
            texts: further columns of the row.
            **more_texts: still further ones.
        """
        name = slug(key)
        numerator = unit.partition("/")[0].partition("[")
        parts = numerator[0].split()
        row = dict.fromkeys(SOURCE_COLUMNS, "")
        here = self.publisher
        row.update(
            id="/".join(p for p in (here.dataset, prop, name, more) if p),
            property=prop,
            dataset=here.dataset,
            key=name,
            key_kind="product",
            value=value,
            unit=unit,
            substance=parts[1] if len(parts) > 1 else "",
            gwp_set=numerator[2].partition("]")[0].partition(",")[0] if "CO2e" in parts else "",
            document=here.document,
            source=here.source,
            publisher=here.publisher,
            licence=self.options.licence or here.licence,
            confidence="transcribed",
            data_type=here.data_type,
            status="active",
            retrieved=self.options.retrieved or "",
        )
        row.update(texts or {}, **more_texts)
        row["name_zh"] = row["name_zh"] or row["name_en"]
        row["name_en"] = row["name_en"] or row["name_zh"]
        removal = removal and value.startswith("-")
        if removal:
            row["boundary"] = "; ".join(p for p in (row["boundary"], "removal") if p)
        self.drafts.append(Draft(row, line, source_id or row["id"], removal))
        return row["id"]
