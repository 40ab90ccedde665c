"""Chances and factors against published tables."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.verification.chances import at_least, benford, chi_square_tail, events
from mrv.verification.risk import reliability

# Critical values of chi-square as every table prints them: freedom, chance, statistic
CHI_SQUARE = [
    (1, 0.05, 3.841), (1, 0.01, 6.635), (2, 0.05, 5.991), (3, 0.05, 7.815), (5, 0.01, 15.086),
    (8, 0.05, 15.507), (8, 0.001, 26.124), (9, 0.05, 16.919), (9, 0.01, 21.666),
    (10, 0.95, 3.940), (20, 0.05, 31.410), (100, 0.05, 124.342),
]  # fmt: skip

# Reliability factors of monetary-unit sampling, by confidence and number of errors
RELIABILITY = {
    0.95: [3.00, 4.75, 6.30, 7.76, 9.16, 10.52],
    0.90: [2.31, 3.89, 5.33, 6.69, 8.00],
    0.99: [4.61, 6.64, 8.41],
}

# First digits by Benford's law in percent
BENFORD = [30.1, 17.6, 12.5, 9.7, 7.9, 6.7, 5.8, 5.1, 4.6]


@pytest.mark.parametrize(("freedom", "chance", "statistic"), CHI_SQUARE)
def test_chi_square_against_the_tables(freedom, chance, statistic):
    assert chi_square_tail(statistic, freedom) == pytest.approx(chance, rel=2e-3)


def test_a_chi_square_beyond_all_tables_is_no_error():
    assert chi_square_tail(0, 8) == 1
    assert chi_square_tail(1e6, 8) == 0
    assert chi_square_tail(1e6, 9) == 0


@pytest.mark.parametrize("confidence", RELIABILITY)
def test_reliability_factors_against_the_tables(confidence):
    found = [reliability(confidence, k) for k in range(len(RELIABILITY[confidence]))]
    assert found == pytest.approx(RELIABILITY[confidence], abs=0.011)


def test_benford_against_the_table():
    assert [100 * benford(d) for d in range(1, 10)] == pytest.approx(BENFORD, abs=0.06)
    assert sum(benford(d) for d in range(1, 10)) == pytest.approx(1)


@given(tries=st.integers(1, 400), hits=st.integers(0, 400), chance=st.floats(0.001, 0.999))
@settings(max_examples=60, deadline=None)
def test_the_binomial_is_the_sum_of_its_terms(tries, hits, chance):
    wanted = math.fsum(
        math.comb(tries, k) * chance**k * (1 - chance) ** (tries - k)
        for k in range(hits, tries + 1)
    )
    assert at_least(hits, tries, chance) == pytest.approx(wanted, rel=1e-6, abs=1e-12)


def test_the_binomial_of_a_million():
    # three standard deviations above the mean: 0.00135 of a normal distribution
    spread = math.sqrt(1e6 * 0.2 * 0.8)
    assert at_least(200_000 + round(3 * spread), 1_000_000, 0.2) == pytest.approx(0.00135, rel=0.02)


@given(hits=st.integers(0, 60), mean=st.floats(0.001, 50))
@settings(max_examples=60, deadline=None)
def test_poisson_is_the_sum_of_its_terms(hits, mean):
    below = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(hits))
    assert events(hits, mean) == pytest.approx(1 - below, rel=1e-6, abs=1e-12)


def test_poisson_where_much_is_expected():
    assert events(10_000, 10_000) == pytest.approx(0.5, abs=0.01)
    assert events(1, 1e9) == pytest.approx(1)
    assert 0 < events(30, 0.001) < 1e-100
