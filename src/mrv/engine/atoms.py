"""Atoms: the columns that expressions stand on, fetched into the frame where they are used."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from mrv.engine.frames import Chain, Frame, identity, period_factor, stem
from mrv.engine.lower import kind_of, lower, outcome_of, rule_number
from mrv.engine.plan import Aggregate, Call, Col, Const, Measure
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
    children,
)
from mrv.language.types import REPORT, Grain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mrv.engine.marking import Marks
    from mrv.engine.plan import Kind, Scalar
    from mrv.language.checked import Methodology
    from mrv.language.inputs import Column
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
)
_EMPTY: dict[str, Const] = {
    "sum": Const(0.0, "number"), "count": Const(0, "whole"),
    "any": Const(False, "flag"), "every": Const(True, "flag"),
}  # fmt: skip
DEFAULT_SCALE = 1e9


def physical(column: Column) -> Kind:
    """Return the physical kind of an input column."""
    kinds: dict[str, Kind] = {
        "quantity": "number", "yes-no": "flag", "instant": "instant", "year": "whole",
    }  # fmt: skip
    return kinds.get(column.kind, "text")


class Atoms:
    """The frames of a methodology being planned."""

    def __init__(self, methodology: Methodology) -> None:
        """Start with no frame; each is opened when it is first used."""
        self.methodology = methodology
        self.chain = Chain()
        self.frames: dict[Grain, Frame] = {}
        self.factor_keys: dict[str, tuple[str, ...]] = {}
        self._formulas: dict[str, Col] = {}

    def frame(self, grain: Grain) -> Frame:
        """Return the frame of a grain, opened if need be."""
        if grain not in self.frames:
            self.frames[grain] = self._open(grain)
        return self.frames[grain]

    def _open(self, grain: Grain) -> Frame:
        if grain.table is None:
            return Frame(grain, self.chain.spine(), ())
        table = self.methodology.inputs[grain.table]
        if grain.keys is None:
            columns = tuple((column.name, physical(column)) for column in table.columns)
            relation = self.chain.scan(stem(grain), table.name, columns)
            frame = Frame(
                grain,
                relation,
                table.key,
                taken={name for name, _ in columns} | {"organisation", "period"},
            )
            for name, kind in columns:
                frame.columns["column", table.name, name] = Col(name, kind)
            return frame
        return self._group(grain, ())

    def _group(self, grain: Grain, measures: tuple[Measure, ...]) -> Frame:
        """Open the frame of a group: one row per keys that occur in the base table."""
        source = self.frame(Grain(grain.table))
        keys: list[tuple[str, Scalar]] = []
        for key in grain.keys or ():
            column = source.columns["column", grain.table, key.column]
            scalar: Scalar = column
            if key.part is not None:
                scalar = Call(key.part, (column,), "whole" if key.part == "year" else "text")
            keys.append((key.name, scalar))
        name = self.chain.name(stem(grain))
        self.chain.relations.append(Aggregate(name, source.relation, tuple(keys), measures))
        names = tuple(key for key, _ in keys)
        frame = Frame(
            grain,
            name,
            names,
            taken={*names, "organisation", "period", *(m.name for m in measures)},
        )
        for key, scalar in keys:
            frame.columns["key", key] = Col(key, scalar.kind)
        return frame

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
                return self._aggregated(node, frame)
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
                column = self.chain.look_up(frame, period_factor(node.part), ())
            case OutcomeOf():
                column = self._outcome(node, frame)
            case Neighbour():
                column = self._neighbour(node, frame)
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
        if isinstance(node, (*_ATOMS,)):
            return self._fetch(node, grain)
        scalar = lower(node, self.atom_of(grain))
        if isinstance(scalar, Call) and scalar.op == "number":
            return scalar.args[0]
        return scalar

    def _factor(self, node: FactorOf, frame: Frame) -> Col:
        on = tuple((attribute, self.raw(key, frame.grain)) for attribute, key in node.on)
        self.factor_keys[node.name] = tuple(attribute for attribute, _ in node.on)
        return self.chain.look_up(frame, node.name, on)

    def _earlier(self, node: FormulaOf, frame: Frame) -> Col:
        """Fetch the value of a formula in an earlier period: the frame joined with itself."""
        column = frame.columns["formula", node.name, 0]
        name = frame.fresh(f"{node.name}__{node.earlier}_before")
        on = tuple((self._key_column(frame, key), key) for key in frame.keys)
        self.chain.join(frame, frame.relation, on, [(column.name, name, column.kind)], node.earlier)
        return Col(name, column.kind)

    def _key_column(self, frame: Frame, key: str) -> Scalar:
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

    def _neighbour(self, node: Neighbour, frame: Frame) -> Col:
        args = tuple(self.raw(arg, frame.grain) for arg in node.args)
        within = tuple(self.raw(part, frame.grain) for part in node.within)
        return self.chain.window(frame, node.function, args, within)

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

    # -- aggregating ---------------------------------------------------------------------------

    def _aggregated(self, node: Aggregated, frame: Frame) -> Scalar:
        """Return the value of an aggregation that has been made."""
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
        return Call("number", (filled,), "number") if node.function == "count" else filled

    def aggregate(self, nodes: list[Aggregated], marks: Marks) -> bool:
        """Make aggregations, all of one source and target in one pass; say whether any was."""
        groups: dict[tuple[Grain, Grain, tuple[object, ...]], list[Aggregated]] = defaultdict(list)
        for node in nodes:
            if not any(
                identity(node) == identity(other) for group in groups.values() for other in group
            ):
                on = tuple((identity(local), column) for local, column in node.on)
                groups[node.source, node.type.grain, on].append(node)
        for (source, target, _), group in groups.items():
            self._make(group, source, target, marks)
        return bool(groups)

    def _make(self, group: list[Aggregated], source: Grain, target: Grain, marks: Marks) -> None:
        below = self.frame(source)
        for node in group:
            for part in (node.value, node.where):
                if part is not None:
                    self.prepare(part, source)
        keys = tuple((column, self.raw(local, source)) for local, column in group[0].on)
        fresh_group = (
            target.keys is not None and target not in self.frames and source == Grain(target.table)
        )
        frame = None if fresh_group else self.frame(target)
        taken: dict[str, str] = {}
        measures: list[Measure] = []
        columns: list[tuple[object, Col]] = []
        for node in group:
            for measure, key in self._measures(node, source, len(taken), target):
                name = frame.fresh(measure.name) if frame else measure.name
                taken[measure.name] = name
                measures.append(
                    Measure(
                        name,
                        *(
                            getattr(measure, f)
                            for f in ("function", "value", "where", "scale", "kind")
                        ),
                    )
                )
                columns.append((key, Col(name, measure.kind)))
        if target == REPORT:
            measures += marks.take(source)
        name = self.chain.name(f"{stem(source)}_to_{stem(target)}")
        if frame is None:
            self.frames[target] = frame = self._group(target, tuple(measures))
        else:
            self.chain.relations.append(Aggregate(name, below.relation, keys, tuple(measures)))
            on = tuple((self._key_column(frame, column), column) for _, column in group[0].on)
            self.chain.join(frame, name, on, [(m.name, m.name, m.kind) for m in measures])
        for key, column in columns:
            frame.columns[key] = column

    def _measures(self, node: Aggregated, source: Grain, index: int, target: Grain):  # type: ignore[no-untyped-def]  # noqa: ANN202
        """Yield the measures of an aggregation with the identity of what they hold."""
        atom = self.atom_of(source)
        value = None if node.value is None else lower(node.value, atom)
        where = None if node.where is None else lower(node.where, atom)
        label = (
            node.value.name
            if isinstance(node.value, FormulaOf)
            else getattr(node.value, "column", "value")
        )
        stem_ = (
            f"{node.function}_{label}" if node.value is not None else f"count_{node.source.table}"
        )
        del index, target
        scale = self._scale(node.value)
        kind: Kind = (
            "flag"
            if node.function in {"any", "every"}
            else "whole"
            if node.function == "count"
            else "number"
        )
        if node.function == "mean":
            yield Measure(stem_, "sum", value, where, scale, "number"), identity(node)
            yield (
                Measure(f"{stem_}__count", "count", value, where, 1.0, "whole"),
                ("count", identity(node)),
            )
            return
        yield Measure(stem_, node.function, value, where, scale, kind), identity(node)

    def _scale(self, value: Node | None) -> float:
        """Return the quanta per unit of a summand: its formula's, else 10^9."""
        if isinstance(value, FormulaOf):
            return float(self.methodology.formulas[value.name].scale)
        return DEFAULT_SCALE
