"""The query that the options of ``mrv factors resolve`` mean."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from mrv.messages import Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.factors import FactorQuery, FactorRow, Store
    from mrv.factors.resolve import Time
    from mrv.units import Unit

_LAST_YEAR = 9999


def query_of(store: Store, given: dict[str, Any]) -> FactorQuery:
    """Make the query: names in any spelling become keys, what is not stated is worked out.

    Raises:
        Refused: ``factor.unknown-key``, ``unit.*``, ``call.year``, ``call.unit-missing``.
    """
    from mrv.factors import FactorQuery
    from mrv.units import parse_unit

    wanted = store.find_key("property", given["property"])
    regions = tuple(dict.fromkeys(store.find_key("region", word) for word in given["region"]))
    where: list[tuple[str, tuple[str, ...]]] = []
    if given["dataset"]:
        where.append(("dataset", tuple(given["dataset"])))
    rows = store.narrow(wanted, tuple(where)).rows
    if given["key"] is not None:
        where.append(("key", _keys(store, rows, given["key"])))
    if given["gwp"] is not None:
        where.append(("gwp_set", (given["gwp"],)))
    rows = store.narrow(wanted, tuple(where)).rows
    rows = tuple(row for row in rows if not regions or row.region in regions) or rows
    if given["pin"] is not None:
        rows = (store.get(given["pin"]),)
    unit = parse_unit(given["unit"]) if given["unit"] is not None else _unit(store, wanted, rows)
    year: int | None = given["year"]
    if year is not None and year > _LAST_YEAR:
        refuse("call.year", text(f"{year} 不是年份", f"{year} is no year"))
    dated = any(row.year is not None for row in rows)
    time: Time = given["time"] or ("same-year-else-latest" if year is not None and dated else "any")
    return FactorQuery(
        property=wanted,
        unit=unit,
        where=tuple(where),
        regions=regions,
        period=(date(year, 1, 1), date(year, 12, 31)) if year is not None else None,
        time=time,
        pin=given["pin"],
    )


def _keys(store: Store, rows: Sequence[FactorRow], word: str) -> tuple[str, ...]:
    """Find the key that a spelling means among the kinds of things that the rows are about."""
    if any(row.key == word for row in rows):
        return (word,)
    kinds = sorted({row.key_kind for row in rows})
    found: dict[str, None] = {}
    refused: list[Refused] = []
    for kind in kinds:
        try:
            found[store.find_key(kind, word)] = None
        except Refused as error:
            refused.append(error)
    if not found and refused:
        raise Refused([one for error in refused for one in error.diagnostics])
    return tuple(found) or (word,)


def _unit(store: Store, wanted: str, rows: Sequence[FactorRow]) -> Unit:
    """Return the unit of the rows that may answer, if they are all of one kind.

    Raises:
        Refused: ``call.unit-missing`` with one spelling of each kind.
    """
    from mrv.units import parse_unit

    if not rows:
        examples = store.vocabulary("property")[wanted].units
        return parse_unit(examples[0] if examples else "1")
    usable = [row for row in rows if row.status == "active"] or list(rows)
    kinds: list[str] = []
    for spelling in dict.fromkeys(row.unit for row in usable):
        if not any(parse_unit(spelling).fits(parse_unit(kind)) for kind in kinds):
            kinds.append(spelling)
    if len(kinds) > 1:
        shown_zh, shown_en = "、".join(kinds[:8]), ", ".join(kinds[:8])
        more = " …" if len(kinds) > 8 else ""  # noqa: PLR2004
        refuse(
            "call.unit-missing",
            text(
                f"候选因子的单位不是同一类：{shown_zh}{more}",
                f"the candidates are in units of different kinds: {shown_en}{more}",
            ),
            hint=text(
                "用 --unit 写明要哪一种，或用 --key、--dataset、--gwp 收窄。",
                "Say which with --unit, or narrow with --key, --dataset or --gwp.",
            ),
        )
    return parse_unit(kinds[0])
