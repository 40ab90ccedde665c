"""The book of a release: the folded texts of all its rows, scored by the words of a search.

Every row that holds every word is scored; none is left out for speed. A word is looked for once in
each different text of a column, and each row takes the score of its text.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mrv.factors.columns import cell
from mrv.factors.folding import plain
from mrv.factors.texts import Texts
from mrv.factors.vocabulary import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from mrv.factors.columns import Columns
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.factors.texts import Array, Column
    from mrv.factors.vocabulary import Names

_PART = 1 << 16
"""Rows that are scored at a time: as many as a processor keeps at hand."""

WEIGHTS = {"name": 8, "synonym": 6, "key": 6, "property": 4, "code": 4, "place": 3, "source": 1}
"""How much a word counts by where it stands; a whole match counts twice, a beginning half more."""

COLUMNS = {
    "zh": "name",
    "en": "name",
    "about": "key",
    "measured": "property",
    "place": "place",
    "until": "place",
    "table": "code",
    "class": "code",
    "where": "code",
    "state": "code",
    "paper": "source",
    "issuer": "source",
}
"""The columns that are searched, each with the kind of field that it is."""

NAMED = {"topic": "synonym", "property": "property", "region": "place"}
"""The columns whose keys have names in the vocabularies."""

Table = tuple["Array", "Array"]
"""For each row the place of its text, and for each text its score."""


@dataclass(frozen=True)
class _Names:
    """The names that the vocabularies give to the keys of a column."""

    column: Column
    texts: Texts
    owners: Array
    field: str


class Book:
    """The searched texts of one release, by the vocabularies of the store that it is part of."""

    def __init__(self, columns: Columns, store: Store, release: str) -> None:
        """Look up the names of every key that the release has."""
        self.columns = columns
        self.release = release
        self._store = store
        self._names = [self._named(name, field) for name, field in NAMED.items()]

    def _named(self, name: str, field: str) -> _Names:
        column = self.columns[name]
        texts: list[str] = []
        owners: list[int] = []
        for key, names in self._vocabulary(name):
            code = bisect_left(column.texts, key)
            if code < len(column.texts) and column.texts[code] == key:
                spelled = [plain(word) for word in spellings(names)]
                texts += spelled
                owners += [code] * len(spelled)
        return _Names(column, Texts.of(texts), np.array(owners, np.int64), field)

    def _vocabulary(self, name: str) -> Iterator[tuple[str, Names]]:
        if name != "topic":
            yield from self._store.vocabulary(name).items()
            return
        for kind in self.columns["key_kind"].texts:
            for key, names in _names_of(self._store, kind).items():
                yield f"{kind}/{key}", names

    def knows(self, term: str) -> bool:
        """Tell whether a term stands in any text at all."""
        return any(self.columns[name].texts.knows(term) for name in COLUMNS) or any(
            names.texts.knows(term) for names in self._names
        )

    def find(
        self, terms: Sequence[str], masks: Sequence[Sequence[Table]], limit: int
    ) -> list[tuple[float, int]]:
        """Return the rows that hold every term, the best first, as pairs of score and place.

        Args:
            terms: folded words; none finds every row.
            masks: conditions that a row must meet, each in one of some columns.
            limit: how many to return at most.
        """
        rows = np.arange(self.columns.rows)
        for mask in masks:
            if not len(rows):
                return []
            rows = rows[_parts(lambda part, tables: _met(tables, part), mask, rows)]
        scores: dict[str, Array] = {}
        for term in sorted(set(terms), key=lambda term: (-len(term), term)):
            tables = self._tables(term) if len(rows) else []
            if not tables:
                return []
            found = _parts(lambda part, tables: _scored(tables, part), tables, rows)
            held = found > 0
            rows = rows[held]
            scores = {word: score[held] for word, score in scores.items()}
            scores[term] = found[held]
        total = np.zeros(len(rows))
        for term in terms:
            total += scores[term]
        best, places = _front(total / max(1, len(terms)), rows, limit)
        order = np.argsort(-best, kind="stable")
        return [(float(best[at]), int(places[at])) for at in order]

    def _tables(self, term: str) -> list[Table]:
        """Score every text by a term; columns in which it stands nowhere are left out."""
        found: list[Table] = []
        for name, field in COLUMNS.items():
            column = self.columns[name]
            held, near = _texts_scored(term, column.texts, field)
            if len(held):
                table = np.zeros(len(column.texts))
                table[held] = near
                found.append((column.codes, table))
        for names in self._names:
            held, near = _texts_scored(term, names.texts, names.field)
            if len(held):
                table = np.zeros(len(names.column.texts))
                np.maximum.at(table, names.owners[held], near)
                found.append((names.column.codes, table))
        return found

    def score(self, row: FactorRow, terms: Sequence[str]) -> tuple[float, list[tuple[str, str]]]:
        """Return how near a row is to the terms, and in which field each of them stands."""
        fields = searched(row, self._store)
        total, where = 0.0, []
        for term in terms:
            best = max((nearness(term, field, word), field) for field, word in fields)
            total += best[0]
            where.append((term, best[1]))
        return total / max(1, len(terms)), where


def spellings(names: Names) -> Iterator[str]:
    """Yield the names of a key."""
    yield from (word for word in (names.zh, names.en, *names.synonyms) if word)


def searched(row: FactorRow, store: Store) -> list[tuple[str, str]]:
    """Return what is searched of a row: kind of field and folded text."""
    found = [(field, cell(row, name)) for name, field in COLUMNS.items()]
    kinds = {"topic": (row.key_kind, row.key)} | {
        name: (name, str(getattr(row, name))) for name in NAMED if name != "topic"
    }
    for name, (kind, key) in kinds.items():
        vocabulary = _names_of(store, kind)
        if key in vocabulary:
            found += [(NAMED[name], plain(word)) for word in spellings(vocabulary[key])]
    return found


def _names_of(store: Store, kind: str) -> Mapping[str, Names]:
    return store.vocabulary(kind) if kind in KINDS else {}


def nearness(term: str, field: str, word: str) -> float:
    """Return how near a term is to a text: by the kind of field, the share of it, its beginning."""
    if term not in word:
        return 0.0
    weight = WEIGHTS[field] * (1 + len(term) / len(word))
    return weight + WEIGHTS[field] / 2 if word.startswith(term) else weight


def _texts_scored(term: str, texts: Texts, field: str) -> tuple[Array, Array]:
    """Do what `nearness` does for every text that holds a term."""
    held, begins = texts.holding(term)
    near = WEIGHTS[field] * (1 + len(term) / texts.sizes[held])
    return held, np.where(begins, near + WEIGHTS[field] / 2, near)


def _parts(
    ask: Callable[[Array | slice, Sequence[Table]], Array], tables: Sequence[Table], rows: Array
) -> Array:
    """Ask a part of the rows at a time, as many as a processor keeps at hand."""
    every = not len(rows) or int(rows[-1]) == len(rows) - 1
    found = [np.zeros(0, bool)]
    for start in range(0, len(rows), _PART):
        part = slice(start, min(start + _PART, len(rows)))
        found.append(ask(part if every else rows[part], tables))
    return np.concatenate(found[1:] or found)


def _scored(tables: Sequence[Table], part: Array | slice) -> Array:
    """Return the best score of each of some rows."""
    codes, table = tables[0]
    best: Array = table[codes[part]]
    for codes, table in tables[1:]:
        np.maximum(best, table[codes[part]], out=best)
    return best


def _met(mask: Sequence[Table], part: Array | slice) -> Array:
    """Tell for some rows whether one of the columns of a condition meets it."""
    if not mask:
        return np.zeros(part.stop - part.start if isinstance(part, slice) else len(part), bool)
    codes, meets = mask[0]
    found: Array = meets[codes[part]]
    for codes, meets in mask[1:]:
        found |= meets[codes[part]]
    return found


def _front(best: Array, places: Array, limit: int) -> tuple[Array, Array]:
    """Keep the best scores; of equal ones, those that stand first."""
    if len(best) <= limit:
        return best, places
    cut = np.partition(best, len(best) - limit)[len(best) - limit]
    above = best > cut
    ties = np.flatnonzero(best == cut)[: limit - int(above.sum())]
    above[ties] = True
    return best[above], places[above]
