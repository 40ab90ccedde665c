"""``mrv register``: the numbers of a methodology on the screen and in files."""

from __future__ import annotations

import csv
import io
import json

import openpyxl
import pytest


@pytest.fixture
def register(mrv, rule):
    def call(*words):
        return mrv("register", rule, *words)

    return call


def test_the_register_on_the_screen_in_both_languages(register):
    said = register()
    assert said.code == 0
    for word in ("constant", "900  t", "made up", "own", "plenty", "factor ncv (used in used)",
                 "42.652", "transcribed", "2026-11-23", "附录C 表C.1"):  # fmt: skip
        assert word in said.out, word
    zh = register("--lang", "zh").out
    for word in ("常数", "自拟", "因子 ncv（用于 used）", "据转录", "核对日期"):
        assert word in zh, word


def test_the_register_as_data_keeps_every_field(register):
    tree = json.loads(register("--as", "json", "--period", "2025").out)
    assert (tree["methodology"], tree["edition"]) == ("toy/boats", "2025.1")
    assert tree["period"] == "2025"
    diesel = next(row for row in tree["rows"] if row["name"] == "ncv (diesel)")
    assert (diesel["value"], diesel["unit"], diesel["used_in"]) == ("42.652", "GJ[LHV]/t", ["used"])
    assert diesel["place"] == "gbt32151.34-2024-c1/net-calorific-value/diesel"
    assert diesel["checked"] == "2026-11-23"


def test_the_register_as_files(register, tmp_path):
    lines = list(csv.DictReader(io.StringIO(register("--as", "csv").out)))
    sheet = tmp_path / "r.xlsx"
    assert register("--as", "xlsx", "--out", sheet).code == 0
    book = openpyxl.load_workbook(sheet)
    cells = list(book.active.iter_rows(values_only=True))
    assert len(cells) == len(lines) + 1
    assert cells[0] == tuple(lines[0])
    page = tmp_path / "r.md"
    assert register("--as", "md", "--out", page, "--lang", "zh").code == 0
    body = page.read_text(encoding="utf-8").splitlines()
    assert body[0].startswith("# toy/boats · ")
    assert len(body) == len(lines) + 4
    assert register("--as", "md", "--out", page).code == 2
    assert register("--as", "md", "--out", page, "--force").code == 0


@pytest.mark.parametrize(
    ("words", "rule_name", "code"),
    [
        (("--as", "xlsx"), "call.xlsx-needs-out", 2),
        (("--as", "pdf"), "call.option", 2),
        (("--period", "20x5"), "period", 1),
        (("--release", "1999-1"), "factor.unknown-release", 1),
        (("--first", "own"), "call.first", 2),
        (("--choose", "scope=none"), "call.unknown-value", 2),
    ],
)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_wrong_calls_are_findings(register, words, rule_name, code, lang):
    said = register(*words, "--lang", lang)
    assert rule_name in said.err
    assert not said.out
    assert said.code in {code, 2}
