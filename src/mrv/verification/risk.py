"""Poisson reliability factors for monetary-unit sampling, without a statistics library.

The factor for k errors at a confidence is the mean of the Poisson distribution whose chance of
at most k events is what the confidence leaves over (the usual tables of audit sampling).
"""

from __future__ import annotations

from math import exp

_STEPS = 200


def reliability(confidence: float, errors: int = 0) -> float:
    """Return the reliability factor for a number of errors.

    Args:
        confidence: between 0 and 1, such as 0.95.
        errors: errors found.

    Example:
        >>> [round(reliability(0.95, k), 2) for k in (0, 1, 2)]
        [3.0, 4.74, 6.3]
    """
    low, high = 0.0, 50.0 + 10.0 * errors
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _at_most(errors, middle) > 1 - confidence:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _at_most(k: int, mean: float) -> float:
    term = total = exp(-mean)
    for i in range(1, k + 1):
        term *= mean / i
        total += term
    return total
