"""Shown rows and remainder are the total, exactly, for any table."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from bakery_runs import DATA, execute
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrv.explain import explain, render_text

if TYPE_CHECKING:
    from mrv.explain import Spread

amounts = st.lists(
    st.one_of(
        st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 6)),
        st.sampled_from([0.0, 0.1, 1e-9, 1e-10, 999999.999999]),
    ),
    min_size=1,
    max_size=24,
)


def adds_up(spread: Spread, value: float, scale: int = 10**9) -> None:
    shown = sum((Decimal(one.exact) for one in spread.largest), Decimal(0))
    assert shown + Decimal(spread.remainder) == Decimal(spread.total)
    quanta = Fraction(spread.total) * scale
    assert quanta.denominator == 1
    assert float(quanta) / scale == value
    assert spread.counted == len(spread.largest) + spread.others


@given(amounts)
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_shown_rows_and_remainder_are_the_total(bakery, store, burned) -> None:
    rows = [
        {"oven": f"o{1 + i % 2}", "month": f"2024-{1 + i % 12:02d}", "fuel": fuel,
         "burned": f"{amount:.12f} t"}
        for i, amount in enumerate(burned)
        for fuel in [("diesel", "gasoline", "fuel-oil", "lng")[i // 12 % 4]]
    ]  # fmt: skip
    with execute(bakery, {**DATA, "firing": rows, "delivery": []}, store) as made:
        step = explain(made, "direct").step
        adds_up(step.spread, step.value)
        values = {
            (r["oven"], r["month"], r["fuel"]): r["co2"] for r in made.table("co2").to_pylist()
        }
        largest = [one.value for one in step.spread.largest]
        assert largest == sorted(values.values(), reverse=True)[:10]
        for one in step.spread.largest:
            key = tuple(value for _, value in one.keys)
            assert values[key] == one.value
            assert rows[one.place.line - 1]["month"] == dict(one.keys)["month"]
        if step.value:
            share = sum(one.share for one in step.spread.largest)
            assert share <= 100 + 1e-6
        tiers = {tier.tier: tier.rows for tier in step.spread.tiers if tier.formula == "ncv_used"}
        assert tiers == {"measured": 0, "default": len(rows)}
        assert len(render_text(explain(made, "direct"), "en").encode()) < 20_000


def test_condition_and_units_of_the_summands(baked) -> None:
    step = explain(baked, "day_km", row={"user": "v"}).step
    assert (step.spread.counted, step.spread.left_out, step.value) == (0, 1, 0.0)
    credits_ = explain(baked, "credits").step
    assert credits_.unit.spelling == "t CO2"
    assert credits_.spread.unit.spelling == "g CO2"
    assert Fraction(credits_.spread.total) / 10**6 == Fraction("0.006")


def test_other_aggregations(baked) -> None:
    step = explain(baked, "peak").step
    greatest = next(child for child in step.children if child.kind == "sum")
    assert greatest.spread.function == "greatest"
    assert greatest.spread.largest[0].value == greatest.value
    assert (greatest.spread.total, greatest.spread.remainder) == (None, None)


def test_many_rows_stay_bounded(bakery, store) -> None:
    ovens = [{"oven": f"p{i}", "home": "A", "rated": "12 kW"} for i in range(2_000)]
    rows = [
        {"oven": f"p{i}", "month": "2024-01", "fuel": "diesel", "burned": f"{i / 7:.6f} t"}
        for i in range(2_000)
    ]
    data = {**DATA, "oven": ovens, "firing": rows, "delivery": []}
    with execute(bakery, data, store) as made:
        step = explain(made, "direct").step
        adds_up(step.spread, step.value)
        assert (len(step.spread.largest), step.spread.others) == (10, 1990)
        written = render_text(explain(made, "direct"), "zh")
        assert f"其余 1990 行：{step.spread.remainder} 吨CO2" in written
        assert len(written.encode()) < 20_000


def test_the_water_freight_example() -> None:
    from mrv.engine.run import run
    from mrv.factors import open_store
    from mrv.language import load, parse_period
    from mrv.messages import Refused
    from mrv.resources import folder

    store = open_store()
    words = {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
    try:
        methodology = load("water-freight/enterprise", vocabularies=words)
    except Refused as refused:
        pytest.skip(f"water-freight/enterprise does not load: {refused}")
    data = folder("examples") / "water-freight"
    with run(methodology, data, periods=[parse_period("2025")], store=store) as made:
        values = {output.name: output.value for output in made.outcome.outputs}
        for of in ("total", "with_electricity_and_heat", "per_tkm"):
            told = explain(made, of)
            assert told.step.value == values[of]
            for lang in ("zh", "en"):
                written = render_text(told, lang)
                assert 500 < len(written.encode()) < 20_000
                assert ".csv" in written
