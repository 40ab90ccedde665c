"""Commands about factors that only look, and wrong calls of all, in both languages."""

from __future__ import annotations

import json

import pytest

from mrv.cli.cmd_factors import COMMANDS

TIANJIN = "mee-nbs-electricity/grid-average/electricity/CN-TJ/2023"
GRID = ("resolve", "--property", "grid-average")


@pytest.fixture
def factors(mrv):
    def call(*words):
        return mrv("factors", *words)

    return call


def chinese(words):
    return any(ord(char) > 0x2E7F for char in words)


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_factor_command_has_help_in_both_languages(factors, name, lang):
    from mrv.cli.width import width

    said = factors(name, "--help", "--lang", lang)
    assert (said.code, said.err) == (0, "")
    assert said.out.startswith(("用法: " if lang == "zh" else "Usage: ") + f"mrv factors {name}")
    assert max(width(one) for one in said.out.splitlines()) <= 110
    options = said.out.partition("Examples:")[0]
    assert chinese(options) == (lang == "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_group_names_its_commands(factors, lang):
    said = factors("--help", "--lang", lang)
    assert all(f"  {name}" in said.out for name in COMMANDS)
    assert chinese(said.out) == (lang == "zh")


def test_search_shows_value_unit_confidence_set_and_reason(factors):
    said = factors("search", "柴油", "低位发热量", "--source", "32151.34")
    assert said.code == 0
    head, _, row = said.out.splitlines()
    assert "GWP set" in head
    assert "confidence" in head
    for word in ("gbt32151.34-2024-c1/net-calorific-value/diesel", "42.652", "GJ[LHV]/t",
                 "none applies", "transcribed", "in the name"):  # fmt: skip
        assert word in row
    zh = factors("search", "diesel", "--property", "net-calorific-value", "--lang", "zh")
    assert "把握程度" in zh.out
    assert "据转录" in zh.out


def test_search_shows_twenty_rows_and_says_how_to_get_more(factors):
    said = factors("search", "柴油")
    assert len(said.out.splitlines()) == 22
    assert "--limit 100" in said.err
    assert "--region" in said.err
    more = factors("search", "柴油", "--limit", "30", "--lang", "zh")
    assert len(more.out.splitlines()) == 32
    assert "--limit 150" in more.err


def test_search_filters_and_json(factors):
    words = ("search", "电力", "--region", "天津", "--year", "2023", "--unit", "kg CO2/kWh")
    words = (*words, "--confidence", "secondary", "--confidence", "seen", "--kind",
             "energy-carrier", "--property", "grid-average", "--source", "生态环境部")  # fmt: skip
    found = json.loads(factors(*words, "--format", "json").out)
    assert [one["id"] for one in found] == [TIANJIN]
    assert found[0]["row"]["confidence"] == "secondary"
    assert set(found[0]["reason"]) == {"zh", "en"}
    ttw = json.loads(factors("search", "co2", "--boundary", "ttw", "--format", "json").out)
    assert ttw
    assert all(one["row"]["boundary"].startswith("TTW") for one in ttw)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_search_without_a_hit_is_said_and_is_no_success(factors, lang):
    said = factors("search", "qqqqq", "--lang", lang)
    assert (said.code, said.out) == (1, "")
    assert ("没有找到" if lang == "zh" else "nothing found") in said.err
    assert json.loads(factors("search", "qqqqq", "--format", "json").out) == []


def test_get_shows_every_attribute_history_and_use(factors):
    said = factors("get", TIANJIN)
    assert said.code == 0
    for word in ("0.6796", "kg CO2/kWh", "GWP set", "secondary", "row hash",
                 "History", "2026-11.1: 0.6796 kg CO2/kWh", "modules/electricity",
                 "water-freight"):  # fmt: skip
        assert word in said.out
    zh = factors("get", TIANJIN, "--lang", "zh").out
    assert "据二手资料" in zh
    assert "历史" in zh
    tree = json.loads(factors("get", TIANJIN, "--format", "json").out)
    assert tree["row"]["value"] == "0.6796"
    assert "modules/electricity" in {use["document"] for use in tree["used_in"]}
    assert len(tree["row"]) == 38


def test_resolve_tells_steps_reason_cost_and_runners_up(factors):
    said = factors(*GRID, "--region", "CN-TJ", "--region", "CN", "--year", "2024",
                   "--dataset", "mee-nbs-electricity")  # fmt: skip
    assert said.code == 0
    for word in (f"Found: {TIANJIN} is taken", "region is CN-TJ: 3 left", "Fall-backs (cost 1",
                 "there is no factor for 2024", "Runners-up (5)", "its year 2022 is before 2023",
                 "the region CN-TJ comes before CN", "secondary", "GWP set"):  # fmt: skip
        assert word in said.out
    zh = factors(*GRID, "--region", "天津", "--year", "2023", "--lang", "zh")
    assert zh.code == 0
    assert "没有退而求其次" in zh.out
    assert "落选者" in zh.out


def test_resolve_falls_back_along_the_regions_at_a_cost(factors):
    said = factors(*GRID, "--region", "GLOBAL", "--region", "CN", "--year", "2023",
                   "--dataset", "mee-nbs-electricity", "--format", "json")  # fmt: skip
    tree = json.loads(said.out)
    assert (said.code, tree["status"], tree["cost"]) == (0, "found", 1)
    assert [(one["kind"], one["steps"]) for one in tree["fallbacks"]] == [("region", 1)]


def test_resolve_converts_to_the_unit_wanted(factors):
    words = ("resolve", "--property", "net-calorific-value", "--key", "轻柴油", "--dataset",
             "gbt32151.34-2024-c1", "--unit", "MJ[LHV]/kg")  # fmt: skip
    tree = json.loads(factors(*words, "--format", "json").out)
    assert (tree["number"], tree["number_exact"], tree["time_rule"]) == (42.652, "10663/250", "any")
    assert "42.652 MJ[LHV]/kg" in factors(*words).out


def test_resolve_by_gwp_set_and_by_pin(factors):
    words = ("resolve", "--property", "gwp-100", "--key", "CH4")
    ar6 = factors(*words, "--gwp", "AR6", "--format", "json")
    assert json.loads(ar6.out)["row"]["value"] == "27.9"
    pinned = factors(*words, "--pin", "ipcc-gwp-100/gwp-100/CH4/AR5", "--format", "json")
    assert json.loads(pinned.out)["row"]["gwp_set"] == "AR5"
    open_set = factors(*words)
    assert open_set.code == 2
    assert "error[call.unit-missing]" in open_set.err
    assert "--gwp" in open_set.err


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_resolve_says_why_there_is_none_or_more_than_one(factors, lang):
    none = factors(*GRID, "--region", "CN-TJ", "--year", "2001", "--lang", lang)
    assert none.code == 1
    assert (
        "数据年份不晚于 2001：剩 0 条" if lang == "zh" else "not after 2001: 0 left"
    ) in none.out
    more = factors("resolve", "--property", "net-calorific-value", "--key", "diesel",
                   "--lang", lang)  # fmt: skip
    assert more.code == 1
    assert ("可选的因子（3）" if lang == "zh" else "To choose from (3)") in more.out
    assert "gbt32151.34-2024-c1/net-calorific-value/diesel" in more.out


BAD = [
    (("search",), "call.missing-option", 2),
    (("search", "x", "--limit", "0"), "call.option", 2),
    (("search", "x", "--confidence", "sure"), "call.option", 2),
    (("search", "x", "--region", "Atlantis"), "factor.unknown-key", 1),
    (("search", "x", "--unit", "kgg"), "unit.", 1),
    (("search", "x", "--kind", "ship"), "call.unknown-vocabulary", 2),
    (("search", ","), "search.empty", 1),
    (("search", "x", "--release", "2001-1"), "factor.unknown-release", 1),
    (("search", "x", "--folder", "nowhere"), "call.no-folder", 2),
    (("search", "x", "--first", "own"), "call.first", 2),
    (("get",), "call.missing-option", 2),
    (("get", "a/b/c"), "factor.unknown-id", 1),
    (("resolve",), "call.missing-option", 2),
    (("resolve", "--property", "grid-avrage"), "factor.unknown-key", 1),
    ((*GRID, "--year", "20245"), "call.year", 2),
    ((*GRID, "--time", "same-year"), "call.period-missing", 2),
    ((*GRID, "--time", "soon"), "call.option", 2),
    ((*GRID, "--gwp", "AR7"), "call.option", 2),
    ((*GRID, "--key", "煤气"), "factor.unknown-key", 1),
    ((*GRID, "--pin", "a/b/c"), "factor.unknown-id", 1),
    (("resolve", "--property", "net-calorific-value"), "call.unit-missing", 2),
    (("import", "nowhere.csv"), "call.no-file", 2),
    (("import", "x.csv", "--as", "dfra"), "call.unknown-kind", 2),
    (("import", "x.csv", "--release", "a"), "call.missing-option", 2),
    (("import", "x.csv", "--into", "a"), "call.missing-option", 2),
    (("import", "x.csv", "--gwp-set", "AR7"), "call.option", 2),
    (("import", "x.csv", "--retrieved", "today"), "call.retrieved", 2),
    (("export", "x", "--out", "a"), "call.missing-option", 2),
    (("export", "x", "--as", "ileap", "--out", "a"), "call.option", 2),
    (("export", "柴油", "--as", "csv", "--out", "no/such/a.csv"), "call.out", 2),
    (("export", "x", "--as", "pact", "--out", "a", "--details", "no.json"), "call.no-file", 2),
    (("diff", "2026-11.1"), "call.missing-option", 2),
    (("diff", "2026-11.1", "2001-1"), "factor.unknown-release", 1),
    (("audit", "--sources", "nowhere"), "call.no-folder", 2),
    (("build", "../x"), "call.release-name", 2),
]


@pytest.mark.parametrize(("words", "rule", "code"), BAD)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_wrong_calls_are_findings(factors, tmp_path, monkeypatch, words, rule, code, lang):  # noqa: PLR0917
    monkeypatch.chdir(tmp_path)
    said = factors(*words, "--lang", lang)
    assert said.code == code
    assert f"{'错误' if lang == 'zh' else 'error'}[{rule}" in said.err
    assert not list(tmp_path.iterdir())


def test_help_of_factors_imports_nothing_heavy():
    import subprocess
    import sys

    code = (
        "import sys; from mrv.cli.main import main; main(['factors', 'search', '--help']); "
        "sys.exit(' '.join({'pandas', 'duckdb', 'pyarrow', 'yaml', 'numpy', 'mrv.factors'}"
        " & set(sys.modules)))"
    )
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert not done.stderr.strip(), done.stderr
