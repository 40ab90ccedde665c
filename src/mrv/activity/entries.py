"""Columns with few different texts: words, vocabularies, flags, months, days, years, periods.

Each different text is read once in Python; the query then only compares texts. Where every text
already is what it should be, the user's column is used as it stands and costs nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.activity.reading import (
    BLANKS,
    SQL_TYPES,
    Binding,
    Cell,
    Reading,
    as_text,
    missing,
    nothing,
    state_of,
)
from mrv.activity.sql import (
    Sql,
    among,
    call,
    cast,
    choose,
    col,
    compare,
    named,
    negate,
    null,
    select,
    words,
)
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.activity.raw import Header

_MOST_TEXTS = 100_000
_MOST_BRANCHES = 48


def read_entries(
    reading: Reading,
    binding: Binding,
    resolve: Callable[[str], str | None],
    known: tuple[str, ...] = (),
) -> Cell:
    """Read a column by resolving each different text once.

    Args:
        reading: the table.
        binding: where the column comes from; it has a header.
        resolve: gives the canonical text, or None for a text that will not do.
        known: spellings that would have been right, for the hint.
    """
    header, column = binding.header, binding.column
    kind = SQL_TYPES[column.kind]
    if header is None:
        return nothing(column, kind)
    absent = missing(reading, binding, header)
    texts = different_texts(reading, header, absent)
    if texts is None:
        reading.find(
            "word.unknown",
            text(
                f"不同的文字超过 {_MOST_TEXTS:,} 种，这一列不像是“{column.name}”",
                f"more than {_MOST_TEXTS:,} different texts: this is hardly the column "
                f'"{column.name}"',
            ),
            header.text,
        )
        return nothing(column, kind, state=0, heading=header.text)
    meanings = {written: resolve(written.strip(BLANKS)) for written in texts}
    value = translate(reading, as_text(header), meanings)
    value = choose([(absent, null("VARCHAR"))], value)
    typed = value if kind == "VARCHAR" else cast(value, kind)
    state = state_of(absent, value)
    return Cell(column, header.text, typed, state, as_text(header), known=known)


def different_texts(reading: Reading, header: Header, absent: Sql) -> list[str] | None:
    """Return the different texts of a column, or None if there are absurdly many."""
    inner = select([named(as_text(header), "entry")], reading.raw.view)
    inner = inner.where(reading.kept.copy()).where(negate(absent))
    query = select([col("entry")], inner).distinct().limit(_MOST_TEXTS + 1)
    texts = [str(row[0]) for row in reading.workspace.run(query).fetchall()]
    return sorted(texts) if len(texts) <= _MOST_TEXTS else None


def translate(reading: Reading, written: Sql, meanings: dict[str, str | None]) -> Sql:
    """Return the canonical text of a cell, missing for texts without a meaning."""
    good = {entry: meaning for entry, meaning in meanings.items() if meaning is not None}
    same = [entry for entry, meaning in good.items() if entry == meaning]
    other = {entry: meaning for entry, meaning in good.items() if entry != meaning}
    if len(same) == len(meanings):
        return written
    branches = [(among(written, same), written)] if same else []
    if len(other) > _MOST_BRANCHES:
        looked_up = _look_up(reading, written, other)
        return choose(branches, looked_up)
    targets = sorted(set(other.values()))
    branches += [
        (among(written, [e for e, m in other.items() if m == target]), words(target))
        for target in targets
    ]
    return choose(branches, null("VARCHAR"))


def _look_up(reading: Reading, written: Sql, meanings: dict[str, str]) -> Sql:
    """Return a look-up in a small table: thousands of branches would be tried row by row."""
    import pyarrow as pa
    from sqlglot import exp

    connection = reading.workspace.connection
    name = reading.workspace.fresh("entries")
    # the names of the look-up never meet the user's columns, which are c0, c1, …
    listed = pa.table({"entry_": list(meanings), "meaning_": list(meanings.values())})
    connection.register("entries.frame", listed)
    connection.execute(f'CREATE TEMP TABLE "{name}" AS SELECT * FROM "entries.frame"')
    connection.unregister("entries.frame")
    query = select([call("any_value", col("meaning_"))], name)
    query = query.where(compare("=", col("entry_"), written))
    return exp.Subquery(this=query)


def read_key(reading: Reading, binding: Binding) -> Cell:
    """Read a column of free texts (keys and references)."""
    from mrv.activity.reading import tidy

    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, "VARCHAR")
    absent = missing(reading, binding, header)
    translation = dict(binding.map.values)
    written = tidy(as_text(header))
    if translation:
        branches = [(among(written, [entry]), words(to)) for entry, to in translation.items()]
        written = choose(branches, written)
    value = choose([(absent, null("VARCHAR"))], written)
    return Cell(column, header.text, value, state_of(absent, value), as_text(header))


def read_moment(reading: Reading, binding: Binding) -> Cell:
    """Read a column of instants, or of dates in a format that the mapping gives."""
    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, SQL_TYPES[column.kind])
    absent = missing(reading, binding, header)
    if header.kind == "text" and binding.map.format:
        moment = call("try_strptime", _tidy_text(header), words(binding.map.format))
    elif header.kind == "text":
        moment = _instant(_tidy_text(header))
    else:
        moment = cast(col(header.column), "TIMESTAMP")
    value = choose([(absent, null(SQL_TYPES[column.kind]))], _part(moment, column.kind))
    return Cell(column, header.text, value, state_of(absent, value), as_text(header))


def _tidy_text(header: Header) -> Sql:
    from mrv.activity.reading import tidy

    return tidy(as_text(header))


def _instant(written: Sql) -> Sql:
    """Read ``YYYY-MM-DD hh:mm[:ss[.ffffff]]``; a zone or a missing time is not guessed at."""
    shape = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"
    fits = call("regexp_full_match", written, words(shape))
    from mrv.activity.sql import try_cast

    return choose([(fits, try_cast(written, "TIMESTAMP"))], null("TIMESTAMP"))


def _part(moment: Sql, kind: str) -> Sql:
    """Return the calendar part of a timestamp that a kind asks for."""
    if kind == "instant":
        return moment
    if kind == "year":
        return cast(call("year", moment), "BIGINT")
    return call("strftime", moment, words("%Y-%m" if kind == "month" else "%Y-%m-%d"))


def read_days_of_instants(reading: Reading, binding: Binding) -> Cell:
    """Read a day column whose cells are instants: a time of day other than midnight will not do."""
    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, "VARCHAR")
    absent = missing(reading, binding, header)
    moment = col(header.column)
    midnight = compare("=", moment, call("date_trunc", words("day"), moment))
    day = choose([(midnight, _part(moment, "day"))], null("VARCHAR"))
    value = choose([(absent, null("VARCHAR"))], day)
    return Cell(column, header.text, value, state_of(absent, value), as_text(header))
