"""Bad input: a clear message that names rule and place, an exit code, never a number."""

from __future__ import annotations

import pytest

HEAD = "ship,month,fuel,burned [t]\n"
GOOD = HEAD + "A,2025-01,diesel,10\n"

# what is changed into what, and the rule that must be named
METHODOLOGIES = {
    "unknown name": ("burned * used", "burnd * used", "name.unknown"),
    "wrong unit": (
        'heat: {each: fuel_use, unit: "GJ[LHV]"',
        "heat: {each: fuel_use, unit: t",
        "unit.incompatible",
    ),
    "unknown unit": (
        "size: {unit: t, above: 0}",
        "size: {unit: tonnnes, above: 0}",
        "unit.unknown",
    ),
    "unit missing": ("most: {value: 900 t,", "most: {value: 900,", "unit.incompatible"),
    "grain does not fit": (
        "total: {unit: t CO2, is: sum(co2)}",
        "total: {unit: t CO2, is: co2}",
        "grain.needs-aggregation",
    ),
    "may be missing": ("burned * used}", "burned * measured}", "missing.unresolved"),
    "substance does not fit": ("heat * carbon * CO2_per_C", "heat * carbon", "unit.incompatible"),
    "cycle": ("is: burned * used", "is: co2 / (carbon * CO2_per_C)", "formula.cycle"),
    "duplicate key": (
        "  ship_co2:",
        "  total: {unit: t CO2, is: sum(co2)}\n  ship_co2:",
        "yaml.duplicate-key",
    ),
    "unknown key": ("edition: 2025.1", "edition: 2025.1\neditoin: 1", "schema.unknown-key"),
    "yaml bomb": (
        "edition: 2025.1",
        "edition: 2025.1\na: &a [x]\nb: &b [*a,*a]\nc: [*b,*b]",
        "yaml.alias",
    ),
    "tab": ("edition: 2025.1", "edition:\t2025.1\n\tx: 1", "yaml.syntax"),
    "10,000 deep": (
        "is: burned * used",
        "is: '" + "(" * 10_000 + "burned" + ")" * 10_000 + "'",
        "expression.too-long",
    ),
}

# the table, the rule, and where the message must point
TABLES = {
    "unit missing": ("ship,month,fuel,burned\nA,2025-01,diesel,10\n", "unit.missing", "burned"),
    "wrong unit": (
        "ship,month,fuel,burned [kWh]\nA,2025-01,diesel,10\n",
        "unit.incompatible",
        "burned",
    ),
    "mixed units": (
        "ship,month,fuel,burned\nA,2025-01,diesel,10 t\nA,2025-02,diesel,10 kWh\n",
        "unit.incompatible",
        "fuel_use.csv:3",
    ),
    "empty file": ("", "file.empty", "fuel_use.csv"),
    "no rows": (HEAD, "table.empty", "fuel_use.csv"),
    "missing column": ("ship,month,burned [t]\nA,2025-01,10\n", "column.missing", "fuel"),
    "duplicate key": (GOOD + "A,2025-01,diesel,11\n", "key.duplicate", "fuel_use.csv:"),
    "absent reference": (GOOD + "Z,2025-01,diesel,11\n", "reference.absent", "fuel_use.csv:3"),
    "text for number": (GOOD + "A,2025-02,diesel,many\n", "number.unreadable", "fuel_use.csv:3"),
    "nan": (GOOD + "A,2025-02,diesel,NaN\n", "number.unreadable", "fuel_use.csv:3"),
    "infinity": (GOOD + "A,2025-02,diesel,inf\n", "number.unreadable", "fuel_use.csv:3"),
    "empty cell": (GOOD + "A,2025-02,diesel,\n", "cell.missing", "fuel_use.csv:3"),
    "negative": (GOOD + "A,2025-02,diesel,-1\n", "number.at-least", "fuel_use.csv:3"),
    "outside period": (GOOD + "A,2024-12,diesel,1\n", "period.outside", "fuel_use.csv:3"),
    "unknown fuel": (GOOD + "A,2025-02,phlogiston,1\n", "factor.unknown-key", "fuel_use.csv:3"),
    "fuel without factor": (GOOD + "A,2025-02,hfo,1\n", "run.factor-missing", "fuel_use.csv:3"),
    "ragged row": (GOOD + "A,2025-02,diesel,1,2,3\n", "table.malformed", "fuel_use.csv"),
}


