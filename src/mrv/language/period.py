"""Accounting periods: a year, half-year, quarter or month, with exact first and last day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from mrv.messages import refuse, text

PeriodKind = Literal["year", "half", "quarter", "month"]

_PER_YEAR: dict[PeriodKind, int] = {"year": 1, "half": 2, "quarter": 4, "month": 12}
_SHAPE = re.compile(r"([0-9]{4})(?:-(?:H([12])|Q([1-4])|(0[1-9]|1[0-2])))?", re.ASCII)
_FIRST_YEAR = 1900
_LAST_YEAR = 2199


@dataclass(frozen=True)
class Period:
    """An accounting period.

    Attributes:
        label: ``2024``, ``2024-H1``, ``2024-Q2`` or ``2024-03``.
        kind: year, half, quarter or month.
        start: first day.
        end: last day (inclusive).
        ordinal: number of the period in the unbroken row of its kind.
    """

    label: str
    kind: PeriodKind
    start: date
    end: date
    ordinal: int

    @property
    def days(self) -> int:
        """Number of days.

        Example:
            >>> parse_period("2024").days
            366
        """
        return (self.end - self.start).days + 1

    @property
    def hours(self) -> int:
        """Number of hours: 24 for each day."""
        return self.days * 24

    def earlier(self, n: int = 1) -> Period:
        """Return the period ``n`` steps of the same kind before this one.

        Raises:
            Refused: ``call.period`` if that lies before 1900 or after 2199.

        Example:
            >>> parse_period("2024-Q1").earlier().label
            '2023-Q4'
        """
        return from_ordinal(self.kind, self.ordinal - n)

    def holds(self, day: date) -> bool:
        """Say whether a day lies in the period."""
        return self.start <= day <= self.end


def from_ordinal(kind: PeriodKind, ordinal: int) -> Period:
    """Build the period of a kind and number: ``year * periods per year + index from 0``.

    Raises:
        Refused: ``call.period`` if it lies before 1900 or after 2199.

    Example:
        >>> from_ordinal("month", 2024 * 12 + 2).label
        '2024-03'
    """
    per_year = _PER_YEAR[kind]
    year, index = divmod(ordinal, per_year)
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        refuse(
            "call.period",
            text(f"年份 {year} 超出可用范围", f"the year {year} is out of range"),
            hint=text("年份须在 1900 至 2199 之间。", "Years run from 1900 to 2199."),
        )
    months = 12 // per_year
    start = date(year, index * months + 1, 1)
    last = index * months + months
    following = date(year + 1, 1, 1) if last == 12 else date(year, last + 1, 1)  # noqa: PLR2004
    endings = {
        "year": "",
        "half": f"-H{index + 1}",
        "quarter": f"-Q{index + 1}",
        "month": f"-{index + 1:02d}",
    }
    return Period(
        label=f"{year}{endings[kind]}",
        kind=kind,
        start=start,
        end=following - timedelta(days=1),
        ordinal=ordinal,
    )


def parse_period(written: str) -> Period:
    """Read a period.

    Args:
        written: ``2024``, ``2024-H1``, ``2024-Q2`` or ``2024-03``.

    Raises:
        Refused: ``call.period`` for anything else.

    Example:
        >>> parse_period("2024-H2").start
        datetime.date(2024, 7, 1)
    """
    shape = _SHAPE.fullmatch(written.strip())
    if shape is None:
        shown = written if len(written) <= 40 else written[:40] + "…"  # noqa: PLR2004
        refuse(
            "call.period",
            text(f"“{shown}”不是核算期", f'"{shown}" is not an accounting period'),
            hint=text(
                "可写 2024、2024-H1、2024-Q2 或 2024-03。",
                "Write 2024, 2024-H1, 2024-Q2 or 2024-03.",
            ),
        )
    year = int(shape[1])
    if shape[2]:
        return from_ordinal("half", year * 2 + int(shape[2]) - 1)
    if shape[3]:
        return from_ordinal("quarter", year * 4 + int(shape[3]) - 1)
    if shape[4]:
        return from_ordinal("month", year * 12 + int(shape[4]) - 1)
    return from_ordinal("year", year)
