"""Cases: worked examples beside a methodology, run through both engines and compared exactly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.activity.salt import TEST
from mrv.engine.expectations import Deviation, deviation
from mrv.engine.run import run
from mrv.engine.second import disagreements
from mrv.language.casefile import cases_path, read_cases
from mrv.language.library import find
from mrv.language.loading import load
from mrv.language.period import parse_period
from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.casefile import Case
    from mrv.language.checked import Methodology
    from mrv.language.model import Written
    from mrv.language.period import Period

__all__ = ["CaseResult", "Deviation", "run_case", "run_cases"]


@dataclass(frozen=True)
class CaseResult:
    """What became of a case.

    Attributes:
        case: the case.
        passed: whether everything it says holds and both engines agree.
        deviations: each expectation.
        diagnostics: findings that the run raised, or that say why the case failed.
        engines_agree: whether DuckDB and the reference evaluator gave the same bits.
        reached: formulas that had at least one value in this case.
    """

    case: Case
    passed: bool
    deviations: tuple[Deviation, ...]
    diagnostics: tuple[Diagnostic, ...]
    engines_agree: bool
    reached: frozenset[str] = frozenset()


def run_cases(
    name: str, *, store: Store, folders: Iterable[Path] = (), cases: Path | None = None
) -> tuple[CaseResult, ...]:
    """Run the cases of a methodology.

    Args:
        name: name of the methodology, or a path to its file.
        store: the factor store.
        folders: own folders of methodologies.
        cases: the case file; by default ``<name>.cases.yaml`` beside the methodology.

    Raises:
        Refused: ``call.no-cases``, or findings about the case file itself.
    """
    folders = list(folders)
    path = cases or cases_path(find(name, folders))
    if not path.exists():
        refuse(
            "call.no-cases",
            text(
                f"“{name}”旁边没有算例文件 {path.name}",
                f'there is no case file {path.name} beside "{name}"',
            ),
            hint=text(
                "算例文件与方法学同名，以 .cases.yaml 结尾。",
                "It has the name of the methodology and ends in .cases.yaml.",
            ),
        )
    checked = _Checked(name, store, folders)
    return tuple(_run(case, checked, store) for case in read_cases(path))


def run_case(name: str, case: Case, *, store: Store, folders: Iterable[Path] = ()) -> CaseResult:
    """Run one case."""
    return _run(case, _Checked(name, store, list(folders)), store)


class _Checked:
    """A methodology checked for the choices of a case, once for all cases that share them."""

    def __init__(self, name: str, store: Store, folders: list[Path]) -> None:
        self._name, self._folders = name, folders
        self._words = {k: frozenset(store.vocabulary(k)) for k in ("fuel", "region", "gas")}
        self._kept: dict[tuple[tuple[str, str], ...], Methodology] = {}

    def for_choices(self, choices: Mapping[str, str]) -> Methodology:
        key = tuple(sorted(choices.items()))
        if key not in self._kept:
            self._kept[key] = load(
                self._name,
                choices=dict(choices),
                vocabularies=self._words,
                folders=self._folders,
                every_choice=False,
            )
        return self._kept[key]


def _run(case: Case, checked: _Checked, store: Store) -> CaseResult:
    try:
        methodology = checked.for_choices(case.choices)
        periods = (case.period or _first_period(methodology.document.governs),)
        found = run(methodology, dict(case.inputs), periods=periods, store=store, salt=TEST)
    except Refused as refused:
        return _refused(case, refused)
    with found:
        if case.must_fail is not None:
            return _must_fail(case, found)
        return _compared(case, found)


def _first_period(governs: object) -> Period:
    """Return the first year that an edition governs, for cases that name no period."""
    start = getattr(governs, "start", None)
    return parse_period(str(start.year if start else 2024))


def _refused(case: Case, refused: Refused) -> CaseResult:
    rules = {finding.rule for finding in refused.diagnostics}
    return CaseResult(case, case.must_fail in rules, (), refused.diagnostics, engines_agree=True)


def _must_fail(case: Case, found: Run) -> CaseResult:
    """Judge a run that should have been refused: a check of the methodology may also fire."""
    fired = {check.name for check in found.outcome.checks}
    agree = not disagreements(found)
    if str(case.must_fail).removeprefix("check.") in fired:
        return CaseResult(case, agree, (), (), engines_agree=agree, reached=_reached(found))
    said = text(
        f"算例应以 {case.must_fail} 失败，却得到了结果",
        f"the case must fail with {case.must_fail}, but gave results",
    )
    finding = Diagnostic("case.did-not-fail", said, case.place)
    return CaseResult(case, False, (), (finding,), engines_agree=agree, reached=_reached(found))


def _compared(case: Case, found: Run) -> CaseResult:
    deviations: list[Deviation] = []
    findings: list[Diagnostic] = []

    def attempt(name: str, keys: Mapping[str, str], written: Written) -> None:
        try:
            tolerance = case.tolerance.get(name)
            deviations.append(deviation(found, name, keys, written, tolerance))
        except Refused as refused:
            for one in refused.diagnostics:
                place = one.place or written.place
                findings.append(Diagnostic(one.rule, one.what, place, one.why, one.hint))

    for name, written in case.expect.items():
        attempt(name, {}, written)
    for name, rows in case.expect_rows.items():
        for row in rows:
            attempt(name, row.keys, row.value)
    differing = disagreements(found)
    for one in differing:
        where, values = f"{one.formula} {one.keys}", (one.engine, one.reference)
        said = text(
            f"两个引擎在 {where} 上不一致：{values[0]} 与 {values[1]}",
            f"the engines differ on {where}: {values[0]} and {values[1]}",
        )
        findings.append(Diagnostic("case.engines-differ", said, case.place))
    passed = not findings and all(d.holds for d in deviations)
    return CaseResult(
        case, passed, tuple(deviations), tuple(findings), not differing, _reached(found)
    )


def _reached(found: Run) -> frozenset[str]:
    """Return the formulas that had at least one value."""
    fields = found.session.planned.plan.fields
    tables = {
        relation: [f for f in fields if f.relation == relation]
        for relation in {f.relation for f in fields}
    }
    reached: set[str] = set()
    for relation, own in tables.items():
        read = found.session.read(relation, [field.column for field in own])
        reached |= {f.formula for f in own if read.num_rows > read.column(f.column).null_count}
    return frozenset(reached)
