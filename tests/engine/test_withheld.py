"""Small groups are withheld, and nothing that is shown gives one of them away."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
from engine_runs import HEAD, checked, execute
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.activity.salt import Salt
from mrv.cli.gather import row_results
from mrv.cli.row_frames import batches, frames
from mrv.engine.second import disagreements
from mrv.explain import explain
from mrv.messages import Refused

if TYPE_CHECKING:
    from mrv.engine.run import Run

SALT = Salt(bytes(range(32)))
LEAST = 3
RULES = f"""\
inputs:
  trip:
    key: [trip]
    columns:
      trip: {{type: key}}
      user: {{type: key, secret: true}}
      mode: {{type: key}}
      start: {{type: instant}}
      km: {{unit: km}}
formulas:
  by_mode: {{per: [mode], unit: km, is: 2 * sum(km)}}
  mean_km: {{per: [mode], unit: km, optional: true, is: mean(km)}}
  mode_users: {{per: [mode], unit: 1, is: distinct(user)}}
  by_month: {{per: [month(start)], unit: km, is: sum(km)}}
  month_users: {{per: [month(start)], unit: 1, is: distinct(user)}}
  by_day: {{per: [mode, day(start)], unit: km, is: sum(km)}}
  day_users: {{per: [mode, day(start)], unit: 1, is: "distinct(user, where=km > 0 * unit)"}}
  by_user: {{per: [user], unit: km, is: sum(km)}}
  total: {{unit: km, is: sum(km)}}
  users: {{unit: 1, is: distinct(user)}}
constants:
  unit: {{value: 1 km}}
results:
  by_mode: {{of: by_mode, role: memo, withhold: {{below: {LEAST}, of: mode_users}}}}
  by_month: {{of: by_month, role: memo, withhold: {{below: {LEAST}, of: month_users}}}}
  by_day: {{of: by_day, role: memo, withhold: {{below: {LEAST}, of: day_users}}}}
  by_user: {{of: by_user, role: memo}}
  total: {{of: total, role: total}}
  users: {{of: users, role: memo}}
