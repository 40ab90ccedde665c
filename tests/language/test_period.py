"""Accounting periods."""

from __future__ import annotations

import contextlib
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.language.period import from_ordinal, parse_period
from mrv.messages import Refused

KINDS = st.sampled_from([("year", 1), ("half", 2), ("quarter", 4), ("month", 12)])


@pytest.mark.parametrize(
    ("label", "kind", "span", "days", "ordinal"),
    [
        ("2024", "year", (date(2024, 1, 1), date(2024, 12, 31)), 366, 2024),
        ("2023", "year", (date(2023, 1, 1), date(2023, 12, 31)), 365, 2023),
        ("2024-H1", "half", (date(2024, 1, 1), date(2024, 6, 30)), 182, 4048),
        ("2024-H2", "half", (date(2024, 7, 1), date(2024, 12, 31)), 184, 4049),
        ("2024-Q1", "quarter", (date(2024, 1, 1), date(2024, 3, 31)), 91, 8096),
        ("2024-Q4", "quarter", (date(2024, 10, 1), date(2024, 12, 31)), 92, 8099),
        ("2024-02", "month", (date(2024, 2, 1), date(2024, 2, 29)), 29, 24289),
        ("2100-02", "month", (date(2100, 2, 1), date(2100, 2, 28)), 28, 25201),
        ("2024-12", "month", (date(2024, 12, 1), date(2024, 12, 31)), 31, 24299),
    ],
)
def test_periods(label, kind, span, days, ordinal):
    period = parse_period(label)
    assert (period.label, period.kind, (period.start, period.end)) == (label, kind, span)
    assert (period.days, period.hours, period.ordinal) == (days, days * 24, ordinal)


@given(KINDS, st.integers(1901, 2198), st.integers(0, 11))
@settings(max_examples=100, deadline=None)
def test_periods_follow_each_other_without_gap(kind, year, index):
    ordinal = year * kind[1] + index % kind[1]
    period = from_ordinal(kind[0], ordinal)
    assert parse_period(period.label) == period
    assert period.earlier(1).end + timedelta(days=1) == period.start
    assert period.earlier(1).earlier(-1) == period
    assert period.holds(period.start)
    assert period.holds(period.end)
    assert not period.holds(period.end + timedelta(days=1))


@pytest.mark.parametrize(
    "bad",
    ["", "24", "2024-13", "2024-00", "2024-3", "2024-Q5", "2024-H3", "2024Q1", "2024-01-01",
     "year", "２０２４", "1899", "2200", "2024\n-Q1", "x" * 500],
)  # fmt: skip
def test_bad_periods(bad):
    with pytest.raises(Refused) as refused:
        parse_period(bad)
    assert [d.rule for d in refused.value.diagnostics] == ["call.period"]
    assert refused.value.exit_code == 2


@given(st.text(max_size=12) | st.from_regex(r"[0-9]{4}-?[HQ0-9]{0,3}", fullmatch=True))
@settings(max_examples=100, deadline=None)
def test_any_text(text):
    with contextlib.suppress(Refused):
        assert parse_period(text).label == text.strip()
