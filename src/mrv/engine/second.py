"""The second engine: the same plan, tables and factors through the reference evaluator.

Two engines, one answer: what they disagree on, to the bit, is listed; it should be nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mrv.engine.reference import Columns, evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.factor_tables import DenseTable
    from mrv.engine.plan import Field
    from mrv.engine.run import Run
    from mrv.engine.session import Session


@dataclass(frozen=True)
class Disagreement:
    """A value on which the two engines differ: where, and what each found."""

    formula: str
    keys: tuple[str, ...]
    engine: object
    reference: object


def reference_values(run: Run) -> Mapping[str, Columns]:
    """Evaluate a run's plan in plain NumPy on the same tables and factors.

    Returns:
        Every relation of the plan by name.
    """
    session = run.session
    tables = {name: _table(session, name) for name in session.dataset.tables}
    factors = {name: _factor(dense) for name, dense in run.factors.tables.items()}
    return evaluate(session.planned.plan, tables, factors, _spine(session))


def disagreements(run: Run, most: int = 20) -> tuple[Disagreement, ...]:
    """Compare every formula of a run with the reference evaluator, bit by bit.

    Args:
        run: a finished run whose data set is still open.
        most: how many differences to return at most.
    """
    values = reference_values(run)
    fields: dict[str, list[Field]] = {}
    for field in run.session.planned.plan.fields:
        fields.setdefault(field.relation, []).append(field)
    found = [d for relation, own in fields.items() for d in _compare(run, own, values[relation])]
    return tuple(found[:most])


def _compare(run: Run, fields: list[Field], columns: Columns) -> list[Disagreement]:
    """Compare the formulas of one frame, rows matched by their keys."""
    session, keys = run.session, fields[0].keys
    names = {f.formula: [f.column, *([f.tier] if f.tier else [])] for f in fields}
    read = [name for columns_ in names.values() for name in columns_]
    labels = {period.ordinal: period.label for period in session.periods}
    mine: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for row in session.read(fields[0].relation, read, keys=keys).to_pylist():
        key = (str(row["organisation"] or ""), str(row["period"]), *(str(row[k]) for k in keys))
        mine.setdefault(key, []).append(row)
    theirs: dict[tuple[str, ...], list[dict[str, object]]] = {}
    for index in range(columns.length):
        organisation = str(_value(columns, "organisation", index) or "")
        outer = (organisation, labels[int(columns.values["period"][index])])
        key = (*outer, *(str(_value(columns, k, index)) for k in keys))
        theirs.setdefault(key, []).append({name: _value(columns, name, index) for name in read})
    return [
        Disagreement(formula, key, one, two)
        for key in dict.fromkeys([*mine, *theirs])
        for formula, own in names.items()
        if (one := _sorted_bits(mine.get(key, []), own))
        != (two := _sorted_bits(theirs.get(key, []), own))
    ]


def _sorted_bits(rows: list[dict[str, object]], names: list[str]) -> list[str]:
    return sorted(_bits([row[name] for name in names]) for row in rows)


def _bits(values: list[Any]) -> str:
    """Write values so that equal texts mean equal bits."""
    return "|".join(value.hex() if isinstance(value, float) else repr(value) for value in values)


def _value(columns: Columns, name: str, index: int) -> Any:
    if columns.missing[name][index]:
        return None
    value = columns.values[name][index]
    return value.item() if hasattr(value, "item") else value


def _table(session: Session, name: str) -> Columns:
    read = session.dataset.columns(name)
    length = len(next(iter(read.values()))[0])
    return Columns(
        length,
        {column: values for column, (values, _) in read.items()},
        {column: missing for column, (_, missing) in read.items()},
    )


def _factor(dense: DenseTable) -> Columns:
    import numpy as np

    values: dict[str, Any] = {"period": np.array(dense.periods, np.int64)}
    for index, attribute in enumerate(dense.attributes):
        values[attribute] = np.array([key[index] for key in dense.keys], object)
    values["value"] = np.array(dense.values, np.float64)
    values["factor_row"] = np.array(dense.rows, np.int64)
    length = len(dense.values)
    return Columns(length, values, {name: np.zeros(length, bool) for name in values})


def _spine(session: Session) -> Columns:
    import numpy as np

    pairs = [(o, p.ordinal) for o in session.dataset.organisations for p in session.periods]
    values = {
        "organisation": np.array([o for o, _ in pairs], object),
        "period": np.array([p for _, p in pairs], np.int64),
    }
    return Columns(len(pairs), values, {name: np.zeros(len(pairs), bool) for name in values})
