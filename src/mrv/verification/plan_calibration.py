"""Whether an instrument was calibrated all the time, and when it was not."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

Span = tuple[date, date]
"""First and last day, both within."""

_ONE = timedelta(days=1)


def uncovered(first: date, last: date, valid: Iterable[Span]) -> tuple[Span, ...]:
    """Return the spans of days on which no calibration was valid.

    Args:
        first: first day that must be covered.
        last: last day that must be covered.
        valid: spans in which a calibration is valid, in any order; they may overlap.

    Example:
        >>> from datetime import date
        >>> year = date(2025, 1, 1), date(2025, 12, 31)
        >>> uncovered(*year, [(date(2024, 6, 1), date(2025, 5, 31))])
        ((datetime.date(2025, 6, 1), datetime.date(2025, 12, 31)),)
    """
    gaps: list[Span] = []
    at = first
    for start, end in sorted(valid):
        if at > last:
            break
        if end < at:
            continue
        if start > at:
            gaps.append((at, min(start - _ONE, last)))
        if end == date.max:
            return tuple(gap for gap in gaps if gap[0] <= last)
        at = max(at, end + _ONE)
    if at <= last:
        gaps.append((at, last))
    return tuple(gap for gap in gaps if gap[0] <= last)


def gaps_said(gaps: Iterable[Span]) -> str:
    """Write spans of days.

    Example:
        >>> gaps_said([(date(2025, 1, 1), date(2025, 1, 9))])
        '2025-01-01/2025-01-09'
    """
    return ", ".join(f"{first}/{last}" for first, last in gaps)
