"""Methodologies from texts, runs on rows, and results as bits, for the tests of the engine."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.engine.run import run
from mrv.factors import open_store
from mrv.language import check, load, parse_period, parse_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language import Methodology

BAKERY = Path(__file__).parents[1] / "toy" / "bakery.yaml"

HEAD = """\
methodology: toy/t
edition: 2025.1
status: in-force
governs: {sector: toy, region: CN, from: 2024-01-01}
title: {zh: 试算, en: a trial}
sources: {rule: {title: a rule made up for tests, confidence: own}}
"""
PLANTS = """\
inputs:
  plant:
    key: [plant]
    columns: {plant: {type: key}, size: {unit: kW}}
  use:
    key: [id]
    columns:
      id: {type: key}
      plant: {in: plant}
      fuel: {in: factors.fuel}
      m: {unit: t}
      v: {unit: m3, optional: true}
factors:
  ncv:
    unit: GJ[LHV]/t
    property: net-calorific-value
    match: {key: use.fuel}
    where: {dataset: gbt32151.34-2024-c1}
curves:
  c: {of: [p], unit_of: [kW], unit: kg, points: [[1, 2], [10, 11]], outside: error}
"""
ROWS: dict[str, list[dict[str, str]]] = {
    "plant": [{"plant": "p", "size": "5 kW"}, {"plant": "q", "size": "0 kW"}],
    "use": [
        {"id": "1", "plant": "p", "fuel": "diesel", "m": "10 t", "v": "2 m3"},
        {"id": "2", "plant": "q", "fuel": "diesel", "m": "-4 t", "v": "0 m3"},
        {"id": "3", "plant": "q", "fuel": "animal-dung", "m": "7 t"},
    ],
}


@cache
def store() -> Store:
    return open_store()


@cache
def words() -> dict[str, frozenset[str]]:
    return {kind: frozenset(store().vocabulary(kind)) for kind in ("fuel", "region", "gas")}


def checked(text: str, **choices: str) -> Methodology:
    """Check the text of a methodology that uses no module."""

    def modules(*_: Any) -> Any:
        raise AssertionError

    return check(parse_text(text, "toy"), modules=modules, choices=choices, vocabularies=words())


def bakery(**choices: str) -> Methodology:
    return load(str(BAKERY), choices=choices, vocabularies=words())


def formulas(text: str, *, result: str = "tot", head: str = HEAD + PLANTS) -> Methodology:
    """Check a methodology over plants with these formulas, one of which is reported."""
    lines = "".join(f"  {line.strip()}\n" for line in text.strip().splitlines())
    return checked(f"{head}formulas:\n{lines}results:\n  x: {{of: {result}, role: total}}\n")


def execute(methodology: Methodology, data: Any, *labels: str, **options: Any) -> Run:
    periods = [parse_period(label) for label in labels or ("2024",)]
    return run(methodology, data, periods=periods, store=store(), **options)


def outputs(made: Run) -> dict[tuple[str, str, str], Any]:
    """Return the values of the report by organisation, period and result."""
    return {(o.organisation, o.period, o.name): o.value for o in made.outcome.outputs}


def bits(made: Run) -> Mapping[str, list[tuple[str, ...]]]:
    """Return every value of every formula, keyed and sorted, equal only where all bits are."""
    found = {}
    for name in made.methodology.formulas:
        rows = made.table(name).to_pylist()
        found[name] = sorted(tuple(_bits(value) for value in row.values()) for row in rows)
    return found


def _bits(value: Any) -> str:
    return value.hex() if isinstance(value, float) else repr(value)
