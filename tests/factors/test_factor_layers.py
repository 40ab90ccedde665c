"""Releases side by side: differences, notes, pins, a user's own release in front or behind."""

from __future__ import annotations

import json
import shutil
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from mrv.factors import FactorQuery, build, diff, open_store, resolve, used_in
from mrv.factors.needs import read_needs
from mrv.factors.store import open_store_at
from mrv.messages import Refused
from mrv.resources import folder
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    Write = Callable[[Sequence[Mapping[str, str]]], Path]

GRID = {
    "property": "grid-average",
    "key": "electricity",
    "key_kind": "energy-carrier",
    "unit": "kg CO2/kWh",
    "substance": "CO2",
    "region": "CN-TJ",
    "reference_from": "2023",
    "reference_to": "2023",
}
POWER = parse_unit("t CO2/MWh")
YEAR = (date(2023, 1, 1), date(2023, 12, 31))
NEWEST = open_store().release


def own_grid(dataset: str, value: str, **more: str) -> dict[str, str]:
    return (
        GRID
        | {
            "id": f"{dataset}/grid-average/electricity/CN-TJ/2023",
            "dataset": dataset,
            "value": value,
        }
        | more
    )


@pytest.fixture
def own(good: dict[str, str], sources: Write, tmp_path: Path) -> Path:
    """A user's folder with a release ``own-1`` of one grid factor."""
    build(sources([good | own_grid("supplier", "0.5")]), tmp_path / "own" / "releases", "own-1")
    return tmp_path / "own"


def query(**more: object) -> FactorQuery:
    rest: dict[str, object] = {"regions": ("CN-TJ", "CN"), "period": YEAR, "time": "same-year"}
    return FactorQuery("grid-average", POWER, **(rest | more))  # type: ignore[arg-type]


def test_a_users_release_in_front_answers_first(own: Path) -> None:
    store = open_store(folders=[own], order=["own-1", "built-in"])
    found = resolve(store, query())
    assert (found.number, found.release) == (Fraction("0.5"), "own-1")
    other = [row for row, _ in found.not_taken if row.dataset == "mee-nbs-electricity"]
    assert other
    reasons = {row.id: why.en for row, why in found.not_taken}
    assert reasons[other[0].id] == f"release own-1 comes before {NEWEST}"
    assert any("is from release own-1" in step.en for step in found.steps)


def test_a_users_release_behind_answers_what_the_other_lacks(own: Path) -> None:
    store = open_store(folders=[own], order=["built-in", "own-1"])
    found = resolve(store, query(where=(("dataset", ("mee-nbs-electricity", "supplier")),)))
    assert found.row is not None
    assert (found.row.value, found.release) == ("0.6796", NEWEST)
    only = resolve(store, query(where=(("dataset", ("supplier",)),)))
    assert (only.number, only.release) == (Fraction("0.5"), "own-1")


def test_the_layers_know_their_rows_and_words(own: Path) -> None:
    store = open_store(folders=[own], order=["own-1", "built-in"])
    built_in = open_store()
    assert len(store.rows) == len(built_in.rows) + 1
    assert store.release == f"own-1 + {NEWEST}"
    assert store.release_of("supplier/grid-average/electricity/CN-TJ/2023") == "own-1"
    assert store.release_of(built_in.rows[0].id) == NEWEST
    assert store.find_key("fuel", "柴油") == "diesel"
    turned = open_store(folders=[own], order=["built-in", "own-1"])
    assert turned.facts["content_sha256"] != store.facts["content_sha256"]


