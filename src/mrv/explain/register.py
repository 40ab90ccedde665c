"""The register: every number that a methodology takes from outside the data, and where from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.explain.cite import cite, home, of_factor
from mrv.explain.numbers import exact_text
from mrv.explain.step import Citation
from mrv.language import tree
from mrv.language.names import CARBON
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.factors import Store
    from mrv.factors.row import FactorRow
    from mrv.language.checked import FactorNeed, Methodology
    from mrv.language.model import Document
    from mrv.messages import Place


_MOLAR = Citation(text("C 12, O 16: 44/12", "C 12, O 16: 44/12"))


@dataclass(frozen=True)
class RegisterRow:
    """One number, table or empirical step.

    Attributes:
        kind: constant, factor, table, curve or empirical.
        name: full name; for a row of a factor with its key behind it.
        value: the number as printed, the number of rows of a table, or the text of a step.
        unit: unit of the value, as spelt; None where there is none.
        source: document, clause, confidence, day checked; None where nothing is stated.
        used_in: formulas and checks that use it, directly.
        place: file and line of the declaration, or the id of the factor row.
    """

    kind: Literal["constant", "factor", "table", "curve", "empirical"]
    name: str
    value: str
    unit: str | None
    source: Citation | None
    used_in: tuple[str, ...]
    place: str


def register(methodology: Methodology, store: Store | None = None) -> tuple[RegisterRow, ...]:
    """List every constant, factor, curve, decision table and empirical step of a methodology.

    Args:
        methodology: proved for the choices in force.
        store: with it, a factor is listed once for each row of the store that may answer.

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
        *_factors(methodology, used, store),
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
        case tree.Interpolated():
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


def _factors(methodology: Methodology, used: Uses, store: Store | None) -> Iterator[RegisterRow]:
    for name, need in methodology.factors.items():
        where = used.get(("factor", name), ())
        rows = (
            []
            if store is None
            else [r for r in store.by_property.get(need.property, ()) if _may(r, need)]
        )
        for row in rows:
            named = name if row.key in dict(need.where).get("key", ()) else f"{name} ({row.key})"
            yield RegisterRow("factor", named, row.value, row.unit, of_factor(row), where, row.id)
        if not rows:
            document = home(methodology, name)
            unit = None if need.unit is None else need.unit.spelling
            yield RegisterRow(
                "factor", name, need.property, unit, cite(document, need.source), where,
                _at(document, need.place),
            )  # fmt: skip


def _may(row: FactorRow, need: FactorNeed) -> bool:
    """Whether a row may answer a look-up for some key, region and period."""
    fits = all(str(getattr(row, name, "")) in values for name, values in need.where)
    there = not need.regions or "region" in need.attributes or row.region in need.regions
    return fits and there and row.status == "active" and (need.pin is None or need.pin == row.id)


def _at(document: Document, place: Place | None) -> str:
    return document.file if place is None or place.line is None else f"{document.file}:{place.line}"


def _tables(methodology: Methodology, used: Uses) -> Iterator[RegisterRow]:
    for name, item in methodology.decisions.items():
        document = home(methodology, name)
        given = ", ".join(name for name, _ in item.gives)
        yield RegisterRow(
            "table", name, f"{len(item.rules)} × ({given})", None, cite(document, item.source),
            used.get(("table", name), ()), _at(document, item.place),
        )  # fmt: skip


def _curves(methodology: Methodology, used: Uses) -> Iterator[RegisterRow]:
    for name, item in methodology.curves.items():
        document = home(methodology, name)
        points = sum(len(row) for row in item.values)
        yield RegisterRow(
            "curve", name, str(points), item.unit.spelling, cite(document, item.source),
            used.get(("curve", name), ()), _at(document, item.place),
        )  # fmt: skip


def _doors(methodology: Methodology) -> Iterator[RegisterRow]:
    for formula, written in methodology.empirical:
        item = methodology.formulas.get(formula)
        document = item.document if item else home(methodology, formula)
        source = cite(document, item.declared.source) if item else None
        at = _at(document, item.declared.place if item else None)
        yield RegisterRow("empirical", formula, written, None, source, (formula,), at)
