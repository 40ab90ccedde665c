"""How many are behind a row, and behind several rows together, who may partly be the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.engine.plan import Aggregate, Call, Col, Const, Derive, Join, Spine

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.engine.plan import Measure, Plan, Relation, Scalar
    from mrv.engine.session import Session
    from mrv.engine.withheld import Key
    from mrv.language.checked import Withholding

_TYPES = {bool: "BOOLEAN", int: "BIGINT", str: "VARCHAR"}


@dataclass(frozen=True)
class Counting:
    """The count of a guard, in the plan of a run.

    Attributes:
        guard: the rule.
        column: the column of the count, in the relation of the guard's grain.
        source: the pass over finer rows that counts.
        measure: its measure.
    """

    guard: Withholding
    session: Session
    column: str
    source: Aggregate
    measure: Measure

    @property
    def names(self) -> tuple[str, ...]:
        """Columns that name a row of the grain, besides organisation and period."""
        return tuple(name for name, _ in self.source.keys)

    def keep(self, keys: Iterable[Key], groups: Iterable[int] | None = None) -> str:
        """Put rows into a temporary table and return its name."""
        rows = list(keys)
        ordinals = {period.label: period.ordinal for period in self.session.periods}
        columns: list[tuple[str, list[object]]] = [
            ("organisation", [key[0] for key in rows]),
            ("period", [ordinals[str(key[1])] for key in rows]),
            *((name, [key[2 + at] for key in rows]) for at, name in enumerate(self.names)),
        ]
        if groups is not None:
            columns.append(("withheld group", list(groups)))
        listed = ", ".join(
            f"unnest(?::{_kind(values)}[]) AS {_quoted(name)}" for name, values in columns
        )
        table = self.session.dataset.workspace.fresh("withheld")
        self.session.dataset.connection.execute(
            f"CREATE TEMP TABLE {_quoted(table)} AS SELECT {listed}",
            [values for _, values in columns],
        )
        return table

    def together(self, groups: Mapping[Key, list[Key]]) -> dict[Key, int]:
        """Count who is behind several rows together, each once.

        Args:
            groups: rows by group.
        """
        if not groups:
            return {}
        order = list(groups)
        pairs = [(key, at) for at, group in enumerate(order) for key in groups[group]]
        table = self.keep([key for key, _ in pairs], [at for _, at in pairs])
        columns: list[tuple[str, Scalar]] = [
            (f"withheld key {at}", scalar) for at, (_, scalar) in enumerate(self.source.keys)
        ]
        columns.append(("withheld who", self.measure.value or Const(None, "text")))
        columns.append(("withheld where", self.measure.where or Const(True, "flag")))
        session, relation = self.session.probe(self.source.source, columns)
        sql = session.query(relation, [name for name, _ in columns])
        tests = [f"w.{_quoted(name)} = s.{_quoted(name)}" for name in session.outer]
        tests += [
            f'w.{_quoted(name)} = s."withheld key {at}"' for at, name in enumerate(self.names)
        ]
        counted = (
            'SELECT w."withheld group", count(DISTINCT s."withheld who") '
            f"FROM ({sql}) AS s JOIN {_quoted(table)} AS w ON {' AND '.join(tests) or 'true'} "
            'WHERE s."withheld where" GROUP BY ALL'
        )
        connection = self.session.dataset.connection
        found = {order[at]: int(count) for at, count in connection.execute(counted).fetchall()}
        connection.execute(f"DROP TABLE {_quoted(table)}")
        return found


def counting_of(session: Session, guard: Withholding) -> Counting:
    """Find the pass of a plan that counts for a guard."""
    field = session.planned.field(guard.of)
    source, measure = _origin(session.planned.plan, field.relation, field.column)
    return Counting(guard, session, field.column, source, measure)


def _origin(plan: Plan, relation: str, column: str) -> tuple[Aggregate, Measure]:
    """Follow a column back to the measure that it shows."""
    relations: dict[str, Relation] = {part.name: part for part in plan.relations}
    while True:
        part = relations[relation]
        if isinstance(part, Aggregate):
            measure = next((one for one in part.measures if one.name == column), None)
            if measure is not None:
                return part, measure
        if isinstance(part, Derive) and column in dict(part.columns):
            column = _shown(dict(part.columns)[column])
        elif isinstance(part, Join) and column in {own for _, own, _ in part.take}:
            relation, column = part.other, next(t for t, own, _ in part.take if own == column)
            continue
        if isinstance(part, Aggregate | Spine) or not hasattr(part, "source"):
            msg = f"the count {column} comes from no measure"
            raise AssertionError(msg)
        relation = part.source


def _shown(scalar: Scalar) -> str:
    """Return the column that a count is made of: ``number(first(column, 0))``."""
    while isinstance(scalar, Call):
        scalar = scalar.args[0]
    assert isinstance(scalar, Col)  # noqa: S101 - a count is nothing else
    return scalar.name


def _kind(values: list[object]) -> str:
    first = next((value for value in values if value is not None), "")
    return _TYPES.get(type(first), "VARCHAR")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'
