"""What a search asks of a row beside its words: region, year, unit, boundary and so on.

A condition is a question about the text of a column, so that it is asked once for each different
text and not for each row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.factors.folding import plain
from mrv.factors.row import CONFIDENCE
from mrv.messages import did_you_mean, refuse, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mrv.factors.columns import Columns
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.factors.texts import Array

_SOURCES = ("paper", "read", "issuer", "set")


@dataclass(frozen=True)
class Condition:
    """A row meets it if the text of one of some columns does.

    Attributes:
        columns: names of columns.
        test: tells whether a text will do.
        word: if that is whether the text holds a word: the word.
    """

    columns: tuple[str, ...]
    test: Callable[[str], bool]
    word: str = ""

    def __call__(self, row: FactorRow) -> bool:
        """Tell whether a row meets the condition."""
        from mrv.factors.columns import cell

        return any(self.test(cell(row, name)) for name in self.columns)

    def mask(self, columns: Columns) -> list[tuple[Array, Array]]:
        """Return for each column the codes of the rows, and for each code whether it will do."""
        import numpy as np

        found = []
        for name in self.columns:
            column = columns[name]
            meets = np.zeros(len(column.texts), bool)
            if self.word:
                meets[column.texts.holding(self.word)[0]] = True
            else:
                meets[:] = [self.test(word) for word in column.texts]
            if meets.any():
                found.append((column.codes, meets))
        return found


def conditions(
    store: Store,
    *,
    region: str | None,
    year: int | None,
    unit: str | None,
    boundary: str | None,
    source: str | None,
    confidence: str | Sequence[str] | None,
    kind: str | None,
    wanted: str | None,
) -> tuple[Condition, ...]:
    """Return the conditions that the filters of a search put on a row; None puts none.

    Raises:
        Refused: a region, unit, confidence or other word that the store does not know.
    """
    found: list[Condition] = []
    if wanted is not None:
        name = store.find_key("property", wanted)
        found.append(Condition(("property",), lambda cell: cell == name))
    if kind is not None:
        store.vocabulary(kind)
        found.append(Condition(("key_kind",), lambda cell: cell == kind))
    if region is not None:
        place = store.find_key("region", region)
        found.append(Condition(("region",), lambda cell: cell == place))
    if confidence is not None:
        known = _confidences(confidence)
        found.append(Condition(("confidence",), lambda cell: cell in known))
    if year is not None:
        found.append(Condition(("years",), lambda span: _within(year, span)))
    if unit is not None:
        measure = parse_unit(unit)
        found.append(Condition(("unit",), lambda cell: parse_unit(cell).fits(measure)))
    if boundary is not None:
        edge = boundary.casefold()
        found.append(Condition(("boundary",), lambda cell: cell.casefold().startswith(edge)))
    if source is not None:
        said = plain(source)
        found.append(Condition(_SOURCES, lambda cell: said in cell, said))
    return tuple(found)


def rank(row: FactorRow) -> tuple[object, ...]:
    """Order equal hits: rows in use, the better known, the later year, then by id.

    `mrv.factors.columns` puts the rows of a release in this order.
    """
    from mrv.factors.columns import cell, doubt

    last = cell(row, "years")[-4:]
    return (row.status != "active", doubt(row.confidence), -int(last or 0), row.id)


def _within(year: int, span: str) -> bool:
    return bool(span) and int(span[:4]) <= year <= int(span[-4:])


def _confidences(given: str | Sequence[str]) -> frozenset[str]:
    known = frozenset((given,) if isinstance(given, str) else given)
    for word in sorted(known - set(CONFIDENCE)):
        refuse(
            "call.unknown-confidence",
            text(f"没有“{word}”这种把握程度", f'there is no confidence "{word}"'),
            hint=did_you_mean(word, CONFIDENCE),
        )
    return known
