"""A quality plan (数据质量控制方案): what a firm lays down before it collects data.

Its required content follows the section on the plan in the national guide on the verification of
firms' reports (2021) and chapter 6 with annex E of GB/T 32151.34-2024, as transcribed by others:
version and revisions, the entity, its boundary and facilities, for every activity datum, factor
and output how it is obtained, and the internal control. Every text keeps its place in the file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from fractions import Fraction

    from mrv.language.period import Period
    from mrv.language.written import Written
    from mrv.messages import Place

EntryKind = Literal["input", "parameter", "factor", "result"]
SECTIONS: dict[EntryKind, str] = {
    "input": "inputs",
    "parameter": "parameters",
    "factor": "factors",
    "result": "results",
}
Case = tuple[tuple["Written", tuple["Written", ...]], ...]
"""Columns with the values that each may have; a row must fit all of them."""
Only = tuple[Case, ...]
"""Which rows are meant: those that fit one of the cases; all where there is none."""


@dataclass(frozen=True)
class Revision:
    """A version of the plan: when and why it was made."""

    version: Written | None
    date: date | None
    cause: str | None
    reason: str | None
    place: Place


@dataclass(frozen=True)
class Facility:
    """A facility of the firm: ``of`` names the input table whose rows are about it.

    Attributes:
        start: first day in the boundary; None for always.
        end: last day in the boundary; None for always.
        months: months of the year in which it is expected to run; all where empty.
    """

    of: Written
    name: Written
    start: date | None
    end: date | None
    months: tuple[int, ...]
    place: Place


@dataclass(frozen=True)
class Calibration:
    """A calibration: the day, and the last day on which it is valid."""

    on: date
    until: date
    place: Place


@dataclass(frozen=True)
class Instrument:
    """An instrument; ``every`` is how often it is calibrated, in days at most."""

    name: Written
    facility: Written | None
    every: int | None
    calibrations: tuple[Calibration, ...]


@dataclass(frozen=True)
class Missing:
    """How missing data are treated; ``at_most`` is the share of rows for which that is allowed."""

    rule: Written | None
    how: Written | None
    at_most: Fraction | None
    place: Place


@dataclass(frozen=True)
class Planned:
    """The tier that is planned for the rows of a parameter."""

    only: Only
    tier: Written


@dataclass(frozen=True)
class Entry:
    """What is planned for one activity datum, parameter, factor or result.

    Attributes:
        name: ``table.column`` of a datum, else the name in the methodology.
        texts: every filled text by its key: unit, obtained, method, source, ...
        keys: places of the keys that are there, filled or not.
        only: which rows it is planned for; all where empty.
        planned: planned tiers of a parameter, the first that fits a row counts.
    """

    kind: EntryKind
    name: str
    place: Place
    texts: Mapping[str, Written]
    keys: Mapping[str, Place]
    instruments: tuple[Written, ...]
    missing: Missing
    only: Only = ()
    planned: tuple[Planned, ...] = ()

    def word(self, key: str) -> str:
        """Return a text, empty where it is not filled in."""
        found = self.texts.get(key)
        return "" if found is None else found.text

    def at(self, key: str) -> Place:
        """Return where a key stands, else where the entry begins."""
        return self.keys.get(key, self.place)


@dataclass(frozen=True)
class QualityPlan:
    """A plan, read and well-formed, not yet checked against a methodology.

    Attributes:
        organisation: name under which the data know the firm, where they tell several apart.
        archive_years: for how many years records are kept.
        place: where the plan begins.
    """

    file: str
    place: Place
    version: Written | None
    period: Period | None
    methodology: Written | None
    edition: Written | None
    choices: Mapping[str, Written]
    organisation: Written | None
    revisions: tuple[Revision, ...]
    facilities: tuple[Facility, ...]
    instruments: Mapping[str, Instrument]
    entries: tuple[Entry, ...]
    archive_years: Fraction | None
    places: Mapping[str, Place] = field(default_factory=dict)

    def of_kind(self, kind: EntryKind) -> dict[str, Entry]:
        """Return the entries of a kind by name."""
        return {entry.name: entry for entry in self.entries if entry.kind == kind}

    def at(self, key: str) -> Place:
        """Return where a top key stands, else where the plan begins."""
        return self.places.get(key, self.place)
