from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import pytest
from made_up_tables import YEAR, only, quantity, read, refusal, rules, values

from mrv.activity import open_dataset, read_mapping
from mrv.language.inputs import Column

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.activity import Dataset

DECLARED = only(
    Column("ship", "text"),
    Column("type", "text", words=("bulk-carrier", "tanker")),
    quantity("fuel", "t"),
)
FRAME = pd.DataFrame(
    {
        "IMO Number": [9074729, 9074730, 9074731],
        "Ship type": ["Bulk carrier", "Öltanker", "Bulk carrier"],
        "Total fuel consumption [m tonnes]": ["12.5", "Division by zero!", "7"],
        "Reporting Period": [2018, 2018, 2019],
    }
)


def mapped(columns: dict[str, object] | None = None, **table: object) -> Dataset:
    own: dict[str, object] = {
        "ship": {"from": "IMO Number"},
        "type": {"from": "Ship type", "values": {"Öltanker": "tanker"}},
        "fuel": {"from": "Total fuel consumption [m tonnes]", "unit": "t"},
    }
    own |= columns or {}
    table.setdefault("where", {"column": "Reporting Period", "is": ["2018"]})
    table.setdefault("missing", ["Division by zero!"])
    return read(DECLARED, FRAME, mapping={"tables": {"t": {"columns": own, **table}}})


def test_columns_words_missing_texts_and_a_filter() -> None:
    optional = only(*DECLARED.columns[:2], quantity("fuel", "t", optional=True))
    table = {
        "missing": ["Division by zero!"],
        "where": {"column": "Reporting Period", "is": [2018]},
        "columns": {
            "ship": {"from": "IMO Number"},
            "type": {"from": "Ship type", "values": {"Öltanker": "tanker"}},
            "fuel": {"from": "Total fuel consumption [m tonnes]", "unit": "t"},
        },
    }
    data = read(optional, FRAME, mapping={"tables": {"t": table}})
    assert values(data, "ship") == ["9074729", "9074730"]
    assert values(data, "type") == ["bulk-carrier", "tanker"]
    assert values(data, "fuel") == [12.5, None]
    assert any("1 rows left out" in note.en for note in data.tables["t"].notes)


@pytest.mark.parametrize(
    ("where", "ships"),
    [
        ({"column": "Reporting Period", "not": ["2018"]}, ["9074731"]),
        ({"column": "Reporting Period", "above": 2018}, ["9074731"]),
        (
            [
                {"column": "Reporting Period", "below": 2019},
                {"column": "Ship type", "not": ["Öltanker"]},
            ],
            ["9074729"],
        ),
        ({"column": "Ship type", "missing": False, "is": ["Öltanker"]}, []),
    ],
)
def test_filters(where: object, ships: list[str]) -> None:
    if not ships:
        assert rules(mapped, where=where) == ["cell.missing"]
        return
    assert values(mapped(where=where), "ship") == ships


def test_constants_and_units_declared() -> None:
    columns = {"type": {"constant": "Tanker"}, "fuel": {"constant": "500 kg"}}
    data = mapped(columns)
    assert values(data, "type") == ["tanker", "tanker"]
    assert values(data, "fuel") == [0.5, 0.5]
    declared = only(quantity("x", "t"))
    table = {"tables": {"t": {"units": "declared"}}}
    assert values(read(declared, pd.DataFrame({"x": [1.0]}), mapping=table), "x") == [1.0]


@pytest.mark.parametrize(
    ("columns", "table", "rule"),
    [
        ({"ship": {"from": "IMO Numbr"}}, {}, "mapping.unknown-heading"),
        (
            {"type": {"from": "Ship type", "values": {"Öltanker": "tankship"}}},
            {},
            "mapping.unknown-word",
        ),
        ({"fuel": {"from": "Total fuel consumption [m tonnes]", "unit": "tt"}}, {}, "unit.unknown"),
        (
            {"fuel": {"from": "Total fuel consumption [m tonnes]", "unit_column": "nope"}},
            {},
            "mapping.unknown-heading",
        ),
        ({"nothing": {"from": "x"}}, {}, "mapping.unknown-column"),
        ({"ship": {"form": "x"}}, {}, "mapping.unknown-key"),
        ({}, {"header_row": 0}, "mapping.value"),
        ({}, {"units": "kg"}, "mapping.value"),
        ({}, {"where": {"is": ["x"]}}, "mapping.value"),
        ({}, {"where": {"column": "Reporting Perio", "is": ["x"]}}, "mapping.unknown-heading"),
    ],
)
def test_mistakes_in_a_mapping(
    columns: dict[str, object], table: dict[str, object], rule: str
) -> None:
    assert rule in rules(mapped, columns, **table)


def test_a_table_nobody_declared() -> None:
    found = refusal(read, DECLARED, FRAME, mapping={"tables": {"tt": {}}}).diagnostics
    assert [d.rule for d in found] == ["mapping.unknown-table"]


