"""A methodology that has passed every check: typed formulas in order of dependence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from fractions import Fraction

    from mrv.language.inputs import Column, Input
    from mrv.language.model import Check, Choice, Document, Formula, Result
    from mrv.language.tree import Node
    from mrv.language.types import Grain, Type
    from mrv.messages import Diagnostic, Place
    from mrv.units import Unit


Outside = Literal["error", "hold", "extend"]
"""What a curve does outside its points: fail, keep its end value, or go straight on."""


@dataclass(frozen=True)
class ChoiceMade:
    """A choice with the value in force, and whether the reporter stated it or a default stood."""

    name: str
    value: str
    stated: bool
    declared: Choice


@dataclass(frozen=True)
class NamedConstant:
    """A constant of the file: exact number in its unit, as printed, with its source."""

    name: str
    value: Fraction
    printed: str
    unit: Unit
    source: str | None
    note: str | None
    place: Place


@dataclass(frozen=True)
class FactorNeed:
    """A factor to look up: hard filters with the choices filled in, and the declared order.

    Attributes:
        attributes: store attributes that are matched with a value of the row, in order.
        where: fixed conditions.
    """

    name: str
    unit: Unit
    property: str
    attributes: tuple[str, ...]
    where: tuple[tuple[str, tuple[str, ...]], ...]
    regions: tuple[str, ...]
    time: Literal["any", "same-year", "latest-not-after", "same-year-else-latest"]
    pin: str | None
    optional: bool
    source: str | None
    note: str | None
    place: Place | None


@dataclass(frozen=True)
class Interval:
    """An interval of numbers; None is unbounded."""

    low: Fraction | None
    high: Fraction | None
    low_closed: bool = False
    high_closed: bool = False

    def holds(self, x: Fraction) -> bool:
        """Whether a number lies inside."""
        above = self.low is None or x > self.low or (x == self.low and self.low_closed)
        below = self.high is None or x < self.high or (x == self.high and self.high_closed)
        return above and below


@dataclass(frozen=True)
class Rule:
    """One row of a decision table: conditions (None is ``any``) and outcomes by name."""

    conditions: tuple[tuple[str, frozenset[str] | Interval | None], ...]
    outcomes: tuple[tuple[str, Node | str], ...]
    place: Place


@dataclass(frozen=True)
class Decision:
    """A decision table proved complete; an outcome that is a text names an input of the table."""

    name: str
    of: tuple[tuple[str, Node], ...]
    gives: tuple[tuple[str, Type], ...]
    rules: tuple[Rule, ...]
    hit: Literal["exactly-one", "first", "none-or-one"]
    source: str | None
    place: Place


@dataclass(frozen=True)
class Interpolation:
    """A curve (``y`` None) or surface; numbers exact, in the declared units."""

    name: str
    x: tuple[Fraction, ...]
    y: tuple[Fraction, ...] | None
    values: tuple[tuple[Fraction, ...], ...]
    units_of: tuple[Unit, ...]
    unit: Unit
    outside: Outside
    source: str | None
    place: Place


@dataclass(frozen=True)
class Traced:
    """A curve whose points are the rows of an input table.

    Attributes:
        by: columns of the table that tell several curves apart.
        at: column that holds the argument.
        gives: column that holds the value.
    """

    name: str
    table: str
    by: tuple[Column, ...]
    at: Column
    gives: Column
    outside: Outside
    source: str | None
    place: Place


@dataclass(frozen=True)
class CheckedFormula:
    """A formula with its type and typed body; ``scale`` is quanta per unit of exact sums."""

    name: str
    type: Type
    body: Node
    tiers: tuple[str, ...]
    scale: Fraction
    declared: Formula
    document: Document

    @property
    def grain(self) -> Grain:
        """The grain of the formula."""
        return self.type.grain


@dataclass(frozen=True)
class CheckedCheck:
    """A plausibility rule: ``that`` at its grain, judged where ``when`` holds."""

    name: str
    grain: Grain
    that: Node
    when: Node | None
    declared: Check


@dataclass(frozen=True)
class Withholding:
    """Rows of one grain that are withheld where fewer than ``least`` are counted.

    Attributes:
        of: the formula that counts them, of the same grain.
        results: the results that ask for it; it holds for every formula of the grain.
    """

    grain: Grain
    least: int
    of: str
    results: tuple[str, ...]


@dataclass(frozen=True)
class Methodology:
    """A methodology proved at load, for one set of choices.

    Attributes:
        document: the file it came from.
        modules: the module files it uses, once each.
        formulas: by full name, each after those that it uses.
        left_out: terms that a choice leaves out, as (formula, condition) pairs.
        empirical: uses of ``magnitude``, ``measure``, ``restate`` and ``quantise`` as
            (formula, text) pairs, for the register.
        withheld: grains whose small groups are withheld.
    """

    document: Document
    modules: tuple[Document, ...]
    choices: tuple[ChoiceMade, ...]
    inputs: Mapping[str, Input]
    constants: Mapping[str, NamedConstant]
    factors: Mapping[str, FactorNeed]
    decisions: Mapping[str, Decision]
    curves: Mapping[str, Interpolation]
    traced: Mapping[str, Traced]
    formulas: Mapping[str, CheckedFormula]
    results: tuple[Result, ...]
    checks: tuple[CheckedCheck, ...]
    warnings: tuple[Diagnostic, ...]
    left_out: tuple[tuple[str, str], ...]
    empirical: tuple[tuple[str, str], ...]
    withheld: tuple[Withholding, ...] = ()

    @property
    def name(self) -> str:
        """Name of the methodology, such as ``water-freight/enterprise``."""
        return self.document.name

    @property
    def edition(self) -> str:
        """Edition of the methodology."""
        return self.document.edition

    def formula_of(self, result: Result) -> CheckedFormula:
        """Return the formula that a result reports."""
        return self.formulas[result.of.text]
