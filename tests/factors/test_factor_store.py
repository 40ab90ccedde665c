"""The store: vocabularies, spellings, ids, places where releases may lie."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from mrv.factors import open_store
from mrv.factors.row import COLUMNS, SOURCE_COLUMNS, hash_row
from mrv.messages import Refused
from mrv.resources import folder
from mrv.units import parse_unit

if TYPE_CHECKING:
    from pathlib import Path

STORE = open_store("2026-11.1")
SOURCES = folder("factors") / "sources"


def test_every_source_line_is_in_the_release() -> None:
    lines = []
    for path in SOURCES.glob("*.csv"):
        if not path.name.startswith("vocabulary-"):
            with path.open(encoding="utf-8", newline="") as file:
                lines += list(csv.DictReader(file))
    assert len(lines) == len(STORE.rows)
    for line in lines:
        row = STORE.get(line["id"])
        assert {name: getattr(row, name) for name in SOURCE_COLUMNS} == line
        assert row.number == float(line["value"])
        assert row.row_hash == hash_row(line)


def test_rows_are_ordered_and_columns_are_fields() -> None:
    assert [row.id for row in STORE.rows] == sorted(row.id for row in STORE.rows)
    assert COLUMNS[0] == "id"
    assert COLUMNS[-1] == "row_hash"


def test_marks_of_doubt_are_kept() -> None:
    marks = {(row.dataset, row.confidence) for row in STORE.rows}
    assert ("ndrc-2015-3rd", "recalled") in marks
    assert ("civil-aviation-2015", "recalled") in marks
    assert ("gd-port-form", "unverified") in marks
    assert not {c for d, c in marks if d in ("ndrc-2015-3rd", "civil-aviation-2015")} - {"recalled"}
    assert {r.status for r in STORE.rows if r.dataset == "public-calculator-unnamed"} == {"witness"}


SPELLINGS = [
    ("fuel", "柴油", "diesel"),
    ("fuel", "轻柴油", "diesel"),
    ("fuel", "Diesel", "diesel"),
    ("fuel", "ＬＮＧ", "lng"),
    ("fuel", "液化天然气", "lng"),
    ("fuel", "Heavy Fuel Oil", "hfo"),
    ("fuel", "MDO/MGO", "mdo-mgo"),
    ("fuel", "航煤", "jet-kerosene"),
    ("fuel", "一般煤油", "kerosene"),
    ("region", "天津", "CN-TJ"),
    ("region", "天津市", "CN-TJ"),
    ("region", "CN-TJ", "CN-TJ"),
    ("region", "华北", "CN-NORTH"),
    ("region", "全国", "CN"),
    ("gas", "甲烷", "CH4"),
    ("gas", "R410A", "R-410A"),
    ("energy-carrier", "外购电力", "electricity"),
]


@pytest.mark.parametrize(("kind", "word", "key"), SPELLINGS)
def test_spellings_find_their_key(kind: str, word: str, key: str) -> None:
    assert STORE.find_key(kind, word) == key


def test_every_name_printed_in_a_source_finds_its_key() -> None:
    for row in STORE.rows:
        if row.key_kind == "fuel":
            assert STORE.find_key("fuel", row.name_zh) == row.key, row.id
            if row.dataset.startswith("imo-"):
                assert STORE.find_key("fuel", row.name_en) == row.key, row.id


def test_an_unknown_spelling_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused) as caught:
        STORE.find_key("fuel", "deisel")
    found = caught.value.diagnostics[0]
    assert found.rule == "factor.unknown-key"
    assert found.hint is not None
    assert '"diesel"' in found.hint.en
    assert "是否应为" in found.hint.zh


def test_a_short_chinese_word_is_answered_with_what_shares_a_character() -> None:
    with pytest.raises(Refused) as caught:
        STORE.find_key("fuel", "柴由")
    hint = caught.value.diagnostics[0].hint
    assert hint is not None
    assert "柴油" in hint.zh
    assert "汽油" not in hint.zh


def test_an_unknown_id_is_refused_with_the_nearest() -> None:
    with pytest.raises(Refused, match=r"gbt32151\.34-2024-c1/net-calorific-value/diesel"):
        STORE.get("gbt32151.34-2024-c1/net-calorific-value/deisel")


def test_unknown_vocabularies_and_releases_are_refused() -> None:
    with pytest.raises(Refused, match=r"call\.unknown-vocabulary"):
        STORE.vocabulary("feul")
    with pytest.raises(Refused, match=r"factor\.unknown-release"):
        open_store("1999-1.1")


def test_grid_regions_lead_to_the_country() -> None:
    regions = STORE.vocabulary("region")
    assert regions["CN-TJ"].parent == "CN-NORTH"
    for key in regions:
        seen = [key]
        while regions[seen[-1]].parent:
            seen.append(regions[seen[-1]].parent)
            assert len(seen) <= 4
        assert seen[-1] == "GLOBAL"


def test_every_unit_is_understood() -> None:
    for spelling in {row.unit for row in STORE.rows}:
        assert parse_unit(spelling).scale > 0


def test_names_come_without_reading_the_rows() -> None:
    code = (
        "import sys; from mrv.factors import open_store;"
        "assert open_store().vocabulary('fuel')['diesel'].zh == '柴油';"
        "assert not {'pyarrow', 'pandas', 'numpy'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter


def test_user_folders_come_first(tmp_path: Path) -> None:
    (tmp_path / "releases").mkdir()
    assert open_store(folders=[tmp_path]).release == STORE.release
    described = json.dumps(dict(STORE.facts) | {"release": "own-1"})
    (tmp_path / "releases" / "own-1").mkdir()
    (tmp_path / "releases" / "own-1" / "release.json").write_text(described, encoding="utf-8")
    assert open_store(folders=[tmp_path]).release == "own-1"
    assert open_store("2026-11.1", [tmp_path]).path == STORE.path
