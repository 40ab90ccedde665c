"""Faults seen in real tables, each caught by name; errors refuse a release, warnings do not."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.factors import build
from mrv.factors.audit import findings
from mrv.factors.audit_parts import half_digit
from mrv.factors.row import parse_value
from mrv.factors.sources import SourceRow, Sources, read_sources
from mrv.messages import Refused
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Write = Callable[[Sequence[Mapping[str, str]]], Path]

REAL = read_sources(folder("factors") / "sources")
PRODUCT = {
    "property": "product-footprint",
    "key_kind": "product",
    "substance": "CO2e",
    "gwp_set": "unstated",
    "boundary": "cradle-to-gate",
}


def footprint(key: str, value: str, per: str, tail: str = "", **more: str) -> dict[str, str]:
    """A product footprint of the toy table; the names are those of the key."""
    property_ = more.get("property", "product-footprint")
    tail = f"/{tail}" if tail else ""
    names = {"name_zh": key, "name_en": key}
    rest = {"key": key, "value": value, "unit": f"kg CO2e[unstated]/{per}"}
    return PRODUCT | names | rest | {"id": f"toy/{property_}/{key}{tail}"} | more


def found(good: dict[str, str], *rows: dict[str, str]) -> dict[str, str]:
    """Audit rows with the real vocabularies: rule -> severity."""
    made = tuple(SourceRow("toy.csv", n, good | row) for n, row in enumerate(rows, 2))
    grid = tuple(r for r in REAL.rows if r.texts["dataset"] == "mee-nbs-electricity")
    return {d.rule: d.severity for d in findings(Sources((*made, *grid), REAL.names))}


def test_a_co2_only_grid_factor_labelled_co2e(good: dict[str, str]) -> None:
    wrong = footprint("electricity", "0.7355", "kWh", property="electricity-footprint") | {
        "key_kind": "energy-carrier",
    }
    assert found(good, wrong)["factor.co2-labelled-co2e"] == "error"
    by_name = wrong | {"value": "0.7", "name_zh": "电力平均二氧化碳排放因子 天津"}
    assert found(good, by_name)["factor.co2-labelled-co2e"] == "error"
    assert found(good, wrong | {"value": "0.7"}) == {}


IMPOSSIBLE = [
    ("lemon soda, 360 g per mL", footprint("instant-noodles", "360", "L")),
    ("escalator, 27.18 kg/(t·km)", footprint("iron-and-steel", "27.18", "(t·km)")),
    ("railway supplies, 106987 t/t", footprint("railway-bridge", "106987", "kg")),
    ("metro tunnel, 41583001.7 kg/kg", footprint("metro-station-building", "41583001.7", "kg")),
    ("asphalt road, 224 t/t", footprint("semi-rigid-asphalt-road", "224", "kg")),
]


@pytest.mark.parametrize("case", IMPOSSIBLE, ids=[name for name, _ in IMPOSSIBLE])
def test_an_impossible_unit(case: tuple[str, dict[str, str]], good: dict[str, str]) -> None:
    rules = found(good, case[1])
    assert "error" in (rules.get("factor.magnitude"), rules.get("factor.unit"))


def test_an_impossible_freight_factor(good: dict[str, str]) -> None:
    wrong = footprint("truck", "27.18", "(t·km)", property="freight-footprint")
    assert found(good, wrong | {"key_kind": "transport"}) == {"factor.magnitude": "error"}


def test_a_value_out_of_its_band_can_be_kept_as_a_witness(good: dict[str, str]) -> None:
    wrong = footprint("iron-and-steel", "2380", "kg")
    assert found(good, wrong) == {"factor.magnitude": "error"}
    assert found(good, wrong | {"status": "witness"}) == {"factor.magnitude": "warning"}


def test_a_combustion_factor_stored_as_a_footprint(good: dict[str, str]) -> None:
    wrong = footprint("gasoline-supply", "69.3", "GJ", boundary="gate-to-grave")
    assert found(good, wrong | {"name_zh": "汽油"})["factor.not-a-footprint"] == "error"


def test_a_calcination_factor_stored_as_a_footprint(good: dict[str, str]) -> None:
    wrong = footprint("lime", "0.43971", "kg", boundary="gate-to-gate")
    assert found(good, wrong)["factor.not-a-footprint"] == "error"
    assert found(good, wrong | {"boundary": "cradle-to-gate", "value": "0.44"}) == {}


def test_a_duplicate_id(good: dict[str, str]) -> None:
    row = footprint("sand", "0.003", "kg")
    assert found(good, row, row)["factor.repeated-id"] == "error"


def test_one_name_with_several_values(good: dict[str, str]) -> None:
    same_key = [footprint("sand", v, "kg", v) for v in ("0.003", "0.0031")]
    assert found(good, *same_key)["factor.contradiction"] == "error"
    same_name = [
        footprint("paddy", "1.1", "kg", name_zh="水稻"),
        footprint("paddy-grain", "0.5", "kg", name_zh="水稻"),
    ]
    assert found(good, *same_name) == {"factor.one-name-several-values": "warning"}


def test_per_vehicle_next_to_per_kilogram(good: dict[str, str]) -> None:
    rows = [
        footprint("diesel-bus-life", "1302030", "vehicle", "a"),
        footprint("diesel-bus-life", "9", "kg", "b"),
    ]
    assert found(good, *rows)["factor.unlike-units"] == "warning"


@pytest.mark.parametrize("per", ["a", "年", "晚"])
def test_per_year_and_per_night_do_not_parse(per: str, good: dict[str, str]) -> None:
    rules = found(good, footprint("reusable-parcel-box", "66.52", per))
    assert [rule for rule in rules if rule.startswith("unit.")]


def test_the_same_product_a_decade_apart(good: dict[str, str]) -> None:
    rows = [
        footprint("iron-and-steel", value, "kg", year, reference_to=year)
        for value, year in (("1.6", "2011"), ("2.38", "2021"))
    ]
    assert found(good, *rows) == {"factor.spread": "warning"}


def test_tables_in_conflict(good: dict[str, str]) -> None:
    one = footprint("air-freight", "0.921", "(t·km)", property="freight-footprint")
    other = one | {"value": "1.404", "dataset": "toy2", "id": one["id"].replace("toy", "toy2")}
    rows = [row | {"key_kind": "transport"} for row in (one, other)]
    assert found(good, *rows) == {"factor.spread": "warning"}
    high = footprint("primary-aluminium", "20.3", "kg")
    assert found(good, high) == {"factor.magnitude": "warning"}


def test_identical_values_on_unlike_products(good: dict[str, str]) -> None:
    rows = [footprint("polypropylene", "1.587", "kg"), footprint("rice", "1.587", "kg")]
    assert found(good, *rows) == {"factor.identical-values": "warning"}


def test_the_year_in_a_name_or_id_against_the_year_column(good: dict[str, str]) -> None:
    row = footprint("sand", "0.003", "kg", reference_to="2023")
    assert found(good, row | {"name_zh": "2022年砂"}) == {"factor.year-in-name": "warning"}
    assert found(good, row | {"clause": "17500C0202022C"}) == {"factor.year-in-name": "warning"}
    assert found(good, row | {"clause": "17500C0202023C"}) == {}


def test_well_to_wheel_below_tank_to_wheel(good: dict[str, str]) -> None:
    rows = [
        footprint("truck", value, "(t·km)", boundary, boundary=boundary)
        for boundary, value in (("TTW", "0.080"), ("WTW", "0.067"))
    ]
    change = {"property": "freight-footprint", "key_kind": "transport"}
    rows = [row | change | {"id": row["id"].replace("product", "freight")} for row in rows]
    assert found(good, *rows) == {"factor.wider-is-less": "error"}


def test_with_losses_below_without(good: dict[str, str]) -> None:
    rows = [
        footprint(
            "electricity-grid",
            value,
            "kWh",
            tail,
            property="electricity-footprint",
            boundary=f"life-cycle; grid losses {tail}",
        )
        | {"key_kind": "energy-carrier"}
        for tail, value in (("included", "0.0046"), ("excluded", "0.0327"))
    ]
    assert found(good, *rows)["factor.losses"] == "error"


def test_spend_without_a_price_year(good: dict[str, str]) -> None:
    row = footprint("domestic-high-speed-rail-spend", "0.0443", "CNY")
    assert found(good, row) == {"factor.price-year": "error"}
    assert found(good, row | {"price_year": "2024"}) == {}


def test_a_negative_footprint_needs_a_mark(good: dict[str, str]) -> None:
    row = footprint("lime", "-0.4", "kg")
    assert found(good, row) == {"factor.negative": "error"}
    assert found(good, row | {"condition": "credit for recycling"}) == {}


TOTAL = footprint("lime", "1.19", "kg")


def parts(*values: str, boundary: str = "A") -> list[dict[str, str]]:
    return [
        footprint("lime", v, "kg", f"part{n}", part_of=TOTAL["id"], boundary=f"{boundary}{n}")
        for n, v in enumerate(values, 1)
    ]


def test_stages_add_up_to_their_total(good: dict[str, str]) -> None:
    assert found(good, TOTAL, *parts("0.70", "0.30", "0.19")) == {}
    assert found(good, TOTAL, *parts("0.70", "0.30", "0.20")) == {}  # rounding explains 0.01
    assert found(good, TOTAL, *parts("0.70", "0.30", "0.29")) == {"factor.parts-sum": "error"}
    assert found(good, *parts("0.70")) == {"factor.unknown-total": "error"}


def test_gases_add_up_with_their_gwp(good: dict[str, str]) -> None:
    gwp = {
        "id": "toy/gwp-100/CH4/AR5",
        "property": "gwp-100",
        "key": "CH4",
        "key_kind": "gas",
        "value": "28",
        "unit": "kg CO2e[AR5]/kg CH4",
        "substance": "CO2e",
        "gwp_set": "AR5",
    }
    total = TOTAL | {"unit": "kg CO2e[AR5]/kg", "gwp_set": "AR5", "value": "1.280"}
    gases = [
        TOTAL
        | {
            "id": f"{TOTAL['id']}/{gas}",
            "part_of": TOTAL["id"],
            "unit": f"kg {gas}/kg",
            "substance": gas,
            "gwp_set": "",
            "value": value,
        }
        for gas, value in (("CO2", "1.000"), ("CH4", "0.010"))
    ]
    assert "factor.parts-sum" not in found(good, total, *gases, gwp)
    assert found(good, total | {"value": "1.4"}, *gases, gwp)["factor.parts-sum"] == "error"
    assert found(good, total, *gases)["factor.parts-unit"] == "error"


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.decimals("0.001", "9", places=4), min_size=2, max_size=6),
    st.integers(1, 4),
)
def test_rounding_alone_never_breaks_a_sum(values: list[object], digits: int) -> None:
    good = dict(REAL.rows[0].texts) | dict.fromkeys(("reference_from", "reference_to"), "")
    exact = [Fraction(str(v)) for v in values]
    printed = [f"{float(v):.{digits}f}" for v in exact]
    total = TOTAL | {"value": f"{float(sum(exact)):.{digits}f}"}
    rows = [good | total, *(good | row for row in parts(*printed))]
    made = tuple(SourceRow("toy.csv", n, row) for n, row in enumerate(rows, 2))
    rules = {d.rule for d in findings(Sources(made, REAL.names))}
    assert "factor.parts-sum" not in rules
    assert all(parse_value(v) is not None and half_digit(v) > 0 for v in printed)


def test_warnings_do_not_stop_a_build(good: dict[str, str], sources: Write, tmp_path: Path) -> None:
    row = footprint("sand", "0.003", "kg", reference_to="2023", name_zh="2022年砂")
    assert build(sources([good | row]), tmp_path / "out", "1").rows == 1
    with pytest.raises(Refused, match=r"factor\.negative"):
        build(sources([good | row | {"value": "-1"}]), tmp_path / "out", "2")


def test_the_built_in_sources_have_no_error() -> None:
    assert {d.rule for d in findings(REAL) if d.severity == "error"} == set()
