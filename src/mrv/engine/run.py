"""Run a methodology on a data set: from checked rules and valid tables to results with marks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.engine.factor_tables import FactorTables, factor_tables
from mrv.engine.failure import refuse_failures, refuse_overflow
from mrv.engine.notices import fired_checks, marks
from mrv.engine.planner import plan
from mrv.engine.results import Outcome, Output, RowOutput, rounded
from mrv.engine.session import Session, open_session
from mrv.language.editions import governs_period
from mrv.messages import Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    import pandas as pd
    import pyarrow as pa

    from mrv.activity import Settings
    from mrv.engine.planned import Planned
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.language.library import Header
    from mrv.language.period import Period
    from mrv.messages import Diagnostic


@dataclass(frozen=True)
class Run:
    """A finished run: its outcome, and every intermediate value on request.

    Attributes:
        methodology: the rules that ran.
        outcome: results, checks, marks and factors.
        session: the plan bound to its data, for tables and explanations.
        factors: every look-up with its reason.
    """

    methodology: Methodology
    outcome: Outcome
    session: Session = field(repr=False)
    factors: FactorTables = field(repr=False)

    def table(self, formula: str) -> pa.Table:
        """Return the values of a formula or result with their keys, ordered by key.

        Args:
            formula: name of a formula or of a result.

        Returns:
            An Arrow table: ``organisation``, ``period``, the keys, the value under the formula's
            name, and ``tier`` where the formula has named branches.

        Raises:
            Refused: ``call.unknown-formula``.
        """
        name = formula_named(self.methodology, formula)
        planned = self.session.planned
        item, spec = planned.methodology.formulas[name], planned.field(name)
        relation, keys = planned.frame(item.grain)
        columns = [spec.column] + ([spec.tier] if spec.tier else [])
        read = self.session.read(relation, columns, keys=keys)
        names = [
            "tier" if own == spec.tier else name if own == spec.column else own
            for own in read.column_names
        ]
        return _tiers_named(read.rename_columns(names), spec.tiers)

    def frame(self, formula: str) -> pd.DataFrame:
        """Return :meth:`table` as a pandas frame."""
        frame: pd.DataFrame = self.table(formula).to_pandas()
        return frame

    def frames(self) -> dict[str, pd.DataFrame]:
        """Return every input table's rows with all formulas of their grain, as pandas frames."""
        tables = {
            formula.grain.table
            for formula in self.methodology.formulas.values()
            if formula.grain.is_row
        }
        return {
            table: self.row_table(table).to_pandas() for table in sorted(t for t in tables if t)
        }

    def row_table(self, table: str) -> pa.Table:
        """Return an input table with all formulas of its rows, tiers and fired checks besides."""
        planned = self.session.planned
        grain = next(
            (
                f.grain
                for f in self.methodology.formulas.values()
                if f.grain.is_row and f.grain.table == table
            ),
            None,
        )
        if grain is None:
            known = {f.grain.table for f in self.methodology.formulas.values() if f.grain.is_row}
            refuse(
                "call.unknown-table",
                text(f"没有“{table}”的逐行结果", f'there are no row results for "{table}"'),
                hint=did_you_mean(table, [name for name in known if name]),
            )
        relation, keys = planned.frame(grain)
        inputs = [column.name for column in self.methodology.inputs[table].columns]
        fields = [f for f in planned.plan.fields if f.relation == relation]
        columns = [*inputs, *(f.column for f in fields), *(f.tier for f in fields if f.tier)]
        columns += [fired.flag for fired in planned.fired if fired.grain == grain]
        return self.session.read(relation, list(dict.fromkeys(columns)), keys=keys, rows=True)

    @property
    def outputs(self) -> pd.DataFrame:
        """The results of the report as a pandas frame, one row per result."""
        import pandas as pd

        rows = [
            {
                "organisation": o.organisation, "period": o.period, "result": o.name, "role": o.role,
                "value": o.value, "unit": o.unit, "rounded": None if o.rounded is None else str(o.rounded),
            }
            for o in self.outcome.outputs
        ]  # fmt: skip
        names = ["organisation", "period", "result", "role", "value", "unit", "rounded"]
        return pd.DataFrame(rows, columns=names)

    def close(self) -> None:
        """Close the data set; tables can no longer be read."""
        self.session.dataset.close()

    def __enter__(self) -> Run:
        """Use the run in a ``with`` block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the data set."""
        self.close()


