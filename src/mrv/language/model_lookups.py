"""Declared constants, factors, decision tables and curves: what formulas look up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mrv.language.written import Written
    from mrv.messages import Place


@dataclass(frozen=True)
class Constant:
    """A number with a unit and a source: ``value`` is ``90 kg/passenger`` as written."""

    name: str
    value: Written
    source: str | None
    note: str | None


@dataclass(frozen=True)
class ByChoice:
    """A value that depends on a choice: ``{choice: fuel_table, national: a, imo: b}``."""

    choice: Written
    values: tuple[tuple[str, Condition], ...]


Condition = tuple[str, ...] | ByChoice
"""Allowed values of an attribute; a text may hold ``{choice}``."""


@dataclass(frozen=True)
class FactorUse:
    """A factor that is looked up in the store.

    Attributes:
        match: (attribute of the store, column as ``table.column``) pairs.
        where: (attribute, allowed values) pairs.
        regions: tried in this order.
        time: rule for the year, one word.
    """

    name: str
    unit: Written
    property: str
    match: tuple[tuple[str, Written], ...]
    where: tuple[tuple[str, Condition], ...]
    regions: Condition
    time: Condition
    pin: str | None
    optional: bool
    source: str | None
    note: str | None
    place: Place


@dataclass(frozen=True)
class TableRow:
    """One row of a decision table: conditions and outcomes, as written, by name."""

    conditions: tuple[tuple[str, Written | tuple[Written, ...]], ...]
    outcomes: tuple[tuple[str, Written], ...]
    place: Place


@dataclass(frozen=True)
class DecisionTable:
    """A decision table.

    Attributes:
        of: (name, expression) pairs of its inputs.
        each: the table whose rows it is evaluated for, or None at the report grain.
        gives: (name, unit text or vocabulary) pairs of its outcomes.
    """

    name: str
    of: tuple[tuple[str, Written], ...]
    each: Written | None
    hit: Literal["exactly-one", "first", "none-or-one"]
    gives: tuple[tuple[str, Written | tuple[str, ...]], ...]
    rows: tuple[TableRow, ...]
    source: str | None
    place: Place


@dataclass(frozen=True)
class DeclaredCurve:
    """An interpolation table in one or two dimensions; numbers as written.

    Attributes:
        table: the input table whose rows are the points, instead of numbers here.
        by: its columns that tell several curves apart.
        of: names of the arguments; with ``table`` the column of it that holds the argument.
        gives: the column that holds the values, with ``table``.
    """

    name: str
    of: tuple[str, ...]
    units_of: tuple[Written, ...]
    unit: Written
    points: tuple[tuple[str, str], ...]
    axes: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...]
    outside: Literal["error", "hold-and-say", "extend-and-say"]
    source: str | None
    place: Place
    table: Written | None = None
    by: tuple[Written, ...] = ()
    gives: Written | None = None
