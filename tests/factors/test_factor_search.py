"""Search: complete against plain substrings, in any spelling, filtered, ranked with a reason."""

from __future__ import annotations

import json
import random
import shutil
import string
from hashlib import sha256
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mrv.factors import open_store
from mrv.factors.folding import plain, simplify
from mrv.factors.search import hint, pick, search
from mrv.messages import Refused

if TYPE_CHECKING:
    from pathlib import Path

    import pyarrow as pa

    from mrv.factors import Store
from mrv.units import parse_unit

STORE = open_store()
ALL = len(STORE.rows)


def ids(words: str, **conditions: object) -> list[str]:
    return [hit.row.id for hit in search(STORE, words, limit=ALL, **conditions)]  # type: ignore[arg-type]


SPELLINGS = [
    ("柴油", "diesel"),
    ("轻柴油", "diesel"),
    ("Diesel", "diesel"),
    ("天然氣", "natural-gas"),
    ("無煙煤", "anthracite"),
    ("ＬＮＧ", "lng"),
    ("液化石油氣", "lpg"),
    ("hfo", "hfo"),
    ("heavy fuel oil", "hfo"),
    ("風電", "electricity-wind"),
    ("热轧钢筋", "hot-rolled-rebar"),
    ("41121A0082022C", "hot-rolled-rebar"),
    ("散貨船", "bulk-carrier"),
    ("碳足跡 光伏", "electricity-pv"),
]


@pytest.mark.parametrize(("words", "key"), SPELLINGS)
def test_a_spelling_finds_its_key(words: str, key: str) -> None:
    assert key in {STORE.get(row_id).key for row_id in ids(words)[:20]}


@pytest.mark.parametrize("word", ["柴油", "油", "碳", "天然气", "铁", "steel", "2023", "17500"])
def test_nothing_that_holds_the_word_is_missed(word: str) -> None:
    found = set(ids(word))
    for row in STORE.rows:
        cells = (row.name_zh, row.name_en, row.id, row.classification, row.reference_to[:4])
        if any(plain(word) in plain(cell) for cell in cells):
            assert row.id in found, row.id


def test_a_run_of_chinese_is_parted_where_it_occurs_nowhere() -> None:
    assert ids("天津电力")[:3] == ids("天津 电力")[:3]
    first = STORE.get(ids("柴油低位发热量")[0])
    assert (first.key, first.property) == ("diesel", "net-calorific-value")
    assert ids("螺纹") == []


def test_every_word_must_occur() -> None:
    both = set(ids("天津 热力"))
    assert both
    assert both <= set(ids("热力"))
    assert ids("天津 no-such-word") == []


FILTERS = [
    ({"region": "天津市"}, lambda r: r.region == "CN-TJ"),
    ({"year": 2023}, lambda r: r.reference_to[:4] == "2023"),
    ({"unit": "kg CO2/kWh"}, lambda r: parse_unit(r.unit).fits(parse_unit("kg CO2/GJ"))),
    ({"boundary": "life-cycle"}, lambda r: r.boundary.startswith("life-cycle")),
    ({"source": "cpcd"}, lambda r: "cpcd" in (r.document + r.source + r.dataset).lower()),
    ({"confidence": "recalled"}, lambda r: r.confidence == "recalled"),
    ({"confidence": ("seen", "secondary")}, lambda r: r.confidence in ("seen", "secondary")),
    ({"kind": "fuel"}, lambda r: r.key_kind == "fuel"),
    ({"property": "低位发热量"}, lambda r: r.property == "net-calorific-value"),
]


@pytest.mark.parametrize("case", FILTERS, ids=[str(f[0]) for f in FILTERS])
def test_a_filter_keeps_what_it_says(case: tuple[dict[str, object], object]) -> None:
    conditions, test = case
    word = "电" if "fuel" not in str(conditions) and "低位" not in str(conditions) else "油"
    if "confidence" in conditions:
        word = "a"
    found = ids(word, **conditions)
    assert found
    assert all(test(STORE.get(row_id)) for row_id in found)  # type: ignore[operator]


def test_a_hit_says_why_and_whence() -> None:
    hit = search(STORE, "天津 电力", limit=1)[0]
    assert hit.release == STORE.release
    assert "“天津”见于地区或年份" in hit.reason.zh
    assert '"电力" in the name' in hit.reason.en


