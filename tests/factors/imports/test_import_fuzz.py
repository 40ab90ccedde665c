"""Whatever stands in the cells: rows are taken or refused with their place, nothing breaks."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mrv.factors.imports import kinds, read
from mrv.factors.row import parse_value
from mrv.units import parse_unit

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.factors.imports import ImportReport

TABLES = {
    name: (*kind.columns[0], "GHG Conversion Factor 2031", "CO2f", "CH4f", "CO2b", "数据年份")
    for name, kind in kinds().items()
    if kind.form == "table"
}
WORDS = st.sampled_from(
    [
        *("", "-", "n/a", "1", "-2.5", "0,5", "1,234.5", "1e-3", "kg", "km", "kg CO2e", "kWh"),
        *("kgCO2e/kg", "kgCO2e/ha.an", "Elément", "Poste", "Archivé", "Facteur d'émission"),
        *("All GHGs", "kg CO2e/2022 USD, purchaser price", "def", "GJ/t", "FRA", "2031", "é"),
        *("摇篮到大门", "1.5kgCO2e/千克", "17100H2782031C", "\ufffd", "'", '"', ";", "=1+1"),
    ]
)
QUICK = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def sound(report: ImportReport) -> None:
    """Hold what must be true of every report."""
    ids = {row.id for row in report.taken}
    assert len(ids) == len(report.taken)
    for row in report.taken:
        assert parse_value(row.value) is not None
        assert parse_unit(row.unit).spelling == row.unit
        assert row.part_of == "" or row.part_of in ids
        assert row.number >= 0 or "removal" in row.boundary
        assert ("CO2e[" in row.unit) == bool(row.gwp_set)
    assert all(d.place and d.place.line for d in report.refused)


@pytest.mark.parametrize("kind", TABLES)
@QUICK
@given(data=st.data())
def test_tables(kind: str, tmp_path: Path, data: st.DataObject) -> None:
    header = TABLES[kind]
    row = st.lists(WORDS, min_size=1, max_size=len(header) + 2)
    rows = data.draw(st.lists(row, min_size=1, max_size=12))
    path = tmp_path / "fuzz.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    sound(read(path, kind, gwp_set="AR5"))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    *("declaredUnit", "declaredUnitOfMeasurement", "declaredUnitAmount", "dqi"),
    *("pcfExcludingBiogenicUptake", "pCfExcludingBiogenic", "ipccCharacterizationFactors"),
    *("geographyCountry", "referencePeriodEnd", "crossSectoralStandards"),
)


@settings(QUICK, max_examples=150)
@given(st.dictionaries(st.sampled_from(FIELDS), JSON), JSON, JSON)
def test_footprints(tmp_path: Path, pcf: dict[str, Any], name: Any, unit: Any) -> None:
    body = {"id": "x", "productNameCompany": name, "productClassifications": unit, "pcf": pcf}
    pcf.setdefault("declaredUnit", "kilogram")
    pcf.setdefault("pCfExcludingBiogenic", "1")
    path = tmp_path / "fuzz.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    sound(read(path, "pact", gwp_set="AR5"))


EXCHANGE = st.fixed_dictionaries(
    {
        "amount": JSON,
        "unit": st.just({"name": "kg"}) | JSON,
        "flow": st.just({"name": "Methane", "flowType": "ELEMENTARY_FLOW"}) | JSON,
        "isQuantitativeReference": st.booleans(),
    }
)


@settings(QUICK, max_examples=150)
@given(st.lists(EXCHANGE | JSON, max_size=4) | JSON, JSON, JSON)
def test_processes(tmp_path: Path, exchanges: Any, about: Any, place: Any) -> None:
    (tmp_path / "processes").mkdir(exist_ok=True)
    body = {"@id": "p", "name": "p", "exchanges": exchanges, "location": place}
    body["processDocumentation"] = about
    path = tmp_path / "processes" / "p.json"
    path.write_text(json.dumps(body), encoding="utf-8")
    sound(read(tmp_path, "openlca", gwp_set="AR5"))


@settings(QUICK, max_examples=150)
@given(st.dictionaries(WORDS, JSON, max_size=4))
def test_the_hub(tmp_path: Path, body: dict[str, Any]) -> None:
    for stem in (
        *("stationary_combustion_emission_factors", "business_travel_factors"),
        *("mobile_combustion_ch4_and_n2o_emission_factors", "waste_emission_factors"),
        *("electricity_emission_factors", "refrigerants_gwp_factors"),
    ):
        (tmp_path / f"{stem}.json").write_text(json.dumps(body), encoding="utf-8")
    sound(read(tmp_path, "epa-hub", gwp_set="AR5"))
