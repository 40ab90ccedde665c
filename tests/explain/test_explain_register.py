"""The register: every number from outside the data, with what it holds for and where from."""

from __future__ import annotations

from datetime import date

import pytest

from mrv.api import words
from mrv.explain import register
from mrv.explain.register_factors import answering, holds_for
from mrv.factors import open_store
from mrv.language import load
from mrv.language.library import listing
from mrv.language.period import parse_period


@pytest.fixture(scope="module")
def shipping(store):
    return load("water-freight/enterprise", vocabularies=words(store))


def test_each_rule_of_a_table_is_a_row_with_its_conditions(bakery, store) -> None:
    rules = [(row.value, row.about) for row in register(bakery, store) if row.kind == "table"]
    assert rules == [
        ('share = 0.1, sort = "small", counted = floor', "kind = corner; floor < 100 m2"),
        ('share = 0.2, sort = "large", counted = 100 m2', "kind = corner; floor ≥ 100 m2"),
        ('share = 0, sort = "mill", counted = floor', "kind = factory"),
    ]


def test_each_point_of_a_curve_is_a_row(bakery, store) -> None:
    points = [row for row in register(bakery, store) if row.kind == "curve"]
    assert [(row.about, row.value, row.unit) for row in points] == [
        ("1 kW", "2", "kg"),
        ("10 kW", "11", "kg"),
        ("100 kW", "200", "kg"),
    ]


def test_a_factor_row_tells_region_year_and_day_checked(shipping, store) -> None:
    rows = {row.place: row for row in register(shipping, store)}
    tianjin = rows["mee-nbs-electricity/grid-average/electricity/CN-TJ/2023"]
    assert (tianjin.value, tianjin.unit, tianjin.about) == ("0.6796", "kg CO2/kWh", "CN-TJ; 2023")
    assert tianjin.source.checked == date(2026, 11, 23)
    assert tianjin.used_in


def test_a_period_leaves_the_rows_that_may_answer_in_it(shipping, store) -> None:
    def years(period):
        chosen = register(shipping, store, parse_period(period) if period else None)
        return {r.about for r in chosen if "grid-average/electricity/CN-TJ" in r.place}

    assert years("2025") == {"CN-TJ; 2023"}
    assert years("2022") == {"CN-TJ; 2022"}
    assert years(None) > years("2025") | years("2022")


def test_rows_of_another_kind_of_unit_are_left_out(shipping, store) -> None:
    ncv = next(need for name, need in shipping.factors.items() if name.endswith(".ncv"))
    found = answering(store, ncv)
    assert "GJ[LHV]/t" in {row.unit for row in found}
    assert all("Nm3" not in row.unit for row in found)
    volumes = [row for row in store.by_property[ncv.property] if "Nm3" in row.unit]
    assert volumes
    assert "CN" in holds_for(volumes[0])


@pytest.mark.parametrize(
    "name", [h.name for h in listing(()) if h.kind == "methodology" and h.problem is None]
)
def test_every_methodology_has_a_register_with_sources(name) -> None:
    store = open_store()
    methodology = load(name, vocabularies=words(store))
    rows = register(methodology, store)
    assert {row.name for row in rows if row.kind == "constant"} >= set(methodology.constants)
    assert {row.name for row in rows if row.kind == "table"} == set(methodology.decisions)
    for row in rows:
        if row.kind in {"constant", "factor"} and row.value and row.name != "CO2_per_C":
            assert row.source is not None, row
            assert row.source.confidence, row
