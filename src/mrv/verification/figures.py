"""The digits that figures are written with, for whole columns at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    Numbers = np.ndarray[Any, np.dtype[Any]]

_KEPT = 12
"""Significant digits that are looked at; what is beyond is rounding of the computer."""

_TINY = 1e-280
_POWERS = 309


@dataclass(frozen=True)
class Figures:
    """How the figures of a column are written.

    Attributes:
        first: first significant digit; 0 where there is no figure or it is zero.
        last: last significant digit, zeros at the end left out; 0 as above.
        length: number of significant digits, zeros at the end left out; 0 as above.
        place: power of ten of the last significant digit.
    """

    first: Numbers
    last: Numbers
    length: Numbers
    place: Numbers

    @property
    def step(self) -> float:
        """The step in which most figures are counted, such as 0.1."""
        import numpy as np

        there = self.place[self.length > 0]
        return float(10.0 ** np.median(there)) if len(there) else 1.0


def figures(values: pd.Series) -> Figures:
    """Take the figures of a column apart.

    Example:
        >>> import pandas as pd
        >>> found = figures(pd.Series([0.045, 1200.0, 0.0, None, -3.07]))
        >>> found.first.tolist(), found.last.tolist()
        ([4, 1, 0, 0, 3], [5, 2, 0, 0, 7])
        >>> found.length.tolist(), found.place.tolist()
        ([2, 2, 0, 0, 3], [-3, 2, 0, 0, -2])
    """
    import numpy as np

    size = np.abs(values.to_numpy(dtype=float, na_value=np.nan))
    there = np.isfinite(size) & (size > _TINY)
    safe = np.where(there, size, 1.0)
    power = np.floor(np.log10(safe)).astype(np.int64)
    whole = _scaled(safe, power)
    off = (whole >= 10**_KEPT).astype(np.int64) - (whole < 10 ** (_KEPT - 1))
    for at in np.flatnonzero(off):  # rare: log10 is off by rounding
        power[at] += off[at]
        whole[at] = _scaled(safe[at : at + 1], power[at : at + 1])[0]
    first = whole // 10 ** (_KEPT - 1)
    stripped = np.zeros_like(power)
    for zeros in (8, 4, 2, 1):
        ends = whole % 10**zeros == 0
        whole = np.where(ends, whole // 10**zeros, whole)
        stripped += zeros * ends
    return Figures(
        np.where(there, first, 0),
        np.where(there, whole % 10, 0),
        np.where(there, _KEPT - stripped, 0),
        np.where(there, power - (_KEPT - 1) + stripped, 0),
    )


def _scaled(size: Numbers, power: Numbers) -> Numbers:
    """Write sizes as whole numbers of twelve digits."""
    import numpy as np

    shift = power - (_KEPT - 1)
    scale = np.power(10.0, np.arange(_POWERS))[np.abs(shift)]
    small = shift < 0
    whole: Numbers = size * np.where(small, scale, 1.0) / np.where(small, 1.0, scale)
    return np.rint(whole).astype(np.int64)
