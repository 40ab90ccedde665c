"""Receipts of runs with secret keys and withheld groups."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sealed_runs import members

import mrv
from mrv.receipt import seal, verify

EXAMPLE = Path(__file__).parents[2] / "examples" / "carbon-inclusion" / "low-carbon-travel"


@pytest.mark.slow
def test_people_are_hashes_and_small_groups_are_left_out(tmp_path: Path) -> None:
    users = set()
    for line in (EXAMPLE / "trip.csv").read_text("utf-8-sig").splitlines()[1:]:
        users |= {cell for cell in line.split(",") if cell}
    path = tmp_path / "x.mrv"
    with mrv.load("carbon-inclusion/low-carbon-travel").run(
        EXAMPLE, period=2025, salt=sha256(b"a salt of this test").digest()
    ) as run:
        receipt = seal(run, path)
        hidden = {grain: len(one.rows) for grain, one in run.hidden.items() if one.rows}
        assert hidden
    assert verify(path).upheld
    table = next(t for t in receipt.inputs if t.name == "trip")
    rows = pq.read_table(io.BytesIO(members(path)[table.member])).to_pylist()
    assert rows
    assert not users & {row["user"] for row in rows}
