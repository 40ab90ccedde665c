"""A plan together with what its hidden columns mean: guards, tiers, caps, checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrv.engine.plan import Field, Plan, Scalar
    from mrv.language.checked import CheckedCheck, Methodology
    from mrv.language.tree import Node
    from mrv.language.types import Grain


@dataclass(frozen=True)
class Cause:
    """A part of an expression that can fail.

    Attributes:
        node: the part.
        failed: the rows of its frame in which it does.
        operands: what it is given: divisor, argument of a root, keys of a look-up.
    """

    node: Node
    failed: Scalar
    operands: tuple[Scalar, ...]


@dataclass(frozen=True)
class Guard:
    """How many values failed.

    Attributes:
        owner: the formula, or the check, that needs the values.
        count: column of the report with the number of failures.
        grain: the frame whose rows are counted.
        failed: which of them failed.
        causes: what can have failed, inner parts first; none where a value is not finite.
        idle: no result or check needs the value, or not in the rows counted: a failure is told
            and not refused.
    """

    owner: str
    count: str
    grain: Grain
    failed: Scalar
    causes: tuple[Cause, ...] = ()
    idle: bool = False


@dataclass(frozen=True)
class FactorUse:
    """A formula's use of a factor: the column with its row number, and the rows that use it."""

    grain: Grain
    column: str
    when: Scalar


@dataclass(frozen=True)
class TierCount:
    """How many rows took each branch of a formula's ``first``: columns in the report."""

    formula: str
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cap:
    """How often and by how much a cap or floor bit: columns in the report and per row.

    ``written`` is ``capped``, ``floored`` or, where a curve was left, ``held:`` (at its edge) or
    ``extended:`` (beyond it) and the curve; a curve has no amount.
    """

    formula: str
    written: str
    unit: str
    count: str
    amount: str
    grain: Grain
    flag: str


@dataclass(frozen=True)
class Fired:
    """How often a check did not hold: ``count`` in the report, ``flag`` per row."""

    check: CheckedCheck
    count: str
    grain: Grain
    flag: str


@dataclass(frozen=True)
class Planned:
    """A plan with its meaning.

    Attributes:
        frames: final relation and key columns of each grain.
        factor_rows: per grain and factor name, the column with the factor row number.
        factor_uses: in which rows a looked-up factor took part in a value.
    """

    methodology: Methodology
    plan: Plan
    guards: tuple[Guard, ...]
    tiers: tuple[TierCount, ...]
    caps: tuple[Cap, ...]
    fired: tuple[Fired, ...]
    frames: tuple[tuple[Grain, str, tuple[str, ...]], ...]
    factor_rows: tuple[tuple[Grain, str, str], ...]
    factor_uses: tuple[FactorUse, ...] = ()

    def field(self, formula: str) -> Field:
        """Return where a formula's values stand."""
        return next(field for field in self.plan.fields if field.formula == formula)

    def frame(self, grain: Grain) -> tuple[str, tuple[str, ...]]:
        """Return the final relation of a grain and its key columns."""
        return next((relation, keys) for own, relation, keys in self.frames if own == grain)
