"""A session: a plan bound to tables and factor tables in DuckDB, ready to answer queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.engine.sql import OUTER, emit, factor_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa
    from sqlglot import exp

    from mrv.activity import Dataset
    from mrv.engine.factor_tables import DenseTable, FactorTables
    from mrv.engine.planned import Planned
    from mrv.language.period import Period


@dataclass(frozen=True)
class Session:
    """A plan with its data.

    Attributes:
        outer: outer keys that vary in this run; the others are the same everywhere.
    """

    planned: Planned
    dataset: Dataset
    periods: tuple[Period, ...]
    outer: tuple[str, ...]

    def query(
        self,
        relation: str,
        columns: Sequence[str],
        *,
        keys: Sequence[str] = (),
        where: exp.Expression | None = None,
        limit: int | None = None,
        rows: bool = False,
    ) -> str:
        """Return the SQL that reads columns of a relation."""
        tree = emit(
            self.planned.plan, relation, columns,
            outer=self.outer, keys=keys, where=where, limit=limit, rows=rows,
        )  # fmt: skip
        return tree.sql(dialect="duckdb", copy=False)

    def read(self, relation: str, columns: Sequence[str], **options: object) -> pa.Table:
        """Read columns of a relation, with both outer keys in front, ordered by key.

        Returns:
            An Arrow table: ``organisation``, ``period`` (label), keys, columns.
        """
        sql = self.query(relation, columns, **options)  # type: ignore[arg-type]
        return self._with_outer(self.dataset.connection.sql(sql).to_arrow_table())

    def _with_outer(self, table: pa.Table) -> pa.Table:
        import pyarrow as pa

        names = {period.ordinal: period.label for period in self.periods}
        if "organisation" not in self.outer:
            only = self.dataset.organisations[0] if self.dataset.organisations else ""
            column = pa.array([only] * table.num_rows, pa.string())
            table = _put(table, 0, "organisation", column)
        if "period" in self.outer:
            labels = pa.array(
                [names[ordinal.as_py()] for ordinal in table.column("period")], pa.string()
            )
            return table.set_column(table.column_names.index("period"), "period", labels)
        return _put(
            table, 1, "period", pa.array([self.periods[0].label] * table.num_rows, pa.string())
        )


def _put(table: pa.Table, at: int, name: str, column: pa.Array) -> pa.Table:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.add_column(at, name, column)


def open_session(
    planned: Planned, dataset: Dataset, factors: FactorTables, periods: tuple[Period, ...]
) -> Session:
    """Bind a plan: input views, factor tables and the spine of organisations and periods."""
    from mrv.activity.sql import render

    connection = dataset.connection
    for name, table in dataset.tables.items():
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {_quoted(name)} AS {render(table.select)}")
    for name, dense in factors.tables.items():
        _make(connection, factor_table(name), _factor_arrow(dense))
    organisations = list(dataset.organisations)
    _make(connection, "spine", _spine(organisations, periods))
    outer = tuple(
        key
        for key, many in zip(OUTER, (len(organisations) > 1, len(periods) > 1), strict=True)
        if many
    )
    return Session(planned, dataset, periods, outer)


def _make(connection, name: str, table: pa.Table) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Create a temporary table from Arrow; in DuckDB's own form joins on it are cheapest."""
    connection.register("mrv incoming", table)
    connection.execute(
        f'CREATE OR REPLACE TEMP TABLE {_quoted(name)} AS SELECT * FROM "mrv incoming"'
    )
    connection.unregister("mrv incoming")


def _quoted(name: str) -> str:
    doubled = name.replace('"', '""')
    return f'"{doubled}"'


def _spine(organisations: list[str], periods: Sequence[Period]) -> pa.Table:
    import pyarrow as pa

    pairs = [(organisation, period.ordinal) for organisation in organisations for period in periods]
    return pa.table(
        {
            "organisation": pa.array([one for one, _ in pairs], pa.string()),
            "period": pa.array([two for _, two in pairs], pa.int64()),
        }
    )


def _factor_arrow(dense: DenseTable) -> pa.Table:
    import pyarrow as pa

    columns = {"period": pa.array(dense.periods, pa.int64())}
    for index, attribute in enumerate(dense.attributes):
        columns[attribute] = pa.array([key[index] for key in dense.keys], pa.string())
    columns["value"] = pa.array(dense.values, pa.float64())
    columns["factor_row"] = pa.array(dense.rows, pa.int64())
    return pa.table(columns)
