"""The four-part type of a value: unit, substance, grain, may-be-missing.

Unit and substance live together in :class:`mrv.units.Unit` (substances and counted things are
base dimensions there); this file adds the grain and the missing-value part.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mrv.units import Unit

Kind = Literal["quantity", "text", "yes-no", "month", "day", "year", "instant"]


@dataclass(frozen=True)
class Key:
    """One key of a group: a column, or a calendar part of an instant column.

    Attributes:
        name: column name in results, such as ``ship`` or ``start.day``.
        column: the column of the base table it is read from.
        part: ``month``, ``day`` or ``year`` of an instant; None for the column itself.
        refers_to: input table whose single key the values are, if they are references.
        formula: full name of the formula of the table's rows that gives the key, instead of a
            column; its name then stands in ``column``.
        words: what a formula may give; None where it says yes or no.
    """

    name: str
    column: str
    part: Literal["month", "day", "year"] | None = None
    refers_to: str | None = None
    formula: str | None = None
    words: frozenset[str] | None = None


@dataclass(frozen=True)
class Grain:
    """What a value belongs to: a row of a table, a group of keys, or the report.

    Organisation and period are outer keys of every grain and are not named here.

    Attributes:
        table: the base table; None for the report grain.
        keys: the group's keys; None for the rows of the table themselves.
    """

    table: str | None = None
    keys: tuple[Key, ...] | None = None

    @property
    def is_report(self) -> bool:
        """One value for the whole report."""
        return self.table is None

    @property
    def is_row(self) -> bool:
        """One value per row of ``table``."""
        return self.table is not None and self.keys is None

    def describe(self, lang: str = "en") -> str:
        """Say the grain in words.

        Example:
            >>> Grain("trip").describe()
            'each row of trip'
        """
        if self.table is None:
            return "整份报告一个值" if lang == "zh" else "one for the report"
        if self.keys is None:
            return f"{self.table} 的每一行" if lang == "zh" else f"each row of {self.table}"
        names = ", ".join(key.name for key in self.keys)
        return f"按 {names} 分组" if lang == "zh" else f"per {names}"


REPORT = Grain()


@dataclass(frozen=True)
class Type:
    """The type of an expression.

    Attributes:
        kind: quantity, text, yes-no or a calendar kind.
        unit: unit with its substance; for quantities only.
        grain: what the value belongs to.
        missing: whether the value may be missing.
        words: the declared vocabulary of a text; None where it is open (keys).
        any_unit: a literal zero, which fits every unit.
    """

    kind: Kind
    unit: Unit | None = None
    grain: Grain = REPORT
    missing: bool = False
    words: frozenset[str] | None = None
    any_unit: bool = False

    def at(self, grain: Grain) -> Type:
        """Return the same type at another grain."""
        return self if self.grain == grain else replace(self, grain=grain)

    def there(self) -> Type:
        """Return the same type, never missing."""
        return replace(self, missing=False) if self.missing else self

    def perhaps(self, *, missing: bool = True) -> Type:
        """Return the same type, missing if it was or if ``missing``."""
        return replace(self, missing=True) if missing and not self.missing else self
