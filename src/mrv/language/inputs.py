"""Input tables as a methodology declares them: what activity data must look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.language.types import Kind
    from mrv.messages import Place, Text
    from mrv.units import Unit


@dataclass(frozen=True)
class Limits:
    """Allowed range of a quantity, in the column's declared unit.

    Attributes:
        lowest: smallest allowed value (``min``), or None.
        highest: largest allowed value (``max``), or None.
        above: value that must be exceeded, or None.
        below: value that must not be reached, or None.
        whole: only whole numbers.
    """

    lowest: Fraction | None = None
    highest: Fraction | None = None
    above: Fraction | None = None
    below: Fraction | None = None
    whole: bool = False


@dataclass(frozen=True)
class Column:
    """One column of an input table.

    Attributes:
        name: its name in formulas.
        kind: quantity, text, yes-no, month, day, year or instant.
        unit: declared unit of a quantity.
        optional: whether a cell may be missing.
        limits: allowed range of a quantity.
        words: declared vocabulary of a text (``one_of``), or None.
        refers_to: the input table whose single key the cells name (``in: ship``), or None.
        vocabulary: kind of store key the cells name (``in: factors.fuel`` gives ``fuel``), or None.
        label: heading for people.
        note: what to fill in, for people.
        place: where it is declared.
        secret: whether the cells name persons: they are read as keyed hashes, also in tables
            that refer to this column.
        unknown_missing: whether a cell that names no row of the table referred to counts as
            missing (``unknown: missing``), instead of refusing the data.
    """

    name: str
    kind: Kind
    unit: Unit | None = None
    optional: bool = False
    limits: Limits | None = None
    words: tuple[str, ...] | None = None
    refers_to: str | None = None
    vocabulary: str | None = None
    label: Text | None = None
    note: Text | None = None
    place: Place | None = None
    secret: bool = False
    unknown_missing: bool = False


@dataclass(frozen=True)
class Input:
    """One input table.

    Attributes:
        name: its name in formulas and the name of the file, sheet or frame that holds it.
        key: columns that together name a row; no two rows of an organisation and period share them.
        columns: its columns in declared order, without ``organisation`` and ``period``.
        optional: whether the table may be left out or empty (said in the result).
        label: heading for people.
        place: where it is declared.
        at_least_one: sets of alternatives, one of which every row gives: each alternative is
            one optional column or several that belong together.
        shared: whether it is a list that curves read: undated rows then stand in every period.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    optional: bool = False
    label: Text | None = None
    note: Text | None = None
    place: Place | None = None
    at_least_one: tuple[tuple[tuple[str, ...], ...], ...] = ()
    shared: bool = False

    def column(self, name: str) -> Column | None:
        """Return the column of that name, or None."""
        return next((column for column in self.columns if column.name == name), None)
