"""The ships' reports of 2018 as their authority publishes them, read with a mapping only."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_up_tables import only, quantity, values

from mrv.activity import open_dataset
from mrv.language.inputs import Column
from mrv.language.period import parse_period

FILE = Path(__file__).parents[3] / "shared" / "data" / "ships" / "eu_mrv_2018.parquet"


@pytest.mark.data
def test_eu_mrv_2018() -> None:
    if not FILE.exists():
        pytest.skip(f"{FILE} is not there")
    import duckdb

    names = [row[0] for row in duckdb.sql(f"DESCRIBE SELECT * FROM '{FILE}'").fetchall()]
    imo = next(name for name in names if "imo" in name.lower())
    fuel = next(name for name in names if "total fuel" in name.lower())
    declared = only(Column("ship", "text"), quantity("fuel", "t", optional=True))
    table = {
        "missing": ["Division by zero!", "N/A"],
        "columns": {"ship": {"from": imo}, "fuel": {"from": fuel, "unit": "t"}},
    }
    period = (parse_period("2018"),)
    data = open_dataset([declared], FILE, mapping={"tables": {"t": table}}, periods=period)
    found = values(data, "fuel")
    assert len(found) > 10_000
    told = duckdb.sql(f"SELECT sum(TRY_CAST(\"{fuel}\" AS DOUBLE)) FROM '{FILE}'").fetchall()[0][0]
    assert sum(x for x in found if isinstance(x, float)) == pytest.approx(told)
