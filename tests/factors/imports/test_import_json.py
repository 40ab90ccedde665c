"""JSON: PACT footprints, openLCA data sets, the tables of the EPA hub."""

from __future__ import annotations

import json
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from mrv.factors.imports import read

if TYPE_CHECKING:
    from pathlib import Path


def pact3(**pcf: Any) -> dict[str, Any]:
    """Return a made-up footprint of version 3."""
    return {
        "id": "b0000000-0000-4000-8000-000000000001",
        "specVersion": "3.0.3",
        "created": "2031-02-03T00:00:00Z",
        "status": "Active",
        "companyName": "Toy Paints",
        "productNameCompany": "blue paint",
        "productIds": ["urn:toy:1"],
        "pcf": {
            "declaredUnitOfMeasurement": "liter",
            "declaredUnitAmount": "12",
            "referencePeriodStart": "2030-01-01T00:00:00Z",
            "referencePeriodEnd": "2030-12-31T00:00:00Z",
            "geographyCountry": "DE",
            "pcfExcludingBiogenicUptake": "2.50",
            "pcfIncludingBiogenicUptake": "-0.50",
            "ipccCharacterizationFactors": ["AR6"],
            "dqi": {"technologicalDQR": "3.2"},
            **pcf,
        },
    }


def write(path: Path, body: Any) -> Path:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def test_pact_3_is_per_amount_times_unit(tmp_path: Path) -> None:
    report = read(write(tmp_path / "a.json", {"data": [pact3()]}))
    assert report.kind == "pact"
    first, second = report.taken
    assert (first.value, first.unit) == ("2.50", "kg CO2e[AR6]/(12*L)")
    assert (first.region, first.publisher) == ("DE", "Toy Paints")
    assert (first.valid_from, first.valid_to) == ("2030-12-31", "2033-12-31")
    assert first.quality == "technologicalDQR=3.2"
    assert second.value == "-0.50"
    assert second.boundary.endswith("removal")
    assert second.property != first.property


def test_pact_2_is_per_unit(tmp_path: Path) -> None:
    body = pact3()
    body["specVersion"] = "2.3.0"
    body["productCategoryCpc"] = "3511"
    body["pcf"] = {
        "declaredUnit": "kilogram",
        "unitaryProductAmount": "80",
        "pCfExcludingBiogenic": 1.5,
        "characterizationFactors": "AR5",
        "geographyRegionOrSubregion": "Europe",
    }
    (row,) = read(write(tmp_path / "a.json", body)).taken
    assert (row.value, row.unit, row.region) == ("1.5", "kg CO2e[AR5]/kg", "place-europe")
    assert row.classification == "CPC 3511"


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"declaredUnitOfMeasurement": "megabit second"}, "import.unit"),
        ({"declaredUnitAmount": "0"}, "import.number"),
        ({"ipccCharacterizationFactors": ["AR5", "AR6"]}, "import.gwp-unknown"),
        ({"pcfExcludingBiogenicUptake": "-1"}, "import.negative"),
        ({"pcfExcludingBiogenicUptake": "1,234.5"}, "import.number"),
    ],
)
def test_a_bad_footprint_is_refused(tmp_path: Path, change: dict[str, Any], rule: str) -> None:
    report = read(write(tmp_path / "a.json", [pact3(), pact3(**change) | {"id": "other"}]))
    assert [d.rule for d in report.refused] == [rule]
    assert report.refused[0].place is not None
    assert report.refused[0].place.line == 2
    assert len([row for row in report.taken if row.property == "product-footprint"]) == 1


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"companyName": ""}, "import.incomplete"),
        ({"validityPeriodStart": "2040-01-01", "validityPeriodEnd": "2031-01-01"}, "import.date"),
    ],
)
def test_a_footprint_without_owner_or_with_a_broken_period(
    tmp_path: Path, change: dict[str, str], rule: str
) -> None:
    report = read(write(tmp_path / "a.json", pact3() | change))
    assert {d.rule for d in report.refused} == {rule}
    assert not report.taken


def test_a_deprecated_footprint_is_superseded(tmp_path: Path) -> None:
    taken = read(write(tmp_path / "a.json", pact3() | {"status": "Deprecated"})).taken
    assert {row.status for row in taken} == {"superseded"}


