"""To which accounting period a row belongs, and whether its dates lie in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.entries import entries, translate
from mrv.activity.reading import (
    BLANKS,
    Cell,
    as_text,
    nothing,
    state_of,
    unless,
)
from mrv.activity.sql import (
    among,
    both,
    call,
    cast,
    choose,
    col,
    compare,
    either,
    named,
    negate,
    null,
    select,
    whole,
    words,
)
from mrv.messages import Refused, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.reading import (
        Binding,
        Reading,
    )
    from mrv.activity.sql import (
        Sql,
    )
    from mrv.language.inputs import Input
    from mrv.language.period import Period


_LISTED = 5
_EACH = "period.each"


@dataclass(frozen=True)
class RowPeriod:
    """The accounting period of each row.

    Attributes:
        ordinal: the period's ordinal; missing for a row that has none.
        cell: the user's ``period`` column, or None.
        time: name of the column whose dates must lie in the period, or None.
        outside: whether the row's date lies outside of its period (or of every period).
    """

    ordinal: Sql
    cell: Cell | None = None
    time: str | None = None
    outside: Sql | None = None


def time_column(declared: Input) -> tuple[str | None, bool]:
    """Return the column that says when a row's activity was, and whether that is certain.

    Certain is a month, day or instant in the key, else the first instant, else the only month. A
    day outside the key may be anything (a date of registration), so it only counts as likely, and
    only if it is the only one. Years never count: a table of other years has them.
    """
    dated = [c for c in declared.columns if c.kind in {"month", "day", "instant"}]
    instants = [c for c in dated if c.kind == "instant"]
    months = [c for c in dated if c.kind == "month"]
    days = [c for c in dated if c.kind == "day"]
    keyed = [c for c in dated if c.name in declared.key]
    for group in (keyed, instants, months if len(months) == 1 else []):
        if group:
            return group[0].name, True
    return (days[0].name, False) if len(days) == 1 else (None, False)


def row_period(
    reading: Reading,
    binding: Binding | None,
    cells: dict[str, Cell],
    periods: Sequence[Period],
    *,
    shared: bool,
) -> RowPeriod:
    """Work out the period of each row; rows of other periods are left out and counted.

    Args:
        reading: the table; its filter is narrowed where rows belong to other periods.
        binding: the user's ``period`` column, or None.
        cells: the columns as read.
        periods: the accounting periods of the run.
        shared: whether other tables refer to this one, as to a list of ships: undated rows then
            stand in every period; undated activity would be counted twice and is refused.
    """
    name, certain = time_column(reading.declared)
    time = cells.get(name) if name else None
    if binding is not None and binding.header is not None:
        cell = _read(reading, binding, periods)
        outside = _outside(time, periods, cell.value) if certain else None
        return RowPeriod(cell.value, cell, name if outside is not None else None, outside)
    if len(periods) == 1:
        ordinal = whole(periods[0].ordinal)
        outside = _outside(time, periods, None)
        if outside is not None and not certain:
            _warn(reading, time, outside)
            outside = None
        return RowPeriod(ordinal, None, name if outside is not None else None, outside)
    if time is None and shared:
        return RowPeriod(_every_period(reading, periods))
    if time is None:
        reading.find(
            "period.unclear",
            text(
                "本次核算有多个核算期，而表中没有 period 列，也没有唯一的日期列",
                "the run has several periods, and the table has neither a column `period` nor "
                "one column of dates",
            ),
            hint=text("请增加 period 列（如 2024）。", "Add a column `period` (such as 2024)."),
        )
        return RowPeriod(null("BIGINT"))
    branches = [(_inside(time, period), whole(period.ordinal)) for period in periods]
    return RowPeriod(choose(branches, null("BIGINT")), None, name, _outside(time, periods, None))


def _every_period(reading: Reading, periods: Sequence[Period]) -> Sql:
    """Let undated rows, such as a list of ships, stand in every period of the run, and say so."""
    ordinals = exp.Array(expressions=[whole(period.ordinal) for period in periods])
    view = reading.workspace.fresh(f"each.{reading.declared.name}")
    each = named(exp.Unnest(expressions=[ordinals]), _EACH)
    reading.workspace.create_view(view, select([exp.Star(), each], reading.raw.view))
    reading.raw = replace(reading.raw, view=view)
    labels = ", ".join(period.label for period in periods)
    reading.note(
        text(
            f"表中没有日期，也没有 period 列：每一行都用于 {labels}",
            f"no dates and no column `period`: every row counts for {labels}",
        )
    )
    return col(_EACH)


def _read(reading: Reading, binding: Binding, periods: Sequence[Period]) -> Cell:
    """Read the user's period column and leave out the rows of other periods."""
    header = binding.header
    found = entries(reading, binding, header) if header is not None else None
    if header is None or found is None:
        return nothing(binding.column, "BIGINT", state=0)
    meanings: dict[str, str | None] = {}
    others = []
    for written in found.texts:
        period = _parse(written)
        ours = {p.label: p for p in periods}
        if period is not None and period.label in ours:
            meanings[written] = str(period.ordinal)
        elif period is not None and period.kind == periods[0].kind:
            others.append(written)
        else:
            meanings[written] = None
    raw = as_text(header)
    if others:
        _leave_out(reading, raw, others)
    value = unless(found.absent, translate(reading, raw, meanings), "VARCHAR")
    known = tuple(p.label for p in periods)
    state, codes = state_of(found.absent, value, sure=None not in meanings.values())
    typed = cast(value, "BIGINT")
    return Cell(binding.column, header.text, typed, state, raw, known=known, codes=codes)


