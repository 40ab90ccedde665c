"""Search: rows whose names, synonyms, codes or places hold every word of a text, best first.

Names are compared as `mrv.factors.folding` folds them, by substring: that is exact, needs no word
list and finds 柴油 as well as 油 and ``diesel``. The texts of all rows lie in one long string, so
that a word is looked for at the speed of a memory scan; larger stores use `mrv.factors.index`.
"""

from __future__ import annotations

from dataclasses import dataclass
from heapq import nsmallest
from typing import TYPE_CHECKING

from mrv.factors.folding import plain
from mrv.messages import refuse, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.messages import Text

_SPLIT = str.maketrans(dict.fromkeys(" \t\u3000,，;；、/|", " "))
_SCORED = 200
"""How many rows are scored field by field; of more, those with the words nearest to the front."""

_TRUST = ("seen", "transcribed", "secondary", "derived", "recalled", "unverified")

_FIELD_TEXT = {
    "name": text("名称", "name"),
    "synonym": text("同义词", "synonym"),
    "key": text("品种代码", "key"),
    "property": text("参数", "property"),
    "code": text("编号或分类代码", "id or classification code"),
    "place": text("地区或年份", "region or year"),
    "source": text("来源", "source"),
}


@dataclass(frozen=True)
class Hit:
    """A row that a search found.

    Attributes:
        row: the row.
        score: higher is nearer; only comparable within one search.
        reason: where each word stands.
        release: name of the release that the row is from.
    """

    row: FactorRow
    score: float
    reason: Text
    release: str


def search(
    store: Store,
    words: str,
    *,
    region: str | None = None,
    year: int | None = None,
    unit: str | None = None,
    boundary: str | None = None,
    source: str | None = None,
    confidence: str | Sequence[str] | None = None,
    kind: str | None = None,
    property: str | None = None,  # noqa: A002 - the column has this name everywhere
    limit: int = 20,
) -> tuple[Hit, ...]:
    """Find rows by words; every word must occur.

    Args:
        store: an opened store.
        words: Chinese or English, simplified or traditional, codes, years, regions; spaces part
            words, and a Chinese run that occurs nowhere is parted at the names it is made of.
        region: any spelling of a region; rows of it only.
        year: rows that describe it.
        unit: rows whose unit converts to it.
        boundary: rows whose boundary begins with it.
        source: rows whose document, source, publisher or dataset holds it.
        confidence: one or several of `mrv.factors.row.CONFIDENCE`.
        kind: vocabulary of the key, such as ``fuel`` or ``product``.
        property: rows of this property only, by any spelling.
        limit: how many to return at most.

    Returns:
        The best hits; rows in use come before witnesses, then those better known, then the later
        year, then by id, so that the order never depends on that of the rows.

    Raises:
        Refused: ``search.empty``, ``factor.unknown-key`` or ``unit.*``.

    Example:
        >>> from mrv.factors import open_store
        >>> hit = search(open_store(), "柴油 低位发热量", source="32151.34")[0]
        >>> hit.row.id, hit.row.value
        ('gbt32151.34-2024-c1/net-calorific-value/diesel', '42.652')
    """
    terms = [plain(word) for word in words.translate(_SPLIT).split()]
    terms = [term for term in terms if term]
    if not terms or limit < 1:
        refuse(
            "search.empty",
            text("没有可供查找的词", "there is no word to search for"),
            hint=text(
                "例如：柴油、diesel、CN-TJ 电力。", "For example: 柴油, diesel, CN-TJ power."
            ),
        )
    keep = tuple(
        filters(
            store,
            region=region,
            year=year,
            unit=unit,
            boundary=boundary,
            source=source,
            confidence=confidence,
            kind=kind,
            wanted=property,
        )
    )
    book = store.book
    found = book.find(terms) if all(map(book.knows, terms)) else []
    if not found:
        terms = [part for term in terms for part in book.parted(term)]
        found = book.find(terms)
    if keep:
        found = [hit for hit in found if all(test(book.rows[hit[1]]) for test in keep)]
    if len(found) > _SCORED:
        found = nsmallest(max(_SCORED, limit), found)
    ranked = sorted(
        ((*book.score(number, terms), book.rows[number]) for _, number in found),
        key=lambda hit: (-hit[0], *_rank(hit[2])),
    )
    return tuple(
        Hit(row, score, _reason(where), store.release_of(row.id))
        for score, where, row in ranked[:limit]
    )


def _rank(row: FactorRow) -> tuple[object, ...]:
    return (row.status != "active", _TRUST.index(row.confidence), -(row.year or 0), row.id)


def filters(
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
) -> Iterator[Callable[[FactorRow], bool]]:
    """Yield the conditions that the filters of a search put on a row; None puts none.

    Raises:
        Refused: a region, unit or other word that the store does not know.
    """
    if region is not None:
        place = store.find_key("region", region)
        yield lambda row: row.region == place
    if year is not None:
        yield lambda row: _describes(row, year)
    if unit is not None:
        measure = parse_unit(unit)
        yield lambda row: parse_unit(row.unit).fits(measure)
    if boundary is not None:
        edge = boundary.casefold()
        yield lambda row: row.boundary.casefold().startswith(edge)
    if source is not None:
        said = plain(source)
        yield lambda row: any(
            said in plain(cell) for cell in (row.document, row.source, row.publisher, row.dataset)
        )
    if confidence is not None:
        known = {confidence} if isinstance(confidence, str) else set(confidence)
        yield lambda row: row.confidence in known
    if kind is not None:
        store.vocabulary(kind)
        yield lambda row: row.key_kind == kind
    if wanted is not None:
        name = store.find_key("property", wanted)
        yield lambda row: row.property == name


def _describes(row: FactorRow, year: int) -> bool:
    first, last = row.reference_from[:4], row.reference_to[:4] or row.reference_from[:4]
    return bool(last) and int(first or last) <= year <= int(last)


def _reason(where: Sequence[tuple[str, str]]) -> Text:
    zh = "；".join(f"“{term}”见于{_FIELD_TEXT[field].zh}" for term, field in where)
    en = "; ".join(f'"{term}" in the {_FIELD_TEXT[field].en}' for term, field in where)
    return text(zh, en)
