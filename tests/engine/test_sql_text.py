"""The plan and its SQL: the same in every process, and readable in other dialects."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import sqlglot
from engine_runs import BAKERY, HEAD, bakery, bits, checked, execute
from test_bakery import DATA

from mrv.engine.plan_json import plan_from_json, plan_hash, plan_to_json
from mrv.engine.planner import plan
from mrv.engine.second import disagreements
from mrv.engine.sql import emit

HASHED = """
import sys
from engine_runs import bakery
from mrv.engine.plan_json import plan_hash
from mrv.engine.planner import plan
from mrv.engine.sql import emit
planned = plan(bakery())
print(plan_hash(planned.plan))
report = planned.plan.report
columns = [field.column for field in planned.plan.fields if field.relation == report]
print(emit(planned.plan, report, columns).sql())
"""


def test_plan_and_sql_are_the_same_in_every_process() -> None:
    found = set()
    for seed in ("0", "4242"):
        environment = {
            **os.environ,
            "PYTHONHASHSEED": seed,
            "PYTHONPATH": str(Path(__file__).parent),
        }
        command = [sys.executable, "-c", HASHED]
        done = subprocess.run(  # noqa: S603
            command, env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    (output,) = found
    assert output.split()[0] == plan_hash(plan(bakery()).plan)


def test_the_plan_of_a_methodology_survives_as_json() -> None:
    made = plan(bakery(gases="all")).plan
    assert plan_from_json(plan_to_json(made)) == made
    assert plan_hash(made) != plan_hash(plan(bakery()).plan)


@pytest.mark.parametrize("dialect", ["duckdb", "spark", "postgres"])
def test_the_sql_of_every_formula_parses_back(dialect: str) -> None:
    planned = plan(bakery(gases="all"))
    for field in planned.plan.fields:
        tree = emit(planned.plan, field.relation, [field.column], keys=field.keys)
        text = tree.sql(dialect=dialect)
        assert sqlglot.parse_one(text, dialect=dialect).sql(dialect=dialect) == text


def test_no_relation_takes_the_name_of_an_input() -> None:
    text = HEAD + (
        "inputs:\n"
        "  a:\n    key: [x]\n    columns: {x: {type: key}, m: {unit: t}}\n"
        "  a_1:\n    key: [y]\n    columns: {y: {type: key}, n: {unit: t}}\n"
        "  spine:\n    key: [z]\n    columns: {z: {type: key}, o: {unit: t}}\n"
        "  report_1:\n    key: [w]\n    columns: {w: {type: key}, p: {unit: t}}\n"
        "formulas:\n  tot: {unit: t, is: sum(m) + 10 * sum(n) + 100 * sum(o) + 1000 * sum(p)}\n"
        "results:\n  tot: {of: tot, role: total}\n"
    )
    rows = {"a": [{"x": "1", "m": "1 t"}], "a_1": [{"y": "1", "n": "2 t"}]}
    rows |= {"spine": [{"z": "1", "o": "3 t"}], "report_1": [{"w": "1", "p": "4 t"}]}
    with execute(checked(text), rows) as made:
        assert made.outcome.outputs[0].value == 4321
        assert disagreements(made) == ()


def test_two_runs_of_a_file_give_the_same_bits() -> None:
    assert BAKERY.exists()
    with execute(bakery(), DATA) as one, execute(bakery(), DATA) as two:
        assert bits(one) == bits(two)
        assert one.outcome == two.outcome
