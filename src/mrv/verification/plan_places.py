"""Facilities and months: does the plan name what the data hold, and is every month there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, did_you_mean, text
from mrv.receipt.tables import quoted
from mrv.verification.plan_catalogue import facility_of, month_column
from mrv.verification.plan_words import RULES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mrv.language.inputs import Input
    from mrv.language.period import Period
    from mrv.verification.plan_model import Facility, QualityPlan
    from mrv.verification.plan_sql import Data

_SHOWN = 8
_DECEMBER = 12


def place_findings(
    plan: QualityPlan, data: Data, listed: Mapping[str, str], periods: Iterable[Period]
) -> Iterator[Diagnostic]:
    """Find facilities that the plan or the data do not know, and months without a row.

    Args:
        plan: the plan.
        data: the rows of the run.
        listed: tables that list facilities, with the column that names them.
        periods: the periods of the run.
    """
    whole = tuple(periods)
    for table, column in listed.items():
        there = _names(data, table, column)
        yield from _facilities(plan, table, there, whole)
    for declared in data.run.methodology.inputs.values():
        yield from _months(plan, data, declared, whole)


def _names(data: Data, table: str, column: str) -> list[str]:
    sql = data.table(table)
    if sql is None:
        return []
    name = quoted(column)
    asked = f"SELECT DISTINCT {name} FROM ({sql}) WHERE {name} IS NOT NULL ORDER BY 1"
    return [str(value) for (value,) in data.ask(asked)]


def _facilities(
    plan: QualityPlan, table: str, there: list[str], periods: tuple[Period, ...]
) -> Iterator[Diagnostic]:
    named = {one.name.text: one for one in plan.facilities if one.of.text == table}
    strange = [name for name in there if name not in named]
    for name in strange[:_SHOWN]:
        yield Diagnostic(
            "plan.facility-unknown",
            text(
                f"数据表 {table} 中的“{name}”不在方案的设施中",
                f'"{name}" of the table {table} is not among the facilities of the plan',
            ),
            plan.at("boundary"),
            hint=did_you_mean(name, named) if named else None,
        )
    if len(strange) > _SHOWN:
        more = len(strange) - _SHOWN
        yield Diagnostic(
            "plan.facility-unknown",
            text(
                f"数据表 {table} 中另有 {more} 个设施不在方案中",
                f"{more} more of the table {table} are not in the plan",
            ),
            plan.at("boundary"),
        )
    for name, facility in named.items():
        if name not in there and any(_expected(facility, period) for period in periods):
            yield Diagnostic(
                "plan.facility-absent",
                text(
                    f"方案中的设施“{name}”在数据表 {table} 中没有出现",
                    f'the facility "{name}" of the plan does not appear in the table {table}',
                ),
                facility.name.place,
                hint=text(
                    "补报数据；若已停用，写明 until。",
                    "Report its data; if it is out of service, say until when.",
                ),
            )


def _expected(facility: Facility, period: Period) -> bool:
    """Whether a facility is within the boundary at any time of a period."""
    begins = facility.start is None or facility.start <= period.end
    return begins and (facility.end is None or facility.end >= period.start)


def _months(
    plan: QualityPlan, data: Data, declared: Input, periods: tuple[Period, ...]
) -> Iterator[Diagnostic]:
    """Find months of a facility without a row in a table that it appears in."""
    place, month = facility_of(data.run.methodology, declared), month_column(declared)
    sql = data.table(declared.name)
    entries = [
        entry
        for entry in plan.entries
        if entry.kind == "input" and entry.name.startswith(f"{declared.name}.")
    ]
    used = [entry for entry in entries if entry.word("obtained") not in {"", "not-used"}]
    if place is None or month is None or sql is None or not used:
        return
    column, listed_in = quoted(place[0]), place[1]
    when = quoted(month)
    asked = (
        f"SELECT DISTINCT {column}, left(CAST({when} AS VARCHAR), 7) FROM ({sql}) "
        f"WHERE {column} IS NOT NULL AND {when} IS NOT NULL"
    )
    there: dict[str, set[str]] = {}
    for name, label in data.ask(asked):
        there.setdefault(str(name), set()).add(str(label))
    named = {one.name.text: one for one in plan.facilities if one.of.text == listed_in}
    for name, months in sorted(there.items()):
        facility = named.get(name)
        if facility is None:
            continue
        wanted = [m for period in periods for m in _wanted(facility, period)]
        gaps = [label for label in wanted if label not in months]
        if gaps:
            rule = used[0].missing.rule
            said = RULES[rule.text] if rule and rule.text in RULES else text("未定", "not stated")
            yield Diagnostic(
                "plan.missing-months",
                text(
                    f"{declared.name}：设施“{name}”缺 {len(gaps)} 个月（{', '.join(gaps)}）；"
                    f"方案对缺失数据的规定：{said.zh}",
                    f'{declared.name}: "{name}" lacks {len(gaps)} months ({", ".join(gaps)}); '
                    f"missing data according to the plan: {said.en}",
                ),
                used[0].place,
                hint=text(
                    "补填这些月份；确无活动的填零，或在设施处写 from、until、months。",
                    "Fill them in; a month without activity is a row with zero, or say from, "
                    "until or months at the facility.",
                ),
            )


def _wanted(facility: Facility, period: Period) -> list[str]:
    """Return the months of a period in which a facility runs."""
    found = []
    year, month = period.start.year, period.start.month
    while date(year, month, 1) <= period.end:
        first = date(year, month, 1)
        after = date(year + month // _DECEMBER, month % _DECEMBER + 1, 1)
        begun = facility.start is None or facility.start < after
        going = facility.end is None or facility.end >= first
        if begun and going and (not facility.months or month in facility.months):
            found.append(f"{year:04}-{month:02}")
        year, month = after.year, after.month
    return found
