"""Atoms: the columns that expressions stand on, fetched into the frame where they are used."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.engine.aggregates import aggregated
from mrv.engine.frames import Chain, identity, period_factor
from mrv.engine.groups import open_frame
from mrv.engine.lower import kind_of, lower, outcome_of, rule_number
from mrv.engine.plan import Call, Col, Window
from mrv.engine.tracing import traced
from mrv.language.tree import (
    Aggregated,
    Brought,
    ColumnOf,
    FactorOf,
    FormulaOf,
    KeyOf,
    Neighbour,
    OutcomeOf,
    PeriodLength,
    TracedAt,
    children,
)
from mrv.language.types import Grain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mrv.engine.frames import Frame
    from mrv.engine.plan import Kind, Scalar
    from mrv.language.checked import Methodology
    from mrv.language.tree import Node

_ATOMS = (
    ColumnOf,
    KeyOf,
    FormulaOf,
    FactorOf,
    OutcomeOf,
    PeriodLength,
    Brought,
    Aggregated,
    Neighbour,
    TracedAt,
)


class Atoms:
    """The frames of a methodology being planned."""

    def __init__(self, methodology: Methodology) -> None:
        """Start with no frame; each is opened when it is first used."""
        self.methodology = methodology
        self.chain = Chain(frozenset(methodology.inputs))
        self.frames: dict[Grain, Frame] = {}
        self.factor_keys: dict[str, tuple[str, ...]] = {}
        self._formulas: dict[str, Col] = {}

    def frame(self, grain: Grain) -> Frame:
        """Return the frame of a grain, opened if need be."""
        known = self.frames.get(grain)
        if known is None:
            known = self.frames[grain] = open_frame(self, grain)
        return known

    # -- what is there -------------------------------------------------------------------------

    def has_formula(self, name: str) -> bool:
        """Whether a formula has been taken up."""
        return name in self._formulas

    def add_formula(self, name: str, grain: Grain, column: str, kind: Kind) -> None:
        """Remember where a formula's values stand."""
        self._formulas[name] = Col(column, kind)
        self.frame(grain).columns["formula", name, 0] = Col(column, kind)

    def formula_column(self, name: str) -> Col:
        """Return the column of a formula that has been taken up."""
        return self._formulas[name]

    def has_aggregate(self, node: Aggregated) -> bool:
        """Whether an aggregation has been made."""
        frame = self.frames.get(node.type.grain)
        return frame is not None and identity(node) in frame.columns

    # -- fetching ------------------------------------------------------------------------------

    def prepare(self, body: Node, grain: Grain) -> None:
        """Fetch every atom of an expression into the frame of its grain, joins in groups."""
        joins: dict[tuple[Grain, tuple[object, ...]], list[Brought]] = defaultdict(list)
        for node in self._outer_atoms(body):
            if isinstance(node, Brought) and identity(node) not in self.frame(grain).columns:
                on = tuple((identity(local), column) for local, column in node.on)
                joins[node.inner.type.grain, on].append(node)
        for nodes in joins.values():
            self._join(nodes, grain)
        for node in self._outer_atoms(body):
            self._fetch(node, grain)

    def _outer_atoms(self, body: Node) -> Iterable[Node]:
        stack = [body]
        while stack:
            node = stack.pop()
            if isinstance(node, _ATOMS):
                yield node
            else:
                stack += reversed(children(node))

    def atom_of(self, grain: Grain) -> Callable[[Node], Scalar]:
        """Return the function that gives the column of an atom in the frame of a grain."""

        def atom(node: Node) -> Scalar:
            return self._fetch(node, grain)

        return atom

    def _fetch(self, node: Node, grain: Grain) -> Scalar:
        """Return the column of an atom, adding it to the frame if it is not there."""
        frame = self.frame(grain)
        match node:
            case ColumnOf():
                return frame.columns["column", node.table, node.column]
            case KeyOf():
                return frame.columns["key", node.key]
            case FormulaOf() if ("formula", node.name, node.earlier) in frame.columns:
                return frame.columns["formula", node.name, node.earlier]
            case Aggregated():
                return aggregated(node, frame)
        known = frame.columns.get(identity(node))
        if known is not None:
            return known
        match node:
            case FormulaOf():
                column = self._earlier(node, frame)
            case FactorOf():
                column = self._factor(node, frame)
            case PeriodLength():
                self.factor_keys[period_factor(node.part)] = ()
                column, _ = self.chain.look_up(frame, period_factor(node.part), ())
            case OutcomeOf():
                column = self._outcome(node, frame)
            case Neighbour():
                column = self._neighbour(node, frame)
            case TracedAt():
                column = self._traced(node, frame)
            case Brought():
                self._join([node], grain)
                return frame.columns[identity(node)]
            case _:
                msg = f"not an atom: {type(node).__name__}"
                raise AssertionError(msg)
        frame.columns[identity(node)] = column
        return column

    def raw(self, node: Node, grain: Grain) -> Scalar:
        """Return a key expression as it is stored, without turning years into numbers."""
        self.prepare(node, grain)
        if isinstance(node, _ATOMS):
            return self._fetch(node, grain)
        scalar = lower(node, self.atom_of(grain))
        if isinstance(scalar, Call) and scalar.op == "number":
            return scalar.args[0]
        return scalar

    def _factor(self, node: FactorOf, frame: Frame) -> Col:
        on = tuple((attribute, self.raw(key, frame.grain)) for attribute, key in node.on)
        self.factor_keys[node.name] = tuple(attribute for attribute, _ in node.on)
        value, row = self.chain.look_up(frame, node.name, on)
        frame.columns["row", node.name, identity(node)] = row
        return value

    def _earlier(self, node: FormulaOf, frame: Frame) -> Col:
        """Fetch the value of a formula in an earlier period: the frame joined with itself."""
        column = frame.columns["formula", node.name, 0]
        name = frame.fresh(f"{node.name}__{node.earlier}_before")
        on = tuple((self.key_column(frame, key), key) for key in frame.keys)
        self.chain.join(frame, frame.relation, on, [(column.name, name, column.kind)], node.earlier)
        return Col(name, column.kind)

    def key_column(self, frame: Frame, key: str) -> Scalar:
        """Return the column that holds a key of a frame."""
        if frame.grain.keys is not None:
            return frame.columns["key", key]
        return frame.columns["column", frame.grain.table, key]

    def _outcome(self, node: OutcomeOf, frame: Frame) -> Col:
        decision = self.methodology.decisions[node.table]
        for _, key in node.of:
            self.prepare(key, frame.grain)
        keys = {name: lower(key, self.atom_of(frame.grain)) for name, key in node.of}
        rule_id = ("rule", node.table, tuple(identity(key) for _, key in node.of))
        if rule_id not in frame.columns:
            column = frame.fresh(f"{node.table}__rule")
            self.chain.derive(frame, [(column, rule_number(decision, keys))])
            frame.columns[rule_id] = Col(column, "whole")
        kind = kind_of(node)
        scalar = outcome_of(decision, node.outcome, frame.columns[rule_id], keys, kind)
        column = frame.fresh(f"{node.table}.{node.outcome}")
        self.chain.derive(frame, [(column, scalar)])
        return Col(column, kind)

    def _traced(self, node: TracedAt, frame: Frame) -> Col:
        curve = self.methodology.traced[node.curve]
        value = identity(replace(node, part="value"))
        if value not in frame.columns:
            points = self.frame(Grain(curve.table))
            on = tuple(
                (self.raw(key, frame.grain), column.name)
                for key, column in zip(node.by, curve.by, strict=True)
            )
            self.prepare(node.at, frame.grain)
            at = self.chain.column(
                frame, f"{curve.name}__at", lower(node.at, self.atom_of(frame.grain))
            )
            found = self.chain.segment(frame, points, on, at, (curve.at.name, curve.gives.name))
            for part, scalar in traced(found, at, curve.outside):
                column = self.chain.column(frame, f"{curve.name}__{part}", scalar)
                frame.columns[identity(replace(node, part=part))] = column
        return frame.columns[identity(node)]

    def _neighbour(self, node: Neighbour, frame: Frame) -> Col:
        args = tuple(self.raw(arg, frame.grain) for arg in node.args)
        within = tuple(self.raw(part, frame.grain) for part in node.within)
        order = tuple(self.raw(part, frame.grain) for part in node.order)
        where: Scalar | None = None
        if node.where is not None:
            self.prepare(node.where, frame.grain)
            where = lower(node.where, self.atom_of(frame.grain))
        closed = node.function == "overlaps" and node.args[0].type.kind == "day"
        asked = Window("", "", "", node.function, args, within, where, closed, order, node.across)
        return self.chain.window(frame, asked)

    def _join(self, nodes: list[Brought], grain: Grain) -> None:
        """Bring values of one coarser frame down to a finer one, in one join."""
        frame, other = self.frame(grain), self.frame(nodes[0].inner.type.grain)
        take: list[tuple[str, str, Kind]] = []
        for node in nodes:
            column = self._column_in(node.inner, other)
            name = frame.fresh(column.name)
            take.append((column.name, name, column.kind))
            frame.columns[identity(node)] = Col(name, column.kind)
        on = tuple((self.raw(local, grain), column) for local, column in nodes[0].on)
        self.chain.join(frame, other.relation, on, take)

    def _column_in(self, node: Node, frame: Frame) -> Col:
        """Return the column that holds an expression in its own frame, deriving it if need be."""
        if isinstance(node, _ATOMS):
            found = self._fetch(node, frame.grain)
            if isinstance(found, Col):
                return found
        known = frame.columns.get(("value", identity(node)))
        if known is not None:
            return known
        self.prepare(node, frame.grain)
        scalar = lower(node, self.atom_of(frame.grain))
        name = frame.fresh("value")
        self.chain.derive(frame, [(name, scalar)])
        column = Col(name, scalar.kind)
        frame.columns["value", identity(node)] = column
        return column
