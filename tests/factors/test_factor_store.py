"""The store: vocabularies, spellings, ids, places where releases may lie."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mrv.factors import open_store
from mrv.factors.row import COLUMNS, SOURCE_COLUMNS, hash_row
from mrv.messages import Refused
from mrv.resources import folder
from mrv.units import parse_unit

if TYPE_CHECKING:
    from pathlib import Path

STORE = open_store()
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
    assert open_store(STORE.release, [tmp_path]).path == STORE.path


def own(place: Path, name: str, **facts: object) -> Path:
    """A copy of the built-in release under a name, with some facts changed."""
    here = place / "releases" / name
    shutil.copytree(STORE.path, here)
    described = json.dumps(dict(STORE.facts) | {"release": name} | facts)
    (here / "release.json").write_text(described, encoding="utf-8")
    return place


def test_an_own_release_named_like_the_built_in_one_is_refused(tmp_path: Path) -> None:
    own(tmp_path, STORE.release, content_sha256="0" * 64)
    for ask in (
        lambda: open_store(STORE.release, [tmp_path]),
        lambda: open_store(folders=[tmp_path]),
        lambda: open_store(folders=[tmp_path], order=[STORE.release, "built-in"]),
    ):
        with pytest.raises(Refused, match=r"factor\.release-name-taken") as caught:
            ask()
        said = caught.value.diagnostics[0]
        assert str(tmp_path) in said.what.zh
        assert str(STORE.path) in said.what.en
        assert said.hint is not None


def test_a_copy_of_the_built_in_release_is_that_release_but_never_two_layers(
    tmp_path: Path,
) -> None:
    newest = open_store()
    shutil.copytree(newest.path, tmp_path / "releases" / newest.release)
    store = open_store(newest.release, [tmp_path])
    assert store.path == tmp_path / "releases" / newest.release
    with pytest.raises(Refused, match=r"call\.release-order") as caught:
        open_store(folders=[tmp_path], order=[newest.release, "built-in"])
    assert newest.release in caught.value.diagnostics[0].what.zh


def test_two_own_folders_with_one_name_and_two_contents_are_refused(tmp_path: Path) -> None:
    one, two = own(tmp_path / "1", "own-1"), own(tmp_path / "2", "own-1", content_sha256="1" * 64)
    with pytest.raises(Refused, match=r"factor\.release-name-taken"):
        open_store("own-1", [one, two])
    with pytest.raises(Refused, match=r"factor\.release-name-taken"):
        open_store(folders=[two, one], order=["own-1", "built-in"])


@pytest.mark.parametrize(
    "body", ["", "{", "[]", '"own-1"', '{"release": "own-2"}', '{"release": "own-1"}']
)
def test_a_release_without_a_sound_description_is_refused(body: str, tmp_path: Path) -> None:
    own(tmp_path, "own-1")
    (tmp_path / "releases" / "own-1" / "release.json").write_text(body, encoding="utf-8")
    with pytest.raises(Refused, match=r"factor\.release-damaged"):
        open_store("own-1", [tmp_path])


@pytest.mark.parametrize("body", ["[]", "{", '{"fuel": {"diesel": 3}}', '{"fuel": {"a": {}}}'])
def test_vocabularies_of_another_form_are_refused(body: str, tmp_path: Path) -> None:
    digest = sha256(body.encode()).hexdigest()
    own(tmp_path, "own-1", vocabulary_sha256=digest)
    place = tmp_path / "releases" / "own-1" / "vocabulary.json"
    place.write_text(body, encoding="utf-8")
    with pytest.raises(Refused, match=r"factor\.release-schema") as caught:
        open_store("own-1", [tmp_path]).find_key("fuel", "柴油")
    assert "vocabulary.json" in str(caught.value)


def test_a_pinned_release_that_is_not_there_names_the_nearest(tmp_path: Path) -> None:
    own(tmp_path, "own-1")
    with pytest.raises(Refused, match=r"factor\.unknown-release") as caught:
        open_store("own-11", [tmp_path])
    hint = caught.value.diagnostics[0].hint
    assert hint is not None
    assert "own-1" in hint.zh
