"""The register: every number that a methodology takes from outside the data, and where from."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from mrv.explain.cite import cite, home, of_factor
from mrv.explain.numbers import exact_text
from mrv.explain.register_factors import answering, holds_for
from mrv.explain.step import Citation
from mrv.explain.words import to_math
from mrv.language import tree
from mrv.language.checked import Interpolation
from mrv.language.names import CARBON
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.factors import Store
    from mrv.factors.row import FactorRow
    from mrv.language.checked import Interval, Methodology
    from mrv.language.model import Document
    from mrv.language.period import Period
    from mrv.messages import Place


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOLAR = Citation(text("C 12, O 16: 44/12", "C 12, O 16: 44/12"))


@dataclass(frozen=True)
class RegisterRow:
    """One number, or one row of a table, or one empirical step.

    Attributes:
        kind: constant, factor, table, curve or empirical.
        name: full name; for a row of a factor with its key behind it.
        value: the number as printed, the outcomes of a rule of a table, the value of a curve at a
            point, or the text of a step.
        unit: unit of the value, as spelt; None where there is none.
        source: document, clause, confidence, day checked; None where nothing is stated.
        used_in: formulas and checks that use it, directly.
        place: file and line of the declaration, or the id of the factor row.
        about: what it holds for: region, years and state of a factor, the conditions of a rule,
            the point of a curve; empty where it holds for everything.
    """

    kind: Literal["constant", "factor", "table", "curve", "empirical"]
    name: str
    value: str
    unit: str | None
    source: Citation | None
    used_in: tuple[str, ...]
    place: str
    about: str = ""


def register(
    methodology: Methodology, store: Store | None = None, period: Period | None = None
) -> tuple[RegisterRow, ...]:
    """List every constant, factor, curve, decision table and empirical step of a methodology.

    Args:
        methodology: proved for the choices in force.
        store: with it, a factor is listed once for each row of the store that may answer.
        period: with it, only rows that may answer in this accounting period.

    Example:
        >>> from mrv.factors import open_store
        >>> from mrv.language import load
        >>> store = open_store()
        >>> words = {kind: frozenset(store.vocabulary(kind)) for kind in ("fuel", "region", "gas")}
        >>> rows = register(load("water-freight/enterprise", vocabularies=words))
        >>> next((row.value, row.unit) for row in rows if row.name == "band_low")
        ('3.03', 't CO2/t')
    """
    used = _uses(methodology)
    return (
        *_constants(methodology, used),
        *_factors(methodology, used, store, period),
        *_tables(methodology, used),
        *_curves(methodology, used),
        *_doors(methodology),
    )


def _uses(methodology: Methodology) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return for each (kind, name) the formulas and checks in which it stands."""
    found: dict[tuple[str, str], dict[str, None]] = {}
    bodies: list[tuple[str, tree.Node]] = [(n, f.body) for n, f in methodology.formulas.items()]
    for check in methodology.checks:
        bodies += [(check.name, part) for part in (check.that, check.when) if part is not None]
    for where, body in bodies:
        for node in tree.walk(body):
            key = _key(node)
            if key is not None:
                found.setdefault(key, {})[where] = None
    for name, decision in methodology.decisions.items():
        for rule in decision.rules:
            parts = [
                part for _, part in (*decision.of, *rule.outcomes) if not isinstance(part, str)
            ]
            for node in (inner for part in parts for inner in tree.walk(part)):
                key = _key(node)
                if key is not None:
                    found.setdefault(key, {})[name] = None
    return {key: tuple(names) for key, names in found.items()}


def _key(node: tree.Node) -> tuple[str, str] | None:
    match node:
        case tree.Number() if node.name is not None:
            return "constant", node.name
        case tree.FactorOf():
            return "factor", node.name
        case tree.OutcomeOf():
            return "table", node.table
        case tree.Interpolated() | tree.TracedAt():
            return "curve", node.curve
    return None


Uses = dict[tuple[str, str], tuple[str, ...]]


def _constants(methodology: Methodology, used: Uses) -> Iterator[RegisterRow]:
    for name, item in methodology.constants.items():
        document = home(methodology, name)
        yield RegisterRow(
            "constant", name, exact_text(item.value), item.unit.spelling,
            cite(document, item.source), used.get(("constant", name), ()),
            _at(document, item.place),
        )  # fmt: skip
    if ("constant", CARBON) in used:
        yield RegisterRow(
            "constant", CARBON, "44/12", "t CO2/t C", _MOLAR,
            used["constant", CARBON], "",
        )  # fmt: skip


