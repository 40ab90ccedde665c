"""Months and days: texts for people and for keys, dates where rows are grouped and joined.

Grouping and joining ten million rows by a text made of each instant takes up to twice as long.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Aggregate, Call, Scan, Spine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlglot.expressions import Expr as Sql

    from mrv.engine.plan import Plan

CALENDAR = frozenset({"month", "day"})
_FORMATS = {"month": "%Y-%m", "day": "%Y-%m-%d"}


def date_of(key: str) -> str:
    """Return the name of the column that holds the date of a key which is a month or day."""
    return f"{key} as date"


def dated_keys(plan: Plan) -> Mapping[str, Mapping[str, str]]:
    """Return for each relation the keys that have their date beside them, and what they are.

    Groups make such a column, and every relation that adds to a group's columns has it too.
    """
    found: dict[str, dict[str, str]] = {}
    for part in plan.relations:
        if isinstance(part, Aggregate):
            found[part.name] = {
                name: value.op
                for name, value in part.keys
                if isinstance(value, Call) and value.op in CALENDAR
            }
        elif not isinstance(part, Scan | Spine):
            found[part.name] = found.get(part.source, {})
    return found


def calendar_start(part: str, instant: Sql) -> Sql:
    """Return the first day of the month, or the day, of an instant, as a date."""
    if part == "month":
        return _date(exp.TimestampTrunc(this=instant, unit=exp.var("MONTH")))
    return _date(instant)


def calendar_text(part: str, moment: Sql) -> Sql:
    """Write an instant or date as ``2024-03`` or ``2024-03-05``."""
    return exp.TimeToStr(this=moment, format=exp.Literal.string(_FORMATS[part]))


def _date(value: Sql) -> Sql:
    return exp.Cast(this=value, to=exp.DataType(this=exp.DataType.Type.DATE))
