"""Everything that a name can mean in a methodology, and the context a formula is read in."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mrv.language.tree import (
    Apply,
    Brought,
    ColumnOf,
    FactorOf,
    FormulaOf,
    KeyOf,
    Nothing,
    OutcomeOf,
    TracedAt,
    identity,
)
from mrv.language.types import REPORT, Type
from mrv.messages import Refused, Text, refuse, text

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Hashable, Mapping
    from typing import NoReturn

    from mrv.language.checked import Interpolation, NamedConstant, Traced
    from mrv.language.inputs import Input
    from mrv.language.model import DecisionTable, FactorUse, Formula
    from mrv.language.scope import Scope
    from mrv.language.spots import Spots
    from mrv.language.tree import Node
    from mrv.language.types import Grain
    from mrv.messages import Place
    from mrv.units import Unit


@dataclass(frozen=True)
class Header:
    """What a formula promises: its type, as declared. ``scope`` is where its text is read."""

    name: str
    type: Type
    declared: Formula
    scope: Scope


@dataclass(frozen=True)
class FactorHeader:
    """What a factor promises: its unit; its keys are read in ``scope``."""

    name: str
    unit: Unit
    declared: FactorUse
    scope: Scope


@dataclass(frozen=True)
class TableHeader:
    """A decision table with the types of its outcomes."""

    name: str
    gives: Mapping[str, Type]
    declared: DecisionTable
    scope: Scope


@dataclass
class World:
    """All names of a methodology by full name, and what was noticed while reading formulas.

    Attributes:
        broken: names whose declaration was refused; what uses them is not told a second time.
        gwp: warming potentials that formulas ask for, as (gas, set) pairs.
        left_out: terms that a choice leaves out, as (formula, condition) pairs.
        empirical: steps through the doors of empirical formulas, as (formula, text) pairs.
        bodies: formulas that were read to see when they are there; None if they cannot be read.
    """

    inputs: Mapping[str, Input]
    vocabularies: Mapping[str, frozenset[str]]
    formulas: dict[str, Header] = field(default_factory=dict)
    constants: dict[str, NamedConstant] = field(default_factory=dict)
    factors: dict[str, FactorHeader] = field(default_factory=dict)
    tables: dict[str, TableHeader] = field(default_factory=dict)
    curves: dict[str, Interpolation] = field(default_factory=dict)
    traced: dict[str, Traced] = field(default_factory=dict)
    used: set[str] = field(default_factory=set)
    gwp: dict[str, tuple[str, str]] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)
    empirical: list[tuple[str, str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    bodies: dict[str, Node | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Context:
    """Where an expression stands.

    Attributes:
        world: all names.
        scope: the file at work.
        lines: the text, for places.
        formula: name of the formula, for the register and messages.
        target: declared grain of the formula: aggregations go up to it.
        around: grain whose columns may be named without their table; None inside a report formula.
        there: values known to be given here (see :func:`signature`).
        inside: names of the functions around this expression (``sum``, ``quantise``).
        infer: reads a syntax node in a context; passed down to avoid a circle of imports.
        opened: decision tables and formulas that are being read, so that a circle is found.
    """

    world: World
    scope: Scope
    lines: Spots
    formula: str
    target: Grain
    around: Grain | None
    infer: Callable[[ast.expr, Context], Node]
    there: frozenset[Hashable] = frozenset()
    inside: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    def read(self, node: ast.expr) -> Node:
        """Read a syntax node here; what is known to be given is no longer missing."""
        found = self.infer(node, self)
        if found.type.missing and self.there and signature(found) in self.there:
            return replace(found, type=found.type.there())
        return found

    def within(self, name: str) -> Context:
        """Return the context inside a call of a function."""
        return replace(self, inside=(*self.inside, name))

    def knowing(self, signatures: frozenset[Hashable]) -> Context:
        """Return the context where more values are known to be given."""
        return replace(self, there=self.there | signatures)

    def place(self, node: ast.AST) -> Place:
        """Return the place of a syntax node."""
        return self.lines.place(node)


def signature(node: Node) -> Hashable | None:
    """Return what identifies a value that may be missing, wherever it is written; else None."""
    match node:
        case ColumnOf():
            return ("column", node.table, node.column)
        case KeyOf():
            return ("key", node.key)
        case FormulaOf():
            return ("formula", node.name, node.earlier)
        case FactorOf():
            return ("factor", node.name)
        case OutcomeOf():
            return ("table", node.table)
        case Nothing():
            return ("nothing", node.need)
        case TracedAt():
            return identity(node)
        case Brought():
            inner = signature(node.inner)
            return inner and (inner, tuple(signature(local) for local, _ in node.on))
        case _:
            return None


def given_in(condition: Node, *, holds: bool = True) -> frozenset[Hashable]:
    """Return the values that are known to be there where a condition holds, or does not."""
    match condition:
        case Apply(op="not"):
            return given_in(condition.args[0], holds=not holds)
        case Apply(op="given") if holds:
            known = signature(condition.args[0])
            return frozenset() if known is None else frozenset({known})
        case Apply(op="and" | "or") if (condition.op == "and") == holds:
            one, two = condition.args
            return given_in(one, holds=holds) | given_in(two, holds=holds)
        case _:
            return frozenset()


def say_nothing_more() -> NoReturn:
    """Stop reading an expression that uses something which was refused already.

    Raises:
        Refused: without a finding.
    """
    raise Refused([])


def both(what: str | Text) -> Text:
    """Return what an operator or function is called in both languages."""
    return what if isinstance(what, Text) else text(what, what)


def quantity(unit: Unit, grain: Grain = REPORT, *, missing: bool = False) -> Type:
    """Return the type of a quantity."""
    return Type("quantity", unit, grain, missing)


def need_there(node: Node, context: Context, what: str | Text) -> Node:
    """Refuse a value that may be missing where a value must stand.

    Raises:
        Refused: ``missing.unresolved``.
    """
    if node.type.missing:
        shown, said = context.formula, both(what)
        refuse(
            "missing.unresolved",
            text(
                f"公式 {shown} 里，可能缺失的值直接进入了{said.zh}",
                f"in {shown}, a value that may be missing goes straight into {said.en}",
            ),
            node.place,
            why=text("缺失不等于零，也不等于否。", "Missing is neither zero nor no."),
            hint=text(
                "用 first(实测, 缺省) 给出后备值，或写 x if given(x) else …。",
                "Give a fall-back with first(measured, default), or write x if given(x) else ….",
            ),
        )
    return node


def need_quantity(node: Node, what: str | Text) -> Unit:
    """Return the unit of a quantity and refuse everything else.

    Raises:
        Refused: ``type.quantity``.
    """
    if node.type.kind != "quantity" or node.type.unit is None:
        said, (zh, en) = both(what), _KIND[node.type.kind]
        refuse(
            "type.quantity",
            text(f"{said.zh} 需要数值，这里是{zh}", f"{said.en} needs a quantity, this is {en}"),
            node.place,
        )
    return node.type.unit


_KIND = {
    "quantity": ("数值", "a quantity"),
    "text": ("文本", "a text"),
    "yes-no": ("是否值", "a yes-no value"),
    "month": ("月份", "a month"),
    "day": ("日期", "a day"),
    "year": ("年份", "a year"),
    "instant": ("时刻", "an instant"),
}


def describe_kind(kind: str) -> tuple[str, str]:
    """Return a kind of value in Chinese and English."""
    return _KIND[kind]
