"""The plan: a checked methodology as a short list of relations over plain scalars.

No unit, choice or name of the language is left in it: numbers are IEEE doubles in the declared
unit of their formula, constants are folded and rounded once, every relation is named and refers
only to earlier ones. The SQL emitter and the reference evaluator both read nothing but this.

Every relation carries the outer keys ``organisation`` and ``period`` (a whole ordinal) in front
of its own columns; joins and groups always keep them apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["number", "text", "flag", "whole", "instant"]
"""Physical kinds: double, string, boolean, 64-bit integer, timestamp without zone."""


@dataclass(frozen=True)
class Const:
    """A constant; ``value`` None is a missing value of that kind."""

    value: float | int | str | bool | None
    kind: Kind


@dataclass(frozen=True)
class Col:
    """A column of the relation that the scalar is evaluated over."""

    name: str
    kind: Kind


@dataclass(frozen=True)
class Call:
    """An operator applied to scalars.

    Operators (missing in, missing out, unless said):

    * ``add sub mul div`` on numbers; ``div`` by zero is missing.
    * ``neg abs floor ceil sqrt`` (root of a negative number is missing), ``least greatest``
      (two numbers; missing if either is).
    * ``eq ne lt le gt ge`` on numbers, wholes, instants, or (eq, ne) texts and flags.
    * ``and or not`` on flags, three-valued as in SQL.
    * ``if`` (condition, then, else): a missing condition counts as no.
    * ``first`` (two or more): the first that is not missing.
    * ``given``: whether it is not missing; never missing itself.
    * ``in`` (text, constants…).
    * ``quantise`` (number, inverse step): floor(x * inverse + 0.5) / inverse.
    * ``pow exp log sin cos asin``: only ever below ``quantise``; out of domain is missing.
    * ``month day year`` of an instant: text ``YYYY-MM``, text ``YYYY-MM-DD``, whole.
    * ``microseconds`` (later, earlier): difference of two instants as a number.
    * ``later`` (instant, number of microseconds): that much later, rounded half up.
    * ``number``: a whole as a number.
    * ``curve`` (curve name constant, x) and ``surface`` (name, x, y): interpolation, see Curve.
    """

    op: str
    args: tuple[Scalar, ...]
    kind: Kind


Scalar = Const | Col | Call


@dataclass(frozen=True)
class Curve:
    """Piecewise linear interpolation in one dimension, or bilinear in two.

    Over ``x[i] <= x < x[i+1]`` (the last interval closed) the value is
    ``y[i] + (x - x[i]) * slope[i]`` with ``slope[i]`` the correctly rounded constant; in two
    dimensions the same along y for the two rows, then along x with
    ``lower + (upper - lower) * ((x - x[i]) / step[i])``. Outside: missing (``error``), at the
    nearest edge (``hold``), or in one dimension along the first or last piece (``extend``).
    """

    name: str
    x: tuple[float, ...]
    y: tuple[float, ...] | None
    values: tuple[tuple[float, ...], ...]
    slopes: tuple[tuple[float, ...], ...]
    outside: Literal["error", "hold", "extend"]


@dataclass(frozen=True)
class Scan:
    """The rows of an input table: its columns, and ``_row``, the row in the user's file."""

    name: str
    table: str
    columns: tuple[tuple[str, Kind], ...]


@dataclass(frozen=True)
class Spine:
    """One row per organisation and period of the run."""

    name: str


@dataclass(frozen=True)
class Derive:
    """The source with columns added; they do not refer to each other."""

    name: str
    source: str
    columns: tuple[tuple[str, Scalar], ...]


@dataclass(frozen=True)
class LookUp:
    """The source with the value and row number of a factor added, both missing where none fits.

    The factor's dense table has the columns ``period``, one text column per entry of ``on``,
    ``value`` (number) and ``factor_row`` (whole); it has at most one row per key.
    """

    name: str
    source: str
    factor: str
    on: tuple[tuple[str, Scalar], ...]
    value: str
    row: str


@dataclass(frozen=True)
class Join:
    """The source with columns of a coarser relation added, missing where no row fits.

    Attributes:
        on: (scalar over the source, column of ``other``) pairs; outer keys are matched besides.
        take: (column of ``other``, new name, kind) triples.
        earlier: how many periods earlier the row of ``other`` lies.
    """

    name: str
    source: str
    other: str
    on: tuple[tuple[Scalar, str], ...]
    take: tuple[tuple[str, str, Kind], ...]
    earlier: int = 0


