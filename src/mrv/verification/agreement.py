"""How often two rows of a table have the same figures by chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.verification.material import FACILITY

if TYPE_CHECKING:
    import pandas as pd

    from mrv.verification.material import Material

_CLOSE = 0.02
"""Figures that differ by less are close."""

_FOLLOWS = 0.5
"""A column that is close in more than half of the neighbours follows from the other."""


@dataclass(frozen=True)
class Agreement:
    """The chance that two rows have all their figures in common.

    Attributes:
        anywhere: for any two rows.
        inside: for two rows of a facility, by its number.
    """

    anywhere: float
    inside: pd.Series


def agreement(table: Material, rows: pd.DataFrame) -> Agreement:
    """Estimate how often two rows agree by chance.

    Two figures of a column agree with a chance of the step in which it is counted over twice the
    distance of its quartiles, for all usual distributions. A column may follow from another that
    is counted more coarsely: then it agrees as often as it is close in rows that are neighbours
    in the other. A column that is merely close now and then agrees far less often.

    Args:
        table: the table, with at least one quantity.
        rows: those of its rows that are looked at; at least one.
    """
    chances = {name: _alone(table, rows[name], name) for name in table.quantities}
    coarse, *others = sorted(chances, key=lambda name: (-chances[name], name))
    factor, before = 1.0, [coarse]
    for name in others:
        close = max(_close(rows, one, name) for one in before)
        factor *= close if close > _FOLLOWS else max(chances[name], close**2)
        before.append(name)
    own = rows.groupby(FACILITY)[coarse]
    spread = own.quantile(0.75) - own.quantile(0.25)
    step = table.figures[coarse].step
    inside = (step / (2 * spread)).where(spread > 0, chances[coarse]).clip(chances[coarse], 1.0)
    return Agreement(chances[coarse] * factor, inside * factor)


def _alone(table: Material, values: pd.Series, name: str) -> float:
    """Return the chance that two cells of a column agree; two that are missing do."""
    low, high = values.quantile([0.25, 0.75])
    alike = min(1.0, table.figures[name].step / (2 * (high - low))) if high > low else 1.0
    missing = float(values.isna().mean())
    return float(alike * (1 - missing) ** 2 + missing**2)


def _close(rows: pd.DataFrame, one: str, other: str) -> float:
    """Return how often a column is close in rows that are neighbours in another."""
    import numpy as np

    unlike = rows[[one, other]].drop_duplicates().sort_values([one, other])
    values = unlike[other].to_numpy(dtype=float)
    if len(values) <= 1:
        return 1.0
    close = np.abs(np.diff(values)) <= _CLOSE * np.abs(values[1:])
    return float(close.mean())
