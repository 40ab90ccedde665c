"""Bad factor files on the command line: the row is named, nothing is half written."""

from __future__ import annotations

import csv
import json
import shutil
from hashlib import sha256

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mrv.resources import folder

HEADS = (
    *("id", "property", "dataset", "key", "key_kind", "name_en", "value", "unit", "substance"),
    *("gwp_set", "boundary", "region", "document", "source", "publisher", "licence"),
    *("confidence", "data_type", "retrieved"),
)
GOOD = {
    "property": "co2-per-mass",
    "dataset": "mine",
    "key_kind": "fuel",
    "name_en": "wood oil",
    "value": "3.1",
    "unit": "t CO2/t",
    "substance": "CO2",
    "region": "CN",
    "document": "our laboratory",
    "source": "measured",
    "publisher": "us",
    "licence": "own-data",
    "confidence": "seen",
    "data_type": "default",
    "retrieved": "2026-11-23",
}
BUILT_IN = folder("factors")


def line(key, **cells):
    return GOOD | {"key": key, "id": f"mine/co2-per-mass/{key}"} | cells


def kept(place):
    files = sorted(path for path in place.rglob("*") if path.is_file())
    return {str(path): sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture
def table(tmp_path):
    """Write rows in the columns of the store."""

    def write(*rows, encoding="utf-8", separator=","):
        path = tmp_path / "own.csv"
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, HEADS, delimiter=separator, restval="")
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def mine(mrv, table, tmp_path):
    """Return a folder with a release of the user's own, which every bad call must leave alone."""
    place = tmp_path / "mine"
    words = ("--release", "m-1", "--into", place, "--owner", "Li")
    said = mrv("factors", "import", table(line("wood-oil")), *words)
    assert said.code == 0, said.err
    return place


@pytest.fixture
def bring(mrv, mine):
    """Import a file as the next release; the folder and the built-in store may not change."""

    def call(path, *words):
        before, shipped = kept(mine), kept(BUILT_IN / "releases")
        into = ("--release", "m-2", "--into", mine, "--owner", "Li")
        said = mrv("factors", "import", path, *words, *into)
        assert kept(BUILT_IN / "releases") == shipped
        assert said.code or (mine / "releases" / "m-2" / "factors.parquet").is_file()
        if said.code:
            assert kept(mine) == before
        return said

    return call


