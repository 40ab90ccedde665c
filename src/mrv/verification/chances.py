"""Chances that statistics of data forensics are judged by, without a statistics library."""

from __future__ import annotations

from math import erfc, exp, gamma, lgamma, log, log1p, log10, sqrt

_NEGLIGIBLE = 1e-17


def chi_square_tail(statistic: float, freedom: int) -> float:
    """Return the chance of a chi-square at least this large.

    Args:
        statistic: the chi-square.
        freedom: degrees of freedom, 1 to 300.

    Example:
        >>> round(chi_square_tail(16.919, 9), 4), round(chi_square_tail(15.507, 8), 4)
        (0.05, 0.05)
    """
    half = statistic / 2
    if half <= 0:
        return 1.0
    if freedom % 2 == 0:
        return min(1.0, sum(_term(half, i) for i in range(freedom // 2)))
    series = sum(_term(half, j - 0.5) for j in range(1, (freedom + 1) // 2))
    return min(1.0, erfc(sqrt(half)) + series)


def _term(half: float, power: float) -> float:
    """Return exp(-half) half^power / gamma(power + 1), also where its parts are out of reach."""
    if half < 1:
        return float(exp(-half) * half**power / gamma(power + 1))
    return exp(power * log(half) - half - lgamma(power + 1))


def at_least(hits: int, tries: int, chance: float) -> float:
    """Return the chance of at least so many hits, by the binomial distribution.

    Args:
        hits: how many hits there are.
        tries: out of how many.
        chance: of one hit, above 0 and below 1.

    Example:
        >>> round(at_least(3, 3, 0.5), 3), round(at_least(60, 1000, 0.05), 2)
        (0.125, 0.09)
    """
    if hits <= 0:
        return 1.0
    if hits > tries:
        return 0.0
    if hits <= tries * chance:
        return max(0.0, 1 - at_least(tries - hits + 1, tries, 1 - chance))
    term = exp(
        lgamma(tries + 1) - lgamma(hits + 1) - lgamma(tries - hits + 1)
        + hits * log(chance) + (tries - hits) * log1p(-chance)
    )  # fmt: skip
    total, count, odds = 0.0, hits, chance / (1 - chance)
    while count <= tries and term > total * _NEGLIGIBLE:
        total += term
        term *= (tries - count) / (count + 1) * odds
        count += 1
    return min(1.0, total)


def events(hits: int, mean: float) -> float:
    """Return the chance of at least so many events where so many are expected (Poisson).

    Example:
        >>> round(events(1, 3.0), 4), round(events(5, 1.0), 4)
        (0.9502, 0.0037)
    """
    if hits <= 0:
        return 1.0
    if mean <= 0:
        return 0.0
    if hits <= mean:
        term, below, count = exp((hits - 1) * log(mean) - mean - lgamma(hits)), 0.0, hits - 1
        while count >= 0 and term > below * _NEGLIGIBLE:
            below += term
            term *= count / mean
            count -= 1
        return max(0.0, 1 - below)
    term, total, count = exp(hits * log(mean) - mean - lgamma(hits + 1)), 0.0, hits
    while term > total * _NEGLIGIBLE:
        total += term
        count += 1
        term *= mean / count
    return min(1.0, total)


def benford(digit: int) -> float:
    """Return how often a first digit is expected by Benford's law.

    Example:
        >>> round(benford(1), 3)
        0.301
    """
    return log10(1 + 1 / digit)
