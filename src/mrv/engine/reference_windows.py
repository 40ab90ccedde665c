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
    """Flag the rows with a neighbour that overlaps or repeats them."""
    site = site.at(relation.column)
    args = [scalar(arg, site) for arg in relation.args]
    outer = OUTER[1:] if relation.across else OUTER
    within = [column(site.table, name) for name in outer]
    within += [scalar(arg, site) for arg in relation.within]
    part = ~any_missing([*args, *within])
    if relation.where is not None:
        where = scalar(relation.where, site)
        part &= where.data & ~where.missing
    if relation.function == "overlaps":
        part &= np.asarray(args[0].data <= args[1].data)
    kept = np.flatnonzero(part)
    keys = within if relation.function == "overlaps" else [*within, *args]
    code = codes([key.data[kept] for key in keys], len(kept))
    order = [codes([scalar(o, site).data[kept]], len(kept)) for o in relation.order]
    added = constant("flag", False, site.table.length)
    if relation.function == "repeated":
        added.data[kept] = _later(code, order) if order else np.bincount(code)[code] > 1
        return extend(site.table, {relation.column: added})
    start, end = _ends(args[0].data[kept], args[1].data[kept], closed=relation.closed)
    by_group = np.argsort(code, kind="stable")
    for group in np.split(by_group, np.flatnonzero(np.diff(code[by_group])) + 1):
        own = [ranks[group] for ranks in order]
        one, two = start[group], end[group]
        added.data[kept[group]] = _reached(one, two, own) if order else overlapping(one, two)
    return extend(site.table, {relation.column: added})


def _ends(start: Array, end: Array, *, closed: bool) -> tuple[Array, Array]:
    """Number starts and ends in order; closed intervals become open ones a bit longer."""
    both = codes([np.concatenate([start, end])], len(start) + len(end)) * 2
    return both[: len(start)], both[len(start) :] + int(closed)


def _later(code: Array, order: list[Array]) -> Array:
    """Say which rows are not the first of their group in an order."""
    sequence = np.lexsort([*reversed(order), code])
    again = np.zeros(len(code), dtype=np.bool_)
    again[sequence[1:]] = np.diff(code[sequence]) == 0
    return again


def _reached(start: Array, end: Array, order: list[Array]) -> Array:
    """Say into which intervals an earlier one of the order reaches."""
    sequence = np.lexsort([*reversed(order), end, start])
    before = np.maximum.accumulate(end[sequence])[:-1]
    found = np.zeros(len(start), dtype=np.bool_)
    found[sequence[1:]] = before > start[sequence[1:]]
    return found


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
