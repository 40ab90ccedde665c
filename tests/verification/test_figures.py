"""Digits of whole columns against the digits of each figure as it is printed."""

from __future__ import annotations

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.verification.figures import figures


def printed(value: float) -> tuple[int, int, int]:
    """First digit, last digit and number of digits of a figure as Python prints it."""
    word = f"{abs(value):.11e}".partition("e")[0].replace(".", "").rstrip("0")
    return (int(word[0]), int(word[-1]), len(word)) if word else (0, 0, 0)


@given(
    st.lists(
        st.one_of(
            st.integers(-(10**11), 10**11).map(float),
            st.decimals(-100_000, 100_000, places=3).map(float),
            st.sampled_from([0.0, 1e-300, 999.0, 1000.0, 0.1, 1e300, 123456789012.0]),
        ),
        min_size=1,
        max_size=30,
    )
)
@settings(max_examples=100, deadline=None)
def test_digits_are_those_that_are_printed(values):
    found = figures(pd.Series(values))
    got = list(zip(found.first, found.last, found.length, strict=True))
    wanted = [printed(value) if abs(value) > 1e-280 else (0, 0, 0) for value in values]
    assert got == wanted


def test_the_step_is_that_of_most_figures():
    assert figures(pd.Series([12.34, 5.67, 8.0, 9.1, 3.25])).step == 0.01
    assert figures(pd.Series([0.0, float("nan")])).step == 1
