"""A table that is read but not yet judged: its cells, states and outer keys as one query."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.binding import bind, note_left_out
from mrv.activity.calendars import read_day, read_flag, read_month, read_year
from mrv.activity.entries import (
    read_days_of_instants,
    read_entries,
    read_key,
    read_moment,
)
from mrv.activity.headers import fold
from mrv.activity.periods import RowPeriod, row_period
from mrv.activity.quantities import read_quantity
from mrv.activity.reading import (
    SQL_TYPES,
    Binding,
    Cell,
    Reading,
    as_text,
    missing,
    nothing,
    state_of,
)
from mrv.activity.sql import Sql, cast, col, compare, named, null, select, whole, words
from mrv.messages import did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mrv.language.inputs import Column, Input
    from mrv.language.period import Period

_READERS: dict[str, Callable[[str], str | None]] = {
    "month": read_month,
    "day": read_day,
    "year": read_year,
    "yes-no": read_flag,
}


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

    def select(self, organisation: str) -> exp.Select:
        """Return the typed rows: ``_row``, ``organisation``, ``period``, the declared columns."""
        columns = [named(col("_row"), "_row"), *self._outer(organisation)]
        for column in self.reading.declared.columns:
            cell = self.cells.get(column.name) or nothing(column, SQL_TYPES[column.kind])
            columns.append(named(cell.value, column.name))
        kept = self.reading.kept
        query = select(columns, self.reading.raw.view)
        return query if isinstance(kept, exp.Boolean) else query.where(kept.copy())

    def judged(self, organisation: str) -> exp.Select:
        """Return the typed rows with each cell's text and state beside it, for the validators."""
        query = self.select(organisation)
        beside: list[Sql] = []
        for cell in self.judged_cells():
            beside.append(named(cell.raw, f"{cell.column.name}.raw"))
            beside.append(named(cell.state, f"{cell.column.name}.state"))
        if self.period.outside is not None:
            beside.append(named(self.period.outside, "outside"))
        return query.select(*beside, copy=False)

    def judged_cells(self) -> list[Cell]:
        """Return every cell that has a state: the columns, then the outer keys that are there."""
        outer = [cell for cell in (self.organisation, self.period.cell) if cell is not None]
        return [*self.cells.values(), *outer]

    def _outer(self, organisation: str) -> list[Sql]:
        own = self.organisation.value if self.organisation else words(organisation)
        return [named(own, "organisation"), named(self.period.ordinal, "period")]


def empty_select(declared: Input) -> exp.Select:
    """Return the typed columns of a table without any row."""
    columns = [named(null("BIGINT"), "_row"), named(null("VARCHAR"), "organisation")]
    columns.append(named(null("BIGINT"), "period"))
    columns += [named(null(SQL_TYPES[column.kind]), column.name) for column in declared.columns]
    return exp.Select(expressions=columns).where(exp.false())


def prepare(
    reading: Reading, periods: Sequence[Period], vocabularies: Mapping[str, Mapping[str, str]]
) -> Prepared:
    """Match, read and date a table.

    Args:
        reading: the opened table.
        periods: the accounting periods of the run.
        vocabularies: for each kind, the folded spellings and the keys they stand for.
    """
    bindings, outer = bind(reading)
    note_left_out(reading)
    cells = {
        name: _read(reading, binding, vocabularies) for name, binding in bindings.items()
    }
    organisation = read_key(reading, outer["organisation"]) if "organisation" in outer else None
    period = row_period(reading, outer.get("period"), cells, periods)
    return Prepared(reading, cells, organisation, period)


def _read(
    reading: Reading, binding: Binding, vocabularies: Mapping[str, Mapping[str, str]]
) -> Cell:
    """Read one column by its declared kind."""
    column, header = binding.column, binding.header
    if header is None:
        return nothing(column, SQL_TYPES[column.kind])
    if header.kind == "zoned":
        return _zoned(reading, column, header.text)
    if header.kind == "other":
        return _odd(reading, column, header.text)
    if column.kind == "quantity":
        return read_quantity(reading, binding)
    if column.kind == "text":
        resolve, known = _words(reading, binding, vocabularies)
        return read_entries(reading, binding, resolve, known) if resolve else read_key(reading, binding)
    if binding.map.format and not _format_works(reading, binding):
        return nothing(column, SQL_TYPES[column.kind], state=0, heading=header.text)
    return _read_dated(reading, binding)


