"""Content hashes: the same rows, the same hash, whatever the order, the file and the batches."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.receipt.content import content_of
from mrv.receipt.tables import batches, ordered

if TYPE_CHECKING:
    from mrv.receipt.content import Content

NAMES = ["_row", "ship", "burned", "tested", "at"]
SCHEMA = pa.schema(
    [("_row", pa.int64()), ("ship", pa.string()), ("burned", pa.float64()), ("tested", pa.bool_()),
     ("at", pa.timestamp("us"))]
)  # fmt: skip
ROW = st.tuples(
    st.sampled_from(["A", "B", "船", "", "AA"]),
    st.none() | st.sampled_from([0.0, -0.0, 1.5, 1e300, 5e-324]),
    st.none() | st.booleans(),
    st.none() | st.datetimes(datetime(1990, 1, 1), datetime(2050, 1, 1)),  # noqa: DTZ001
)


def hashed(rows: list[tuple[Any, ...]]) -> Content:
    data = [dict(zip(NAMES, (number, *row), strict=True)) for number, row in enumerate(rows, 1)]
    table = pa.Table.from_pylist(data, SCHEMA)
    connection = duckdb.connect()
    connection.register("t", table)
    return content_of(
        NAMES, batches(connection, ordered("SELECT * FROM t", NAMES, ["ship"], ["burned"]))
    )


def bits(rows: list[tuple[Any, ...]]) -> list[str]:
    return sorted(repr([v.hex() if isinstance(v, float) else v for v in row]) for row in rows)


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(rows: list[tuple[Any, ...]], random: Any) -> None:
    turned = list(rows)
    random.shuffle(turned)
    assert hashed(turned) == hashed(rows)


@settings(deadline=None, max_examples=60)
@given(st.lists(ROW, max_size=6), st.integers(1, 6), st.integers(0, 3))
def test_neither_do_batches_nor_slices(rows: list[tuple[Any, ...]], size: int, skip: int) -> None:
    data = [dict(zip(NAMES, (number, *row), strict=True)) for number, row in enumerate(rows, 1)]
    front = [data[0]] * skip if data else []
    table = pa.Table.from_pylist([*front, *data], SCHEMA).slice(len(front))
    whole = pa.Table.from_pylist(data, SCHEMA)
    assert content_of(NAMES, table.to_batches(size)) == content_of(NAMES, whole.to_batches())


@settings(deadline=None, max_examples=100)
@given(st.lists(ROW, max_size=3), st.lists(ROW, max_size=3))
def test_other_rows_have_another_hash(one: list[Any], two: list[Any]) -> None:
    assert (hashed(one).sha256 == hashed(two).sha256) is (bits(one) == bits(two))


def test_a_missing_cell_is_not_an_empty_one_nor_zero() -> None:
    rows = [
        ("A", None, None, None),
        ("A", 0.0, None, None),
        ("A", -0.0, None, None),
        ("", None, None, None),
    ]
    assert len({hashed([row]).sha256 for row in rows}) == len(rows)
