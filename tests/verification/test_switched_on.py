"""The block ``forensics`` of a methodology: checked at load, said after a run, never sealed."""

from __future__ import annotations

import json
from typing import get_args

import pytest
from sealed_runs import BAKERY, DATA

from mrv import resources
from mrv.api import load
from mrv.cli.main import main
from mrv.messages import Refused
from mrv.receipt import seal, verify
from mrv.verification.forensics import switched_on
from mrv.verification.oddities import KINDS, Kind

FIRING = [
    {"oven": oven, "month": f"2024-{month:02}", "fuel": "diesel", "burned": f"{burned} t"}
    for oven, base in (("o1", 101.3), ("o2", 57.9))
    for month in range(1, 13)
    for burned in [round(base + (month * 7 % 5) * 1.7, 1) * (100 if month == 6 else 1)]
]


def rule(folder, block):
    path = folder / "bakery.yaml"
    path.write_text(f"{BAKERY.read_text('utf-8')}\n{block}\n", "utf-8")
    return path


def findings(folder, block):
    with pytest.raises(Refused) as refused:
        load(str(rule(folder, block)))
    return refused.value.diagnostics


def test_what_is_switched_on_is_looked_for_and_nothing_else(tmp_path):
    loaded = load(str(rule(tmp_path, "forensics: {firing: [jumps], delivery: [duplicates]}")))
    with loaded.run({**DATA, "firing": FIRING}, period="2024") as run:
        found = switched_on(run)
    assert [(one.kind, one.table) for one in found] == [("jumps", "firing")]
    with load(str(BAKERY)).run({**DATA, "firing": FIRING}, period="2024") as run:
        assert switched_on(run) == ()


def test_results_and_receipts_are_the_same_with_and_without(tmp_path):
    results = []
    for block in ("", "forensics: {firing: [jumps, copied-months]}"):
        loaded = load(str(rule(tmp_path, block)))
        with loaded.run({**DATA, "firing": FIRING}, period="2024") as run:
            switched_on(run)
            receipt = seal(run, tmp_path / "x.mrv")
        assert verify(tmp_path / "x.mrv").upheld
        results.append((receipt.outputs, receipt.marks, receipt.results))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("block", "wanted", "hint"),
    [
        ("forensics: {fireing: [jumps]}", "name.unknown", "firing"),
        ("forensics: {firing: [jump]}", "schema.value", "jumps"),
        ("forensics: {oven: [jumps]}", "forensics.unfit", ""),
        ("forensics: {history: [copied-months]}", "forensics.unfit", ""),
        ("forensics: {firing: []}", "schema.count", ""),
        ("forensics: {firing: jumps}", "schema.type", ""),
        ("forensics: [jumps]", "schema.type", ""),
    ],
)
def test_a_wrong_block_is_refused_with_its_place(tmp_path, block, wanted, hint):
    (one,) = findings(tmp_path, block)
    assert one.rule == wanted
    assert one.place.line == len(BAKERY.read_text("utf-8").splitlines()) + 2
    assert one.what.zh
    assert one.what.en
    if hint:
        assert hint in one.hint.en


def test_a_module_has_no_such_block(tmp_path):
    path = tmp_path / "m.yaml"
    path.write_text(
        "module: m\nedition: 2025.1\nneeds: {t: {table: true}}\nforensics: {t: [jumps]}\n", "utf-8"
    )
    with pytest.raises(Refused) as refused:
        load(str(path))
    assert "schema.unknown-key" in [one.rule for one in refused.value.diagnostics]


def test_the_schema_knows_the_patterns_that_there_are():
    path = resources.folder("schemas") / "methodology.schema.json"
    block = json.loads(path.read_text("utf-8"))["properties"]["forensics"]
    assert tuple(block["additionalProperties"]["items"]["enum"]) == tuple(KINDS) == get_args(Kind)


@pytest.mark.parametrize(("lang", "words"), [("en", "worth a question"), ("zh", "值得询问")])
def test_a_run_says_what_was_found_beside_its_results(tmp_path, capsys, lang, words):
    import csv

    folder = tmp_path / "data"
    folder.mkdir()
    for name, rows in {**DATA, "firing": FIRING}.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, columns)
            writer.writeheader()
            writer.writerows(rows)
    call = ("run", "--data", str(folder), "--period", "2024", "--lang", lang, "--format", "json")
    seen = []
    for block in ("", "forensics: {firing: [jumps]}"):
        path = rule(tmp_path, block)
        capsys.readouterr()
        assert main([call[0], str(path), *call[1:]]) == 0
        seen.append(capsys.readouterr())
    plain, looked = (json.loads(one.out) for one in seen)
    assert plain["results"] == looked["results"]
    assert words not in seen[0].err
    assert words in seen[1].err
    assert "jumps" in seen[1].err


def test_a_measured_value_that_is_the_default_to_the_last_digit():
    from mrv.verification.forensics import forensics

    rows = [
        {**FIRING[0], "ncv_measured": "42.652 GJ/t"},  # what GB/T 32151.34-2024 prints for diesel
        {**FIRING[1], "ncv_measured": "42.651 GJ/t"},
        FIRING[2],
    ]
    with load(str(BAKERY)).run({**DATA, "firing": rows}, period="2024") as run:
        (one,) = forensics(run, ["equal-to-default"])
        assert forensics(run, ["equal-to-default"], ["shop"]) == ()
    assert (one.table, one.columns, one.rows) == ("firing", ("ncv_measured",), (1,))
    assert one.statistic["share of measured"] == 0.5


def test_words_that_are_no_pattern_or_table_are_refused_with_the_nearest():
    from mrv.verification.forensics import forensics

    with load(str(BAKERY)).run(DATA, period="2024") as run:
        for words, wanted in (((["jump"], []), "pattern"), (([], ["fireing"]), "table")):
            with pytest.raises(Refused) as refused:
                forensics(run, *words)
            (found,) = refused.value.diagnostics
            assert found.rule == f"call.unknown-{wanted}"
            assert "Did you mean" in found.hint.en
