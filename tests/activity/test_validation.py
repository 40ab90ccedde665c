from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pytest
from made_up_tables import (
    FUEL,
    SHIP,
    VOCABULARY,
    YEAR,
    invalid,
    only,
    quantity,
    read,
    rules,
    values,
)

from mrv.activity import open_dataset
from mrv.language.inputs import Column, Input
from mrv.language.period import parse_period

SHIPS = [{"ship": "A", "type": "tanker"}, {"ship": "B", "type": "Bulk carrier"}]
ROW = {"ship": "A", "month": "2024-01", "fuel": "柴油", "burned": "10 t"}


def fleet(*fuel: dict[str, object], ships: object = SHIPS, **more: object) -> object:
    more.setdefault("periods", YEAR)
    data = {"ship": ships, "fuel_use": list(fuel)}
    return open_dataset([SHIP, FUEL], data, vocabularies=VOCABULARY, **more)  # type: ignore[arg-type]


def broken(
    *fuel: dict[str, object], **more: object
) -> list[tuple[str, str | None, tuple[int, ...]]]:
    groups = invalid(fleet, *fuel, **more).findings.groups
    return [(g.rule, g.column, tuple(row for row, _ in g.rows)) for g in groups]


@pytest.mark.parametrize(
    ("change", "rule", "column"),
    [
        ({"ship": "C"}, "reference.absent", "ship"),
        ({"ship": " "}, "cell.missing", "ship"),
        ({"month": "2023-12"}, "period.outside", "month"),
        ({"month": "01/2024"}, "month.unreadable", "month"),
        ({"fuel": "dieseI"}, "factor.unknown-key", "fuel"),
        ({"burned": "-1 t"}, "number.at-least", "burned"),
        ({"burned": None}, "cell.missing", "burned"),
        ({"ncv": "70 GJ/t"}, "number.at-most", "ncv"),
        ({"ncv": "5 MJ/kg"}, "number.at-least", "ncv"),
        ({"ncv": "40 GJ[HHV]/t"}, "unit.incompatible", "ncv"),
    ],
)
def test_each_rule_names_table_row_column_and_value(
    change: dict[str, object], rule: str, column: str
) -> None:
    assert broken(ROW, {**ROW, "fuel": "lng", **change}) == [(rule, column, (2,))]


def test_a_misspelt_word_gets_a_suggestion() -> None:
    (group,) = invalid(fleet, {**ROW, "fuel": "diesell"}).findings.groups
    assert group.hint is not None
    assert "diesel" in group.hint.en
    (group,) = invalid(
        fleet, {**ROW, "ship": "AA"}, ships=[{"ship": "AAB", "type": "tanker"}]
    ).findings.groups
    assert group.hint is not None
    assert "AAB" in group.hint.en


def test_all_findings_at_once() -> None:
    found = broken(
        {**ROW, "ship": "C", "month": "x", "burned": "y"}, ships=[{"ship": "A", "type": "tug"}]
    )
    assert {rule for rule, _, _ in found} == {
        "word.unknown",
        "reference.absent",
        "month.unreadable",
        "number.unreadable",
    }


def test_duplicate_keys_name_every_row_but_not_other_organisations() -> None:
    assert broken(ROW, {**ROW, "fuel": "lng"}, ROW) == [
        ("key.duplicate", "ship, month, fuel", (1, 3))
    ]
    ships = [{**ship, "organisation": o} for o in ("x", "y") for ship in SHIPS]
    data = fleet({**ROW, "organisation": "x"}, {**ROW, "organisation": "y"}, ships=ships)
    assert data.organisations == ("x", "y")


def test_references_stay_within_the_organisation() -> None:
    ships = [{**SHIPS[0], "organisation": "x"}, {**SHIPS[1], "organisation": "y"}]
    found = broken({**ROW, "organisation": "y"}, ships=ships)
    assert found == [("reference.absent", "ship", (1,))]


def test_a_table_without_organisations_beside_one_with_several() -> None:
    ships = [{**ship, "organisation": o} for o in ("x", "y") for ship in SHIPS]
    assert "organisation.missing" in [rule for rule, _, _ in broken(ROW, ships=ships)]


