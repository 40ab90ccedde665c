"""Published releases never change, the pending one follows its sources, and both are proved."""

from __future__ import annotations

import json
import shutil
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest

from mrv.factors import build, open_store, publish
from mrv.factors.files import NAMES_FILE, RELEASE_FILE, ROWS_FILE
from mrv.factors.notes import NOTES_FILE, notes_text
from mrv.factors.published import LIST, check_published, names_in, pending_in, read_published
from mrv.factors.rebuild import check_releases
from mrv.factors.release import content_hash, described
from mrv.messages import Refused
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Write = Callable[[Sequence[Mapping[str, str]]], Path]

HOME = folder("factors")
RELEASES = HOME / "releases"
FIRST = (
    *("654f1d5f12ad799616a5228dceedc7606582520d1a6b58a069f7f180d121a1bb",),
    *("c6c794a646586ca3a59a1e8b1f7f3d8fbbcf83f87f76a42d5bf48402bea545b7",),
    *("5b55f1e9b019269de149eed4e52ed4bc6fdbb107093284ce4ee15ace73096229",),
)


def test_the_shipped_releases_are_untouched_and_the_newest_is_what_the_sources_say() -> None:
    found = check_releases(HOME / "sources", RELEASES)
    assert not found.findings, "\n".join(one.render("en") for one in found.findings)
    assert found.newest == open_store().release


def test_the_first_release_is_the_one_that_was_published() -> None:
    here = RELEASES / "2026-11.1"
    hashes = [sha256((here / n).read_bytes()).hexdigest() for n in (ROWS_FILE, NAMES_FILE)]
    assert (*hashes, sha256((here / RELEASE_FILE).read_bytes()).hexdigest()) == FIRST
    listed = read_published(RELEASES)
    assert listed is not None
    one = listed["2026-11.1"]
    assert (one.rows_sha256, one.names_sha256, one.release_sha256) == FIRST


@pytest.mark.parametrize("name", names_in(RELEASES))
def test_every_release_stays_readable(name: str) -> None:
    store = open_store(name)
    names = json.loads((store.path / NAMES_FILE).read_text(encoding="utf-8"))
    assert content_hash(store.rows, names) == store.facts["content_sha256"]
    assert len(store.rows) == store.facts["rows"]
    assert store.find_key("region", "天津市") == "CN-TJ"


@pytest.mark.parametrize("name", names_in(RELEASES)[1:])
def test_the_notes_for_people_are_those_of_the_description(name: str) -> None:
    store = open_store(name)
    written = (store.path / NOTES_FILE).read_text(encoding="utf-8")
    assert written == notes_text(described(store))


def toy(good: dict[str, str], key: str, **change: str) -> dict[str, str]:
    return good | {"id": f"toy/net-calorific-value/{key}", "key": key} | change


@pytest.fixture
def shelf(good: dict[str, str], sources: Write, tmp_path: Path) -> Path:
    """Return a folder of releases with one that is published."""
    out = tmp_path / "own" / "releases"
    publish(sources([toy(good, "lng"), toy(good, "hfo")]), out, "1.1", "2026-01-02")
    return out


def kept(place: Path) -> dict[str, bytes]:
    return {str(p.relative_to(place)): p.read_bytes() for p in place.rglob("*") if p.is_file()}


def test_a_pending_release_follows_its_sources_until_it_is_published(
    good: dict[str, str], sources: Write, shelf: Path
) -> None:
    first = kept(shelf / "1.1")
    later = [toy(good, "lng", value="1"), toy(good, "diesel")]
    info = build(sources(later), shelf, "1.2")
    assert pending_in(shelf) == ("1.2",)
    assert (info.added, info.changed, info.withdrawn) == (
        ("toy/net-calorific-value/diesel",),
        ("toy/net-calorific-value/lng",),
        ("toy/net-calorific-value/hfo",),
    )
    assert info.notes["values"]["toy/net-calorific-value/lng"]["value"] == ["42.652", "1"]
    assert "value: 42.652 → 1" in (shelf / "1.2" / NOTES_FILE).read_text(encoding="utf-8")
    again = build(sources([toy(good, "lng", value="2"), toy(good, "hfo")]), shelf, "1.2")
    assert (again.added, again.changed, again.withdrawn) == ((), (again.changed[0],), ())
    publish(sources([toy(good, "lng", value="2"), toy(good, "hfo")]), shelf, "1.2", "2026-02-03")
    assert pending_in(shelf) == ()
    assert kept(shelf / "1.1") == first
    assert not list(shelf.glob(".*"))
    assert open_store("1.1", [shelf.parent]).get("toy/net-calorific-value/lng").value == "42.652"
    assert open_store(None, [shelf.parent]).get("toy/net-calorific-value/lng").value == "2"


def test_the_notes_name_the_methodologies_and_cases_that_a_change_touches(
    good: dict[str, str], sources: Write, shelf: Path
) -> None:
    table = "gbt32151.34-2024-c1"
    row = good | {"id": f"{table}/net-calorific-value/diesel", "dataset": table}
    touches = build(sources([row]), shelf, "1.2").notes["touches"]
    assert "water-freight/enterprise" in touches["methodologies"]
    assert "modules/combustion" not in touches["methodologies"]
    assert "water-freight/enterprise.cases.yaml" in touches["cases"]
    notes = (shelf / "1.2" / NOTES_FILE).read_text(encoding="utf-8")
    assert "- water-freight/enterprise.cases.yaml" in notes


