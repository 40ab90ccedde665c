"""An explanation as plain data for JSON."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from mrv.messages import Place, Text
from mrv.units import Unit

if TYPE_CHECKING:
    from mrv.explain.step import Explanation


def to_json(explanation: Explanation) -> dict[str, object]:
    """Turn an explanation into plain data: dicts, lists, texts, numbers.

    Doubles stay doubles, so that JSON carries them bit for bit; decimals and dates are texts;
    units are their spellings.
    """
    found = _plain(explanation)
    return found if isinstance(found, dict) else {}


def _plain(value: object) -> object:
    if isinstance(value, Unit):
        return value.spelling
    if isinstance(value, Place):
        return {
            name: item
            for name in ("file", "line", "column", "field")
            if (item := getattr(value, name)) is not None
        }
    if isinstance(value, Text):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and value != value:  # noqa: PLR0124 - only NaN differs from itself
        return str(value)
    if is_dataclass(value):
        named = {field.name: getattr(value, field.name) for field in fields(value)}
        return {
            name: dict(item) if name == "keys" else _plain(item) for name, item in named.items()
        }
    return value
