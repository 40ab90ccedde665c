"""Files that cannot be used at all: each with one clear message, and never a traceback."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from import_samples import DEFRA_HEADER, GWPS, defra_row

from mrv.factors import open_store
from mrv.factors.imports import kinds, read
from mrv.factors.imports.properties import NAMES
from mrv.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Callable


def rule_of(path: Path, kind: str | None = None) -> str:
    with pytest.raises(Refused) as caught:
        read(path, kind)
    (found,) = caught.value.diagnostics
    assert found.what.zh
    assert found.what.en
    return found.rule


def test_a_truncated_parquet_file(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    assert rule_of(path) == "import.kind-unknown"
    assert rule_of(path, "defra") == "import.schema"
    path.write_bytes(path.read_bytes()[:-9])
    assert rule_of(path) == "import.file-damaged"


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.parquet", "a.xlsx", "a.zip"])
def test_an_empty_file(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    assert rule_of(tmp_path / name) in {"import.empty", "import.file-damaged"}


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.parquet", "a.xlsx", "a.zip"])
def test_rubbish(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"\x00\xffPK{{{;;\n,,\n")
    assert rule_of(tmp_path / name).startswith("import.")


def test_a_header_without_rows(table: Callable[..., Path]) -> None:
    assert rule_of(table([DEFRA_HEADER])) == "import.empty"


def test_other_faults_of_the_call(tmp_path: Path, table: Callable[..., Path]) -> None:
    assert rule_of(tmp_path / "absent.csv") == "call.no-file"
    assert rule_of(table([["a"], [1]], name="a.docx")) == "import.file-kind"
    assert rule_of(table([["a"], [1]]), "defar") == "call.unknown-kind"
    with pytest.raises(Refused, match=r"call\.gwp-set"):
        read(table([["a"], [1]]), gwp_set="AR7")
    assert rule_of(tmp_path) == "import.kind-unknown"


def test_the_missing_columns_are_named(table: Callable[..., Path]) -> None:
    with pytest.raises(Refused, match="columns missing: UOM"):
        read(table([[name for name in DEFRA_HEADER if name != "UOM"], ["x"] * 9]), "defra")


def test_a_workbook_with_a_cover_sheet_and_its_header_in_row_6(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.active.title = "Cover"
    sheet = book.create_sheet("Factors by Category")
    for _ in range(5):
        sheet.append(["UK Government GHG Conversion Factors"])
    for row in (DEFRA_HEADER, *GWPS, defra_row(0.25), defra_row("n/a", name="b")):
        sheet.append(list(row))
    path = tmp_path / "flat.xlsx"
    book.save(path)
    report = read(path)
    assert report.kind == "defra"
    assert [row.value for row in report.taken] == ["28", "265", "0.25"]
    assert [d.place.line for d in report.refused if d.place] == [10]


def test_a_zip_that_is_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("processes/x.json", "{}")
    path.write_bytes(path.read_bytes()[:-30])
    assert rule_of(path) == "import.file-damaged"


def test_json_that_is_cut_short_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text('{"pcf":\n {"a": 1,\n')
    with pytest.raises(Refused) as caught:
        read(path)
    place = caught.value.diagnostics[0].place
    assert place is not None
    assert place.line == 3


def test_every_kind_says_who_issued_it_and_on_what_terms() -> None:
    assert len(kinds()) == 14
    for kind in kinds().values():
        assert kind.title.zh
        assert kind.title.en
        assert kind.publisher.licence
        assert (kind.form == "table") == bool(kind.columns)


def test_the_reason_and_the_summary_are_bilingual(table: Callable[..., Path]) -> None:
    report = read(table([DEFRA_HEADER, *GWPS, defra_row("-")]))
    assert "taken for defra" in report.summary("en")
    assert "识别为 defra" in report.summary("zh")
    assert "import.no-value" in report.summary("zh")
    assert len(report.sha256) == 64


def test_properties_that_the_store_has_too_are_called_the_same() -> None:
    known = open_store().vocabulary("property")
    shared = set(NAMES) & set(known)
    assert shared >= {"product-footprint", "net-calorific-value", "co2-per-energy", "gwp-100"}
    assert {key: NAMES[key][:2] for key in shared} == {
        key: (known[key].zh, known[key].en) for key in shared
    }
    page = (Path(__file__).parents[3] / "docs" / "importing-factors.md").read_text(encoding="utf-8")
    assert all(f"`{key}`" in page for key in shared)
    assert all(f"| `{kind}`" in page or f"`{kind}`" in page for kind in kinds())
