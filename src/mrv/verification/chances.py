"""Chances that statistics of data forensics are judged by, without a statistics library."""

from __future__ import annotations

from math import comb, erfc, exp, gamma, log10, sqrt


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance of a chi-square at least this large.

    Args:
        statistic: the chi-square.
        freedom: degrees of freedom, at least 1.

    Example:
        >>> round(chi_square_tail(16.919, 9), 4), round(chi_square_tail(15.507, 8), 4)
        (0.05, 0.05)
    """
    half = statistic / 2
    if freedom % 2 == 0:
        whole: float = sum(half**i / gamma(i + 1) for i in range(freedom // 2))
        return exp(-half) * whole
    series: float = sum(half ** (j - 0.5) / gamma(j + 0.5) for j in range(1, (freedom + 1) // 2))
    return erfc(sqrt(half)) + exp(-half) * series


def at_least(hits: int, tries: int, chance: float) -> float:
    """Return the chance of at least so many hits, by the binomial distribution.

    For many tries the normal approximation with continuity correction stands in.

    Example:
        >>> round(at_least(3, 3, 0.5), 3), round(at_least(60, 1000, 0.05), 2)
        (0.125, 0.08)
    """
    if tries <= _EXACT:
        ways = (
            comb(tries, k) * chance**k * (1 - chance) ** (tries - k) for k in range(hits, tries + 1)
        )
        return min(1.0, sum(ways))
    spread = sqrt(tries * chance * (1 - chance))
    return 0.5 * erfc((hits - 0.5 - tries * chance) / spread / sqrt(2))


def benford(digit: int) -> float:
    """Return how often a first digit is expected by Benford's law.

    Example:
        >>> round(benford(1), 3)
        0.301
    """
    return log10(1 + 1 / digit)


_EXACT = 300
