"""Whether a plan, a methodology and a run belong together: rules, choices, period, firm."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.language.period import Period
    from mrv.receipt.opened import Opened
    from mrv.verification.plan_model import QualityPlan


_AS_PLAN = {
    "call.unknown-methodology": "plan.methodology",
    "call.no-file": "plan.methodology",
    "call.unknown-edition": "plan.edition",
    "call.unknown-choice": "plan.choice",
    "call.unknown-value": "plan.choice",
}


def is_choice(one: Diagnostic) -> bool:
    """Whether a finding about loading a methodology is about a choice."""
    return _AS_PLAN.get(one.rule) == "plan.choice"


def put_in_plan(one: Diagnostic, plan: QualityPlan) -> Diagnostic:
    """Put a finding about what the plan names (rules, edition, choice) at its place there."""
    if one.place is not None or one.rule not in _AS_PLAN:
        return one
    at = plan.edition if one.rule == "call.unknown-edition" else plan.methodology
    if is_choice(one):
        named = [word for key, word in plan.choices.items() if f'"{key}"' in one.what.en]
        at = named[0] if named else at
    return replace(one, rule=_AS_PLAN[one.rule], place=plan.place if at is None else at.place)


def same_rules(plan: QualityPlan, name: str, edition: str) -> list[Diagnostic]:
    """Say that a plan is for another methodology, which ends the check, or another edition.

    Raises:
        Refused: ``plan.methodology``.
    """
    if plan.methodology is not None and plan.methodology.text != name:
        refuse(
            "plan.methodology",
            text(
                f"方案为方法学 {plan.methodology.text} 而定，这里却是 {name}",
                f"the plan is for the methodology {plan.methodology.text}, this is {name}",
            ),
            plan.methodology.place,
        )
    if plan.edition is None or plan.edition.text == edition:
        return []
    return [
        Diagnostic(
            "plan.edition",
            text(
                f"方案按版本 {plan.edition.text} 制定，这里是版本 {edition}",
                f"the plan was made for edition {plan.edition.text}, this is {edition}",
            ),
            plan.edition.place,
            hint=text(
                "按新版本核对各条目，并修订方案。", "Go through the entries and revise the plan."
            ),
        )
    ]


def period_findings(plan: QualityPlan, periods: Iterable[Period]) -> list[Diagnostic]:
    """Find periods of a run that the plan is not for."""
    whole = plan.period
    if whole is None:
        return []
    outside = [p.label for p in periods if not (whole.holds(p.start) and whole.holds(p.end))]
    if not outside:
        return []
    listed = ", ".join(outside)
    return [
        Diagnostic(
            "plan.period",
            text(
                f"方案的核算期是 {whole.label}，凭证是 {listed}",
                f"the plan is for {whole.label}, the receipt for {listed}",
            ),
            plan.at("period"),
        )
    ]


def choice_findings(plan: QualityPlan, opened: Opened) -> list[Diagnostic]:
    """Find choices of the run that differ from those that the plan states."""
    made = {choice.name: choice.value for choice in opened.receipt.choices}
    return [
        Diagnostic(
            "plan.choice",
            text(
                f"方案按 {name}={value.text} 制定，运行用的是 {made.get(name, '—')}",
                f"the plan says {name}={value.text}, the run took {made.get(name, '-')}",
            ),
            value.place,
        )
        for name, value in plan.choices.items()
        if made.get(name) != value.text
    ]


def organisation_of(plan: QualityPlan, opened: Opened) -> str:
    """Return whose rows are meant.

    Raises:
        Refused: ``plan.organisation`` where the receipt holds several firms and the plan does not
            say which one it is of.
    """
    if opened.receipt.organisations <= 1:
        return ""
    known = {one.organisation for one in opened.receipt.outputs}
    if plan.organisation is None or plan.organisation.text not in known:
        refuse(
            "plan.organisation",
            text(
                f"凭证中有 {opened.receipt.organisations} 家企业，方案没有说明是哪一家",
                f"the receipt holds {opened.receipt.organisations} firms; the plan does not say "
                "which of them it is of",
            ),
            plan.at("entity") if plan.organisation is None else plan.organisation.place,
            hint=text(
                "在 entity 下写 organisation，与数据中的名称一致。",
                "State organisation under entity, as the data name it.",
            ),
        )
    return plan.organisation.text
