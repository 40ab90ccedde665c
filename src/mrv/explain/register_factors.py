"""Which rows of the factor store may answer a look-up of a methodology, and what they hold for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Refused
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.factors import Store
    from mrv.factors.row import FactorRow
    from mrv.language.checked import FactorNeed
    from mrv.language.period import Period


def answering(
    store: Store, need: FactorNeed, period: Period | None = None
) -> tuple[FactorRow, ...]:
    """Return the rows that may answer a look-up for some key, region and period.

    Args:
        store: the release.
        need: the look-up as the methodology declares it.
        period: with it, only rows that may answer in this period.
    """
    rows = [row for row in store.by_property.get(need.property, ()) if _may(row, need)]
    return tuple(rows if period is None else _in_period(rows, need, period))


def _may(row: FactorRow, need: FactorNeed) -> bool:
    """Tell whether a row meets the conditions that do not depend on the data."""
    fits = all(str(getattr(row, name, "")) in values for name, values in need.where)
    there = not need.regions or "region" in need.attributes or row.region in need.regions
    pinned = need.pin is None or need.pin == row.id
    return fits and there and pinned and row.status == "active" and _measures(row, need)


def _measures(row: FactorRow, need: FactorNeed) -> bool:
    """Tell whether the unit of a row turns into the one that the look-up wants."""
    try:
        return parse_unit(row.unit).fits(need.unit)
    except Refused:
        return False


def _in_period(rows: Sequence[FactorRow], need: FactorNeed, period: Period) -> list[FactorRow]:
    """Keep the rows that are valid in a period and that its rule about years would take."""
    first, last = period.start.isoformat(), period.end.isoformat()
    valid = [
        row
        for row in rows
        if (not row.valid_from or row.valid_from <= last)
        and (not row.valid_to or row.valid_to >= first)
    ]
    year = period.end.year
    if need.time == "any":
        return valid
    if need.time == "same-year":
        return [row for row in valid if row.year == year]
    latest: dict[tuple[str, ...], int] = {}
    for row in valid:
        if row.year is not None and row.year <= year:
            about = _about(row)
            latest[about] = max(latest.get(about, 0), row.year)
    return [row for row in valid if row.year is not None and latest.get(_about(row)) == row.year]


def _about(row: FactorRow) -> tuple[str, ...]:
    """Return what two rows that differ by their year only have in common."""
    return (row.dataset, row.key, row.region, row.gwp_set, row.boundary, row.condition)


def holds_for(row: FactorRow) -> str:
    """Say for which region, years and state a row holds, in the words of the store.

    Example:
        >>> from mrv.factors import open_store
        >>> holds_for(open_store().get("mee-nbs-electricity/grid-average/electricity/CN-TJ/2023"))
        'CN-TJ; 2023'
    """
    first, last = row.reference_from, row.reference_to
    years = first if first == last or not last else f"{first or '…'} – {last}"
    valid = f"valid {row.valid_from or '…'} – {row.valid_to or '…'}"
    parts = (
        row.region,
        years,
        valid if row.valid_from or row.valid_to else "",
        row.gwp_set,
        row.boundary,
        row.condition,
    )
    return "; ".join(part for part in parts if part)
