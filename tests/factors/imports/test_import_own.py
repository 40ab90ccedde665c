"""Tables in the columns of the store: what goes out comes back the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mrv.factors import open_store
from mrv.factors.exports import export
from mrv.factors.imports import read, to_release

if TYPE_CHECKING:
    from pathlib import Path

STORE = open_store()


@pytest.mark.parametrize(("kind", "name"), [("csv", "a.csv"), ("excel", "a.xlsx"),
                                            ("parquet", "a.parquet")])  # fmt: skip
def test_an_export_of_the_whole_store_comes_back_unchanged(
    tmp_path: Path, kind: str, name: str
) -> None:
    wanted = {row.id: row for row in STORE.rows}
    export(list(wanted.values()), kind, tmp_path / name)
    report = read(tmp_path / name)
    assert report.kind == "own"
    assert not report.refused, [one.render("en") for one in report.refused[:5]]
    found = {row.id: row for row in report.taken}
    assert found.keys() == wanted.keys()
    if kind != "excel":  # a sheet holds numbers, not the zeros behind them
        assert found == wanted
    for row_id, row in found.items():
        assert row.number == wanted[row_id].number


def test_an_own_release_of_the_whole_store_is_the_store(tmp_path: Path) -> None:
    export(list(STORE.rows), "csv", tmp_path / "a.csv")
    path = to_release(read(tmp_path / "a.csv"), tmp_path / "mine", "copy-1", "me")
    copy = open_store("copy-1", [tmp_path / "mine"])
    assert {row.row_hash for row in copy.rows} == {row.row_hash for row in STORE.rows}
    assert path.is_dir()
