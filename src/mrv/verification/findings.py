"""What the verifier found in the rows that were checked, and what follows from it.

The likely error is each row's taint (error over booked amount) times the sampling interval; the
upper limit adds the reliability factors for the errors found, the largest taint first (the
usual evaluation of monetary-unit samples). Rows that are always checked count as they are.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, refuse, text
from mrv.verification.risk import reliability
from mrv.verification.sampling import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.messages import Text
    from mrv.verification.sampling import Chosen, Plan


@dataclass(frozen=True)
class Found:
    """What evidence says about a row: the amount that it should have added, as a share booked.

    ``right`` is 1 where the row is right, 0.9 where the evidence supports nine tenths of it.
    """

    table: str
    row: int
    right: float


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
        said: the conclusion in words.
    """

    checked: int
    open: int
    wrong: int
    likely: float
    upper: float
    tolerable: float
    step: int
    said: Text


def read_findings(path: Path) -> tuple[Found, ...]:
    """Read findings from a CSV file with the columns ``table``, ``row`` and ``right``.

    ``right`` is ``1`` or ``ok`` for a row that is right, else the share that evidence supports.

    Raises:
        Refused: ``findings.*``, every bad line at once.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.DictReader(stream))
            names = lines[0].keys() if lines else ()
    except (OSError, UnicodeDecodeError, csv.Error):
        refuse(
            "findings.file",
            text(f"无法读取核查记录“{path.name}”", f'the findings "{path.name}" cannot be read'),
            hint=text("须是 UTF-8 的 CSV 文件。", "It must be a CSV file in UTF-8."),
        )
    if not {"table", "row", "right"} <= set(names):
        refuse(
            "findings.columns",
            text("核查记录须有 table、row、right 三列", "columns table, row and right are wanted"),
            Place(file=path.name, line=1),
        )
    found, bad = [], []
    for number, line in enumerate(lines, start=2):
        word = (line["right"] or "").strip().lower()
        if not word:
            continue  # not yet checked
        try:
            right = 1.0 if word in {"ok", "对"} else float(word)
            found.append(Found(line["table"].strip(), int(line["row"]), right))
        except ValueError:
            bad.append(
                Diagnostic(
                    "findings.value",
                    text(
                        f"right 列“{line['right']}”或 row 列“{line['row']}”不是数",
                        f'"{line["right"]}" or row "{line["row"]}" is not a number',
                    ),
                    Place(file=path.name, line=number),
                    hint=text(
                        "写 ok，或证据支持的比例如 0.9。", "Write ok, or a share such as 0.9."
                    ),
                )
            )
    if bad:
        raise Refused(bad)
    return tuple(found)


def evaluate(plan: Plan, findings: Sequence[Found]) -> Evaluation:
    """Say what the findings mean for the result.

    Raises:
        Refused: ``findings.strange`` for rows that are not in the plan.
    """
    known = {(one.item.table, one.item.row): one for one in plan.chosen}
    strange = [f for f in findings if (f.table, f.row) not in known]
    if strange:
        raise Refused(
            [
                Diagnostic(
                    "findings.strange",
                    text(
                        f"{one.table} 第 {one.row} 行不在抽样方案中",
                        f"row {one.row} of {one.table} is not in the plan",
                    ),
                )
                for one in strange
            ]
        )
    last = {(f.table, f.row): f.right for f in findings}
    wrong = [(known[key], 1 - right) for key, right in last.items() if right != 1]
    likely, upper = _errors(plan, wrong)
    tolerable = plan.asked.materiality * abs(plan.total)
    step = plan.asked.step
    if any("month" in one.why or "facility" in one.why for one, _ in wrong):
        step = min(step + 1, len(STEPS) - 1)
    left = len(known) - len(last)
    return Evaluation(
        len(last), left, len(wrong), likely, upper, tolerable, step,
        _said(left, upper, tolerable, step > plan.asked.step, likely),
    )  # fmt: skip


def _errors(plan: Plan, wrong: Sequence[tuple[Chosen, float]]) -> tuple[float, float]:
    """Project the errors of drawn rows and add those of rows that are always checked."""
    certain = sum(one.item.amount * taint for one, taint in wrong if "certain" in one.why)
    drawn = sorted(
        (taint for one, taint in wrong if "drawn" in one.why and "certain" not in one.why),
        key=abs, reverse=True,
    )  # fmt: skip
    confidence, interval = plan.asked.confidence, plan.interval
    likely = certain + sum(taint * interval for taint in drawn)
    factors = [reliability(confidence, k) for k in range(len(drawn) + 1)]
    upper = abs(certain) + factors[0] * interval
    for k, taint in enumerate(drawn, start=1):
        upper += abs(taint) * (factors[k] - factors[k - 1]) * interval
    return likely, upper


def _said(left: int, upper: float, tolerable: float, widened: bool, likely: float) -> Text:  # noqa: FBT001 - one call
    if left:
        return text(f"还有 {left} 行未核对", f"{left} rows are still to be checked")
    if abs(likely) > tolerable:
        return text("可能的误差超过重要性阈值", "the likely error is above materiality")
    if widened:
        return text("有发现：扩大抽样后继续", "there are findings: widen the sample and go on")
    if upper > tolerable * (1 + 1e-9):
        return text(
            "误差上限超过重要性阈值：扩大抽样",
            "the upper limit is above materiality: widen the sample",
        )
    return text("可接受：误差上限未超过重要性阈值", "acceptable: the limit is within materiality")
