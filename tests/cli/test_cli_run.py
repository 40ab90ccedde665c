from __future__ import annotations

import csv
import json
import math

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

# t x GJ/t x t C/GJ x 44/12, the factors of diesel as GB/T 32151.34-2024 prints them
DIESEL = 30 * 42.652 * 0.0202 * 44 / 12
FILES = {"results", "rows-fuel_use", "rows-ship", "checks", "marks", "factors"}


def test_the_table_has_header_results_checks_and_marks(run):
    said = run()
    assert said.code == 0, said
    first, second = said.out.splitlines()[:2]
    assert first == "Boats"
    assert second == "methodology toy/boats  edition 2025.1  status in force"
    assert "not official" not in said.out
    total = next(line for line in said.out.splitlines() if line.strip().startswith("total "))
    assert total.split()[-1] == "192"
    assert "t CO2" in total
    row = next(line for line in said.out.splitlines() if line.strip().startswith("A "))
    assert float(row.split()[1]) == pytest.approx(DIESEL, abs=1e-5)
    assert "all hold" in said.out
    assert "by default: scope=all" in said.out
    assert "3 of 3 rows took the branch default" in said.out


def test_a_draft_says_so_in_both_languages(run, rule):
    rule.write_text(rule.read_text().replace("status: in-force", "status: draft"))
    assert "*** draft: these results are not official ***" in run().out
    said = run("--lang", "zh")
    assert "结果不能作为正式数据" in said.out
    assert "方法学 toy/boats  版本 2025.1  状态 草案" in said.out


def test_json_has_everything_with_numbers_as_numbers(run):
    said = run("--format", "json", "--choose", "scope=large")
    plain = json.loads(said.out, parse_constant=pytest.fail)
    (total,) = plain["results"]
    assert isinstance(total["value"], float)
    assert total["rounded"] == round(total["value"])
    assert total["unit"] == "t CO2"
    assert plain["choices"] == [{"name": "scope", "value": "large", "stated": True}]
    (rows,) = plain["row_results"]
    assert [row["ship"] for row in rows["rows"]] == ["A", "B"]
    assert rows["rows"][0]["value"] == 0
    assert {one["factor"] for one in plain["factors"]} == {"ncv", "carbon"}
    assert {one["kind"] for one in plain["marks"]} >= {"choice", "default"}
    assert list(plain)[:4] == ["written_by", "version", "methodology", "edition"]
    assert said.out == run("--format", "json", "--choose", "scope=large").out


def test_csv_on_stdout_is_the_results(run):
    (row,) = csv.DictReader(run("--format", "csv").out.splitlines())
    assert row["result"] == "total"
    assert row["unit"] == "t CO2"
    assert row["rounded"] == "192"


