"""What an explanation consists of: steps with values, sources, places and what lies below."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from mrv.language.model import Role
    from mrv.messages import Place, Text
    from mrv.units import Unit

Value = float | int | str | bool | None
"""A value as the run has it; None is missing, which is not zero. Instants are texts."""

Kind = Literal[
    "formula", "sum", "column", "key", "factor", "constant", "table", "curve", "condition",
    "previous", "period", "neighbour", "left-out",
]  # fmt: skip
"""What a step is about; ``sum`` stands for every aggregation."""


@dataclass(frozen=True)
class Citation:
    """Where something is stated, and how surely that is known.

    Attributes:
        title: the document.
        clause: clause, table or cell in it.
        confidence: how the statement is known: seen, transcribed, recalled …
        checked: the day it was looked at.
        note: what a reader must know besides.
    """

    title: Text
    clause: str | None = None
    confidence: str | None = None
    checked: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Contributor:
    """One row of an aggregation.

    Attributes:
        keys: what names the row.
        value: its value as the run has it.
        exact: the whole quanta it adds to the sum, as a decimal text; None unless it is a sum.
        share: its part of the total in per cent; None unless it is a sum that is not zero.
        place: the row in the user's file, for rows of a table.
    """

    keys: tuple[tuple[str, str], ...]
    value: Value
    exact: str | None = None
    share: float | None = None
    place: Place | None = None


@dataclass(frozen=True)
class TierShare:
    """How many of the rows took one branch of a formula's ``first``."""

    formula: str
    tier: str
    rows: int


@dataclass(frozen=True)
class Spread:
    """What an aggregation is made of.

    Attributes:
        function: sum, mean, least, greatest, count, distinct, any or every.
        rows: rows that belong to the group.
        counted: rows that take part: the condition holds and the value is there.
        left_out: rows for which the condition does not hold.
        missing: rows that meet the condition but have no value.
        largest: the rows that matter most, at most ten.
        others: how many rows that take part are not shown.
        unit: unit of the values, total and remainder; None for counts and yes-no values.
        total: the exact sum of all quanta as a decimal text; None unless it is a sum.
        remainder: ``total`` less all that is shown, exact; None unless it is a sum.
        tiers: branches taken by the formulas below, over the rows that take part.
    """

    function: str
    rows: int
    counted: int
    left_out: int
    missing: int
    largest: tuple[Contributor, ...]
    others: int
    unit: Unit | None = None
    total: str | None = None
    remainder: str | None = None
    tiers: tuple[TierShare, ...] = ()


@dataclass(frozen=True)
class Step:
    """One value and how it came about.

    Attributes:
        name: formula, column (``table.column``), factor, constant or table.
        label: what people call it.
        kind: what it is.
        value: the value as the run has it, bit for bit.
        unit: its unit with substance; None for texts, yes-no values and dates.
        keys: the row or group it belongs to.
        expression: the formula as its author wrote it.
        math: the formula as it is read, with the choices in force.
        substituted: the formula with numbers and units instead of names.
        words: the formula as a sentence.
        source: where it is stated.
        printed: the number and unit as the source prints them, where they are written otherwise.
        why: why this factor row, table row or branch.
        tier: branch taken by ``first``, by name.
        place: the cell in the user's file, or the line in the methodology.
        notes: marks: default, fall-back, draft, missing, limit, not unfolded.
        spread: what an aggregation is made of.
        children: what it was computed from.
    """

    name: str
    label: Text
    kind: Kind
    value: Value = None
    unit: Unit | None = None
    keys: tuple[tuple[str, str], ...] = ()
    expression: str | None = None
    math: Text | None = None
    substituted: Text | None = None
    words: Text | None = None
    source: Citation | None = None
    printed: str | None = None
    why: tuple[Text, ...] = ()
    tier: str | None = None
    place: Place | None = None
    notes: tuple[Text, ...] = ()
    spread: Spread | None = None
    children: tuple[Step, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """Why a value is what it is.

    Attributes:
        of: the result or formula asked for.
        role: role in the report, for results.
        rounded: the value as reported, by the rule of the methodology.
        rounding: the rule and its source in words.
        notes: what concerns the whole run: draft state, choices in force.
    """

    methodology: str
    edition: str
    of: str
    organisation: str
    period: str
    role: Role | None
    rounded: Decimal | None
    rounding: Text | None
    notes: tuple[Text, ...]
    step: Step
