"""What formulas, constants, factors, tables and curves promise, before any formula is read."""

from __future__ import annotations

import keyword
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from mrv.language.constants import constant
from mrv.language.curves import read_curve
from mrv.language.grouping import grain_of, table_named
from mrv.language.traced import read_traced
from mrv.language.types import Type
from mrv.language.world import FactorHeader, Header, TableHeader
from mrv.messages import Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.language.checked import Traced
    from mrv.language.model import DecisionTable, DeclaredCurve, FactorUse, Formula
    from mrv.language.scope import Scope
    from mrv.language.world import World
    from mrv.messages import Diagnostic

T = TypeVar("T")
Named = TypeVar("Named")


def declare(scope: Scope, world: World) -> list[Diagnostic]:
    """Enter the promises of one file under their full names; return what is wrong with them.

    A name whose promise cannot be read is entered as broken, so that its users are not refused
    for it a second time.
    """
    document, entries = scope.document, _Entries(scope, world)
    for item in document.constants:
        entries.enter(world.constants, item.name, constant, item)
    for use in document.factors:
        entries.enter(world.factors, use.name, _factor, use)
    for curve in document.curves:
        if curve.table is None:
            entries.enter(world.curves, curve.name, read_curve, curve)
        else:
            entries.enter(world.traced, curve.name, entries.traced, curve)
    for table in document.tables:
        entries.enter(world.tables, table.name, _table, table)
    for formula in document.formulas:
        entries.enter(world.formulas, formula.name, entries.formula, formula)
    return entries.findings


@dataclass
class _Entries:
    """Enters the names of one scope into the world."""

    scope: Scope
    world: World
    findings: list[Diagnostic] = field(default_factory=list)

    def enter(
        self, names: dict[str, T], name: str, read: Callable[[Named, Scope], T], declared: Named
    ) -> None:
        """Read one declaration and keep it, or keep what is wrong with it."""
        full = f"{self.scope.prefix}{name}"
        try:
            names[full] = read(declared, self.scope)
        except Refused as refused:
            self.findings += refused.diagnostics
            self.world.broken.add(full)

    def traced(self, declared: DeclaredCurve, scope: Scope) -> Traced:
        """Read a curve over an input table."""
        return read_traced(declared, scope, self.world)

    def formula(self, declared: Formula, scope: Scope) -> Header:
        """Read what a formula promises: its grain, and its unit, vocabulary or yes-no."""
        grain = grain_of(declared, scope, self.world)
        kind = Type("text", None, grain, declared.optional, frozenset(declared.words or ()))
        if declared.type == "quantity" and declared.unit is not None:
            kind = Type("quantity", scope.unit(declared.unit), grain, declared.optional)
        elif declared.type == "yes-no":
            kind = Type("yes-no", None, grain, declared.optional)
        return Header(f"{scope.prefix}{declared.name}", kind, declared, scope)


def _factor(use: FactorUse, scope: Scope) -> FactorHeader:
    return FactorHeader(f"{scope.prefix}{use.name}", scope.unit(use.unit), use, scope)


def _table(table: DecisionTable, scope: Scope) -> TableHeader:
    gives: dict[str, Type] = {}
    for name, promised in table.gives:
        if keyword.iskeyword(name):
            refuse(
                "name.reserved",
                text(f"名称“{name}”是保留的", f'the name "{name}" is reserved'),
                table.place,
                why=text("它是公式语言的关键字。", "It is a keyword of the expression language."),
                hint=text(f"请换个名称，如“{name}_”。", f'Choose another name, such as "{name}_".'),
            )
        if isinstance(promised, tuple):
            gives[name] = Type("text", words=frozenset(promised))
        else:
            gives[name] = Type("quantity", scope.unit(promised))
    if table.each is not None:
        table_named(table.each, scope)
    return TableHeader(f"{scope.prefix}{table.name}", gives, table, scope)
