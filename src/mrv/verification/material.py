"""A table made ready for looking it over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.verification.figures import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from mrv.activity import Table
    from mrv.engine.run import Run
    from mrv.verification.figures import Figures

FACILITY, MONTH = "_facility", "_month"
_DATED = ("month", "day", "instant")


@dataclass(frozen=True)
class Material:
    """A table as the patterns are looked for in it.

    Attributes:
        name: the input table.
        rows: ``_row``, every column with numbers, and the numbers of facility and month.
        facility: column that names the ship, machine or site, or None: then each organisation is
            one.
        facilities: their names by number.
        month: column with the date of the row, or None.
        months: the months by number, in their order.
        figures: how the figures of each column with numbers are written.
    """

    name: str
    rows: pd.DataFrame
    facility: str | None
    facilities: Sequence[str]
    month: str | None
    months: Sequence[str]
    figures: Mapping[str, Figures]

    @property
    def quantities(self) -> tuple[str, ...]:
        """The columns with numbers."""
        return tuple(self.figures)


def material(
    name: str,
    frame: pd.DataFrame,
    quantities: Sequence[str],
    *,
    facility: str | None = None,
    month: str | None = None,
) -> Material:
    """Make a table ready for looking it over.

    Args:
        name: the input table.
        frame: ``_row``, the columns named here and, where there are several, ``organisation``.
        quantities: columns with numbers.
        facility: column that names the ship, machine or site.
        month: column with text that begins with the month, such as ``2025-01-31``.
    """
    import pandas as pd

    known = [column for column in quantities if frame[column].notna().any()]
    rows = frame[["_row", *known]].reset_index(drop=True)
    facilities: Sequence[str] = ("",)
    months: Sequence[str] = ("",)
    codes = pd.Series(0, index=rows.index)
    owners = frame["organisation"].unique() if "organisation" in frame else ()
    if facility is not None or len(owners) > 1:
        if facility is None:
            names = frame["organisation"]
        elif len(owners) > 1:
            names = frame["organisation"] + " " + frame[facility]
        else:
            names = frame[facility]
        found, unique = pd.factorize(names)
        codes, facilities = pd.Series(found), [str(one) for one in unique]
    ordinals = pd.Series(0, index=rows.index)
    if month is not None:
        found, dates = pd.factorize(frame[month])
        places, unique = pd.factorize(pd.Series([str(date)[:7] for date in dates]), sort=True)
        # a missing date is number -1, the last of the places
        ordinals = pd.Series([*places, -1], dtype="int64")[found % (len(places) + 1)]
        ordinals, months = ordinals.reset_index(drop=True), [str(one) for one in unique]
    return Material(
        name, rows.assign(**{FACILITY: codes, MONTH: ordinals}), facility, facilities, month,
        months, {column: figures(rows[column]) for column in known},
    )  # fmt: skip


def material_of(run: Run, table: Table) -> Material:
    """Read a table of a run for looking it over."""
    from mrv.activity.sql import render
    from mrv.receipt.tables import quoted

    columns = table.input.columns
    month = next((c.name for c in columns if c.kind in _DATED), None)
    named = [
        c.name for c in columns if c.kind == "text" and (c.refers_to or c.name in table.input.key)
    ]
    quantities = [c.name for c in columns if c.kind == "quantity"]
    wanted = ["_row", "organisation", *quantities, *named[:1]]
    chosen = [quoted(column) for column in wanted]
    if month is not None:
        # text of the month alone: a date of each row as a Python object is slow
        chosen.append(f"left(CAST({quoted(month)} AS VARCHAR), 7) AS {quoted(month)}")
    sql = f"SELECT {', '.join(chosen)} FROM ({render(table.select)}) ORDER BY _row"
    frame = run.session.dataset.connection.sql(sql).df()
    return material(
        table.input.name, frame[~frame["_row"].duplicated()], quantities,
        facility=named[0] if named else None, month=month,
    )  # fmt: skip
