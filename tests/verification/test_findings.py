"""Findings: read from a file, and what follows from them for the result."""

from __future__ import annotations

import pytest

from mrv.messages import Refused
from mrv.verification import Asked, Found, evaluate, read_findings, sampling_plan
from mrv.verification.sampling import Item

HEAD = "table,row,what,amount,unit,share,why,right\n"


def item(row, amount, *, month=None, default=False, ship="A"):
    keys = (("ship", ship), ("row", str(row)))
    return Item("fuel", row, "", "2025", keys, ship, month, float(amount), default)


def plan(items, step=0, **asked):
    total = sum(one.amount for one in items)
    given = Asked("s", step=step, **asked)
    return sampling_plan("0" * 64, ("total", "t CO2", total), items, given, 0.0)


def small_rows(count=2000, **more):
    """Rows that are all far below an interval."""
    return [item(row, 500, ship=f"s{row}", **more) for row in range(count)]


def checked(made, **wrong):
    """Every row of a plan is right, but for rows by number."""
    named = {int(key[1:]): right for key, right in wrong.items()}
    return [Found("fuel", c.item.row, named.get(c.item.row, 1.0)) for c in made.chosen]


def drawn(made):
    return [c.item.row for c in made.chosen if c.why == ("drawn",)]


def test_the_usual_example_by_hand():
    """1,000,000 booked, 5 % material, 95 %: two errors with taints of 40 % and 10 %."""
    made = plan(small_rows())
    assert made.interval == pytest.approx(50_000 / 3.0, rel=2e-3)
    one, two = drawn(made)[:2]
    said = evaluate(made, checked(made, **{f"r{one}": 0.6, f"r{two}": 0.9}))
    assert said.likely == pytest.approx(0.5 * 50_000 / 3.0, rel=2e-3)
    # 3.00 + 0.40 (4.75 - 3.00) + 0.10 (6.30 - 4.75), as the tables have it
    assert said.upper == pytest.approx(3.855 * 50_000 / 3.0, rel=2e-3)
    assert (said.wrong, said.open, said.acceptable) == (2, 0, False)


def test_no_error_is_exactly_acceptable():
    made = plan(small_rows(), materiality=0.03, confidence=0.9)
    said = evaluate(made, checked(made))
    assert said.upper == pytest.approx(said.tolerable)
    assert said.acceptable
    assert "acceptable" in said.said.en


def test_rows_not_yet_checked_are_no_acceptance():
    made = plan(small_rows())
    said = evaluate(made, checked(made)[1:])
    assert said.open == 1
    assert not said.acceptable
    assert not evaluate(made, []).acceptable


def test_a_default_drawn_with_double_chance_stands_for_half_as_much():
    made = plan(small_rows(default=True))
    row = drawn(made)[0]
    said = evaluate(made, checked(made, **{f"r{row}": 0.0}))
    assert said.likely == pytest.approx(made.interval / 2)


def test_too_little_reported_is_a_negative_error():
    made = plan(small_rows())
    row = drawn(made)[0]
    said = evaluate(made, checked(made, **{f"r{row}": 1.5}))
    assert said.likely == pytest.approx(-made.interval / 2)
    assert said.upper > said.tolerable


def test_a_credit_that_is_too_large_means_too_little_reported():
    items = [item(row, -400 if row % 2 else 800, ship=f"s{row}") for row in range(3000)]
    made = plan(items)
    row = next(row for row in drawn(made) if row % 2)
    assert evaluate(made, checked(made, **{f"r{row}": 0.5})).likely < 0


def test_an_error_of_a_row_always_checked_counts_as_it_is():
    items = [item(9999, 100_000, ship="big"), *small_rows()]
    made = plan(items)
    assert evaluate(made, checked(made, r9999=0.9)).likely == pytest.approx(10_000)


def test_an_error_in_a_month_checked_by_rule_is_not_forgotten():
    items = [
        item(row, 1, month=f"2025-{row % 12 + 1:02}", ship=f"s{row // 12}") for row in range(2400)
    ]
    made = plan(items)
    row = next(c.item.row for c in made.chosen if c.why == ("month",))
    said = evaluate(made, checked(made, **{f"r{row}": 0.0}))
    assert said.likely == pytest.approx(1)
    assert said.step == 1


