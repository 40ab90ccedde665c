"""Aggregations: from a finer frame to a coarser one, all of one pair of frames in one pass."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mrv.engine.frames import fresh_name, identity, stem
from mrv.engine.groups import open_group
from mrv.engine.lower import lower
from mrv.engine.plan import Aggregate, Call, Col, Const, Measure
from mrv.language.tree import ColumnOf, FormulaOf
from mrv.language.types import REPORT, Grain

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

    from mrv.engine.atoms import Atoms
    from mrv.engine.frames import Frame
    from mrv.engine.marking import Marks
    from mrv.engine.plan import Kind, Scalar
    from mrv.language.tree import Aggregated, Node

DEFAULT_SCALE = 1e9
_EMPTY: dict[str, Const] = {
    "sum": Const(0.0, "number"), "count": Const(0, "whole"), "distinct": Const(0, "whole"),
    "any": Const(False, "flag"), "every": Const(True, "flag"),
}  # fmt: skip
_KINDS: dict[str, Kind] = {
    "any": "flag", "every": "flag", "count": "whole", "distinct": "whole",
}  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """An aggregation that can be made, and the formula or check that it is for."""

    node: Aggregated
    owner: str


def aggregated(node: Aggregated, frame: Frame) -> Scalar:
    """Return the value of an aggregation that has been made; over no rows it has its own."""
    column = frame.columns[identity(node)]
    empty = _EMPTY.get(node.function)
    if node.function == "mean":
        count = frame.columns["count", identity(node)]
        number = Call("number", (Call("first", (count, Const(0, "whole")), "whole"),), "number")
        none = Call("eq", (number, Const(0.0, "number")), "flag")
        mean = Call("div", (column, number), "number")
        return Call("if", (none, Const(None, "number"), mean), "number")
    if empty is None:
        return column
    filled = Call("first", (column, empty), column.kind)
    counts = node.function in {"count", "distinct"}
    return Call("number", (filled,), "number") if counts else filled


def aggregate(atoms: Atoms, wanted: list[Wanted], marks: Marks) -> bool:
    """Make aggregations, all of one source and target in one pass; say whether any was."""
    groups: dict[tuple[Grain, Grain, tuple[object, ...]], list[Wanted]] = defaultdict(list)
    seen: set[Hashable] = set()
    for one in wanted:
        if identity(one.node) not in seen:
            seen.add(identity(one.node))
            on = tuple((identity(local), column) for local, column in one.node.on)
            groups[one.node.source, one.node.type.grain, on].append(one)
    for (source, target, _), group in groups.items():
        _guard(atoms, group, source, marks)
        _make(atoms, [one.node for one in group], source, target, marks)
    return bool(groups)


def _guard(atoms: Atoms, group: list[Wanted], source: Grain, marks: Marks) -> None:
    """Count the rows whose value fails: left out of a sum, they would pass for zero."""
    for one in group:
        for part in (one.node.where, one.node.value):
            if part is not None:
                atoms.prepare(part, source)
                marks.part(one.owner, part, source)


def _make(
    atoms: Atoms, group: list[Aggregated], source: Grain, target: Grain, marks: Marks
) -> None:
    """Add the pass, and its measures to the frame of the target."""
    keys = tuple((column, atoms.raw(local, source)) for local, column in group[0].on)
    # the first pass over a table for its own groups makes their frame as well
    opens = target.keys is not None and target not in atoms.frames and source == Grain(target.table)
    frame = None if opens else atoms.frame(target)
    taken = {"organisation", "period", *(key.name for key in target.keys or ())}
    measures: list[Measure] = []
    columns: list[tuple[Hashable, Col]] = []
    for node in group:
        for measure, what in _measures(atoms, node, source):
            name = fresh_name(measure.name, taken) if frame is None else frame.fresh(measure.name)
            measures.append(replace(measure, name=name))
            columns.append((what, Col(name, measure.kind)))
    if target == REPORT:
        measures += marks.take(source)
    if frame is None:
        frame = open_group(atoms, target, tuple(measures))
    else:
        name = atoms.chain.name(f"{stem(source)}_to_{stem(target)}")
        relation = atoms.frame(source).relation
        atoms.chain.relations.append(Aggregate(name, relation, keys, tuple(measures)))
        on = tuple((atoms.key_column(frame, column), column) for _, column in group[0].on)
        atoms.chain.join(frame, name, on, [(m.name, m.name, m.kind) for m in measures])
    for what, column in columns:
        frame.columns[what] = column


def _measures(atoms: Atoms, node: Aggregated, source: Grain) -> Iterable[tuple[Measure, Hashable]]:
    """Yield the measures of an aggregation with the identity of what they hold."""
    atom = atoms.atom_of(source)
    value = None if node.value is None else lower(node.value, atom)
    where = None if node.where is None else lower(node.where, atom)
    name, scale = _name(node), _scale(atoms, node.value)
    if node.function == "mean":
        yield Measure(name, "sum", value, where, scale, "number"), identity(node)
        count = Measure(f"{name}__count", "count", value, where, 1.0, "whole")
        yield count, ("count", identity(node))
        return
    kind = _KINDS.get(node.function, "number")
    yield Measure(name, node.function, value, where, scale, kind), identity(node)


def _name(node: Aggregated) -> str:
    """Return a column name that tells what is aggregated."""
    match node.value:
        case None:
            return f"count_{node.source.table}"
        case FormulaOf():
            return f"{node.function}_{node.value.name}"
        case ColumnOf():
            return f"{node.function}_{node.value.column}"
    return f"{node.function}_value"


def _scale(atoms: Atoms, value: Node | None) -> float:
    """Return the quanta per unit of a summand: its formula's, else 10^9."""
    if isinstance(value, FormulaOf):
        return float(atoms.methodology.formulas[value.name].scale)
    return DEFAULT_SCALE
