"""Marks that count: defaults that were taken and limits that took effect, from the report rows.

Each organisation has its own marks; beyond ``MANY`` organisations one mark per period counts
them all, so that a run over ten thousand of them stays readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.results import Mark
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.engine.planned import Cap, TierCount
    from mrv.engine.session import Session
    from mrv.messages import Text

    Report = list[Mapping[str, object]]

MANY = 50


def counted_marks(session: Session, report: Report) -> Iterable[Mark]:
    """Yield the marks of defaults and limits."""
    formulas = session.planned.methodology.formulas
    for rows, whose, when in _parts(report):
        for tier in session.planned.tiers:
            label = formulas[tier.formula].declared.label or text(tier.formula, tier.formula)
            yield from _taken(tier, label, rows, whose, when)
        for cap in session.planned.caps:
            count, holders = _total(rows, cap.count)
            if count:
                said = _limit(cap, count, rows)
                yield Mark("cap", _among(said, holders, whose), whose, when, count)


def _parts(report: Report) -> Iterable[tuple[Report, str | None, str]]:
    """Divide the report: a row each, or all rows of a period where there are many."""
    if len({row["organisation"] for row in report}) <= MANY:
        for row in report:
            yield [row], str(row["organisation"] or "") or None, str(row["period"])
        return
    for period in dict.fromkeys(str(row["period"]) for row in report):
        yield [row for row in report if row["period"] == period], None, period


def _total(rows: Report, name: str) -> tuple[int, int]:
    """Return a count over all rows, and in how many of them it is not zero."""
    counts = [count for row in rows if isinstance(count := row[name], int) and count]
    return sum(counts), len(counts)


def _taken(
    tier: TierCount, label: Text, rows: Report, whose: str | None, when: str
) -> Iterable[Mark]:
    """Say how often each branch but the first, best one was taken."""
    total = sum(_total(rows, name)[0] for _, name in tier.counts)
    for name, column in tier.counts[1:]:
        count, holders = _total(rows, column)
        if count:
            zh, en = tier.formula, tier.formula
            if label.en != tier.formula:
                zh, en = f"{label.zh}（{tier.formula}）", f"{label.en} ({tier.formula})"
            said = text(
                f"{zh}：{total} 行中有 {count} 行取“{name}”",
                f"{en}: {count} of {total} rows took the branch {name}",
            )
            yield Mark("default", _among(said, holders, whose), whose, when, count)


def _among(said: Text, organisations: int, whose: str | None) -> Text:
    """Add how many organisations a mark is about, if it is about several."""
    if whose is not None or organisations <= 1:
        return said
    return text(
        f"{said.zh}（涉及 {organisations} 个单位）", f"{said.en} (in {organisations} organisations)"
    )


def _limit(cap: Cap, count: int, rows: Report) -> Text:
    """Say how often a limit took effect, and by how much where that is a number."""
    if cap.written.startswith("held:"):
        curve = cap.written.removeprefix("held:")
        return text(
            f"公式 {cap.formula}：{count} 行超出插值表 {curve} 的范围，按边缘值计",
            f"{cap.formula}: {count} row(s) lie outside the curve {curve} and take its edge value",
        )
    if cap.written.startswith("extended:"):
        curve = cap.written.removeprefix("extended:")
        return text(
            f"公式 {cap.formula}：{count} 行超出插值表 {curve} 的范围，沿首末段外推",
            f"{cap.formula}: {count} row(s) lie outside the curve {curve} and go straight on",
        )
    amounts = [by for row in rows if isinstance(by := row[cap.amount], float)]
    by_all = f"{sum(amounts):.12g} {cap.unit}"
    return text(
        f"公式 {cap.formula} 的限值生效 {count} 次，合计 {by_all}",
        f"the limit in {cap.formula} took effect {count} time(s), by {by_all} in all",
    )