@pytest.mark.parametrize("kind", ["csv", "json", "parquet"])
def test_files_hold_the_same_values_in_every_format(run, tmp_path, kind):
    folder = tmp_path / "deep" / "out"
    said = run("--out", folder, "--format", kind)
    assert (said.code, said.out) == (0, "")
    assert {p.name for p in folder.iterdir()} == {f"{n}.{kind}" for n in FILES} | {"run.json"}
    assert json.loads((folder / "run.json").read_text())["methodology"] == "toy/boats"
    if kind == "csv":
        with (folder / "rows-fuel_use.csv").open(encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        values = [float(row["co2 [t CO2]"]) for row in rows]
        tiers = {row["used tier"] for row in rows}
    elif kind == "json":
        plain = json.loads((folder / "rows-fuel_use.json").read_text())
        assert plain["units"]["co2"] == "t CO2"
        values = [row["co2"] for row in plain["rows"]]
        tiers = {row["used tier"] for row in plain["rows"]}
    else:
        table = pq.read_table(folder / "rows-fuel_use.parquet")
        assert table.schema.field("co2").metadata == {b"unit": b"t CO2"}
        values = table.column("co2").to_pylist()
        tiers = set(table.column("used tier").to_pylist())
    assert math.isclose(sum(values[:2]), DIESEL, rel_tol=1e-12)
    assert tiers == {"default"}


def test_a_table_on_the_screen_can_be_written_too(run, tmp_path):
    said = run("--out", tmp_path / "out")
    assert "Boats" in said.out
    assert (tmp_path / "out" / "results.csv").is_file()


def test_an_earlier_result_is_replaced_and_said(run, tmp_path):
    run("--out", tmp_path / "out", "--format", "csv")
    said = run("--out", tmp_path / "out", "--format", "parquet")
    assert said.code == 0
    assert "7 earlier files replaced" in said.err
    assert not list((tmp_path / "out").glob("*.csv"))


def test_files_of_others_are_not_touched(run, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "results.csv").write_text("mine")
    said = run("--out", folder, "--format", "csv")
    assert said.code == 2
    assert "call.out-not-ours" in said.err
    assert "--force" in said.err
    assert (folder / "results.csv").read_text() == "mine"
    assert run("--out", folder, "--format", "csv", "--force").code == 0
    assert (folder / "results.csv").read_text() != "mine"


def test_an_interrupted_write_leaves_nothing_behind(run, tmp_path, monkeypatch):
    from mrv.cli import gather

    def stopped(_: object) -> None:
        raise KeyboardInterrupt

    run("--out", tmp_path / "out", "--format", "csv")
    before = {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()}
    monkeypatch.setattr(gather, "factors", stopped)
    said = run("--out", tmp_path / "out", "--format", "csv", "--choose", "scope=large")
    assert said.code == 130
    assert {p.name: p.read_bytes() for p in (tmp_path / "out").iterdir()} == before


def test_a_folder_that_is_a_file_is_a_wrong_call(run, rule):
    assert run("--out", rule).code == 2


def test_parquet_needs_a_folder(run):
    said = run("--format", "parquet")
    assert said.code == 2
    assert "call.parquet-needs-out" in said.err


def test_a_failed_check_of_severity_error_is_exit_code_one(run, data):
    (data / "fuel_use.csv").write_text("ship,month,fuel,burned [t]\nA,2025-01,diesel,1000\n")
    said = run()
    assert said.code == 1
    assert "error[plenty] 2025: too much fuel (1 time)" in said.out
    assert "ship=A, month=2025-01" in said.out
    assert "do not use these results" in said.err


def test_several_periods_and_organisations_stand_side_by_side(mrv, rule, data):
    (data / "ship.csv").write_text("organisation,ship,size [t]\nX,A,50\nY,B,500\n")
    (data / "fuel_use.csv").write_text(
        "organisation,ship,month,fuel,burned [t]\n"
        "X,A,2025-01,diesel,10\nX,A,2026-01,diesel,20\nY,B,2025-01,diesel,30\n"
    )
    words = ("run", rule, "--data", data)
    said = mrv(*words, "--period", "2025,2026", "--format", "json")
    assert said.code == 0, said
    values = {(o["organisation"], o["period"]): o["value"] for o in json.loads(said.out)["results"]}
    assert values["Y", "2025"] == pytest.approx(3 * values["X", "2025"])
    assert values["Y", "2026"] == 0
    table = mrv(*words, "--period", "2025", "--period", "2026").out
    assert "2 organisations" in table
    line = next(line for line in table.splitlines() if line.startswith("  X "))
    assert line.split()[:2] == ["X", "2025"]


def test_ten_thousand_organisations_print_twenty_lines(mrv, rule, data):
    names = [f"firm {number:05}" for number in range(10_000)]
    ships = pa.table({"organisation": names, "ship": ["A"] * 10_000, "size": [5.0] * 10_000})
    fuel = pa.table(
        {
            "organisation": names,
            "ship": ["A"] * 10_000,
            "month": ["2025-01"] * 10_000,
            "fuel": ["diesel"] * 10_000,
            "burned": [float(number % 7) for number in range(10_000)],
        }
    )
    for name, table in (("ship", ships), ("fuel_use", fuel)):
        (data / f"{name}.csv").unlink()
        pq.write_table(table, data / f"{name}.parquet")
    said = mrv("run", rule, "--data", data, "--period", "2025", "--units", "declared")
    assert said.code == 0, said
    assert "10000 organisations" in said.out
    assert "and 9980 rows more" in said.out
    assert len(said.out.splitlines()) < 100


def test_own_files_folders_and_mapping(mrv, rule, data, tmp_path):
    (data / "fuel_use.csv").write_text("Schiff,Monat,Stoff,Menge\nA,2025-01,diesel,10000\n")
    mapping = tmp_path / "map.yaml"
    mapping.write_text(
        "tables:\n  fuel_use:\n    columns:\n"
        "      ship: {from: Schiff}\n      month: {from: Monat}\n"
        "      fuel: {from: Stoff}\n      burned: {from: Menge, unit: kg}\n"
    )
    said = mrv(
        "run", rule, "--data", data, "--period", "2025", "--map", mapping, "--format", "json",
    )  # fmt: skip
    assert said.code == 0, said
    assert json.loads(said.out)["results"][0]["value"] == pytest.approx(DIESEL / 3)


def test_threads_and_memory_change_nothing(run):
    assert run("--threads", "1", "--memory", "500MB", "--format", "json").out == (
        run("--threads", "2", "--format", "json").out
    )


def test_long_work_says_what_it_does_and_short_work_is_silent(run, capsys):
    from mrv.cli.progress import Progress

    capsys.readouterr()
    with Progress("zh", patience=0.0) as progress:
        progress.step("data")
    assert "读取并核对数据" in capsys.readouterr().err
    with Progress("en", patience=60) as progress:
        progress.step("data")
    assert not capsys.readouterr().err
    assert run().out
