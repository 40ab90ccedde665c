"""Generated methodologies: one answer from every engine, order, input and number of threads."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from engine_runs import bits, checked, execute
from hypothesis import HealthCheck, Phase, given, settings
from methodologies import tables, texts, typed, written

import mrv.engine.run
from mrv.activity import Settings
from mrv.engine.planner import plan
from mrv.engine.second import disagreements

Rows = dict[str, list[dict[str, Any]]]
# a run takes a second: shrinking a failure would take minutes, and its text says enough
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def as_texts(rows: Rows) -> dict[str, Any]:
    return {name: written(table) for name, table in rows.items() if table}


def as_frames(rows: Rows) -> dict[str, Any]:
    frames = {}
    for name, table in rows.items():
        if table:
            frame = pd.DataFrame(typed(table))
            empty = [column for column in frame.columns if frame[column].isna().all()]
            frames[name] = frame.drop(columns=empty)
    return frames


def as_parquet(rows: Rows, folder: Path, group: int) -> dict[str, Any]:
    paths = {}
    for name, frame in as_frames(rows).items():
        paths[name] = folder / f"{name}.parquet"
        pq.write_table(pa.Table.from_pandas(frame), paths[name], row_group_size=group)
    return paths


def hold(text: str, rows: Rows) -> None:
    """Hold every way to run a methodology on the same rows against the first."""
    methodology = checked(text)
    with execute(methodology, as_texts(rows)) as made:
        assert disagreements(made) == ()
        expected = bits(made)

    def same(data: Any, **options: Any) -> None:
        with execute(methodology, data, **options) as made:
            assert bits(made) == expected

    shuffled = {name: random.Random(7).sample(table, len(table)) for name, table in rows.items()}  # noqa: S311
    same(as_texts(shuffled), settings=Settings(threads=1))
    same(as_frames(rows), settings=Settings(threads=2))
    with tempfile.TemporaryDirectory() as folder:
        same(as_parquet(rows, Path(folder), 1))
        with mock.patch.object(mrv.engine.run, "FEW_ROWS", -1):
            same(as_parquet(shuffled, Path(folder), 4), settings=Settings(threads=2))


QUIET = list(HealthCheck)


@settings(max_examples=12, deadline=None, suppress_health_check=QUIET, phases=PHASES)
@given(texts(), tables())
def test_one_answer(text: str, rows: Rows) -> None:
    hold(text, rows)


@pytest.mark.slow
@settings(max_examples=30, deadline=None, suppress_health_check=QUIET, phases=PHASES)
@given(texts(), tables())
def test_one_answer_many_times(text: str, rows: Rows) -> None:
    hold(text, rows)


@settings(max_examples=25, deadline=None, suppress_health_check=QUIET, phases=PHASES)
@given(texts())
def test_a_plan_depends_on_the_text_alone(text: str) -> None:
    assert plan(checked(text)).plan == plan(checked(text)).plan