def test_each_changed_row_of_a_published_release_is_refused_at_its_line(
    good: dict[str, str], sources: Write, shelf: Path
) -> None:
    before = kept(shelf.parent)
    rows = [toy(good, "diesel"), toy(good, "lng", value="1", note="n")]
    with pytest.raises(Refused) as caught:
        build(sources(rows), shelf, "1.1")
    found = {str(one.place): one.render("en") for one in caught.value.diagnostics}
    assert {one.rule for one in caught.value.diagnostics} == {"factor.release-frozen"}
    assert "value: 42.652 -> 1; note: - -> n" in found["toy.csv:3"]
    assert "diesel is new" in found["toy.csv:2"]
    assert "hfo is withdrawn" in found[str(shelf / "1.1")]
    assert all("mrv factors build 1.2" in said for said in found.values())
    assert kept(shelf.parent) == before
    with pytest.raises(Refused, match=r"factor\.release-frozen"):
        check_releases(sources(rows), shelf)


@pytest.mark.parametrize("name", [ROWS_FILE, NAMES_FILE, RELEASE_FILE])
def test_a_touched_file_of_a_published_release_stops_every_build(
    name: str, good: dict[str, str], sources: Write, shelf: Path
) -> None:
    path = shelf / "1.1" / name
    path.write_bytes(path.read_bytes() + b"\n")
    place = sources([toy(good, "lng")])
    for release in ("1.1", "1.2"):
        with pytest.raises(Refused, match=r"factor\.release-altered") as caught:
            build(place, shelf, release)
        assert name in caught.value.diagnostics[0].render("zh")
    assert names_in(shelf) == ("1.1",)
    assert check_releases(place, shelf).findings
    path.unlink()
    assert len(check_published(shelf)) == 1


def test_releases_come_in_turn(good: dict[str, str], sources: Write, shelf: Path) -> None:
    place = sources([toy(good, "lng")])
    with pytest.raises(Refused, match=r"factor\.release-order"):
        build(place, shelf, "1.0")
    build(place, shelf, "1.2")
    with pytest.raises(Refused, match=r"factor\.release-pending"):
        build(place, shelf, "1.3")
    assert names_in(shelf) == ("1.1", "1.2")


def test_a_pending_release_behind_its_sources_is_noticed(
    good: dict[str, str], sources: Write, shelf: Path
) -> None:
    build(sources([toy(good, "lng", value="7")]), shelf, "1.2")
    assert not check_releases(sources([toy(good, "lng", value="7")]), shelf).findings
    stale = check_releases(sources([toy(good, "lng", value="8")]), shelf).findings
    assert [one.rule for one in stale] == ["factor.release-stale"]
    assert "mrv factors build 1.2" in stale[0].render("en")
    described_in = shelf / "1.2" / RELEASE_FILE
    body = json.loads(described_in.read_text(encoding="utf-8"))
    body["notes"]["touches"] = {}
    described_in.write_text(json.dumps(body), encoding="utf-8")
    assert not check_releases(sources([toy(good, "lng", value="7")]), shelf).findings
    body["withdrawn"] = []
    described_in.write_text(json.dumps(body), encoding="utf-8")
    assert check_releases(sources([toy(good, "lng", value="7")]), shelf).findings


def test_a_failed_build_leaves_the_pending_release(
    good: dict[str, str], sources: Write, shelf: Path
) -> None:
    build(sources([toy(good, "lng", value="7")]), shelf, "1.2")
    before = kept(shelf.parent)
    with pytest.raises(Refused):
        build(sources([toy(good, "lng", value="seven")]), shelf, "1.2")
    assert kept(shelf.parent) == before


@pytest.mark.parametrize(
    "body",
    [
        "",
        "release\n1.1\n",
        "release,published,rows_sha256,names_sha256,release_sha256\n1.1,2026,a,b,c\n",
        "release,published,rows_sha256,names_sha256,release_sha256\n1.1\n",
    ],
)
def test_a_broken_list_is_refused(body: str, shelf: Path) -> None:
    (shelf.parent / LIST).write_text(body, encoding="utf-8")
    with pytest.raises(Refused, match=r"factor\.published-list"):
        pending_in(shelf)


def test_in_a_folder_without_a_list_every_release_is_published(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    out = tmp_path / "x" / "releases"
    build(sources([toy(good, "lng")]), out, "b")
    build(sources([toy(good, "lng", value="2")]), out, "a")
    assert pending_in(out) == ()
    with pytest.raises(Refused, match=r"factor\.release-frozen"):
        build(sources([toy(good, "lng")]), out, "a")
    publish(sources([toy(good, "lng", value="2")]), out, "a", "2026-01-01")
    assert set(read_published(out) or ()) == {"a", "b"}
    shutil.rmtree(out / "b")
    assert len(check_published(out)) == 3
