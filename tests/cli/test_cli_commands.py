from __future__ import annotations

import json
from datetime import date

import pytest

from mrv.cli.calls import stated
from mrv.cli.cmd_list import moment
from mrv.language.period import parse_period
from mrv.messages import Refused


def test_list_names_every_methodology(mrv):
    said = mrv("list")
    assert said.code == 0
    line = next(line for line in said.out.splitlines() if "water-freight/enterprise" in line)
    assert "draft" in line
    assert "CN-TJ" in line
    assert "2025-01-01" in line
    assert "草案" in mrv("list", "--lang", "zh").out


def test_list_as_json_has_modules_on_request(mrv):
    plain = {one["name"]: one for one in json.loads(mrv("list", "--format", "json").out)}
    assert plain["water-freight/enterprise"]["status"] == "draft"
    assert plain["water-freight/enterprise"]["from"] == "2025-01-01"
    assert all(one["kind"] == "methodology" for one in plain.values())
    more = json.loads(mrv("list", "--modules", "--format", "json").out)
    assert {"module", "methodology"} == {one["kind"] for one in more}


def test_list_shows_a_broken_file_and_fails(mrv, rule):
    (rule.parent / "broken.yaml").write_text("methodology: toy/broken\nedition: [\n")
    said = mrv("list", "--methodologies", rule.parent)
    assert said.code == 1
    assert "toy/boats" in said.out
    assert "broken" in said.out
    assert "error[yaml" in said.err


@pytest.mark.parametrize(
    ("sector", "region", "on", "verdict"),
    [
        ("toy", "CN-TJ", "2025", "governs"),
        ("toy", "CN", "2024-06-30", "not-yet-in-force"),
        ("toy", "CN", "2028-Q1", "expired"),
        ("toy", "JP", "2025", "out-of-scope"),
        ("toy-later", "CN", "2025", "awaited"),
    ],
)
def test_list_gives_one_of_five_answers(mrv, rule, sector, region, on, verdict):  # noqa: PLR0917
    later = (
        rule.read_text()
        .replace("toy/boats", "toy/later")
        .replace("sector: toy", "sector: toy-later")
    )
    (rule.parent / "later.yaml").write_text(
        later.replace("from: 2025-01-01, until: 2027-12-31", "awaited: true")
    )
    words = (
        "list",
        "--methodologies",
        rule.parent,
        "--sector",
        sector,
        "--region",
        region,
        "--on",
        on,
    )
    assert mrv(*words).out.startswith(verdict + ": ")
    assert json.loads(mrv(*words, "--format", "json").out)["verdict"] == verdict


def test_moments_are_days_or_periods():
    assert moment("2025-06-30") == date(2025, 6, 30)
    assert moment("2025-Q1") == parse_period("2025-Q1")
    with pytest.raises(Refused, match=r"call\.period"):
        moment("2025-06-31")


def test_check_passes_and_counts(mrv, rule):
    said = mrv("check", rule, "water-freight/enterprise")
    assert said.code == 0
    assert said.out.splitlines()[-1] == "2 files: 0 errors, 0 warnings"


def test_check_gives_every_finding_with_a_caret(mrv, rule):
    text = rule.read_text().replace("sum(co2)}\n  ship_co2", "sum(c02)}\n  ship_co2")
    rule.write_text(text.replace("burned * used", "burned + used"))
    said = mrv("check", rule)
    assert said.code == 1
    assert "error[name.unknown]" in said.out
    assert 'Did you mean "co2"' in said.out
    assert "error[unit." in said.out
    assert "^^^" in said.out
    assert "2 errors" in said.out
    assert "错误[name.unknown]" in mrv("check", rule, "--lang", "zh").out


def test_check_reads_the_cases_beside_and_on_their_own(mrv, rule):
    cases = rule.with_suffix(".cases.yaml")
    cases.write_text("cases: [{case: a, must_fial: x}]\n")
    for named in (rule, cases):
        said = mrv("check", named)
        assert said.code == 1
        assert "must_fial" in said.out


def test_check_of_warnings_fails_only_when_strict(mrv, rule):
    text = rule.read_text().replace("formulas:\n", "formulas:\n  idle: {unit: t, is: most}\n")
    rule.write_text(text)
    said = mrv("check", rule)
    assert said.code == 0
    assert "1 warning" in said.out
    assert mrv("check", rule, "--strict").code == 1


def test_check_proves_a_module_by_itself(mrv, tmp_path):
    assert mrv("check", "modules/combustion").code == 0
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text(
        "module: wrong\nedition: 2025.1\n"
        "needs: {rows: {table: true}, burned: {each: rows, unit: t}}\n"
        "formulas: {heat: {each: rows, unit: GJ, is: burned * 2}}\n"
    )
    said = mrv("check", wrong)
    assert said.code == 1
    assert "unit.incompatible" in said.out + said.err


def test_check_of_an_unknown_name_is_a_wrong_call(mrv):
    said = mrv("check", "water-freight/enterprize")
    assert said.code == 2
    assert 'Did you mean "water-freight/enterprise"' in said.out


