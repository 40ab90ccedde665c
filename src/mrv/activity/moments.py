"""Free texts, instants and dates: columns that are read row by row, in the query itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.activity.reading import (
    SQL_TYPES,
    Cell,
    as_text,
    missing,
    nothing,
    state_of,
    text_of,
    unless,
)
from mrv.activity.sql import among, call, cast, choose, col, compare, null, try_cast, words

if TYPE_CHECKING:
    from mrv.activity.reading import Binding, Reading
    from mrv.activity.sql import Sql

_INSTANT = r"\d{4}[-/]\d{1,2}[-/]\d{1,2}(?:T|\s+)\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?"


def read_key(reading: Reading, binding: Binding) -> Cell:
    """Read a column of free texts (keys and references)."""
    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, "VARCHAR")
    absent = missing(reading, binding, header)
    written = text_of(binding, header)
    branches = [(among(written, [entry]), words(to)) for entry, to in binding.map.values.items()]
    value = unless(absent, choose(branches, written), "VARCHAR")
    state, codes = state_of(absent, value, sure=True)
    return Cell(column, header.text, value, state, as_text(header), codes=codes)


def read_moment(reading: Reading, binding: Binding) -> Cell:
    """Read instants, or dates that are typed or in a format that the mapping gives."""
    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, SQL_TYPES[column.kind])
    absent = missing(reading, binding, header)
    if header.kind != "text":
        moment = cast(col(header.column), "TIMESTAMP")
    elif binding.map.format:
        moment = call("try_strptime", text_of(binding, header), words(binding.map.format))
    else:
        moment = _instant(text_of(binding, header))
    value = unless(absent, _part(moment, column.kind), SQL_TYPES[column.kind])
    state, codes = state_of(absent, value)
    return Cell(column, header.text, value, state, as_text(header), codes=codes)


def read_days_of_instants(reading: Reading, binding: Binding) -> Cell:
    """Read a day column whose cells are instants: a time of day other than midnight will not do."""
    header, column = binding.header, binding.column
    if header is None:
        return nothing(column, "VARCHAR")
    absent = missing(reading, binding, header)
    moment = col(header.column)
    midnight = compare("=", moment, call("date_trunc", words("day"), moment))
    day = choose([(midnight, _part(moment, "day"))], null("VARCHAR"))
    value = unless(absent, day, "VARCHAR")
    state, codes = state_of(absent, value)
    return Cell(column, header.text, value, state, as_text(header), codes=codes)


def all_unreadable(reading: Reading, binding: Binding) -> Cell:
    """Return a column none of whose cells can be read, with the user's texts."""
    header, column = binding.header, binding.column
    value = null(SQL_TYPES[column.kind])
    if header is None:
        return nothing(column, SQL_TYPES[column.kind])
    state, codes = state_of(missing(reading, binding, header), value)
    return Cell(column, header.text, value, state, as_text(header), codes=codes)


def _instant(written: Sql) -> Sql:
    """Read ``YYYY-MM-DD hh:mm[:ss[.ffffff]]``; a zone or a missing time is not guessed at."""
    fits = call("regexp_full_match", written, words(_INSTANT))
    return choose([(fits, try_cast(written, "TIMESTAMP"))], null("TIMESTAMP"))


def _part(moment: Sql, kind: str) -> Sql:
    """Return the calendar part of a timestamp that a kind asks for."""
    if kind == "instant":
        return moment
    if kind == "year":
        return cast(call("year", moment), "BIGINT")
    return call("strftime", moment, words("%Y-%m" if kind == "month" else "%Y-%m-%d"))
