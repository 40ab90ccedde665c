"""The five answers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.language.editions import governing, governs_period
from mrv.language.library import Header
from mrv.language.model import Governs
from mrv.language.period import parse_period
from mrv.messages import text


def edition(
    number, start, until=None, *, region="CN", status="in-force", successor=None, awaited=False
):
    governs = Governs("ship", region, start, until, None, successor, awaited)
    return Header(
        "ship/x", "methodology", number, status, governs, text("船", "Ship"), Path("x.yaml")
    )


FIRST = edition("1", date(2023, 1, 1), date(2024, 12, 31))
SECOND = edition("2", date(2025, 1, 1))
LOCAL = edition("tj", date(2025, 1, 1), region="CN-TJ")
DRAFT = edition("3-draft", date(2026, 1, 1), status="draft")
AWAITED = edition("9", None, awaited=True)


@pytest.mark.parametrize(
    ("headers", "region", "on", "verdict", "number"),
    [
        ([FIRST, SECOND], "CN", "2024", "governs", "1"),
        ([FIRST, SECOND], "CN", "2025", "governs", "2"),
        ([FIRST, SECOND], "CN-TJ", "2025", "governs", "2"),
        ([FIRST, SECOND, LOCAL], "CN-TJ", "2025", "governs", "tj"),
        ([FIRST, SECOND, LOCAL], "CN-SH", "2025", "governs", "2"),
        ([SECOND, DRAFT], "CN", "2026", "governs", "2"),
        ([DRAFT], "CN", "2026", "governs", "3-draft"),
        ([FIRST, SECOND], "CN", "2022", "not-yet-in-force", "1"),
        ([SECOND], "CN", "2024-H2", "not-yet-in-force", "2"),
        ([AWAITED], "CN", "2024", "awaited", "9"),
        ([FIRST], "CN", "2025", "expired", "1"),
        ([FIRST], "CN", "2024-Q4", "governs", "1"),
        ([FIRST, AWAITED], "CN", "2025", "expired", "1"),
        ([LOCAL], "CN", "2025", "out-of-scope", None),
        ([LOCAL], "CN-TJX", "2025", "out-of-scope", None),
        ([], "CN", "2025", "out-of-scope", None),
    ],
)
def test_answers(headers, region, on, verdict, number):
    answer = governing(headers, "ship", region, parse_period(on))
    assert answer.verdict == verdict
    assert (answer.header.edition if answer.header else None) == number
    assert answer.text().zh
    assert answer.text().en


def test_days_decide_to_the_day():
    at = lambda day: governing([FIRST, SECOND], "ship", "CN", day)  # noqa: E731
    assert at(date(2024, 12, 31)).header is FIRST
    assert at(date(2025, 1, 1)).header is SECOND
    assert at(date(2022, 12, 31)).on == date(2023, 1, 1)
    assert governing([FIRST], "aviation", "CN", date(2024, 1, 1)).verdict == "out-of-scope"


def test_expired_names_the_successor():
    later = edition("2", date(2026, 1, 1))
    answer = governing([FIRST, later], "ship", "CN", date(2025, 6, 1))
    assert (answer.verdict, answer.on, answer.successor) == ("expired", date(2024, 12, 31), "2")
    assert answer.successor_from == date(2026, 1, 1)
    assert "2026-01-01" in answer.text().en
    named = edition("1", date(2023, 1, 1), date(2024, 12, 31), successor="other/rule")
    assert governing([named], "ship", "CN", date(2025, 6, 1)).successor == "other/rule"
    assert governing([FIRST, AWAITED], "ship", "CN", date(2025, 6, 1)).successor == "9"


DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))


@given(st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=4), DAYS)
@settings(max_examples=100, deadline=None)
def test_never_a_blank_and_true_to_the_dates(spans, day):
    headers = [edition(str(i), a, b) for i, (a, b) in enumerate(spans)]
    answer = governing(headers, "ship", "CN", day)
    in_force = [h for h in headers if h.governs.start <= day and (h.governs.until or day) >= day]
    assert (answer.verdict == "governs") == bool(in_force)
    assert (answer.verdict == "out-of-scope") <= all(
        h.governs.until and h.governs.until < h.governs.start for h in headers
    )
    if answer.verdict == "not-yet-in-force":
        assert answer.on > day
    if answer.verdict == "expired":
        assert answer.on < day


def test_period_of_a_run():
    assert governs_period(FIRST.governs, parse_period("2024")) is None
    assert governs_period(None, parse_period("2024")) is None
    finding = governs_period(FIRST.governs, parse_period("2025"), [FIRST, SECOND])
    assert finding.rule == "edition.not-governing"
    assert "2025" in finding.what.zh
    assert "ship/x 2 governs" in finding.hint.en
    half = edition("h", FIRST.governs.start + timedelta(days=181))
    assert governs_period(half.governs, parse_period("2023")).rule == "edition.not-governing"
    assert governs_period(AWAITED.governs, parse_period("2025")) is not None
