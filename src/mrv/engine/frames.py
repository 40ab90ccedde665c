"""Frames: for each grain, the chain of relations that holds its values so far.

A frame grows: a look-up, a join, a window or derived columns each add a relation to its chain.
A value that was added once is found again by what it is, not by where it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, cast

from mrv.engine.plan import Col, Derive, Join, LookUp, Scan, Spine, Window

if TYPE_CHECKING:
    from collections.abc import Hashable

    from mrv.engine.plan import Kind, Relation, Scalar
    from mrv.language.tree import Node
    from mrv.language.types import Grain

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

    def window(
        self,
        frame: Frame,
        function: Literal["overlaps", "repeated"],
        args: tuple[Scalar, ...],
        within: tuple[Scalar, ...],
    ) -> Col:
        """Add a flag about neighbouring rows to a frame; return its column."""
        name, column = self.name(stem(frame.grain)), frame.fresh(function)
        self.relations.append(Window(name, frame.relation, column, function, args, within))
        frame.relation = name
        return Col(column, "flag")


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


def identity(node: Node) -> Hashable:
    """Return what makes two expressions the same value: everything but type and place."""
    parts: list[Hashable] = [type(node).__name__]
    for name in node.__dataclass_fields__:
        if name in {"type", "place"}:
            continue
        parts.append(_part(getattr(node, name)))
    return tuple(parts)


def _part(value: object) -> Hashable:
    if isinstance(value, tuple):
        return tuple(_part(item) for item in value)
    if hasattr(value, "place") and hasattr(value, "type"):
        return identity(cast("Node", value))
    return value


def period_factor(part: str) -> str:
    """Return the name of the dense table that holds a property of the accounting period."""
    return _PERIOD[part]
