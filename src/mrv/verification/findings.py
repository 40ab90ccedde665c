"""What the verifier found in the rows that were checked, and what follows from it.

The likely error is each drawn row's taint (error over booked amount) times the sampling interval;
the upper limit adds the reliability factors for the errors found, the largest taint first (the
usual evaluation of monetary-unit samples). Rows that are always checked, and rows that another
rule asked for, count as they are. Where every row is checked there is no sampling risk left.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import copysign
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Refused, text
from mrv.verification.risk import reliability
from mrv.verification.sampling import STEPS, weight_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.messages import Text
    from mrv.verification.findings_file import Found
    from mrv.verification.sampling import Chosen, Plan

_SLACK = 1e-9
"""Relative width of rounding: without errors the upper limit is the tolerable error itself."""


@dataclass(frozen=True)
class Evaluation:
    """What the rows checked so far say about the result.

    Attributes:
        checked: rows of the plan that were checked.
        open: rows of the plan that were not.
        wrong: rows that were found wrong.
        likely: likely error of the result, in its unit; positive is too much reported.
        upper: upper limit of the error at the plan's confidence, whatever its sign.
        tolerable: the error that materiality allows.
        step: how far the check of monthly data must widen now.
        acceptable: whether all is checked, nothing is left to widen and the limit is within
            materiality.
        said: the conclusion in words.
    """

    checked: int
    open: int
    wrong: int
    likely: float
    upper: float
    tolerable: float
    step: int
    acceptable: bool
    said: Text


def evaluate(plan: Plan, findings: Sequence[Found]) -> Evaluation:
    """Say what the findings mean for the result.

    Any finding widens the check of monthly data by one step, a finding among the rows that came
    in with that step by a further one.

    Raises:
        Refused: ``findings.strange`` for rows that are not in the plan, all at once.
    """
    known: dict[tuple[str, int], list[Chosen]] = {}
    for one in plan.chosen:
        known.setdefault((one.item.table, one.item.row), []).append(one)
    strange = [f for f in findings if (f.table, f.row) not in known]
    if strange:
        raise Refused([_strange(one) for one in strange])
    right = {(f.table, f.row): f.right for f in findings}
    wrong = [(one, 1 - share) for key, share in right.items() if share != 1 for one in known[key]]
    left = len(known) - len(right)
    likely, upper = _errors(plan, wrong)
    if plan.whole and not left:
        upper = abs(likely)
    tolerable = plan.asked.materiality * abs(plan.total)
    stages = {one.stage for one, _ in wrong}
    step = 0
    while step < len(STEPS) - 1 and step in stages:
        step += 1
    step = max(step, plan.asked.step)
    widened = step > plan.asked.step
    fits = upper <= tolerable * (1 + _SLACK)
    return Evaluation(
        len(right), left, sum(share != 1 for share in right.values()), likely, upper, tolerable,
        step, fits and not left and not widened,
        _said(left, widened=widened, material=abs(likely) > tolerable, fits=fits),
    )  # fmt: skip


def _strange(one: Found) -> Diagnostic:
    return Diagnostic(
        "findings.strange",
        text(
            f"{one.table} 第 {one.row} 行不在抽样方案中",
            f"row {one.row} of {one.table} is not in the plan",
        ),
        hint=text(
            "核查记录须出自同一凭证、同一种子、同一置信水平和重要性的方案。",
            "Findings belong to the plan of the same receipt, seed, confidence and materiality.",
        ),
    )


def _errors(plan: Plan, wrong: Sequence[tuple[Chosen, float]]) -> tuple[float, float]:
    """Project the errors of drawn rows; add those of all other rows as they are."""
    drawn: list[tuple[float, float]] = []
    as_they_are = 0.0
    for one, taint in wrong:
        if "drawn" in one.why and not plan.whole:
            reach = plan.interval / weight_of(one.item)
            drawn.append((copysign(taint, taint * one.item.amount), reach))
        else:
            as_they_are += one.item.amount * taint
    drawn.sort(key=lambda pair: -abs(pair[0]))
    confidence = plan.asked.confidence
    likely = as_they_are + sum(taint * reach for taint, reach in drawn)
    factors = [reliability(confidence, k) for k in range(len(drawn) + 1)]
    upper = abs(as_they_are) + factors[0] * plan.interval
    for k, (taint, reach) in enumerate(drawn, start=1):
        upper += abs(taint) * (factors[k] - factors[k - 1]) * reach
    return likely, upper


def _said(left: int, *, widened: bool, material: bool, fits: bool) -> Text:
    if left:
        return text(f"还有 {left} 行未核对", f"{left} rows are still to be checked")
    if material:
        return text("可能的误差超过重要性阈值", "the likely error is above materiality")
    if widened:
        return text("有发现：扩大抽样后继续", "there are findings: widen the sample and go on")
    if not fits:
        return text(
            "误差上限超过重要性阈值：扩大抽样，或请报告单位更正后重新封存",
            "the upper limit is above materiality: check more rows, or have the report corrected "
            "and sealed again",
        )
    return text("可接受：误差上限未超过重要性阈值", "acceptable: the limit is within materiality")