def test_rows_in_use_come_before_witnesses_and_the_better_known_first() -> None:
    hits = search(STORE, "无烟煤", limit=ALL)
    same = [hit.row for hit in hits if hit.score == hits[0].score]
    assert same == sorted(same, key=lambda row: row.status != "active")
    assert hits[0].row.status == "active"
    assert hits[0].row.confidence != "recalled"


REFUSED = [
    ("search.empty", "  ，", {}),
    ("search.empty", "油", {"limit": 0}),
    ("call.unknown-confidence", "油", {"confidence": "sene"}),
    ("factor.unknown-key", "油", {"region": "天金"}),
    ("factor.unknown-key", "油", {"property": "热直"}),
    ("call.unknown-vocabulary", "油", {"kind": "feul"}),
    ("unit.unknown", "油", {"unit": "furlong"}),
]


@pytest.mark.parametrize(("rule", "words", "conditions"), REFUSED)
def test_a_senseless_search_is_refused(
    rule: str, words: str, conditions: dict[str, object]
) -> None:
    with pytest.raises(Refused) as caught:
        search(STORE, words, **conditions)  # type: ignore[arg-type]
    assert caught.value.diagnostics[0].rule == rule


def test_the_order_of_rows_does_not_matter(tmp_path: Path) -> None:
    table = pq.read_table(STORE.path / "factors.parquet")
    order = list(range(table.num_rows))
    random.Random(1).shuffle(order)  # noqa: S311 - any order will do
    mixed = rewritten(tmp_path, table.take(order))
    for word in ("柴油", "天津 电力", "光伏"):
        one = [(hit.row, hit.score, hit.reason) for hit in search(STORE, word)]
        assert one == [(hit.row, hit.score, hit.reason) for hit in search(mixed, word)]


def rewritten(place: Path, table: pa.Table, name: str = "mixed") -> Store:
    here = place / "releases" / name
    shutil.copytree(STORE.path, here)
    pq.write_table(table, here / "factors.parquet", row_group_size=500)
    body = (here / "factors.parquet").read_bytes()
    facts = dict(STORE.facts) | {"release": name, "parquet_sha256": sha256(body).hexdigest()}
    (here / "release.json").write_text(json.dumps(facts), encoding="utf-8")
    return open_store(name, [place])


def test_filters_alone_give_the_rows_in_the_order_of_equal_hits() -> None:
    found = pick(STORE, region="天津", limit=ALL)
    assert {hit.row.id for hit in found} == {r.id for r in STORE.rows if r.region == "CN-TJ"}
    assert found[0].reason.zh == "符合全部条件"
    assert [hit.row.status for hit in found] == sorted(hit.row.status for hit in found)


HINTS = [
    ("deisel", '"diesel"', "“diesel”"),
    ("natural gaz", '"gas"', "“gas”"),
    ("柴由", '"柴油"', "“柴油”"),
    ("天金 电力", '"天津"', "“天津”"),
    ("天津柴由", '"柴油"', "“柴油”"),
    ("柴油 铁路", "each word occurs", "各个词都有"),
    ("qqqq", 'no row holds "qqqq"', "没有因子含有“qqqq”"),
]


@pytest.mark.parametrize(("words", "english", "chinese"), HINTS)
def test_nothing_found_says_what_may_have_been_meant(
    words: str, english: str, chinese: str
) -> None:
    assert search(STORE, words) == ()
    said = hint(STORE, words)
    assert english in said.en
    assert chinese in said.zh


@settings(max_examples=80, deadline=None)
@given(st.sampled_from(STORE.rows), st.data())
def test_any_piece_of_a_name_finds_its_row(row: object, data: st.DataObject) -> None:
    name = plain(row.name_zh)  # type: ignore[attr-defined]
    start = data.draw(st.integers(0, len(name) - 1))
    stop = data.draw(st.integers(start + 1, len(name)))
    assume(any(letter.isalnum() for letter in name[start:stop]))
    found = search(STORE, name[start:stop], limit=ALL, property=row.property)  # type: ignore[attr-defined]
    assert row in [hit.row for hit in found]


@settings(max_examples=60, deadline=None)
@given(st.text(string.printable + "柴油電風（）　·", max_size=20))
def test_folding_is_stable(word: str) -> None:
    assert plain(plain(word)) == plain(word)
    assert simplify(simplify(word)) == simplify(word)
    assert plain(word.upper()) == plain(word.lower())
