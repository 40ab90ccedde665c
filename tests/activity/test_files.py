from __future__ import annotations

import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

import openpyxl
import pandas as pd
import pytest
from made_up_tables import FUEL, SHIP, VOCABULARY, YEAR, only, quantity, refusal, rules, values

from mrv.activity import open_dataset
from mrv.language.inputs import Column

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity import Dataset

MARCH_1, MARCH_5 = datetime(2024, 3, 1), datetime(2024, 3, 5)  # noqa: DTZ001
ITEM = only(Column("name", "text"), quantity("mass", "kg"))


def opened(data: object, **more: object) -> Dataset:
    return open_dataset([ITEM], data, periods=YEAR, **more)  # type: ignore[arg-type]


def write(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def book(path: Path, **sheets: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for title, rows in sheets.items():
        sheet = workbook.create_sheet(title)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_with_any_common_separator(tmp_path: Path, separator: str) -> None:
    lines = [["name", "mass [kg]"], ["a", "1.5"], ["b", "2"]]
    path = write(tmp_path / "t.csv", "\n".join(separator.join(line) for line in lines))
    data = opened(path)
    assert values(data, "mass") == [1.5, 2.0]
    assert values(data, "_row") == [2, 3]


def test_csv_with_quotes_line_breaks_and_a_byte_order_mark(tmp_path: Path) -> None:
    content = '\ufeff"name","mass\n(kg)"\r\n"a ""x"", b\nc",1\r\n'
    data = opened(write(tmp_path / "t.csv", content))
    assert values(data, "name") == ['a "x", b\nc']
    assert values(data, "mass") == [1.0]


def test_csv_headings_further_down(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "Report 2024,\nname,mass (t)\na,1\n")
    data = opened(path, mapping={"tables": {"t": {"header_row": 2}}})
    assert values(data, "mass") == [1000.0]
    assert values(data, "_row") == [3]


@pytest.mark.parametrize("line", ["b", "b,2,3"])
def test_csv_with_ragged_lines_names_the_line(tmp_path: Path, line: str) -> None:
    path = write(tmp_path / "t.csv", f"name,mass (kg)\na,1\n{line}\n")
    found = refusal(opened, path).diagnostics
    assert [(d.rule, d.place.line if d.place else None) for d in found] == [("table.malformed", 3)]


def test_csv_in_gbk_is_refused_until_the_mapping_says_so(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "name,mass（千克）\n柴油,1\n", "gbk")
    (found,) = refusal(opened, path).diagnostics
    assert found.rule == "file.encoding"
    assert found.hint is not None
    assert "gb18030" in found.hint.en
    data = opened(path, mapping={"tables": {"t": {"encoding": "gb18030"}}})
    assert values(data, "name") == ["柴油"]


def test_csv_in_utf16(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", "name,mass (kg)\n油,1\n", "utf-16")
    (found,) = refusal(opened, path).diagnostics
    assert "UTF-16" in found.what.en
    assert values(opened(path, mapping={"tables": {"t": {"encoding": "utf-16"}}}), "name") == ["油"]


@pytest.mark.parametrize("encoding", ["gb1803", "utf-16"])
def test_a_wrong_encoding_in_the_mapping(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path / "t.csv", "name,mass (kg)\na,1\n!")
    mapping = {"tables": {"t": {"encoding": encoding}}}
    assert rules(opened, path, mapping=mapping) == ["file.encoding"]


@pytest.mark.parametrize(
    ("content", "rule"), [("", "file.empty"), ("name,mass (kg)\na,\0", "file.characters")]
)
def test_csv_that_is_none(tmp_path: Path, content: str, rule: str) -> None:
    assert rules(opened, write(tmp_path / "t.csv", content)) == [rule]


def test_a_name_of_a_file_is_never_sql(tmp_path: Path) -> None:
    path = write(tmp_path / "t';--.csv", "na'\"me;,mass (kg)\na,1\n")
    mapping = {"tables": {"t": {"columns": {"name": {"from": "na'\"me;"}}}}}
    assert values(opened(path, mapping=mapping), "name") == ["a"]


def test_parquet_in_place_and_broken(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    pd.DataFrame({"name": ["a", "b"], "mass (kg)": [1.0, 2.0]}).to_parquet(path)
    data = opened(tmp_path)
    assert values(data, "mass") == [1.0, 2.0]
    assert values(data, "_row") == [1, 2]
    path.write_bytes(path.read_bytes()[:-20])
    assert rules(opened, tmp_path) == ["file.corrupt"]


def test_a_workbook_with_sheets_named_in_either_language(tmp_path: Path) -> None:
    path = book(
        tmp_path / "report.xlsx",
        船舶=[
            ["ship", "type", "deadweight（吨）"],
            ["A", "tanker", 5],
            [None, None, None],
            [9074729, "tanker", None],
        ],
        fuel_use=[
            ["ship", "月份", "fuel", "burned", "burned_unit"],
            ["A", "2024-01", "柴油", 3, "t"],
        ],
        remarks=[["anything"]],
    )
    for data in (path, tmp_path):
        found = open_dataset([SHIP, FUEL], data, periods=YEAR, vocabularies=VOCABULARY)
        assert values(found, "ship", "ship") == ["A", "9074729"]
        assert values(found, "_row", "ship") == [2, 4]
        assert values(found, "fuel", "fuel_use") == ["diesel"]


def test_dates_and_mixed_cells_of_a_workbook(tmp_path: Path) -> None:

    declared = only(Column("m", "month"), Column("d", "day"), quantity("x", "1"))
    path = book(
        tmp_path / "t.xlsx",
        t=[
            ["m", "d", "x"],
            [MARCH_1, MARCH_5, 1],
            ["2024-04", "2024/4/6", "2,000.5"],
        ],
    )
    data = open_dataset([declared], path, periods=YEAR)
    assert values(data, "m") == ["2024-03", "2024-04"]
    assert values(data, "d") == ["2024-03-05", "2024-04-06"]
    assert values(data, "x") == [1.0, 2000.5]


def test_formulas_without_a_stored_result(tmp_path: Path) -> None:
    path = book(tmp_path / "t.xlsx", t=[["name", "mass (kg)"], ["a", "=1+1"], ["b", 2]])
    (found,) = refusal(opened, path).diagnostics
    assert found.rule == "cell.formula"
    assert found.place is not None
    assert found.place.field == "B2"


def test_what_only_looks_like_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    for content, rule in (
        (b"not a zip", "file.corrupt"),
        (ole, "file.old-workbook"),
        (ole + "EncryptedPackage".encode("utf-16-le"), "file.password"),
    ):
        path.write_bytes(content)
        assert rules(opened, path) == [rule]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<broken")
    assert rules(opened, path) == ["file.corrupt"]
    old = tmp_path / "old" / "t.xls"
    old.parent.mkdir()
    old.write_bytes(ole)
    assert rules(opened, old.parent) == ["file.kind"]


def test_the_sheet_must_be_clear(tmp_path: Path) -> None:
    path = book(tmp_path / "x.xlsx", one=[["name", "mass (kg)"], ["a", 1]], two=[["b"]])
    assert rules(opened, path)[0] == "call.which-table"
    data = opened(path, mapping={"tables": {"t": {"sheet": "one"}}})
    assert values(data, "mass") == [1.0]
    assert rules(opened, {"t": path}) == ["file.sheet"]


def test_tables_that_are_missing_twice_or_unknown(tmp_path: Path) -> None:
    assert rules(opened, tmp_path) == ["table.missing"]
    assert rules(opened, tmp_path / "nowhere") == ["call.no-file"]
    assert rules(opened, {"tt": []})[0] == "call.unknown-table"
    assert rules(opened, {"t": 5}) == ["table.kind"]
    assert rules(opened, {"t": [1]}) == ["table.kind"]
    write(tmp_path / "t.csv", "name,mass (kg)\na,1\n")
    write(tmp_path / "T.tsv", "name\tmass (kg)\na\t1\n")
    assert rules(opened, tmp_path) == ["file.twice"]
    mapping = {"tables": {"t": {"file": "t.csv"}}}
    assert values(opened(tmp_path, mapping=mapping), "mass") == [1.0]
    assert rules(opened, tmp_path, mapping={"tables": {"t": {"file": "u.csv"}}}) == ["call.no-file"]


def test_files_that_nobody_asked_for_are_said(tmp_path: Path) -> None:
    write(tmp_path / "t.csv", "name,mass (kg),other\na,1,2\n")
    write(tmp_path / "fuel_us.csv", "x\n1\n")
    data = opened(tmp_path)
    assert "fuel_us.csv" in data.notes[0].en
    assert any("other" in note.en for note in data.tables["t"].notes)


def test_one_broken_file_does_not_hide_findings_in_another(tmp_path: Path) -> None:
    write(tmp_path / "ship.csv", "ship,type\nA,tankr\n")
    write(tmp_path / "fuel_use.xlsx", "no workbook")
    found = rules(open_dataset, [SHIP, FUEL], tmp_path, periods=YEAR, vocabularies=VOCABULARY)
    assert found == ["file.corrupt", "word.unknown"]


def test_temporary_files_go_when_the_data_is_closed(tmp_path: Path) -> None:
    data = opened(write(tmp_path / "t.csv", "name,mass (kg)\na,1\n"))
    folder = data.workspace.folder
    assert folder.is_dir()
    data.close()
    assert not folder.exists()


def test_an_open_quotation_mark_does_not_swallow_rows(tmp_path: Path) -> None:
    path = write(tmp_path / "t.csv", 'name,mass (kg)\na,"1\nb,2\nc,3\n')
    assert rules(opened, path) == ["table.malformed"]
    harmless = write(tmp_path / "t.csv", 'name,mass (kg)\n5" pipe,1\nb,2\n')
    assert values(opened(harmless), "name") == ['5" pipe', "b"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_empty_lines_keep_row_numbers(tmp_path: Path, end: str) -> None:
    lines = ["name,mass (kg)", '"a\nb",1', "", ",", "c,2", ""]
    data = opened(write(tmp_path / "t.csv", end.join(lines)))
    assert values(data, "name") == ["a\nb", "c"]
    assert values(data, "_row") == [2, 5]
