"""Releases: byte-stable, frozen, described, and refused when damaged."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

import jsonschema
import pyarrow.parquet as pq
import pytest

from mrv.factors import build, open_store
from mrv.factors.files import release_order
from mrv.factors.release import content_hash
from mrv.factors.row import COLUMNS
from mrv.messages import Refused
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Write = Callable[[Sequence[Mapping[str, str]]], Path]

SOURCES = folder("factors") / "sources"
RELEASE = "2026-11.1"
SHIPPED = folder("factors") / "releases" / RELEASE


def test_order_of_files_and_lines_does_not_matter(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    rows = [
        good | {"id": f"toy/net-calorific-value/{key}", "key": key}
        for key in ("lng", "diesel", "hfo", "gasoline")
    ]
    one = build(sources(rows), tmp_path / "one", RELEASE)
    place = sources(rows[::-1])
    (place / "toy.csv").rename(place / "zzz.csv")
    two = build(place, tmp_path / "two", RELEASE)
    assert one.content_sha256 == two.content_sha256
    assert one.parquet_sha256 == two.parquet_sha256
    shipped = open_store(RELEASE).rows
    assert content_hash(shipped[::-1], {}) == content_hash(shipped, {})


def test_a_published_release_does_not_change(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    first = build(sources([good]), out, RELEASE)
    before = (out / RELEASE / "factors.parquet").read_bytes()
    assert build(sources([good]), out, RELEASE) == first
    with pytest.raises(Refused, match=r"factor\.release-frozen.*toy/net-calorific-value/diesel"):
        build(sources([good | {"value": "42.653"}]), out, RELEASE)
    assert (out / RELEASE / "factors.parquet").read_bytes() == before


def test_the_notes_tell_what_changed(good: dict[str, str], sources: Write, tmp_path: Path) -> None:
    def toy(key: str, **change: str) -> dict[str, str]:
        return good | {"id": f"toy/net-calorific-value/{key}", "key": key} | change

    out = tmp_path / "out"
    build(sources([toy("lng"), toy("hfo"), toy("lfo"), toy("lpg")]), out, "2026-11.9")
    later = [toy("lng", value="1"), toy("hfo"), toy("lfo", status="withdrawn"), toy("diesel")]
    info = build(sources(later), out, "2026-11.10")
    assert info.previous == "2026-11.9"
    assert info.added == ("toy/net-calorific-value/diesel",)
    assert info.changed == ("toy/net-calorific-value/lng",)
    assert info.withdrawn == ("toy/net-calorific-value/lfo", "toy/net-calorific-value/lpg")
    shutil.move(out, tmp_path / "releases")
    assert open_store(folders=[tmp_path]).release == "2026-11.10"
    assert not list((tmp_path / "releases").glob(".*"))


def test_release_names_are_ordered_as_people_do() -> None:
    names = ["2026-11.10", "2026-2.1", "2026-11.9", "2025-12.1"]
    assert sorted(names, key=release_order) == [
        "2025-12.1",
        "2026-2.1",
        "2026-11.9",
        "2026-11.10",
    ]


@pytest.mark.parametrize("name", ["", "../x", ".hidden", "a b", "a/b"])
def test_a_release_name_that_is_no_folder_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"call\.release-name") as caught:
        build(SOURCES, tmp_path, name)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["factors.parquet", "vocabulary.json"])
def test_a_touched_byte_is_noticed(name: str, tmp_path: Path) -> None:
    here = tmp_path / "releases" / RELEASE
    shutil.copytree(SHIPPED, here)
    body = bytearray((here / name).read_bytes())
    body[len(body) // 2] ^= 1
    (here / name).write_bytes(body)
    store = open_store(RELEASE, [tmp_path])
    with pytest.raises(Refused, match=r"factor\.release-damaged"):
        assert store.rows if name == "factors.parquet" else store.vocabulary("fuel")


@pytest.mark.parametrize("body", ["", "{", "[]", "{}", '{"release": "2026-11.2"}'])
def test_a_broken_description_is_noticed(body: str, tmp_path: Path) -> None:
    here = tmp_path / "releases" / RELEASE
    shutil.copytree(SHIPPED, here)
    (here / "release.json").write_text(body, encoding="utf-8")
    with pytest.raises(Refused, match=r"factor\.release-damaged"):
        open_store(RELEASE, [tmp_path])


def test_the_file_holds_the_columns_and_its_hash() -> None:
    shipped = json.loads((SHIPPED / "release.json").read_text(encoding="utf-8"))
    body = (SHIPPED / "factors.parquet").read_bytes()
    assert sha256(body).hexdigest() == shipped["parquet_sha256"]
    schema = pq.ParquetFile(SHIPPED / "factors.parquet").schema_arrow
    assert tuple(schema.names) == COLUMNS
    assert str(schema.field("number").type) == "double"


def test_every_row_meets_the_json_schema() -> None:
    schema = json.loads((folder("schemas") / "factor.schema.json").read_text(encoding="utf-8"))
    assert tuple(schema["properties"]) == COLUMNS
    validator = jsonschema.Draft202012Validator(schema)
    for row in open_store(RELEASE).rows:
        errors = list(validator.iter_errors({name: getattr(row, name) for name in COLUMNS}))
        assert not errors, (row.id, errors[0].message)
