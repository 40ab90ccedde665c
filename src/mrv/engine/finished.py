"""A finished run: its results, and every intermediate value on request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.engine.overflow import refuse_overflow
from mrv.engine.remainders import remainders
from mrv.messages import Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Self

    import pandas as pd
    import pyarrow as pa

    from mrv.activity.salt import Salt
    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.remainders import Remainder
    from mrv.engine.results import Outcome
    from mrv.engine.session import Session
    from mrv.engine.withheld import Hidden
    from mrv.language.checked import Methodology
    from mrv.language.types import Grain
    from mrv.messages import Diagnostic


@dataclass(frozen=True)
class Run:
    """A finished run: its outcome, and every intermediate value on request.

    Attributes:
        methodology: the rules that ran.
        outcome: results, checks, marks and factors.
        session: the plan bound to its data, for tables and explanations.
        factors: every look-up with its reason.
        hidden: rows that are withheld, by the grain that is guarded.
        idle: formulas without a value that nothing reported needs, each with the reason.
    """

    methodology: Methodology
    outcome: Outcome
    session: Session = field(repr=False)
    factors: FactorTables = field(repr=False)
    hidden: Mapping[Grain, Hidden] = field(default_factory=dict, repr=False)
    idle: Mapping[str, Diagnostic] = field(default_factory=dict, repr=False)

    def table(self, formula: str) -> pa.Table:
        """Return the values of a formula or result with their keys, ordered by key.

        Args:
            formula: name of a formula or of a result.

        Returns:
            An Arrow table: ``organisation``, ``period``, the keys, the value under the formula's
            name, and ``tier`` where the formula has named branches. Where small groups are
            withheld, they are not among the rows: a row without keys stands for them all, with
            their number in the column ``withheld`` (zero elsewhere) and their sum if it can be
            told.

        Raises:
            Refused: ``call.unknown-formula``; why the formula has no value where nothing reported
                needs one.
        """
        name = formula_named(self.methodology, formula)
        if name in self.idle:
            raise Refused([self.idle[name]])
        planned = self.session.planned
        item, spec = planned.methodology.formulas[name], planned.field(name)
        relation, keys = planned.frame(item.grain)
        columns = [spec.column] + ([spec.tier] if spec.tier else [])
        hidden = self.hidden.get(item.grain)
        read = self._read(relation, columns, keys, hidden=hidden)
        names = [
            "tier" if own == spec.tier else name if own == spec.column else own
            for own in read.column_names
        ]
        table = _tiers_named(read.rename_columns(names), spec.tiers)
        if hidden is None:
            return table
        return with_remainders(table, remainders(self.methodology, self.session, hidden, [name]))

    def keys_as_shown(self, formula: str, keys: Mapping[str, str]) -> dict[str, str]:
        """Return keys that name a row with the hashes that stand for secret ones.

        Args:
            formula: name of a formula or of a result.
            keys: keys as a person names them; a hash may be given as it is.
        """
        grain = self.methodology.formulas[formula_named(self.methodology, formula)].grain
        return keys_as_shown(self.methodology, self.session.dataset.salt, grain, keys)

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
        hidden = self.hidden.get(grain)
        return self._read(relation, list(dict.fromkeys(columns)), keys, rows=True, hidden=hidden)

    def _read(
        self,
        relation: str,
        columns: list[str],
        keys: tuple[str, ...],
        *,
        rows: bool = False,
        hidden: Hidden | None = None,
    ) -> pa.Table:
        """Read a relation that the report may not have needed, refusing what it cannot hold."""
        import duckdb

        try:
            where = hidden.condition(self.session.outer) if hidden is not None else None
            return self.session.read(relation, columns, keys=keys, rows=rows, where=where)
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


def with_remainders(table: pa.Table, rest: Sequence[Remainder]) -> pa.Table:
    """Put a row without keys for all withheld rows of each organisation and period at the end."""
    import pyarrow as pa

    none = pa.array([0] * table.num_rows, pa.int64())
    counted = table.append_column("withheld", none)
    if not rest:
        return counted
    sums: dict[str, list[object]] = {name: [None] * len(rest) for name in counted.column_names}
    sums["organisation"] = [one.organisation for one in rest]
    sums["period"] = [one.period for one in rest]
    sums["withheld"] = [one.rows for one in rest]
    for name in rest[0].sums:
        sums[name] = [one.sums[name] for one in rest]
    arrays = [pa.array(sums[field.name], field.type) for field in counted.schema]
    return pa.concat_tables([counted, pa.table(arrays, schema=counted.schema)])


def keys_as_shown(
    methodology: Methodology, salt: Salt | None, grain: Grain, keys: Mapping[str, str]
) -> dict[str, str]:
    """Return keys of a grain's rows with the hashes that stand for secret ones."""
    table = methodology.inputs.get(grain.table or "")
    named = {key.name: key.column for key in grain.keys or ()}
    found = dict(keys)
    for name, value in keys.items():
        column = table.column(named.get(name, name)) if table is not None else None
        if column is not None and column.secret and salt is not None:
            found[name] = salt.known_as(value)
    return found


def _tiers_named(table: pa.Table, tiers: tuple[str, ...]) -> pa.Table:
    """Write the names of branches instead of their numbers."""
    import pyarrow as pa

    if "tier" not in table.column_names:
        return table
    names = pa.array(tiers, pa.string())
    named = names.take(table.column("tier").combine_chunks())
    return table.set_column(table.column_names.index("tier"), "tier", named)
