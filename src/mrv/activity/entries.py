"""Columns with few different texts: words, vocabularies, flags, months, days, years, periods.

Each different text is read once in Python; the query then only compares texts. Where every text
already is what it should be, the user's column is used as it stands and costs nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.reading import (
    BLANKS,
    SQL_TYPES,
    Cell,
    as_text,
    missing_texts,
    nothing,
    state_of,
    unless,
)
from mrv.activity.sql import (
    among,
    call,
    cast,
    choose,
    col,
    compare,
    either,
    is_null,
    named,
    null,
    select,
    words,
)
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.activity.raw import Header
    from mrv.activity.reading import Binding, Reading
    from mrv.activity.sql import Sql

_MOST_TEXTS = 100_000
_MOST_BRANCHES = 48


@dataclass(frozen=True)
class Entries:
    """The different texts of a column.

    Attributes:
        texts: those that say something.
        absent: the condition that a cell is missing; FALSE if none is.
    """

    texts: tuple[str, ...]
    absent: Sql


def read_entries(
    reading: Reading,
    binding: Binding,
    resolve: Callable[[str], str | None],
    known: tuple[str, ...] = (),
) -> Cell:
    """Read a column by resolving each different text once.

    Args:
        reading: the table.
        binding: where the column comes from.
        resolve: gives the canonical text, or None for a text that will not do.
        known: spellings that would have been right, for the hint.
    """
    header, column = binding.header, binding.column
    kind = SQL_TYPES[column.kind]
    if header is None:
        return nothing(column, kind)
    found = entries(reading, binding, header)
    if found is None:
        return nothing(column, kind, state=0, heading=header.text)
    meanings = {written: resolve(written.strip(BLANKS)) for written in found.texts}
    value = unless(found.absent, translate(reading, as_text(header), meanings), "VARCHAR")
    typed = value if kind == "VARCHAR" else cast(value, kind)
    state, codes = state_of(found.absent, value, sure=None not in meanings.values())
    return Cell(column, header.text, typed, state, as_text(header), known=known, codes=codes)


def entries(reading: Reading, binding: Binding, header: Header) -> Entries | None:
    """Return the different texts of a column; None, with a finding, if there are too many."""
    written = as_text(header)
    inner = select([named(written, "entry")], reading.raw.view).where(reading.kept.copy())
    query = select([col("entry")], inner).distinct().limit(_MOST_TEXTS + 1)
    texts = [row[0] for row in reading.workspace.run(query).fetchall()]
    if len(texts) > _MOST_TEXTS:
        name = binding.column.name
        what = text(
            f"不同的文字超过 {_MOST_TEXTS:,} 种，这一列不像是“{name}”",
            f'more than {_MOST_TEXTS:,} different texts: this is hardly the column "{name}"',
        )
        reading.find("column.kind", what, header.text)
        return None
    empty = missing_texts(reading, binding) | ({"nan"} if header.kind == "float" else frozenset())
    gone = [entry for entry in texts if entry is not None and entry.strip(BLANKS) in empty]
    conditions = [is_null(written)] if None in texts else []
    conditions += [among(written, gone)] if gone else []
    said = sorted(entry for entry in texts if entry is not None and entry not in gone)
    return Entries(tuple(said), either(conditions))


def translate(reading: Reading, written: Sql, meanings: dict[str, str | None]) -> Sql:
    """Return the canonical text of a cell, missing for texts without a meaning."""
    good = {entry: meaning for entry, meaning in meanings.items() if meaning is not None}
    same = [entry for entry, meaning in good.items() if entry == meaning]
    other = {entry: meaning for entry, meaning in good.items() if entry != meaning}
    if len(same) == len(meanings):
        return written
    branches = [(among(written, same), written)] if same else []
    if len(other) > _MOST_BRANCHES:
        return choose(branches, _look_up(reading, written, other))
    branches += [
        (among(written, [e for e, m in other.items() if m == target]), words(target))
        for target in sorted(set(other.values()))
    ]
    return choose(branches, null("VARCHAR"))


def _look_up(reading: Reading, written: Sql, meanings: dict[str, str]) -> Sql:
    """Return a look-up in a small table: thousands of branches would be tried row by row."""
    import pyarrow as pa

    connection = reading.workspace.connection
    name = reading.workspace.fresh("entries")
    # the names of the look-up never meet the user's columns, which are c0, c1, …
    listed = pa.table({"entry_": list(meanings), "meaning_": list(meanings.values())})
    connection.register("entries.frame", listed)
    connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "entries.frame"')
    connection.unregister("entries.frame")
    query = select([call("any_value", col("meaning_"))], name)
    return exp.Subquery(this=query.where(compare("=", col("entry_"), written)))
