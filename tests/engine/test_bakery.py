"""The made-up bakery from end to end, against numbers worked out with fractions."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from engine_runs import bakery, bits, execute, outputs

from mrv.engine.second import disagreements
from mrv.messages import Refused

DATA: dict[str, list[dict[str, str]]] = {
    "shop": [
        {"shop": "A", "kind": "corner", "floor": "50 m2"},
        {"shop": "B", "kind": "factory", "floor": "500 m2", "rival": "A"},
    ],
    "oven": [
        {"oven": "o1", "home": "A", "rated": "12 kW"},
        {"oven": "o2", "home": "B", "rated": "6 MW"},
    ],
    "firing": [
        {
            "oven": "o1", "month": "2024-01", "fuel": "diesel",
            "burned": "10 t", "ncv_measured": "42.0 GJ/t",
        },
        {"oven": "o2", "month": "2024-01", "fuel": "柴油", "burned": "500 kg"},
    ],
    "sales": [{"shop": "A", "month": "2024-01", "bread": "3 t"}],
    "delivery": [
        {
            "ride": ride, "shop": "A", "user": user, "distance": "25 km", "tested": tested,
            "start": f"2024-01-02 {hour}:00:00", "end": f"2024-01-02 {hour + 1}:00:00",
        }
        for ride, user, hour, tested in (
            ("1", "u", 10, "yes"), ("2", "u", 12, "yes"), ("3", "w", 12, "no"),
        )
    ],
    "history": [{"year": "2023", "emission": "5 t"}],
}  # fmt: skip

# GB/T 32151.34-2024 table C.1, diesel: 42.652 GJ/t and 20.2E-3 t C/GJ.
PER_GJ = Fraction("0.0202") * Fraction("0.98") * Fraction(44, 12)
FIRST = 10 * 42 * PER_GJ
SECOND = Fraction(1, 2) * Fraction("42.652") * PER_GJ
DIRECT = FIRST + SECOND
# The smallest step of sums is 1e-9; two rows can each be off by half of it.
STEP = Fraction(1, 10**9)
EXPECTED = {
    "direct": DIRECT,
    "direct_e": DIRECT,
    "net": DIRECT - FIRST / 10,
    "peak": FIRST,
    # 25 km twice on one day against 30 km: 0.6 of 2 x 25 km x 200 g.
    "credits": Fraction(2 * 25 * 200, 10**6) * Fraction(30, 50),
    "before": Fraction(5),
    "per_day": DIRECT / 366,
}


@pytest.fixture(scope="module")
def made() -> Any:
    with execute(bakery(), DATA) as run:
        yield run


@pytest.mark.parametrize("result", EXPECTED)
def test_results_are_those_worked_out_by_hand(made: Any, result: str) -> None:
    assert abs(Fraction(outputs(made)["", "2024", result]) - EXPECTED[result]) <= 2 * STEP


def test_the_total_is_rounded_half_even_and_nothing_else_is(made: Any) -> None:
    rounded = {o.name: o.rounded for o in made.outcome.outputs}
    assert rounded.pop("direct") == Decimal(round(DIRECT))
    assert set(rounded.values()) == {None}


def test_row_results(made: Any) -> None:
    def values(name: str, key: str) -> dict[str, Any]:
        return {row[key]: row[name] for row in made.table(name).to_pylist()}

    assert values("level", "shop") == {"A": "good", "B": "unknown"}
    assert values("intensity", "shop")["B"] is None
    share = values("share_of_total", "shop")
    assert abs(Fraction(share["A"]) - FIRST / DIRECT) < STEP
    warm = values("warm", "oven")
    assert abs(Fraction(warm["o1"]) - (11 + 2 * Fraction(189, 90))) < STEP
    assert warm["o2"] == 200
    empirical = Decimal(values("empirical", "shop")["A"])
    assert abs(empirical - Decimal(50) ** Decimal("0.61")) <= Decimal("5.1e-7")
    tiers = {row["oven"]: row["tier"] for row in made.table("ncv_used").to_pylist()}
    assert tiers == {"o1": "measured", "o2": "default"}
    assert values("accepted", "ride") == {"1": True, "2": True, "3": False}


def test_nothing_stays_silent(made: Any) -> None:
    kinds = [mark.kind for mark in made.outcome.marks]
    assert kinds.count("draft") == 1
    assert kinds.count("choice") == 2
    assert kinds.count("left-out") == 1
    (default,) = [mark for mark in made.outcome.marks if mark.kind == "default"]
    assert default.count == 1
    (held,) = [mark for mark in made.outcome.marks if mark.kind == "cap"]
    assert (held.count, "warmup" in held.message.en) == (1, True)
    (fired,) = made.outcome.checks
    assert (fired.name, fired.severity, fired.count, fired.first) == (
        "big_oven",
        "warning",
        1,
        ("oven=o2",),
    )
    assert not made.outcome.failed


def test_a_limit_says_how_often_and_by_how_much_it_took_effect() -> None:
    with execute(bakery(), {**DATA, "delivery": DATA["delivery"][:1]}) as run:
        caps = [
            mark for mark in run.outcome.marks if mark.kind == "cap" and "share" in mark.message.en
        ]
    # 25 km of at most 30: the share would be 1.2.
    assert [(cap.count, "by 0.2 1 in all" in cap.message.en) for cap in caps] == [(1, True)]


def test_only_factors_that_took_part_are_named() -> None:
    measured = [DATA["firing"][0]]
    with execute(bakery(), {**DATA, "firing": measured}) as run:
        assert [answer.factor for answer in run.outcome.factors] == ["carbon", "gwp(CO2, AR5)"]
    with execute(bakery(), DATA) as run:
        assert [answer.factor for answer in run.outcome.factors] == [
            "carbon",
            "gwp(CO2, AR5)",
            "ncv",
        ]


def test_both_engines_and_a_second_run_agree(made: Any) -> None:
    assert disagreements(made) == ()
    with execute(bakery(), DATA) as again:
        assert bits(again) == bits(made)


def test_all_gases() -> None:
    with execute(bakery(gases="all"), DATA) as run:
        found = outputs(run)["", "2024", "direct_e"]
    # IPCC AR5: 28 kg CO2e per kg CH4; 2 kg of CH4 per tonne burned.
    assert abs(Fraction(found) - (DIRECT + Fraction("10.5") * 2 * 28 / 1000)) <= 4 * STEP


def stamped(
    organisation: str, period: str, tables: tuple[str, ...] = tuple(DATA)
) -> dict[str, list[dict[str, str]]]:
    """Return the rows as those of an organisation in a period."""
    outer = {"organisation": organisation, "period": period}

    def moved(name: str, cell: str) -> str:
        return cell.replace("2024-", f"{period}-") if name in {"month", "start", "end"} else cell

    return {
        table: [
            outer | {name: moved(name, cell) for name, cell in row.items()} for row in DATA[table]
        ]
        for table in tables
    }  # fmt: skip


def together(*parts: dict[str, list[dict[str, str]]]) -> dict[str, list[dict[str, str]]]:
    return {table: [row for part in parts for row in part.get(table, [])] for table in parts[0]}


def test_organisations_and_periods_are_kept_apart(made: Any) -> None:
    alone = outputs(made)
    data = together(stamped("甲", "2024"), stamped("甲", "2025"), stamped("乙", "2025"))
    with execute(bakery(), data, "2024", "2025") as run:
        found = outputs(run)
        assert disagreements(run) == ()
        notes = [
            mark for mark in run.outcome.marks if mark.period == "2024" and mark.kind == "note"
        ]
    for who, when in (("甲", "2024"), ("甲", "2025"), ("乙", "2025")):
        for result in ("direct", "net", "peak", "credits"):
            assert found[who, when, result] == alone["", "2024", result]
    assert found["甲", "2025", "per_day"] == found["甲", "2025", "direct"] / 365
    assert found["甲", "2024", "change"] is None
    assert found["甲", "2025", "change"] == 0
    assert found["乙", "2025", "change"] == found["乙", "2025", "direct"]
    assert "乙" in notes[0].message.zh


def test_tables_in_which_an_organisation_has_no_rows_are_empty_for_it(made: Any) -> None:
    some = stamped("乙", "2024", ("shop", "oven", "firing"))
    with execute(bakery(), together(stamped("甲", "2024"), some)) as run:
        found = outputs(run)
    assert found["乙", "2024", "direct"] == found["甲", "2024", "direct"]
    assert (found["乙", "2024", "credits"], found["乙", "2024", "before"]) == (0, 0)
    assert found["甲", "2024", "credits"] == outputs(made)["", "2024", "credits"]


def test_marks_and_checks_of_many_organisations_are_counted_together() -> None:
    count = 60
    parts = [stamped(f"o{number:02}", "2024") for number in range(count)]
    with execute(bakery(), together(*parts)) as run:
        (default,) = [mark for mark in run.outcome.marks if mark.kind == "default"]
        (fired,) = run.outcome.checks
        assert len(run.outcome.marks) < 20
        assert len(run.outcome.outputs) == count * 8
    assert (default.count, default.organisation) == (count, None)
    assert f"in {count} organisations" in default.message.en
    assert (fired.count, fired.organisations, len(fired.first)) == (count, count, 5)
    assert fired.first[0] == "organisation=o00, oven=o2"


def test_checks_of_few_organisations_name_the_first_rows_of_each() -> None:
    with execute(bakery(), together(stamped("甲", "2024"), stamped("乙", "2024"))) as run:
        assert {c.organisation: c.first for c in run.outcome.checks} == {
            "甲": ("oven=o2",),
            "乙": ("oven=o2",),
        }


def test_a_failing_organisation_is_named() -> None:
    bad = stamped("乙", "2024")
    bad["oven"][0]["oven"] = bad["firing"][0]["oven"] = "o9"
    bad["firing"][0] |= {"fuel": "animal-dung"}
    del bad["firing"][0]["ncv_measured"]
    with pytest.raises(Refused) as refused:
        execute(bakery(), together(stamped("甲", "2024"), bad))
    (ncv, carbon) = refused.value.diagnostics
    assert {ncv.rule, carbon.rule} == {"run.factor-missing"}
    assert "organisation=乙, oven=o9" in ncv.what.en
    assert ncv.place is not None
    assert (ncv.place.line, ncv.place.field) == (3, "fuel")
