"""A query as people put it: names in any spelling, a year, and what is not said worked out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from mrv.factors.resolve import FactorQuery
from mrv.messages import Refused, refuse, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.factors.resolve import Time
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.units import Unit

_FIRST_YEAR, _LAST_YEAR = 1, 9999
_SHOWN = 8


def wanted(
    store: Store,
    property: str,  # noqa: A002 - the column has this name everywhere
    *,
    key: str | None = None,
    region: str | Sequence[str] = (),
    year: int | None = None,
    unit: str | None = None,
    dataset: str | Sequence[str] = (),
    gwp_set: str | None = None,
    time: Time | None = None,
    pin: str | None = None,
) -> FactorQuery:
    """Make the query for `mrv.factors.resolve`.

    Args:
        store: an opened store.
        property: what the number is, by any spelling.
        key: what it is about, by any spelling.
        region: one region or several, the preferred one first, by any spelling.
        year: the accounting year.
        unit: the unit that the number is wanted in; if it is not said, that of the rows, provided
            that they are of one kind.
        dataset: one table or several that may answer.
        gwp_set: ``SAR`` to ``AR6`` or ``unstated``.
        time: how the year chooses; if it is not said, ``same-year-else-latest`` where rows have
            years and a year is given, else ``any``.
        pin: id of the row that is to answer.

    Raises:
        Refused: ``factor.unknown-key``, ``unit.*``, ``call.year``, ``call.unit-missing``.

    Example:
        >>> from mrv.factors import open_store
        >>> query = wanted(open_store(), "低位发热量", key="柴油", dataset="gbt32151.34-2024-c1")
        >>> query.property, query.where[1], query.unit.spelling
        ('net-calorific-value', ('key', ('diesel',)), 'GJ[LHV]/t')
    """
    name = store.find_key("property", property)
    regions = tuple(dict.fromkeys(store.find_key("region", word) for word in _several(region)))
    where: list[tuple[str, tuple[str, ...]]] = []
    if dataset:
        where.append(("dataset", _several(dataset)))
    if key is not None:
        rows = store.narrow(name, tuple(where)).rows
        where.append(("key", _keys(store, rows, key)))
    if gwp_set is not None:
        where.append(("gwp_set", (gwp_set,)))
    rows = store.narrow(name, tuple(where)).rows
    rows = tuple(row for row in rows if not regions or row.region in regions) or rows
    if pin is not None:
        rows = (store.get(pin),)
    if year is not None and not _FIRST_YEAR <= year <= _LAST_YEAR:
        refuse("call.year", text(f"{year} 不是年份", f"{year} is no year"))
    dated = any(row.year is not None for row in rows)
    return FactorQuery(
        property=name,
        unit=parse_unit(unit) if unit is not None else _unit(store, name, rows),
        where=tuple(where),
        regions=regions,
        period=(date(year, 1, 1), date(year, 12, 31)) if year is not None else None,
        time=time or ("same-year-else-latest" if year is not None and dated else "any"),
        pin=pin,
    )


def _several(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _keys(store: Store, rows: Sequence[FactorRow], word: str) -> tuple[str, ...]:
    """Find the key that a spelling means among the kinds of things that the rows are about."""
    if any(row.key == word for row in rows):
        return (word,)
    found: dict[str, None] = {}
    refused: list[Refused] = []
    for kind in sorted({row.key_kind for row in rows}):
        try:
            found[store.find_key(kind, word)] = None
        except Refused as error:
            refused.append(error)
    if not found and refused:
        raise Refused([one for error in refused for one in error.diagnostics])
    return tuple(found) or (word,)


def _unit(store: Store, name: str, rows: Sequence[FactorRow]) -> Unit:
    """Return the unit of the rows that may answer, if they are all of one kind.

    Raises:
        Refused: ``call.unit-missing`` with one spelling of each kind.
    """
    if not rows:
        names = store.vocabulary("property").get(name)
        return parse_unit(names.units[0] if names and names.units else "1")
    usable = [row for row in rows if row.status == "active"] or list(rows)
    kinds: list[str] = []
    for spelling in dict.fromkeys(row.unit for row in usable):
        if not any(parse_unit(spelling).fits(parse_unit(kind)) for kind in kinds):
            kinds.append(spelling)
    if len(kinds) > 1:
        more = " …" if len(kinds) > _SHOWN else ""
        refuse(
            "call.unit-missing",
            text(
                f"候选因子的单位不是同一类：{'、'.join(kinds[:_SHOWN])}{more}",
                f"the candidates are in units of different kinds: "
                f"{', '.join(kinds[:_SHOWN])}{more}",
            ),
            hint=text(
                "请写明要哪一种单位（unit），或用 key、dataset、gwp_set 收窄。",
                "Say which unit, or narrow with key, dataset or gwp_set.",
            ),
        )
    return parse_unit(kinds[0])
