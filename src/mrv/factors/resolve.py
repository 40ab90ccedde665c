"""Resolution: which row answers a query, and why that one.

The caller declares the query; nothing here knows a sector or a rule. Conditions (property, filters,
unit, status, licence, validity, the year where it is demanded) never relax. What is left is put in
order by the declared region chain and time rule. Every step is told, in both languages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

from mrv.factors.order import by_price, by_region, by_release, by_time, release_of, step, why_not
from mrv.factors.outcome import Resolution, ambiguous, known, none
from mrv.factors.row import COLUMNS, NOT_PERMITTED
from mrv.messages import Text, did_you_mean, refuse, text
from mrv.units import explain_misfit, parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from mrv.factors.order import Cost
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.units import Unit

__all__ = ["FactorQuery", "Resolution", "Time", "resolve"]

Time = Literal["any", "same-year", "latest-not-after", "same-year-else-latest"]


@dataclass(frozen=True)
class FactorQuery:
    """What a caller wants from the store.

    Attributes:
        property: the property, such as ``net-calorific-value``.
        unit: the unit that the number is wanted in; a row of another kind of unit never answers.
        where: conditions that never relax: column name and the values it may have.
        regions: regions in order of preference, the first that has a row wins; empty if the region
            is not asked for (then the rows left must not differ by region only).
        period: first and last day of the accounting period.
        time: ``any`` ignores the year that a row describes; ``same-year`` demands that of the
            period (of its last day); ``latest-not-after`` and ``same-year-else-latest`` take the
            latest year up to it, in the region chosen before, and report an older year as a
            fall-back.
        pin: the id of the row to take; it must fulfil every condition.
    """

    property: str
    unit: Unit
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()
    regions: tuple[str, ...] = ()
    period: tuple[date, date] | None = None
    time: Time = "any"
    pin: str | None = None


def resolve(store: Store, query: FactorQuery) -> Resolution:
    """Find the one row that answers a query, or say why there is none or more than one.

    Args:
        store: an opened release.
        query: what is wanted.

    Returns:
        The resolution; it depends on the content of the release and the query, never on the
        order of rows or on today's date.

    Raises:
        Refused: ``factor.unknown-column``, ``call.unknown-time-rule`` or ``call.period-missing``
            if the query itself makes no sense.

    Example:
        >>> from mrv.factors import FactorQuery, open_store, resolve
        >>> from mrv.units import parse_unit
        >>> wanted = FactorQuery(
        ...     property="net-calorific-value",
        ...     unit=parse_unit("GJ[LHV]/t"),
        ...     where=(("dataset", ("gbt32151.34-2024-c1",)), ("key", ("diesel",))),
        ... )
        >>> resolve(open_store(), wanted).number
        Fraction(10663, 250)
    """
    _check(query)
    narrowed = store.narrow(query.property, query.where)
    left: tuple[FactorRow, ...] = narrowed.rows
    wishes = (
        text(f"参数为 {query.property}", f"property is {query.property}"),
        *(_wish(column, allowed) for column, allowed in query.where),
    )
    counts = narrowed.counts
    steps = [step(wish, count) for wish, count in zip(wishes, counts, strict=False)]
    if not counts[0]:
        return none(steps, known("property", query.property, _properties(store)))
    if not left:
        column = query.where[len(counts) - 2][0]
        return none(steps, known(column, "", narrowed.there, shown=True))
    if query.pin is not None:
        left = tuple(row for row in left if row.id == query.pin)
        steps.append(step(text(f"指定因子 {query.pin}", f"pinned row is {query.pin}"), len(left)))
        if not left:
            return none(steps)
    for name, wish, keep in _conditions(query):
        kept = tuple(row for row in left if keep(row))
        steps.append(step(wish, len(kept)))
        if not kept:
            there = {getattr(row, name) for row in left}
            more = known(name, "", there, shown=True)
            if name == "unit" and len(there) == 1:
                more = explain_misfit(parse_unit(left[0].unit), query.unit)
            return none(steps, more)
        left = kept
    fit = tuple(row for row in left if not query.regions or row.region in query.regions)
    costs: list[Cost] = []
    if query.pin is None:
        left, told, _ = by_release(left, query, store)
        steps += told
        for choose in (by_region, by_time):
            before = left
            left, told, fell_back = choose(left, query)
            steps += told
            costs += fell_back
            if not left:
                return none(steps, known("region", "", {r.region for r in before}, shown=True))
    if len(left) > 1:
        return ambiguous(steps, left, costs, store)
    row = left[0]
    costs += by_price(row, query)
    return Resolution(
        status="found",
        row=row,
        number=row.exact * parse_unit(row.unit).ratio_to(query.unit),
        steps=tuple(steps),
        runners_up=tuple(other for other in fit if other is not row),
        fallbacks=tuple(cost.said for cost in costs),
        reason=text(f"取用 {row.id}", f"{row.id} is taken"),
        release=release_of(row, store),
        costs=tuple(costs),
        not_taken=tuple(
            (other, why_not(other, row, query, store)) for other in fit if other is not row
        ),
    )


def _check(query: FactorQuery) -> None:
    """Refuse a query that names what does not exist."""
    for column, _ in query.where:
        if column not in COLUMNS or column == "number":
            refuse(
                "factor.unknown-column",
                text(f"因子没有“{column}”这一属性", f'a factor has no attribute "{column}"'),
                hint=did_you_mean(column, (name for name in COLUMNS if name != "number")),
            )
    if query.time not in get_args(Time):
        refuse(
            "call.unknown-time-rule",
            text(f"没有“{query.time}”这种取年规则", f'there is no time rule "{query.time}"'),
            hint=did_you_mean(query.time, get_args(Time)),
        )
    if query.time != "any" and query.period is None:
        refuse(
            "call.period-missing",
            text(
                f"取年规则“{query.time}”需要核算期", f'the time rule "{query.time}" needs a period'
            ),
            why=text(
                "因子按核算期选取，与查询当天的日期无关。",
                "A factor is chosen by the accounting period, never by today's date.",
            ),
        )


_Condition = tuple[str, Text, "Callable[[FactorRow], bool]"]


def _wish(column: str, allowed: tuple[str, ...]) -> Text:
    return text(f"{column} 为 {'、'.join(allowed)}", f"{column} is {', '.join(allowed)}")


def _properties(store: Store) -> Iterable[str]:
    return store.vocabulary("property") if store.facts else store.by_property


def _conditions(query: FactorQuery) -> Iterable[_Condition]:
    """Yield the conditions that never relax, besides those on columns: column, wording, test."""
    unit = query.unit
    yield (
        "unit",
        text(f"单位可换算为 {unit.spelling}", f"unit converts to {unit.spelling}"),
        lambda row: parse_unit(row.unit).fits(unit),
    )
    yield (
        "status",
        text("状态为有效（active）", "status is active"),
        lambda row: row.status == "active",
    )
    yield (
        "licence",
        text("许可允许使用", "licence permits use"),
        lambda row: row.licence != NOT_PERMITTED,
    )
    if query.period is not None:
        first, last = (day.isoformat() for day in query.period)
        yield (
            "valid_from",
            text(f"在核算期 {first} 至 {last} 可用", f"may be used in {first} to {last}"),
            lambda row: (
                (not row.valid_from or row.valid_from <= last)
                and (not row.valid_to or row.valid_to >= first)
            ),
        )
        year = query.period[1].year
        if query.time == "same-year":
            wish = text(f"数据年份为 {year}", f"describes the year {year}")
            yield "reference_to", wish, lambda row: row.year == year
        elif query.time != "any":
            wish = text(f"数据年份不晚于 {year}", f"describes a year not after {year}")
            yield "reference_to", wish, lambda row: row.year is not None and row.year <= year
