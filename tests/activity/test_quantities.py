from __future__ import annotations

from fractions import Fraction

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_tables import invalid, only, quantity, read, rules, values

BURNED = only(quantity("burned", "t"))


def cells(written: list[object], **more: object) -> list[object]:
    return values(read(BURNED, [{"burned": cell} for cell in written], **more), "burned")


@pytest.mark.parametrize(
    ("written", "tonnes"),
    [
        ("10 t", 10.0),
        ("10t", 10.0),
        ("12300 kg", 12.3),
        ("12.3 吨", 12.3),
        ("1,234.5 t", 1234.5),
        ("1,234,567 kg", 1234.567),
        ("１２．５　ｔ", 12.5),
        ("1.5e3 kg", 1.5),
        (" 7 t ", 7.0),
        ("-3 t", -3.0),
        (".5 t", 0.5),
    ],
)
def test_a_cell_with_its_unit(written: str, tonnes: float) -> None:
    assert cells([written]) == [tonnes]


@pytest.mark.parametrize(
    "written",
    ["1,234 t", "12,5 t", "1 234.5 t", "abc", "1_000 t", "inf t", "nan", "1.2.3 t", "--1 t"],
)
def test_a_cell_that_is_no_number_is_named(written: str) -> None:
    found = invalid(cells, ["1 t", written]).findings.groups
    assert [(g.rule, g.rows) for g in found] == [("number.unreadable", ((2, written),))]
    assert found[0].hint is not None


def test_the_hint_knows_the_decimal_comma_and_the_ambiguous_group() -> None:
    (comma,) = invalid(cells, ["12,5 t"]).findings.groups
    (group,) = invalid(cells, ["1,234 t"]).findings.groups
    assert comma.hint is not None
    assert "decimal point" in comma.hint.en
    assert group.hint is not None
    assert "thousand" in group.hint.en


def test_what_was_read_liberally_is_noted() -> None:
    data = read(BURNED, [{"burned": "1,234.5 t"}, {"burned": "１ t"}])
    notes = " ".join(note.en for note in data.tables["t"].notes)
    assert "thousands separators" in notes
    assert "full-width" in notes


@pytest.mark.parametrize(
    "heading", ["burned (kg)", "burned [kg]", "消耗量（千克）", "Burned 【kg】"]
)
def test_unit_in_the_heading(heading: str) -> None:
    from made_up_tables import text

    declared = only(quantity("burned", "t", label=text("消耗量", "Burned")))
    data = read(declared, pd.DataFrame({heading: [500.0]}))
    assert values(data, "burned") == [0.5]
    assert any("heading" in note.en for note in data.tables["t"].notes)


def test_nested_brackets_in_the_heading() -> None:
    declared = only(quantity("ncv", "GJ[LHV]/t"))
    assert values(read(declared, pd.DataFrame({"ncv [GJ[LHV]/t]": [42.0]})), "ncv") == [42.0]


def test_unit_in_a_companion_column() -> None:
    frame = pd.DataFrame({"burned": [500.0, 2.0, 3.0], "burned_unit": ["kg", "t", "吨"]})
    assert values(read(BURNED, frame), "burned") == [0.5, 2.0, 3.0]


def test_unit_column_and_unit_in_the_mapping() -> None:
    column = {"from": "menge", "unit_column": "einheit"}
    frame = pd.DataFrame({"menge": [5.0], "einheit": ["kg"]})
    by_row = read(BURNED, frame, mapping={"tables": {"t": {"columns": {"burned": column}}}})
    assert values(by_row, "burned") == [0.005]
    whole = {"from": "menge", "unit": "kg"}
    by_column = read(BURNED, frame, mapping={"tables": {"t": {"columns": {"burned": whole}}}})
    assert values(by_column, "burned") == [0.005]


def test_without_a_unit_the_column_is_refused_unless_declared() -> None:
    frame = pd.DataFrame({"burned": [1.0]})
    assert rules(read, BURNED, frame) == ["unit.missing"]
    data = read(BURNED, frame, units="declared")
    assert values(data, "burned") == [1.0]
    assert any("declared one: t" in note.en for note in data.tables["t"].notes)


def test_a_plain_number_needs_no_unit_but_a_percentage_does() -> None:
    frame = pd.DataFrame({"share": [0.5]})
    assert values(read(only(quantity("share", "1")), frame), "share") == [0.5]
    assert rules(read, only(quantity("share", "%")), frame) == ["unit.missing"]


