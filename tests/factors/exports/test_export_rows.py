"""Footprints of a run as rows of the user's own release, and shipments as iLEAP."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mrv
from mrv.engine.run import run as run_methodology
from mrv.factors import FactorQuery, build, open_store, resolve
from mrv.factors.exports import Shipment, TransportElement, as_extension, export, footprint_rows
from mrv.factors.exports.ileap import shipment_document
from mrv.factors.sources import NAME_COLUMNS
from mrv.language.period import parse_period
from mrv.messages import Refused
from mrv.resources import folder
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.factors import Store

DAY = date(2026, 1, 31)
LEG = TransportElement("t1", Decimal(87), Decimal(423), "actual", Decimal("3.68"), Decimal("3.28"))


def rules(call) -> list[str]:
    with pytest.raises(Refused) as caught:
        call()
    return [finding.rule for finding in caught.value.diagnostics]


def test_a_run_becomes_a_row_with_its_boundary_set_and_quality(run) -> None:
    (row,) = footprint_rows(run, publisher="示例公司", retrieved=DAY, keys={"竹塑餐盒": "box"})
    assert row.id == "own/product-footprint/box/cradle-to-gate/CN/20250101-20251231"
    assert row.number == run.table("excluding").to_pylist()[0]["unit_of.excluding"]
    assert (row.unit, row.gwp_set, row.boundary) == ("kg CO2e[AR6]/piece", "AR6", "cradle-to-gate")
    assert row.confidence == "derived"
    assert "primary=" in row.quality
    assert "draft" in row.note
    assert "草案" in row.note


@pytest.fixture
def own_release(tmp_path) -> Callable[..., Store]:
    """Build rows into a release of the user's own."""

    def make(rows, **products: str) -> Store:
        sources = tmp_path / "sources"
        sources.mkdir()
        for path in (folder("factors") / "sources").glob("vocabulary-*.csv"):
            shutil.copy(path, sources)
        for path in (folder("factors") / "sources").glob("gwp.csv"):
            shutil.copy(path, sources)
        names = sources / "vocabulary-product.csv"
        with names.open("a", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, NAME_COLUMNS, restval="", lineterminator="\n")
            writer.writerows({"key": key, "zh": zh, "en": key} for key, zh in products.items())
        export(rows, "csv", sources / "own.csv")
        build(sources, tmp_path / "releases", "own-1")
        return open_store("own-1", [tmp_path])

    return make


def test_the_row_is_built_into_a_release_of_the_users_own_and_found(run, own_release) -> None:
    rows = footprint_rows(run, publisher="示例公司", retrieved=DAY, keys={"竹塑餐盒": "box"})
    store = own_release(rows, box="竹塑餐盒")
    unit = parse_unit("g CO2e[AR6]/piece")
    found = resolve(store, FactorQuery("product-footprint", unit, (("key", ("box",)),)))
    assert found.row == rows[0]
    assert float(found.number) == pytest.approx(rows[0].number * 1000)


def test_one_footprint_is_the_material_of_the_next(own_release) -> None:
    def product(name: str) -> list[dict[str, object]]:
        return [{"product": name, "declared_as": "kilogram", "units": 8, "unit_mass": "1 kg"}]

    gate = mrv.load("product-footprint/cradle-to-gate")
    resin = {"product": "resin", "item": "oil", "amount": "10 kg", "primary": "yes"}
    first = {"product": product("resin"), "material": [resin | {"footprint": "3 kg CO2e[AR6]/kg"}]}
    with gate.run(first, period=2024) as found:
        rows = footprint_rows(found, publisher="示例公司", retrieved=DAY)
    store = own_release(rows, resin="树脂")
    cup = {"product": "cup", "item": "resin", "amount": "16 kg", "primary": "yes"}
    second = {"product": product("cup"), "material": [cup | {"factor": rows[0].id}]}
    with run_methodology(
        gate.methodology, second, periods=(parse_period("2025"),), store=store
    ) as found:
        assert rows[0].number == 3.75
        assert found.table("excluding").to_pylist()[0]["unit_of.excluding"] == 7.5
        # A factor of the data base is no primary data, whatever the user says.
        assert found.table("primary_share").to_pylist()[0]["unit_of.primary_share"] == 0
        assert "primary_needs_supplier" in {check.name for check in found.outcome.checks}