def test_one_finding_widens_by_one_step_and_a_further_one_by_the_next():
    items = [item(row, 100, month=f"2025-{row + 1:02}") for row in range(12)]
    items += [
        item(row, 100, month=f"2025-{row % 12 + 1:02}", ship=f"s{row // 12}")
        for row in range(12, 1200)
    ]
    first = plan(items)
    old = next(c.item.row for c in first.chosen if c.stage == 0)
    assert evaluate(first, checked(first, **{f"r{old}": 0.9})).step == 1
    wider = plan(items, step=1)
    again = evaluate(wider, checked(wider, **{f"r{old}": 0.9}))
    assert again.step == 1
    new = next(c.item.row for c in wider.chosen if c.stage == 1)
    further = evaluate(wider, checked(wider, **{f"r{old}": 0.9, f"r{new}": 0.9}))
    assert further.step == 2
    assert not further.acceptable


def test_where_every_row_is_checked_no_risk_of_sampling_is_left():
    items = [item(row, 100, month=f"2025-{row + 1:02}") for row in range(12)]
    made = plan(items, step=3)
    assert made.whole
    said = evaluate(made, checked(made, r3=0.9))
    assert (said.likely, said.upper) == (pytest.approx(10), pytest.approx(10))
    assert said.acceptable
    assert not evaluate(made, checked(made, r3=0.0)).acceptable


def test_a_row_that_stands_in_two_periods_is_wrong_in_both():
    items = [
        Item("ship", 2, "", period, (("ship", "A"),), "A", None, 1000.0, False)
        for period in ("2024", "2025")
    ]
    said = evaluate(plan(items), [Found("ship", 2, 0.5)])
    assert (said.wrong, said.likely) == (1, pytest.approx(1000))


def test_rows_that_are_not_in_the_plan_are_named_all_at_once():
    made = plan(small_rows())
    with pytest.raises(Refused) as refused:
        evaluate(made, [Found("fuel", 99_999, 1.0), Found("coal", 2, 1.0)])
    assert [d.rule for d in refused.value.diagnostics] == ["findings.strange"] * 2


def test_what_a_verifier_writes(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text(
        "\ufeff" + HEAD + "fuel,2,x,1,t,0.1,w,ok\nfuel,3,x,1,t,0.1,w,OK\nfuel,4,x,1,t,0.1,w,0.9\n"
        "fuel,5,x,1,t,0.1,w,95%\nfuel,6,x,1,t,0.1,w,对\nfuel,7,x,1,t,0.1,w,\nfuel,8\n",
        encoding="utf-8",
    )
    found = {one.row: one.right for one in read_findings(path)}
    assert found == {2: 1, 3: 1, 4: 0.9, 5: 0.95, 6: 1}


@pytest.mark.parametrize(
    ("body", "rules", "lines"),
    [
        (HEAD + "fuel,2,x,1,t,0,w,maybe\n", ["findings.value"], [2]),
        (HEAD + "fuel,2,x,1,t,0,w,nan\nfuel,3,x,1,t,0,w,inf\n", ["findings.value"] * 2, [2, 3]),
        (HEAD + "fuel,2,x,1,t,0,w,-1\n", ["findings.value"], [2]),
        (HEAD + "fuel,two,x,1,t,0,w,ok\n", ["findings.value"], [2]),
        (HEAD + "fuel,,x,1,t,0,w,ok\n", ["findings.value"], [2]),
        (HEAD + "fuel,2,x,1,t,0,w,ok\nfuel,2,x,1,t,0,w,0.5\n", ["findings.twice"], [3]),
        ("right,table,row\nok\n", ["findings.value"], [2]),
        ("table;row;right\nfuel;2;ok\n", ["findings.columns"], [1]),
        ("table,row\nfuel,2\n", ["findings.columns"], [1]),
        ("", ["findings.columns"], [1]),
    ],
)
def test_bad_findings_are_named_with_their_line(tmp_path, body, rules, lines):
    path = tmp_path / "plan.csv"
    path.write_text(body, encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_findings(path)
    found = refused.value.diagnostics
    assert [d.rule for d in found] == rules
    assert [d.place.line for d in found] == lines
    assert all(d.place.file == "plan.csv" for d in found)


def test_a_plan_without_a_row_is_no_finding(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text(HEAD, encoding="utf-8")
    assert read_findings(path) == ()


@pytest.mark.parametrize("kind", ["none", "folder", "gbk", "long"])
def test_what_is_no_file_of_findings(tmp_path, kind):
    path = tmp_path / "plan.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "gbk":
        path.write_bytes((HEAD + "燃油,2,x,1,t,0,w,对\n").encode("gbk"))
    elif kind == "long":
        path.write_text(HEAD + '"' + "x" * 200_000 + '",2\n', encoding="utf-8")
    with pytest.raises(Refused) as refused:
        read_findings(path)
    assert [d.rule for d in refused.value.diagnostics] == [
        "call.no-file" if kind == "none" else "findings.file"
    ]
