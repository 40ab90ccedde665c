"""What the user states about a file that the file itself does not say."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Options:
    """Statements of the user, kept in the report.

    Attributes:
        gwp_set: the GWP set (SAR, AR4, AR5, AR6) of CO2e values whose source names none.
        encoding: encoding of a text file; None has it worked out, and said.
        licence: terms of use that the user holds, where the source states none or forbids use.
        retrieved: day on which the file was fetched; None takes the day it was last changed.
        year: edition year of a file that does not carry one.
        removals: source ids whose negative value is a removal and not a mistake.
    """

    gwp_set: str | None = None
    encoding: str | None = None
    licence: str | None = None
    retrieved: str | None = None
    year: int | None = None
    removals: frozenset[str] = field(default_factory=frozenset)
