"""Decision tables: what is proved holds at every point, and what holds everywhere is accepted."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marked import checked, findings

ENDS = st.integers(min_value=-3, max_value=6)
numeric = st.one_of(
    st.just("any"),
    st.tuples(st.sampled_from(["<", "<=", ">", ">=", "="]), ENDS).map(lambda t: f"{t[0]} {t[1]} h"),
    st.tuples(st.sampled_from("[("), ENDS, ENDS, st.sampled_from("])"))
    .filter(lambda t: t[1] < t[2])
    .map(lambda t: f"{t[0]}{t[1]}, {t[2]}{t[3]} h"),
)
wordy = st.sampled_from(["any", "[bulk]", "[tanker]", "[bulk, tanker]"])
rows = st.lists(st.tuples(wordy, numeric), min_size=1, max_size=4)


def _patches(table, hit):
    lines = "\n".join(f'    - {{w: {w}, n: "{n}", a: {i}}}' for i, (w, n) in enumerate(table))
    own = (
        "own:\n  of: {w: deck.w, n: deck.n}\n  each: deck\n"
        f"  hit: {hit}\n  gives: {{a: '1'}}\n  rows:\n{lines}"
    )
    return {
        "inputs": "deck:\n  key: [k]\n  columns:\n    k: {type: key}\n"
        "    w: {one_of: [bulk, tanker]}\n    n: {unit: h}",
        "tables": own,
        "formulas": "z: {each: deck, unit: 1, optional: true, is: own.a}",
    }


def _hits(table, word, number):
    """Count the rows that apply, read with nothing of the checker."""
    return sum(_word(w, word) and _number(n, number) for w, n in table)


def _word(written, word):
    return written == "any" or word in written.strip("[]").split(", ")


def _number(written, number):
    if written == "any":
        return True
    bare = written.removesuffix(" h")
    if bare[0] in "[(":
        low, high = (Fraction(part) for part in bare[1:-1].split(", "))
        above = number >= low if bare[0] == "[" else number > low
        return above and (number <= high if bare[-1] == "]" else number < high)
    sign, end = bare.split(" ")
    end = Fraction(end)
    return {
        "<": number < end, "<=": number <= end, ">": number > end, ">=": number >= end,
        "=": number == end,
    }[sign]  # fmt: skip


POINTS = [Fraction(n, 2) for n in range(-12, 18)]


@settings(max_examples=120, deadline=None)
@given(table=rows, hit=st.sampled_from(["exactly-one", "none-or-one", "first"]))
def test_a_table_is_accepted_exactly_where_every_point_has_its_row(table, hit):
    counts = [_hits(table, word, at) for word in ("bulk", "tanker") for at in POINTS]
    found, _ = findings(_patches(table, hit))
    gap = min(counts) == 0 and hit != "none-or-one"
    twice = max(counts) > 1 and hit != "first"
    rules = {one.rule for one in found}
    assert ("table.gap" in rules) == gap
    assert ("table.overlap" in rules) == twice
    assert rules <= {"table.gap", "table.overlap"}


def _ranked(table_rows, column="crew.rank", each="crew"):
    lines = "\n".join(f"    - {row}" for row in table_rows)
    own = f"own:\n  of: {{n: {column}}}\n  each: {each}\n  hit: exactly-one\n  gives: {{a: '1'}}\n"
    return {
        "tables": f"{own}  rows:\n{lines}",
        "formulas": f"z: {{each: {each}, unit: 1, is: own.a}}",
    }


@pytest.mark.parametrize(
    ("patches", "rules"),
    [
        (_ranked(['{n: "<= 2", a: 1}', '{n: ">= 3", a: 2}']), []),  # whole numbers leave no gap
        (_ranked(['{n: "[1, 3]", a: 1}', '{n: "[4, 5]", a: 2}']), []),  # nor do the limits
        (_ranked(['{n: "[1, 3]", a: 1}', '{n: "5", a: 2}']), ["table.gap"]),
        (_ranked(['{n: "[0 h, 50 h]", a: 1}', '{n: "(50 h, 100 h]", a: 2}'], "crew.hours"), []),
        (_ranked(['{n: "[0 d, 2 d]", a: 1}', '{n: "(48 h, 100 h]", a: 2}'], "crew.hours"), []),
        (_ranked(['{n: "[0 h, 50 h)", a: 1}', '{n: "(50 h, 99 h]", a: 2}'], "crew.hours"),
         ["table.gap"]),
        (_ranked(['{n: "<= 2009", a: 1}', '{n: ">= 2010", a: 2}'], "ship.built", "ship"), []),
        (_ranked(['{n: "<= 2009", a: 1}', '{n: ">= 2013", a: 2}'], "ship.built", "ship"),
         ["table.gap"]),
        (_ranked(["{n: yes, a: 1}", "{n: no, a: 2}"], "voyage.laden", "voyage"), []),
        (_ranked(["{n: yes, a: 1}"], "voyage.laden", "voyage"), ["table.gap"]),
    ],
)  # fmt: skip
def test_the_domain_is_what_validation_lets_through(patches, rules):
    found, _ = findings(patches)
    assert [one.rule for one in found] == rules, [one.render("en") for one in found]


def test_a_gap_is_named_with_its_limits_and_unit():
    found, _ = findings(_patches([("any", "< 1 h"), ("any", "> 2 h")], "exactly-one"))
    assert "w = bulk, n in (1, 2) h" in found[0].what.en
    assert "n = 1 h" in found[0].what.zh


def test_an_overlap_names_both_lines():
    found, _ = findings(_patches([("any", "< 2 h"), ("any", "any")], "exactly-one"))
    line = found[0].place.line
    assert f"{line - 1}, {line}" in found[0].what.en


def test_outcomes_are_exact_and_in_the_declared_unit():
    found = checked(
        {
            "tables": "own:\n  of: {n: ship.deadweight}\n  each: ship\n  hit: first\n"
            "  gives: {a: kg}\n  rows: [{n: any, a: 0.1 t}]",
            "formulas": "z: {each: ship, unit: kg, is: own.a}",
        }
    )
    (rule,) = found.decisions["own"].rules
    assert rule.outcomes[0][1].value == Fraction(100)


def test_a_large_table_is_proved_quickly():
    lines = [f'{{n: "[{i} h, {i + 1} h)", a: {i}}}' for i in range(99)]
    found, _ = findings(_ranked([*lines, '{n: "[99 h, 100 h]", a: 99}'], "crew.hours"))
    assert not found
