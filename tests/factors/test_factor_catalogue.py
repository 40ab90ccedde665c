"""The store in frames: search, get, resolve."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import pytest

from mrv.factors import open_store
from mrv.factors.catalogue import open as open_factors
from mrv.factors.row import COLUMNS
from mrv.messages import Refused

FACTORS = open_factors()
STORE = open_store()


def test_a_frame_has_the_hits_in_their_order_with_every_attribute() -> None:
    frame = FACTORS.search("柴油", year=None, limit=7)
    hits = STORE.search("柴油", limit=7)
    assert tuple(frame.columns) == ("release", "score", "why_zh", "why_en", *COLUMNS)
    assert frame["id"].tolist() == [hit.row.id for hit in hits]
    assert frame["score"].tolist() == [hit.score for hit in hits]
    assert frame["why_zh"].tolist() == [hit.reason.zh for hit in hits]
    assert set(frame["release"]) == {STORE.release}
    assert "hint" not in frame.attrs


FILTERS = {
    "region": "天津",
    "year": 2023,
    "unit": "t CO2/MWh",
    "source": "mee",
    "confidence": ("secondary", "seen"),
    "kind": "energy-carrier",
    "property": "grid-average",
}


def test_filters_narrow_with_and_without_words() -> None:
    for words in ("电力", ""):
        frame = FACTORS.search(words, **FILTERS)
        assert frame["value"].tolist() == ["0.6796"]
    edge = FACTORS.search("钢", boundary="cradle-to-gate", limit=500)
    assert len(edge)
    assert edge["boundary"].str.startswith("cradle-to-gate").all()


def test_an_empty_frame_says_what_may_have_been_meant() -> None:
    frame = FACTORS.search("deisel")
    assert frame.empty
    assert "diesel" in frame.attrs["hint"].en
    assert tuple(frame.columns)[4:] == COLUMNS


def test_one_row_and_a_resolution() -> None:
    row = FACTORS.get("gbt32151.34-2024-c1/net-calorific-value/diesel")
    assert (row["value"], row["number"]) == ("42.652", 42.652)
    name = "电力平均二氧化碳排放因子"
    found = FACTORS.resolve(name, region="CN-TJ", year=2024, unit="kg CO2/kWh")
    assert found.number == Fraction("0.6796")
    assert found.cost == 1
    pinned = FACTORS.resolve("net-calorific-value", key="柴油", pin=str(row["id"]))
    assert pinned.row is not None
    assert pinned.row.value == "42.652"


REFUSED = [
    ("call.unit-missing", {"property": "product-footprint"}),
    ("call.year", {"property": "grid-average", "year": 20240}),
    ("factor.unknown-key", {"property": "grid-avrage"}),
    ("factor.unknown-key", {"property": "net-calorific-value", "key": "柴由"}),
    ("factor.unknown-id", {"property": "grid-average", "pin": "no/such"}),
    ("unit.unknown", {"property": "grid-average", "unit": "furlong"}),
]


@pytest.mark.parametrize(("rule", "wishes"), REFUSED)
def test_a_wish_that_makes_no_sense_is_refused(rule: str, wishes: dict[str, object]) -> None:
    with pytest.raises(Refused) as caught:
        FACTORS.resolve(**wishes)  # type: ignore[arg-type]
    assert caught.value.diagnostics[0].rule == rule


def test_nothing_heavy_is_loaded_to_open_the_store() -> None:
    code = (
        "import sys; from mrv.factors.catalogue import open; open();"
        "assert not {'numpy', 'pandas', 'pyarrow', 'duckdb'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter
