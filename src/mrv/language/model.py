"""A methodology as it is declared in its file, before formulas are understood.

Every text that an author wrote is kept with its place, so that each later finding can point
at it. Units that do not depend on a choice are still texts here: they are read where they are
needed, because a choice may be part of them (``t CO2e[{gwp}]``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mrv.language.model_inputs import ColumnType, DeclaredColumn, DeclaredInput, Need
from mrv.language.model_lookups import (
    ByChoice,
    Condition,
    Constant,
    DecisionTable,
    DeclaredCurve,
    FactorUse,
    TableRow,
)
from mrv.language.model_steps import (
    Check,
    Forensics,
    Formula,
    Properties,
    Result,
    Role,
    Use,
    Withhold,
)
from mrv.language.written import Written

if TYPE_CHECKING:
    from datetime import date

    from mrv.messages import Place, Text

__all__ = [
    "ByChoice",
    "Check",
    "Choice",
    "ColumnType",
    "Condition",
    "Constant",
    "DecisionTable",
    "DeclaredColumn",
    "DeclaredCurve",
    "DeclaredInput",
    "Document",
    "FactorUse",
    "Forensics",
    "Formula",
    "Governs",
    "Need",
    "Properties",
    "Result",
    "Role",
    "Source",
    "Status",
    "TableRow",
    "Use",
    "Withhold",
    "Written",
]

Status = Literal["draft", "trial", "in-force", "superseded"]


@dataclass(frozen=True)
class Governs:
    """What an edition governs: sector, region and dates (``until`` is the last day)."""

    sector: str
    region: str
    start: date | None
    until: date | None
    supersedes: str | None
    successor: str | None
    awaited: bool = False


@dataclass(frozen=True)
class Source:
    """A source document and how sure its transcription is."""

    name: str
    title: Text
    confidence: str
    place: Place
    clause: str | None = None
    publisher: str | None = None
    checked: date | None = None
    note: str | None = None


@dataclass(frozen=True)
class Choice:
    """A point that the rule leaves open."""

    name: str
    of: tuple[str, ...]
    default: str | None
    why: Text | None
    place: Place


@dataclass(frozen=True)
class Document:
    """A methodology or module file, read and well-formed, not yet checked.

    Attributes:
        file: path as the user knows it.
        text: the whole text, which receipts and hashes quote.
        kind: methodology or module.
        governs: for methodologies; None for modules.
    """

    file: str
    text: str
    kind: Literal["methodology", "module"]
    name: str
    edition: str
    status: Status
    governs: Governs | None
    title: Text
    place: Place
    sources: tuple[Source, ...] = ()
    open_questions: tuple[Text, ...] = ()
    choices: tuple[Choice, ...] = ()
    constants: tuple[Constant, ...] = ()
    inputs: tuple[DeclaredInput, ...] = ()
    factors: tuple[FactorUse, ...] = ()
    tables: tuple[DecisionTable, ...] = ()
    curves: tuple[DeclaredCurve, ...] = ()
    uses: tuple[Use, ...] = ()
    needs: tuple[Need, ...] = ()
    formulas: tuple[Formula, ...] = ()
    results: tuple[Result, ...] = ()
    checks: tuple[Check, ...] = ()
    properties: Properties = field(default_factory=Properties)
    forensics: tuple[Forensics, ...] = ()