def test_one_organisation_holds_for_tables_that_name_none() -> None:
    data = fleet(ROW, ships=[{**ship, "organisation": "x"} for ship in SHIPS])
    assert values(data, "organisation", "fuel_use") == ["x"]


def test_missing_columns_and_tables() -> None:
    declared = only(Column("name", "text"), quantity("mass", "t"))
    assert rules(read, declared, pd.DataFrame({"nane": ["a"], "mass (t)": [1.0]})) == [
        "column.missing"
    ]
    assert rules(read, declared, []) == ["table.missing"]
    frame = pd.DataFrame({"name": ["a"], "mass (t)": [1.0], "mass (kg)": [1.0]})
    assert rules(read, declared, frame) == ["column.twice"]
    empty = frame.iloc[:0, :2]
    assert rules(read, declared, empty) == ["table.empty"]
    optional = only(*declared.columns, optional=True)
    for rows in ([], empty):
        data = read(optional, rows)
        assert data.tables["t"].rows == 0
        assert any("0 rows" in note.en for note in data.tables["t"].notes)
        assert values(data, "mass") == []


def test_the_word_of_the_declaration_is_what_comes_out() -> None:
    data = fleet(ROW)
    assert values(data, "type", "ship") == ["tanker", "bulk-carrier"]
    assert values(data, "fuel", "fuel_use") == ["diesel"]


def test_calendar_kinds_from_any_kind_of_cell() -> None:
    kinds = {"m": "month", "d": "day", "y": "year", "f": "yes-no", "i": "instant"}
    declared = only(*(Column(name, kind) for name, kind in kinds.items()))  # type: ignore[arg-type]
    texts = {
        "m": ["2024年3月", "202404"],
        "d": ["2024/3/5", "20240406"],
        "y": ["2024", "2023年"],
        "f": ["是", "No"],
        "i": ["2024-03-05 08:30", "2024/3/5T8:30:01.5"],
    }
    days = pd.to_datetime(["2024-03-05", "2024-04-06"])
    instants = pd.to_datetime(["2024-03-05 08:30:00.0", "2024-03-05 08:30:01.5"])
    typed = {"m": days, "d": days, "y": [2024, 2023], "f": [True, False], "i": instants}
    date = pa.array(list(days), pa.date32())
    dates = pa.table({"m": date, "d": date, "y": [2024.0, 2023.0], "f": [1, 0], "i": instants})
    for rows in (pd.DataFrame(texts), pd.DataFrame(typed), dates):
        data = read(declared, rows)
        assert values(data, "m") == ["2024-03", "2024-04"]
        assert values(data, "d") == ["2024-03-05", "2024-04-06"]
        assert values(data, "y") == [2024, 2023]
        assert values(data, "f") == [True, False]
        assert [str(i) for i in data.columns("t")["i"][0]] == [
            "2024-03-05T08:30:00.000000",
            "2024-03-05T08:30:01.500000",
        ]


@pytest.mark.parametrize(
    ("kind", "cell"),
    [
        ("day", "2024-02-30"),
        ("day", "05/03/2024"),
        ("day", "2024-03-05 08:00"),
        ("year", "24"),
        ("yes-no", "maybe"),
        ("instant", "2024-03-05"),
        ("instant", "2024-03-05T08:00Z"),
        ("instant", "2024-03-05 25:00"),
    ],
)
def test_calendar_texts_that_cannot_be_read(kind: str, cell: str) -> None:
    assert rules(read, only(Column("x", kind)), [{"x": cell}]) == [f"{kind}.unreadable"]  # type: ignore[arg-type]


def test_instants_with_a_zone_keep_their_wall_clock_or_are_refused(tmp_path: object) -> None:
    declared = only(Column("i", "instant"))
    frame = pd.DataFrame({"i": pd.to_datetime(["2024-03-05 08:30"]).tz_localize("Asia/Shanghai")})
    data = read(declared, frame)
    assert str(data.columns("t")["i"][0][0]).startswith("2024-03-05T08:30")
    assert any("Shanghai" in note.en for note in data.tables["t"].notes)
    path = tmp_path / "t.parquet"  # type: ignore[operator]
    frame.to_parquet(path)
    assert rules(read, declared, path) == ["instant.zone"]


