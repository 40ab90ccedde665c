"""Commands about factors that read or write files: import, own releases, diff, export, audit."""

from __future__ import annotations

import csv
import json

import pytest

HEADER = (
    *("ID", "Scope", "Level 1", "Level 2", "Level 3", "Level 4", "Column Text"),
    *("UOM", "GHG/Unit", "GHG Conversion Factor 2031"),
)


def line(name, value, uom="kWh (Net CV)", level="Fuels"):
    return ["1_2", "Scope 1", level, "Gaseous fuels", name, "", "", uom, "kg CO2e", value]


@pytest.fixture
def factors(mrv):
    def call(*words):
        return mrv("factors", *words)

    return call


@pytest.fixture
def flat(tmp_path):
    """Write a made-up flat file with one bad row; its methane row shows that it uses AR5."""

    def write(value="0.2"):
        path = tmp_path / "flat.csv"
        gas = "Refrigerant & other"
        rows = [HEADER, line("Peat gas", value), line("Bad gas", "n/a")]
        rows += [line("Methane", "28", "kg", gas), line("Nitrous oxide", "265", "kg", gas)]
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(rows)
        return path

    return write


@pytest.fixture
def mine(factors, flat, tmp_path):
    """Write two releases of the user's own; the value changes between them."""
    folder = tmp_path / "mine"
    for name, value in (("own-1", "0.2"), ("own-2", "0.25")):
        said = factors(
            *("import", flat(value), "--as", "defra", "--release", name),
            *("--into", folder, "--owner", "Li"),
        )
        assert said.code == 0, said.err
    return folder


def test_the_history_of_a_row_names_each_release_and_value(factors, mine):
    found = factors("search", "peat", "--folder", mine, "--format", "json").out
    row_id = json.loads(found)[0]["id"]
    history = json.loads(factors("get", row_id, "--folder", mine, "--format", "json").out)
    assert [(one["release"], one["value"]) for one in history["history"]] == [
        ("own-1", "0.2"),
        ("own-2", "0.25"),
    ]


def test_an_import_is_a_report_and_writes_nothing(factors, flat, tmp_path):
    said = factors("import", flat())
    assert said.code == 0
    for word in ("4 rows read, 3 factors taken", "import.no-value", "flat.csv:3", "GWP set: AR5 3",
                 "confidence: transcribed 3"):  # fmt: skip
        assert word in said.out
    assert "Nothing is written" in said.err
    assert [path.name for path in tmp_path.iterdir()] == ["flat.csv"]
    zh = factors("import", flat(), "--as", "defra", "--lang", "zh")
    assert "得 3 条因子" in zh.out
    assert "没有写出任何东西" in zh.err
    tree = json.loads(factors("import", flat(), "--format", "json").out)
    assert (len(tree["taken"]), tree["release"]) == (3, None)


def test_an_own_release_is_searched_before_or_after_the_built_in_one(factors, mine):
    said = factors("search", "peat", "--folder", mine)
    assert said.code == 0
    assert "own-2" in said.out
    assert "AR5" in said.out
    assert factors("search", "peat").code == 1
    assert factors("search", "柴油", "--folder", mine, "--first", "built-in").code == 0
    only = json.loads(
        factors("search", "peat", "--folder", mine, "--release", "own-1", "--format", "json").out
    )
    assert [one["row"]["value"] for one in only] == ["0.2"]
    words = ("resolve", "--property", "emission-factor", "--unit", "kg CO2e[AR5]/kWh[LHV]")
    tree = json.loads(factors(*words, "--folder", mine, "--format", "json").out)
    assert (tree["release"], tree["row"]["value"]) == ("own-2", "0.25")


def test_diff_counts_lists_and_bounds(factors, mine):
    said = factors("diff", "own-1", "own-2", "--folder", mine)
    assert said.code == 0
    assert "0 added, 1 changed, 0 withdrawn" in said.out
    assert "value: 0.2 -> 0.25" in said.out
    assert "修改 1" in factors("diff", "own-1", "own-2", "--folder", mine, "--lang", "zh").out
    tree = json.loads(factors("diff", "own-1", "own-2", "--folder", mine, "--format", "json").out)
    assert [cells["value"] for cells in tree["changed"].values()] == [["0.2", "0.25"]]
    large = factors("diff", "own-1", "2026-11.1", "--folder", mine)
    assert len(large.out.splitlines()) == 21
    assert "lists all" in large.err


