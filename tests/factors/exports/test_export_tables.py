"""Tables out: nothing half written, nothing that runs, numbers as numbers, bytes that return."""

from __future__ import annotations

import openpyxl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.factors import open_store
from mrv.factors.exports import export, tables
from mrv.factors.exports.writing import harmless, runs_as_formula
from mrv.factors.row import COLUMNS, SOURCE_COLUMNS
from mrv.factors.sources import read_sources
from mrv.messages import Refused


def refused(call) -> list[str]:
    with pytest.raises(Refused) as caught:
        call()
    return [finding.rule for finding in caught.value.diagnostics]


def test_the_whole_store_goes_out_as_csv_and_comes_back(tmp_path) -> None:
    rows = open_store().rows
    found = export(rows, "csv", tmp_path / "all.csv")
    assert found.count == len(rows)
    back = read_sources(tmp_path).rows
    assert [b.texts for b in back] == [
        {name: harmless(getattr(row, name)).strip() for name in SOURCE_COLUMNS} for row in rows
    ]


def test_csv_opens_in_a_spreadsheet_with_its_chinese_names(tmp_path, row) -> None:
    export([row()], "csv", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")


def test_parquet_keeps_every_column_and_the_same_rows_give_the_same_bytes(tmp_path, row) -> None:
    rows = [row(), row(id="toy/product-footprint/resin/CN/2023", value="2.50")]
    export(rows, "parquet", tmp_path / "a.parquet")
    export(rows[::-1], "parquet", tmp_path / "b.parquet")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    table = pq.read_table(tmp_path / "a.parquet")
    assert table.column_names == list(COLUMNS)
    assert table.column("number").to_pylist() == [2.5, 1950.0]


def test_excel_holds_numbers_as_numbers_with_the_printed_zeros(tmp_path, row) -> None:
    export([row(value="0.9240")], "excel", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["factors"]
    cell = sheet.cell(2, COLUMNS.index("value") + 1)
    assert (cell.value, cell.data_type, cell.number_format) == (0.924, "n", "0.0000")


@pytest.mark.parametrize("evil", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\t=1", "=中"])
def test_no_cell_runs_in_a_spreadsheet(tmp_path, row, evil) -> None:
    rows = [row(note=evil, name_zh=evil)]
    export(rows, "excel", tmp_path / "x.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "x.xlsx")["factors"]
    cell = sheet.cell(2, COLUMNS.index("note") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (evil, "s", True)
    found = export(rows, "csv", tmp_path / "x.csv")
    assert f"'{evil}" in (tmp_path / "x.csv").read_text(encoding="utf-8-sig")
    assert any("2" in note.en and "apostrophe" in note.en for note in found.notes)


@given(st.text(max_size=20))
def test_a_harmless_cell_never_runs_and_loses_nothing(cell) -> None:
    assert not runs_as_formula(harmless(cell))
    assert harmless(cell) in {cell, f"'{cell}"}


@settings(max_examples=30, deadline=None)
@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-1e9, max_value=1e9))
def test_excel_shows_any_value_as_printed(value) -> None:
    printed = format(value, "f")
    shape = tables._shown_as(printed)
    assert len(shape.partition(".")[2]) == len(printed.partition(".")[2])


def test_a_licence_that_forbids_use_is_refused_for_every_such_row(tmp_path, row) -> None:
    rows = [
        row(),
        row(id="a/b/c", licence="not-permitted"),
        row(id="a/b/d", licence="not-permitted"),
    ]
    for kind in ("csv", "parquet", "excel", "pact"):
        path = tmp_path / f"x.{kind}"
        assert refused(lambda k=kind, p=path: export(rows, k, p)) == ["export.licence"] * 2
        assert not path.exists()


def test_a_failure_leaves_the_old_file_and_no_scraps(tmp_path, row, monkeypatch) -> None:
    path = tmp_path / "x.csv"
    path.write_text("precious")

    def fail(_, aside) -> None:
        aside.write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tables, "write_csv", fail)
    assert refused(lambda: export([row()], "csv", path, overwrite=True)) == ["call.out"]
    assert path.read_text() == "precious"
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_a_file_is_not_replaced_without_a_word(tmp_path, row) -> None:
    path = tmp_path / "x.csv"
    path.write_text("precious")
    assert refused(lambda: export([row()], "csv", path)) == ["call.out-exists"]
    assert path.read_text() == "precious"
    export([row()], "csv", path, overwrite=True)
    assert "resin" in path.read_text(encoding="utf-8-sig")


def test_calls_that_make_no_sense_are_refused(tmp_path, row) -> None:
    assert refused(lambda: export([row()], "pdf", tmp_path / "x")) == ["call.export-kind"]
    assert refused(lambda: export([], "csv", tmp_path / "x")) == ["call.export-empty"]
    assert refused(lambda: export([row()], "ileap", tmp_path / "x")) == ["call.export-content"]
    assert refused(lambda: export([row()], "csv", tmp_path / "no" / "x")) == ["call.out"]
    assert refused(lambda: export([row()], "csv", tmp_path)) == ["call.out"]


def test_what_a_workbook_cannot_hold_is_named(tmp_path, row) -> None:
    rows = [row(note="a\x01b"), row(id="a/b/c", note="x" * 40_000)]
    path = tmp_path / "x.xlsx"
    assert refused(lambda: export(rows, "excel", path)) == ["export.character"] * 2
    assert not path.exists()


def test_terms_that_nobody_knows_are_said(row, tmp_path) -> None:
    rows = [row(licence="unknown"), row(id="toy/product-footprint/resin/CN/2023")]
    notes = export(rows, "csv", tmp_path / "x.csv").notes
    assert any("the terms of 1 factor are not known (toy)" in note.en for note in notes)
    assert any("转交他人前" in note.zh for note in notes)
    assert not any("not known" in n.en for n in export(rows[1:], "csv", tmp_path / "y.csv").notes)