def test_rows_of_other_periods_are_left_out_and_said() -> None:
    declared = only(Column("name", "text"))
    frame = pd.DataFrame({"name": ["a", "b", "c"], "period": ["2023", "2024", "2022"]})
    data = read(declared, frame)
    assert values(data, "name") == ["b"]
    assert any("2 rows of other periods (2022, 2023)" in n.en for n in data.tables["t"].notes)
    both = read(declared, frame, periods=(parse_period("2023"), parse_period("2024")))
    assert values(both, "period") == [2023, 2024]
    for bad in ("2024-01", "last year", None):
        wrong = pd.DataFrame({"name": ["a", "b"], "period": [bad, "2024"]})
        rule = "cell.missing" if bad is None else "period.unreadable"
        assert rules(read, declared, wrong) == [rule]


def test_periods_from_the_only_column_of_dates() -> None:
    quarters = tuple(parse_period(f"2024-Q{q}") for q in (1, 2))
    declared = only(Column("m", "month"))
    data = read(declared, [{"m": "2024-02"}, {"m": "2024-05"}], periods=quarters)
    assert values(data, "period") == [2024 * 4, 2024 * 4 + 1]
    assert rules(read, declared, [{"m": "2024-09"}], periods=quarters) == ["period.outside"]
    instants = only(Column("i", "instant"), Column("j", "instant"))
    rows = [{"i": "2024-03-31 23:59:59.999999", "j": "2024-04-01 00:10"}]
    assert values(read(instants, rows, periods=quarters), "period") == [2024 * 4]
    assert rules(read, only(Column("n", "text")), [{"n": "a"}], periods=quarters) == [
        "period.unclear"
    ]


def test_a_date_of_registration_is_not_held_against_the_period() -> None:
    declared = only(Column("car", "text"), Column("registered", "day"), key=("car",))
    data = read(declared, [{"car": "a", "registered": "2019-05-01"}])
    assert values(data, "registered") == ["2019-05-01"]
    assert any("outside the accounting period" in note.en for note in data.tables["t"].notes)


def test_history_tables_have_years_of_their_own() -> None:
    declared = only(Column("year", "year"), quantity("emission", "t CO2"), key=("year",))
    data = read(declared, [{"year": 2019, "emission": "1 t"}, {"year": 2020, "emission": "2 t"}])
    assert values(data, "year") == [2019, 2020]


def test_many_spellings_of_days_are_looked_up() -> None:
    declared = only(Column("d", "day"))
    days = pd.date_range("2024-01-01", "2024-12-30")
    written = [f"{day.year}/{day.month}/{day.day}" for day in days] * 2
    data = read(declared, pd.DataFrame({"d": [*written, "2024-12-31"]}))
    expected = [day.date().isoformat() for day in days] * 2
    assert values(data, "d") == [*expected, "2024-12-31"]


def test_names_and_texts_are_never_sql() -> None:
    declared = only(Column("n", "text"), Column("w", "text", words=("o'k", 'say "x"')))
    evil = '\'); DROP VIEW "raw.t"; --'
    data = read(declared, [{"n": evil, "w": "O'K", evil: 1}, {"n": '"', "w": 'say "x"'}])
    assert values(data, "n") == [evil, '"']
    assert values(data, "w") == ["o'k", 'say "x"']


def test_a_list_of_ships_stands_in_every_period() -> None:
    ships = Input("ship", ("ship",), (Column("ship", "text"), quantity("size", "t")))
    fuel = Input(
        "fuel", ("ship", "m"), (Column("ship", "text", refers_to="ship"), Column("m", "month"))
    )
    years = tuple(parse_period(year) for year in ("2023", "2024"))
    rows = {
        "ship": [{"ship": "A", "size": "5 t"}],
        "fuel": [{"ship": "A", "m": "2023-01"}, {"ship": "A", "m": "2024-01"}],
    }
    data = open_dataset([ships, fuel], rows, periods=years)
    assert sorted(data.columns("ship")["period"][0]) == [2023, 2024]
    assert any("every row counts for 2023, 2024" in note.en for note in data.tables["ship"].notes)
    data.close()
