"""Opening frames: the rows of an input table, the groups of its keys, or the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.frames import Frame, stem
from mrv.engine.plan import Aggregate, Call, Col
from mrv.language.types import Grain

if TYPE_CHECKING:
    from mrv.engine.atoms import Atoms
    from mrv.engine.plan import Kind, Measure, Scalar
    from mrv.language.inputs import Column, Input

_OUTER = ("organisation", "period")
_KINDS: dict[str, Kind] = {
    "quantity": "number", "yes-no": "flag", "instant": "instant", "year": "whole",
}  # fmt: skip


def physical(column: Column) -> Kind:
    """Return the physical kind of an input column."""
    return _KINDS.get(column.kind, "text")


def open_frame(atoms: Atoms, grain: Grain) -> Frame:
    """Open the frame of a grain, with nothing in it but what its rows are."""
    if grain.table is None:
        return Frame(grain, atoms.chain.spine(), ())
    if grain.keys is None:
        return _open_rows(atoms, grain, atoms.methodology.inputs[grain.table])
    return open_group(atoms, grain, ())


def _open_rows(atoms: Atoms, grain: Grain, table: Input) -> Frame:
    columns = tuple((column.name, physical(column)) for column in table.columns)
    relation = atoms.chain.scan(stem(grain), table.name, columns)
    taken = {*_OUTER, *(name for name, _ in columns)}
    frame = Frame(grain, relation, table.key, taken=taken)
    for name, kind in columns:
        frame.columns["column", table.name, name] = Col(name, kind)
    return frame


def open_group(atoms: Atoms, grain: Grain, measures: tuple[Measure, ...]) -> Frame:
    """Open the frame of a group: one row per keys that occur in the base table.

    Args:
        atoms: the frames so far.
        grain: the group.
        measures: what is aggregated over the base table in the same pass.
    """
    source = atoms.frame(Grain(grain.table))
    keys: list[tuple[str, Scalar]] = []
    for key in grain.keys or ():
        column = (
            source.columns["column", grain.table, key.column]
            if key.formula is None
            else atoms.formula_column(key.formula)
        )
        scalar: Scalar = column
        if key.part is not None:
            scalar = Call(key.part, (column,), "whole" if key.part == "year" else "text")
        keys.append((key.name, scalar))
    name = atoms.chain.name(stem(grain))
    atoms.chain.relations.append(Aggregate(name, source.relation, tuple(keys), measures))
    names = tuple(key for key, _ in keys)
    frame = Frame(grain, name, names, taken={*_OUTER, *names, *(m.name for m in measures)})
    for key_name, scalar in keys:
        frame.columns["key", key_name] = Col(key_name, scalar.kind)
    atoms.frames[grain] = frame
    return frame
