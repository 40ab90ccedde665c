"""Relations of the plan over columns: look-ups, joins, groups and neighbours."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from mrv.engine.reference_columns import (
    OUTER,
    Columns,
    Values,
    codes,
    column,
    constant,
    extend,
    refuse_rows,
    settle,
    take,
)
from mrv.engine.reference_scalars import scalar
from mrv.messages import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.plan import Aggregate, Join, LookUp, Measure
    from mrv.engine.reference_columns import (
        Array,
        Site,
    )

_OVERFLOW = Text(
    "数值乘以求和刻度后超出 64 位整数的范围", "the value times the scale of the sum exceeds 64 bits"
)
_HINT = Text(
    "请检查该行的数量级，或降低求和的精度。",
    "Check the size of that row, or sum with a coarser step.",
)


def look_up(relation: LookUp, site: Site, factor: Columns) -> Columns:
    """Add a factor's value and row number by period and key texts."""
    left = [column(site.table, "period")]
    left += [scalar(key, site.at(name)) for name, key in relation.on]
    right = [column(factor, name) for name in ("period", *(name for name, _ in relation.on))]
    rows = _match(relation.name, left, right)
    value = take(column(factor, "value"), "number", rows)
    row = take(column(factor, "factor_row"), "whole", rows)
    return extend(site.table, {relation.value: value, relation.row: row})


def join(relation: Join, site: Site, other: Columns) -> Columns:
    """Add columns of a coarser relation by outer keys, shifted in time, and own keys."""
    period = column(site.table, "period")
    left = [column(site.table, "organisation")]
    left += [Values(period.data - relation.earlier, period.missing)]
    left += [scalar(key, site.at(name)) for key, name in relation.on]
    right = [column(other, name) for name in (*OUTER, *(name for _, name in relation.on))]
    rows = _match(relation.name, left, right)
    added = {new: take(column(other, old), kind, rows) for old, new, kind in relation.take}
    return extend(site.table, added)


def _match(name: str, left: Sequence[Values], right: Sequence[Values]) -> Array:
    """Return for each left row the number of the right row with the same keys, else -1."""
    both = [np.concatenate([a.data, b.data]) for a, b in zip(left, right, strict=True)]
    cut = len(left[0].data)
    code = codes(both, len(both[0]))
    usable = np.flatnonzero(~any_missing(right))
    keys = code[cut:][usable]
    if len(np.unique(keys)) < len(keys):
        msg = f"relation {name}: two rows for one key"
        raise ValueError(msg)
    place = np.full(len(code), -1, dtype=np.int64)
    place[keys] = usable
    return np.asarray(np.where(any_missing(left), -1, place[code[:cut]]))


def any_missing(columns: Sequence[Values]) -> Array:
    """Say in which rows one of several columns is missing."""
    return np.asarray(np.logical_or.reduce([values.missing for values in columns]))


def aggregate(relation: Aggregate, site: Site) -> Columns:
    """Group by outer and own keys; the groups come out sorted by them."""
    keys = {name: column(site.table, name) for name in OUTER}
    keys |= {name: scalar(key, site.at(name)) for name, key in relation.keys}
    kept = np.flatnonzero(~any_missing(list(keys.values())))
    code = codes([key.data[kept] for key in keys.values()], len(kept))
    first = kept[np.unique(code, return_index=True)[1]]
    groups = np.full(site.table.length, -1, dtype=np.int64)
    groups[kept] = code
    columns = {n: Values(key.data[first], key.missing[first]) for n, key in keys.items()}
    for measure in relation.measures:
        columns[measure.name] = _measure(measure, site.at(measure.name), groups, len(first))
    return extend(Columns(len(first), {}, {}), columns)


def _measure(measure: Measure, site: Site, groups: Array, count: int) -> Values:
    """Compute one measure for ``count`` groups; rows of group -1 are left out."""
    chosen = groups >= 0
    if measure.where is not None:
        test = scalar(measure.where, site, chosen)
        chosen = chosen & test.data & ~test.missing
    value = constant("flag", True, site.table.length)
    if measure.value is not None:
        value = scalar(measure.value, site, chosen)
    chosen = chosen & ~value.missing
    group, data, none = groups[chosen], value.data[chosen], np.zeros(count, dtype=np.bool_)
    rows = np.bincount(group, minlength=count)
    match measure.function:
        case "count":
            return settle(measure.kind, rows, none)
        case "distinct":
            pairs = set(zip(group.tolist(), data.tolist(), strict=True))
            different = np.array([of for of, _ in pairs], dtype=np.int64)
            return settle(measure.kind, np.bincount(different, minlength=count), none)
        case "any":
            return settle("flag", np.bincount(group[data], minlength=count) > 0, none)
        case "every":
            return settle("flag", np.bincount(group[~data], minlength=count) == 0, none)
        case "least" | "greatest":
            least = measure.function == "least"
            found = np.full(count, np.inf if least else -np.inf)
            # Adding zero turns -0.0 into 0.0: else the sign would depend on the order of rows.
            (np.minimum if least else np.maximum).at(found, group, data + 0.0)
            return settle(measure.kind, found, rows == 0)
        case "sum":
            scaled = value.data * measure.scale
            refuse_rows(
                "engine.sum-overflow", _OVERFLOW, _HINT, site, chosen & ~(np.abs(scaled) < 2.0**63)
            )
            return settle("number", _sum(group, scaled[chosen], count) / measure.scale, none)


def _sum(group: Array, scaled: Array, count: int) -> Array:
    """Add the rounded values exactly, as Python's unbounded whole numbers, and round once."""
    totals = [0] * count
    wholes = np.floor(scaled + 0.5).astype(np.int64)
    for at, whole in zip(group.tolist(), wholes.tolist(), strict=True):
        totals[at] += whole
    return np.array([float(total) for total in totals], dtype=np.float64)
