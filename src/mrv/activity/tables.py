"""What comes out: tables that are typed, in declared units and valid, and the data set of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb
    import numpy as np
    from sqlglot import exp

    from mrv.activity.salt import Salt
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Input
    from mrv.messages import Text


@dataclass(frozen=True)
class Table:
    """One input table of a data set.

    Attributes:
        input: its declaration.
        select: query with ``_row``, ``organisation``, ``period`` (ordinal) and every declared
            column, typed and in the declared unit.
        origin: file, sheet or frame as the user knows it.
        rows: number of rows.
        has_organisation: whether the user's table names organisations.
        has_period: whether the user's table has a column ``period``.
        notes: everything that was guessed or left out.
    """

    input: Input
    select: exp.Select
    origin: str
    rows: int
    has_organisation: bool
    has_period: bool
    notes: tuple[Text, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A user's data, valid and ready to be calculated with.

    Attributes:
        workspace: the connection and the temporary files behind the tables.
        tables: by the name of the input.
        organisations: the organisations that occur; one empty text if none is named.
        notes: remarks on the data as a whole.
        salt: what secret keys were hashed with; None if there are none or they came as hashes.
    """

    workspace: Workspace = field(repr=False)
    tables: Mapping[str, Table]
    organisations: tuple[str, ...]
    notes: tuple[Text, ...] = ()
    salt: Salt | None = field(default=None, repr=False)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """The DuckDB connection in which the tables can be queried."""
        return self.workspace.connection

    def columns(self, name: str) -> dict[str, tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
        """Return the values and missing marks of a table, sorted by row.

        Args:
            name: the input table.

        Returns:
            For each column its values (float64, int64, bool, object or datetime64[us]; fixed
            where missing) and a mask that is True where the cell is missing.
        """
        from mrv.activity.arrays import to_arrays
        from mrv.activity.sql import col, render

        query = self.tables[name].select.copy().order_by(col("_row"))
        return to_arrays(self.connection.sql(render(query)).to_arrow_table())

    def close(self) -> None:
        """Close the connection and remove temporary files."""
        self.workspace.close()
