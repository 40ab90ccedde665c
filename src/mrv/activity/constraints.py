"""What a declared table demands of its rows, said once for every validator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.language.inputs import Column, Input

Test = Literal[
    "given",
    "readable",
    "unit-given",
    "unit-fits",
    "unit-known",
    "finite",
    "at-least",
    "at-most",
    "above",
    "below",
    "whole",
    "inside-period",
    "refers",
    "unique",
    "any-given",
]

_UNREADABLE = {
    "quantity": "number.unreadable",
    "yes-no": "yes-no.unreadable",
    "month": "month.unreadable",
    "day": "day.unreadable",
    "year": "year.unreadable",
    "instant": "instant.unreadable",
    "text": "word.unknown",
}


@dataclass(frozen=True)
class Constraint:
    """One demand on a column, or on the key of the table.

    Attributes:
        rule: stable name that people see, such as ``cell.missing``.
        test: what is tested.
        column: the declared column; None for the key.
        limit: bound in the declared unit, for the four bounds.
        table: the table referred to, for ``refers``.
        key: columns that must differ together, for ``unique``; columns that name the row, for
            ``any-given``.
        alternatives: columns of which each row must give at least one, for ``any-given``; those
            of one alternative belong together.
    """

    rule: str
    test: Test
    column: str | None = None
    limit: Fraction | None = None
    table: str | None = None
    key: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, ...], ...] = ()

    @property
    def heading(self) -> str:
        """What the demand is about: a column, or several."""
        if self.alternatives:
            return ", ".join(" + ".join(names) for names in self.alternatives)
        return self.column or ", ".join(self.key)


def constraints(declared: Input, *, time: str | None = None) -> tuple[Constraint, ...]:
    """Return every demand of a declared table, in the order of its columns.

    Args:
        declared: the table.
        time: the column whose dates must lie in the accounting period, or None.

    Example:
        >>> from mrv.language.inputs import Column, Input
        >>> [c.rule for c in constraints(Input("ship", ("ship",), (Column("ship", "text"),)))]
        ['cell.missing', 'key.duplicate']
    """
    found: list[Constraint] = []
    for column in declared.columns:
        found += _of_column(column)
        if column.name == time:
            found.append(Constraint("period.outside", "inside-period", column.name))
    for alternatives in declared.at_least_one:
        found.append(
            Constraint("row.none-given", "any-given", key=declared.key, alternatives=alternatives)
        )
    if declared.key:
        found.append(Constraint("key.duplicate", "unique", key=declared.key))
    return tuple(found)


def outer_constraints(name: str) -> tuple[Constraint, ...]:
    """Return the demands on ``organisation`` or ``period`` where a table has that column."""
    given = Constraint("cell.missing", "given", name)
    if name == "organisation":
        return (given,)
    return (given, Constraint("period.unreadable", "readable", name))


def _of_column(column: Column) -> list[Constraint]:
    name = column.name
    found = [] if column.optional else [Constraint("cell.missing", "given", name)]
    if column.kind != "text" or column.words is not None or column.vocabulary is not None:
        rule = "factor.unknown-key" if column.vocabulary else _UNREADABLE[column.kind]
        found.append(Constraint(rule, "readable", name))
    if column.kind == "quantity":
        found.append(Constraint("unit.missing", "unit-given", name))
        found.append(Constraint("unit.incompatible", "unit-fits", name))
        found.append(Constraint("unit.unknown", "unit-known", name))
        found.append(Constraint("number.infinite", "finite", name))
        found += _limits(column)
    if column.refers_to is not None and not column.unknown_missing:
        found.append(Constraint("reference.absent", "refers", name, table=column.refers_to))
    return found


def _limits(column: Column) -> list[Constraint]:
    limits = column.limits
    if limits is None:
        return []
    bounds: tuple[tuple[Test, Fraction | None], ...] = (
        ("at-least", limits.lowest),
        ("at-most", limits.highest),
        ("above", limits.above),
        ("below", limits.below),
    )
    found = [
        Constraint(f"number.{test}", test, column.name, limit=limit)
        for test, limit in bounds
        if limit is not None
    ]
    if limits.whole:
        found.append(Constraint("number.whole", "whole", column.name))
    return found
