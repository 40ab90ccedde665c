"""Repeats: rows and months whose figures are those of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.verification.oddities import Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from mrv.verification.oddities import Material

_DIGITS = 3
_NEAR = 1e-3
_FEWEST = 2


def duplicates(table: Material) -> Iterator[Oddity]:
    """Find rows whose quantities are all the same, though something else names them.

    Rows of zeros or of few digits are left out: 0 and 10 repeat without any reason.
    """
    rows = _telling(table)
    if rows.empty:
        return
    same = rows[rows.duplicated(list(table.quantities), keep=False)]
    if same.empty:
        return
    groups = same.groupby(list(table.quantities), dropna=False).ngroups
    yield Oddity(
        "duplicates", table.name, table.quantities,
        {"rows": float(len(same)), "groups": float(groups)}, "0 rows", None, len(same),
        first_rows(same["_row"]),
        text(
            f"{len(same)} 行的数值与另一行完全相同（{groups} 组）",
            f"{len(same)} rows have exactly the figures of another row ({groups} groups)",
        ),
    )  # fmt: skip


def near_duplicates(table: Material) -> Iterator[Oddity]:
    """Find neighbours in size whose quantities differ by less than one in a thousand."""
    rows = _telling(table)
    first = table.quantities[0] if table.quantities else None
    if first is None or len(rows) < _FEWEST:
        return
    ordered = rows.sort_values(list(table.quantities))
    near = None
    for name in table.quantities:
        own, before = ordered[name], ordered[name].shift()
        close = ((own - before).abs() <= _NEAR * own.abs()) | (own.isna() & before.isna())
        near = close if near is None else near & close
    assert near is not None  # noqa: S101 - there is a quantity
    equal = (ordered[list(table.quantities)] == ordered[list(table.quantities)].shift()).all(axis=1)
    found = ordered[near & ~equal]
    if found.empty:
        return
    yield Oddity(
        "near-duplicates", table.name, table.quantities, {"rows": float(len(found))},
        f"{_NEAR:.1%}", None, len(found), first_rows(found["_row"]),
        text(
            f"{len(found)} 行与另一行的各项数值相差不到 {_NEAR:.1%}",
            f"{len(found)} rows differ from another in no figure by more than {_NEAR:.1%}",
        ),
    )  # fmt: skip


def copied_months(table: Material) -> Iterator[Oddity]:
    """Find months of a facility whose figures, all of them, are those of another month."""
    if table.month is None or not table.keys or not table.quantities:
        return
    facility = table.keys[0]
    rows = _telling(table)
    found: list[int] = []
    pairs: list[str] = []
    for name, own in rows.groupby(facility, dropna=True, observed=True):
        seen: dict[tuple[object, ...], str] = {}
        for month, part in own.groupby(table.month, observed=True):
            figures = tuple(
                tuple(line)
                for line in part[list(table.quantities)]
                .sort_values(list(table.quantities))
                .itertuples(index=False)
            )
            if figures in seen:
                found += part["_row"].tolist()
                pairs.append(f"{name} {seen[figures]} = {month}")
            else:
                seen[figures] = str(month)
    if pairs:
        shown = "; ".join(pairs[:5]) + (" ..." if len(pairs) > 5 else "")  # noqa: PLR2004
        yield Oddity(
            "copied-months", table.name, (facility, table.month, *table.quantities),
            {"months": float(len(pairs))}, "0 months", None, len(found), tuple(found[:20]),
            text(f"整月数据与另一月相同：{shown}", f"a month's figures are another's: {shown}"),
        )  # fmt: skip


def _telling(table: Material) -> pd.DataFrame:
    """Return the rows with a figure of several digits, which do not repeat without a reason."""
    rows = table.rows
    if not table.quantities:
        return rows.iloc[:0]
    long = [rows[name].map(_digits).ge(_DIGITS) for name in table.quantities]
    telling = [any(flags) for flags in zip(*long, strict=True)]
    return rows.loc[telling]


def _digits(value: float) -> int:
    """Count the significant digits that a figure is written with."""
    if value != value or value == 0:  # noqa: PLR0124 - only NaN differs from itself
        return 0
    return len(f"{value:.12g}".replace(".", "").replace("-", "").split("e")[0].strip("0"))
