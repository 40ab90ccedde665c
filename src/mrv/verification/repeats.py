"""Repeats: rows and months whose figures are those of others.

Figures of few digits repeat without any reason; what is remarked is more than chance gives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.verification.agreement import agreement
from mrv.verification.chances import at_least, events
from mrv.verification.material import FACILITY, MONTH
from mrv.verification.oddities import RARE, Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from mrv.verification.material import Material

_DIGITS = 3
_CELL, _NEAR = 0.01, 0.001
_NEAR_CHANCE = 0.2
"""Two different figures anywhere in a cell of 1 % are within 0.1 % with a chance of 19 to 20 %."""

_SHOWN = 5


def duplicates(table: Material) -> Iterator[Oddity]:
    """Find rows whose quantities are all the same, though something else names them.

    Remarked where chance gives so many less than once in a thousand times.
    """
    rows = _telling(table)
    names = list(table.quantities)
    same = rows[rows.duplicated(names, keep=False)]
    if same.empty:
        return
    groups = len(same.drop_duplicates(names))
    sizes = rows.groupby(FACILITY)["_row"].size()
    alike = agreement(table, rows)
    inside = float((sizes * (sizes - 1) / 2 * alike.inside.reindex(sizes.index)).sum())
    expected = inside + len(rows) * (len(rows) - 1) / 2 * alike.anywhere
    chance = events(len(same) - groups, expected)
    if chance < RARE:
        yield Oddity(
            "duplicates", table.name, table.quantities,
            {"rows": float(len(same)), "groups": float(groups), "expected": expected},
            "chance < 0.1 %", chance, len(same), first_rows(same["_row"]),
            text(
                f"{len(same)} 行的数值与另一行完全相同（{groups} 组；偶然应约 {expected:.2g} 行）",
                f"{len(same)} rows have exactly the figures of another row ({groups} groups; "
                f"about {expected:.2g} by chance)",
            ),
        )  # fmt: skip


def near_duplicates(table: Material) -> Iterator[Oddity]:
    """Find rows that repeat another with every figure changed a little.

    Rows are put into cells of 1 %; of two different rows of a cell, every figure of one is within
    0.1 % of the other's by chance in a fifth of all cases, or less.
    """
    import numpy as np

    rows = _telling(table)
    names = list(table.quantities)
    if rows.empty:
        return
    cells, same, near = [], np.ones(len(rows), dtype=bool), np.ones(len(rows), dtype=bool)
    for name in names:
        value = rows[name].to_numpy(dtype=float)
        there = np.isfinite(value) & (value != 0)
        place = np.floor(np.log(np.where(there, np.abs(value), 1.0)) / np.log1p(_CELL))
        cells.append(np.where(there, place * 2 + (value < 0), np.where(value == 0, 1e9, -1e9)))
    keyed = rows.assign(**{f"_cell{at}": cell for at, cell in enumerate(cells)})
    before = keyed.groupby([f"_cell{at}" for at in range(len(names))])[[*names, "_row"]].shift()
    paired = before["_row"].notna().to_numpy()
    for name in names:
        own, other = rows[name].to_numpy(dtype=float), before[name].to_numpy(dtype=float)
        missing = np.isnan(own) & np.isnan(other)
        same &= (own == other) | missing
        near &= (np.abs(own - other) <= _NEAR * np.abs(own)) | missing
    tries, hits = int((paired & ~same).sum()), paired & near & ~same
    count = int(hits.sum())
    chance = at_least(count, tries, _NEAR_CHANCE)
    if chance < RARE:
        yield Oddity(
            "near-duplicates", table.name, table.quantities,
            {"pairs within 0.1 %": float(count), "pairs within 1 %": float(tries)},
            "chance < 0.1 %", chance, count, first_rows(rows["_row"][hits]),
            text(
                f"{count} 行与另一行的各项数值相差不到 {_NEAR:.1%}"
                f"（相差不到 {_CELL:.0%} 的有 {tries} 对，偶然应至多约五分之一）",
                f"{count} rows differ from another in no figure by more than {_NEAR:.1%} "
                f"({tries} pairs are within {_CELL:.0%}; at most a fifth of them by chance)",
            ),
        )  # fmt: skip


def copied_months(table: Material) -> Iterator[Oddity]:
    """Find months of a facility whose figures, all of them, are those of another month.

    Remarked where chance gives so many less than once in a thousand times.
    """
    if table.month is None or not table.quantities:
        return
    rows = _telling(table)
    rows = rows[(rows[FACILITY] >= 0) & (rows[MONTH] >= 0)]
    if rows.empty:
        return
    months = _signed(table, rows)
    by = [FACILITY, "size", "sign"]
    months["copy"] = months.duplicated(by)
    copies = months[months["copy"]]
    if copies.empty:
        return
    pairs = months.groupby([FACILITY, "size"]).size().rename("months").reset_index()
    alike = agreement(table, rows).inside.reindex(pairs[FACILITY]).to_numpy()
    expected = float((pairs["months"] * (pairs["months"] - 1) / 2 * alike ** pairs["size"]).sum())
    chance = events(len(copies), expected)
    if chance >= RARE:
        return
    first = months[~months["copy"]].set_index(by)[MONTH]
    said = [
        f"{table.facilities[f]} {table.months[first[(f, n, s)]]} = {table.months[m]}".strip()
        for f, n, s, m in copies[[*by, MONTH]].head(_SHOWN).itertuples(index=False)
    ]
    shown = "; ".join(said) + (" ..." if len(copies) > _SHOWN else "")
    found = rows.merge(copies[[FACILITY, MONTH]], on=[FACILITY, MONTH])["_row"]
    named = (table.facility,) if table.facility is not None else ()
    yield Oddity(
        "copied-months", table.name, (*named, table.month, *table.quantities),
        {"months": float(len(copies)), "expected": expected}, "chance < 0.1 %", chance,
        len(found), first_rows(found),
        text(f"整月数据与另一月相同：{shown}", f"a month's figures are another's: {shown}"),
    )  # fmt: skip


def _signed(table: Material, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the months of each facility with a number that stands for all their figures."""
    import pandas as pd

    sums = pd.util.hash_pandas_object(rows[list(table.quantities)], index=False)
    grouped = rows.assign(sign=sums).groupby([FACILITY, MONTH])["sign"]
    return pd.DataFrame({"size": grouped.size(), "sign": grouped.sum()}).reset_index()


def _telling(table: Material) -> pd.DataFrame:
    """Return the rows with a figure of several digits, which do not repeat without a reason."""
    import numpy as np

    if not table.quantities:
        return table.rows.iloc[:0]
    telling = np.any([own.length >= _DIGITS for own in table.figures.values()], axis=0)
    return table.rows.loc[telling]
