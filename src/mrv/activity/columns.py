"""How each declared kind of column is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.calendars import read_day, read_flag, read_month, read_year
from mrv.activity.entries import read_entries
from mrv.activity.headers import fold
from mrv.activity.moments import all_unreadable, read_days_of_instants, read_key, read_moment
from mrv.activity.quantities import read_quantity
from mrv.activity.reading import SQL_TYPES, nothing
from mrv.activity.sql import call, words
from mrv.messages import did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.activity.raw import Header
    from mrv.activity.reading import Binding, Cell, Reading
    from mrv.language.inputs import Column

    Resolve = Callable[[str], str | None]

Vocabularies = Mapping[str, Mapping[str, str]]
"""For each kind of store key, the folded spellings in any language and the keys they mean."""

_READERS: dict[str, Callable[[str], str | None]] = {
    "month": read_month,
    "day": read_day,
    "year": read_year,
    "yes-no": read_flag,
}


def read_column(reading: Reading, binding: Binding, vocabularies: Vocabularies) -> Cell:
    """Read one column by its declared kind, collecting findings and remarks.

    Args:
        reading: the table.
        binding: where the column comes from.
        vocabularies: the store's words.
    """
    column, header = binding.column, binding.header
    if header is None:
        return nothing(column, SQL_TYPES[column.kind])
    if header.kind in {"zoned", "other"}:
        return _cannot(reading, column, header)
    if column.kind == "quantity":
        return read_quantity(reading, binding)
    if column.kind == "text":
        known = _known(binding, vocabularies)
        if known is None:
            return read_key(reading, binding)
        resolve = _resolver(reading, binding, known)
        return read_entries(reading, binding, resolve, tuple(sorted({*known, *known.values()})))
    if binding.map.format and not _format_works(reading, binding):
        return nothing(column, SQL_TYPES[column.kind], state=0, heading=header.text)
    return _read_dated(reading, binding, header)


def _read_dated(reading: Reading, binding: Binding, header: Header) -> Cell:
    """Read a month, day, year, instant or flag."""
    kind = binding.column.kind
    formatted = header.kind == "text" and binding.map.format is not None
    if kind == "instant":
        fits = header.kind in {"text", "instant"}
        return read_moment(reading, binding) if fits else all_unreadable(reading, binding)
    if kind == "day" and header.kind == "instant":
        return read_days_of_instants(reading, binding)
    if kind != "yes-no" and (formatted or header.kind in {"date", "instant"}):
        return read_moment(reading, binding)
    translation, reader = binding.map.values, _READERS[kind]
    return read_entries(reading, binding, lambda written: reader(translation.get(written, written)))


def _known(binding: Binding, vocabularies: Vocabularies) -> dict[str, str] | None:
    """Return the spellings of a column's words and what they mean; None for free texts."""
    column = binding.column
    if column.words is not None:
        return {word: word for word in column.words}
    if column.vocabulary is None:
        return None
    vocabulary = vocabularies.get(column.vocabulary, {})
    return {**{key: key for key in vocabulary.values()}, **vocabulary}


def _resolver(reading: Reading, binding: Binding, known: dict[str, str]) -> Resolve:
    """Return the function that finds the word a text means, the mapping's translation first."""
    spelt = {fold(spelling): word for spelling, word in known.items()}
    for entry, word in binding.map.values.items():
        if fold(word) not in spelt:
            what = text(
                f"映射把“{entry}”译作“{word}”，但后者不在词表中",
                f'the mapping turns "{entry}" into "{word}", which is no word of the vocabulary',
            )
            heading = binding.header.text if binding.header else None
            reading.find("mapping.unknown-word", what, heading, hint=did_you_mean(word, known))
    translated = {fold(entry): fold(word) for entry, word in binding.map.values.items()}

    def resolve(written: str) -> str | None:
        folded = fold(written)
        return spelt.get(translated.get(folded, folded))

    return resolve


def _format_works(reading: Reading, binding: Binding) -> bool:
    import duckdb

    written = binding.map.format or ""
    query = exp.Select(expressions=[call("try_strptime", words("x"), words(written))])
    try:
        reading.workspace.run(query).fetchall()
    except duckdb.Error:
        what = text(f"“{written}”不是可用的日期格式", f'"{written}" is no date format')
        hint = text("例如 %d/%m/%Y、%Y%m%d %H:%M。", "For example %d/%m/%Y or %Y%m%d %H:%M.")
        reading.find("mapping.format", what, binding.column.name, hint=hint)
        return False
    return True


def _cannot(reading: Reading, column: Column, header: Header) -> Cell:
    """Refuse a column whose cells are of a kind that nothing can be read from."""
    if header.kind == "zoned":
        what = text(
            f"“{header.text}”带时区（以 UTC 保存），无法得知当地时间",
            f'"{header.text}" carries a time zone (kept as UTC): the local time cannot be told',
        )
        hint = text("请存为不带时区的当地时间。", "Store local time without a zone.")
        reading.find("instant.zone", what, header.text, hint=hint)
    else:
        what = text(
            f"“{header.text}”的单元格是列表或二进制数据，无法读取",
            f'"{header.text}" holds lists or binary data, which cannot be read',
        )
        reading.find("column.kind", what, header.text)
    return nothing(column, SQL_TYPES[column.kind], state=0, heading=header.text)
