"""Where an expression fails, as opposed to being missing, and which factors it really uses.

A part that a condition does not reach can neither fail nor be used: the branch of an ``if`` that
is not taken, an argument of ``first`` after one that is there, the rest of an ``and`` that is
already decided.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.engine.lower import NO, YES, lower
from mrv.engine.plan import Call, Const
from mrv.language.fit import exact
from mrv.language.tree import (
    Aggregated,
    Apply,
    Brought,
    FactorOf,
    FormulaOf,
    Interpolated,
    LeftOut,
    OutcomeOf,
    Scaled,
    TracedAt,
    children,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from mrv.engine.plan import Scalar
    from mrv.engine.planned import Cause
    from mrv.language.tree import Node

_FROM_LIBM = {"pow", "log", "exp"}


def reached(
    node: Node, atom: Callable[[Node], Scalar], when: Scalar = YES
) -> Iterator[tuple[Node, Scalar]]:
    """Yield the operators and look-ups of an expression, inner ones first, with their condition.

    Args:
        node: an expression at the grain of one relation.
        atom: returns the column that holds an atom.
        when: the condition under which the expression itself is reached.
    """
    if isinstance(node, LeftOut):
        return
    if isinstance(node, Apply) and node.op in {"if", "first", "ratio", "and", "or"}:
        yield from _branches(node, atom, when)
    elif isinstance(node, Scaled | Apply | Interpolated | FactorOf | OutcomeOf | TracedAt):
        for part in children(node):
            yield from reached(part, atom, when)
    if isinstance(node, Apply | Interpolated | FactorOf | TracedAt | FormulaOf | Brought):
        yield node, when


def _branches(
    node: Apply, atom: Callable[[Node], Scalar], when: Scalar
) -> Iterator[tuple[Node, Scalar]]:
    """Yield what is below an operator that does not reach all of its arguments in every row."""
    if node.op == "if":
        condition, yes, no = node.args
        yield from reached(condition, atom, when)
        yield from reached(yes, atom, both(when, lower(condition, atom)))
        yield from reached(no, atom, both(when, _not_true(lower(condition, atom))))
        return
    if node.op == "ratio":
        over, by, otherwise = node.args
        yield from reached(over, atom, when)
        yield from reached(by, atom, when)
        yield from reached(otherwise, atom, both(when, _zero(lower(by, atom))))
        return
    for arg in node.args:
        yield from reached(arg, atom, when)
        value = lower(arg, atom)
        if node.op == "first":
            when = both(when, absent(value))
        else:
            when = both(when, value if node.op == "and" else _not_true(value))


def failures(
    node: Node,
    atom: Callable[[Node], Scalar],
    firm: Collection[str] = (),
    deferred: Collection[str] = (),
) -> list[tuple[Node, Scalar]]:
    """Return every part of an expression that can fail, with the rows in which it does.

    It fails where something divides by zero, a root is of a negative number, a curve is left,
    or a factor that must be there is not.

    Args:
        node: an expression at the grain of one relation.
        atom: returns the column that holds an atom.
        firm: curves over input tables that must not be left.
        deferred: formulas of the report whose failure counts where they are used.
    """
    found: list[tuple[Node, Scalar]] = []
    for part, condition in reached(node, atom):
        own: Scalar = NO
        if isinstance(part, TracedAt):
            own = atom(replace(part, part="outside")) if part.curve in firm else NO
        elif isinstance(part, FormulaOf | Brought):
            own = absent(atom(part)) if read_formula(part) in deferred else NO
        else:
            own = _own_failure(part, atom)
        if own != NO:
            found.append((part, both(condition, own)))
    return found


def read_formula(node: Node) -> str | None:
    """Return the formula of this period that a node reads, as it is or brought down."""
    while isinstance(node, Brought):
        node = node.inner
    return node.name if isinstance(node, FormulaOf) and not node.earlier else None


def any_of(causes: Iterable[Cause]) -> Scalar:
    """Return whether any of some causes is there."""
    failing: Scalar = NO
    for cause in causes:
        failing = cause.failed if failing == NO else either(failing, cause.failed)
    return failing


def either(one: Scalar, other: Scalar) -> Scalar:
    """Return whether one of two conditions holds."""
    return YES if YES in {one, other} else Call("or", (one, other), "flag")


def brought(node: Node) -> Iterator[Brought]:
    """Yield the coarser values in an expression, without what is inside them.

    Terms that a choice leaves out, and what is aggregated elsewhere, have no part.
    """
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, Brought):
            yield top
        elif not isinstance(top, LeftOut | Aggregated):
            stack += reversed(children(top))


def _own_failure(node: Node, atom: Callable[[Node], Scalar]) -> Scalar:
    match node:
        case FactorOf() if not node.type.missing:
            return absent(atom(node))
        case Interpolated():
            return _undefined(node, atom)
        case Apply(op="div") if exact(node.args[1]) is None:
            return _zero(lower(node.args[1], atom))
        case Apply(op="sqrt"):
            return Call("lt", (lower(node.args[0], atom), Const(0.0, "number")), "flag")
        case Apply(op=op) if op in _FROM_LIBM and exact(node) is None:
            return _undefined(node, atom)
    return NO


def _undefined(node: Apply | Interpolated, atom: Callable[[Node], Scalar]) -> Scalar:
    """Whether there is no value although every argument is there."""
    failing = absent(lower(node, atom))
    for arg in node.args:
        if arg.type.missing:
            given = Call("given", (lower(arg, atom),), "flag")
            failing = Call("and", (given, failing), "flag")
    return failing


def absent(value: Scalar) -> Scalar:
    """Return whether a value is missing."""
    return Call("not", (Call("given", (value,), "flag"),), "flag")


def _zero(value: Scalar) -> Scalar:
    return Call("eq", (value, Const(0.0, "number")), "flag")


def _not_true(value: Scalar) -> Scalar:
    """Whether a flag is no or missing, as the other branch of a condition is taken."""
    return Call("if", (value, NO, YES), "flag")


def both(one: Scalar, other: Scalar) -> Scalar:
    """Return whether both of two conditions hold."""
    return other if one == YES else Call("and", (one, other), "flag")
