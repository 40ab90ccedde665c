"""Texts in one array of bytes, and columns of numbers that point into it.

A word is looked for in every text at once, by comparing bytes: that is exact, and the texts of a
million rows need no object each. The arrays may lie in memory or in a mapped file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Array = np.ndarray[Any, Any]

_SAMPLE = 1 << 16
"""How many bytes tell which byte of a word is rare."""

_GRAMS = 1 << 20
_STEP = 1 << 20
"""How many bytes are looked at together where one place is enough."""


@dataclass(frozen=True)
class Texts:
    """Texts one after another.

    Attributes:
        blob: their UTF-8 bytes.
        ends: where each of them ends in ``blob``.
        sizes: length of each in characters.
        grams: whether each run of three bytes, by a hash, occurs; empty if there are few bytes.
    """

    blob: Array
    ends: Array
    sizes: Array
    grams: Array

    @classmethod
    def of(cls, texts: Iterable[str]) -> Texts:
        """Put texts together.

        Example:
            >>> Texts.of(["柴油", "diesel"])[1]
            'diesel'
        """
        words = list(texts)
        coded = [word.encode() for word in words]
        ends = np.cumsum(np.fromiter(map(len, coded), np.int64, len(coded)))
        sizes = np.fromiter(map(len, words), np.int64, len(words))
        blob = np.frombuffer(b"".join(coded), np.uint8)
        return cls(blob, narrow(ends), narrow(sizes), grams(blob))

    def __len__(self) -> int:
        """Return how many texts there are."""
        return len(self.ends)

    def __getitem__(self, place: int) -> str:
        """Return one text."""
        if not 0 <= place < len(self.ends):
            raise IndexError(place)
        start = int(self.ends[place - 1]) if place else 0
        return self.blob[start : int(self.ends[place])].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        """Yield the texts in their order."""
        return (self[place] for place in range(len(self)))

    def knows(self, word: str) -> bool:
        """Tell whether any text holds a word; the first place will do.

        Example:
            >>> Texts.of(["柴油", "煤"]).knows("油"), Texts.of(["柴油", "煤"]).knows("油煤")
            (True, False)
        """
        coded = word.encode()
        if not self._possible(coded):
            return False
        return any(len(inside) for inside, _ in self._parts(coded))

    def holding(self, word: str) -> tuple[Array, Array]:
        """Return the places of the texts that hold a word, and which of them begin with it.

        Example:
            >>> [list(map(int, found)) for found in Texts.of(["柴油", "轻柴油"]).holding("柴油")]
            [[0, 1], [1, 0]]
        """
        coded = word.encode()
        if not self._possible(coded):
            return np.zeros(0, np.int64), np.zeros(0, bool)
        found = list(self._parts(coded))
        inside = np.concatenate([places for places, _ in found])
        begins = np.concatenate([begin for _, begin in found])
        first = _first(inside)
        return inside[first], begins[first]

    def _possible(self, coded: bytes) -> bool:
        """Tell if every run of three bytes of a word occurs somewhere."""
        if not coded or len(coded) > len(self.blob):
            return False
        if not len(self.grams):
            return True
        return bool(self.grams[_hashes(np.frombuffer(coded, np.uint8))].all())

    def _parts(self, coded: bytes) -> Iterator[tuple[Array, Array]]:
        """Yield for each part of the blob which texts hold a word there, and which begin with it.

        A place that runs into the next text is none.
        """
        for start in range(0, len(self.blob), _STEP):
            part = self.blob[start : start + _STEP + len(coded) - 1]
            at = _places(part, coded) + start
            low, high = np.searchsorted(self.ends, [start, start + len(part)], side="right")
            ends = self.ends[low : high + 1]
            inside = np.searchsorted(ends, at.astype(ends.dtype), side="right")
            whole = at + len(coded) <= ends[inside]
            at, inside = at[whole], inside[whole] + low
            first = _first(inside)
            at, inside = at[first], inside[first]
            yield narrow(inside), at == np.where(inside > 0, self.ends[inside - 1], 0)


def _first(inside: Array) -> Array:
    """Mark the first of each run of equal numbers."""
    found = np.ones(len(inside), bool)
    found[1:] = inside[1:] != inside[:-1]
    return found


def _places(blob: Array, coded: bytes) -> Array:
    """Return every place where some bytes stand, by the rarest of them first."""
    if len(blob) < len(coded):
        return np.zeros(0, np.int64)
    common = np.bincount(blob[:_SAMPLE], minlength=256)
    order = sorted(range(len(coded)), key=lambda place: int(common[coded[place]]))
    last = len(blob) - len(coded) + 1
    rare = order[0]
    at = np.flatnonzero(blob[rare : rare + last] == coded[rare])
    for place in order[1:]:
        at = at[blob[at + place] == coded[place]]
    return at


def grams(blob: Array) -> Array:
    """Mark the hash of each run of three bytes; of few bytes none, for they are soon looked at."""
    if len(blob) < _SAMPLE:
        return np.zeros(0, bool)
    found = np.zeros(_GRAMS, bool)
    for start in range(0, len(blob), _STEP):
        found[_hashes(blob[start : start + _STEP + 2])] = True
    return found


def _hashes(blob: Array) -> Array:
    one, two, three = (blob[n : len(blob) - 2 + n].astype(np.uint32) for n in range(3))
    return (one * 65599 + two * 257 + three * 8191) % _GRAMS


@dataclass(frozen=True)
class Column:
    """One column of many rows: each row has the place of its text among the different ones.

    Attributes:
        codes: for each row, the place of its text.
        texts: the different texts, sorted.
    """

    codes: Array
    texts: Texts

    @classmethod
    def of(cls, cells: Iterable[str]) -> Column:
        """Make a column of the cells of rows.

        Example:
            >>> column = Column.of(["b", "a", "b"])
            >>> [column[row] for row in range(3)]
            ['b', 'a', 'b']
        """
        seen: dict[str, int] = {}
        codes = np.fromiter((seen.setdefault(cell, len(seen)) for cell in cells), np.int64)
        words = sorted(seen)
        rank = np.empty(len(words), np.int64)
        rank[[seen[word] for word in words]] = np.arange(len(words))
        return cls(narrow(rank)[codes], Texts.of(words))

    def __getitem__(self, row: int) -> str:
        """Return the text of a row."""
        return self.texts[int(self.codes[row])]


def narrow(array: Array) -> Array:
    """Return whole numbers that are not negative in the smallest type that holds them."""
    top = int(array.max()) if len(array) else 0
    return array.astype(np.min_scalar_type(top))
