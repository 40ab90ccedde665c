"""A large release is read in part and answers as a small one does."""

from __future__ import annotations

import json
import shutil
from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mrv.factors import FactorQuery, Store, open_store, resolve
from mrv.factors.large import LARGE
from mrv.factors.layers import layered
from mrv.messages import Refused
from mrv.units import parse_unit

if TYPE_CHECKING:
    from pathlib import Path

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


def rewritten(place: Path, name: str, table: pa.Table, **facts: object) -> Store:
    """A release of other rows, taken for one that is too large to be read whole."""
    here = place / "releases" / name
    here.mkdir(parents=True)
    shutil.copy(SMALL.path / "vocabulary.json", here)
    pq.write_table(table, here / "factors.parquet", row_group_size=300)
    stated = {"release": name, "rows": LARGE, "content_sha256": name}
    stated["parquet_sha256"] = sha256((here / "factors.parquet").read_bytes()).hexdigest()
    (here / "release.json").write_text(json.dumps(dict(SMALL.facts) | stated | facts), "utf-8")
    return open_store(name, [place])


@pytest.fixture(scope="module")
def half(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Every second row of the built-in release, and as many of a table of its own."""
    table = pq.read_table(SMALL.path / "factors.parquet")
    mask = pa.array([n % 2 == 0 for n in range(table.num_rows)])
    same, rest = table.filter(mask), table.filter(pa.compute.invert(mask))
    for name in ("id", "dataset"):
        cells = [f"own-{cell}" for cell in rest.column(name).to_pylist()]
        rest = rest.set_column(rest.schema.get_field_index(name), name, pa.array(cells))
    place = tmp_path_factory.mktemp("half")
    return rewritten(place, "half", pa.concat_tables([same, rest.cast(same.schema)]))


@settings(max_examples=25, deadline=None)
@given(
    st.sampled_from(["grid-average", "net-calorific-value", "product-footprint", "x"]),
    conditions(),
    st.booleans(),
)
def test_layers_read_in_part_leave_the_same_rows(
    half: Store, name: str, where: Where, front: object
) -> None:
    whole = Store(half.release, half.path, dict(half.facts) | {"rows": 1})
    order = (half, SMALL) if front else (SMALL, half)
    part = layered(order)
    joined = layered([whole if store is half else store for store in order])
    flat = Store(joined.release, joined.path, {})
    flat.__dict__["rows"] = joined.rows
    assert part.narrow(name, where) == flat.narrow(name, where) == joined.narrow(name, where)
    for row in part.narrow(name, where).rows:
        assert part.release_of(row.id) == joined.release_of(row.id)
    assert "rows" not in part.__dict__
    assert "rows" not in half.__dict__


def test_a_search_in_layers_finds_each_row_once_and_says_whence(
    half: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MRV_CACHE", str(tmp_path))
    for order in ((half, SMALL), (SMALL, half)):
        store = layered(order)
        hits = store.search("柴油", limit=LARGE)
        ids = [hit.row.id for hit in hits]
        assert len(ids) == len(set(ids)) > 50
        assert {hit.release for hit in hits} == {half.release, SMALL.release}
        for hit in hits:
            there = [layer.release for layer in order if layer.has(hit.row.id)]
            assert hit.release == there[0]
        assert [hit.score for hit in hits] == sorted((h.score for h in hits), reverse=True)
        assert "rows" not in half.__dict__


def test_one_id_with_two_meanings_is_refused_in_part_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MRV_CACHE", str(tmp_path / "cache"))
    table = pq.read_table(SMALL.path / "factors.parquet")
    hashes = pa.array(["0" * 64] * table.num_rows)
    table = table.set_column(table.schema.get_field_index("row_hash"), "row_hash", hashes)
    other = rewritten(tmp_path, "other", table)
    diesel = "gbt32151.34-2024-c1/net-calorific-value/diesel"
    for order in ((other, SMALL), (SMALL, other)):
        for ask in (
            lambda store: store.narrow("net-calorific-value"),
            lambda store: store.get(diesel),
            lambda store: store.search("柴油"),
        ):
            with pytest.raises(Refused, match=r"factor\.id-in-two-releases"):
                ask(layered(order))


HARM = {
    "lacks value": lambda t: t.drop_columns(["value"]),
    "number is text": lambda t: t.set_column(9, "number", t.column("value")),
    "one more": lambda t: t.append_column("price", t.column("value")),
    "another table": lambda t: t.select(["id"]).rename_columns(["name"]),
    "null": lambda t: t.set_column(
        0, "id", pa.array([None, *t.column("id").to_pylist()[1:]], pa.string())
    ),
}
SAID = {
    "lacks value": "the column value is missing",
    "number is text": "number is of type text, not a double",
    "one more": "the column price is unknown",
    "another table": "the column name is unknown",
    "null": "has nulls",
}


@pytest.mark.parametrize("rows", [1, LARGE])
@pytest.mark.parametrize("harm", list(HARM))
def test_a_file_of_another_schema_is_refused(
    harm: str, rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MRV_CACHE", str(tmp_path / "cache"))
    table = HARM[harm](pq.read_table(SMALL.path / "factors.parquet"))
    name = SMALL.narrow("net-calorific-value").rows[0].property
    if harm == "null":
        name = table.column("property")[0].as_py()
    store = rewritten(tmp_path, "odd", table, rows=rows)
    with pytest.raises(Refused, match=r"factor\.release-schema") as caught:
        store.narrow(name)
    assert SAID[harm] in str(caught.value)
    fresh = open_store("odd", [tmp_path])
    with pytest.raises(Refused, match=r"factor\.release-schema"):
        fresh.search("柴油")
    assert not list((tmp_path / "cache").rglob("*search"))


@pytest.mark.parametrize("rows", [1, LARGE])
def test_a_file_that_is_no_parquet_or_was_cut_is_refused(
    rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MRV_CACHE", str(tmp_path / "cache"))
    store = rewritten(tmp_path, "odd", pq.read_table(SMALL.path / "factors.parquet"), rows=rows)
    file = store.path / "factors.parquet"
    file.write_bytes(file.read_bytes()[:40_000])
    for ask in (lambda s: s.narrow("gwp100"), lambda s: s.search("柴油"), lambda s: s.get("a/b")):
        with pytest.raises(Refused, match=r"factor\.release-damaged"):
            ask(open_store("odd", [tmp_path]))
    facts = json.loads((store.path / "release.json").read_text("utf-8"))
    facts["parquet_sha256"] = sha256(file.read_bytes()).hexdigest()
    (store.path / "release.json").write_text(json.dumps(facts), "utf-8")
    for ask in (lambda s: s.narrow("gwp100"), lambda s: s.search("柴油"), lambda s: s.get("a/b")):
        with pytest.raises(Refused, match=r"factor\.release-schema"):
            ask(open_store("odd", [tmp_path]))
    assert open_store().search("柴油")