def test_date_formats() -> None:
    declared = only(
        Column("m", "month"), Column("d", "day"), Column("i", "instant"), Column("y", "year")
    )
    columns = {
        "m": {"from": "a", "format": "%d/%m/%Y"},
        "d": {"from": "a", "format": "%d/%m/%Y"},
        "i": {"from": "b", "format": "%d/%m/%Y %H.%M"},
        "y": {"from": "a", "format": "%d/%m/%Y"},
    }
    frame = pd.DataFrame({"a": ["03/04/2024"], "b": ["03/04/2024 05.06"]})
    data = read(declared, frame, mapping={"tables": {"t": {"columns": columns}}})
    assert values(data, "m") == ["2024-04"]
    assert values(data, "d") == ["2024-04-03"]
    assert values(data, "y") == [2024]
    assert str(data.columns("t")["i"][0][0]) == "2024-04-03T05:06:00.000000"
    columns["m"]["format"] = "%Q"
    assert rules(read, declared, frame, mapping={"tables": {"t": {"columns": columns}}}) == [
        "mapping.format"
    ]


def test_mapping_files(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text("mapping: x\ntables:\n  t: {header_row: 1, missing: ['', N/A]}\n", "utf-8")
    assert read_mapping(path)["tables"]["t"]["missing"] == ["", "N/A"]
    path.write_text("mapping: x\ntables:\n  t: {header: 1}\n  t: {}\n", "utf-8")
    assert "yaml.duplicate-key" in rules(read_mapping, path)
    path.write_text("tables:\n  t: {header: 1}\n", "utf-8")
    (found,) = refusal(read_mapping, path).diagnostics
    assert found.rule == "mapping.unknown-key"
    assert found.hint is not None
    assert "header_row" in found.hint.en


KEYED = only(Column("id", "text"), Column("word", "text", words=("a-b", "c")), key=("id",))
PARTS = [
    {"Region": " US ", "No": 1, "one": "a", "two": "b"},
    {"Region": "US", "No": 2.0, "one": "a", "two": "b"},
]


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_a_key_is_joined_from_several_columns(made):
    joined = {"from": ["Region", "No"]}
    word = {"from": ["one", "two"], "join": "-"}
    mapping = {"tables": {"t": {"columns": {"id": joined, "word": word}}}}
    data = open_dataset([KEYED], {"t": made(PARTS)}, mapping=mapping, periods=YEAR)
    assert data.columns("t")["id"][0].tolist() == ["US / 1", "US / 2"]
    assert data.columns("t")["word"][0].tolist() == ["a-b", "a-b"]
    assert not data.tables["t"].notes
    data.close()


def test_the_joined_text_is_translated_and_missing_where_a_part_is():
    columns = {
        "id": {"from": ["Region", "No"], "values": {"US / 1": "first"}},
        "word": {"constant": "c"},
    }
    mapping = {"tables": {"t": {"columns": columns}}}
    data = open_dataset([KEYED], {"t": PARTS}, mapping=mapping, periods=YEAR)
    assert data.columns("t")["id"][0].tolist() == ["first", "US / 2"]
    data.close()
    refused = refusal(
        open_dataset, [KEYED], {"t": [*PARTS, {"Region": "US", "No": None}]},
        mapping=mapping, periods=YEAR,
    )  # fmt: skip
    assert [(f.rule, f.place.line) for f in refused.diagnostics] == [("cell.missing", 3)]


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_the_number_of_the_row_is_a_key(made, tmp_path):
    mapping = {"tables": {"t": {"columns": {"id": {"row_number": True}}}}}
    rows = [{"word": "c"}, {"word": "c"}]
    data = open_dataset([KEYED], {"t": made(rows)}, mapping=mapping, periods=YEAR)
    assert data.columns("t")["id"][0].tolist() == ["1", "2"]
    data.close()
    path = tmp_path / "t.csv"
    path.write_text("word\nc\nc\n", encoding="utf-8")
    data = open_dataset([KEYED], {"t": path}, mapping=mapping, periods=YEAR)
    assert data.columns("t")["id"][0].tolist() == ["2", "3"]  # as the user counts
    data.close()


def test_only_texts_can_be_joined_or_numbered():
    table = only(quantity("km", "km"))
    for asked in ({"from": ["a", "b"]}, {"row_number": True}):
        mapping = {"tables": {"t": {"columns": {"km": asked}}}}
        refused = refusal(open_dataset, [table], {"t": [{"a": 1}]}, mapping=mapping, periods=YEAR)
        assert [found.rule for found in refused.diagnostics] == ["mapping.kind"]


def test_a_column_to_be_joined_that_is_not_there():
    mapping = {
        "tables": {"t": {"columns": {"id": {"from": ["Region", "Nr"]}, "word": {"constant": "c"}}}}
    }
    refused = refusal(open_dataset, [KEYED], {"t": PARTS}, mapping=mapping, periods=YEAR)
    assert [found.rule for found in refused.diagnostics] == ["mapping.unknown-heading"]