"""
GRAINS = {
    "by_mode": ("mode_users", ("mode",)),
    "by_month": ("month_users", ("start.month",)),
    "by_day": ("day_users", ("mode", "start.day")),
}
Trip = tuple[str, str, str, float]
trips = st.lists(
    st.tuples(
        st.sampled_from("abcdefg"), st.sampled_from(["walk", "bike", "bus"]),
        st.sampled_from(["2024-01-03", "2024-01-04", "2024-02-01"]),
        st.sampled_from([0.0, 1.0, 2.5]),
    ),
    min_size=1, max_size=40,
)  # fmt: skip


def rows(made: list[Trip]) -> dict[str, list[dict[str, object]]]:
    return {
        "trip": [
            {"trip": str(n), "user": u, "mode": m, "start": f"{d} 10:00", "km": f"{km} km"}
            for n, (u, m, d, km) in enumerate(made)
        ]
    }


def go(made: list[Trip]) -> Run:
    return execute(checked(HEAD + RULES), rows(made), salt=SALT)


def keys_of(trip: Trip, names: tuple[str, ...]) -> tuple[str, ...]:
    _, mode, day, _ = trip
    parts = {"mode": mode, "start.month": day[:7], "start.day": day}
    return tuple(parts[name] for name in names)


def behind(made: list[Trip], result: str) -> dict[tuple[str, ...], set[str]]:
    """Who is behind each group, counted in the plainest way."""
    found: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for trip in made:
        group = found[keys_of(trip, GRAINS[result][1])]
        if result != "by_day" or trip[3] > 0:
            group.add(trip[0])
    return found


def shown(run: Run, result: str) -> tuple[dict[tuple[str, ...], float], list[dict[str, Any]]]:
    """The rows that are shown, and those that stand for the withheld ones."""
    formula = run.methodology.formula_of(
        next(one for one in run.methodology.results if one.name == result)
    ).name
    names, table = GRAINS[result][1], run.table(result).to_pylist()
    plain = [row for row in table if not row["withheld"]]
    return (
        {tuple(row[name] for name in names): row[formula] for row in plain},
        [row for row in table if row["withheld"]],
    )


@settings(max_examples=40, deadline=None)
@given(trips)
def test_what_is_shown_gives_no_small_group_away(made: list[Trip]) -> None:
    with go(made) as run:
        assert not disagreements(run)
        visible = {result: shown(run, result)[0] for result in GRAINS}
        for result in GRAINS:
            groups = behind(made, result)
            assert set(visible[result]) <= set(groups)
            assert all(len(groups[key]) >= LEAST for key in visible[result])
            if all(len(who) >= LEAST for who in groups.values()) and result != "by_day":
                assert set(visible[result]) == set(groups)
            _no_sum_tells(groups, set(visible[result]), lambda _: ())
        days = behind(made, "by_day")
        for coarse, cut in (("by_mode", lambda k: k[:1]), ("by_month", lambda k: (k[1][:7],))):
            _no_sum_tells(days, set(visible["by_day"]), cut)
            for group in behind(made, coarse):
                if group not in visible[coarse]:  # nor may its parts give a withheld sum away
                    parts = {key for key in days if cut(key) == group}
                    assert not parts <= set(visible["by_day"])


def _no_sum_tells(groups: dict[Any, set[str]], visible: set[Any], cut: Any) -> None:
    """Below every known sum, what is withheld is nothing, or enough, or all there is."""
    for sum_ in {cut(key) for key in groups}:
        members = {key for key in groups if cut(key) == sum_}
        gone = members - visible
        together = set().union(*(groups[key] for key in gone))
        assert not gone or len(together) >= LEAST or gone == members


@settings(max_examples=15, deadline=None)
@given(trips)
def test_the_rest_makes_up_the_total(made: list[Trip]) -> None:
    total = sum(trip[3] for trip in made)
    with go(made) as run:
        for result, factor in (("by_mode", 2), ("by_month", 1), ("by_day", 1)):
            plain, rest = shown(run, result)
            groups = behind(made, result)
            formula = next(r for r in run.methodology.results if r.name == result).of.text
            assert sum(row["withheld"] for row in rest) == len(groups) - len(plain)
            known = [row[formula] for row in rest]
            if None not in known:
                assert sum(plain.values()) + sum(known) == pytest.approx(total * factor)
            gone = set(groups) - set(plain)
            enough = len(set().union(*(groups[key] for key in gone))) >= LEAST if gone else True
            assert (None in known) == (bool(gone) and not enough)


MADE: list[Trip] = [
    *((u, "bus", "2024-01-03", 1.0) for u in "abcd"),
    *((u, "bike", "2024-01-03", 1.0) for u in "abcde"),
    *((u, "walk", "2024-01-03", 5.0) for u in "ab"),
]


def test_every_way_to_see_rows_leaves_them_out() -> None:
    with go(MADE) as run:
        assert set(shown(run, "by_mode")[0]) == {("bike",)}
        (rest,) = shown(run, "by_mode")[1]
        assert (rest["mode"], rest["withheld"], rest["by_mode"]) == (None, 2, 28.0)
        assert run.frame("mode_users")["mode_users"].tolist()[:1] == [5.0]
        assert run.table("mean_km").to_pylist()[-1]["mean_km"] is None
        named = {one["result"]: one for one in row_results(run)}
        assert [row["mode"] for row in named["by_mode"]["rows"]] == ["bike"]  # type: ignore[attr-defined]
        (plain,) = named["by_mode"]["withheld"]  # type: ignore[misc]
        assert plain == {"organisation": "", "period": "2024", "rows": 2, "value": 28.0}
        (frame,) = [one for one in frames(run) if one.name == "by-mode"]
        written = [row for part in batches(run, frame) for row in part.to_pylist()]
        assert [(row["mode"], row["withheld"]) for row in written] == [("bike", 0), (None, 2)]
        (mark,) = [
            m for m in run.outcome.marks if m.kind == "withheld" and "by mode are" in m.message.en
        ]
        assert mark.count == 2
        assert "by_mode 28 km" in mark.message.en
        assert "合计 by_mode 28 km" in mark.message.zh


@pytest.mark.parametrize("mode", ["walk", "bus"])
def test_a_withheld_row_is_not_explained(mode: str) -> None:
    with go(MADE) as run:
        with pytest.raises(Refused) as refused:
            explain(run, "by_mode", row={"mode": mode})
        assert refused.value.diagnostics[0].rule == "call.withheld"
        assert explain(run, "by_mode", row={"mode": "bike"}).step.value == 10.0


def test_a_user_is_explained_by_key_or_hash() -> None:
    with go(MADE) as run:
        by_key = explain(run, "by_user", row={"user": "a"})
        assert by_key == explain(run, "by_user", row={"user": SALT.hashed("a")})
        assert by_key.step.value == 7.0
        with pytest.raises(Refused) as refused:
            explain(run, "by_user", row={"user": "nobody-here"})
        assert "nobody-here" not in refused.value.diagnostics[0].render("en")


def test_groups_of_each_period_and_organisation_stand_alone() -> None:
    data = rows(MADE)["trip"]
    for row in data:
        row["organisation"] = "A"
    data += [{**data[-1], "trip": "x", "organisation": "B"}]
    with execute(checked(HEAD + RULES), {"trip": data}, salt=SALT) as run:
        table = run.table("by_mode").to_pylist()
        assert [(r["organisation"], r["mode"], r["withheld"], r["by_mode"]) for r in table] == [
            ("A", "bike", 0, 10.0), ("A", None, 2, 28.0), ("B", None, 1, None),
        ]  # fmt: skip
