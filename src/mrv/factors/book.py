"""The book of a store: the folded texts of all its rows, as one string that is scanned."""

from __future__ import annotations

from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

from mrv.factors.folding import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.factors.vocabulary import Names

_END = "\n"
_LAST_LATIN = 0x2E7F

WEIGHTS = {"name": 8, "synonym": 6, "key": 6, "property": 4, "code": 4, "place": 3, "source": 1}
"""How much a word counts by where it stands; a whole match counts twice, a beginning half more."""


class Book:
    """The folded texts of all rows, in one string with the place where each row begins."""

    def __init__(self, store: Store) -> None:
        """Fold every row of a store."""
        self.rows = store.rows
        self._vocabularies: dict[str, Mapping[str, Names]] = {}
        self._store = store
        self._folded: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
        pages = [_END.join(part for _, part in self.fields(row)) for row in self.rows]
        words = {word for page in pages for word in page.split(_END)}
        self._words = _END.join(sorted(words))
        self._starts: list[int] = []
        at = 0
        for page in pages:
            self._starts.append(at)
            at += len(page) + 1
        self._all = _END.join(pages) + _END

    def fields(self, row: FactorRow) -> tuple[tuple[str, str], ...]:
        """Return what is searched of a row: kind of field and folded text, names first."""
        own = (
            *(("name", row.name_zh), ("name", row.name_en), ("code", row.id)),
            *(("code", row.classification), ("code", row.clause), ("code", row.condition)),
            *(("place", row.reference_to[:4]), ("source", row.document)),
            ("source", row.publisher),
        )
        folded = [(field, _folded(word)) for field, word in own if word]
        return (
            *folded[:2],
            *self._shared("synonym", row.key_kind, row.key),
            *self._shared("property", "property", row.property),
            *self._shared("place", "region", row.region),
            *folded[2:],
        )

    def _shared(self, field: str, kind: str, key: str) -> tuple[tuple[str, str], ...]:
        """Return the fields that all rows of one key share, folded once."""
        found = self._folded.get((kind, key))
        if found is None:
            words = [(field, word) for word in self._names(kind, key)]
            words.append(("key" if field == "synonym" else field, key))
            found = tuple((name, plain(word)) for name, word in words if word)
            self._folded[kind, key] = found
        return found

    def _names(self, kind: str, key: str) -> Iterable[str]:
        if kind not in self._vocabularies:
            self._vocabularies[kind] = self._store.vocabulary(kind)
        names = self._vocabularies[kind].get(key)
        return (names.zh, names.en, *names.synonyms) if names else ()

    def find(self, terms: Sequence[str]) -> list[tuple[int, int]]:
        """Return the rows that hold every term, as pairs.

        The first is how far into the row the longest term stands (the fields of a row begin with
        its names, so early is good), the second the number of the row.
        """
        first = max(terms, key=len)
        others = [term for term in terms if term != first]
        whole, starts, size = self._all, self._starts, len(first)
        ends = [*starts[1:], len(whole)]
        found: list[tuple[int, int]] = []
        at, number = whole.find(first), 0
        while at >= 0:
            number = bisect_right(starts, at, number) - 1
            start, end = starts[number], ends[number]
            if not others or all(whole.find(term, start, end) >= 0 for term in others):
                found.append((at - start, number))
            at = whole.find(first, max(end, at + size))
        return found

    def score(self, number: int, terms: Sequence[str]) -> tuple[float, list[tuple[str, str]]]:
        """Return how near a row is to the terms, and in which field each of them stands."""
        fields = self.fields(self.rows[number])
        total, where = 0.0, []
        for term in terms:
            best = max((_nearness(term, field, word), field) for field, word in fields)
            total += best[0]
            where.append((term, best[1]))
        return total / len(terms), where

    def knows(self, term: str) -> bool:
        """Tell whether a term stands in any field at all, by the distinct texts only."""
        return term in self._words

    def parted(self, term: str) -> list[str]:
        """Part a run of Chinese at the longest pieces that occur anywhere."""
        if self.knows(term) or all(ord(char) <= _LAST_LATIN for char in term):
            return [term]
        parts, rest = [], term
        while rest:
            size = next((n for n in range(len(rest), 1, -1) if rest[:n] in self._words), 1)
            parts.append(rest[:size])
            rest = rest[size:]
        return parts


def _nearness(term: str, field: str, word: str) -> float:
    if term not in word:
        return 0.0
    weight = WEIGHTS[field] * (1 + len(term) / len(word))
    return weight + WEIGHTS[field] / 2 if word.startswith(term) else weight


@lru_cache(maxsize=200_000)
def _folded(word: str) -> str:
    return plain(word)