def test_keys_that_cannot_stand_in_an_id_are_refused(run) -> None:
    call = {"publisher": "x", "retrieved": DAY}
    assert rules(lambda: footprint_rows(run, **call, keys={"竹塑餐盒": "Box 1"})) == ["export.key"]


def test_a_run_of_another_kind_has_no_footprints() -> None:
    freight = mrv.load("water-freight/enterprise")
    with freight.run(folder("examples") / "water-freight", period=2025) as other:
        call = {"publisher": "x", "retrieved": DAY}
        assert rules(lambda: footprint_rows(other, **call)) == ["export.not-a-footprint"]


def test_a_run_whose_check_failed_is_not_handed_on() -> None:
    material = [{"product": "P", "item": "x", "amount": "10 kg", "footprint": "1 kg CO2e[AR6]/kg",
                 "factor": "a/b", "primary": "no"}]  # fmt: skip
    product = [{"product": "P", "declared_as": "kilogram", "units": 1, "unit_mass": "1 kg"}]
    gate = mrv.load("product-footprint/cradle-to-gate")
    with gate.run({"product": product, "material": material}, period=2025) as failed:
        call = {"publisher": "x", "retrieved": DAY}
        assert rules(lambda: footprint_rows(failed, **call)) == ["export.check-failed"]


def test_a_shipment_goes_out_with_texts_and_tonne_kilometres(tmp_path) -> None:
    later = replace(LEG, id="t2", previous=("t1",))
    export([Shipment("s1", Decimal(87), (LEG, later))], "ileap", tmp_path / "x.json")
    found = json.loads((tmp_path / "x.json").read_text())
    assert found["tces"][0] == {
        "tceId": "t1", "shipmentId": "s1", "mass": "87", "distance": {"actual": "423"},
        "transportActivity": "36.801", "co2eWTW": "3.68", "co2eTTW": "3.28",
    }  # fmt: skip
    assert found["tces"][1]["prevTceIds"] == ["t1"]
    assert as_extension(Shipment("s1", Decimal(87), (LEG,)))["data"]["shipmentId"] == "s1"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"co2e_ttw": None}, "export.ileap-missing"),
        ({"co2e_wtw": Decimal("2.67"), "co2e_ttw": Decimal("2.80")}, "export.ileap-stages"),
        ({"activity": Decimal(36801)}, "export.ileap-activity"),
        ({"mass": Decimal(0)}, "export.ileap-value"),
        ({"previous": ("t0",)}, "export.ileap-order"),
    ],
)
def test_a_faulty_leg_is_refused(change, rule) -> None:
    faulty = Shipment("s1", Decimal(87), (replace(LEG, **change),))
    assert rule in rules(lambda: shipment_document(faulty))


def test_all_faults_of_all_shipments_are_told_and_nothing_is_written(tmp_path) -> None:
    bad = Shipment("s1", Decimal(87), (replace(LEG, co2e_ttw=None),))
    path = tmp_path / "x.json"
    assert len(rules(lambda: export([bad, bad], "ileap", path))) == 2
    assert not path.exists()


@given(st.decimals("0.1", "1e6", places=3), st.decimals("0", "2e4", places=1))
def test_activity_is_mass_times_distance(mass, distance) -> None:
    leg = replace(LEG, mass=mass, distance=distance)
    found = shipment_document(Shipment("s", mass, (leg,)))["tces"][0]
    assert Decimal(found["transportActivity"]) == mass * distance / 1000


def test_the_example_in_the_readme_runs(tmp_path, monkeypatch) -> None:
    (tmp_path / "examples").symlink_to(folder("examples"))
    monkeypatch.chdir(tmp_path)
    readme = (folder("examples") / "product-footprint" / "README.md").read_text(encoding="utf-8")
    code = readme.partition("```python\n")[2].partition("```")[0]
    exec(compile(code, "README.md", "exec"), {})  # noqa: S102 - our own text
    assert json.loads((tmp_path / "lunch-box.json").read_text())["pcf"][
        "geographyCountrySubdivision"
    ]
    assert (tmp_path / "own-factors.csv").exists()
