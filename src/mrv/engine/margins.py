"""Sums that people know besides the rows of a grain: the report's, and those of coarser groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.engine.withheld import Hidden, Key
    from mrv.language.types import Grain
    from mrv.language.types import Key as GroupKey

_LENGTHS = {"year": 4, "month": 7, "day": 10}


@dataclass(frozen=True)
class Margin:
    """A coarser grain over the rows of a finer one.

    Attributes:
        places: for each key of the coarser grain, where it stands among the names of the finer
            one, and how many characters of it count (None: all).
        hidden: what is withheld of the coarser grain; None for the report.
    """

    places: tuple[tuple[int, int | None], ...]
    hidden: Hidden | None = None

    def group_of(self, key: Key) -> Key:
        """Return the coarser group of a row: organisation, period, its keys."""
        own = key[2:]
        return (*key[:2], *(_cut(own[at], length) for at, length in self.places))

    def withheld(self, group: Key) -> bool:
        """Return whether the sum itself is withheld, so that its parts must not give it away."""
        return self.hidden is not None and group in self.hidden.rows


def _cut(value: object, length: int | None) -> object:
    """Return the calendar part of a longer one: the month of a day; a year is a whole number."""
    if length is None:
        return value
    part = str(value)[:length]
    return int(part) if length == _LENGTHS["year"] else part


def margins_of(grain: Grain, coarser: Mapping[Grain, Hidden]) -> Iterable[Margin]:
    """Yield the sums over a grain's rows, the finer ones first and the report last.

    Args:
        grain: the finer grain.
        coarser: the grains settled so far.
    """
    for other, hidden in reversed(list(coarser.items())):
        places = _places(other, grain)
        if places is not None:
            yield Margin(places, hidden)
    yield Margin(())


def _places(coarse: Grain, fine: Grain) -> tuple[tuple[int, int | None], ...] | None:
    """Return where the keys of one grain stand in those of another; None if they do not."""
    if coarse.table != fine.table or coarse.keys is None or fine.keys is None:
        return None
    found: list[tuple[int, int | None]] = []
    for key in coarse.keys:
        place = next((p for p in (_meets(key, fine, at) for at in range(len(fine.keys))) if p),
                     None)  # fmt: skip
        if place is None:
            return None
        found.append(place)
    return tuple(found)


def _meets(key: GroupKey, fine: Grain, at: int) -> tuple[int, int | None] | None:
    other = (fine.keys or ())[at]
    if other.column != key.column:
        return None
    if other.part == key.part:
        return at, None
    if key.part is None or other.part is None:
        return None
    finer = _LENGTHS[other.part] > _LENGTHS[key.part]
    return (at, _LENGTHS[key.part]) if finer else None
