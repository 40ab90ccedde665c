"""Frames: for each grain, the chain of relations that holds its values so far.

A frame grows: a look-up, a join, a window or derived columns each add a relation to its chain.
A value that was added once is found again by what it is, not by where it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mrv.engine.plan import Col, Derive, Join, LookUp, Scan, Segment, Spine
from mrv.language.tree import identity

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mrv.engine.plan import Kind, Relation, Scalar, Window
    from mrv.language.types import Grain

__all__ = ["Chain", "Frame", "fresh_name", "identity", "period_factor", "stem"]

_PERIOD = {"days": "period.days", "hours": "period.hours", "year": "period.year"}


@dataclass
class Frame:
    """The chain of one grain.

    Attributes:
        grain: whose values it holds.
        relation: the newest relation of the chain.
        keys: columns that name its rows, besides the outer keys.
        columns: what is there: identity of a value -> column.
        taken: column names in use.
    """

    grain: Grain
    relation: str
    keys: tuple[str, ...]
    columns: dict[Hashable, Col] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def fresh(self, name: str) -> str:
        """Return a column name that is not taken yet, and take it."""
        return fresh_name(name, self.taken)


@dataclass
class Chain:
    """The relations of a plan as they are added, with names that tell what they are.

    Attributes:
        tables: names of the input tables, which no relation may have: a query could not tell.
        relations: so far.
        counts: how many names were given for a stem.
    """

    tables: frozenset[str] = frozenset()
    relations: list[Relation] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def name(self, stem: str) -> str:
        """Return a fresh relation name such as ``fuel_use_3``."""
        while True:
            self.counts[stem] = self.counts.get(stem, 0) + 1
            name = f"{stem}_{self.counts[stem]}"
            if name not in self.tables and all(name != part.name for part in self.relations):
                return name

    def scan(self, frame_stem: str, table: str, columns: tuple[tuple[str, Kind], ...]) -> str:
        """Add the rows of an input."""
        name = self.name(frame_stem)
        self.relations.append(Scan(name, table, columns))
        return name

    def spine(self) -> str:
        """Add the organisations and periods of the run."""
        name = self.name("report")
        self.relations.append(Spine(name))
        return name

    def derive(self, frame: Frame, columns: list[tuple[str, Scalar]]) -> None:
        """Add derived columns to a frame."""
        if columns:
            name = self.name(stem(frame.grain))
            self.relations.append(Derive(name, frame.relation, tuple(columns)))
            frame.relation = name

    def column(self, frame: Frame, name: str, scalar: Scalar) -> Col:
        """Return the column that holds a value, derived unless it is one already."""
        if isinstance(scalar, Col):
            return scalar
        fresh = frame.fresh(name)
        self.derive(frame, [(fresh, scalar)])
        return Col(fresh, scalar.kind)

    def look_up(
        self, frame: Frame, factor: str, on: tuple[tuple[str, Scalar], ...]
    ) -> tuple[Col, Col]:
        """Add a factor to a frame; return the columns of its value and its row number."""
        name = self.name(stem(frame.grain))
        value, row = frame.fresh(factor), frame.fresh(f"{factor}__row")
        self.relations.append(LookUp(name, frame.relation, factor, on, value, row))
        frame.relation = name
        return Col(value, "number"), Col(row, "whole")

    def join(
        self,
        frame: Frame,
        other: str,
        on: tuple[tuple[Scalar, str], ...],
        take: list[tuple[str, str, Kind]],
        earlier: int = 0,
    ) -> None:
        """Add columns of a coarser relation to a frame."""
        name = self.name(stem(frame.grain))
        self.relations.append(Join(name, frame.relation, other, on, tuple(take), earlier))
        frame.relation = name

    def window(self, frame: Frame, wanted: Window) -> Col:
        """Add a flag about neighbouring rows to a frame; return its column.

        Args:
            frame: the frame.
            wanted: what is asked; its names and source are filled in here.
        """
        name, column = self.name(stem(frame.grain)), frame.fresh(wanted.function)
        self.relations.append(replace(wanted, name=name, source=frame.relation, column=column))
        frame.relation = name
        return Col(column, "flag")

    def segment(
        self,
        frame: Frame,
        points: Frame,
        on: tuple[tuple[Scalar, str], ...],
        at: Scalar,
        columns: tuple[str, str],
    ) -> tuple[Col, Col, Col, Col]:
        """Add the two points around a value to a frame; return their columns."""
        name, (axis, value) = self.name(stem(frame.grain)), columns
        x0, y0, x1, y1 = (frame.fresh(f"{value}__{part}") for part in ("x0", "y0", "x1", "y1"))
        four = (x0, y0, x1, y1)
        self.relations.append(
            Segment(name, frame.relation, points.relation, on, at, axis, value, four)
        )
        frame.relation = name
        return Col(x0, "number"), Col(y0, "number"), Col(x1, "number"), Col(y1, "number")


def stem(grain: Grain) -> str:
    """Return the stem of relation names of a grain: ``report``, ``trip``, ``trip_by_user``."""
    if grain.table is None:
        return "report"
    if grain.keys is None:
        return grain.table
    return "_".join([grain.table, "by", *(key.name.replace(".", "_") for key in grain.keys)])


def fresh_name(name: str, taken: set[str]) -> str:
    """Return a name that is not taken yet, and take it.

    Example:
        >>> taken = {"co2"}
        >>> fresh_name("co2", taken), fresh_name("co2", taken)
        ('co2_2', 'co2_3')
    """
    wanted, count = name, 2
    while wanted in taken:
        wanted, count = f"{name}_{count}", count + 1
    taken.add(wanted)
    return wanted


def period_factor(part: str) -> str:
    """Return the name of the dense table that holds a property of the accounting period."""
    return _PERIOD[part]
