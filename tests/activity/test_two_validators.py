"""One declaration, two validators: whatever the table, they name the same cells."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_tables import FUEL, SHIP, VOCABULARY, YEAR, only, quantity

from mrv.activity import InvalidData, open_dataset, pandera_schema
from mrv.activity.validate_pandera import to_declared_kinds
from mrv.language.inputs import Column, Input, Limits

if TYPE_CHECKING:
    from mrv.activity import Findings

LOG = Input(
    "log",
    ("id", "day"),
    (
        Column("id", "text"),
        Column("ship", "text", refers_to="ship", optional=True),
        Column("day", "day"),
        Column("at", "instant", optional=True),
        Column("ok", "yes-no"),
        Column("year", "year", optional=True),
        quantity("count", "1", limits=Limits(above=Fraction(0), below=Fraction(10), whole=True)),
        quantity("share", "%", optional=True, limits=Limits(highest=Fraction(100))),
    ),
    optional=True,
)

ships = st.lists(
    st.fixed_dictionaries(
        {
            "ship": st.sampled_from(["A", "B", "C", None]),
            "type": st.sampled_from(["tanker", "Bulk carrier", "tug", ""]),
            "deadweight": st.sampled_from(["5 t", "-1 t", "3 L", "3", "x", None, "1e400 t"]),
        }
    ),
    min_size=1,
    max_size=6,
)
fuel = st.lists(
    st.fixed_dictionaries(
        {
            "ship": st.sampled_from(["A", "B", "Z", None]),
            "month": st.sampled_from(["2024-01", "2024/2", "2023-12", "x", None]),
            "fuel": st.sampled_from(["柴油", "diesel", "LNG", "wood", None]),
            "burned": st.sampled_from(["1 t", "5 kg", "-5 kg", "1,5 t", "7", "4 m3", "6 zz", None]),
            "ncv": st.sampled_from(["42 GJ/t", "5 GJ/t", "99 GJ/t", None]),
        }
    ),
    max_size=8,
)
log = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["1", "2", None]),
            "ship": st.sampled_from(["A", "Y", None]),
            "day": st.sampled_from(["2024-05-01", "2023-05-01", "1/5/24", None]),
            "at": st.sampled_from(["2024-05-01 10:00", "2023-05-01 10:00", "noon", None]),
            "ok": st.sampled_from(["yes", "否", "?", None]),
            "year": st.sampled_from(["2024", "24", None]),
            "count": st.sampled_from(["3", "0", "10", "2.5", "inf", None]),
            "share": st.sampled_from(["5 %", "500 %", "5", "5 t", None]),
        }
    ),
    max_size=6,
)


def found(data: dict[str, object]) -> set[tuple[str, int | None, str | None, str, str | None]]:
    try:
        open_dataset([SHIP, FUEL, LOG], data, periods=YEAR, vocabularies=VOCABULARY)
    except InvalidData as refused:
        return listed(refused.findings)
    return set()


def listed(findings: Findings) -> set[tuple[str, int | None, str | None, str, str | None]]:
    import tempfile
    from pathlib import Path

    import pyarrow.parquet as pq

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "f.parquet"
        findings.write_parquet(path)
        rows = pq.read_table(path).to_pylist()
    assert findings.workspace is not None
    findings.workspace.close()
    counts = sum(group.count for group in findings.groups)
    assert counts == len(rows)
    return {(r["table"], r["row"], r["column"], r["rule"], r["value"]) for r in rows}


@settings(max_examples=20, deadline=None)
@given(ships, fuel, log)
def test_both_find_the_same_cells(
    ship_rows: list[dict[str, object]],
    fuel_rows: list[dict[str, object]],
    log_rows: list[dict[str, object]],
) -> None:
    rows = {"ship": ship_rows, "fuel_use": fuel_rows, "log": log_rows}
    frames = {name: pd.DataFrame(table) for name, table in rows.items()}
    assert found(rows) == found(frames)


def test_pandera_really_judges_the_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    import mrv.activity.dataset as room

    called = []
    original = room.judge
    monkeypatch.setattr(room, "judge", lambda *a: called.append(a) or original(*a))
    frame = pd.DataFrame({"x": [1.0, 2.0]})
    declared = only(quantity("x", "1"))
    open_dataset([declared], {"t": frame}, periods=YEAR)
    assert not called
    open_dataset([declared], {"t": frame.to_dict("records")}, periods=YEAR)
    assert len(called) == 1
    monkeypatch.setattr(room, "MOST_PANDERA_ROWS", 1)
    open_dataset([declared], {"t": frame}, periods=YEAR)
    assert len(called) == 2


def test_the_public_schema() -> None:
    from pandera.errors import SchemaErrors

    schema = pandera_schema(FUEL)
    good = pd.DataFrame(
        {
            "ship": pd.Categorical(["A", "A"]),
            "month": ["2024-01", "2024-02"],
            "fuel": ["diesel", "diesel"],
            "burned": [1, 2],
        }
    )
    typed = to_declared_kinds(FUEL, good)
    assert schema.validate(typed).shape == (2, 4)
    bad = typed.assign(month=["2024-01", "2024-13"], burned=[-1.0, float("inf")])
    with pytest.raises(SchemaErrors) as caught:
        schema.validate(bad, lazy=True)
    cases = caught.value.failure_cases
    assert {(r.column, r.check, r.index) for r in cases.itertuples()} == {
        ("month", "month.unreadable", 1),
        ("burned", "number.at-least", 0),
        ("burned", "number.infinite", 1),
    }
