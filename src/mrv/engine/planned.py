"""A plan together with what its hidden columns mean: guards, tiers, caps, checks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mrv.engine.plan import Field, Plan
    from mrv.language.checked import CheckedCheck, Methodology
    from mrv.language.types import Grain


@dataclass(frozen=True)
class Guard:
    """How many values of a formula failed: ``count`` in the report, ``flag`` per row."""

    formula: str
    count: str
    grain: Grain
    flag: str


@dataclass(frozen=True)
class TierCount:
    """How many rows took each branch of a formula's ``first``: columns in the report."""

    formula: str
    counts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Cap:
    """How often and by how much a cap or floor bit: columns in the report and per row.

    ``written`` is ``capped``, ``floored`` or, where a curve was held at its edge,
    ``held:`` and the curve; a held curve has no amount.
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
    """

    methodology: Methodology
    plan: Plan
    guards: tuple[Guard, ...]
    tiers: tuple[TierCount, ...]
    caps: tuple[Cap, ...]
    fired: tuple[Fired, ...]
    frames: tuple[tuple[Grain, str, tuple[str, ...]], ...]
    factor_rows: tuple[tuple[Grain, str, str], ...]

    def field(self, formula: str) -> Field:
        """Return where a formula's values stand."""
        return next(field for field in self.plan.fields if field.formula == formula)

    def frame(self, grain: Grain) -> tuple[str, tuple[str, ...]]:
        """Return the final relation of a grain and its key columns."""
        return next((relation, keys) for own, relation, keys in self.frames if own == grain)
