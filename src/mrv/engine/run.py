"""Run a methodology on a data set: from checked rules and valid tables to results with marks."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from mrv.engine.factor_tables import factor_tables
from mrv.engine.failure import idle_failures, refuse_failures
from mrv.engine.finished import Run, formula_named
from mrv.engine.notices import fired_checks, idle_marks, marks, used_answers
from mrv.engine.overflow import refuse_machine, refuse_overflow
from mrv.engine.planner import plan
from mrv.engine.reasons import NOT_FINITE
from mrv.engine.remainders import withheld_marks
from mrv.engine.results import Outcome, Output, RowOutput, rounded
from mrv.engine.session import open_session
from mrv.engine.withheld import hidden_rows
from mrv.language.editions import governs_period
from mrv.messages import Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from mrv.activity import Settings
    from mrv.activity.salt import Salt
    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.planned import Planned
    from mrv.engine.session import Session
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.language.library import Header
    from mrv.language.period import Period

FEW_ROWS = 50_000
__all__ = ["Run", "compute", "formula_named", "run", "spellings"]


def spellings(store: Store) -> dict[str, dict[str, str]]:
    """Return, for each kind of store key, every spelling in any language and its key."""
    found: dict[str, dict[str, str]] = {}
    for kind in ("fuel", "region", "gas"):
        words: dict[str, str] = {}
        for key, names in store.vocabulary(kind).items():
            for word in (names.zh, names.en, *names.synonyms):
                if word:
                    words.setdefault(word.casefold(), key)
        for key in store.vocabulary(kind):
            words[key.casefold()] = key
        found[kind] = words
    return found


def run(
    methodology: Methodology,
    data: Mapping[str, object] | Path | str,
    *,
    periods: Sequence[Period],
    store: Store,
    mapping: Mapping[str, object] | Path | None = None,
    settings: Settings | None = None,
    units: str | None = None,
    editions: Iterable[Header] = (),
    progress: Callable[[str], None] | None = None,
    salt: Salt | None = None,
) -> Run:
    """Run a checked methodology.

    Args:
        methodology: proved for the choices in force.
        data: a folder, a file, or tables by name (pandas, Arrow, rows, paths).
        periods: accounting periods, all of one kind.
        store: the factor store.
        mapping: how the user's tables become the declared ones.
        settings: threads and memory.
        units: ``"declared"`` where columns without a unit are in the declared one.
        editions: other editions, named if this one does not govern the period.
        progress: told the name of each step as it begins.
        salt: what secret keys are hashed with; needed where a table has any.

    Raises:
        Refused: bad data (all findings at once), a period that the edition does not govern, a
            factor that is not there, a value that cannot be computed.
    """
    import duckdb

    from mrv.activity import open_dataset

    tell = progress or (lambda _: None)
    _refuse_periods(methodology, periods, editions)
    tell("plan")
    planned = plan(methodology)
    tell("factors")
    factors = factor_tables(planned, store, periods)
    tell("data")
    dataset = open_dataset(
        tuple(methodology.inputs.values()), data,
        mapping=mapping, periods=periods, vocabularies=spellings(store), settings=settings,
        units="declared" if units == "declared" else None, salt=salt,
    )  # fmt: skip
    tell("compute")
    try:
        session = open_session(planned, dataset, factors, tuple(periods))
        if sum(table.rows for table in dataset.tables.values()) <= FEW_ROWS:
            session = _stored(session)
        else:
            session = _kept(session)
        return compute(methodology, session, factors)
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        dataset.close()
        refuse_machine(error)
    except BaseException:  # also when interrupted: the temporary folder must go
        dataset.close()
        raise


def _stored(session: Session) -> Session:
    """Compute a small run once, so that every later question about it is cheap."""
    import duckdb

    try:
        return session.store()
    except duckdb.ConversionException as error:
        refuse_overflow(session, error)


def _kept(session: Session) -> Session:
    """Sort and group the rows of a large run once for all questions about it."""
    import duckdb

    try:
        return session.keep()
    except duckdb.ConversionException as error:
        refuse_overflow(session, error)


def compute(methodology: Methodology, session: Session, factors: FactorTables) -> Run:
    """Ask the engine for the report and gather everything that must be said about it."""
    report = _report(session)
    refuse_failures(session, factors, report)
    planned = session.planned
    idle = idle_failures(session, factors, report)
    used = used_answers(session, factors)
    hidden = hidden_rows(methodology, session)
    outcome = Outcome(
        outputs=tuple(_outputs(planned, report)),
        row_outputs=tuple(_row_outputs(planned)),
        checks=tuple(fired_checks(session, report)),
        marks=(
            *marks(session, used, report),
            *idle_marks(session, idle),
            *withheld_marks(methodology, session, hidden),
        ),
        factors=tuple(used),
        choices=methodology.choices,
    )
    return Run(methodology, outcome, session, factors, hidden, idle)


def _refuse_periods(
    methodology: Methodology, periods: Sequence[Period], editions: Iterable[Header]
) -> None:
    if not periods:
        refuse(
            "call.period",
            text("没有给出核算期", "no accounting period is given"),
            hint=text("例如 --period 2025。", "For example --period 2025."),
        )
    if len({period.kind for period in periods}) > 1:
        refuse(
            "call.period", text("各核算期的长短须相同", "accounting periods must be of one kind")
        )
    document = methodology.document
    outside = [p for p in periods if governs_period(document.governs, p) is not None]
    if not outside:
        return
    headers = list(editions)
    found = [governs_period(document.governs, p, headers, document.place) for p in outside]
    raise Refused([finding for finding in found if finding is not None])


def _report(session: Session) -> list[Mapping[str, object]]:
    """Read the one row per organisation and period that everything of the report stands in."""
    import duckdb

    planned = session.planned
    columns = [f.column for f in planned.plan.fields if f.relation == planned.plan.report]
    columns += [guard.count for guard in planned.guards]
    columns += [name for tier in planned.tiers for _, name in tier.counts]
    columns += [name for cap in planned.caps for name in (cap.count, cap.amount) if name]
    columns += [fired.count for fired in planned.fired]
    try:
        table = session.read(planned.plan.report, list(dict.fromkeys(columns)))
    except duckdb.ConversionException as error:
        refuse_overflow(session, error)
    rows: list[Mapping[str, object]] = table.to_pylist()
    _refuse_infinite(planned, rows)
    return rows


def _refuse_infinite(planned: Planned, report: list[Mapping[str, object]]) -> None:
    """Refuse a value of the report that is beyond the largest number.

    Raises:
        Refused: ``engine.not-finite``.
    """
    report_fields = [f for f in planned.plan.fields if f.relation == planned.plan.report]
    for field in report_fields:
        for row in report:
            value = row[field.column]
            if isinstance(value, float) and not isfinite(value):
                _, said, hint = NOT_FINITE
                who = row["organisation"]
                refuse(
                    "engine.not-finite",
                    text(
                        f"{field.formula}：{said.zh}" + (f"（{who}）" if who else ""),
                        f"{field.formula}: {said.en}" + (f" ({who})" if who else ""),
                    ),
                    planned.methodology.formulas[field.formula].declared.place,
                    hint=hint,
                )


def _outputs(planned: Planned, report: list[Mapping[str, object]]) -> Iterable[Output]:
    methodology = planned.methodology
    wanted = [
        (result, formula, planned.field(formula.name))
        for result in methodology.results
        if (formula := methodology.formula_of(result)).grain.is_report
    ]
    for row in report:
        for result, formula, spec in wanted:
            value = row[spec.column]
            number = value if isinstance(value, float) else None
            yield Output(
                name=result.name,
                formula=formula.name,
                organisation=str(row["organisation"] or ""),
                period=str(row["period"]),
                role=result.role,
                value=value if isinstance(value, float | str | bool) else None,
                unit=spec.unit,
                rounded=rounded(number, result),
                label=result.label or formula.declared.label,
            )


def _row_outputs(planned: Planned) -> Iterable[RowOutput]:
    methodology = planned.methodology
    for result in methodology.results:
        formula = methodology.formula_of(result)
        if not formula.grain.is_report:
            spec = planned.field(formula.name)
            _, keys = planned.frame(formula.grain)
            yield RowOutput(
                result.name,
                formula.name,
                result.role,
                spec.unit,
                keys,
                result.label or formula.declared.label,
            )
