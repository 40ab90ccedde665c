"""Before SQL is written: operands that SQL has to write twice get a column of their own.

``least``, ``sqrt`` or a curve spell their operand out several times; nested, the text would grow
without bound. The rewritten plan has the same values in every column it had before.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mrv.engine.plan import (
    Aggregate,
    Call,
    Col,
    Const,
    Derive,
    Join,
    LookUp,
    Scan,
    Segment,
    Spine,
    Window,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from mrv.engine.plan import Plan, Relation, Scalar

_TWICE = frozenset({"least", "greatest", "sqrt", "pow", "log", "asin", "curve", "surface"})


@dataclass
class _Temps:
    """Columns to derive first, with how many of them lie below each."""

    stem: str
    columns: list[tuple[str, Scalar, int]] = field(default_factory=list)
    levels: dict[str, int] = field(default_factory=dict)

    def rewrite(self, scalar: Scalar) -> Scalar:
        """Replace compound operands of the operators that spell them twice."""
        if not isinstance(scalar, Call):
            return scalar
        args = tuple(self.rewrite(arg) for arg in scalar.args)
        if scalar.op in _TWICE:
            args = tuple(arg if isinstance(arg, Const | Col) else self._column(arg) for arg in args)
        return replace(scalar, args=args)

    def plain(self, scalar: Scalar) -> Scalar:
        """Return a column or constant that holds a scalar."""
        found = self.rewrite(scalar)
        return self._column(found) if isinstance(found, Call) else found

    def _column(self, scalar: Call) -> Col:
        # by spelling: 0.0 and -0.0 are equal, but not the same
        spelt = repr(scalar)
        known = next((name for name, value, _ in self.columns if repr(value) == spelt), None)
        if known is None:
            known = f"{self.stem}__{len(self.columns) + 1}"
            level = 1 + max((self.levels.get(name, 0) for name in _columns(scalar)), default=0)
            self.levels[known] = level
            self.columns.append((known, scalar, level))
        return Col(known, scalar.kind)


def sources(relation: Relation) -> tuple[str, ...]:
    """Return the relations that a relation reads."""
    if isinstance(relation, Scan | Spine):
        return ()
    if isinstance(relation, Join | Segment):
        return relation.source, relation.other
    return (relation.source,)


def parts_of(plan: Plan, relation: str, stored: Collection[str] = ()) -> Plan:
    """Return the plan with nothing but the relations that one is made of, itself included.

    Args:
        plan: the whole plan.
        relation: the one that is wanted.
        stored: relations that a table holds already; what they are made of is not needed.
    """
    by_name = {part.name: part for part in plan.relations}
    found: set[str] = set()
    stack = [relation]
    while stack:
        name = stack.pop()
        if name in found:
            continue
        found.add(name)
        part = by_name[name]
        if name in stored:
            continue
        stack += sources(part)
    return replace(plan, relations=tuple(part for part in plan.relations if part.name in found))


def sorted_rows(plan: Plan, kept: Collection[str]) -> frozenset[str]:
    """Return the relations of rows that a window must be computed for.

    Args:
        plan: the plan.
        kept: relations and windows that were computed already.
    """
    found: set[str] = set()
    for part in plan.relations:
        if part.name in kept or isinstance(part, Aggregate):
            continue
        if isinstance(part, Window) or found & set(sources(part)):
            found.add(part.name)
    return frozenset(found)


def joined_groups(plan: Plan) -> frozenset[str]:
    """Return the groups by keys whose values the rows of a table are joined with."""
    by_name = {part.name: part for part in plan.relations}
    found: set[str] = set()
    for part in plan.relations:
        if isinstance(part, Join) and isinstance(_base(part, by_name), Scan):
            group = _base(by_name[part.other], by_name)
            if isinstance(group, Aggregate) and group.keys:
                found.add(group.name)
    return frozenset(found)


def _base(part: Relation, by_name: Mapping[str, Relation]) -> Relation:
    """Return the relation whose rows a relation has."""
    while not isinstance(part, Aggregate | Scan | Spine):
        part = by_name[part.source]
    return part


def hoist(plan: Plan, stored: Collection[str] = ()) -> Plan:
    """Return the plan with doubled operands in columns of their own, but for stored relations."""
    relations: list[Relation] = []
    for relation in plan.relations:
        temps = _Temps(relation.name)
        rewritten = _rewritten(relation, temps)
        if isinstance(rewritten, Scan | Spine) or relation.name in stored:
            relations.append(rewritten)
            continue
        for level in sorted({level for _, _, level in temps.columns}):
            name = f"{relation.name}__level_{level}"
            columns = tuple((column, value) for column, value, own in temps.columns if own == level)
            relations.append(Derive(name, rewritten.source, columns))
            rewritten = replace(rewritten, source=name)
        relations.append(rewritten)
    return replace(plan, relations=tuple(relations))


def _rewritten(relation: Relation, temps: _Temps) -> Relation:
    rewrite = temps.rewrite
    match relation:
        case Derive():
            return replace(relation, columns=tuple((n, rewrite(v)) for n, v in relation.columns))
        case LookUp():
            return replace(relation, on=tuple((n, rewrite(v)) for n, v in relation.on))
        case Join():
            return replace(relation, on=tuple((rewrite(v), n) for v, n in relation.on))
        case Segment():
            on = tuple((rewrite(v), n) for v, n in relation.on)
            return replace(relation, on=on, at=rewrite(relation.at))
        case Window():
            return replace(
                relation,
                args=tuple(map(temps.plain, relation.args)),
                within=tuple(map(temps.plain, relation.within)),
                where=None if relation.where is None else temps.plain(relation.where),
                order=tuple(map(temps.plain, relation.order)),
            )
        case Aggregate():
            measures = tuple(
                replace(
                    measure,
                    value=None if measure.value is None else rewrite(measure.value),
                    where=None if measure.where is None else rewrite(measure.where),
                )
                for measure in relation.measures
            )
            keys = tuple((n, rewrite(v)) for n, v in relation.keys)
            return replace(relation, keys=keys, measures=measures)
        case _:
            return relation


def _columns(scalar: Scalar) -> set[str]:
    """Return the columns that a scalar names."""
    found: set[str] = set()
    stack = [scalar]
    while stack:
        top = stack.pop()
        if isinstance(top, Col):
            found.add(top.name)
        elif isinstance(top, Call):
            stack += top.args
    return found
