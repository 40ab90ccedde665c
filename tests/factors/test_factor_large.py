"""A large release is read in part and answers as a small one does."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.factors import FactorQuery, Store, open_store, resolve
from mrv.factors.large import LARGE
from mrv.messages import Refused
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.factors.large import Where
    from mrv.factors.resolve import Time

SMALL = open_store()
PART = Store(SMALL.release, SMALL.path, dict(SMALL.facts) | {"rows": LARGE})


def test_nothing_is_read_whole() -> None:
    store = Store(SMALL.release, SMALL.path, dict(SMALL.facts) | {"rows": LARGE})
    row_id = "gbt32151.34-2024-c1/net-calorific-value/diesel"
    assert store.get(row_id) == SMALL.get(row_id)
    assert store.has(row_id)
    assert not store.has("no/such")
    with pytest.raises(Refused, match=r"factor\.unknown-id"):
        store.get("no/such")
    assert store.narrow("oxidation-factor").rows == SMALL.narrow("oxidation-factor").rows
    assert "rows" not in store.__dict__


WORDS = {
    "dataset": ("mee-nbs-electricity", "gbt32151.34-2024-c1", "cpcd", "none"),
    "key": ("electricity", "diesel", "sand", "none"),
    "region": ("CN", "CN-TJ", "GLOBAL", "none"),
    "confidence": ("seen", "secondary", "transcribed", "recalled"),
}


@st.composite
def conditions(draw: st.DrawFn) -> Where:
    columns = draw(st.lists(st.sampled_from(sorted(WORDS)), unique=True, max_size=3))
    return tuple(
        (c, tuple(draw(st.lists(st.sampled_from(WORDS[c]), min_size=1, max_size=2, unique=True))))
        for c in columns
    )


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["grid-average", "net-calorific-value", "product-footprint", "x"]), conditions()
)
def test_conditions_leave_the_same_rows(name: str, where: Where) -> None:
    assert PART.narrow(name, where) == SMALL.narrow(name, where)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.sampled_from(["CN-TJ", "CN", "CN-XZ"]), unique=True),
    st.integers(2019, 2026),
    st.sampled_from(["any", "same-year", "latest-not-after"]),
    conditions(),
)
def test_resolutions_are_the_same(chain: list[str], year: int, time: Time, where: Where) -> None:
    period = (date(year, 1, 1), date(year, 12, 31))
    unit = parse_unit("t CO2/MWh")
    query = FactorQuery("grid-average", unit, where, tuple(chain), period, time)
    assert resolve(PART, query) == resolve(SMALL, query)
