"""A release column by column: its cells, what is searched in them, and the order of its rows.

Rows stand in the order in which equal hits are listed: rows in use, the better known, the later
year, then by id. A large release has these columns in a mapped file (`mrv.factors.index`).
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np

from mrv.factors.folding import plain
from mrv.factors.row import COLUMNS, FactorRow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from mrv.factors.texts import Array, Column

TRUST = ("seen", "transcribed", "secondary", "derived", "recalled", "unverified")
"""Degrees of confidence, the better known first."""


TEXTS = tuple(name for name in COLUMNS if name != "number")


def years(first: str, last: str) -> str:
    """Return the first and last year that a row describes, empty if it names none.

    Example:
        >>> years("2019-05-01", ""), years("", "")
        ('2019-2019', '')
    """
    first, last = first[:4] or last[:4], last[:4] or first[:4]
    return f"{first}-{last}" if first.isdecimal() and last.isdecimal() else ""


def rest(row_id: str, told: tuple[str, ...]) -> str:
    """Return what an id says beside property, key, region and year: its table, set, state.

    Example:
        >>> rest("ipcc/gwp100/CH4/AR5", ("gwp100", "CH4", "GLOBAL", ""))
        'ipcc/ar5'
    """
    return plain("/".join(part for part in row_id.split("/") if part not in told))


DERIVED: Mapping[str, tuple[tuple[str, ...], Callable[..., str]]] = {
    "zh": (("name_zh",), plain),
    "en": (("name_en",), plain),
    "about": (("key",), plain),
    "measured": (("property",), plain),
    "place": (("region",), plain),
    "topic": (("key_kind", "key"), lambda kind, key: f"{kind}/{key}"),
    "class": (("classification",), plain),
    "where": (("clause",), plain),
    "state": (("condition",), plain),
    "until": (("reference_to",), lambda last: plain(last[:4])),
    "paper": (("document",), plain),
    "issuer": (("publisher",), plain),
    "read": (("source",), plain),
    "set": (("dataset",), plain),
    "years": (("reference_from", "reference_to"), years),
}
"""Columns that follow from others: what a search reads and what filters ask."""


def cell(row: FactorRow, name: str) -> str:
    """Return the text of a row in a column, be it one of its own or one that follows from them."""
    if name == "table":
        return rest(row.id, (row.property, row.key, row.region, row.reference_to[:4]))
    sources, make = DERIVED.get(name, ((name,), str))
    return make(*(getattr(row, source) for source in sources))


class Columns:
    """The columns of a release, read when they are first asked for."""

    def __init__(self, rows: int, load: Callable[[str], Column], numbers: Array) -> None:
        """Keep how a column is loaded; ``numbers`` is the only column that is not text."""
        self.rows = rows
        self._load = load
        self._numbers = numbers
        self._kept: dict[str, Column] = {}

    def __getitem__(self, name: str) -> Column:
        """Return a column by name."""
        found = self._kept.get(name)
        if found is None:
            found = self._kept[name] = self._load(name)
        return found

    def row(self, place: int) -> FactorRow:
        """Return one row."""
        cells: dict[str, Any] = {name: self[name][place] for name in TEXTS}
        return FactorRow(**cells, number=float(self._numbers[place]))

    def find(self, row_id: str) -> FactorRow | None:
        """Return the row with an id, None if there is none."""
        column = self["id"]
        code = bisect_left(column.texts, row_id)
        if code == len(column.texts) or column.texts[code] != row_id:
            return None
        return self.row(int(np.flatnonzero(column.codes == code)[0]))


def doubt(confidence: str) -> int:
    """Return the place of a confidence, the better known first."""
    return TRUST.index(confidence) if confidence in TRUST else len(TRUST)