def _read_dated(reading: Reading, binding: Binding) -> Cell:
    """Read a month, day, year, instant or flag."""
    column, header = binding.column, binding.header
    assert header is not None  # noqa: S101 - told by the caller
    typed = header.kind in {"date", "instant"}
    if column.kind == "instant":
        if header.kind in {"text", "instant"}:
            return read_moment(reading, binding)
        return _all_unreadable(reading, binding)
    if column.kind == "day" and header.kind == "instant":
        return read_days_of_instants(reading, binding)
    if column.kind != "yes-no" and (typed or (header.kind == "text" and binding.map.format)):
        return read_moment(reading, binding)
    translation = binding.map.values
    reader = _READERS[column.kind]
    return read_entries(reading, binding, lambda written: reader(translation.get(written, written)))


def _all_unreadable(reading: Reading, binding: Binding) -> Cell:
    """Return a column none of whose cells can be read, with the user's texts."""
    column, header = binding.column, binding.header
    assert header is not None  # noqa: S101 - told by the caller
    value = null(SQL_TYPES[column.kind])
    state = state_of(missing(reading, binding, header), value)
    return Cell(column, header.text, value, state, as_text(header))


def _words(
    reading: Reading, binding: Binding, vocabularies: Mapping[str, Mapping[str, str]]
) -> tuple[Callable[[str], str | None] | None, tuple[str, ...]]:
    """Return how a text becomes a word of the declared or stored vocabulary, and what there is."""
    column = binding.column
    if column.words is not None:
        spelt = {fold(word): word for word in column.words}
        known = column.words
    elif column.vocabulary is not None:
        vocabulary = vocabularies.get(column.vocabulary, {})
        spelt = {fold(spelling): key for spelling, key in vocabulary.items()}
        spelt |= {fold(key): key for key in vocabulary.values()}
        known = tuple(sorted(set(vocabulary.values()) | set(vocabulary)))
    else:
        return None, ()
    translation = {fold(entry): word for entry, word in binding.map.values.items()}
    for entry, word in binding.map.values.items():
        if fold(word) not in spelt:
            reading.find(
                "mapping.unknown-word",
                text(
                    f"映射把“{entry}”译作“{word}”，但后者不在词表中",
                    f'the mapping turns "{entry}" into "{word}", which is no word of the vocabulary',
                ),
                binding.header.text if binding.header else column.name,
                hint=did_you_mean(word, known),
            )

    def resolve(written: str) -> str | None:
        folded = fold(written)
        return spelt.get(fold(translation.get(folded, folded)))

    return resolve, known


def _format_works(reading: Reading, binding: Binding) -> bool:
    import duckdb

    from mrv.activity.sql import call

    query = exp.Select(expressions=[call("try_strptime", words("x"), words(binding.map.format or ""))])
    try:
        reading.workspace.run(query).fetchall()
    except duckdb.Error:
        reading.find(
            "mapping.format",
            text(f"日期格式“{binding.map.format}”不可用", f'no date format: "{binding.map.format}"'),
            binding.header.text if binding.header else None,
            hint=text("例如 %d/%m/%Y、%Y%m%d %H:%M。", "For example %d/%m/%Y or %Y%m%d %H:%M."),
        )
        return False
    return True


def _zoned(reading: Reading, column: Column, heading: str) -> Cell:
    reading.find(
        "instant.zone",
        text(
            f"“{heading}”带时区（以 UTC 保存），无法得知当地时间",
            f'"{heading}" carries a time zone (kept as UTC): the local time cannot be told',
        ),
        heading,
        hint=text("请存为不带时区的当地时间。", "Store local time without a zone."),
    )
    return nothing(column, SQL_TYPES[column.kind], state=0, heading=heading)


def _odd(reading: Reading, column: Column, heading: str) -> Cell:
    reading.find(
        "column.kind",
        text(f"“{heading}”的单元格是列表或二进制数据，无法读取", f'"{heading}" holds lists or binary data'),
        heading,
    )
    return nothing(column, SQL_TYPES[column.kind], state=0, heading=heading)


def is_state(column: str, code: int) -> Sql:
    """Return whether a judged cell has a state."""
    return compare("=", col(f"{column}.state"), cast(whole(code), "TINYINT"))