@pytest.mark.parametrize("name", METHODOLOGIES)
def test_a_bad_methodology_is_refused_by_check_and_by_run(mrv, rule, run, name):
    old, new, rule_name = METHODOLOGIES[name]
    text = rule.read_text()
    assert old in text
    rule.write_text(text.replace(old, new))
    said = mrv("check", rule)
    assert said.code == 1
    assert f"error[{rule_name}]" in said.out
    assert "boats.yaml:" in said.out
    assert "错误[" in mrv("check", rule, "--lang", "zh").out
    ran = run()
    assert (ran.code, ran.out) == (1, "")
    assert f"error[{rule_name}]" in ran.err
    assert len(ran.err) < 20_000


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_bad_data_are_refused_with_rule_and_place(run, data, name, lang):
    table, rule_name, place = TABLES[name]
    (data / "fuel_use.csv").write_text(table, encoding="utf-8")
    said = run("--lang", lang)
    assert (said.code, said.out) == (1, ""), said
    assert f"{'错误' if lang == 'zh' else 'error'}[{rule_name}]" in said.err
    assert place in said.err


def test_a_gbk_file_is_named_and_read_when_stated(run, data, tmp_path):
    (data / "fuel_use.csv").write_bytes(
        "船,month,fuel,burned [t]\nA,2025-01,柴油,10\n".encode("gbk")
    )
    said = run("--lang", "zh")
    assert said.code == 1
    assert "fuel_use.csv" in said.err
    (data / "ship.csv").write_text("ship,size [t]\n渤海油,50\n", encoding="utf-8")
    (data / "fuel_use.csv").write_bytes(
        "ship,month,fuel,burned [t]\n渤海油,2025-01,柴油,10\n".encode("gbk")
    )
    guessed = run()
    assert guessed.code == 1
    assert "error[file.encoding]" in guessed.err
    assert "GB18030" in guessed.err
    mapping = tmp_path / "map.yaml"
    mapping.write_text("tables: {fuel_use: {encoding: gb18030}}\n")
    assert run("--map", mapping).code == 0


def test_the_data_and_periods_of_the_call_are_checked(mrv, rule, data):
    wrong = [
        (["--data", "/nowhere", "--period", "2025"], "call.no-file"),
        (["--data", data], "call.period"),
        (["--data", data, "--period", "next year"], "call.period"),
        (["--data", data, "--period", "2025,2025-Q1"], "call.period"),
        (["--data", data, "--period", "2025", "--map", "/nowhere.yaml"], "call.no-file"),
        (["--data", data, "--period", "2025", "--errors", "list.csv"], "call.errors"),
        (["--data", data, "--period", "2025", "--memory", "much"], "call.memory"),
        (["--data", data, "--period", "2025", "--choose", "scoop=all"], "call."),
    ]
    for words, rule_name in wrong:
        said = mrv("run", rule, *words)
        assert (said.code, said.out) == (2, ""), words
        assert f"error[{rule_name}" in said.err


def test_a_period_that_no_edition_governs_is_refused(mrv, rule, data):
    said = mrv("run", rule, "--data", data, "--period", "2030")
    assert (said.code, said.out) == (1, "")
    assert "error[edition.not-governing]" in said.err
    assert "2027-12-31" in said.err


def test_unknown_methodologies_are_wrong_calls(mrv, data):
    said = mrv("run", "water-freight/enterprse", "--data", data, "--period", "2025")
    assert said.code == 2
    assert 'Did you mean "water-freight/enterprise"' in said.err
    assert mrv("run", "no-such.yaml", "--data", data, "--period", "2025").code == 2
    assert mrv("run", "modules/combustion", "--data", data, "--period", "2025").code == 2


def test_a_cause_repeated_ten_thousand_times_is_one_group_with_a_complete_list(run, data, tmp_path):
    import pyarrow.parquet as pq

    rows = "".join(f"Z{n},2025-01,diesel,1\n" for n in range(10_000))
    (data / "fuel_use.csv").write_text(HEAD + rows)
    said = run("--errors", tmp_path / "bad.parquet")
    assert said.code == 1
    assert "10000 rows" in said.err
    assert len(said.err.encode()) < 20_000
    listed = pq.read_table(tmp_path / "bad.parquet")
    assert listed.num_rows == 10_000
    assert listed.column("row").to_pylist()[:2] == [2, 3]


@pytest.mark.slow
def test_one_bad_row_in_a_million_is_named(run, data):
    with (data / "ship.csv").open("w") as file:
        file.write("ship,size [t]\n" + "".join(f"S{n},5\n" for n in range(100_000)))
    with (data / "fuel_use.csv").open("w") as file:
        file.write(HEAD)
        for number in range(1_000_000):
            month, amount = number % 10 + 1, "oops" if number == 777_777 else "1"
            file.write(f"S{number // 10},2025-{month:02},diesel,{amount}\n")
    said = run()
    assert (said.code, said.out) == (1, "")
    assert "error[number.unreadable]" in said.err
    assert "fuel_use.csv:777779 [burned" in said.err
    assert '"oops"' in said.err