def formula_named(methodology: Methodology, name: str) -> str:
    """Return the formula behind the name of a formula or result.

    Raises:
        Refused: ``call.unknown-formula`` with near names.
    """
    results = {result.name: result.of.text for result in methodology.results}
    found = name if name in methodology.formulas else results.get(name)
    if found is None:
        refuse(
            "call.unknown-formula",
            text(f"没有名为“{name}”的公式或结果", f'there is no formula or result named "{name}"'),
            hint=did_you_mean(name, [*methodology.formulas, *results]),
        )
    return found


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

    Raises:
        Refused: bad data (all findings at once), a period that the edition does not govern, a
            factor that is not there, a value that cannot be computed.
    """
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
        units="declared" if units == "declared" else None,
    )  # fmt: skip
    tell("compute")
    session = open_session(planned, dataset, factors, tuple(periods))
    return compute(methodology, session, factors)


def compute(methodology: Methodology, session: Session, factors: FactorTables) -> Run:
    """Ask the engine for the report and gather everything that must be said about it."""
    report = _report(session, factors)
    refuse_failures(session, factors, report)
    planned = session.planned
    outcome = Outcome(
        outputs=tuple(_outputs(planned, report)),
        row_outputs=tuple(_row_outputs(planned)),
        checks=tuple(fired_checks(session, report)),
        marks=tuple(marks(session, factors, report)),
        factors=factors.answers,
        choices=methodology.choices,
    )
    return Run(methodology, outcome, session, factors)


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
    headers = list(editions)
    document = methodology.document
    found: list[Diagnostic | None] = [
        governs_period(document.governs, period, headers, document.place) for period in periods
    ]
    findings = [finding for finding in found if finding is not None]
    if findings:
        raise Refused(findings)


def _report(session: Session, factors: FactorTables) -> list[Mapping[str, object]]:
    """Read the one row per organisation and period that everything of the report stands in."""
    import duckdb

    planned = session.planned
    columns = [f.column for f in planned.plan.fields if f.relation == planned.plan.report]
    columns += [guard.count for guard in planned.guards]
    columns += [name for tier in planned.tiers for _, name in tier.counts]
    columns += [name for cap in planned.caps for name in (cap.count, cap.amount) if name]
    columns += [fired.count for fired in planned.fired]
    del factors
    try:
        table = session.read(planned.plan.report, list(dict.fromkeys(columns)))
    except duckdb.ConversionException as error:
        refuse_overflow(session, error)
        raise
    rows: list[Mapping[str, object]] = table.to_pylist()
    return rows


def _outputs(planned: Planned, report: list[Mapping[str, object]]) -> Iterable[Output]:
    methodology = planned.methodology
    for row in report:
        for result in methodology.results:
            formula = methodology.formula_of(result)
            if not formula.grain.is_report:
                continue
            spec = planned.field(formula.name)
            value = row[spec.column]
            number = value if isinstance(value, float) else None
            yield Output(
                result.name, formula.name, str(row["organisation"] or ""), str(row["period"]), result.role,
                value if isinstance(value, float | str | bool) else None,
                spec.unit, rounded(number, result), result.label or formula.declared.label,
            )  # fmt: skip


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


def _tiers_named(table: pa.Table, tiers: tuple[str, ...]) -> pa.Table:
    """Write the names of branches instead of their numbers."""
    import pyarrow as pa

    if "tier" not in table.column_names:
        return table
    named = [
        None if number is None else tiers[number] for number in table.column("tier").to_pylist()
    ]
    return table.set_column(table.column_names.index("tier"), "tier", pa.array(named, pa.string()))
