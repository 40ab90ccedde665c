"""Typed expressions: what a formula means once names, units, grains and missing values are proved.

Every node has a type and a place. A number stands in the unit of its node's type; conversions
are explicit (:class:`Scaled`), so is every step to another grain (:class:`Brought`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator
    from fractions import Fraction

    from mrv.language.types import Grain, Type
    from mrv.messages import Place


@dataclass(frozen=True)
class Number:
    """A literal number or a named constant (then ``name`` is set), exact."""

    value: Fraction
    type: Type
    place: Place
    name: str | None = None


@dataclass(frozen=True)
class Word:
    """A literal text."""

    value: str
    type: Type
    place: Place


@dataclass(frozen=True)
class Truth:
    """A yes or no that is known at load: a comparison of choices."""

    value: bool
    type: Type
    place: Place


@dataclass(frozen=True)
class Nothing:
    """The literal ``missing``; ``need`` is the module's need that is bound to it, if any."""

    type: Type
    place: Place
    need: str | None = None


@dataclass(frozen=True)
class ColumnOf:
    """A column of an input table, at the grain of its rows."""

    table: str
    column: str
    type: Type
    place: Place


@dataclass(frozen=True)
class KeyOf:
    """A key of a group, at the grain of the group."""

    key: str
    type: Type
    place: Place


@dataclass(frozen=True)
class FormulaOf:
    """The value of another formula, ``earlier`` periods before."""

    name: str
    type: Type
    place: Place
    earlier: int = 0


@dataclass(frozen=True)
class FactorOf:
    """A factor of the store, looked up by ``on`` (attribute, key expression)."""

    name: str
    on: tuple[tuple[str, Node], ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class OutcomeOf:
    """An outcome of a decision table, whose conditions are expressions."""

    table: str
    outcome: str
    of: tuple[tuple[str, Node], ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class PeriodLength:
    """The accounting period: its length in days or hours, or its year."""

    part: Literal["days", "hours", "year"]
    type: Type
    place: Place


@dataclass(frozen=True)
class Scaled:
    """The same quantity in another unit: the number times ``ratio``."""

    inner: Node
    ratio: Fraction
    type: Type
    place: Place


@dataclass(frozen=True)
class Brought:
    """A coarser value used at a finer grain.

    Attributes:
        on: pairs of a key expression at the finer grain and the key column of the coarser one.
    """

    inner: Node
    on: tuple[tuple[Node, str], ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class Apply:
    """An operator or function of the language applied to its arguments."""

    op: str
    args: tuple[Node, ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class LeftOut:
    """A term that a choice leaves out: counts as zero, and the result says so."""

    inner: Node
    condition: str
    type: Type
    place: Place


@dataclass(frozen=True)
class Aggregated:
    """An aggregation from a finer grain to a coarser one.

    Attributes:
        value: what is aggregated, at the finer grain; None counts rows.
        where: which rows count, or None.
        source: the finer grain.
        on: pairs of a key expression at the finer grain and the key column of the coarser one.
    """

    function: Literal["sum", "mean", "least", "greatest", "count", "distinct", "any", "every"]
    value: Node | None
    where: Node | None
    source: Grain
    on: tuple[tuple[Node, str], ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class Neighbour:
    """A question about other rows of the same table: overlaps or repeated.

    Attributes:
        where: which rows take part; None for all.
        order: then only the later ones are meant, and these values decide between equals.
        across: whether rows of other organisations count as well.
    """

    function: Literal["overlaps", "repeated"]
    args: tuple[Node, ...]
    within: tuple[Node, ...]
    type: Type
    place: Place
    where: Node | None = None
    order: tuple[Node, ...] = ()
    across: bool = False


@dataclass(frozen=True)
class Interpolated:
    """A curve or surface at a point."""

    curve: str
    args: tuple[Node, ...]
    type: Type
    place: Place


@dataclass(frozen=True)
class TracedAt:
    """A curve over an input table at a point.

    Attributes:
        by: which of its curves: values for the columns that tell them apart.
        at: the point.
        part: the value; or whether the point lies outside, or one of the two points around it.
    """

    curve: str
    by: tuple[Node, ...]
    at: Node
    type: Type
    place: Place
    part: TracedPart = "value"


TracedPart = Literal["value", "outside", "x0", "y0", "x1", "y1"]

Node = (
    Number | Word | Truth | Nothing | ColumnOf | KeyOf | FormulaOf | FactorOf | OutcomeOf
    | PeriodLength | Scaled | Brought | Apply | LeftOut | Aggregated | Neighbour | Interpolated
    | TracedAt
)  # fmt: skip


def children(node: Node) -> tuple[Node, ...]:
    """Return the direct parts of a node, left to right."""
    match node:
        case Scaled() | LeftOut():
            return (node.inner,)
        case Brought():
            return (node.inner, *(local for local, _ in node.on))
        case Apply() | Interpolated():
            return node.args
        case Aggregated():
            parts = tuple(part for part in (node.value, node.where) if part is not None)
            return (*parts, *(local for local, _ in node.on))
        case Neighbour():
            where = () if node.where is None else (node.where,)
            return (*node.args, *node.within, *where, *node.order)
        case TracedAt():
            return (*node.by, node.at)
        case FactorOf():
            return tuple(key for _, key in node.on)
        case OutcomeOf():
            return tuple(key for _, key in node.of)
        case _:
            return ()


def walk(node: Node) -> Iterator[Node]:
    """Yield a node and everything below it, parents first."""
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        stack += reversed(children(top))


def identity(node: Node) -> Hashable:
    """Return what makes two expressions the same value: everything but type and place."""
    parts: list[Hashable] = [type(node).__name__]
    for name in node.__dataclass_fields__:
        if name in {"type", "place"}:
            continue
        parts.append(_part(getattr(node, name)))
    return tuple(parts)


def _part(value: object) -> Hashable:
    if isinstance(value, tuple):
        return tuple(_part(item) for item in value)
    if hasattr(value, "place") and hasattr(value, "type"):
        return identity(cast("Node", value))
    return value