def test_some_cells_without_a_unit_are_named_by_row() -> None:
    (group,) = invalid(cells, ["1 t", "2", "3"]).findings.groups
    assert (group.rule, group.count, group.rows) == ("unit.missing", 2, ((2, "2"), (3, "3")))


def test_units_that_do_not_fit() -> None:
    assert [g.rule for g in invalid(cells, ["1 t", "2 L", "3 xyz"]).findings.groups] == [
        "unit.incompatible",
        "unit.unknown",
    ]
    whole = invalid(read, BURNED, pd.DataFrame({"burned [L]": [1.0]})).findings.groups
    assert [g.rule for g in whole] == ["unit.incompatible"]
    assert "density" in whole[0].what.en
    assert rules(read, BURNED, pd.DataFrame({"burned [tt]": [1.0]})) == ["unit.unknown"]


def test_a_substance_may_be_left_unsaid_but_not_contradicted() -> None:
    declared = only(quantity("co2", "t CO2"))
    assert values(read(declared, [{"co2": "5 kg"}]), "co2") == [0.005]
    assert rules(read, declared, [{"co2": "5 t C"}]) == ["unit.incompatible"]


@pytest.mark.parametrize(
    "column",
    [
        [1, 2],
        pd.array([1, None], dtype="Int64"),
        pd.Series(["1", "2"], dtype="category"),
        pd.Series([1.0, 2.0], dtype="float32"),
        pd.Series([1, "2"], dtype=object),
    ],
)
def test_kinds_of_pandas_columns(column: object) -> None:
    declared = only(quantity("x", "1", optional=True))
    found = values(read(declared, pd.DataFrame({"x": column})), "x")
    assert found[0] == 1.0
    assert found[1] in {2.0, None}


def test_nan_is_missing_and_infinity_is_never_allowed() -> None:
    optional = only(quantity("x", "1", optional=True))
    nan = pa.table({"x": pa.array([1.0, float("nan"), None])})
    data = read(optional, nan)
    assert values(data, "x") == [1.0, None, None]
    assert any("NaN" in note.en for note in data.tables["t"].notes)
    assert rules(read, only(quantity("x", "1")), nan) == ["cell.missing"]
    for bad in ({"x": [float("inf")]}, {"x": ["1e400"]}):
        assert rules(read, optional, pd.DataFrame(bad)) == ["number.infinite"]


def test_limits_are_told_in_both_units() -> None:
    from mrv.language.inputs import Limits

    limits = Limits(above=Fraction(1), highest=Fraction(5))
    declared = only(quantity("x", "t", limits=limits))
    groups = invalid(
        read, declared, pd.DataFrame({"x (kg)": [1000.0, 6000.0, 2000.0]})
    ).findings.groups
    assert [(g.rule, g.rows[0]) for g in groups] == [
        ("number.at-most", (2, "6000")),
        ("number.above", (1, "1000")),
    ]
    assert "≤ 5 t (that is ≤ 5000 kg)" in groups[0].what.en


def test_whole_numbers() -> None:
    from mrv.language.inputs import Limits

    declared = only(quantity("x", "1", limits=Limits(whole=True)))
    assert values(read(declared, [{"x": "3"}]), "x") == [3.0]
    assert rules(read, declared, [{"x": "3.5"}]) == ["number.whole"]


def test_a_date_in_a_number_column_is_a_finding() -> None:
    frame = pd.DataFrame({"x": pd.to_datetime(["2024-01-02"])})
    assert rules(read, only(quantity("x", "1")), frame) == ["number.unreadable"]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**12), st.integers(0, 3))
def test_kilograms_and_tonnes_give_the_same_double(number: int, places: int) -> None:
    kilograms = Fraction(number, 10**places)
    tonnes = kilograms / 1000
    as_kg = f"{number // 10**places}.{number % 10**places:0{max(places, 1)}d}"
    as_t = f"{number // 10 ** (places + 3)}.{number % 10 ** (places + 3):0{places + 3}d}"
    if places == 0:
        as_kg = str(number)
        found = cells([f"{as_kg} kg", f"{as_t} t"])
        assert found[0] == found[1] == float(tonnes)
    else:
        assert cells([f"{as_t} t"]) == [float(tonnes)]