CELLS = [
    ({"value": "n/a"}, "factor.incomplete|factor.number"),
    ({"value": "-"}, "factor.number"),
    ({"value": "1,234.5"}, "factor.number"),
    ({"value": "0,25"}, "factor.number"),
    ({"unit": "t CO2/bushell"}, "unit.unknown"),
    ({"unit": "t CO2"}, "factor.unit"),
    ({"value": "-3"}, "factor.negative"),
    ({"region": "Narnia"}, "factor.unknown-region"),
    ({"confidence": "sure"}, "factor.unknown-confidence"),
    ({"licence": ""}, "factor.incomplete"),
    ({"retrieved": "yesterday"}, "factor.date"),
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_bad_cell_costs_its_row_only(bring, table, mine, lang):
    bad = [line(f"bad-{number}", **cells) for number, (cells, _) in enumerate(CELLS)]
    said = bring(table(line("wood-oil"), *bad, line("nut-oil")), "--lang", lang)
    assert said.code == 0
    for number, (_, rules) in enumerate(CELLS, start=3):
        about = [part for part in said.out.splitlines() if part.startswith(f"own.csv:{number} ")]
        assert about, number
        assert any(rule in about[0] for rule in rules.split("|")), about
    rows = pq.read_table(mine / "releases" / "m-2" / "factors.parquet").column("key").to_pylist()
    assert sorted(rows) == ["nut-oil", "wood-oil"]


def test_a_removal_is_taken_when_it_is_marked(bring, table):
    said = bring(table(line("wood-oil", value="-3", boundary="removal")))
    assert "1 factor taken, 0 refusals" in said.out
    path = table(line("wood-oil", value="-3"))
    assert "1 factor taken" in bring(path, "--removal", "mine/co2-per-mass/wood-oil").out


def test_a_repeated_id_names_both_rows(bring, table):
    said = bring(table(line("wood-oil"), line("wood-oil", value="3.2")))
    assert "own.csv:3" in said.out
    assert "repeated-id" in said.out
    assert "own.csv:2" in said.out


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_encodings_are_told_apart(bring, table, encoding):
    path = table(line("wood-oil", name_en="木焦油燃料", document="实验室报告"), encoding=encoding)
    said = bring(path)
    assert "1 factor taken, 0 refusals" in said.out


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_of_two_encodings_is_refused_with_the_line(bring, table, lang):
    path = table(line("wood-oil", name_en="木焦油燃料"))
    with path.open("ab") as stream:
        stream.write("mine/x,co2-per-mass,mine,x,fuel,柴油燃料".encode("gb18030"))
    said = bring(path, "--lang", lang)
    assert said.code == 1
    assert "own.csv:3" in said.err
    assert "import.encoding" in said.err
    said = bring(table(line("wood-oil")), "--encoding", "klingon", "--lang", lang)
    assert (said.code, "import.encoding" in said.err) == (1, True)


def test_decimal_commas_are_read_where_the_separator_leaves_no_doubt(mrv, tmp_path):
    path = tmp_path / "flat.csv"
    path.write_text(
        "country_code;country_or_region;year;emissions_intensity_gco2_per_kwh\n"
        "FRA;France;2031;41,5\nDEU;Germany;2031;1.234,5\n",
        encoding="cp1252",
    )
    tree = json.loads(mrv("factors", "import", path, "--gwp-set", "AR5", "--format", "json").out)
    assert [row["value"] for row in tree["taken"]] == ["41.5"]
    assert [one["place"] for one in tree["refused"]] == ["flat.csv:3 [carbon intensity]"]


def test_a_licence_that_forbids_use_keeps_rows_out_of_every_look_up(mrv, bring, table, tmp_path):
    said = bring(table(line("wood-oil", licence="not-permitted")))
    assert said.code == 0
    mine = tmp_path / "mine"
    words = ("--property", "co2-per-mass", "--key", "wood-oil", "--folder", mine)
    for lang, reason in (("en", "licence permits use"), ("zh", "许可允许使用")):
        said = mrv("factors", "resolve", *words, "--lang", lang)
        assert said.code == 1
        assert reason in said.out + said.err
    words = ("--source", "our laboratory", "--folder", mine)
    said = mrv("factors", "export", *words, "--as", "csv", "--out", tmp_path / "x.csv")
    assert said.code == 1
    assert "export.licence" in said.err
    assert "mine/co2-per-mass/wood-oil" in said.err
    assert not (tmp_path / "x.csv").exists()


def test_a_truncated_parquet_file_is_refused(bring, tmp_path):
    path = tmp_path / "x.parquet"
    pq.write_table(pa.table({name: [GOOD.get(name, "")] for name in HEADS}), path)
    path.write_bytes(path.read_bytes()[:-20])
    said = bring(path)
    assert said.code == 1
    assert "x.parquet: error[import.file-damaged]" in said.err


def test_the_release_name_that_is_taken_is_refused_with_the_row(mrv, mine, table):
    before = kept(mine)
    words = ("--release", "m-1", "--into", mine, "--owner", "Li")
    said = mrv("factors", "import", table(line("wood-oil", value="3.2")), *words)
    assert said.code == 1
    assert "factor.release-frozen" in said.err
    assert "value: 3.1 -> 3.2" in said.err
    assert kept(mine) == before


def spoil(place, change):
    """Exchange the rows of a release and its hashes: a file of another make, not a damaged one."""
    path = place / "releases" / "m-1" / "factors.parquet"
    pq.write_table(change(pq.read_table(path)), path)
    facts = path.with_name("release.json")
    body = json.loads(facts.read_text(encoding="utf-8"))
    body["parquet_sha256"] = sha256(path.read_bytes()).hexdigest()
    facts.write_text(json.dumps(body), encoding="utf-8")


SCHEMAS = {
    "missing": lambda found: found.drop_columns(["unit"]),
    "unknown": lambda found: found.append_column("colour", pa.array(["red"] * len(found))),
    "type": lambda found: found.set_column(
        found.column_names.index("value"), "value", pa.array([3.1] * len(found))
    ),
}


@pytest.mark.parametrize("name", SCHEMAS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_release_of_another_schema_is_refused(mrv, mine, name, lang):
    spoil(mine, SCHEMAS[name])
    said = mrv("factors", "get", "mine/co2-per-mass/wood-oil", "--folder", mine, "--lang", lang)
    assert said.code == 1
    assert "factor.release-schema" in said.err
    assert {"missing": "unit", "unknown": "colour", "type": "value"}[name] in said.err
    assert mrv("factors", "search", "柴油").code == 0


@pytest.mark.parametrize("command", ["run", "explain", "sql", "cases", "register", "check"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_pinned_release_that_is_not_there(mrv, rule, data, command, lang):
    words = {
        "run": ("--data", data, "--period", "2025"),
        "explain": ("--data", data, "--period", "2025", "--of", "total"),
    }
    said = mrv(command, rule, *words.get(command, ()), "--release", "2026-11.99", "--lang", lang)
    assert said.code == 1
    assert "factor.unknown-release" in said.err
    assert "2026-11.1" in said.err
    assert not said.out


def test_own_factors_answer_before_or_behind_the_built_in_ones(mrv, rule, data, tmp_path, table):
    own = {
        "id": "gbt32151.34-2024-c1/net-calorific-value/diesel/mine",
        "property": "net-calorific-value",
        "dataset": "gbt32151.34-2024-c1",
        "key": "diesel",
        "value": "40",
        "unit": "GJ[LHV]/t",
        "substance": "",
    }
    place = tmp_path / "own"
    words = ("--release", "o-1", "--into", place, "--owner", "Li")
    assert mrv("factors", "import", table(GOOD | own), *words).code == 0

    def total(*more):
        said = mrv("run", rule, "--data", data, "--period", "2025", "--format", "json", *more)
        assert said.code == 0, said.err
        return next(one["value"] for one in json.loads(said.out)["results"])

    plain = total()
    assert total("--factors", place) < plain
    assert total("--factors", place, "--first", "built-in") == plain
    assert total("--release", "2026-11.1") == plain


def test_build_refuses_tables_that_are_not_there(mrv, tmp_path):
    for words in (("audit",), ("build", "x", "--out", tmp_path / "out")):
        said = mrv("factors", *words, "--sources", tmp_path / "nowhere")
        assert (said.code, "call.no-folder" in said.err) == (2, True)
    assert not (tmp_path / "out").exists()


@pytest.fixture
def shelf(tmp_path):
    """Copy the built-in store, so that it may be changed."""
    place = tmp_path / "factors"
    shutil.copytree(BUILT_IN, place)
    return place


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_changed_row_needs_a_new_release(mrv, shelf, lang):
    listed = (shelf / "published.csv").read_text(encoding="utf-8")
    newest = max(path.name for path in (shelf / "releases").iterdir())
    where = ("--sources", shelf / "sources", "--out", shelf / "releases", "--lang", lang)
    assert mrv("factors", "build", "--check", *where).code == 0
    if newest not in listed:
        assert mrv("factors", "build", newest, "--publish", *where).code == 0
    said = mrv("factors", "build", *where)
    assert (said.code, "call.no-pending-release" in said.err) == (2, True)
    heat = shelf / "sources" / "heat.csv"
    body = heat.read_text(encoding="utf-8")
    heat.write_text(body.replace(",0.11,", ",0.12,", 1), encoding="utf-8")
    before = kept(shelf / "releases")
    for words in (("build", newest), ("build", "--check")):
        said = mrv("factors", *words, *where)
        assert said.code == 1
        assert "heat.csv:" in said.err
        assert "factor.release-frozen" in said.err
        assert "value: 0.11 -> 0.12" in said.err
    assert kept(shelf / "releases") == before
    said = mrv("factors", "build", "2099-1.1", *where)
    assert said.code == 0
    assert "2099-1.1" in said.out
    assert ("pending" if lang == "en" else "待发布") in said.out
    notes = (shelf / "releases" / "2099-1.1" / "notes.md").read_text(encoding="utf-8")
    assert "value: 0.11 → 0.12" in notes
    assert mrv("factors", "build", "--publish", *where).code == 0
    assert "2099-1.1," in (shelf / "published.csv").read_text(encoding="utf-8")
