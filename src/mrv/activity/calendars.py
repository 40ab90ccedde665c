"""Months, days, years and flags as people write them, one text at a time.

Columns of these kinds hold few different texts, so each different text is read once, here, and
never row by row.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_MONTH = re.compile(r"(\d{4})(?:[-/.年]\s*(\d{1,2})|(\d{2}))\s*月?", re.ASCII)
_DAY = re.compile(
    r"(\d{4})(?:[-/.年]\s*(\d{1,2})[-/.月]\s*(\d{1,2})\s*日?|(\d{2})(\d{2}))"
    r"(?:[ T]0?0:00(?::00(?:\.0+)?)?)?",
    re.ASCII,
)
_YEAR = re.compile(r"([12]\d{3})(?:\.0+)?\s*年?", re.ASCII)
_YES = frozenset({"true", "yes", "y", "t", "1", "是", "有", "真", "对"})
_NO = frozenset({"false", "no", "n", "f", "0", "否", "无", "假", "不"})
_FIRST, _LAST = 1900, 2199
_MONTHS = 12


def _plain(written: str) -> str:
    return unicodedata.normalize("NFKC", written).strip()


def read_month(written: str) -> str | None:
    """Read a month as ``YYYY-MM``; a day counts as its month.

    Example:
        >>> [read_month(w) for w in ("2024年3月", "2024/3", "202403", "03/2024")]
        ['2024-03', '2024-03', '2024-03', None]
    """
    shape = _MONTH.fullmatch(_plain(written))
    if shape is None:
        day = read_day(written)
        return day[:7] if day else None
    year, month = int(shape[1]), int(shape[2] or shape[3])
    fits = _FIRST <= year <= _LAST and 1 <= month <= _MONTHS
    return f"{year:04d}-{month:02d}" if fits else None


def read_day(written: str) -> str | None:
    """Read a day as ``YYYY-MM-DD``; year first, because 03/04 is two different days.

    Example:
        >>> read_day("2024年3月5日"), read_day("2024-02-30"), read_day("05/03/2024")
        ('2024-03-05', None, None)
    """
    shape = _DAY.fullmatch(_plain(written))
    if shape is None:
        return None
    year, month, day = int(shape[1]), int(shape[2] or shape[4]), int(shape[3] or shape[5])
    try:
        found = date(year, month, day)
    except ValueError:
        return None
    return found.isoformat() if _FIRST <= year <= _LAST else None


def read_year(written: str) -> str | None:
    """Read a year as its four digits.

    Example:
        >>> read_year("2024年"), read_year("24")
        ('2024', None)
    """
    shape = _YEAR.fullmatch(_plain(written))
    return shape[1] if shape and _FIRST <= int(shape[1]) <= _LAST else None


def read_flag(written: str) -> str | None:
    """Read a yes or no as ``true`` or ``false``.

    Example:
        >>> read_flag("是"), read_flag("No"), read_flag("maybe")
        ('true', 'false', None)
    """
    plain = _plain(written).casefold()
    if plain in _YES:
        return "true"
    return "false" if plain in _NO else None
