"""Rows as frames, and the pandera schema."""

from __future__ import annotations

import subprocess
import sys

import pytest
from pandera.errors import SchemaErrors

from mrv.factors import open_store, schema, to_frame
from mrv.factors.row import COLUMNS

STORE = open_store()


def test_every_row_of_the_release_meets_the_schema() -> None:
    frame = to_frame(STORE.rows)
    assert tuple(frame.columns) == COLUMNS
    assert len(schema().validate(frame, lazy=True)) == len(STORE.rows)


BROKEN = [
    ("status", "aktive"),
    ("value", "1,5"),
    ("id", STORE.rows[1].id),
    ("gwp_set", "AR9"),
    ("price_year", "twenty"),
    ("name_zh", ""),
]


@pytest.mark.parametrize(("column", "cell"), BROKEN)
def test_a_broken_cell_is_found(column: str, cell: str) -> None:
    frame = to_frame(STORE.rows[:5])
    frame.loc[0, column] = cell
    with pytest.raises(SchemaErrors) as caught:
        schema().validate(frame, lazy=True)
    assert set(caught.value.failure_cases["column"]) == {column}


def test_pandera_is_loaded_only_when_asked_for() -> None:
    code = (
        "import sys, mrv.factors;"
        "assert not {'pandera', 'pandas', 'mrv.language'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter
