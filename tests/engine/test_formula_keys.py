"""Groups by what a formula works out: values, joins back to rows, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from engine_runs import HEAD, checked, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.engine.second import disagreements
from mrv.messages import Refused

TEXT = """\
constants: {near: {value: 1 km}}
inputs:
  user: {key: [user], columns: {user: {type: key}, banned: {type: yes-no}}}
  trip:
    key: [id]
    columns:
      id: {type: key}
      user: {in: user}
      platform: {one_of: [bike, bus]}
      start: {type: instant}
      km: {unit: km}
  seat: {key: [seat], columns: {seat: {type: key}, n: {unit: "1"}}}
tables:
  verdict:
    of: {out: user.banned, far: trip.km}
    each: trip
    gives: {reason: [banned, short, fine]}
    rows:
      - {out: "yes", far: any, reason: banned}
      - {out: "no", far: "< 1 km", reason: short}
      - {out: "no", far: ">= 1 km", reason: fine}
formulas:
  reason: {each: trip, one_of: [banned, short, fine], is: verdict.reason}
  long: {each: trip, type: yes-no, is: km >= near}
  maybe: {each: trip, one_of: [a], optional: true, is: "missing"}
  by_reason: {per: [reason], unit: "1", is: count(trip)}
  km_of: {per: [reason], unit: km, is: sum(km)}
  mean_of: {per: [reason], unit: km, is: "ratio(km_of, by_reason, when_zero=0)"}
  mixed: {per: [trip.platform, reason, month(start)], unit: km, is: sum(km)}
  label: {per: [reason], one_of: [out, in], is: "'in' if reason == 'fine' else 'out'"}
  by_long: {per: [long], unit: "1", is: count(trip)}
  more: {each: trip, unit: km, is: km - mean_of}
  #
  tot: {unit: "1", is: sum(by_reason)}
results:
  x: {of: tot, role: total}
"""
USERS = [{"user": "a", "banned": "no"}, {"user": "z", "banned": "yes"}]


def data(*rows: tuple[str, str, float]) -> dict[str, Any]:
    trips = [
        {
            "id": str(n), "user": user, "platform": platform, "km": f"{km} km",
            "start": f"2024-0{1 + n % 2}-02 10:00:00",
        }
        for n, (user, platform, km) in enumerate(rows)
    ]  # fmt: skip
    return {"user": USERS, "trip": trips, "seat": [{"seat": "s", "n": "1"}]}


def table(made: Any, name: str, *keys: str) -> dict[Any, Any]:
    return {tuple(row[key] for key in keys): row[name] for row in made.table(name).to_pylist()}


def test_groups_by_a_word() -> None:
    rows = [("a", "bike", 3), ("a", "bus", 5), ("z", "bike", 9), ("a", "bike", 0.5)]
    made = execute(checked(HEAD + TEXT), data(*rows))
    assert not disagreements(made)
    assert table(made, "by_reason", "reason") == {("fine",): 2, ("banned",): 1, ("short",): 1}
    assert table(made, "mean_of", "reason")["fine",] == 4.0
    assert table(made, "label", "reason") == {
        ("fine",): "in", ("banned",): "out", ("short",): "out",
    }  # fmt: skip
    assert table(made, "mixed", "platform", "reason", "start.month") == {
        ("bike", "fine", "2024-01"): 3.0,
        ("bus", "fine", "2024-02"): 5.0,
        ("bike", "banned", "2024-01"): 9.0,
        ("bike", "short", "2024-02"): 0.5,
    }
    assert table(made, "by_long", "long") == {(True,): 3, (False,): 1}
    assert table(made, "more", "id") == {("0",): -1, ("1",): 1, ("2",): 0, ("3",): 0}


def test_it_is_explained() -> None:
    from mrv.explain import explain

    made = execute(checked(HEAD + TEXT), data(("a", "bike", 3), ("a", "bus", 5)))
    step = explain(made, "km_of", row={"reason": "fine"}).step
    assert step.value == 8.0
    assert explain(made, "more", row={"id": "1"}).step.value == 1.0


@settings(max_examples=12, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("az"), st.sampled_from(["bike", "bus"]), st.sampled_from([0.5, 1, 7])
        ),
        min_size=1,
        max_size=8,
    )
)
def test_as_counted_by_hand(rows: Any) -> None:
    made = execute(checked(HEAD + TEXT), data(*rows))
    assert not disagreements(made)
    reasons = ["banned" if u == "z" else "short" if km < 1 else "fine" for u, _, km in rows]
    assert table(made, "by_reason", "reason") == {(r,): reasons.count(r) for r in reasons}


WRONG = [
    ("per: [km_]", "name.unknown"),
    ("per: [maybe]", "grain.key"),
    ("per: [more]", "grain.key"),
    ("per: [tot]", "grain.key"),
    ("per: [reason, reason]", "grain.key"),
    ("per: [reason, seat.n]", "name.unknown"),
    ("per: [reason, kind]", "grain.key"),
    ("per: [month(reason)]", "name.unknown"),
]


@pytest.mark.parametrize(("per", "rule"), WRONG)
def test_what_cannot_be_a_key(per: str, rule: str) -> None:
    more = f"w: {{{per}, unit: '1', is: 1}}\n  kind: {{each: seat, one_of: [k], is: \"'k'\"}}"
    with pytest.raises(Refused) as caught:
        checked(HEAD + TEXT.replace("#\n", f"{more}\n"))
    assert [d.rule for d in caught.value.diagnostics] == [rule], caught.value.diagnostics


def test_a_formula_cannot_depend_on_its_own_groups() -> None:
    loop = TEXT.replace("is: verdict.reason", "is: \"'fine' if by_reason > 1 else 'short'\"")
    with pytest.raises(Refused) as caught:
        checked(HEAD + loop.replace("gives:", "hit: first\n    gives:"))
    assert "formula.cycle" in [d.rule for d in caught.value.diagnostics]
