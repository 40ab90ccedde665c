"""The declared order among rows that meet every condition: release, region chain, time rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.messages import Text, text

if TYPE_CHECKING:
    from mrv.factors.resolve import FactorQuery
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store


@dataclass(frozen=True)
class Cost:
    """What a fall-back cost: how far the row is from the first wish.

    Attributes:
        kind: ``region``, ``time`` or ``price``.
        steps: places further along the region chain, years before the period, or years between
            the prices of a factor per unit of money and the period.
        said: the same in words.
    """

    kind: Literal["region", "time", "price"]
    steps: int
    said: Text


Choice = tuple[tuple["FactorRow", ...], list[Text], list[Cost]]
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
        return here, steps, [Cost("region", place, fell_back)]
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
    return left, steps, [Cost("time", due - year, fell_back)]


def by_price(row: FactorRow, query: FactorQuery) -> list[Cost]:
    """Tell if a factor per unit of money is of other prices than those of the period."""
    if not row.price_year or query.period is None:
        return []
    due = query.period[1].year
    apart = abs(due - int(row.price_year))
    said = text(
        f"因子按 {row.price_year} 年价格，核算期为 {due} 年；金额须先折算，此处未折算",
        f"the factor is for prices of {row.price_year} and the period is {due}; the money must be "
        "brought to those prices first, which is not done here",
    )
    return [Cost("price", apart, said)] if apart else []


def release_of(row: FactorRow, store: Store) -> str:
    """Return the release of a row that the store has; asked of layered stores only."""
    return store.release if len(store.layers) == 1 else store.release_of(row.id)


def by_release(rows: tuple[FactorRow, ...], query: FactorQuery, store: Store) -> Choice:
    """Keep the rows of the first release, in the order of the store, that has any that would do."""
    if len(store.layers) == 1:
        return rows, [], []
    steps: list[Text] = []
    for layer in store.layers:
        here = tuple(
            row
            for row in rows
            if store.release_of(row.id) == layer.release
            and (not query.regions or row.region in query.regions)
        )
        wish = text(f"来自版本 {layer.release}", f"is from release {layer.release}")
        steps.append(step(wish, len(here)))
        if here:
            return here, steps, []
    return rows, steps, []


def why_not(row: FactorRow, taken: FactorRow, query: FactorQuery, store: Store) -> Text:
    """Say why a row that met every condition was not taken, or that nothing tells them apart."""
    mine, theirs = release_of(row, store), release_of(taken, store)
    if mine != theirs:
        return text(f"版本 {theirs} 排在 {mine} 之前", f"release {theirs} comes before {mine}")
    if row.region != taken.region and row.region in query.regions:
        return text(
            f"地区 {taken.region} 排在 {row.region} 之前",
            f"the region {taken.region} comes before {row.region}",
        )
    if row.year != taken.year:
        return text(
            f"数据年份 {row.year} 早于 {taken.year}",
            f"its year {row.year} is before {taken.year}",
        )
    return text("与所取因子同样满足条件", "it meets the conditions equally")
