"""Declared input tables and the needs of modules."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mrv.language.written import Written
    from mrv.messages import Place, Text

ColumnType = Literal["quantity", "key", "month", "day", "year", "instant", "yes-no", "word", "ref"]


@dataclass(frozen=True)
class DeclaredColumn:
    """A column of an input table; limits are numbers as written, in the declared unit.

    Attributes:
        secret: whether its values name persons and appear as keyed hashes only.
        unknown_missing: whether a reference that names no row counts as missing.
    """

    name: str
    type: ColumnType
    place: Place
    unit: Written | None = None
    words: tuple[str, ...] | None = None
    refers_to: Written | None = None
    optional: bool = False
    lowest: str | None = None
    highest: str | None = None
    above: str | None = None
    below: str | None = None
    whole: bool = False
    label: Text | None = None
    note: Text | None = None
    secret: bool = False
    unknown_missing: bool = False


@dataclass(frozen=True)
class DeclaredInput:
    """An input table.

    Attributes:
        at_least_one: sets of alternatives, one of which every row must give: each alternative is
            one column or several that belong together.
    """

    name: str
    key: tuple[Written, ...]
    columns: tuple[DeclaredColumn, ...]
    optional: bool
    label: Text | None
    note: Text | None
    place: Place
    at_least_one: tuple[tuple[tuple[Written, ...], ...], ...] = ()


@dataclass(frozen=True)
class Need:
    """What a module needs of its host: a table, or a column-like value for each of its rows.

    Attributes:
        refers_to: for a table, other tables of which each of its rows names one row.
    """

    name: str
    table: bool
    each: Written | None
    column: DeclaredColumn | None
    place: Place
    refers_to: tuple[Written, ...] = ()
