"""A user's table as it arrived: a view in the workspace, its headings, nothing interpreted yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sqlglot import exp

from mrv.activity.sql import call, col, compare, either, named, render, whole, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.sql import Sql
    from mrv.activity.workspace import Workspace
    from mrv.messages import Text

RawKind = Literal["text", "number", "float", "yes-no", "date", "instant", "zoned", "other"]

_KINDS: dict[str, RawKind] = {
    "VARCHAR": "text",
    "FLOAT": "float",
    "DOUBLE": "float",
    "BOOLEAN": "yes-no",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "zoned",
}


@dataclass(frozen=True)
class Header:
    """One column of a user's table.

    Attributes:
        text: the heading as the user wrote it.
        column: its name in the view.
        kind: what the cells are, before anything is interpreted.
    """

    text: str
    column: str
    kind: RawKind


@dataclass(frozen=True)
class Raw:
    """A user's table: a view with ``_row`` (1-based, as the user counts) and one column a heading.

    Attributes:
        view: name of the view in the workspace.
        origin: file and sheet, or name of the frame, as the user knows it.
        headers: its headings, from left to right.
        frame: whether it came as a pandas frame.
        notes: what was found and done while opening it.
        rows: how many rows it has, where that is known without looking.
    """

    view: str
    origin: str
    headers: tuple[Header, ...]
    frame: bool = False
    notes: tuple[Text, ...] = ()
    rows: int | None = None


def _kind(sql_type: str) -> RawKind:
    if sql_type.startswith("ENUM"):
        return "text"
    if sql_type.startswith("TIMESTAMP") and "ZONE" not in sql_type:
        return "instant"
    integers = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "DECIMAL")
    if sql_type.removeprefix("U").startswith(integers):
        return "number"
    return _KINDS.get(sql_type, "other")


def make_raw(
    workspace: Workspace,
    name: str,
    origin: str,
    source: Sql,
    *,
    row: Sql,
    names: Sequence[str],
    headings: Sequence[str],
    notes: tuple[Text, ...] = (),
    frame: bool = False,
    staged: bool = False,
    rows: int | None = None,
) -> Raw:
    """Create the view of a user's table.

    Args:
        workspace: where the view lives.
        name: the input table's name.
        origin: the table as the user knows it.
        source: a table function or table to read from.
        row: expression for the user's row number.
        names: physical column names of the source.
        headings: the headings that stand for them.
        notes: what was found while opening it.
        frame: whether it came as a pandas frame.
        staged: whether it is a staged CSV file, headings first.
        rows: how many rows it has, where that is known.
    """
    view = f"raw.{name}"
    columns = [named(row, "_row")]
    columns += [named(col(column), f"c{index}") for index, column in enumerate(names)]
    query = exp.Select(expressions=columns).from_(source)
    if staged:  # its first row holds the headings, and empty lines are rows
        query = query.where(exp.GT(this=col("file_row_number"), expression=whole(0)))
        query = query.where(either([compare("<>", col(n), words("")) for n in names]))
    quoted = render(col(view))
    workspace.connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted} AS {render(query)}")
    described = workspace.connection.execute(f"DESCRIBE {quoted}").fetchall()
    kinds = {column: _kind(sql_type) for column, sql_type, *_ in described}
    headers = tuple(
        Header(heading, f"c{index}", kinds[f"c{index}"]) for index, heading in enumerate(headings)
    )
    return Raw(view, origin, headers, frame, notes, rows)


def file_row(offset: int) -> Sql:
    """Return the row number in a Parquet file, moved down by the rows above its first one."""
    return exp.Add(this=col("file_row_number"), expression=whole(offset + 1))


def parquet_source(path: str) -> Sql:
    """Return ``read_parquet('path', file_row_number = true)``."""
    flag = exp.EQ(this=exp.column("file_row_number"), expression=exp.true())
    return call("read_parquet", words(path), flag)
