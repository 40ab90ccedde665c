"""What a receipt says: the content of ``receipt.json``.

Hashes are SHA-256 in hexadecimal digits. Of a member it is that of its bytes; ``content`` is that
of a table's rows whatever their order and file (:mod:`mrv.receipt.content`).
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - read again when a receipt is opened
from dataclasses import dataclass
from typing import Literal

from mrv.messages import Text  # noqa: TC001 - likewise

FORMAT = 1
"""Version of the file format; a reader refuses a newer one."""

RECEIPT = "receipt.json"
SEAL = "seal.json"
SIGNATURE = "signature.json"
CRATE = "ro-crate-metadata.json"


@dataclass(frozen=True)
class Member:
    """A file inside the receipt."""

    bytes: int
    sha256: str


@dataclass(frozen=True)
class RuleText:
    """The text of the methodology or of a module, as it was when the run was made."""

    name: str
    edition: str
    member: str
    sha256: str
    status: str | None = None
    title: Text | None = None


@dataclass(frozen=True)
class Chosen:
    """A choice in force; ``stated`` where the reporter made it and no default stood."""

    name: str
    value: str
    stated: bool


@dataclass(frozen=True)
class SealedColumn:
    """A column of a sealed table.

    ``role`` is ``place`` (row in the emitter's file), ``key``, ``input``, ``formula``, ``tier``
    (branch of ``first``, from 0), ``factor`` (number of the look-up in ``factors.answers``) or
    ``check`` (fired there); ``of`` names the formula, factor or check.
    """

    name: str
    role: Literal["place", "key", "input", "formula", "tier", "factor", "check"]
    kind: Literal["number", "text", "flag", "whole", "instant"]
    of: str | None = None
    unit: str | None = None
    tiers: tuple[str, ...] | None = None
    sha256: str | None = None


@dataclass(frozen=True)
class TableOf:
    """A table of inputs or of results.

    ``name`` is the input table; for results, the input table whose rows they are, ``report``, or
    the keys of the groups.
    """

    name: str
    member: str
    rows: int
    content: str
    columns: tuple[SealedColumn, ...]
    origin: str | None = None
    has_organisation: bool | None = None
    has_period: bool | None = None
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class FactorRelease:
    """A release of factors that rows were taken from; ``content`` is that of the whole release."""

    name: str
    content: str
    folder: str
    rows: int


@dataclass(frozen=True)
class LookedUp:
    """One look-up of a factor that rows used.

    ``value`` is in ``unit``, the unit that the methodology declares, as an exact fraction or
    decimal; ``printed`` is what the source prints; ``row`` and ``row_sha256`` name the factor
    row, which is held back (``withheld``) where its licence does not let it be passed on.
    """

    number: int
    factor: str
    key: Mapping[str, str]
    period: str
    row: str
    row_sha256: str
    release: str
    value: str
    unit: str
    confidence: str
    withheld: bool
    steps: tuple[Text, ...]
    fallbacks: tuple[Text, ...]
    not_taken: Mapping[str, Text]
    printed: str | None = None


@dataclass(frozen=True)
class Reported:
    """One result of the report; without ``value`` it is missing, which is not zero."""

    name: str
    formula: str
    organisation: str
    period: str
    role: str
    value: float | str | bool | None = None
    unit: str | None = None
    rounded: str | None = None
    label: Text | None = None


@dataclass(frozen=True)
class FiredAt:
    """A check that did not hold."""

    name: str
    severity: Literal["error", "warning"]
    organisation: str
    period: str
    count: int
    first: tuple[str, ...]
    message: Text
    source: str | None = None
    organisations: int = 1


@dataclass(frozen=True)
class Marked:
    """Something that must not stay silent: a default, a fall-back, a draft rule, a cap."""

    kind: str
    message: Text
    organisation: str | None = None
    period: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class Receipt:
    """Everything that a run rests on and everything that it found."""

    format: int
    software: Mapping[str, str]
    methodology: RuleText
    modules: tuple[RuleText, ...]
    choices: tuple[Chosen, ...]
    periods: tuple[str, ...]
    organisations: int
    plan: str
    releases: tuple[FactorRelease, ...]
    answers: tuple[LookedUp, ...]
    inputs: tuple[TableOf, ...]
    results: tuple[TableOf, ...]
    outputs: tuple[Reported, ...]
    checks: tuple[FiredAt, ...]
    marks: tuple[Marked, ...]
    notes: tuple[Text, ...]
    members: Mapping[str, Member]

    @property
    def failed(self) -> bool:
        """Whether a check of severity error fired."""
        return any(check.severity == "error" for check in self.checks)
