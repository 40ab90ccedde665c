"""Rows that give none of the columns of which one must be there: both validators name them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_tables import YEAR, only, quantity, refusal

from mrv.activity import open_dataset
from mrv.language.inputs import Column

METER = replace(
    only(
        Column("id", "text"),
        quantity("read", "t", optional=True),
        quantity("start", "t", optional=True),
        quantity("end", "t", optional=True),
        key=("id",),
    ),
    at_least_one=((("read",), ("start", "end")),),
)
ROWS = [
    {"id": "a", "read": "1 t"},
    {"id": "b", "start": "1 t", "end": "0 t"},
    {"id": "c", "start": "1 t"},
    {"id": "d"},
    {"id": "e", "read": "1 t", "end": "3 t"},
]


def named(rows: Any) -> list[tuple[int, str | None]]:
    """The rows that are refused, with their keys."""
    group = only_group(rows)
    return list(group.rows)


def only_group(rows: Any) -> Any:
    refused = refusal(open_dataset, [METER], {"t": rows}, periods=YEAR)
    (group,) = refused.findings.groups  # type: ignore[attr-defined]
    assert group.rule == "row.none-given"
    return group


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_rows_without_any(made: Any) -> None:
    group = only_group(made(ROWS))
    assert [key for _, key in group.rows] == ["c", "d"]
    assert group.count == 2
    assert group.column == "read, start + end"
    assert "read, or start with end" in group.what.en
    assert "read，或 start与end" in group.what.zh


@pytest.mark.parametrize("made", [list, pd.DataFrame])
def test_columns_that_the_table_lacks(made: Any) -> None:
    rows = [{"id": "a", "end": "1 t"}, {"id": "b", "end": "1 t"}]
    assert [key for _, key in named(made(rows))] == ["a", "b"]


CELLS = st.sampled_from(["1 t", None])
TABLES = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=6)


@settings(max_examples=15, deadline=None)
@given(TABLES)
def test_both_validators_agree_with_the_sentence(cells: list[tuple[str | None, ...]]) -> None:
    rows = [
        {"id": str(number), "read": read, "start": start, "end": end}
        for number, (read, start, end) in enumerate(cells)
    ]
    wanted = [row["id"] for row in rows if not (row["read"] or (row["start"] and row["end"]))]
    for data in (rows, pd.DataFrame(rows).astype(object)):
        if not wanted:
            open_dataset([METER], {"t": data}, periods=YEAR)  # type: ignore[dict-item]
        else:
            assert [key for _, key in named(data)] == wanted[:5]
