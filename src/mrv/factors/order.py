"""The declared order among rows that meet every condition: region chain, then time rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Text, text

if TYPE_CHECKING:
    from mrv.factors.resolve import FactorQuery
    from mrv.factors.row import FactorRow

Choice = tuple[tuple["FactorRow", ...], list[Text], list[Text]]
"""Rows left, steps taken, fall-backs that were needed."""


def step(wish: Text, left: int) -> Text:
    """Say what was asked for and how many rows it left."""
    return text(f"{wish.zh}：剩 {left} 条", f"{wish.en}: {left} left")


def by_region(rows: tuple[FactorRow, ...], query: FactorQuery) -> Choice:
    """Keep the rows of the first region of the chain that has any."""
    steps: list[Text] = []
    for place, region in enumerate(query.regions):
        here = tuple(row for row in rows if row.region == region)
        steps.append(step(text(f"地区为 {region}", f"region is {region}"), len(here)))
        if not here:
            continue
        if place == 0:
            return here, steps, []
        tried_zh, tried_en = "、".join(query.regions[:place]), ", ".join(query.regions[:place])
        fell_back = text(
            f"{tried_zh} 没有满足条件的因子，改用 {region} 的因子",
            f"{tried_en} has no row that meets the conditions; that of {region} is used",
        )
        return here, steps, [fell_back]
    return (() if query.regions else rows), steps, []


def by_time(rows: tuple[FactorRow, ...], query: FactorQuery) -> Choice:
    """Keep the rows of the latest year; that none is after the period is a condition before."""
    if query.period is None or query.time in ("any", "same-year"):
        return rows, [], []
    due = query.period[1].year
    year = max(row.year or 0 for row in rows)
    left = tuple(row for row in rows if row.year == year)
    steps = [step(text(f"最近的数据年份 {year}", f"latest year, {year}"), len(left))]
    if year == due:
        return left, steps, []
    fell_back = text(
        f"没有 {due} 年的因子，采用此前最近的 {year} 年因子",
        f"there is no factor for {due}; that of {year}, the latest before it, is used",
    )
    return left, steps, [fell_back]
