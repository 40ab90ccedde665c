"""PACT out: computed numbers, stated claims, every gap named, decimals as texts."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mrv.factors import open_store
from mrv.factors.exports import export, footprint_rows, footprints
from mrv.factors.exports.pact_check import schema
from mrv.factors.exports.pact_row import exact_text, from_row
from mrv.factors.imports import read
from mrv.messages import Refused

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)


def findings(call):
    with pytest.raises(Refused) as caught:
        call()
    return caught.value.diagnostics


@pytest.fixture
def written(run, details, tmp_path):
    path = tmp_path / "x.json"
    export(footprints(run), "pact", path, details=details, created=NOW)
    return json.loads(path.read_text(encoding="utf-8"))


def test_the_field_list_is_a_sound_schema_with_every_field_described() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())
    pcf = schema()["$defs"]["carbon-footprint"]
    for fields in (pcf["properties"], schema()["properties"]):
        assert all("description" in field or field.get("$ref") for field in fields.values())
    assert set(pcf["required"]) <= set(pcf["properties"])


def test_a_run_becomes_a_document_that_fits_the_field_list(written) -> None:
    jsonschema.Draft202012Validator(schema()).validate(written)
    assert written["specVersion"] == "3.0.3"
    assert written["created"] == "2026-01-31T08:00:00Z"
    assert written["pcf"]["declaredUnitOfMeasurement"] == "piece"
    assert written["pcf"]["referencePeriodEnd"] == "2026-01-01T00:00:00Z"
    assert "not an official result" in written["comment"]


def test_every_number_is_a_text_and_means_the_double_of_the_run(written, run) -> None:
    numbers = {
        "pcfExcludingBiogenicUptake": "unit_of.excluding",
        "pcfIncludingBiogenicUptake": "unit_of.including",
        "fossilGhgEmissions": "unit_of.fossil_each",
        "landUseChangeGhgEmissions": "unit_of.land_use_each",
        "primaryDataShare": "unit_of.primary_share",
        "exemptedEmissionsPercent": "unit_of.omitted_share",
    }
    for field, formula in numbers.items():
        assert isinstance(written["pcf"][field], str)
        assert float(written["pcf"][field]) == run.table(formula).to_pylist()[0][formula]


def test_the_parts_make_up_the_footprint(written) -> None:
    pcf = {name: Decimal(v) for name, v in written["pcf"].items() if name.endswith(("ns", "ke"))}
    parts = ("fossilGhgEmissions", "landUseChangeGhgEmissions", "biogenicNonCO2Emissions")
    excluding = sum(pcf[name] for name in parts)
    assert abs(excluding - pcf["pcfExcludingBiogenicUptake"]) < Decimal("1e-15")
    assert abs(excluding + pcf["biogenicCO2Uptake"] - pcf["pcfIncludingBiogenicUptake"]) < Decimal(
        "1e-15"
    )


def test_every_missing_field_is_named_at_once_and_nothing_is_written(run, tmp_path) -> None:
    path = tmp_path / "x.json"
    found = findings(lambda: export(footprints(run), "pact", path))
    assert {f.rule for f in found} == {"export.pact-missing", "export.pact-geography"}
    named = next(f for f in found if f.rule == "export.pact-missing")
    for name in ("companyName", "companyIds", "productIds", "crossSectoralStandards"):
        assert name in named.what.en
        assert name in named.what.zh
    assert not list(tmp_path.iterdir())


def test_a_computed_number_cannot_be_stated_away(run, details, tmp_path) -> None:
    details["*"]["pcf"]["fossilGhgEmissions"] = "0.01"
    found = findings(lambda: export(footprints(run), "pact", tmp_path / "x", details=details))
    assert "export.conflict" in {f.rule for f in found}


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        (("", "companyIds", ["not a urn"]), "export.pact-value"),
        (("", "companyIds", []), "export.pact-value"),
        (("", "productIDs", ["urn:x:1"]), "export.pact-unknown"),
        (("pcf", "biogenicCarbonContnt", "1"), "export.pact-unknown"),
        (("pcf", "landCarbonLeakage", 0.5), "export.pact-value"),
        (("pcf", "landManagementBiogenicCO2Removals", "3"), "export.pact-value"),
        (("pcf", "geographyCountry", "CN"), "export.pact-value"),
    ],
)
def test_a_wrong_statement_is_refused(run, details, tmp_path, statement, rule) -> None:
    where, field, value = statement
    (details["*"][where] if where else details["*"])[field] = value
    found = findings(lambda: export(footprints(run), "pact", tmp_path / "x", details=details))
    assert [f.rule for f in found] == [rule]


def test_world_wide_must_be_said(run, details, tmp_path) -> None:
    del details["*"]["pcf"]["geographyCountrySubdivision"]
    details["*"]["pcf"]["geography"] = "global"
    export(footprints(run), "pact", tmp_path / "x.json", details=details)
    pcf = json.loads((tmp_path / "x.json").read_text())["pcf"]
    assert not {name for name in pcf if name.startswith("geography")}


def test_the_same_footprint_has_the_same_id(run, details, tmp_path) -> None:
    ids = set()
    for name, day in (("a", NOW), ("b", NOW.replace(day=1))):
        export(footprints(run), "pact", tmp_path / name, details=details, created=day)
        ids.add(json.loads((tmp_path / name).read_text())["id"])
    assert len(ids) == 1


def test_a_row_goes_out_in_the_unit_of_the_format(row, details, tmp_path) -> None:
    extra = {"fossilCarbonContent": "0.857", "fossilGhgEmissions": "1.95"}
    stated = {"pcfIncludingBiogenicUptake": "1.95", "exemptedEmissionsPercent": "0"}
    del details["*"]["companyName"]
    details["*"]["pcf"] = {"crossSectoralStandards": ["ISO14067"]} | extra | stated
    export([row()], "pact", tmp_path / "x.json", details=details)
    found = json.loads((tmp_path / "x.json").read_text())
    assert found["pcf"]["pcfExcludingBiogenicUptake"] == "1.95"
    assert found["pcf"]["geographyCountry"] == "CN"
    assert found["pcf"]["referencePeriodEnd"] == "2025-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("cells", "rules"),
    [
        ({"boundary": "TTW"}, ["export.boundary"]),
        ({"boundary": "cradle-to-grave"}, ["export.boundary"]),
        ({"boundary": ""}, ["export.boundary"]),
        ({"substance": "CO2", "unit": "kg CO2/t"}, ["export.not-co2e"]),
        ({"gwp_set": "unstated"}, ["export.gwp_set"]),
        ({"unit": "kg CO2e[AR6]/TEU"}, ["export.unit"]),
    ],
)
def test_what_is_another_quantity_does_not_go_out_as_a_footprint(row, cells, rules) -> None:
    found = from_row(row(**cells))
    assert [f.rule for f in found] == rules


def test_no_grid_factor_of_the_store_passes_for_a_footprint() -> None:
    for found in open_store().by_property["grid-average"]:
        assert isinstance(from_row(found), list)


def test_what_goes_out_comes_back_in_through_the_importer(run, details, tmp_path) -> None:
    path = tmp_path / "x.json"
    export(footprints(run), "pact", path, details=details, created=NOW)
    report = read(path)
    assert not report.refused
    taken = {row.property: row for row in report.taken}
    (row,) = footprint_rows(run, publisher="示例公司", retrieved=NOW.date())
    back = taken["product-footprint"]
    assert (back.value, back.unit, back.gwp_set, back.boundary) == (
        row.value, row.unit, row.gwp_set, row.boundary,
    )  # fmt: skip


@given(st.fractions(min_value=-1000, max_value=1000, max_denominator=10**6))
def test_a_fraction_is_written_to_the_last_digit_or_to_seventeen(value) -> None:
    written = exact_text(value)
    assert "e" not in written.lower()
    assert abs(Fraction(written) - value) <= abs(value) * Fraction(1, 10**16)
