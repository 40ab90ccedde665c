"""The DuckDB connection of one data set, and the temporary folder that lives as long as it."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from mrv.activity.sql import Sql


@dataclass(frozen=True)
class Settings:
    """Limits on the machine's means.

    Attributes:
        threads: how many threads DuckDB may use; None for all cores.
        memory_limit: DuckDB's memory limit such as ``1GB``; beyond it, it spills to disk.
    """

    threads: int | None = None
    memory_limit: str | None = None


class Workspace:
    """One open DuckDB connection with its temporary folder; both go when it is closed."""

    def __init__(self, settings: Settings | None = None) -> None:
        """Open an in-memory database that never downloads anything."""
        import duckdb

        settings = settings or Settings()
        self.folder = Path(tempfile.mkdtemp(prefix="mrv-"))
        # an interrupted run must not leave the folder behind either
        self._finalizer = weakref.finalize(self, shutil.rmtree, self.folder, ignore_errors=True)
        config: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": str(self.folder / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if settings.threads is not None:
            config["threads"] = settings.threads
        if settings.memory_limit is not None:
            config["memory_limit"] = settings.memory_limit
        self._numbers = itertools.count()
        self.connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:", config=config)

    def run(self, query: Sql) -> duckdb.DuckDBPyConnection:
        """Execute a tree and return the cursor."""
        from mrv.activity.sql import render

        return self.connection.execute(render(query))

    def create_view(self, name: str, query: Sql) -> None:
        """Create a view, so that further queries need only name it."""
        from mrv.activity.sql import col, render

        self.connection.execute(f"CREATE TEMP VIEW {render(col(name))} AS {render(query)}")

    def create_table(self, name: str, query: Sql) -> None:
        """Create a table of the rows that a query gives."""
        from mrv.activity.sql import col, render

        self.connection.execute(f"CREATE TEMP TABLE {render(col(name))} AS {render(query)}")

    def columns(self, name: str) -> list[str]:
        """Return the names of the columns of a table or view, in their order."""
        from mrv.activity.sql import render, table

        return self.connection.sql(f"FROM {render(table(name))}").columns

    def fresh(self, name: str) -> str:
        """Return a name for a table or view that nothing else has."""
        return f"{name}.{next(self._numbers)}"

    def close(self) -> None:
        """Close the connection and remove the temporary folder."""
        self.connection.close()
        self._finalizer()
