"""Data forensics: patterns in a table that are worth a question, never a verdict.

Each finding tells its statistic, the limit that it passed, how often that would happen by chance
where that can be said, and the rows. A pattern can have a good reason: a fixed daily routine, a
meter with coarse steps, a tank that is always filled up.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from mrv.messages import Text

Kind = Literal[
    "duplicates", "near-duplicates", "copied-months", "round-numbers", "last-digits", "benford",
    "jumps", "ratios", "equal-to-default",
]  # fmt: skip

KINDS: dict[Kind, Text] = {
    "duplicates": text("数值完全相同的行", "rows with all the same values"),
    "near-duplicates": text("数值几乎相同的行", "rows with nearly the same values"),
    "copied-months": text("两个月的数据整体相同", "one month's figures repeated in another"),
    "round-numbers": text("整数尾偏多", "more round numbers than chance gives"),
    "last-digits": text("末位数字不均匀", "last digits that are not evenly spread"),
    "benford": text("首位数字不合本福特定律", "first digits away from Benford's law"),
    "jumps": text("与上期相比突变", "jumps against the month before"),
    "ratios": text("两个量之比离群", "a ratio of two quantities far from the others"),
    "equal-to-default": text(
        "“实测值”恰等于缺省值", "values called measured that equal the default"
    ),
}

MOST_ROWS = 20

RARE = 0.001
"""A finding is told where chance alone does as much less than once in a thousand times."""


@dataclass(frozen=True)
class Oddity:
    """One pattern found in a table.

    Attributes:
        kind: which pattern.
        table: the input table.
        columns: the columns that it is about.
        statistic: its figures by name.
        limit: what would not have been remarked.
        chance: how often chance alone does as much; None where no such figure is meant.
        count: how many rows show it.
        rows: the first of them, as the emitter counts rows.
        said: the finding in words.
    """

    kind: Kind
    table: str
    columns: tuple[str, ...]
    statistic: Mapping[str, float]
    limit: str
    chance: float | None
    count: int
    rows: tuple[int, ...]
    said: Text


def first_rows(rows: pd.Series) -> tuple[int, ...]:
    """Return the first row numbers of a selection."""
    return tuple(int(row) for row in rows.nsmallest(MOST_ROWS))
