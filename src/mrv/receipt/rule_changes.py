"""What differs between two checked methodologies, piece by piece and by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.language.checked import Traced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mrv.language.checked import (
        CheckedFormula,
        Decision,
        FactorNeed,
        Interpolation,
        Methodology,
    )

    Piece = Literal[
        "choice", "constant", "factor", "table", "curve", "formula", "result", "check", "input"
    ]


@dataclass(frozen=True)
class RuleChange:
    """A piece of a methodology as it was and as it is; None where it is not there."""

    piece: Piece
    name: str
    old: str | None
    new: str | None


def rule_changes(old: Methodology, new: Methodology) -> tuple[RuleChange, ...]:
    """List every piece that differs, in the order of the newer file.

    Args:
        old: the rules as they were.
        new: the rules as they are.

    Example:
        >>> import mrv
        >>> one, other = (
        ...     mrv.load("water-freight/enterprise", choices={"gases": gases}).methodology
        ...     for gases in ("co2", "all")
        ... )
        >>> [(change.name, change.old, change.new) for change in rule_changes(one, other)][:1]
        [('gases', 'co2', 'all')]
    """
    return tuple(
        RuleChange(piece, name, before.get(name), after.get(name))
        for piece, before, after in _pieces(old, new)
        for name in dict.fromkeys([*after, *before])
        if before.get(name) != after.get(name)
    )


def _pieces(
    old: Methodology, new: Methodology
) -> Iterator[tuple[Piece, Mapping[str, str], Mapping[str, str]]]:
    """Write each kind of piece of both as texts by name."""
    yield "choice", _choices(old), _choices(new)
    yield "input", _inputs(old), _inputs(new)
    yield "constant", _constants(old), _constants(new)
    yield "factor", _factors(old), _factors(new)
    yield "table", _tables(old), _tables(new)
    yield "curve", _curves(old), _curves(new)
    yield "formula", _formulas(old), _formulas(new)
    yield "result", _results(old), _results(new)
    yield "check", _checks(old), _checks(new)


def _choices(methodology: Methodology) -> dict[str, str]:
    return {made.name: made.value for made in methodology.choices}


def _inputs(methodology: Methodology) -> dict[str, str]:
    found = {}
    for table in methodology.inputs.values():
        for column in table.columns:
            unit = f" {column.unit.spelling}" if column.unit is not None else ""
            needed = "optional" if column.optional else "needed"
            found[f"{table.name}.{column.name}"] = f"{column.kind}{unit}, {needed}"
    return found


def _constants(methodology: Methodology) -> dict[str, str]:
    return {
        name: f"{constant.printed} {constant.unit.spelling}".strip()
        for name, constant in methodology.constants.items()
    }


def _factors(methodology: Methodology) -> dict[str, str]:
    return {name: _need(need) for name, need in methodology.factors.items()}


def _tables(methodology: Methodology) -> dict[str, str]:
    return {name: _decision(table) for name, table in methodology.decisions.items()}


def _curves(methodology: Methodology) -> dict[str, str]:
    return {name: _curve(curve) for name, curve in methodology.curves.items()}


def _need(need: FactorNeed) -> str:
    where = ", ".join(f"{name}: {'|'.join(values)}" for name, values in need.where)
    regions = " > ".join(need.regions)
    parts = [need.property, where, regions, need.time, need.pin or ""]
    return f"{need.unit.spelling} <- " + "; ".join(part for part in parts if part)


def _decision(table: Decision) -> str:
    rows = "\n".join(rule.place.source_line or str(rule.place) for rule in table.rules)
    return f"{table.hit}\n{rows}"


def _curve(curve: Interpolation | Traced) -> str:
    if isinstance(curve, Traced):
        by = ", ".join(column.name for column in curve.by)
        return f"{curve.table}: {by} {curve.at.name} -> {curve.gives.name}; {curve.outside} outside"
    axes = [curve.x, *([curve.y] if curve.y else []), *curve.values]
    numbers = "; ".join(", ".join(map(str, axis)) for axis in axes)
    return f"{numbers}; {curve.outside} outside"


def _formulas(methodology: Methodology) -> dict[str, str]:
    return {
        name: f"{formula.grain.describe()}, {_unit(formula)}: {formula.declared.expression.text}"
        for name, formula in methodology.formulas.items()
    }


def _unit(formula: CheckedFormula) -> str:
    unit = formula.type.unit
    return unit.spelling if unit is not None else formula.declared.type


def _results(methodology: Methodology) -> dict[str, str]:
    return {
        result.name: f"{result.of.text}, {result.role}"
        + (f", {result.round_to} {result.round_rule}" if result.round_to else "")
        for result in methodology.results
    }


def _checks(methodology: Methodology) -> dict[str, str]:
    return {
        check.name: f"{check.declared.severity}: {check.declared.that.text}"
        for check in methodology.checks
    }
