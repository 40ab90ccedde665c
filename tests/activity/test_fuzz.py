"""Whatever is in the cells, headings and files: data or a refusal, never a traceback."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from made_up_tables import YEAR, only, quantity

from mrv.activity import InvalidData, open_dataset
from mrv.language.inputs import Column
from mrv.messages import Refused

if TYPE_CHECKING:
    from mrv.activity import Findings

EVERY = only(
    Column("t", "text"),
    Column("w", "text", words=("a", "b"), optional=True),
    Column("v", "text", vocabulary="fuel", optional=True),
    Column("m", "month", optional=True),
    Column("d", "day", optional=True),
    Column("y", "year", optional=True),
    Column("i", "instant", optional=True),
    Column("f", "yes-no", optional=True),
    quantity("q", "t", optional=True),
    key=("t",),
)
odd = st.one_of(
    st.text(max_size=12),
    st.floats(),
    st.integers(-(2**70), 2**70),
    st.booleans(),
    st.none(),
    st.datetimes(),
    st.dates(),
    st.from_regex(r"\A[-+]?[0-9.,]{1,8} ?(t|kg|吨|L|%|\()?\Z"),
)
names = st.sampled_from([column.name for column in EVERY.columns] + ["q (kg)", "q_unit", "period"])


def attempt(data: object) -> None:
    try:
        open_dataset([EVERY], data, periods=YEAR, vocabularies={"fuel": {"x": "y"}}).close()  # type: ignore[arg-type]
    except InvalidData as refused:
        look_at(refused.findings)
    except Refused:
        pass


def look_at(findings: Findings) -> None:
    assert findings.diagnostics
    assert len(findings.render("zh").encode()) < 20_000
    assert findings.workspace is not None
    findings.workspace.close()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.dictionaries(st.one_of(names, st.text(max_size=5)), odd, max_size=8), max_size=4)
)
@example([{"t": "\x00"}])
@example([{"t": "x", "q": "1 \ud800"}])
def test_any_rows(rows: list[dict[str, object]]) -> None:
    attempt({"t": rows})


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.fixed_dictionaries({"t": odd, "q": odd, "d": odd}), min_size=1, max_size=4))
def test_any_frame(rows: list[dict[str, object]]) -> None:
    try:
        frame = pd.DataFrame(rows)
    except (OverflowError, ValueError):
        return
    attempt({"t": frame})


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=60), st.text(alphabet='t,q\n\r";x1 ', max_size=40).map(str.encode)
    ),
    st.sampled_from(["csv", "xlsx", "parquet"]),
)
@example(b"t\n\xef\xbb\xbf", "csv")
def test_any_file(content: bytes, kind: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"t.{kind}"
        path.write_bytes(content)
        attempt(path)


@pytest.mark.parametrize("heading", ["", "(", ")", "[]", "t [", "（）", "q（））", '"', "\n"])
def test_any_heading(heading: str) -> None:
    attempt({"t": [{"t": "a", heading: "1"}]})