def process(number: str, *, kept: bool = False, amount: float = 2) -> dict[str, Any]:
    """Return a made-up unit process."""

    def gas(name: str, value: float, unit: str = "kg") -> dict[str, Any]:
        flow = {"name": name, "flowType": "ELEMENTARY_FLOW"}
        return {"amount": value, "unit": {"name": unit}, "flow": flow, "isInput": False}

    return {
        "@type": "Process",
        "@id": number,
        "name": f"boiler {number}",
        "location": {"code": "FR"},
        "processDocumentation": {
            "isCopyrightProtected": kept,
            "validFrom": "2030-01-01",
            "dataSetOwner": {"name": "Toy Institute"},
        },
        "exchanges": [
            {
                "amount": amount,
                "unit": {"name": "MJ"},
                "isQuantitativeReference": True,
                "flow": {"name": "heat", "flowType": "PRODUCT_FLOW"},
            },
            gas("Carbon dioxide, fossil", 0.25),
            gas("Carbon dioxide, fossil", 0.5),
            gas("Methane, fossil", 3.5, "g"),
            gas("Argon", 9),
        ],
    }


def test_a_process_gives_its_direct_gases(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as box:
        box.writestr("processes/p1.json", json.dumps(process("p1")))
        box.writestr("flows/f.json", "{}")
    report = read(path)
    assert report.kind == "openlca"
    assert [(row.value, row.unit) for row in report.taken] == [
        ("0.75", "kg CO2/(2*MJ)"),
        ("3.5", "g CH4/(2*MJ)"),
    ]
    assert {row.publisher for row in report.taken} == {"Toy Institute"}
    assert {row.confidence for row in report.taken} == {"derived"}


def test_a_licence_that_forbids_use_is_refused(tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    write(tmp_path / "processes" / "p1.json", process("p1", kept=True))
    assert read(tmp_path).counts == {"import.licence": 1}
    assert {row.licence for row in read(tmp_path, licence="bought").taken} == {"bought"}


def test_a_process_without_reference_is_refused(tmp_path: Path) -> None:
    (tmp_path / "processes").mkdir()
    write(tmp_path / "processes" / "p1.json", process("p1", amount=0))
    assert read(tmp_path).counts == {"import.incomplete": 1}


def test_a_declaration_gives_its_modules(tmp_path: Path) -> None:
    for name in ("epds", "results"):
        (tmp_path / name).mkdir()
    epd = {
        "@id": "e1",
        "name": "brick",
        "product": {"amount": 1, "unit": {"name": "t"}},
        "modules": [{"name": "A1-A3", "result": {"@id": "r1"}}, {"name": "C4", "result": None}],
    }
    epd["modules"][1]["result"] = {"@id": "absent"}  # type: ignore[index]
    result = {
        "@id": "r1",
        "impactMethod": {"name": "IPCC 2021"},
        "impactResults": [
            {"indicator": {"name": "Global warming (GWP100)"}, "amount": 201.5},
            {"indicator": {"name": "GWP biogenic"}, "amount": 1},
            {"indicator": {"name": "Acidification"}, "amount": 2},
        ],
    }
    write(tmp_path / "epds" / "e1.json", epd)
    write(tmp_path / "results" / "r1.json", result)
    report = read(tmp_path)
    (row,) = report.taken
    assert (row.value, row.unit, row.boundary) == ("201.5", "kg CO2e[AR6]/t", "module A1-A3")
    assert report.counts == {"import.incomplete": 1}


def test_the_hub_is_on_the_gross_basis_and_shows_its_gwp_set(tmp_path: Path) -> None:
    fuel = {"CO2 Factor (kg / mmBtu)": 50.5, "CO2 Factor (kg / Unit)": 9.5, "Unit": "gallons"}
    tables = {
        "stationary_combustion_emission_factors": {"toyOil": fuel, "woodAndWoodResiduals": fuel},
        "refrigerants_gwp_factors": {"ch4": 25, "n2o": 298, "r406a": 0},
        "waste_emission_factors": {"glass": {"landfilled": 0.5}},
        "product_transport_emission_factors": {"rail": {"ton-mile": {"co2": 0.5}}},
        "unit_conversions_factors": {"kWh": {"btu": 3412.0}},
    }
    for name, body in tables.items():
        write(tmp_path / f"{name}.json", body)
    report = read(tmp_path)
    units = {row.name_en: row.unit for row in report.taken if "per-unit" not in row.id}
    assert units["glass, landfilled"] == "t CO2e[AR4]/short_ton"
    assert units["rail"] == "kg CO2/(short_ton*mile)"
    oil = {row.unit for row in report.taken if row.name_en == "toy oil"}
    assert oil == {"kg CO2/MMBTU[HHV]", "kg CO2/US_gallon"}
    wood = {row.property for row in report.taken if row.name_en.startswith("wood")}
    assert wood == {"biogenic-co2"}
    assert report.counts == {"import.no-value": 1, "import.not-a-factor": 1}


def test_unknown_json_is_refused(tmp_path: Path) -> None:
    from mrv.messages import Refused

    with pytest.raises(Refused, match=r"import\.kind-unknown"):
        read(write(tmp_path / "a.json", {"a": [1, 2]}))
    with pytest.raises(Refused, match=r"import\.schema"):
        read(write(tmp_path / "a.json", {"a": [1, 2]}), "pact")