Measures = Literal["sum", "count", "distinct", "least", "greatest", "any", "every"]


@dataclass(frozen=True)
class Measure:
    """One aggregate.

    ``sum``: each value becomes ``floor(value * scale + 0.5)`` as a whole number; the whole
    numbers are added exactly; the sum is the nearest double of the total, divided by ``scale``.
    ``count`` counts rows (value None) or rows where the value is not missing; ``distinct`` counts
    the different values (texts or wholes). Rows where ``where`` is not true are left out. A
    missing value is left out. Over no rows: ``sum`` 0, ``count`` and ``distinct`` 0, ``any`` no,
    ``every`` yes, else missing. ``any``/``every`` take flags.
    """

    name: str
    function: Measures
    value: Scalar | None
    where: Scalar | None
    scale: float
    kind: Kind


@dataclass(frozen=True)
class Aggregate:
    """One row per distinct keys (and outer keys); keys that are missing form no group.

    With no keys: one row per organisation and period that has rows.
    """

    name: str
    source: str
    keys: tuple[tuple[str, Scalar], ...]
    measures: tuple[Measure, ...]


@dataclass(frozen=True)
class Window:
    """The source with a flag about its neighbours added.

    ``overlaps``: args (start, end); true where another row of the same ``within`` and outer keys
    starts before this one ends and ends after it starts; with ``closed`` it may also start when
    this one ends, or end when it starts. Rows that end before they start take no part.
    ``repeated``: true where another row of the same ``within`` and outer keys has the same args.
    Rows with a missing value, or where ``where`` is not true, take no part: for them it is no.

    Attributes:
        closed: whether the ends belong to an interval.
        order: if there is any, the rows are put in the order of the args, then of these; true is
            then a row that an earlier one of the order meets (reaches beyond its start).
        across: whether rows of other organisations count as well.
    """

    name: str
    source: str
    column: str
    function: Literal["overlaps", "repeated"]
    args: tuple[Scalar, ...]
    within: tuple[Scalar, ...]
    where: Scalar | None
    closed: bool
    order: tuple[Scalar, ...]
    across: bool


@dataclass(frozen=True)
class Segment:
    """The source with the two points around a value, from a relation with one row per point.

    Of the rows of ``other`` with the same outer keys and ``on``, in the order of ``axis``: the two
    between which ``at`` lies (not below the first, below the second), beyond the ends the first
    two or the last two. A single point comes without a second one; without a row, or where a key
    or ``at`` is missing, all four are missing.

    Attributes:
        on: (scalar over the source, column of ``other``) pairs; outer keys are matched besides.
        axis: column of ``other`` that ``at`` is compared with.
        value: column of ``other`` with the value of the point.
        take: names for axis and value of the first point, axis and value of the second.
    """

    name: str
    source: str
    other: str
    on: tuple[tuple[Scalar, str], ...]
    at: Scalar
    axis: str
    value: str
    take: tuple[str, str, str, str]


Relation = Scan | Spine | Derive | LookUp | Join | Aggregate | Window | Segment


@dataclass(frozen=True)
class Field:
    """Where a formula's values stand.

    Attributes:
        formula: its full name.
        relation: the relation that holds it.
        column: its column there.
        kind: physical kind.
        unit: spelling of the declared unit, or None.
        keys: columns that name its rows, besides the outer keys.
        table: input table whose rows it belongs to; None for groups and the report.
        tier: column with the number of the branch taken by the outermost ``first``, or None.
        tiers: names of those branches.
    """

    formula: str
    relation: str
    column: str
    kind: Kind
    unit: str | None
    keys: tuple[str, ...]
    table: str | None
    tier: str | None = None
    tiers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Everything an engine needs, besides the tables and the factor tables.

    Attributes:
        relations: in order; each refers only to earlier ones.
        fields: every formula by name.
        report: the relation with one row per organisation and period.
        curves: interpolation tables by name.
        factors: per factor name, the key columns of its dense table.
    """

    relations: tuple[Relation, ...]
    fields: tuple[Field, ...]
    report: str
    curves: tuple[Curve, ...]
    factors: tuple[tuple[str, tuple[str, ...]], ...]
