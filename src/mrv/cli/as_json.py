"""JSON for machines: stable order of keys, numbers as numbers, never NaN."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from mrv.messages import Text


def dumped(tree: object) -> str:
    r"""Write plain data as JSON; the order of keys is that of the data.

    Example:
        >>> dumped({"a": Decimal("1.5"), "b": Text("是", "yes")})
        '{\n  "a": 1.5,\n  "b": {\n    "zh": "是",\n    "en": "yes"\n  }\n}'
    """
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, indent=2, default=_plain)


def line(tree: object) -> str:
    """Write plain data as JSON on one line."""
    return json.dumps(tree, ensure_ascii=False, allow_nan=False, default=_plain)


def _plain(value: object) -> object:
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value).__name__)
