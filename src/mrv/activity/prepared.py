"""A table that is read but not yet judged: its cells, states and outer keys as one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.binding import bind, note_left_out
from mrv.activity.columns import read_column
from mrv.activity.moments import read_key
from mrv.activity.periods import row_period
from mrv.activity.profile import profile
from mrv.activity.reading import SQL_TYPES, nothing
from mrv.activity.sql import cast, col, compare, named, null, select, words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.activity.columns import Vocabularies
    from mrv.activity.periods import RowPeriod
    from mrv.activity.reading import Cell, Reading
    from mrv.activity.sql import Sql
    from mrv.language.inputs import Input
    from mrv.language.period import Period


_SMALL = 10_000


@dataclass(frozen=True)
class Views:
    """The names of the views of a table: its typed rows, and the same for the validators."""

    typed: str
    judged: str


@dataclass(frozen=True)
class Prepared:
    """One table, ready to be judged and selected from.

    Attributes:
        reading: the table with its findings and remarks so far.
        cells: the declared columns that could be read, by name.
        organisation: the user's ``organisation`` column, or None.
        period: the period of each row.
    """

    reading: Reading
    cells: Mapping[str, Cell]
    organisation: Cell | None
    period: RowPeriod

    @property
    def small(self) -> bool:
        """Whether the table is surely so small that its rows are better kept than read again."""
        size = self.reading.raw.rows
        return size is not None and size <= _SMALL

    def views(self, organisation: str) -> Views:
        """Create the views of the typed rows and of the same with texts and states beside them.

        Args:
            organisation: the organisation of tables that name none.
        """
        workspace, name = self.reading.workspace, self.reading.declared.name
        typed, judged = workspace.fresh(f"typed.{name}"), workspace.fresh(f"judged.{name}")
        if self.small:
            # each of the queries to come would take longer to plan than these rows to read
            workspace.create_table(judged, self._judged(organisation))
            workspace.create_view(typed, typed_rows(self.reading.declared, judged))
        else:
            workspace.create_view(typed, self._typed(organisation))
            workspace.create_view(judged, self._judged(organisation))
        return Views(typed, judged)

    def _typed(self, organisation: str) -> exp.Select:
        """Return the typed rows: ``_row``, ``organisation``, ``period``, the declared columns."""
        own = self.organisation.value if self.organisation else words(organisation)
        columns: list[Sql] = [named(col("_row"), "_row"), named(own, "organisation")]
        columns.append(named(self.period.ordinal, "period"))
        for column in self.reading.declared.columns:
            cell = self.cells.get(column.name) or nothing(column, SQL_TYPES[column.kind])
            columns.append(named(cell.value, column.name))
        kept = self.reading.kept
        query = select(columns, self.reading.raw.view)
        return query if kept == exp.true() else query.where(kept.copy())

    def _judged(self, organisation: str) -> exp.Select:
        """Return the typed rows with each cell's text and state beside it, for the validators."""
        beside: list[Sql] = []
        for cell in self.judged_cells():
            beside.append(named(cell.raw, f"{cell.column.name}.raw"))
            beside.append(named(cell.state, f"{cell.column.name}.state"))
        if self.period.outside is not None:
            beside.append(named(self.period.outside, "outside"))
        return self._typed(organisation).select(*beside, copy=False)

    def judged_cells(self) -> list[Cell]:
        """Return every cell that has a state: the columns, then the outer keys that are there."""
        outer = [cell for cell in (self.organisation, self.period.cell) if cell is not None]
        return [*self.cells.values(), *outer]


def prepare(
    reading: Reading,
    periods: Sequence[Period],
    vocabularies: Vocabularies,
    *,
    shared: bool = False,
) -> Prepared:
    """Match, read and date a table.

    Args:
        reading: the opened table.
        periods: the accounting periods of the run.
        vocabularies: the store's words.
        shared: whether other tables refer to this one.
    """
    bindings, outer = bind(reading)
    note_left_out(reading)
    bindings, outer = profile(reading, bindings), profile(reading, outer)
    cells = {name: read_column(reading, b, vocabularies) for name, b in bindings.items()}
    organisation = read_key(reading, outer["organisation"]) if "organisation" in outer else None
    period = row_period(reading, outer.get("period"), cells, periods, shared=shared)
    return Prepared(reading, cells, organisation, period)


def typed_rows(declared: Input, view: str) -> exp.Select:
    """Return the query of a table's typed rows."""
    names = ("_row", "organisation", "period", *(column.name for column in declared.columns))
    return select([col(name) for name in names], view)


def no_rows(declared: Input) -> exp.Select:
    """Return the typed columns of a table without any row."""
    columns: list[Sql] = [named(null("BIGINT"), "_row"), named(null("VARCHAR"), "organisation")]
    columns.append(named(null("BIGINT"), "period"))
    columns += [named(null(SQL_TYPES[column.kind]), column.name) for column in declared.columns]
    return exp.Select(expressions=columns).where(exp.false())


def is_state(column: str, code: int) -> Sql:
    """Return whether a judged cell has a state."""
    return compare("=", col(f"{column}.state"), cast(words(str(code)), "TINYINT"))