def _factors(
    methodology: Methodology, used: Uses, store: Store | None, period: Period | None
) -> Iterator[RegisterRow]:
    for name, need in methodology.factors.items():
        where = used.get(("factor", name), ())
        rows = () if store is None else answering(store, need, period)
        for row in rows:
            named = name if row.key in dict(need.where).get("key", ()) else f"{name} ({row.key})"
            yield RegisterRow(
                "factor", named, row.value, row.unit, _of_row(row), where, row.id, holds_for(row)
            )
        if not rows:
            document = home(methodology, name)
            unit = None if need.unit is None else need.unit.spelling
            yield RegisterRow(
                "factor", name, "", unit, cite(document, need.source), where,
                _at(document, need.place), need.property,
            )  # fmt: skip


def _of_row(row: FactorRow) -> Citation:
    """Return the citation of a row with the day on which it was looked at."""
    checked = date.fromisoformat(row.retrieved) if _DAY.fullmatch(row.retrieved) else None
    doubts = "; ".join(part for part in (row.conflict, row.note) if part)
    return replace(of_factor(row), checked=checked, note=doubts or None)


def _at(document: Document, place: Place | None) -> str:
    return document.file if place is None or place.line is None else f"{document.file}:{place.line}"


def _tables(methodology: Methodology, used: Uses) -> Iterator[RegisterRow]:
    for name, item in methodology.decisions.items():
        document = home(methodology, name)
        source = cite(document, item.source)
        heads = dict(item.of)
        for rule in item.rules:
            said = (f"{gives} = {_outcome(part)}" for gives, part in rule.outcomes)
            yield RegisterRow(
                "table", name, ", ".join(said), None, source, used.get(("table", name), ()),
                _at(document, rule.place or item.place),
                "; ".join(
                    f"{column} {_cell(cell, heads.get(column))}"
                    for column, cell in rule.conditions if cell is not None
                ),
            )  # fmt: skip


def _outcome(part: tree.Node | str) -> str:
    return part if isinstance(part, str) else to_math(part)


def _cell(cell: frozenset[str] | Interval, head: tree.Node | None) -> str:
    """Write a condition of a rule: words, or an interval in the unit of its column."""
    if isinstance(cell, frozenset):
        return "= " + " | ".join(sorted(cell))
    unit = None if head is None else head.type.unit
    shown = f" {unit.spelling}" if unit is not None and unit.spelling != "1" else ""
    if cell.low is not None and cell.low == cell.high:
        return f"= {exact_text(cell.low)}{shown}"
    ends = []
    if cell.low is not None:
        ends.append(f"{'≥' if cell.low_closed else '>'} {exact_text(cell.low)}")
    if cell.high is not None:
        ends.append(f"{'≤' if cell.high_closed else '<'} {exact_text(cell.high)}")
    return ", ".join(f"{end}{shown}" for end in ends)


def _curves(methodology: Methodology, used: Uses) -> Iterator[RegisterRow]:
    for name, item in methodology.curves.items():
        document = home(methodology, name)
        where = used.get(("curve", name), ())
        if isinstance(item, Interpolation):
            source = cite(document, item.source)
            units = [unit.spelling for unit in item.units_of]
            for number, cells in enumerate(item.values):
                for other, value in enumerate(cells):
                    first = number if item.y is not None else other
                    at = [f"{exact_text(item.x[first])} {units[0]}"]
                    if item.y is not None:
                        at.append(f"{exact_text(item.y[other])} {units[1]}")
                    yield RegisterRow(
                        "curve", name, exact_text(value), item.unit.spelling, source, where,
                        _at(document, item.place), "; ".join(at),
                    )  # fmt: skip


def _doors(methodology: Methodology) -> Iterator[RegisterRow]:
    for formula, written in methodology.empirical:
        item = methodology.formulas.get(formula)
        document = item.document if item else home(methodology, formula)
        source = cite(document, item.declared.source) if item else None
        at = _at(document, item.declared.place if item else None)
        yield RegisterRow("empirical", formula, written, None, source, (formula,), at)
