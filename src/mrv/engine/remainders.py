"""What withheld rows come to together: how many they are, and their sum where one can be told."""

from __future__ import annotations

from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING

from mrv.engine.counted import MANY
from mrv.engine.results import Mark
from mrv.language.tree import Aggregated, Apply, FormulaOf, Number, Scaled
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mrv.engine.session import Session
    from mrv.engine.withheld import Hidden, Key
    from mrv.language.checked import Methodology
    from mrv.language.tree import Node
    from mrv.language.types import Grain


@dataclass(frozen=True)
class Remainder:
    """The withheld rows of one organisation and period.

    Attributes:
        organisation: whose rows.
        period: label of the accounting period.
        rows: how many.
        sums: by formula, what they come to; None where it cannot be told: too few are behind
            them even together, or the values are no sums.
    """

    organisation: str
    period: str
    rows: int
    sums: Mapping[str, float | None]


def remainders(
    methodology: Methodology, session: Session, hidden: Hidden, formulas: Sequence[str]
) -> list[Remainder]:
    """Add up the withheld rows of a grain.

    Args:
        methodology: the rules.
        session: the plan with its data.
        hidden: the rows.
        formulas: formulas of the grain.
    """
    if not hidden.rows:
        return []
    adds = [name for name in formulas if _additive(methodology.formulas[name].body, methodology)]
    relation, keys = session.planned.frame(hidden.guard.grain)
    columns = {name: session.planned.field(name).column for name in adds}
    where = hidden.condition(session.outer, shown=False)
    read = session.read(relation, list(columns.values()), keys=keys, where=where).to_pylist()
    groups: dict[Key, list[dict[str, object]]] = {}
    for row in read:
        groups.setdefault((row["organisation"], row["period"]), []).append(row)
    found: list[Remainder] = []
    for group, rows in groups.items():
        sums: dict[str, float | None] = dict.fromkeys(formulas)
        if group in hidden.enough:
            sums |= {
                name: fsum(value for row in rows if isinstance(value := row[column], float))
                for name, column in columns.items()
            }
        found.append(Remainder(str(group[0] or ""), str(group[1]), len(rows), sums))
    return found


def _additive(node: Node, methodology: Methodology) -> bool:
    """Whether values may be added over rows: sums, and what is linear in them."""
    match node:
        case Aggregated():
            return node.function in {"sum", "count"}
        case Scaled():
            return _additive(node.inner, methodology)
        case FormulaOf() if not node.earlier:
            formula = methodology.formulas[node.name]
            return formula.grain == node.type.grain and _additive(formula.body, methodology)
        case Apply(op="add" | "sub" | "neg"):
            return all(_additive(part, methodology) for part in node.args)
        case Apply(op="mul" | "div"):
            one, two = node.args
            if node.op == "mul" and isinstance(one, Number):
                one, two = two, one
            return isinstance(two, Number) and _additive(one, methodology)
    return False


def withheld_marks(
    methodology: Methodology, session: Session, hidden: Mapping[Grain, Hidden]
) -> Iterator[Mark]:
    """Say how many rows of each guarded result are withheld, and what they come to."""
    for one in hidden.values():
        guard = one.guard
        named = {
            result.of.text: result
            for result in methodology.results
            if methodology.formula_of(result).grain == guard.grain
        }
        found = remainders(methodology, session, one, list(named))
        if len({rest.organisation for rest in found}) > MANY:
            yield _of_many(one, found)
            continue
        for rest in found:
            sums = []
            for formula, value in rest.sums.items():
                unit = session.planned.field(formula).unit
                if value is not None and unit is not None:
                    shown = "" if unit == "1" else f" {unit}"
                    sums.append(f"{named[formula].name} {value:.12g}{shown}")
            of = methodology.formulas[guard.of].declared.label
            zh, en = (of.zh, of.en) if of else (guard.of, guard.of)
            keys = ", ".join(one.names)
            said = text(
                f"按 {keys} 的 {rest.rows} 行未列出：{zh} 不足 {guard.least}，"
                "或与其他行相减即可得出",
                f"{rest.rows} rows by {keys} are withheld: {en} below {guard.least}, or they "
                "would give such a row away",
            )
            if sums:
                listed = ", ".join(sums)
                said = text(f"{said.zh}；合计 {listed}", f"{said.en}; together {listed}")
            yield Mark("withheld", said, rest.organisation or None, rest.period, rest.rows)


def _of_many(hidden: Hidden, found: Sequence[Remainder]) -> Mark:
    """Say the same of many organisations at once, without their sums."""
    keys, rows = ", ".join(hidden.names), sum(rest.rows for rest in found)
    whose = len({rest.organisation for rest in found})
    return Mark(
        "withheld",
        text(
            f"按 {keys} 的 {rows} 行（涉及 {whose} 个单位）未列出：人数不足 {hidden.guard.least}",
            f"{rows} rows by {keys} (of {whose} organisations) are withheld: fewer than "
            f"{hidden.guard.least} are behind them",
        ),
        count=rows,
    )