def _parse(written: str) -> Period | None:
    import unicodedata

    from mrv.language.period import parse_period

    try:
        return parse_period(unicodedata.normalize("NFKC", written).strip(BLANKS).removesuffix("年"))
    except Refused:
        return None


def _leave_out(reading: Reading, raw: Sql, others: list[str]) -> None:
    other = call("coalesce", among(raw, others), exp.false())
    ((count,),) = reading.ask([exp.Count(this=exp.Star())], other)
    shown = ", ".join(others[:_LISTED]) + (" …" if len(others) > _LISTED else "")
    reading.note(
        text(
            f"略去其他核算期（{shown}）的 {count} 行",
            f"{count} rows of other periods ({shown}) left out",
        )
    )
    reading.kept = both([reading.kept, negate(other)])


def _inside(time: Cell, period: Period) -> Sql:
    """Return whether a date lies in a period."""
    kind = time.column.kind
    start, end = period.start.isoformat(), period.end.isoformat()
    if kind == "instant":
        from datetime import timedelta

        after = (period.end + timedelta(days=1)).isoformat()
        first, past = (cast(words(day), "TIMESTAMP") for day in (start, after))
        return both([compare(">=", time.value, first), compare("<", time.value, past)])
    if kind == "month":
        start, end = start[:7], end[:7]
    return both([compare(">=", time.value, words(start)), compare("<=", time.value, words(end))])


def _outside(time: Cell | None, periods: Sequence[Period], ordinal: Sql | None) -> Sql | None:
    """Return whether a date lies in none of the periods, or not in the row's own."""
    if time is None:
        return None
    inside = []
    for period in periods:
        parts = [_inside(time, period)]
        if ordinal is not None:
            parts.append(compare("=", ordinal, whole(period.ordinal)))
        inside.append(both(parts))
    # a missing date is another finding
    return call("coalesce", negate(either(inside)), exp.false())


def _warn(reading: Reading, time: Cell | None, outside: Sql) -> None:
    ((count,),) = reading.ask([exp.Count(this=exp.Star())], outside)
    if count and time is not None:
        reading.note(
            text(
                f"“{time.heading}”有 {count} 行的日期不在核算期内，请核对",
                f'"{time.heading}": {count} rows are dated outside the accounting period',
            )
        )
