"""A small set of sources that passes the audit, for tests that break it."""

from __future__ import annotations

import csv
import shutil
from typing import TYPE_CHECKING

import pytest

from mrv.factors.row import SOURCE_COLUMNS
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

GOOD = dict.fromkeys(SOURCE_COLUMNS, "") | {
    "id": "toy/net-calorific-value/diesel",
    "property": "net-calorific-value",
    "dataset": "toy",
    "key": "diesel",
    "key_kind": "fuel",
    "name_zh": "柴油",
    "name_en": "diesel",
    "value": "42.652",
    "unit": "GJ[LHV]/t",
    "region": "CN",
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
def good() -> dict[str, str]:
    return dict(GOOD)


@pytest.fixture
def sources(tmp_path: Path) -> Callable[[Sequence[Mapping[str, str]]], Path]:
    """Write rows beside the real vocabularies; return the folder."""

    def write(rows: Sequence[Mapping[str, str]]) -> Path:
        place = tmp_path / "sources"
        place.mkdir(exist_ok=True)
        for path in (folder("factors") / "sources").glob("vocabulary-*.csv"):
            shutil.copy(path, place)
        with (place / "toy.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, SOURCE_COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
        return place

    return write
