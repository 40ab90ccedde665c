"""Resolution: conditions that never relax, the declared order, and the reason for each answer."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.factors import FactorQuery, Store, open_store, resolve
from mrv.factors.row import SOURCE_COLUMNS, complete
from mrv.messages import Refused
from mrv.units import parse_unit

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from mrv.factors import FactorRow, Resolution
    from mrv.factors.resolve import Time

STORE = open_store()
C1 = ("dataset", ("gbt32151.34-2024-c1",))
POWER = parse_unit("t CO2/MWh")


def year(number: int) -> tuple[date, date]:
    return date(number, 1, 1), date(number, 12, 31)


def grid(chain: tuple[str, ...], number: int, time: Time, **more: Any) -> Resolution:
    query = FactorQuery(
        "grid-average", POWER, regions=chain, period=year(number), time=time, **more
    )
    return resolve(STORE, query)


def toy(rows: Sequence[dict[str, str]]) -> Store:
    """Make a store of rows that need not pass an audit."""
    blank = dict.fromkeys(SOURCE_COLUMNS, "") | {
        "property": "grid-average",
        "value": "1",
        "unit": "kg CO2/kWh",
        "status": "active",
        "licence": "facts-cited",
    }
    made = [complete(blank | {"id": f"toy/{n}"} | row) for n, row in enumerate(rows)]
    return store_of(made)


def store_of(rows: Sequence[FactorRow]) -> Store:
    """Make a store that has these rows in memory, in this order."""
    store = Store("toy", Path(), {})
    store.__dict__["rows"] = tuple(rows)
    return store


def test_a_number_is_converted_exactly() -> None:
    where = (C1, ("key", ("diesel",)))
    found = resolve(STORE, FactorQuery("net-calorific-value", parse_unit("MJ[LHV]/kg"), where))
    assert found.status == "found"
    assert found.number == Fraction("42.652")
    assert found.row is not None
    assert found.row.number == 42.652
    share = resolve(STORE, FactorQuery("oxidation-factor", parse_unit("1"), where))
    assert share.number == Fraction(98, 100)


def test_the_gas_state_and_the_heating_basis_are_part_of_the_unit() -> None:
    where = (C1, ("key", ("natural-gas",)))
    found = resolve(STORE, FactorQuery("net-calorific-value", parse_unit("MJ[LHV]/Nm3"), where))
    assert found.number == Fraction("38.931")
    for unit in ("MJ/Nm3", "MJ[HHV]/Nm3", "MJ[LHV]/Sm3", "MJ[LHV]/m3", "MJ[LHV]/kg"):
        query = FactorQuery("net-calorific-value", parse_unit(unit), where)
        assert resolve(STORE, query).status == "none", unit


ORDER: list[tuple[tuple[str, ...], int, Time, str, int]] = [
    (("CN-TJ",), 2023, "same-year", "CN-TJ/2023", 0),
    (("CN-TJ", "CN"), 2022, "same-year", "CN-TJ/2022", 0),
    (("CN-XZ", "CN-SOUTHWEST"), 2023, "same-year", "CN-SOUTHWEST/2023", 1),
    (("CN-XZ", "CN-HK", "CN"), 2023, "same-year", "CN/2023", 1),
    (("CN-TJ",), 2025, "latest-not-after", "CN-TJ/2023", 1),
    (("CN-TJ",), 2025, "same-year-else-latest", "CN-TJ/2023", 1),
    (("CN-TJ",), 2022, "latest-not-after", "CN-TJ/2022", 0),
    (("CN-XZ", "CN"), 2025, "same-year-else-latest", "CN/2023", 2),
    (("CN-TJ",), 2020, "latest-not-after", "CN-TJ/2018", 1),
]


@pytest.mark.parametrize(("chain", "number", "time", "tail", "fallbacks"), ORDER)
def test_region_then_year(
    chain: tuple[str, ...], number: int, time: Time, tail: str, fallbacks: int
) -> None:
    found = grid(chain, number, time)
    assert found.row is not None
    assert found.row.id.endswith(f"/{tail}")
    assert len(found.fallbacks) == fallbacks
    assert found.row not in found.runners_up
    assert {row.region for row in found.runners_up} <= set(chain)


def test_a_year_after_the_period_never_answers() -> None:
    official = ("dataset", ("mee-nbs-electricity",))
    found = grid(("CN-TJ", "CN"), 2017, "latest-not-after", where=(official,))
    assert found.status == "none"
    assert "not after 2017" in found.reason.en
    assert "不晚于 2017" in found.reason.zh


def test_same_year_does_not_relax() -> None:
    found = grid(("CN-TJ", "CN"), 2025, "same-year")
    assert found.status == "none"
    assert "2025" in found.reason.en


def test_none_names_the_condition_that_removed_the_last() -> None:
    where = (C1, ("key", ("hfo",)))
    found = resolve(STORE, FactorQuery("net-calorific-value", parse_unit("GJ[LHV]/t"), where))
    assert found.status == "none"
    assert found.row is None
    assert found.number is None
    assert "key is hfo: 0 left" in found.reason.en
    assert "diesel" not in found.steps[0].en
    assert [step.en.rsplit(": ", 1)[1] for step in found.steps][-2:] == ["26 left", "0 left"]


def test_an_unknown_property_is_answered_with_the_nearest() -> None:
    found = resolve(STORE, FactorQuery("net-calorific-valeu", parse_unit("GJ[LHV]/t")))
    assert found.status == "none"
    assert '"net-calorific-value"' in found.reason.en


def test_tables_are_never_mixed_silently() -> None:
    query = FactorQuery("net-calorific-value", parse_unit("GJ[LHV]/t"), (("key", ("diesel",)),))
    found = resolve(STORE, query)
    assert found.status == "ambiguous"
    assert found.row is None
    assert {row.dataset for row in found.runners_up} == {
        "gbt32151.34-2024-c1",
        "gd-port-form",
        "ndrc-2015-3rd",
    }
    for row in found.runners_up:
        assert row.id in found.reason.en
        assert row.id in found.reason.zh
    assert "pin" in found.reason.en


def test_a_pin_decides_and_still_meets_every_condition() -> None:
    pin = "ndrc-2015-3rd/net-calorific-value/diesel"
    unit, where = parse_unit("GJ[LHV]/t"), (("key", ("diesel",)),)
    found = resolve(STORE, FactorQuery("net-calorific-value", unit, where, pin=pin))
    assert found.number == Fraction("43.33")
    for query in (
        FactorQuery("net-calorific-value", unit, (("key", ("lng",)),), pin=pin),
        FactorQuery("net-calorific-value", parse_unit("GJ[LHV]/Nm3"), where, pin=pin),
        FactorQuery("net-calorific-value", unit, where, pin="not/there"),
        FactorQuery("oxidation-factor", parse_unit("1"), where, pin=pin),
    ):
        assert resolve(STORE, query).status == "none"


def test_what_is_not_the_same_never_substitutes() -> None:
    for unit in ("t CO2e[AR5]/MWh", "t C/MWh", "t CO2[WTW]/MWh"):
        query = FactorQuery("grid-average", parse_unit(unit), regions=("CN",))
        assert resolve(STORE, query).status == "none", unit
    gwp = (("key", ("CH4",)), ("gwp_set", ("AR4",)))
    for unit, wanted in (("t CO2e[AR4]/t CH4", "found"), ("t CO2e[AR5]/t CH4", "none")):
        assert resolve(STORE, FactorQuery("gwp-100", parse_unit(unit), gwp)).status == wanted
    biogenic = FactorQuery(
        "co2-per-energy", parse_unit("t CO2/TJ[LHV]"), (("key", ("biodiesel",)),)
    )
    assert resolve(STORE, biogenic).status == "none"


def test_only_active_permitted_and_valid_rows_answer() -> None:
    store = toy(
        [
            {"status": "withdrawn"},
            {"status": "superseded"},
            {"status": "witness"},
            {"licence": "not-permitted"},
            {"valid_from": "2026-01-01"},
            {"valid_to": "2024-12-31"},
            {"valid_from": "2025-07-01", "valid_to": "2026-12-31", "value": "7"},
        ]
    )
    found = resolve(store, FactorQuery("grid-average", POWER, period=year(2025)))
    assert found.number == 7
    assert (
        resolve(store, FactorQuery("grid-average", POWER, period=year(2023))).row == (store.rows[5])
    )


def test_regions_not_asked_for_must_not_matter() -> None:
    store = toy([{"region": "CN-TJ"}, {"region": "CN"}])
    assert resolve(store, FactorQuery("grid-average", POWER)).status == "ambiguous"


def test_the_reporting_factor_follows_the_accounting_period() -> None:
    for number, value in ((2020, "0.6101"), (2021, "0.5810"), (2022, "0.5703")):
        query = FactorQuery("grid-reporting", POWER, regions=("CN",), period=year(number))
        assert resolve(STORE, query).number == Fraction(value)


BAD = [
    ("factor.unknown-column", {"where": (("keys", ("diesel",)),)}),
    ("factor.unknown-column", {"where": (("number", ("1",)),)}),
    ("call.period-missing", {"time": "same-year"}),
    ("call.unknown-time-rule", {"time": "newest", "period": year(2025)}),
]


@pytest.mark.parametrize(("rule", "part"), BAD)
def test_a_senseless_query_is_refused(rule: str, part: dict[str, Any]) -> None:
    with pytest.raises(Refused) as caught:
        resolve(STORE, FactorQuery("grid-average", POWER, **part))
    assert [d.rule for d in caught.value.diagnostics] == [rule]


REGIONS = ("CN-TJ", "CN-NORTH", "CN", "CN-XZ")


@settings(max_examples=60, deadline=None)
@given(
    mix=st.randoms(use_true_random=False),
    chain=st.lists(st.sampled_from(REGIONS), unique=True),
    number=st.integers(2016, 2027),
    time=st.sampled_from(["any", "same-year", "latest-not-after", "same-year-else-latest"]),
    dataset=st.sampled_from([(), ("mee-nbs-electricity",), ("mee-nbs-electricity", "x")]),
)
def test_the_answer_does_not_depend_on_the_order_of_rows(
    mix: random.Random, chain: list[str], number: int, time: Time, dataset: tuple[str, ...]
) -> None:
    rows = list(STORE.by_property["grid-average"])
    mix.shuffle(rows)
    query = FactorQuery(
        "grid-average",
        POWER,
        (("dataset", dataset),) if dataset else (),
        tuple(chain),
        year(number),
        time,
    )
    one, two = resolve(STORE, query), resolve(store_of(rows), query)
    assert one == two


@settings(max_examples=60, deadline=None)
@given(
    chain=st.lists(st.sampled_from(REGIONS), unique=True, min_size=1),
    number=st.integers(2016, 2027),
    time=st.sampled_from(["any", "same-year", "latest-not-after", "same-year-else-latest"]),
)
def test_what_is_found_meets_every_condition(chain: list[str], number: int, time: Time) -> None:
    found = grid(tuple(chain), number, time, where=(("confidence", ("seen", "secondary")),))
    if found.row is None:
        return
    row = found.row
    assert row.confidence in ("seen", "secondary")
    assert row.region in chain
    assert found.number == Fraction(row.value)
    if time != "any":
        assert row.year is not None
        assert row.year <= number
    assert bool(found.fallbacks) == (
        row.region != chain[0] or (time != "any" and row.year != number)
    )
