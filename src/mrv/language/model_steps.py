"""The declared calculation: formulas, results, checks, uses of modules, properties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from mrv.language.written import Written
    from mrv.messages import Place, Text

Role = Literal["total", "component", "memo", "indicator", "credit"]


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
class Withhold:
    """Which groups of a result are withheld: those with fewer than ``below`` of a count.

    Attributes:
        below: a whole number, the name of a constant, or a text with ``{choice}``.
        of: the formula that counts, of the same grain.
    """

    below: Written
    of: Written


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
    withhold: Withhold | None = None


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
class Forensics:
    """Patterns that are looked for in an input table after a run, as remarks."""

    table: Written
    patterns: tuple[Written, ...]


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
class Properties:
    """Which free property tests apply: off with reasons, monotone and extensive columns."""

    off: tuple[tuple[str, str], ...] = ()
    monotone: tuple[Written, ...] = ()
    extensive: tuple[Written, ...] = ()
