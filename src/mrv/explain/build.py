"""Build the tree of an explanation: from a value down to cells, factors and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.finished import formula_named
from mrv.engine.results import rounded
from mrv.explain.cite import cite
from mrv.explain.gather import Gather
from mrv.explain.operands import Operands
from mrv.explain.select import organisation_named, period_named, row_named
from mrv.explain.step import Explanation
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.finished import Run
    from mrv.language.checked import Methodology
    from mrv.language.model import Result
    from mrv.messages import Text

DEPTH = 12
_RULES = {
    "half-even": text("四舍六入五成双", "half to even"),
    "half-up": text("四舍五入", "half up"),
}


def explain(
    run: Run,
    of: str,
    *,
    row: Mapping[str, str] | None = None,
    organisation: str | None = None,
    period: str | None = None,
    depth: int | None = None,
) -> Explanation:
    """Explain why a value of a run is what it is.

    Args:
        run: a finished run whose data set is still open.
        of: a result or formula.
        row: keys of the row or group, such as ``{"ship": "A", "month": "2025-01"}``; as many as
            are needed to name one.
        organisation: whose value; needed where the data name several.
        period: label of the accounting period; needed where the run has several.
        depth: how many steps down the tree goes; None for twelve.

    Returns:
        The tree. Every number in it is read from the engine that made the run.

    Raises:
        Refused: ``call.unknown-formula``, ``call.organisation``, ``call.period``,
            ``call.unknown-key``, ``call.no-row``, ``call.row-ambiguous``, ``call.depth``.
    """
    from mrv.messages import refuse

    if depth is not None and depth < 1:
        refuse("call.depth", text("深度至少为 1", "the depth is at least 1"))
    name = formula_named(run.methodology, of)
    session = run.session
    whose = organisation_named(session.dataset.organisations, organisation)
    when = period_named(session.periods, period)
    gather = Gather(run, name)
    grain = run.methodology.formulas[name].grain
    reference = row_named(gather, grain, row or {}, whose, when)
    step = Operands(gather).formula(name, reference, DEPTH if depth is None else depth)
    result = _result(run.methodology, of, name)
    number = step.value if isinstance(step.value, float) else None
    return Explanation(
        run.methodology.name, run.methodology.edition, of, whose, when.label,
        None if result is None else result.role,
        None if result is None else rounded(number, result),
        None if result is None else _rounding(run.methodology, result, step.unit),
        tuple(_marks(run.methodology)), step,
    )  # fmt: skip


def _result(methodology: Methodology, of: str, formula: str) -> Result | None:
    """Return the result asked for, or the only one that reports the formula."""
    named = [result for result in methodology.results if result.name == of]
    named += [result for result in methodology.results if result.of.text == formula]
    return named[0] if named else None


def _rounding(methodology: Methodology, result: Result, unit: object) -> Text | None:
    if result.round_to is None:
        return None
    rule = _RULES[result.round_rule or "half-even"]
    source = cite(methodology.document, result.round_source)
    spelling = getattr(unit, "spelling", "")
    tail = (
        f"（{source.title.zh}）" if source else "",
        f" ({source.title.en})" if source else "",
    )
    return text(
        f"修约到 {result.round_to} {spelling}，{rule.zh}{tail[0]}",
        f"rounded to {result.round_to} {spelling}, {rule.en}{tail[1]}",
    )


def _marks(methodology: Methodology) -> list[Text]:
    """Say what concerns every value: the state of the methodology and the choices in force."""
    words = {
        "draft": text("草案", "a draft"), "trial": text("试行", "a trial"),
        "superseded": text("已被取代", "superseded"),
    }  # fmt: skip
    found: list[Text] = []
    status = words.get(methodology.document.status)
    if status is not None:
        found.append(text(
            f"方法学状态为“{status.zh}”，结果不能作为正式数据",
            f"the methodology is {status.en}: its results are not official",
        ))  # fmt: skip
    if methodology.choices:
        listed = ", ".join(f"{made.name}={made.value}" for made in methodology.choices)
        found.append(text(f"选项：{listed}", f"choices: {listed}"))
    return found
