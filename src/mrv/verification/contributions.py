"""What each row of data adds to a result: the weight with which it is to be looked at.

A result is followed down its formulas to the rows that its sums are made of. A sum is shared out
among its summands in proportion to their values, a product goes to the operand that has rows
below it, and what has no rows below it (a constant) is left over. The shares add up to the
result; for results that are not sums of products they are a weight and not a decomposition.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.engine.frames import identity
from mrv.explain.gather import Gather
from mrv.language.tree import (
    Aggregated,
    Apply,
    Brought,
    FormulaOf,
    LeftOut,
    Number,
    Scaled,
    children,
)
from mrv.verification.terms import ADDITIVE, WORKED, terms_of, worked_out

if TYPE_CHECKING:
    from collections.abc import Hashable

    import pandas as pd

    from mrv.engine.run import Run
    from mrv.language.tree import Node
    from mrv.language.types import Grain

OUTER = ["organisation", "period"]


@dataclass(frozen=True)
class Contributions:
    """What rows add to a result.

    Attributes:
        output: the formula that was followed.
        total: per organisation and period, its value (``amount``).
        rows: ``table``, ``_row``, organisation, period, ``amount`` and ``default`` (whether a
            fall-back was taken on the way), one row per row of data.
        left: what no row of data accounts for.
    """

    output: str
    total: pd.DataFrame
    rows: pd.DataFrame
    left: float


def contributions(run: Run, formula: str) -> Contributions:
    """Share a result out among the rows of data that it is made of.

    Args:
        run: a finished run whose data set is open.
        formula: a formula of the report, with a quantity.
    """
    import pandas as pd

    walk = _Walk(run, Gather(run, formula))
    total = run.frame(formula).rename(columns={formula: "amount"})[[*OUTER, "amount"]]
    total["amount"] = total["amount"].fillna(0.0)
    grain = run.methodology.formulas[formula].grain
    walk.formula(formula, grain, total.copy())
    names = ["table", "_row", *OUTER, "amount", "default"]
    found = pd.concat(walk.found) if walk.found else pd.DataFrame(columns=names)
    rows = (
        found.groupby(["table", "_row", *OUTER], dropna=False)
        .agg(amount=("amount", "sum"), default=("default", "any"))
        .reset_index()[names]
    )
    left = float(total["amount"].sum() - rows["amount"].sum())
    return Contributions(formula, total, rows, left)


@dataclass
class _Walk:
    """Goes down from a result; amounts stand beside the keys of the grain they belong to."""

    run: Run
    gather: Gather
    found: list[pd.DataFrame] = field(default_factory=list)
    _below: dict[str, bool] = field(default_factory=dict)

    def formula(self, name: str, grain: Grain, amounts: pd.DataFrame) -> None:
        """Share amounts out below a formula; where nothing is below, they belong to the rows."""
        body = self.run.methodology.formulas[name].body
        if self._has_rows(body):
            self._node(body, grain, amounts)
        else:
            self._leaf(grain, amounts)

    def _leaf(self, grain: Grain, amounts: pd.DataFrame) -> None:
        if grain.is_row and "_row" in amounts:
            rows = amounts[["_row", *OUTER, "amount"]].copy()
            rows["table"] = grain.table
            rows["default"] = self._defaults(grain, rows)
            self.found.append(rows)

    def _defaults(self, grain: Grain, rows: pd.DataFrame) -> pd.Series:
        """Tell the rows in which any formula of the grain took a branch after the first."""
        import pandas as pd

        relation, _ = self.gather.planned.frame(grain)
        tiers = [f.tier for f in self.gather.planned.plan.fields if f.relation == relation]
        names = [name for name in tiers if name]
        if not names:
            return pd.Series(data=False, index=rows.index)
        table = self._read(grain, names)
        fallen = (table[names].fillna(0) > 0).any(axis=1)
        at = dict(zip(table["_row"], fallen, strict=True))
        return rows["_row"].map(at).fillna(value=False).astype(bool)

    def _node(self, node: Node, grain: Grain, amounts: pd.DataFrame) -> None:
        match node:
            case Scaled() | LeftOut():
                self._node(node.inner, grain, amounts)
            case FormulaOf():
                self.formula(node.name, grain, amounts)
            case Aggregated() if node.value is not None and node.function in {"sum", "mean"}:
                self._sum(node, grain, amounts)
            case Apply():
                self._apply(node, grain, amounts)
            case _:
                self._leaf(grain, amounts)

    def _apply(self, node: Apply, grain: Grain, amounts: pd.DataFrame) -> None:
        """Share out among the operands that have rows below them, by value where there are more."""
        parts = [part for part in node.args if self._has_rows(part)]
        if len(parts) == 1 and node.op not in ADDITIVE:
            self._node(parts[0], grain, amounts)
            return
        signed = list(terms_of(node)) if node.op in ADDITIVE else [(1, part) for part in parts]
        terms = [part for _, part in signed]
        if len(terms) == 1:
            self._node(terms[0], grain, amounts)
            return
        values = self._values(terms, grain, amounts)
        if values is None:
            self._leaf(grain, amounts)
            return
        values = values * [float(sign) for sign, _ in signed]
        whole = values.sum(axis=1)
        for at, part in enumerate(terms):
            share = (values.iloc[:, at] / whole).where(whole != 0, 0.0)
            own = amounts.assign(amount=amounts["amount"].to_numpy() * share.to_numpy())
            if self._has_rows(part):
                self._node(part, grain, own)
            else:
                self._leaf(grain, own)

    def _values(
        self, parts: list[Node], grain: Grain, amounts: pd.DataFrame
    ) -> pd.DataFrame | None:
        """Work out terms beside the amounts; None where one cannot be read."""
        import pandas as pd

        names: dict[Hashable, str] = {}
        if not all(self._columns(part, grain, names) for part in parts):
            return None
        on = [column for column in amounts.columns if column != "amount"]
        table = self._read(grain, list(dict.fromkeys(names.values())))
        joined = amounts[on].merge(table, on=on, how="left")
        found = [worked_out(part, joined, names) for part in parts]
        return pd.DataFrame(dict(enumerate(found)), index=joined.index).fillna(0.0)

    def _columns(self, node: Node, grain: Grain, names: dict[Hashable, str]) -> bool:
        """Find the columns of everything in a term; tell whether all of them can be read."""
        if isinstance(node, Number | LeftOut):
            return True
        if isinstance(node, Scaled) or (isinstance(node, Apply) and node.op in WORKED):
            return all(self._columns(part, grain, names) for part in children(node))
        column = self._column(node, grain)
        if column is not None:
            names[identity(node)] = column
        return column is not None

    def _column(self, node: Node, grain: Grain) -> str | None:
        inner = node
        while isinstance(inner, Scaled | LeftOut | Brought):
            inner = inner.inner
        if (
            isinstance(inner, FormulaOf)
            and not inner.earlier
            and self.run.methodology.formulas[inner.name].grain == grain
        ):
            return self.gather.planned.field(inner.name).column
        return self.gather.probe(node, grain)

    def _sum(self, node: Aggregated, grain: Grain, amounts: pd.DataFrame) -> None:
        """Share out among the summands, in proportion to their values."""
        assert node.value is not None  # noqa: S101 - the caller looked
        value = self._column(node.value, node.source)
        where = None if node.where is None else self.gather.probe(node.where, node.source)
        locals_ = [(self.gather.probe(local, node.source), key) for local, key in node.on]
        if value is None or any(local is None for local, _ in locals_):
            self._leaf(grain, amounts)
            return
        wanted = [value, *([where] if where else []), *(str(local) for local, _ in locals_)]
        table = self._read(node.source, list(dict.fromkeys(wanted)))
        if where:
            table = table[table[where].fillna(value=False).astype(bool)]
        table = table.assign(share=table[value].astype(float).fillna(0.0))
        left = [*OUTER, *(str(local) for local, _ in locals_)]
        right = [*OUTER, *(key for _, key in locals_)]
        sums = table.groupby(left, dropna=False)["share"].transform("sum")
        table["share"] = (table["share"] / sums).where(sums != 0, 0.0)
        above = self._named(grain, amounts, [key for _, key in locals_])
        above = above[[*right, "amount"]].set_axis([*left, "amount"], axis=1)
        joined = table.merge(above, on=left, how="inner")
        joined["amount"] = joined["amount"] * joined["share"]
        keys = self._keys(node.source)
        below = joined[[*OUTER, *keys, "amount"]]
        inner = node.value
        if self._has_rows(inner):
            self._node(inner, node.source, below)
        else:
            self._leaf(node.source, below)

    def _named(self, grain: Grain, amounts: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
        """Put the columns by which a row is referred to beside the amounts of rows."""
        missing = [key for key in keys if key not in amounts]
        if not missing:
            return amounts
        on = [*OUTER, "_row"]
        return amounts.merge(self._read(grain, missing)[[*on, *missing]], on=on, how="left")

    def _keys(self, grain: Grain) -> list[str]:
        return ["_row"] if grain.is_row else list(self.gather.planned.frame(grain)[1])

    def _read(self, grain: Grain, columns: list[str]) -> pd.DataFrame:
        relation, keys = self.gather.planned.frame(grain)
        named = [] if grain.is_row else list(keys)
        sql = self.gather.session.query(
            relation, columns, keys=named, rows=grain.is_row, labelled=True
        )
        frame: pd.DataFrame = self.gather.session.dataset.connection.sql(sql).df()
        return frame

    def _has_rows(self, node: Node) -> bool:
        """Tell whether a value is made of the rows of a finer grain."""
        if isinstance(node, Aggregated):
            return node.value is not None and node.function in {"sum", "mean"}
        if isinstance(node, FormulaOf):
            if node.earlier:
                return False
            if node.name not in self._below:
                self._below[node.name] = False  # a formula never depends on itself
                self._below[node.name] = self._has_rows(
                    self.run.methodology.formulas[node.name].body
                )
            return self._below[node.name]
        if isinstance(node, Brought):
            return False
        return any(self._has_rows(part) for part in children(node))
