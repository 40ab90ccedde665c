"""The search index: made once, made anew when it is not whole, done without where it cannot be."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mrv.factors import Store, open_store
from mrv.factors.cabinet import read, writing
from mrv.factors.index import cache_folder, index_file
from mrv.factors.large import LARGE

if TYPE_CHECKING:
    from pathlib import Path

BUILT_IN = open_store()
EXPECTED = BUILT_IN.search("柴油 低位发热量")


def large() -> Store:
    """The built-in release, taken for one that is too large to be read whole."""
    return Store(BUILT_IN.release, BUILT_IN.path, dict(BUILT_IN.facts) | {"rows": LARGE})


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MRV_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_the_index_is_made_once_and_nothing_else_is_written(cache: Path) -> None:
    store = large()
    assert store.search("柴油 低位发热量") == EXPECTED
    assert store.notes == ()
    assert "rows" not in store.__dict__
    made = [path for path in cache.rglob("*") if path.is_file()]
    assert made == [index_file(store)]
    stamp = made[0].stat().st_mtime_ns
    assert large().search("柴油 低位发热量") == EXPECTED
    assert made[0].stat().st_mtime_ns == stamp


def test_a_small_release_leaves_no_index(cache: Path) -> None:
    assert open_store().search("柴油")
    assert not cache.exists()


def cut(body: bytes) -> bytes:
    return body[: len(body) // 2]


def touched(body: bytes) -> bytes:
    return body[:5000] + bytes([body[5000] ^ 1]) + body[5001:]


def other_end(body: bytes) -> bytes:
    return body[:-60] + os.urandom(60)


@pytest.mark.parametrize("harm", [cut, touched, other_end, lambda _: b"", lambda _: b"x" * 999])
def test_an_index_that_is_not_whole_is_made_anew(harm: object) -> None:
    large().search("柴油")
    place = index_file(BUILT_IN)
    good = place.read_bytes()
    place.write_bytes(harm(good))  # type: ignore[operator]
    assert large().search("柴油 低位发热量") == EXPECTED
    assert place.read_bytes() == good


def test_the_index_of_another_release_is_not_taken() -> None:
    large().search("柴油")
    place = index_file(BUILT_IN)
    other = Store(BUILT_IN.release, BUILT_IN.path, dict(BUILT_IN.facts) | {"parquet_sha256": "0"})
    place.rename(index_file(other))
    assert read(index_file(other)) is not None
    from mrv.factors.index import opened

    assert opened(read(index_file(other)), other) is None


def test_a_folder_that_cannot_be_written_is_done_without(cache: Path) -> None:
    cache.write_text("a file where the folder would be", encoding="utf-8")
    store = large()
    assert store.search("柴油 低位发热量") == EXPECTED
    (note,) = store.notes
    assert "MRV_CACHE" in note.zh
    assert str(cache) in note.en
    assert cache.read_text(encoding="utf-8") == "a file where the folder would be"


def test_a_disk_that_fills_leaves_nothing_behind(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mrv.factors.cabinet.Writer.put", full)
    store = large()
    assert store.search("柴油 低位发热量") == EXPECTED
    assert "No space left" in store.notes[0].en
    assert not [path for path in cache.rglob("*") if path.is_file()]


def test_arrays_come_back_as_they_went(tmp_path: Path) -> None:
    place = tmp_path / "arrays"
    arrays = {
        "a": np.arange(1000, dtype=np.uint16),
        "b": np.zeros(0, np.float64),
        "c": np.array([1.5, -2.0]),
        "d": np.array([True, False]),
    }
    with writing(place) as writer:
        for name, array in arrays.items():
            writer.put(name, array)
        writer.close({"said": 1})
    found = read(place)
    assert found is not None
    assert found.said == {"said": 1}
    for name, array in arrays.items():
        assert found.get(name).dtype == array.dtype
        assert found.get(name).tolist() == array.tolist()


def test_a_release_that_was_touched_is_refused_though_its_index_is_there(tmp_path: Path) -> None:
    import json
    import shutil

    from mrv.messages import Refused

    here = tmp_path / "releases" / "own-1"
    shutil.copytree(BUILT_IN.path, here)
    facts = dict(BUILT_IN.facts) | {"release": "own-1", "rows": LARGE}
    (here / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    assert open_store("own-1", [tmp_path]).search("柴油")
    (here / "factors.parquet").write_bytes(b"PAR1")
    with pytest.raises(Refused, match=r"factor\.release-damaged"):
        open_store("own-1", [tmp_path]).search("柴油")


def test_the_cache_lies_where_the_system_keeps_caches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MRV_CACHE")
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert str(cache_folder()) == os.path.join("/somewhere", "mrv")  # noqa: PTH118 - as written
