"""A session: a plan bound to tables and factor tables in DuckDB, ready to answer queries."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from mrv.engine.hoist import joined_groups, sources
from mrv.engine.plan import Derive, Window
from mrv.engine.sql import OUTER, SPINE, emit, emit_flagged, factor_table
from mrv.engine.sql_scalars import case, named

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb
    import pyarrow as pa
    from sqlglot.expressions import Expr as Sql

    from mrv.activity import Dataset
    from mrv.engine.factor_tables import DenseTable, FactorTables
    from mrv.engine.plan import Scalar
    from mrv.engine.planned import Planned
    from mrv.language.period import Period


_Columns = list[tuple[str, str, list[Any]]]
"""Name, SQL type and values of each column of a small table."""


@dataclass(frozen=True)
class Session:
    """A plan with its data.

    Attributes:
        outer: outer keys that vary in this run; the others are the same everywhere.
        stored: relations that were computed once and kept, with the table that holds them.
        flagged: windows that were computed once, with the table of the rows where they are yes.
        small: whether so few rows are there that everything was computed once and kept.
    """

    planned: Planned
    dataset: Dataset
    periods: tuple[Period, ...]
    outer: tuple[str, ...]
    stored: Mapping[str, str] = field(default_factory=dict)
    flagged: Mapping[str, str] = field(default_factory=dict)
    small: bool = False

    def query(
        self,
        relation: str,
        columns: Sequence[str],
        *,
        keys: Sequence[str] = (),
        where: Sql | None = None,
        limit: int | None = None,
        each: int | None = None,
        rows: bool = False,
        distinct: bool = False,
        labelled: bool = False,
    ) -> str:
        """Return the SQL that reads columns of a relation.

        The arguments are those of :meth:`read`; with ``labelled``, so are the columns: both outer
        keys in front, the period by its label.
        """
        tree = emit(
            self.planned.plan, relation, columns,
            outer=self.outer, keys=keys, where=where,
            limit=limit, each=each, rows=rows, distinct=distinct, stored=self.stored,
            flagged=self.flagged,
        )  # fmt: skip
        if labelled:
            tree = self._with_outer(tree)
        return tree.sql(dialect="duckdb", copy=False)

    def read(
        self,
        relation: str,
        columns: Sequence[str],
        *,
        keys: Sequence[str] = (),
        where: Sql | None = None,
        limit: int | None = None,
        each: int | None = None,
        rows: bool = False,
    ) -> pa.Table:
        """Read columns of a relation, with both outer keys in front, ordered by key.

        Args:
            relation: a relation of the plan.
            columns: its columns, after the keys.
            keys: key columns to read and to order by.
            where: which rows, over the alias ``s``.
            limit: how many rows at most.
            each: how many rows at most of each organisation and period.
            rows: also read ``_row``.

        Returns:
            An Arrow table: ``organisation``, ``period`` (label), keys, columns.
        """
        sql = self.query(
            relation, columns, keys=keys, where=where,
            limit=limit, each=each, rows=rows, labelled=True,
        )  # fmt: skip
        return self.dataset.connection.sql(sql).to_arrow_table()

    def probe(self, relation: str, columns: Sequence[tuple[str, Scalar]]) -> tuple[Session, str]:
        """Return this session with a relation that has further columns, and its name."""
        probe = Derive(f"{relation} probe", relation, tuple(columns))
        plan = replace(self.planned.plan, relations=(*self.planned.plan.relations, probe))
        return replace(self, planned=replace(self.planned, plan=plan)), probe.name

    def store(self) -> Session:
        """Return this session with every relation that several others use computed once.

        Worth its memory for few rows only, where planning a query costs more than running it.
        """
        session, plan = self, self.planned.plan
        ends = {name for _, name, _ in self.planned.frames}
        users = Counter(source for relation in plan.relations for source in sources(relation))
        for relation in plan.relations:
            if users[relation.name] > 1 or relation.name in ends:
                session = session.store_one(relation.name)
        return replace(session, small=True)

    def keep(self) -> Session:
        """Return this session with what many rows should not be sorted or grouped for twice.

        Of a window, the rows where it is yes are kept; of a group that rows are joined with, its
        values. Both are narrow, and go to disk beyond the limit of memory.
        """
        session, plan = self, self.planned.plan
        joined = joined_groups(plan)
        for relation in plan.relations:
            if isinstance(relation, Window):
                tree = emit_flagged(
                    plan, relation,
                    outer=session.outer, stored=session.stored, flagged=session.flagged,
                )  # fmt: skip
                name = session._make_table(relation.name, tree)
                session = replace(session, flagged={**session.flagged, relation.name: name})
            elif relation.name in joined:
                session = session.store_one(relation.name)
        return session

    def store_one(self, relation: str) -> Session:
        """Return this session with a relation computed once."""
        tree = emit(
            self.planned.plan, relation, None,
            outer=self.outer, stored=self.stored, flagged=self.flagged,
        )  # fmt: skip
        return replace(self, stored={**self.stored, relation: self._make_table(relation, tree)})

    def _make_table(self, relation: str, tree: exp.Select) -> str:
        name = self.dataset.workspace.fresh(relation)
        sql = tree.sql(dialect="duckdb", copy=False)
        self.dataset.connection.execute(f"CREATE TEMP TABLE {_quoted(name)} AS {sql}")
        return name

    def _with_outer(self, tree: exp.Select) -> exp.Select:
        """Write organisation and period in front of every row, the period by its label.

        SQL does it, because making such a column in Arrow would import pandas.
        """
        read = {part.alias_or_name: part for part in tree.expressions}
        own = read.pop("organisation", None)
        if own is None:
            only = self.dataset.organisations[0] if self.dataset.organisations else ""
            own = exp.Literal.string(only)
        ordinal = read.pop("period", None)
        label: Sql = exp.Literal.string(self.periods[0].label)
        if ordinal is not None:
            names: list[tuple[Sql, Sql]] = [
                (
                    exp.EQ(this=ordinal.copy(), expression=exp.Literal.number(period.ordinal)),
                    exp.Literal.string(period.label),
                )
                for period in self.periods
            ]
            label = case(names)
        outer = [named(own, "organisation"), named(label, "period")]
        tree.set("expressions", [*outer, *read.values()])
        return tree


def open_session(
    planned: Planned, dataset: Dataset, factors: FactorTables, periods: tuple[Period, ...]
) -> Session:
    """Bind a plan: input views, factor tables and the spine of organisations and periods."""
    from mrv.activity.sql import render

    connection = dataset.connection
    for name, table in dataset.tables.items():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(name)} AS {render(table.select)}")
    for name, dense in factors.tables.items():
        _make(connection, factor_table(name), _factor_columns(dense))
    organisations = list(dataset.organisations)
    _make(connection, SPINE, _spine_columns(organisations, periods))
    outer = tuple(
        key
        for key, many in zip(OUTER, (len(organisations) > 1, len(periods) > 1), strict=True)
        if many
    )
    return Session(planned, dataset, periods, outer)


def _make(connection: duckdb.DuckDBPyConnection, name: str, columns: _Columns) -> None:
    """Create a temporary table from lists of values.

    The lists are handed over as parameters: making them an Arrow table first would import pandas.
    """
    unnested = ", ".join(f"unnest(?::{kind}[]) AS {_quoted(own)}" for own, kind, _ in columns)
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE {_quoted(name)} AS SELECT {unnested}",
        [values for _, _, values in columns],
    )


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _spine_columns(organisations: list[str], periods: Sequence[Period]) -> _Columns:
    pairs = [(organisation, period.ordinal) for organisation in organisations for period in periods]
    return [
        ("organisation", "VARCHAR", [one for one, _ in pairs]),
        ("period", "BIGINT", [two for _, two in pairs]),
    ]


def _factor_columns(dense: DenseTable) -> _Columns:
    keys = [
        (attribute, "VARCHAR", [key[index] for key in dense.keys])
        for index, attribute in enumerate(dense.attributes)
    ]
    return [
        ("period", "BIGINT", list(dense.periods)),
        *keys,
        ("value", "DOUBLE", list(dense.values)),
        ("factor_row", "BIGINT", list(dense.rows)),
    ]
