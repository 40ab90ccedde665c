"""Two engines, one answer: the SQL in DuckDB and the reference evaluator agree to the bit."""

from __future__ import annotations

import math

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from strategies import plans_with_tables

from mrv.engine import plan as p
from mrv.engine.plan import Scan, Spine
from mrv.engine.reference import Columns, evaluate
from mrv.engine.sql import SPINE, emit, factor_table

_ARROW = {
    "f": pa.float64(),
    "i": pa.int64(),
    "b": pa.bool_(),
    "O": pa.string(),
    "M": pa.timestamp("us"),
}


def arrow(columns: Columns) -> pa.Table:
    return pa.table(
        {
            name: pa.array(
                values.tolist() if values.dtype.kind == "O" else values,
                _ARROW[values.dtype.kind],
                mask=columns.missing[name],
            )
            for name, values in columns.values.items()
        }
    )


def connect(tables, factors, outer, threads):
    connection = duckdb.connect(
        config={"threads": threads, "preserve_insertion_order": threads == 1}
    )
    for name, table in tables.items():
        connection.register(name, arrow(table))
    for name, table in factors.items():
        connection.register(factor_table(name), arrow(table))
    connection.register(SPINE, arrow(outer))
    return connection


def bits(value):
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None if value is None else "nan"
    return value.hex() if isinstance(value, float) else value


def rows_of_sql(connection, plan, relation, names):
    query = emit(plan, relation, names).sql(dialect="duckdb")
    return sorted((tuple(map(bits, row)) for row in connection.execute(query).fetchall()), key=repr)


def rows_of_reference(columns, names):
    picked = []
    for name in ("organisation", "period", *names):
        data, missing = columns.values[name], columns.missing[name]
        if data.dtype.kind == "M":
            data = data.astype("datetime64[us]").astype(object)
        values = [
            None if gone else (item.item() if isinstance(item, np.generic) else item)
            for item, gone in zip(data, missing, strict=True)
        ]
        picked.append(values)
    return sorted((tuple(map(bits, row)) for row in zip(*picked, strict=True)), key=repr)


@given(plans_with_tables())
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_relation_is_the_same_in_sql_and_in_the_reference_evaluator(drawn):
    plan, tables, factors, outer = drawn
    expected = evaluate(plan, tables, factors, outer)
    connection = connect(tables, factors, outer, threads=1)
    for relation in plan.relations:
        if isinstance(relation, Scan | Spine):
            continue
        names = [
            name
            for name in expected[relation.name].values
            if name not in {"organisation", "period"}
        ]
        found = rows_of_sql(connection, plan, relation.name, names)
        assert found == rows_of_reference(expected[relation.name], names), relation


@pytest.mark.parametrize("threads", [1, 2])
@given(drawn=plans_with_tables())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_order_of_rows_and_threads_do_not_change_a_bit(threads, drawn):
    plan, tables, factors, outer = drawn
    shuffled = {
        name: Columns(
            t.length,
            {k: v[::-1] for k, v in t.values.items()},
            {k: v[::-1] for k, v in t.missing.items()},
        )
        for name, t in tables.items()
    }
    last = plan.relations[-1]
    one = connect(tables, factors, outer, 1)
    two = connect(shuffled, factors, outer, threads)
    names = [
        name
        for name in evaluate(plan, tables, factors, outer)[last.name].values
        if name not in {"organisation", "period"}
    ]
    assert rows_of_sql(one, plan, last.name, names) == rows_of_sql(two, plan, last.name, names)


def test_zero_and_minus_zero_are_not_taken_for_one_value():
    def limited(zero):
        low = p.Call("greatest", (p.Const(zero, "number"), p.Const(-1.0, "number")), "number")
        return p.Call("least", (low, p.Const(1.0, "number")), "number")

    columns = (("plus", limited(0.0)), ("minus", limited(-0.0)))
    drawn = p.Plan((p.Spine("all"), p.Derive("both", "all", columns)), (), "both", (), ())
    outer = Columns(
        1,
        {"organisation": np.array([""], object), "period": np.array([2025])},
        {"organisation": np.array([False]), "period": np.array([False])},
    )
    expected = evaluate(drawn, {}, {}, outer)["both"]
    found = rows_of_sql(connect({}, {}, outer, 1), drawn, "both", ["plus", "minus"])
    assert found == rows_of_reference(expected, ["plus", "minus"])
    assert str(expected.values["minus"][0]) == "-0.0"
