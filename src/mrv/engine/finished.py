"""A finished run: its results, and every intermediate value on request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.engine.overflow import refuse_overflow
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from typing import Self

    import pandas as pd
    import pyarrow as pa

    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.results import Outcome
    from mrv.engine.session import Session
    from mrv.language.checked import Methodology


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
        read = self._read(relation, columns, keys)
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
        return self._read(relation, list(dict.fromkeys(columns)), keys, rows=True)

    def _read(
        self, relation: str, columns: list[str], keys: tuple[str, ...], *, rows: bool = False
    ) -> pa.Table:
        """Read a relation that the report may not have needed, refusing what it cannot hold."""
        import duckdb

        try:
            return self.session.read(relation, columns, keys=keys, rows=rows)
        except duckdb.ConversionException as error:
            refuse_overflow(self.session, error)

    @property
    def outputs(self) -> pd.DataFrame:
        """The results of the report as a pandas frame, one row per result."""
        import pandas as pd

        rows = [
            (
                one.organisation, one.period, one.name, one.role, one.value, one.unit,
                None if one.rounded is None else str(one.rounded),
            )
            for one in self.outcome.outputs
        ]  # fmt: skip
        names = ["organisation", "period", "result", "role", "value", "unit", "rounded"]
        return pd.DataFrame(rows, columns=names)

    def close(self) -> None:
        """Close the data set; tables can no longer be read."""
        self.session.dataset.close()

    def __enter__(self) -> Self:
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


def _tiers_named(table: pa.Table, tiers: tuple[str, ...]) -> pa.Table:
    """Write the names of branches instead of their numbers."""
    import pyarrow as pa

    if "tier" not in table.column_names:
        return table
    names = pa.array(tiers, pa.string())
    named = names.take(table.column("tier").combine_chunks())
    return table.set_column(table.column_names.index("tier"), "tier", named)
