"""Factor rows, a finished run of the example, and what a company states about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

import mrv
from mrv.factors.row import SOURCE_COLUMNS, complete
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mrv.engine.run import Run
    from mrv.factors.row import FactorRow

GOOD = dict.fromkeys(SOURCE_COLUMNS, "") | {
    "id": "toy/product-footprint/resin/CN/2024",
    "property": "product-footprint",
    "dataset": "toy",
    "key": "resin",
    "key_kind": "product",
    "name_zh": "树脂",
    "name_en": "resin",
    "value": "1950.0",
    "unit": "kg CO2e[AR6]/t",
    "substance": "CO2e",
    "gwp_set": "AR6",
    "boundary": "cradle-to-gate",
    "region": "CN",
    "reference_from": "2024",
    "reference_to": "2024",
    "document": "a toy table",
    "source": "made up for a test",
    "publisher": "nobody",
    "licence": "facts-cited",
    "confidence": "seen",
    "data_type": "default",
    "status": "active",
    "retrieved": "2026-11-23",
}


@pytest.fixture
def row() -> Callable[..., FactorRow]:
    """Make a row that differs from a good one in the cells given."""

    def make(**cells: str) -> FactorRow:
        return complete(GOOD | cells)

    return make


@pytest.fixture(scope="session")
def run() -> Iterator[Run]:
    """The example product, cradle to gate."""
    loaded = mrv.load("product-footprint/cradle-to-gate")
    with loaded.run(folder("examples") / "product-footprint" / "gate", period=2025) as found:
        yield found


@pytest.fixture
def details() -> dict[str, dict[str, Any]]:
    return {
        "*": {
            "companyName": "示例包装有限公司",
            "companyIds": ["urn:company:example:1"],
            "productIds": ["urn:gtin:0000000000017"],
            "productDescription": "竹粉与聚丙烯注塑餐盒",
            "pcf": {
                "geographyCountrySubdivision": "CN-TJ",
                "crossSectoralStandards": ["ISO14067"],
            },
        }
    }
