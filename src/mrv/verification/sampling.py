"""A sampling plan: which rows to check against evidence, and why each of them.

Two ways are joined. By rule (Beijing 2016, seen): a facility may be sampled only where it is
below 5 % of the total, at least 30 % of the monthly data are checked, a finding widens that by
20 points, a further one to 80 %, then to all. By amount (monetary-unit sampling): every row of
at least one sampling interval is checked, and of the others as many as a stated confidence and
materiality ask for, the larger the likelier. A row that rests on a default counts double in both.

Which rows are drawn follows from a stated seed and from what the rows say, not from their order.
"""

from __future__ import annotations

from fractions import Fraction
from hashlib import sha256
from math import fsum
from typing import TYPE_CHECKING

from mrv.messages import refuse, text
from mrv.verification.risk import reliability
from mrv.verification.sample import Asked, Chosen, Item, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.messages import Text
    from mrv.verification.sample import Why

__all__ = [
    "RULE",
    "SMALL",
    "STEPS",
    "WHY",
    "Asked",
    "Chosen",
    "Item",
    "Plan",
    "sampling_plan",
    "weight_of",
]

STEPS = (0.30, 0.50, 0.80, 1.00)
"""Share of the monthly data that is checked: at first, and after each finding."""

SMALL = 0.05
"""Share of the total below which a facility may be sampled."""

DEFAULT_WEIGHT = 2.0

RULE = text(
    "北京市核查要求（2016，见过转载）：设施低于总量 5% 方可抽样，月度数据至少交叉核对 30%，"
    "发现问题增加 20 个百分点，再增至 80%、100%；天津的规定未见",
    "Beijing 2016 (seen in a reprint): sampling only where a facility is below 5 % of the total, "
    "at least 30 % of monthly data cross-checked, 20 points more after a finding, then 80 %, then "
    "all; no rule of Tianjin was seen",
)


def sampling_plan(
    sealed: str, output: tuple[str, str, float], items: Sequence[Item], asked: Asked, left: float
) -> Plan:
    """Choose the rows to check.

    Args:
        sealed: hash of the receipt; drawing depends on it, so that no seed fits all receipts.
        output: name, unit and value of the result.
        items: every row with what it adds to the result.
        asked: seed, confidence, materiality, how far it has widened.
        left: what no row accounts for.

    Raises:
        Refused: ``call.sample`` for shares outside of 0 to 1.
    """
    name, unit, total = output
    if not (0 < asked.confidence < 1 and 0 < asked.materiality < 1):
        refuse(
            "call.sample",
            text(
                "置信水平和重要性都须在 0 与 100% 之间",
                "confidence and materiality must lie between 0 and 100 %",
            ),
        )
    whole = fsum(abs(item.amount) for item in items)
    interval = asked.materiality * abs(total) / reliability(asked.confidence)
    why: dict[int, list[Why]] = {}
    stage: dict[int, int] = {}
    ordered = sorted(range(len(items)), key=lambda at: _place(items[at]))
    for at in _by_facility(items, whole):
        why.setdefault(at, []).append("facility")
        stage[at] = 0
    for at, kind in _by_amount(items, ordered, interval, f"{sealed} {asked.seed}"):
        why.setdefault(at, []).append(kind)
        stage[at] = 0
    for at, widened in _by_month(items, asked, sealed):
        why.setdefault(at, []).append("month")
        stage.setdefault(at, widened)
    chosen = tuple(
        Chosen(
            items[at],
            tuple(why[at]),
            abs(items[at].amount) / whole if whole else 0.0,
            stage[at],
        )
        for at in ordered
        if at in why
    )
    months = STEPS[min(asked.step, len(STEPS) - 1)]
    return Plan(sealed, name, unit, total, asked, interval, months, chosen, len(items), left)


def _place(item: Item) -> tuple[object, ...]:
    return (item.table, item.organisation, item.period, item.keys, item.amount, item.row)


def _facilities(items: Sequence[Item]) -> Mapping[tuple[str, ...], list[int]]:
    found: dict[tuple[str, ...], list[int]] = {}
    for at, item in enumerate(items):
        key = (item.table, item.organisation, item.period, item.facility)
        found.setdefault(key, []).append(at)
    return found


def _by_facility(items: Sequence[Item], whole: float) -> list[int]:
    """Return the largest row of each facility that may not be left to sampling.

    A facility of 5 % or more is visited whatever is drawn; its months follow the other rule.
    """
    large = []
    for rows in _facilities(items).values():
        amount = fsum(abs(items[at].amount) for at in rows)
        if whole and amount >= SMALL * whole:
            large.append(max(rows, key=lambda at: (abs(items[at].amount), _place(items[at])[3:])))
    return large


def _by_month(items: Sequence[Item], asked: Asked, sealed: str) -> list[tuple[int, int]]:
    """Draw the months of each facility that are checked, every row of such a month.

    A wider check keeps the months of the narrower one; each row says at which step it came in.
    """
    shares = [Fraction(str(step)) for step in STEPS[: asked.step + 1]]
    found = []
    for key, rows in sorted(_facilities(items).items()):
        months = sorted({items[at].month or "" for at in rows} - {""})
        if not months:
            continue
        counts = [-(-share.numerator * len(months) // share.denominator) for share in shares]
        named = {
            sha256("\0".join([sealed, asked.seed, *key, month]).encode()).digest(): month
            for month in months
        }
        drawn = {
            named[digest]: next(step for step, count in enumerate(counts) if place < count)
            for place, digest in enumerate(sorted(named)[: counts[-1]])
        }
        found += [(at, drawn[month]) for at in rows if (month := items[at].month or "") in drawn]
    return found


def _by_amount(
    items: Sequence[Item], ordered: Sequence[int], interval: float, seed: str
) -> list[tuple[int, Why]]:
    """Draw rows in proportion to their amounts, at fixed steps from a start given by the seed."""
    if interval <= 0:
        return []
    found: list[tuple[int, Why]] = []
    start = int.from_bytes(sha256(seed.encode()).digest()[:8]) / 2**64 * interval
    reached, mark = 0.0, start
    for at in ordered:
        item = items[at]
        weighed = abs(item.amount) * weight_of(item)
        if weighed >= interval:
            found.append((at, "certain"))
            continue
        reached += weighed
        if reached > mark:
            found.append((at, "drawn"))
            mark += interval * (1 + int((reached - mark) / interval))
    return found


def weight_of(item: Item) -> float:
    """Return how many times a row counts when rows are drawn by amount."""
    return DEFAULT_WEIGHT if item.default else 1.0


WHY: dict[Why, Text] = {
    "facility": text("设施占总量 5% 及以上", "its facility is 5 % of the total or more"),
    "month": text("抽中的月份", "a month that was drawn"),
    "certain": text(
        "不小于抽样间隔，必查",
        "at least one sampling interval",
    ),
    "drawn": text("按排放量抽中", "drawn in proportion to its amount"),
}
