"""Digits: how figures end and how they begin."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.verification.chances import at_least, benford, chi_square_tail
from mrv.verification.oddities import Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.verification.oddities import Material

RARE = 0.001
"""A finding is told where chance alone does as much less than once in a thousand times."""

_FEWEST_ROUND, _FEWEST_LAST, _FEWEST_FIRST = 30, 100, 300
_LONG = 3
_SPREAD = 100.0
_MAD = 0.015


def round_numbers(table: Material) -> Iterator[Oddity]:
    """Find columns with more figures ending in two zeros than even last digits would give.

    Only figures of three digits or more before the decimal point are counted; one in a hundred of
    them ends in two zeros by chance.
    """
    for name in table.quantities:
        large = table.rows[table.rows[name].abs() >= 100]  # noqa: PLR2004
        if len(large) < _FEWEST_ROUND:
            continue
        is_round = large[name] % 100 == 0
        hits = int(is_round.sum())
        chance = at_least(hits, len(large), 0.01)
        if hits and chance < RARE:
            yield Oddity(
                "round-numbers", table.name, (name,),
                {"share": hits / len(large), "expected": 0.01}, "1 %", chance, hits,
                first_rows(large.loc[is_round, "_row"]),
                text(
                    f"{name}：{len(large)} 个数中 {hits} 个以两个零结尾（{hits / len(large):.0%}，"
                    "偶然应约 1%）",
                    f"{name}: {hits} of {len(large)} figures end in two zeros "
                    f"({hits / len(large):.0%}; about 1 % by chance)",
                ),
            )  # fmt: skip


def last_digits(table: Material) -> Iterator[Oddity]:
    """Find columns whose last written digits are not evenly spread.

    Judged by chi-square over the digits 1 to 9, because a zero at the end is not written; only
    figures of three significant digits or more count, whose last digit says nothing of their size.
    """
    for name in table.quantities:
        written = [_significant(value) for value in table.rows[name].dropna()]
        ends = Counter(word[-1] for word in written if len(word) >= _LONG)
        count = sum(ends.values())
        if count < _FEWEST_LAST:
            continue
        expected = count / 9
        statistic = sum((ends[str(d)] - expected) ** 2 / expected for d in range(1, 10))
        chance = chi_square_tail(statistic, 8)
        if chance < RARE:
            most = max("123456789", key=lambda d: ends[d])
            rows = table.rows[[_ends(v, most) for v in table.rows[name]]]
            yield Oddity(
                "last-digits", table.name, (name,), {"chi-square": statistic, "figures": count},
                "chance < 0.1 %", chance, ends[most], first_rows(rows["_row"]),
                text(
                    f"{name}：{count} 个数的末位数字不均匀，最多的是 {most}"
                    f"（{ends[most] / count:.0%}）",
                    f"{name}: the last digits of {count} figures are uneven, most often {most} "
                    f"({ends[most] / count:.0%})",
                ),
            )  # fmt: skip


def first_digits(table: Material) -> Iterator[Oddity]:
    """Find columns whose first digits are far from Benford's law, where the law can be expected.

    It can where there are 300 figures or more that span at least two powers of ten. The limit is
    Nigrini's mean absolute deviation of 0.015 for nonconformity (recalled).
    """
    for name in table.quantities:
        values = table.rows[name].dropna()
        values = values[values > 0]
        if len(values) < _FEWEST_FIRST or values.quantile(0.99) < _SPREAD * values.quantile(0.01):
            continue
        starts = Counter(_significant(value)[0] for value in values)
        shares = {d: starts[str(d)] / len(values) for d in range(1, 10)}
        away = sum(abs(shares[d] - benford(d)) for d in range(1, 10)) / 9
        if away > _MAD:
            worst = max(range(1, 10), key=lambda d: shares[d] - benford(d))
            begins = [_significant(v)[:1] == str(worst) for v in table.rows[name].fillna(0)]
            rows = table.rows[begins]
            yield Oddity(
                "benford", table.name, (name,), {"mean deviation": away, "figures": len(values)},
                f"mean deviation <= {_MAD}", None, starts[str(worst)], first_rows(rows["_row"]),
                text(
                    f"{name}：首位数字平均偏离本福特定律 {away:.3f}，{worst} 偏多"
                    f"（{shares[worst]:.0%}，应约 {benford(worst):.0%}）",
                    f"{name}: first digits are {away:.3f} away from Benford's law on average; "
                    f"{worst} is too frequent ({shares[worst]:.0%}, about {benford(worst):.0%} "
                    "expected)",
                ),
            )  # fmt: skip


def _significant(value: float) -> str:
    """Return the significant digits that a figure is written with.

    Example:
        >>> _significant(0.0450), _significant(1200.0)
        ('45', '12')
    """
    word = f"{abs(value):.12g}".split("e")[0].replace(".", "")
    return word.strip("0") or "0"


def _ends(value: float, digit: str) -> bool:
    word = "" if value != value else _significant(value)  # noqa: PLR0124 - NaN
    return len(word) >= _LONG and word[-1] == digit
