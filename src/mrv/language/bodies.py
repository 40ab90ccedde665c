"""The bodies: formulas, decision tables, checks and look-ups, read and held to their promises."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from mrv.language.decisions import read_decision
from mrv.language.factor_needs import gwp_need, read_factor
from mrv.language.infer import infer
from mrv.language.lookup_nodes import decision_keys
from mrv.language.model import Written
from mrv.language.plausibility import read_check
from mrv.language.promises import DEFAULT_QUANTUM, outermost_first, read_formula
from mrv.language.spots import Spots
from mrv.language.types import REPORT
from mrv.language.world import Context
from mrv.messages import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from mrv.language.checked import CheckedCheck, CheckedFormula, Decision, FactorNeed
    from mrv.language.scope import Scope
    from mrv.language.world import TableHeader, World
    from mrv.messages import Diagnostic

__all__ = ["DEFAULT_QUANTUM", "Bodies", "outermost_first", "read_bodies"]

P = ParamSpec("P")
T = TypeVar("T")


@dataclass
class Bodies:
    """What was read, and what was found wrong."""

    formulas: dict[str, CheckedFormula] = field(default_factory=dict)
    factors: dict[str, FactorNeed] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    checks: tuple[CheckedCheck, ...] = ()
    findings: list[Diagnostic] = field(default_factory=list)

    def attempt(self, read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """Read one body; keep what is wrong with it and go on."""
        try:
            return read(*args, **kwargs)
        except Refused as refused:
            self.findings += refused.diagnostics
            return None


def read_bodies(scopes: list[Scope], world: World, unbound: Collection[str] = ()) -> Bodies:
    """Read every body of every file; findings are kept, not raised.

    Args:
        scopes: the files at work.
        world: what their names mean.
        unbound: prefixes of modules that were given the wrong things; what follows from that
            inside of them is not told.
    """
    bodies = Bodies()
    for name, header in world.formulas.items():
        if header.scope.prefix in unbound:
            continue
        if (formula := bodies.attempt(read_formula, header, world)) is not None:
            bodies.formulas[name] = formula
    for name, table in world.tables.items():
        if table.scope.prefix in unbound:
            continue
        if (decision := bodies.attempt(_decision, table, world)) is not None:
            bodies.decisions[name] = decision
    checks = [
        bodies.attempt(read_check, check, scope, world)
        for scope in scopes
        if scope.prefix not in unbound
        for check in scope.document.checks
    ]
    bodies.checks = tuple(check for check in checks if check is not None)
    for name, factor in world.factors.items():
        if factor.scope.prefix in unbound:
            continue
        if (need := bodies.attempt(read_factor, factor, world)) is not None:
            bodies.factors[name] = need
    for name, (gas, chosen) in world.gwp.items():
        bodies.factors[name] = gwp_need(name, gas, chosen)
    return bodies


def _decision(table: TableHeader, world: World) -> Decision:
    """Read a decision table by itself, whether or not a formula uses it."""
    spots = Spots(Written("", table.declared.place))
    context = Context(world, table.scope, spots, table.name, REPORT, None, infer)
    keys = decision_keys(table, context)
    return read_decision(table, keys, world)
