"""Take foreign JSON as it comes: what is no object, list or day counts as none."""

from __future__ import annotations

import re
from typing import Any

_DAY = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01]))(?!\d)")


def an_object(value: object) -> dict[str, Any]:
    """Return a JSON object, or an empty one."""
    return value if isinstance(value, dict) else {}


def a_list(value: object) -> list[Any]:
    """Return a JSON array, or an empty one."""
    return value if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, Any]]:
    """Return the objects of a JSON array."""
    return [item for item in a_list(value) if isinstance(item, dict)]


def a_day(value: object) -> str:
    """Return the day at the head of a date or time, empty if there is none.

    Example:
        >>> a_day("2031-02-03T00:00:00Z"), a_day(None)
        ('2031-02-03', '')
    """
    found = _DAY.match(value) if isinstance(value, str) else None
    return found[1] if found else ""