CASES = """\
cases:
  - case: ten tonnes of diesel
    label: conformance
    source: GB/T 32151.34-2024, worked by hand
    period: 2025
    inputs:
      ship: [{ship: A, size: 50 t}]
      fuel_use: [{ship: A, month: 2025-01, fuel: diesel, burned: 10 t}]
    expect: {total: 31.590 t CO2}
    tolerance: {total: 0.01 t CO2}
  - case: a negative amount
    period: 2025
    inputs:
      ship: [{ship: A, size: 50 t}]
      fuel_use: [{ship: A, month: 2025-01, fuel: diesel, burned: -10 t}]
    must_fail: number.at-least
"""


def test_cases_show_label_and_deviation(mrv, rule):
    # 10 t x 42.652 GJ/t x 0.0202 t C/GJ x 44/12 = 31.5909... t CO2
    rule.with_suffix(".cases.yaml").write_text(CASES)
    said = mrv("cases", rule)
    assert said.code == 0, said
    assert "conformance" in said.out
    assert "number.at-least" in said.out
    assert "2 passed, 0 failed; 1 against figures from outside" in said.err
    plain = json.loads(mrv("cases", rule.with_suffix(".cases.yaml"), "--format", "json").out)
    assert [one["passed"] for one in next(iter(plain.values()))] == [True, True]


def test_a_failed_case_is_told_with_its_numbers(mrv, rule):
    rule.with_suffix(".cases.yaml").write_text(CASES.replace("31.590", "32.5"))
    said = mrv("cases", rule)
    assert said.code == 1
    assert "FAIL" in said.out
    assert "expected 32.5 t CO2, found 31.59" in said.out
    assert "失败" in mrv("cases", rule, "--lang", "zh").out


def test_a_methodology_without_cases_is_a_wrong_call(mrv, rule):
    said = mrv("cases", rule)
    assert said.code == 2
    assert "call.no-cases" in said.err


def test_sql_needs_no_data_and_runs(mrv, rule):
    said = mrv("sql", rule)
    assert said.code == 0
    assert said.out.startswith("-- toy/boats 2025.1 (in force)\n-- choices: scope=all\n")
    assert "--   ship: ship, size [t]" in said.out
    assert '"factor ncv" (period, key, value, factor_row)' in said.out
    assert said.out.rstrip().endswith(";")


def test_sql_of_one_result_and_other_dialects(mrv, rule):
    import sqlglot

    for dialect in ("duckdb", "spark", "postgres"):
        said = mrv("sql", rule, "--of", "by_ship", "--dialect", dialect)
        assert said.code == 0
        assert sqlglot.parse_one(said.out, dialect=dialect).named_selects[-1] == "ship_co2"
    assert "only duckdb is covered" in said.out


@pytest.mark.parametrize(
    ("words", "rule_name"),
    [
        (["--of", "by_shipp"], "call.unknown-formula"),
        (["--dialect", "klingon"], "call.dialect"),
        (["--choose", "scope=small"], "call.unknown-value"),
        (["--choose", "scope"], "call.choose"),
        (["--release", "1999"], "factor.unknown-release"),
        (["--methodologies", "/nowhere"], "call.no-folder"),
    ],
)
def test_sql_refuses_what_is_not_there(mrv, rule, words, rule_name):
    said = mrv("sql", rule, *words)
    assert said.code in {1, 2}
    assert said.code == 2 or not rule_name.startswith("call.")
    assert f"[{rule_name}" in said.err
    assert not said.out


def test_a_choice_may_not_be_stated_twice():
    with pytest.raises(Refused, match="two values"):
        stated(["a=1", "a=2"])


def test_explain_leads_to_the_cells(mrv, rule, data):
    words = ("explain", rule, "--data", data, "--period", "2025")
    said = mrv(*words, "--of", "total")
    assert said.code == 0
    assert "fuel_use.csv, row 2" in said.out
    factor = mrv(*words, "--of", "used", "--row", "ship=A", "--row", "month=2025-01")
    assert "42.652" in factor.out
    assert "GB/T 32151.34-2024" in factor.out
    one = mrv(*words, "--of", "by_ship", "--row", "ship=B", "--lang", "zh")
    assert one.code == 0
    assert "为什么" in one.out
    plain = json.loads(mrv(*words, "--of", "total", "--depth", "1", "--format", "json").out)
    assert plain["of"] == "total"


@pytest.mark.parametrize(
    ("words", "rule_name"),
    [
        (["--of", "nothing"], "call.unknown-formula"),
        (["--of", "by_ship", "--row", "ship=Z"], "call.no-row"),
        (["--of", "by_ship", "--row", "shp=A"], "call.unknown-key"),
        (["--of", "by_ship"], "call.row-ambiguous"),
    ],
)
def test_explain_refuses_what_is_not_there(mrv, rule, data, words, rule_name):
    said = mrv("explain", rule, "--data", data, "--period", "2025", *words)
    assert said.code == 2
    assert f"[{rule_name}]" in said.err


def test_factors_build_writes_a_release(mrv, tmp_path):
    said = mrv("factors", "build", "2099-01.1", "--out", tmp_path)
    assert said.code == 0, said
    assert said.out.startswith("2099-01.1: ")
    assert (tmp_path / "2099-01.1" / "factors.parquet").is_file()
