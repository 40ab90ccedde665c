"""Search: rows whose names, synonyms, codes or places hold every word of a text, best first.

Names are compared as `mrv.factors.folding` folds them, by substring: that is exact, needs no word
list and finds 柴油 as well as 油 and ``diesel``. Small releases are read whole, of large ones the
columns in `mrv.factors.index`; both are scored by `mrv.factors.book`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.factors.asked import conditions, rank
from mrv.factors.folding import plain
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    from mrv.factors.asked import Condition
    from mrv.factors.book import Book
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.messages import Text

_SPLIT = str.maketrans(dict.fromkeys(" \t\u3000,，;；、/|", " "))
_LAST_LATIN = 0x2E7F

_FIELD_TEXT = {
    "name": text("名称", "name"),
    "synonym": text("同义词", "synonym"),
    "key": text("品种代码", "key"),
    "property": text("参数", "property"),
    "code": text("编号、分类代码或状态", "id, classification code or condition"),
    "place": text("地区或年份", "region or year"),
    "source": text("来源", "source"),
}
_ALL = text("符合全部条件", "meets every condition")

filters = conditions
"""The same conditions asked of rows one by one."""


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
    terms = words_of(words)
    if not terms or limit < 1:
        refuse(
            "search.empty",
            text("没有可供查找的词", "there is no word to search for"),
            hint=text(
                "例如：柴油、diesel、CN-TJ 电力。", "For example: 柴油, diesel, CN-TJ power."
            ),
        )
    wishes = conditions(
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
    return _hits(store, terms, wishes, limit)


def words_of(words: str) -> list[str]:
    """Split what was typed into folded words.

    Example:
        >>> words_of("輕柴油，CN-TJ")
        ['轻柴油', 'cntj']
    """
    terms = (plain(word) for word in words.translate(_SPLIT).split())
    return [term for term in terms if term]


def hint(store: Store, words: str) -> Text:
    """Say what a search that found nothing may have meant: the nearest names that there are.

    Example:
        >>> from mrv.factors import open_store
        >>> hint(open_store(), "natural gaz").en
        'no row holds "gaz"; did you mean "gas"?'
    """
    from mrv.factors.near import hint as nearest

    return nearest(store, words_of(words))


def pick(store: Store, *, limit: int = 20, **wishes: Any) -> tuple[Hit, ...]:
    """Return the rows that meet the filters of `search`, in the order of equal hits.

    Raises:
        Refused: as `search`.

    Example:
        >>> from mrv.factors import open_store
        >>> [hit.row.id for hit in pick(open_store(), region="天津", year=2023, limit=1)]
        ['mee-nbs-electricity/grid-average/electricity/CN-TJ/2023']
    """
    names = ("region", "year", "unit", "boundary", "source", "confidence", "kind")
    asked = {name: wishes.pop(name, None) for name in names}
    asked["wanted"] = wishes.pop("property", None)
    return _hits(store, [], conditions(store, **asked, **wishes), limit)


def _hits(
    store: Store, terms: list[str], wishes: Sequence[Condition], limit: int
) -> tuple[Hit, ...]:
    books = store.books
    found = _find(store, terms, wishes, limit)
    if not found:
        parts = [part for term in terms for part in parted(books, term)]
        if parts != terms:
            terms = parts
            found = _find(store, terms, wishes, limit)
    hits = []
    for score, row, release in found:
        where = books[0].score(row, terms)[1]
        hits.append(Hit(row, score, _reason(where) if where else _ALL, release))
    return tuple(hits)


def _find(
    store: Store, terms: Sequence[str], wishes: Sequence[Condition], limit: int
) -> list[tuple[float, FactorRow, str]]:
    """Return the best rows of all releases: score, row and name of the release."""
    found: dict[str, tuple[float, FactorRow, str]] = {}
    for book in store.books:
        masks = [wish.mask(book.columns) for wish in wishes]
        for score, place in book.find(terms, masks, limit):
            row = book.columns.row(place)
            found.setdefault(row.id, (score, row, book.release))
    store.agree(row for _, row, _ in found.values())
    return sorted(found.values(), key=lambda hit: (-hit[0], rank(hit[1])))[:limit]


def parted(books: Sequence[Book], term: str) -> list[str]:
    """Part a run of Chinese at the longest pieces that occur anywhere.

    Whatever a piece begins with occurs where the piece does, so the longest one is found by
    halving.

    Example:
        >>> from mrv.factors import open_store
        >>> parted(open_store().books, "天津柴油")
        ['天津', '柴油']
    """
    if all(ord(char) <= _LAST_LATIN for char in term):
        return [term]
    parts, rest = [], term
    while rest:
        low, high = 1, len(rest)
        while low < high:
            middle = (low + high + 1) // 2
            if any(book.knows(rest[:middle]) for book in books):
                low = middle
            else:
                high = middle - 1
        parts.append(rest[:low])
        rest = rest[low:]
    return parts


def _reason(where: Sequence[tuple[str, str]]) -> Text:
    zh = "；".join(f"“{term}”见于{_FIELD_TEXT[field].zh}" for term, field in where)
    en = "; ".join(f'"{term}" in the {_FIELD_TEXT[field].en}' for term, field in where)
    return text(zh, en)
