"""Rows as a pandas frame, and the pandera schema that such a frame meets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.row import COLUMNS, CONFIDENCE, DATA_TYPES, GWP_SETS, STATUS
from mrv.factors.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    import pandera.pandas as pa

    from mrv.factors.row import FactorRow

_LISTS = {
    "key_kind": KINDS,
    "confidence": CONFIDENCE,
    "data_type": DATA_TYPES,
    "status": STATUS,
    "gwp_set": ("", *GWP_SETS),
}
_FORMS = {
    "id": r"[A-Za-z0-9._+-]+(/[A-Za-z0-9._+-]+)+",
    "value": r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?",
    "price_year": r"(\d{4})?",
    "retrieved": r"\d{4}-\d{2}-\d{2}",
    "row_hash": r"[0-9a-f]{64}",
}
_FILLED = ("property", "dataset", "key", "name_zh", "name_en", "unit", "region", "document")


def to_frame(rows: Iterable[FactorRow]) -> pd.DataFrame:
    """Return rows as a frame: texts as they are, ``number`` as a double.

    Example:
        >>> from mrv.factors import open_store
        >>> to_frame(open_store().rows[:2]).shape
        (2, 38)
    """
    import pandas as pd

    cells = [[getattr(row, name) for name in COLUMNS] for row in rows]
    frame = pd.DataFrame(cells, columns=list(COLUMNS), dtype=object)
    return frame.astype({"number": "float64"})


def schema() -> pa.DataFrameSchema:
    """Return the pandera schema of a frame of factor rows.

    Example:
        >>> from mrv.factors import open_store
        >>> frame = to_frame(open_store().rows[:5])
        >>> bool(schema().validate(frame, lazy=True).equals(frame))
        True
    """
    import pandera.pandas as pa

    def checks(name: str) -> list[pa.Check]:
        found = []
        if name in _LISTS:
            found.append(pa.Check.isin(list(_LISTS[name])))
        if name in _FORMS:
            found.append(pa.Check.str_matches(f"^(?:{_FORMS[name]})$"))
        if name in _FILLED:
            found.append(pa.Check.str_length(min_value=1))
        return found

    columns = {
        name: pa.Column(
            "float64" if name == "number" else object, checks(name), unique=name == "id"
        )
        for name in COLUMNS
    }
    return pa.DataFrameSchema(columns, strict=True, ordered=True, name="factor rows")
