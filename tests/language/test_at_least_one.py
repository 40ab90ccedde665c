"""Tables of which every row gives at least one of several columns."""

from __future__ import annotations

import pytest
from marked import at, checked, findings

METER = """\
meter:
  key: [meter]
  at_least_one: [[read, [start, end]]]
  columns:
    meter: {type: key}
    read: {unit: t, optional: true}
    start: {unit: t, optional: true}
    end: {unit: t, optional: true}
    other: {unit: t, optional: true}"""
BALANCE = "start - end if given(start) and given(end) else missing"


def used(expression, promise="unit: t"):
    balance = f"balance: {{each: meter, unit: t, optional: true, is: '{BALANCE}'}}"
    return {
        "inputs": METER,
        "formulas": f'{balance}\nx: {{each: meter, {promise}, is: "{expression}"}}',
    }


@pytest.mark.parametrize(
    "expression",
    [
        "first(read, balance)",
        "first(read, start)",
        "first(balance, read)",
        "first(read, other, balance)",
        "first(read, first(other, balance))",
        f"first(read, {BALANCE})",
        "read if given(read) else start - end",
        "start - end if not given(read) else read",
        "start - end if not given(read) and given(other) else first(read, balance)",
    ],
)
def test_one_of_them_is_there(expression):
    found = checked(used(expression)).formulas["x"]
    assert not found.type.missing
    assert not found.body.type.missing


@pytest.mark.parametrize(
    "expression",
    [
        "first(read, other)",
        "first(start, balance)",
        "first(read, balance if given(other) else missing)",
        "first(read, balance) if given(other) else other",
        "read if given(other) else start - end",
        "start - end if given(read) else read",
    ],
)
def test_one_of_them_is_not_enough(expression):
    found, _ = findings(used(expression))
    assert {one.rule for one in found} == {"missing.unresolved"}, found


def test_a_formula_that_leads_to_itself_is_told_as_a_circle():
    text = """\
a: {each: meter, unit: t, optional: true, is: 'first(read, b)'}
b: {each: meter, unit: t, optional: true, is: 'first(start, a)'}"""
    found, _ = findings({"inputs": METER, "formulas": text})
    assert [one.rule for one in found] == ["formula.cycle"]


WRONG = [
    ("[[read, «starts»]]", "name.unknown-column", "start"),
    ("[[read, [start, «ends»]]]", "name.unknown-column", "end"),
    ("[[read, «meter»]]", "missing.needless", "optional"),
    ("[[read, «read»]]", "name.duplicate", ""),
    ("[[read, [start, end], [«end», start]]]", "name.duplicate", ""),
    ("[«[read]»]", "schema.count", ""),
    ("[«read»]", "schema.type", ""),
    ("«read»", "schema.type", ""),
]


@pytest.mark.parametrize(("written", "rule", "hint"), WRONG)
def test_wrong(written, rule, hint):
    text = METER.replace("[[read, [start, end]]]", written)
    found, spots = findings({"inputs": text})
    assert [one.rule for one in found] == [rule], found
    assert (at(found[0]).line, at(found[0]).column) == spots[0][:2]
    assert hint in (found[0].hint.en if found[0].hint else "")
