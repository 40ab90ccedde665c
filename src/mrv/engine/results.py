"""Results: what a run found, with every mark that must not stay silent."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pyarrow as pa

    from mrv.engine.factor_tables import Answer
    from mrv.language.checked import ChoiceMade
    from mrv.language.model import Result, Role
    from mrv.messages import Text

_PRECISION = 400


@dataclass(frozen=True)
class Output:
    """One reported value.

    Attributes:
        name: name of the result.
        formula: the formula that it reports.
        organisation: whose value; empty if the data name no organisation.
        period: label of the accounting period.
        role: total, component, memo, indicator or credit.
        value: the value in ``unit``; None where it is missing: not determined, not zero.
        unit: unit with its substance; None for texts and yes-no values.
        rounded: the value as it is reported, by the rule of the methodology; None without one.
        label: what it is called in the report.
    """

    name: str
    formula: str
    organisation: str
    period: str
    role: Role
    value: float | str | bool | None
    unit: str | None
    rounded: Decimal | None
    label: Text | None


@dataclass(frozen=True)
class RowOutput:
    """A result with a value for each row or group: read it with :meth:`Run.table`."""

    name: str
    formula: str
    role: Role
    unit: str | None
    keys: tuple[str, ...]
    label: Text | None


@dataclass(frozen=True)
class Mark:
    """Something that must not stay silent.

    Attributes:
        kind: draft, choice, default, fallback, confidence, cap, left-out, withheld or note.
        message: what, with its numbers.
        organisation: whom it concerns; None for everybody.
        period: which period it concerns; None for all.
        count: how many rows, where it is about rows.
    """

    kind: Literal[
        "draft",
        "choice",
        "default",
        "fallback",
        "confidence",
        "cap",
        "left-out",
        "withheld",
        "note",
    ]
    message: Text
    organisation: str | None = None
    period: str | None = None
    count: int | None = None


@dataclass(frozen=True)
class FiredCheck:
    """A check that did not hold, how often, and its first rows.

    Attributes:
        organisation: whose rows; empty if there is only one, or where many are counted together.
        organisations: how many organisations are counted.
    """

    name: str
    severity: Literal["error", "warning"]
    message: Text
    source: str | None
    organisation: str
    period: str
    count: int
    first: tuple[str, ...]
    organisations: int = 1


@dataclass(frozen=True)
class Outcome:
    """Everything that a run found.

    Attributes:
        outputs: results of the report, per organisation and period, in the methodology's order.
        row_outputs: results with rows of their own.
        checks: checks that fired.
        marks: draft state, choices, defaults, fall-backs, confidence, caps, left-out terms, notes.
        factors: the answers of the factor store that rows used.
        choices: choices in force.
    """

    outputs: tuple[Output, ...]
    row_outputs: tuple[RowOutput, ...]
    checks: tuple[FiredCheck, ...]
    marks: tuple[Mark, ...]
    factors: tuple[Answer, ...]
    choices: tuple[ChoiceMade, ...]

    @property
    def failed(self) -> bool:
        """Whether a check of severity error fired."""
        return any(check.severity == "error" for check in self.checks)


def rounded(value: float | None, result: Result) -> Decimal | None:
    """Round a value for the report, once, on its exact decimal expansion.

    Example:
        >>> from types import SimpleNamespace
        >>> even = SimpleNamespace(round_to="1", round_rule="half-even")
        >>> rounded(2.5, even), rounded(3.5, even)
        (Decimal('2'), Decimal('4'))
    """
    if value is None or result.round_to is None:
        return None
    step = Decimal(result.round_to)
    rule = ROUND_HALF_EVEN if result.round_rule == "half-even" else ROUND_HALF_UP
    with localcontext() as context:
        context.prec = _PRECISION
        whole = (Decimal(value) / step).quantize(Decimal(1), rounding=rule)
        return whole * step


def arrow_rows(table: pa.Table) -> list[dict[str, object]]:
    """Return the rows of an Arrow table as dictionaries."""
    rows: list[dict[str, object]] = table.to_pylist()
    return rows
