"""What a quality plan must speak of: every datum, parameter, factor and result of a methodology."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.language.tree import Apply, FactorOf, FormulaOf, LeftOut, Nothing, children

if TYPE_CHECKING:
    from mrv.language.checked import Methodology
    from mrv.language.inputs import Column, Input
    from mrv.language.tree import Node
    from mrv.messages import Text
    from mrv.units import Unit
    from mrv.verification.plan_model import EntryKind

DATED = ("month", "day", "year", "instant")


@dataclass(frozen=True)
class Wanted:
    """Something that the plan must have an entry for.

    Attributes:
        name: ``table.column``, or the name of a formula, factor or result.
        unit: its unit; None for results without one.
        table: the input table whose rows it has a value for, if any.
        optional: whether the methodology can do without it: it may then be planned as not used.
        tiers: names of the tiers that it can be had by, by number; None where a choice closes it.
        method: formula or property, as far as the methodology says.
        raises: whether a larger value can only make the total larger.
    """

    kind: EntryKind
    name: str
    unit: Unit | None
    table: str | None
    optional: bool
    label: Text | None = None
    tiers: tuple[str | None, ...] = ()
    method: str = ""
    raises: bool = False


def wanted(methodology: Methodology) -> tuple[Wanted, ...]:
    """List everything that a plan for a methodology must speak of, for the choices in force."""
    return (
        *_inputs(methodology),
        *_parameters(methodology),
        *_factors(methodology),
        *_results(methodology),
    )


def _inputs(methodology: Methodology) -> list[Wanted]:
    rising = {one.text for one in methodology.document.properties.monotone}
    found = []
    for table in methodology.inputs.values():
        for column in table.columns:
            if column.kind == "quantity":
                name = f"{table.name}.{column.name}"
                optional = column.optional or table.optional
                found.append(
                    Wanted(
                        "input", name, column.unit, table.name, optional, column.label,
                        raises=name in rising,
                    )
                )  # fmt: skip
    return found


def _parameters(methodology: Methodology) -> list[Wanted]:
    found = []
    for name, formula in methodology.formulas.items():
        body = formula.body
        if not (formula.tiers and formula.grain.is_row and isinstance(body, Apply)):
            continue
        if formula.type.unit is None or body.op != "first":
            continue
        open_ = [not isinstance(part, Nothing) for part in body.args]
        tiers = tuple(
            tier if there else None for tier, there in zip(formula.tiers, open_, strict=False)
        )
        declared = formula.declared
        found.append(
            Wanted(
                "parameter", name, formula.type.unit, formula.grain.table, optional=True,
                label=declared.label, tiers=tiers, method=_one_line(declared.expression.text),
            )
        )  # fmt: skip
    return found


def _factors(methodology: Methodology) -> list[Wanted]:
    needed = _reached(methodology)
    return [
        Wanted("factor", name, need.unit, None, optional=True, method=need.property)
        for name, need in methodology.factors.items()
        if name in needed
    ]


def _reached(methodology: Methodology) -> set[str]:
    """Return the factors that results can need; terms that a choice leaves out need none."""
    stack: list[Node] = [methodology.formula_of(result).body for result in methodology.results]
    seen: set[str] = set()
    found: set[str] = set()
    while stack:
        node = stack.pop()
        if isinstance(node, LeftOut):
            continue
        if isinstance(node, FactorOf):
            found.add(node.name)
        if isinstance(node, FormulaOf) and node.name not in seen:
            seen.add(node.name)
            stack.append(methodology.formulas[node.name].body)
        stack += children(node)
    return found


def _results(methodology: Methodology) -> list[Wanted]:
    found = []
    for result in methodology.results:
        formula = methodology.formula_of(result)
        found.append(
            Wanted(
                "result", result.name, formula.type.unit, formula.grain.table,
                optional=result.role in {"memo", "indicator"}, label=result.label,
                method=_one_line(formula.declared.expression.text),
            )
        )  # fmt: skip
    return found


def _one_line(expression: str) -> str:
    return " ".join(expression.split())


def naming_columns(methodology: Methodology) -> dict[str, str]:
    """Return the tables that list facilities, each with the column that names them.

    A facility is named by a free text in the key of a table that either stands for itself (a list
    of ships) or repeats by date (heat of a site by month). Keys that name persons are none.
    """
    found = {}
    for table in methodology.inputs.values():
        dated_key = any(_column(table, key).kind in DATED for key in table.key)
        dated = any(column.kind in DATED for column in table.columns)
        for key in table.key:
            column = _column(table, key)
            free = column.kind == "text" and not (
                column.words or column.refers_to or column.vocabulary or column.secret
            )
            if free and (dated_key or (len(table.key) == 1 and not dated)):
                found[table.name] = key
                break
    return found


def facility_of(methodology: Methodology, table: Input) -> tuple[str, str] | None:
    """Return the column of a table that names a facility, and the table that lists it."""
    listed = naming_columns(methodology)
    if table.name in listed:
        return listed[table.name], table.name
    for column in table.columns:
        if column.refers_to in listed and column.name in table.key and not column.secret:
            return column.name, str(column.refers_to)
    return None


def month_column(table: Input) -> str | None:
    """Return the column of a table's key that says the month or day."""
    return next((key for key in table.key if _column(table, key).kind in {"month", "day"}), None)


def _column(table: Input, name: str) -> Column:
    found = table.column(name)
    assert found is not None  # noqa: S101 - keys are columns, proved at load
    return found
