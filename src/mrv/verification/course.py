"""The course of figures: jumps from month to month, ratios far from the others."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.verification.material import FACILITY, MONTH
from mrv.verification.oddities import Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from mrv.verification.material import Material

_FAR = 6.0
"""Robust distance (median absolute deviations, scaled to a normal spread) that is remarked."""

_LEAST = 2.0
"""And the factor against the usual that is remarked at all."""

_FEWEST = 8
_TO_SIGMA = 1.4826


def jumps(table: Material) -> Iterator[Oddity]:
    """Find months in which a facility's figure is far off its step from the month before."""
    if table.month is None:
        return
    for name in table.quantities:
        steps = _steps(table, name)
        found = _far(steps)
        if found is not None and len(found):
            yield Oddity(
                "jumps", table.name, (name, table.month), {"largest factor": _largest(found)},
                f"> {_FAR:g} deviations and > {_LEAST:g} times", None, len(found),
                first_rows(found["_row"]),
                text(
                    f"{name}：{len(found)} 个月与上月相比突变，最大 {_largest(found):.3g} 倍",
                    f"{name}: {len(found)} months jump against the month before, by up to "
                    f"{_largest(found):.3g} times",
                ),
            )  # fmt: skip


def ratios(table: Material) -> Iterator[Oddity]:
    """Find rows in which the ratio of two quantities is far from that of the other rows."""
    import numpy as np

    for one, two in combinations(table.quantities, 2):
        both = table.rows[(table.rows[one] > 0) & (table.rows[two] > 0)]
        if len(both) < _FEWEST:
            continue
        found = _far(both.assign(step=np.log(both[one] / both[two])))
        if found is not None and len(found):
            yield Oddity(
                "ratios", table.name, (one, two), {"largest factor": _largest(found)},
                f"> {_FAR:g} deviations and > {_LEAST:g} times", None, len(found),
                first_rows(found["_row"]),
                text(
                    f"{one} 与 {two} 之比：{len(found)} 行离群，最远为通常的 "
                    f"{_largest(found):.3g} 倍",
                    f"{one} over {two}: {len(found)} rows are far from the others, by up to "
                    f"{_largest(found):.3g} times",
                ),
            )  # fmt: skip


def _steps(table: Material, name: str) -> pd.DataFrame:
    """Return the logarithm of each month's sum over that of the month before, per facility."""
    import numpy as np

    rows = table.rows[["_row", FACILITY, MONTH, name]].dropna()
    rows = rows[(rows[FACILITY] >= 0) & (rows[MONTH] >= 0)]
    grouped = rows.groupby([FACILITY, MONTH])
    sums = grouped.agg(value=(name, "sum"), _row=("_row", "min")).reset_index()
    before = sums.groupby(FACILITY)["value"].shift()
    there = (sums["value"] > 0) & (before > 0)
    return sums[there].assign(step=np.log(sums["value"][there] / before[there]))


def _far(rows: pd.DataFrame) -> pd.DataFrame | None:
    """Return the rows whose ``step`` is far from the median, in units of its robust spread."""
    from math import log

    if len(rows) < _FEWEST:
        return None
    middle = rows["step"].median()
    away = (rows["step"] - middle).abs()
    spread = away.median() * _TO_SIGMA
    if not spread > 0:
        return None
    return rows.assign(away=away)[(away > _FAR * spread) & (away > log(_LEAST))]


def _largest(found: pd.DataFrame) -> float:
    from math import exp

    return exp(float(found["away"].max()))
