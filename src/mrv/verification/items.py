"""The rows of a run as things that can be sampled: what names them and what they weigh."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import did_you_mean, refuse, text
from mrv.receipt.tables import quoted
from mrv.verification.contributions import OUTER, contributions
from mrv.verification.sampling import Item

if TYPE_CHECKING:
    from mrv.engine.run import Run
    from mrv.language.inputs import Input


def total_of(run: Run, name: str | None) -> str:
    """Return the name of the result to sample: the one asked for, or the first total.

    Raises:
        Refused: ``call.unknown-formula`` where there is no such result of the report.
    """
    report = {
        result.name: result.of.text
        for result in run.methodology.results
        if run.methodology.formulas[result.of.text].grain.is_report
        and run.methodology.formulas[result.of.text].type.unit is not None
    }
    totals = [result.name for result in run.methodology.results if result.role == "total"]
    wanted = name if name is not None else next((t for t in totals if t in report), None)
    if wanted is None or wanted not in report:
        refuse(
            "call.unknown-formula",
            text(
                f"没有名为“{wanted or ''}”的、整份报告一个值的结果",
                f'there is no result "{wanted or ""}" with one value for the report',
            ),
            hint=did_you_mean(wanted or "", report),
        )
    return wanted


def items_of(run: Run, result: str) -> tuple[list[Item], float, str, float]:
    """List every row of data with what it adds to a result.

    Returns:
        The rows, the value of the result over all organisations and periods, its unit, and what
        no row accounts for.
    """
    formula = next(r.of.text for r in run.methodology.results if r.name == result)
    shares = contributions(run, formula)
    unit = run.methodology.formulas[formula].type.unit
    found: list[Item] = []
    for name, rows in shares.rows.groupby("table"):
        declared = run.methodology.inputs[str(name)]
        keys = _keys(run, declared)
        for row, *outer, amount, default in rows[["_row", *OUTER, "amount", "default"]].itertuples(
            index=False
        ):
            named = keys.get(int(row), ())
            found.append(
                Item(
                    str(name), int(row), str(outer[0]), str(outer[1]), named,
                    _facility(declared, named), _month(declared, named), float(amount),
                    bool(default),
                )
            )  # fmt: skip
    value = float(shares.total["amount"].sum())
    return found, value, unit.spelling if unit is not None else "", shares.left


def _keys(run: Run, declared: Input) -> dict[int, tuple[tuple[str, str], ...]]:
    """Return what names each row: its key, or every column that is no quantity."""
    from mrv.activity.sql import render

    names = list(declared.key) or [c.name for c in declared.columns if c.kind != "quantity"]
    query = run.session.dataset.tables[declared.name].select
    chosen = ", ".join(quoted(name) for name in ("_row", *names))
    sql = f"SELECT {chosen} FROM ({render(query)})"
    rows = run.session.dataset.connection.execute(sql).fetchall()
    return {int(row): tuple(zip(names, map(str, cells), strict=True)) for row, *cells in rows}


def _facility(declared: Input, named: tuple[tuple[str, str], ...]) -> str:
    """Return the ship, machine or site: the first key that is no date."""
    dated = {column.name for column in declared.columns if column.kind in _DATES}
    return next((value for name, value in named if name not in dated), "")


_DATES = ("month", "day", "year", "instant")


def _month(declared: Input, named: tuple[tuple[str, str], ...]) -> str | None:
    dated = {c.name: c.kind for c in declared.columns if c.kind in {"month", "day", "instant"}}
    return next((value[:7] for name, value in named if name in dated), None)
