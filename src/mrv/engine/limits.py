"""Limits that take effect: caps, floors and curves held at their edge, as columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mrv.engine.failing import both, either, reached
from mrv.engine.lower import NO, lower, rounded
from mrv.engine.plan import Call
from mrv.language.tree import Apply, Interpolated, TracedAt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.engine.atoms import Atoms
    from mrv.engine.plan import Scalar
    from mrv.language.tree import Node
    from mrv.language.types import Grain


_SAID = {"hold": "held", "extend": "extended"}


@dataclass(frozen=True)
class Limit:
    """A limit in an expression.

    Attributes:
        written: ``capped``, ``floored``, or ``held:`` or ``extended:`` and the curve.
        unit: spelling of the unit of ``over``; empty for a curve.
        bites: the rows in which it takes effect.
        over: by how much; None for a curve.
    """

    written: str
    unit: str
    bites: Scalar
    over: Scalar | None


def limits(atoms: Atoms, part: Node, grain: Grain) -> Iterator[Limit]:
    """Yield the limits of an expression at its own grain, where a row reaches them."""
    atom = atoms.atom_of(grain)
    for node, when in reached(part, atom):
        if isinstance(node, Interpolated):
            outside = _outside(atoms, node, grain)
            if outside != NO:
                how = _SAID[atoms.methodology.curves[node.curve].outside]
                yield Limit(f"{how}:{node.curve}", "", both(when, outside), None)
        elif isinstance(node, TracedAt):
            outside_is = atoms.methodology.traced[node.curve].outside
            if outside_is != "error":
                left = atom(replace(node, part="outside"))
                yield Limit(f"{_SAID[outside_is]}:{node.curve}", "", both(when, left), None)
        elif isinstance(node, Apply) and node.op in {"capped", "floored"}:
            value, limit = (lower(arg, atom) for arg in node.args)
            bites = Call("gt" if node.op == "capped" else "lt", (value, limit), "flag")
            unit = node.type.unit.spelling if node.type.unit else "1"
            over = Call("sub", (value, limit), "number")
            yield Limit(node.op, unit, both(when, bites), over)


def _outside(atoms: Atoms, node: Interpolated, grain: Grain) -> Scalar:
    """Whether a curve that is held at its edge is asked beyond it."""
    curve = atoms.methodology.curves[node.curve]
    if curve.outside == "error":
        return NO
    outside: Scalar = NO
    axes = (curve.x,) if curve.y is None else (curve.x, curve.y)
    for arg, axis in zip(node.args, axes, strict=True):
        point = lower(arg, atoms.atom_of(grain))
        for op, edge in (("lt", axis[0]), ("gt", axis[-1])):
            beyond = Call(op, (point, rounded(edge)), "flag")
            outside = beyond if outside == NO else either(outside, beyond)
    return outside