def test_one_id_with_two_meanings_is_refused(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    taken = own_grid("mee-nbs-electricity", "0.1")
    build(sources([good | taken]), tmp_path / "own" / "releases", "own-2")
    store = open_store(folders=[tmp_path / "own"], order=["own-2", "built-in"])
    with pytest.raises(Refused, match=r"factor\.id-in-two-releases") as caught:
        assert store.rows
    assert "0.6796" in caught.value.diagnostics[0].what.zh


@pytest.mark.parametrize("order", [["built-in", "built-in"], ["own-1", "own-1"]])
def test_an_order_names_a_release_once(order: list[str]) -> None:
    with pytest.raises(Refused, match=r"call\.release-order"):
        open_store(order=order)


def test_a_pinned_release_that_is_not_there_is_refused(own: Path) -> None:
    with pytest.raises(Refused, match=r"(?s)factor\.unknown-release.*own-1"):
        open_store(folders=[own], order=["own-7", "built-in"])


def test_two_residual_factors_are_never_taken_for_the_average() -> None:
    store = open_store()
    for name in ("grid-average", "grid-average-excluding-traded-non-fossil"):
        found = resolve(store, query(regions=("CN",), where=(), period=YEAR))
        assert found.row is not None
        found = resolve(
            store, FactorQuery(name, POWER, regions=("CN",), period=YEAR, time="same-year")
        )
        assert found.row is not None
        assert found.row.property == name
        assert {row.property for row, _ in found.not_taken} <= {name}
    tianjin = FactorQuery(
        "grid-average-excluding-traded-non-fossil", POWER, regions=("CN-TJ",), period=YEAR
    )
    assert resolve(store, tianjin).status == "none"


def test_each_fallback_has_its_cost() -> None:
    later = (date(2025, 1, 1), date(2025, 12, 31))
    where = (("dataset", ("mee-nbs-electricity",)),)
    chain = ("CN-HK", "CN-XZ", "CN")
    found = resolve(
        open_store(), query(regions=chain, period=later, time="latest-not-after", where=where)
    )
    assert [(cost.kind, cost.steps) for cost in found.costs] == [("region", 2), ("time", 2)]
    assert found.cost == 4
    assert tuple(cost.said for cost in found.costs) == found.fallbacks
    assert {why.en for _, why in found.not_taken} == {"its year 2022 is before 2023"} | {
        why.en for _, why in found.not_taken if "2021" in why.en
    }


def test_prices_of_another_year_are_a_cost(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    spend = {
        "id": "toy/product-footprint/sand",
        "property": "product-footprint",
        "key": "sand",
        "key_kind": "product",
        "value": "0.5",
        "unit": "kg CO2e[AR5]/USD",
        "substance": "CO2e",
        "gwp_set": "AR5",
        "price_year": "2022",
        "boundary": "cradle-to-gate",
    }
    place = sources([good | spend])
    (place / "vocabulary-property.csv").write_text(
        (place / "vocabulary-property.csv")
        .read_text(encoding="utf-8")
        .replace("kg CO2e[unstated]/CNY", "kg CO2e[unstated]/CNY;kg CO2e[unstated]/USD"),
        encoding="utf-8",
    )
    build(place, tmp_path / "out", "1")
    store = open_store_at(tmp_path / "out", "1")
    wanted = FactorQuery("product-footprint", parse_unit("kg CO2e[AR5]/USD"), period=YEAR)
    found = resolve(store, wanted)
    assert [(cost.kind, cost.steps) for cost in found.costs] == [("price", 1)]


def two_releases(good: dict[str, str], sources: Write, out: Path) -> None:
    mee = own_grid("mee-nbs-electricity", "0.6796")
    build(sources([good | mee, good]), out, "1")
    build(sources([good | mee | {"value": "0.68"}, good | {"status": "withdrawn"}]), out, "2")


def test_a_difference_names_values_methodologies_and_cases(
    good: dict[str, str], sources: Write, tmp_path: Path
) -> None:
    two_releases(good, sources, tmp_path)
    found = diff(open_store_at(tmp_path, "1"), open_store_at(tmp_path, "2"))
    assert found.withdrawn == ("toy/net-calorific-value/diesel",)
    change = found.changed[0]
    assert change.id == "mee-nbs-electricity/grid-average/electricity/CN-TJ/2023"
    assert change.cells == (("value", "0.6796", "0.68"),)
    assert "water-freight/enterprise" in found.methodologies
    assert "water-freight/enterprise.cases.yaml" in found.cases
    assert any("0.6796 → 0.68" in line.zh for line in found.lines())
    back = diff(open_store_at(tmp_path, "2"), open_store_at(tmp_path, "1"), ())
    assert back.changed[0].cells == (("value", "0.68", "0.6796"),)
    assert not back.methodologies


def test_the_notes_are_in_the_release(good: dict[str, str], sources: Write, tmp_path: Path) -> None:
    two_releases(good, sources, tmp_path)
    facts = json.loads((tmp_path / "2" / "release.json").read_text(encoding="utf-8"))
    row_id = "mee-nbs-electricity/grid-average/electricity/CN-TJ/2023"
    assert facts["changed"] == [row_id]
    assert facts["notes"]["values"][row_id] == {"value": ["0.6796", "0.68"]}
    assert "water-freight/enterprise" in facts["notes"]["touches"]["methodologies"]


def test_a_release_of_fewer_columns_is_still_read(tmp_path: Path) -> None:
    from hashlib import sha256

    here = tmp_path / "releases" / "2020-1.1"
    shutil.copytree(folder("factors") / "releases" / "2026-11.1", here)
    table = pq.read_table(here / "factors.parquet")
    new = ["classification", "condition", "price_year", "part_of"]
    pq.write_table(table.drop_columns(new), here / "factors.parquet")
    body = (here / "factors.parquet").read_bytes()
    facts = json.loads((here / "release.json").read_text(encoding="utf-8"))
    facts |= {"release": "2020-1.1", "parquet_sha256": sha256(body).hexdigest()}
    (here / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    store = open_store("2020-1.1", [tmp_path])
    assert store.rows[0].condition == ""
    assert store.rows[0].value == open_store().rows[0].value
    assert isinstance(table, pa.Table)


def test_where_a_row_is_used() -> None:
    store = open_store()
    needs = store.used_in("gbt32151.34-2024-c1/net-calorific-value/diesel")
    here = [need for need in needs if need.document == "modules/combustion"]
    assert here
    assert "water-freight/enterprise" in here[0].methodologies
    steam = store.get("gbt32151.34-2024-c4/steam-enthalpy-saturated/steam/p1.00")
    assert used_in(steam, read_needs()) == ()
    with pytest.raises(Refused, match=r"factor\.unknown-id"):
        store.used_in("no/such")
