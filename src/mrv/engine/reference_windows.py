"""Relations that compare rows with other rows: neighbours of the same table, points of a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrv.engine.reference_columns import OUTER, codes, column, constant, extend, take
from mrv.engine.reference_relations import any_missing
from mrv.engine.reference_scalars import scalar

if TYPE_CHECKING:
    from mrv.engine.plan import Segment, Window
    from mrv.engine.reference_columns import Array, Columns, Site


def window(relation: Window, site: Site) -> Columns:
    """Flag the rows with a neighbour that overlaps or repeats them; missing ones have none."""
    args = [scalar(arg, site.at(relation.column)) for arg in relation.args]
    within = [column(site.table, name) for name in OUTER]
    within += [scalar(arg, site.at(relation.column)) for arg in relation.within]
    taking_part = ~any_missing([*args, *within])
    if relation.function == "overlaps":
        taking_part &= args[0].data <= args[1].data
    kept = np.flatnonzero(taking_part)
    keys = within if relation.function == "overlaps" else [*within, *args]
    code = codes([key.data[kept] for key in keys], len(kept))
    added = constant("flag", False, site.table.length)
    if relation.function == "repeated":
        added.data[kept] = np.bincount(code)[code] > 1
    else:
        order = np.argsort(code, kind="stable")
        for group in np.split(kept[order], np.flatnonzero(np.diff(code[order])) + 1):
            start, end = args[0].data[group], args[1].data[group]
            added.data[group] = overlapping(start, end)
    return extend(site.table, {relation.column: added})


def overlapping(start: Array, end: Array) -> Array:
    """Say which intervals share more than an end with another one.

    Two intervals do where each starts before the other ends. So of those that start before one
    ends, the ones that end no later than it starts are taken away, both counted in sorted lists;
    an empty interval is met by neither count of its like at the same instant.

    Example:
        >>> overlapping(np.array([0, 2, 4]), np.array([3, 4, 5])).tolist()
        [True, True, False]
    """
    begun = np.searchsorted(np.sort(start), end, side="left")
    over = np.searchsorted(np.sort(end), start, side="right")
    empty = np.sort(start[start == end])
    alike = np.searchsorted(empty, start, side="right") - np.searchsorted(empty, start, side="left")
    itself = start < end
    met = begun - over + np.where(itself, 0, alike)
    return np.asarray(met > itself.astype(np.int64))


def segment(relation: Segment, site: Site, points: Columns) -> Columns:
    """Add the two points of a curve around a value."""
    at = scalar(relation.at, site.at(relation.axis))
    left = [column(site.table, name) for name in OUTER]
    left += [scalar(value, site.at(name)) for value, name in relation.on]
    right = [column(points, name) for name in (*OUTER, *(name for _, name in relation.on))]
    axis, value = column(points, relation.axis), column(points, relation.value)
    cut = site.table.length
    both = [np.concatenate([a.data, b.data]) for a, b in zip(left, right, strict=True)]
    code = codes(both, len(both[0]))
    first, second = np.full(cut, -1, dtype=np.int64), np.full(cut, -1, dtype=np.int64)
    usable = np.flatnonzero(~any_missing([*right, axis, value]))
    asked = np.flatnonzero(~any_missing([*left, at]))
    for curve in np.unique(code[cut:][usable]).tolist():
        own = usable[code[cut:][usable] == curve]
        own = own[np.argsort(axis.data[own], kind="stable")]
        rows = asked[code[:cut][asked] == curve]
        if len(own) == 1:
            first[rows] = own[0]
            continue
        cell = np.searchsorted(axis.data[own], at.data[rows], side="right") - 1
        cell = np.clip(cell, 0, len(own) - 2)
        first[rows], second[rows] = own[cell], own[cell + 1]
    x0, y0, x1, y1 = relation.take
    added = {x0: take(axis, "number", first), y0: take(value, "number", first)}
    added |= {x1: take(axis, "number", second), y1: take(value, "number", second)}
    return extend(site.table, added)
