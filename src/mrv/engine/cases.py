"""Cases: worked examples beside a methodology, run through both engines and compared exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.engine.run import formula_named, run
from mrv.engine.second import disagreements
from mrv.language.casefile import Case, cases_path, read_cases
from mrv.language.library import find
from mrv.language.loading import load
from mrv.language.period import parse_period
from mrv.messages import Diagnostic, Refused, refuse, text
from mrv.units import explain_misfit, implied, implied_ratio, parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.model import Written
    from mrv.language.period import Period

_QUANTITY = re.compile(r"\s*([+-]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(.*)")


@dataclass(frozen=True)
class Deviation:
    """One expectation against what was found.

    Attributes:
        what: result or formula, with the keys of the row if it has rows.
        expected: as written in the case.
        found: the value found, None if it is missing.
        unit: unit of ``found``, ``difference`` and ``tolerance``.
        difference: found less expected, exact; None for texts.
        tolerance: largest allowed difference, exact.
        holds: whether the expectation holds.
    """

    what: str
    expected: str
    found: float | str | bool | None
    unit: str | None
    difference: Fraction | None
    tolerance: Fraction
    holds: bool


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
    return tuple(run_case(name, case, store=store, folders=folders) for case in read_cases(path))


def run_case(name: str, case: Case, *, store: Store, folders: Iterable[Path] = ()) -> CaseResult:
    """Run one case."""
    words = {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
    try:
        methodology = load(
            name,
            choices=dict(case.choices),
            vocabularies=words,
            folders=folders,
            every_choice=False,
        )
        periods = (case.period or _first_period(methodology.document.governs),)
        found = run(methodology, dict(case.inputs), periods=periods, store=store)
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
    """A case that must fail may also do so by a check of the methodology."""
    fired = {check.name for check in found.outcome.checks}
    if (
        case.must_fail in fired
        or f"check.{case.must_fail}" in fired
        or str(case.must_fail).removeprefix("check.") in fired
    ):
        return CaseResult(case, True, (), (), engines_agree=not disagreements(found))
    finding = Diagnostic(
        "case.did-not-fail",
        text(
            f"算例应以 {case.must_fail} 失败，却得到了结果",
            f"the case must fail with {case.must_fail}, but gave results",
        ),
        case.place,
    )
    return CaseResult(case, False, (), (finding,), engines_agree=True)


def _compared(case: Case, found: Run) -> CaseResult:
    deviations: list[Deviation] = []
    findings: list[Diagnostic] = []
    for name, written in case.expect.items():
        _attempt(findings, deviations, found, name, {}, written, case)
    for name, rows in case.expect_rows.items():
        for row in rows:
            _attempt(findings, deviations, found, name, row.keys, row.value, case)
    differing = disagreements(found)
    findings += [
        Diagnostic(
            "case.engines-differ",
            text(f"两个引擎在 {d.formula} {d.keys} 上不一致：{d.engine} 与 {d.reference}", f"the engines differ on {d.formula} {d.keys}: {d.engine} and {d.reference}"),
            case.place,
        )
        for d in differing
    ]  # fmt: skip
    passed = not findings and all(d.holds for d in deviations)
    return CaseResult(
        case, passed, tuple(deviations), tuple(findings), not differing, _reached(found)
    )


def _attempt(findings, deviations, found, name, keys, written, case) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    try:
        deviations.append(_deviation(found, name, keys, written, case))
    except Refused as refused:
        findings += [
            Diagnostic(d.rule, d.what, written.place, d.why, d.hint) for d in refused.diagnostics
        ]


def _deviation(
    found: Run, name: str, keys: Mapping[str, str], written: Written, case: Case
) -> Deviation:
    formula = formula_named(found.methodology, name)
    value = _value(found, formula, keys, written)
    what = name if not keys else f"{name}[{', '.join(f'{k}={v}' for k, v in keys.items())}]"
    unit = found.methodology.formulas[formula].type.unit
    if unit is None or written.text.strip() == "missing":
        expected = written.text.strip()
        said = (
            "missing"
            if value is None
            else ("yes" if value else "no")
            if isinstance(value, bool)
            else str(value)
        )
        same = said == expected or {said, expected} in ({"yes", "true"}, {"no", "false"})
        return Deviation(what, expected, value, None, None, Fraction(0), same)
    wanted = _in_unit(written, unit)
    tolerance = _in_unit(case.tolerance[name], unit) if name in case.tolerance else Fraction(0)
    if value is None or isinstance(value, str | bool):
        return Deviation(what, written.text, value, unit.spelling, None, tolerance, holds=False)
    difference = Fraction(value) - wanted
    holds = abs(difference) <= tolerance if tolerance else value == float(wanted)
    return Deviation(what, written.text, value, unit.spelling, difference, tolerance, holds)


def _value(
    found: Run, formula: str, keys: Mapping[str, str], written: Written
) -> float | str | bool | None:
    rows = found.table(formula).to_pylist()
    matching = [
        row for row in rows if all(str(row.get(key)) == value for key, value in keys.items())
    ]
    if len(matching) != 1:
        known = "; ".join(
            str({k: v for k, v in row.items() if k not in {formula, "tier"}}) for row in rows[:3]
        )
        refuse(
            "case.row",
            text(f"{formula} 有 {len(matching)} 行符合 {dict(keys)}，应恰有一行（例如 {known}）", f"{len(matching)} rows of {formula} fit {dict(keys)}, one is needed (there is {known})"),
            written.place,
        )  # fmt: skip
    value: float | str | bool | None = matching[0][formula]
    return value


def _in_unit(written: Written, unit) -> Fraction:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Read ``30.49 t CO2`` exactly in the unit of a formula."""
    match = _QUANTITY.fullmatch(written.text)
    if match is None:
        refuse(
            "case.value",
            text(
                f"“{written.text}”应是数值加单位", f'"{written.text}" must be a number and a unit'
            ),
            written.place,
        )
    own = parse_unit(match[2] or "1", written.place)
    if not implied(own, unit):
        refuse(
            "unit.incompatible",
            text(
                f"这里是 {own.spelling}，结果是 {unit.spelling}",
                f"this is in {own.spelling}, the result in {unit.spelling}",
            ),
            written.place,
            hint=explain_misfit(own, unit),
        )
    return Fraction(match[1].replace("_", "")) * implied_ratio(own, unit)


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
