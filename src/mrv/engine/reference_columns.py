"""Columns of values with a mask for what is missing: the only data of the reference evaluator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from mrv.messages import Diagnostic, Place, Refused, Text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.engine.plan import Curve, Kind

Array = npt.NDArray[Any]
OUTER = ("organisation", "period")
_SHOWN = 20
_TYPES: dict[Kind, tuple[Any, Any]] = {
    "number": (np.float64, 0.0),
    "whole": (np.int64, 0),
    "flag": (np.bool_, False),
    "text": (object, ""),
    "instant": ("datetime64[us]", np.datetime64(0, "us")),
}


@dataclass(frozen=True)
class Columns:
    """The values of one relation.

    Attributes:
        length: number of rows.
        values: per column, number as float64, whole as int64, flag as bool, text as object
            (str), instant as datetime64[us].
        missing: per column, where no value is known; the value below is then fixed
            (0, "", False, 1970-01-01) and says nothing.
    """

    length: int
    values: Mapping[str, Array]
    missing: Mapping[str, Array]


@dataclass(frozen=True)
class Values:
    """One column: its data, and where they are missing."""

    data: Array
    missing: Array


@dataclass(frozen=True)
class Site:
    """What scalars are evaluated over, and the names of relation and column for messages."""

    relation: str
    table: Columns
    curves: Mapping[str, Curve]
    column: str = ""

    def at(self, column: str) -> Site:
        """Name the column."""
        return replace(self, column=column)


def settle(kind: Kind, data: Array, missing: Array) -> Values:
    """Give the data the type of their kind, and the fixed filling where they are missing.

    Example:
        >>> settle("number", np.array([1, 2]), np.array([False, True])).data.tolist()
        [1.0, 0.0]
    """
    typed = np.array(data, dtype=_TYPES[kind][0])
    typed[missing] = _TYPES[kind][1]
    return Values(typed, np.array(missing, dtype=np.bool_))


def constant(kind: Kind, value: object, length: int) -> Values:
    """Repeat one value; None is missing everywhere. An instant is written as ISO 8601 text."""
    dtype, filling = _TYPES[kind]
    data = np.full(length, filling if value is None else value, dtype=dtype)
    return Values(data, np.full(length, value is None))


def column(table: Columns, name: str) -> Values:
    """Take one column of a relation; without a mask nothing is missing."""
    missing = table.missing.get(name)
    return Values(table.values[name], np.zeros(table.length, bool) if missing is None else missing)


def take(values: Values, kind: Kind, rows: Array) -> Values:
    """Pick rows by number; row -1 is missing."""
    picked, found = constant(kind, None, len(rows)), rows >= 0
    picked.data[found] = values.data[rows[found]]
    picked.missing[found] = values.missing[rows[found]]
    return settle(kind, picked.data, picked.missing)


def extend(table: Columns, added: Mapping[str, Values]) -> Columns:
    """Add columns to a relation."""
    values = {**table.values, **{name: new.data for name, new in added.items()}}
    missing = {**table.missing, **{name: new.missing for name, new in added.items()}}
    return Columns(table.length, values, missing)


def codes(columns: Sequence[Array], length: int) -> Array:
    """Number the distinct tuples of several columns from 0, in their sorted order.

    Example:
        >>> codes([np.array([2, 1, 2]), np.array(["a", "b", "a"], dtype=object)], 3).tolist()
        [1, 0, 1]
    """
    code = np.zeros(length, dtype=np.int64)
    for values in columns:
        distinct, inverse = np.unique(values, return_inverse=True)
        code = np.unique(code * len(distinct) + inverse, return_inverse=True)[1]
    return code


def refuse_rows(rule: str, what: Text, hint: Text, site: Site, bad: Array) -> None:
    """Refuse the marked rows, if there are any; the first twenty are named.

    Raises:
        Refused: with one finding per row: relation, row, column, organisation and period.
    """
    rows, values, findings = np.flatnonzero(bad), site.table.values, []
    for at in rows[:_SHOWN].tolist():
        row = int(values["_row"][at]) if "_row" in values else at + 1
        organisation, period = (values[name][at] for name in OUTER)
        zh = f"{what.zh}（{organisation}，期间 {period}；共 {len(rows)} 行）"
        en = f"{what.en} ({organisation}, period {period}; {len(rows)} row(s) in all)"
        place = Place(file=site.relation, line=row, field=site.column)
        findings.append(Diagnostic(rule, Text(zh, en), place, hint=hint))
    if findings:
        raise Refused(findings)
