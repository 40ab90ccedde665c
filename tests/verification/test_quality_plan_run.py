"""Quality plans against the data of a sealed run."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mrv.api import words
from mrv.engine.run import run
from mrv.factors import open_store
from mrv.language.loading import load
from mrv.language.period import parse_period
from mrv.messages import Refused
from mrv.receipt import seal
from mrv.verification.plan_check import Against, check_plan

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic

    Check = Callable[[str, Path], tuple[Diagnostic, ...]]
    Rows = dict[str, list[dict[str, str]]]

FOLDER = Path(__file__).parents[2] / "examples" / "water-freight"
GOOD = (FOLDER / "quality-plan.yaml").read_text(encoding="utf-8")
STORE = open_store()
_VOYAGE = ("ship", "month", "trade", "distance [nmi]", "work [万吨公里]", "cargo [t]")
_KEPT: dict[str, Methodology] = {}


def methodology(**choices: str) -> Methodology:
    key = str(choices)
    if key not in _KEPT:
        _KEPT[key] = load(
            "water-freight/enterprise", choices=choices, vocabularies=words(STORE),
            every_choice=False,
        )  # fmt: skip
    return _KEPT[key]


def loader(name: str, edition: str | None, choices: Mapping[str, str]) -> Methodology:
    raise AssertionError((name, edition, choices))


def example() -> Rows:
    """Read the example as texts, its headings in the words of the methodology."""
    found: Rows = {}
    for table in ("ship", "fuel_use", "voyage", "shore", "heat_use"):
        with (FOLDER / f"{table}.csv").open(encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        if table == "voyage":
            rows = [dict(zip(_VOYAGE, row.values(), strict=True)) for row in rows]
        found[table] = rows
    return found


def sealed(folder: Path, data: Rows, period: str = "2025", **choices: str) -> Path:
    import pandas as pd

    frames = {
        name: pd.DataFrame(rows).map(lambda cell: cell or None) for name, rows in data.items()
    }
    path = folder / "run.mrv"
    with run(methodology(**choices), frames, periods=[parse_period(period)], store=STORE) as done:
        seal(done, path)
    return path


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sealed(tmp_path_factory.mktemp("right"), example())


@pytest.fixture
def check(tmp_path: Path) -> Check:
    def checked(content: str, receipt: Path) -> tuple[Diagnostic, ...]:
        path = tmp_path / "plan.yaml"
        path.write_text(content, encoding="utf-8")
        return check_plan(path, Against(receipt=receipt), loader)

    return checked


def told(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(one.rule, one.what.en) for one in found]


def test_the_example_was_run_as_planned(check: Check, right: Path) -> None:
    assert check(GOOD, right) == ()


CHANGED_PLAN = {
    "planned measured, default taken": (
        ("domestic, month: [2025-01, 2025-04,", "domestic, month: [2025-02, 2025-04,"),
        {"plan.tier-not-taken", "plan.not-planned", "plan.too-many-missing"},
        'planned "measured", but 1 of 16 rows took "default"',
    ),
    "planned default, measured": (
        ("- {only: {month: [2025-03, 2025-11, 2025-12]}, tier: supplier}\n", ""),
        {"plan.tier-not-taken"},
        '3 of 5 rows took "supplier" (row 3, 4, 5)',
    ),
    "rows without a tier": (
        ("      - {tier: tank_balance}\n", ""), {"plan.unplanned-rows"}, "21 rows took",
    ),
    "not used, but given": (
        ("obtained: document\n      method: 提单与水尺计量，按航程加权（含空驶）",
         "obtained: not-used\n      why: 不用"),
        {"plan.not-planned"}, "24 rows have a value",
    ),
    "nothing may be missing": (
        ("missing: {rule: methodology, how: 没有结算单即按普通电量计，不会低估}",
         "missing: {rule: none-allowed, how: 须补}"),
        {"plan.not-filled"}, "8 of 12 rows have no value",
    ),
    "too many missing": (
        ("how: 没有结算单即按普通电量计，不会低估}", "how: 按普通电量计, at_most: 0.5}"),
        {"plan.too-many-missing"}, "8 of 12 rows have no value (66.7%); the plan allows 50.0%",
    ),
    "a ship that the plan leaves out": (
        ("    - {of: ship, name: 津港集 8, what: 集装箱船，光租租入}\n", ""),
        {"plan.facility-unknown"}, '"津港集 8" of the table ship',
    ),
    "a ship that is not there": (
        ("  facilities:\n", "  facilities:\n    - {of: ship, name: 远望, what: 驳船}\n"),
        {"plan.facility-absent"}, '"远望"',
    ),
    "a ship that is there all year": (
        (", from: 2025-04-01}", "}"), {"plan.missing-months"},
        "lacks 3 months (2025-01, 2025-02, 2025-03)",
    ),
    "heat all year": (
        (", months: [1, 2, 3, 11, 12]}", "}"), {"plan.missing-months"}, "lacks 7 months",
    ),
    "calibration": (
        ("{on: 2025-08-28, until: 2026-08-27}", "{on: 2025-10-01, until: 2026-08-27}"),
        {"plan.calibration"}, "2025-09-03/2025-09-30",
    ),
    "another dataset": (
        ("dataset: mee-nbs-electricity", "dataset: imo-mepc.364-79"),
        {"plan.dataset"}, "berth.average",
    ),
    "a factor that is said to be unused": (
        ("obtained: default\n    source: IPCC 第五次评估报告", "obtained: not-used\n    why: 不用"),
        {"plan.not-planned"}, "gwp(CO2, AR5)",
    ),
    "another choice": (
        ("shore_power: memo", "shore_power: counted"), {"plan.choice"}, "the run took memo",
    ),
    "another period": (('period: "2025"', 'period: "2024"'), {"plan.period"}, "for 2024"),
    "another edition": (('"2025-draft.1"', '"2024.1"'), {"plan.edition"}, "2024.1"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGED_PLAN)
def test_a_plan_that_the_run_did_not_follow(check: Check, right: Path, name: str) -> None:
    (old, new), rules, words_ = CHANGED_PLAN[name]
    assert old in GOOD
    found = check(GOOD.replace(old, new), right)
    assert {one.rule for one in found} == rules
    assert any(words_ in said for _, said in told(found)), told(found)
    assert all(one.place is not None and one.place.line for one in found)
    assert all(one.severity == "error" for one in found)


def test_data_that_do_not_follow_the_plan(check: Check, tmp_path: Path) -> None:
    data = example()
    fuel = [
        row for row in data["fuel_use"] if (row["ship"], row["month"]) != ("津港集 8", "2025-06")
    ]
    lost = next(
        r for r in fuel if (r["ship"], r["month"], r["fuel"]) == ("津海丰", "2025-05", "hfo")
    )
    lost["metered [t]"] = ""
    lost["ncv_measured [GJ[LHV]/t]"] = ""
    data["fuel_use"] = fuel
    found = told(check(GOOD, sealed(tmp_path, data)))
    assert [rule for rule, _ in found] == [
        "plan.missing-months", "plan.not-filled", "plan.too-many-missing", "plan.tier-not-taken",
    ]  # fmt: skip
    assert "(2025-06)" in found[0][1]
    # highest over all rows of the plan: the example's largest metered month
    largest = max(float(row["metered [t]"] or 0) for row in fuel)
    full = check(GOOD, tmp_path / "run.mrv")
    hint = next(one.hint for one in full if one.rule == "plan.not-filled")
    assert hint is not None
    assert f"{largest:g}" in hint.en


def test_a_share_of_rows_may_take_the_next_tier(check: Check, tmp_path: Path) -> None:
    data = example()
    for row in data["heat_use"]:
        if row["month"] == "2025-12":
            row["factor_measured [t CO2/GJ]"] = ""
    path = sealed(tmp_path, data)
    rules = [rule for rule, _ in told(check(GOOD, path))]
    assert rules == ["plan.too-many-missing", "plan.tier-not-taken"]
    lenient = GOOD.replace("供方未出具证明的月份用缺省因子, at_most: 0}", "缺省, at_most: 0.34}")
    lenient = lenient.replace("用缺省因子 0.11, at_most: 0}", "缺省, at_most: 0.34}")
    assert check(lenient, path) == ()


def test_several_firms_in_one_receipt(check: Check, tmp_path: Path) -> None:
    data = example()
    for table, rows in data.items():
        data[table] = [row | {"organisation": firm} for row in rows for firm in ("甲", "乙")]
    gap = ("乙", "2025-02")
    data["heat_use"] = [r for r in data["heat_use"] if (r["organisation"], r["month"]) != gap]
    path = sealed(tmp_path, data)
    with pytest.raises(Refused) as refused:
        check(GOOD, path)
    assert [one.rule for one in refused.value.diagnostics] == ["plan.organisation"]
    assert check(GOOD.replace("entity:\n", "entity:\n  organisation: 甲\n", 1), path) == ()
    found = check(GOOD.replace("entity:\n", "entity:\n  organisation: 乙\n", 1), path)
    assert [one.rule for one in found] == ["plan.missing-months"]


def test_a_receipt_of_another_methodology(check: Check, right: Path) -> None:
    content = GOOD.replace("methodology: water-freight/enterprise", "methodology: ports/enterprise")
    with pytest.raises(Refused) as refused:
        check(content, right)
    one = refused.value.diagnostics[-1]
    assert one.rule == "plan.methodology"
    assert "ports/enterprise" in one.what.en
    assert "water-freight/enterprise" in one.what.zh


def test_a_broken_receipt_is_named_with_what_the_plan_lacks(check: Check, right: Path) -> None:
    broken = right.with_name("broken.mrv")
    body = bytearray(right.read_bytes())
    body[len(body) // 2] ^= 1
    broken.write_bytes(bytes(body))
    with pytest.raises(Refused) as refused:
        check(GOOD.replace("archive_years: 5", "archive_years: 1"), broken)
    rules = [one.rule for one in refused.value.diagnostics]
    assert rules[0] == "plan.archive"
    assert any(rule.startswith("receipt.") for rule in rules)


def test_quotes_in_a_plan_stay_text(check: Check, right: Path) -> None:
    """A value of the plan is never part of the question put to the data."""
    nasty = "津海丰') OR true --"
    content = GOOD.replace(
        "only: {ship: [渤海油 16, 顺达 9]}", f'only: {{ship: ["{nasty}", 渤海油 16, 顺达 9]}}'
    )
    assert check(content, right) == ()
    assert [rule for rule, _ in told(check(
        GOOD.replace("only: {ship: [渤海油 16, 顺达 9]}", f'only: {{ship: ["{nasty}"]}}'), right
    ))] == ["plan.not-planned"]  # fmt: skip