@pytest.mark.parametrize(("kind", "name"), [("csv", "a.csv"), ("parquet", "a.parquet"),
                                            ("excel", "a.xlsx")])  # fmt: skip
def test_export_writes_once_and_replaces_only_when_forced(factors, tmp_path, kind, name):
    words = ("export", "--property", "gwp-100", "--as", kind, "--out", tmp_path / name)
    said = factors(*words)
    assert said.code == 0
    assert "137 factors" in said.err
    assert "licences" in said.err
    again = factors(*words, "--lang", "zh")
    assert again.code == 2
    assert "错误[call.out-exists]" in again.err
    assert factors(*words, "--force").code == 0
    if kind == "csv":
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as stream:
            rows = list(csv.DictReader(stream))
        assert len(rows) == 137
        assert {row["property"] for row in rows} == {"gwp-100"}


def test_export_takes_words_filters_and_a_limit(factors, tmp_path):
    out = tmp_path / "two.csv"
    assert factors("export", "柴油", "--as", "csv", "--out", out, "--limit", "2").code == 0
    assert len(out.read_text(encoding="utf-8-sig").splitlines()) == 3
    none = factors("export", "qqqq", "--as", "csv", "--out", tmp_path / "none.csv")
    assert none.code == 1
    assert not (tmp_path / "none.csv").exists()


def test_pact_says_all_that_the_company_must_state(factors, tmp_path):
    words = ("export", "--property", "product-footprint", "--limit", "1", "--as", "pact")
    said = factors(*words, "--out", tmp_path / "pact.json")
    assert said.code == 1
    assert "error[export." in said.err
    bad = tmp_path / "details.json"
    bad.write_text("[1]")
    said = factors(*words, "--out", tmp_path / "pact.json", "--details", bad)
    assert said.code == 2
    assert "call.details" in said.err
    assert not (tmp_path / "pact.json").exists()


def test_audit_passes_with_warnings_unless_strict(factors):
    said = factors("audit", "--limit", "2")
    assert said.code == 0
    assert "0 errors" in said.out
    assert said.out.count("warning[") == 2
    assert "lists all" in said.err
    strict = factors("audit", "--strict", "--lang", "zh")
    assert strict.code == 1
    assert "警告[factor." in strict.out
    tree = json.loads(factors("audit", "--format", "json").out)
    assert {one["severity"] for one in tree["findings"]} == {"warning"}


def test_audit_of_broken_tables_fails(factors, tmp_path):
    from mrv.resources import folder

    for path in (folder("factors") / "sources").glob("*.csv"):
        if path.name.startswith("vocabulary-") or path.name == "steam-gbt32151.34-2024.csv":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    assert factors("audit", "--sources", tmp_path).code == 0
    steam = tmp_path / "steam-gbt32151.34-2024.csv"
    steam.write_text(steam.read_text(encoding="utf-8").replace("kJ/kg", "kJ/kgg", 1))
    said = factors("audit", "--sources", tmp_path)
    assert said.code == 1
    assert "1 error, 0 warnings" in said.out
    assert "error[unit." in said.out


def test_build_still_builds(factors, tmp_path):
    said = factors("build", "2026-11.1", "--out", tmp_path)
    assert said.code == 0
    assert said.out.startswith("2026-11.1: ")


def test_a_folder_without_a_release_and_two_kinds_in_one_are_refused(factors, mine, tmp_path):
    assert "call.no-release" in factors("search", "x", "--folder", tmp_path).err
    damaged = mine / "releases" / "own-2" / "factors.parquet"
    damaged.write_bytes(damaged.read_bytes()[:100])
    said = factors("search", "peat", "--folder", mine)
    assert said.code == 1
    assert "factor.release-damaged" in said.err


def test_an_import_of_no_usable_row_fails(factors, flat):
    path = flat("n/a")
    path.write_text("\n".join(path.read_text().splitlines()[:3]) + "\n")
    said = factors("import", path, "--as", "defra")
    assert said.code == 1
    assert "0 factors taken" in said.out
