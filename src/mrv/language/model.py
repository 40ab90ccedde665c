"""A methodology as it is declared in its file, before formulas are understood.

Every text that an author wrote is kept with its place, so that each later finding can point
at it. Units that do not depend on a choice are still texts here: they are read where they are
needed, because a choice may be part of them (``t CO2e[{gwp}]``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from datetime import date

    from mrv.messages import Place, Text

Status = Literal["draft", "trial", "in-force", "superseded"]
Role = Literal["total", "component", "memo", "indicator", "credit"]
ColumnType = Literal["quantity", "key", "month", "day", "year", "instant", "yes-no", "word", "ref"]


@dataclass(frozen=True)
class Written:
    """A text as the author wrote it, with its place in the file."""

    text: str
    place: Place


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
class Constant:
    """A number with a unit and a source: ``value`` is ``90 kg/passenger`` as written."""

    name: str
    value: Written
    source: str | None
    note: str | None


@dataclass(frozen=True)
class DeclaredColumn:
    """A column of an input table; limits are numbers as written, in the declared unit."""

    name: str
    type: ColumnType
    place: Place
    unit: Written | None = None
    words: tuple[str, ...] | None = None
    refers_to: Written | None = None
    optional: bool = False
    lowest: str | None = None
    highest: str | None = None
    above: str | None = None
    below: str | None = None
    whole: bool = False
    label: Text | None = None
    note: Text | None = None


@dataclass(frozen=True)
class DeclaredInput:
    """An input table."""

    name: str
    key: tuple[Written, ...]
    columns: tuple[DeclaredColumn, ...]
    optional: bool
    label: Text | None
    note: Text | None
    place: Place


@dataclass(frozen=True)
class ByChoice:
    """A value that depends on a choice: ``{choice: fuel_table, national: a, imo: b}``."""

    choice: Written
    values: tuple[tuple[str, Condition], ...]


Condition = tuple[str, ...] | ByChoice
"""Allowed values of an attribute; a text may hold ``{choice}``."""


@dataclass(frozen=True)
class FactorUse:
    """A factor that is looked up in the store.

    Attributes:
        match: (attribute of the store, column as ``table.column``) pairs.
        where: (attribute, allowed values) pairs.
    """

    name: str
    unit: Written
    property: str
    match: tuple[tuple[str, Written], ...]
    where: tuple[tuple[str, Condition], ...]
    regions: tuple[str, ...]
    time: str
    pin: str | None
    optional: bool
    source: str | None
    note: str | None
    place: Place


@dataclass(frozen=True)
class TableRow:
    """One row of a decision table: conditions and outcomes, as written, by name."""

    conditions: tuple[tuple[str, Written | tuple[Written, ...]], ...]
    outcomes: tuple[tuple[str, Written], ...]
    place: Place


@dataclass(frozen=True)
class DecisionTable:
    """A decision table.

    Attributes:
        of: (name, expression) pairs of its inputs.
        each: the table whose rows it is evaluated for, or None at the report grain.
        gives: (name, unit text or vocabulary) pairs of its outcomes.
    """

    name: str
    of: tuple[tuple[str, Written], ...]
    each: Written | None
    hit: Literal["exactly-one", "first", "none-or-one"]
    gives: tuple[tuple[str, Written | tuple[str, ...]], ...]
    rows: tuple[TableRow, ...]
    source: str | None
    place: Place


@dataclass(frozen=True)
class DeclaredCurve:
    """An interpolation table in one or two dimensions; numbers as written."""

    name: str
    of: tuple[str, ...]
    units_of: tuple[Written, ...]
    unit: Written
    points: tuple[tuple[str, str], ...]
    axes: tuple[tuple[str, ...], ...]
    values: tuple[tuple[str, ...], ...]
    outside: Literal["error", "hold-and-say"]
    source: str | None
    place: Place


@dataclass(frozen=True)
class Formula:
    """A formula: its grain, unit or type, and expression.

    Attributes:
        each: the table whose rows it has a value for, or None.
        per: group keys, or None; both None is one value for the report.
        unit: unit text of a quantity, or None.
        type: ``yes-no`` or ``text`` where there is no unit.
        words: vocabulary of a text.
        tiers: names of the branches of the outermost ``first``.
        quantum: step of exact sums, as written, or None for 10^-9.
    """

    name: str
    expression: Written
    each: Written | None
    per: tuple[Written, ...] | None
    unit: Written | None
    type: Literal["quantity", "yes-no", "text"]
    words: tuple[str, ...] | None
    optional: bool
    tiers: tuple[str, ...]
    quantum: str | None
    label: Text | None
    note: str | None
    source: str | None
    place: Place


@dataclass(frozen=True)
class Result:
    """A reported result and how it is rounded (``to`` in its unit, as written)."""

    name: str
    of: Written
    role: Role
    round_to: str | None
    round_rule: Literal["half-even", "half-up"] | None
    round_source: str | None
    label: Text | None
    place: Place


@dataclass(frozen=True)
class Check:
    """A plausibility rule: ``that`` must hold where ``when`` does."""

    name: str
    each: Written | None
    that: Written
    when: Written | None
    severity: Literal["error", "warning"]
    message: Text
    source: str | None
    place: Place


@dataclass(frozen=True)
class Use:
    """A module used under a name.

    Attributes:
        bindings: needs of the module and expressions of the host.
        choices: choices of the module and names of host choices, or ``=value``.
    """

    name: str
    module: Written
    edition: str | None
    bindings: tuple[tuple[str, Written], ...]
    choices: tuple[tuple[str, Written], ...]
    place: Place


@dataclass(frozen=True)
class Need:
    """What a module needs of its host: a table, or a column-like value for each of its rows."""

    name: str
    table: bool
    each: Written | None
    column: DeclaredColumn | None
    place: Place


@dataclass(frozen=True)
class Properties:
    """Which free property tests apply: off with reasons, monotone and extensive columns."""

    off: tuple[tuple[str, str], ...] = ()
    monotone: tuple[Written, ...] = ()
    extensive: tuple[Written, ...] = ()


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
    properties: Properties = Properties()
