"""Index and memory rank as a plain comparison of every text with every word does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mrv.factors import Store, open_store
from mrv.factors.folding import plain
from mrv.factors.large import LARGE
from mrv.factors.search import search, words_of
from mrv.factors.texts import Texts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from mrv.factors import FactorRow

STORE = open_store()


@pytest.fixture(scope="module", autouse=True)
def _cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MRV_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


WEIGHTS = {"name": 8, "synonym": 6, "key": 6, "property": 4, "code": 4, "place": 3, "source": 1}


def fields(row: FactorRow) -> list[tuple[str, str]]:
    """What is searched of a row, written once more and without any speed."""
    told = (row.property, row.key, row.region, row.reference_to[:4])
    found = [("name", row.name_zh), ("name", row.name_en), ("key", row.key)]
    found += [("property", row.property), ("place", row.region), ("place", row.reference_to[:4])]
    found += [("code", "/".join(part for part in row.id.split("/") if part not in told))]
    found += [("code", row.classification), ("code", row.clause), ("code", row.condition)]
    found += [("source", row.document), ("source", row.publisher)]
    keys = [("synonym", row.key_kind, row.key), ("property", "property", row.property)]
    for field, kind, key in [*keys, ("place", "region", row.region)]:
        names = STORE.vocabulary(kind).get(key)
        if names is not None:
            found += [(field, word) for word in (names.zh, names.en, *names.synonyms)]
    return [(field, plain(word)) for field, word in found]


FIELDS = {row.id: fields(row) for row in STORE.rows}


def plainly(terms: list[str], keep: Callable[[FactorRow], bool]) -> list[tuple[str, float]]:
    """Every row that holds every term, by comparing each text with each term."""
    trust = ("seen", "transcribed", "secondary", "derived", "recalled", "unverified")
    found = []
    for row in filter(keep, STORE.rows):
        scores = []
        for term in terms:
            near = [
                WEIGHTS[field] * (1 + len(term) / len(word))
                + (WEIGHTS[field] / 2 if word.startswith(term) else 0)
                for field, word in FIELDS[row.id]
                if term in word
            ]
            scores.append(max(near, default=0.0))
        if all(scores):
            age = -(row.year or 0)
            rank = (row.status != "active", trust.index(row.confidence), age, row.id)
            found.append((-sum(scores) / len(terms), *rank))
    return [(str(hit[-1]), -float(hit[0])) for hit in sorted(found)]


@st.composite
def queries(draw: st.DrawFn) -> str:
    """Pieces of what is there, so that most queries find something and many find much."""
    row = draw(st.sampled_from(STORE.rows))
    words = []
    for _ in range(draw(st.integers(1, 3))):
        word = draw(st.sampled_from([word for _, word in FIELDS[row.id] if word]))
        start = draw(st.integers(0, len(word) - 1))
        words.append(word[start : start + draw(st.integers(1, 6))])
    return " ".join(words)


LARGE_ONE = Store(STORE.release, STORE.path, dict(STORE.facts) | {"rows": LARGE})


@settings(max_examples=50, deadline=None)
@given(queries(), st.sampled_from(["", "CN", "GLOBAL"]), st.integers(1, 30))
def test_index_and_memory_answer_as_a_plain_comparison(words: str, place: str, limit: int) -> None:
    terms = words_of(words)
    assume(terms)
    wishes = {"region": place} if place else {}
    expected = plainly(terms, lambda row: not place or row.region == place)
    if not expected:
        return
    for store in (STORE, LARGE_ONE):
        hits = search(store, words, limit=limit, **wishes)  # type: ignore[arg-type]
        assert [hit.row.id for hit in hits] == [row_id for row_id, _ in expected[:limit]]
        assert [hit.score for hit in hits] == pytest.approx(
            [score for _, score in expected[:limit]]
        )
    both = [search(store, words, limit=limit, **wishes) for store in (STORE, LARGE_ONE)]  # type: ignore[arg-type]
    assert both[0] == both[1]
    assert [hit.row for hit in both[1]] == [STORE.get(hit.row.id) for hit in both[1]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("ab柴油\x00é", max_size=6), min_size=1), st.text("ab柴油", min_size=1))
def test_texts_hold_what_python_finds(words: list[str], word: str) -> None:
    texts = Texts.of(words)
    held, begins = texts.holding(word)
    assert held.tolist() == [n for n, text in enumerate(words) if word in text]
    assert begins.tolist() == [text.startswith(word) for text in words if word in text]
    assert texts.knows(word) == any(word in text for text in words)
    assert list(texts) == words


def test_long_columns_are_searched_part_by_part() -> None:
    words = [f"{'轻柴油' if n % 3 else '煤'} {n:07d} type" for n in range(120_000)]
    texts = Texts.of(words)
    assert len(texts.blob) > 2 * (1 << 20)
    for word in ("柴油", "0119999", "e", "油 01", "天津", "油煤"):
        assert texts.holding(word)[0].tolist() == [n for n, w in enumerate(words) if word in w]
        assert texts.knows(word) == any(word in w for w in words)
