"""Check a quality plan: against itself, a methodology, the plan before it, and a run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.language.declare import in_order
from mrv.messages import Diagnostic, Refused, refuse, text
from mrv.verification.plan_catalogue import naming_columns, wanted
from mrv.verification.plan_data import data_findings
from mrv.verification.plan_head import calibration_findings, facility_findings, head_findings
from mrv.verification.plan_match import (
    choice_findings,
    is_choice,
    organisation_of,
    period_findings,
    put_in_plan,
    same_rules,
)
from mrv.verification.plan_places import place_findings
from mrv.verification.plan_read import read_plan
from mrv.verification.plan_revisions import succession_findings
from mrv.verification.plan_rules import entry_findings
from mrv.verification.plan_sql import Data

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from mrv.language.checked import Methodology
    from mrv.verification.plan_model import QualityPlan

    Loader = Callable[[str, str | None, Mapping[str, str]], Methodology]


@dataclass(frozen=True)
class Against:
    """What a plan is held against.

    Attributes:
        methodology: name of the methodology; that of the plan where it is None.
        receipt: a sealed run.
        previous: the version of the plan before this one.
        factors: own folders of factor releases, for rows that a receipt may not hold.
    """

    methodology: str | None = None
    receipt: Path | None = None
    previous: Path | None = None
    factors: Sequence[Path] = ()


def check_plan(path: Path, against: Against, load: Loader) -> tuple[Diagnostic, ...]:
    """Check a plan and return everything that is to be said about it, in the order of the file.

    Args:
        path: the plan.
        against: what it is held against.
        load: loads a methodology by name, edition and choices.

    Raises:
        Refused: what makes going on impossible: no readable plan, no such methodology, a receipt
            that is not what it says or that belongs to another methodology.
    """
    plan, root, found = read_plan(path)
    if against.previous is not None:
        old, old_root, _ = read_plan(against.previous)
        found += succession_findings(old, old_root, plan, root)
    found += head_findings(plan, root)
    try:
        if against.receipt is None:
            found += _without_run(plan, against.methodology, load)
        else:
            found += _with_run(plan, against)
    except Refused as refused:
        # what was found so far is told together with what stops the rest
        raise Refused([*in_order(found), *refused.diagnostics]) from None
    return tuple(dict.fromkeys(in_order(found)))


def _without_run(plan: QualityPlan, name: str | None, load: Loader) -> list[Diagnostic]:
    if name is None and plan.methodology is None:
        return []
    asked = name or ("" if plan.methodology is None else plan.methodology.text)
    edition = None if name is not None or plan.edition is None else plan.edition.text
    stated = {key: value.text for key, value in plan.choices.items()}
    try:
        methodology = load(asked, edition, stated)
    except Refused as refused:
        if stated and name is not None and any(is_choice(one) for one in refused.diagnostics):
            # choices that do not exist there are often those of another methodology
            other = load(asked, edition, {})
            same_rules(plan, other.name, other.edition)
        raise Refused(
            [
                put_in_plan(one, plan) if name is None or is_choice(one) else one
                for one in refused.diagnostics
            ]
        ) from None
    found = same_rules(plan, methodology.name, methodology.edition)
    found += _entries(plan, methodology)
    if plan.period is not None:
        found += calibration_findings(plan, [plan.period], _used(plan), warning=True)
    return found


def _entries(plan: QualityPlan, methodology: Methodology) -> list[Diagnostic]:
    listed = wanted(methodology)
    return [
        *entry_findings(plan, methodology, listed),
        *facility_findings(plan, naming_columns(methodology)),
        *_idle(plan),
    ]


def _used(plan: QualityPlan) -> set[str]:
    return {one.text for entry in plan.entries for one in entry.instruments}


def _idle(plan: QualityPlan) -> list[Diagnostic]:
    used = _used(plan)
    return [
        Diagnostic(
            "plan.instrument-idle",
            text(f"没有条目使用仪表“{name}”", f'no entry relies on the instrument "{name}"'),
            one.name.place,
            severity="warning",
        )
        for name, one in plan.instruments.items()
        if name not in used
    ]


def _with_run(plan: QualityPlan, against: Against) -> list[Diagnostic]:
    from mrv.receipt import open_receipt, run_again, sealed_basis, stores_at_hand

    assert against.receipt is not None  # noqa: S101 - the caller looked
    with open_receipt(against.receipt) as opened:
        rules = opened.receipt.methodology
        if against.methodology not in {None, rules.name}:
            refuse(
                "call.other-methodology",
                text(
                    f"凭证按方法学 {rules.name} 计算，--methodology 却是 {against.methodology}",
                    f"the receipt is of {rules.name}, --methodology says {against.methodology}",
                ),
            )
        found = same_rules(plan, rules.name, rules.edition)
        found += choice_findings(plan, opened)
        organisation = organisation_of(plan, opened)
        basis = sealed_basis(opened, stores_at_hand(opened, against.factors))
        found += _entries(plan, basis.methodology)
        with run_again(opened, basis) as run:
            data = Data(run, organisation)
            periods = run.session.periods
            found += period_findings(plan, periods)
            found += calibration_findings(plan, periods, _used(plan), warning=False)
            found += data_findings(plan, data, wanted(basis.methodology))
            found += place_findings(plan, data, naming_columns(basis.methodology), periods)
    return found
