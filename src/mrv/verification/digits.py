"""Digits: how figures end and how they begin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.verification.chances import at_least, benford, chi_square_tail
from mrv.verification.oddities import RARE, Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.verification.material import Material

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
        is_round = large[name].round(6) % 100 == 0
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
    for name, figures in table.figures.items():
        ends = figures.last[figures.length >= _LONG]
        count = len(ends)
        if count < _FEWEST_LAST:
            continue
        often = [int((ends == digit).sum()) for digit in range(10)]
        statistic = sum((often[d] - count / 9) ** 2 / (count / 9) for d in range(1, 10))
        chance = chi_square_tail(statistic, 8)
        if chance < RARE:
            most = max(range(1, 10), key=lambda d: often[d])
            rows = table.rows[(figures.length >= _LONG) & (figures.last == most)]
            yield Oddity(
                "last-digits", table.name, (name,), {"chi-square": statistic, "figures": count},
                "chance < 0.1 %", chance, often[most], first_rows(rows["_row"]),
                text(
                    f"{name}：{count} 个数的末位数字不均匀，最多的是 {most}"
                    f"（{often[most] / count:.0%}）",
                    f"{name}: the last digits of {count} figures are uneven, most often {most} "
                    f"({often[most] / count:.0%})",
                ),
            )  # fmt: skip


def first_digits(table: Material) -> Iterator[Oddity]:
    """Find columns whose first digits are far from Benford's law, where the law can be expected.

    It can where there are 300 figures or more that span at least two powers of ten. Remarked is
    what is beyond Nigrini's mean absolute deviation of 0.015 for nonconformity (recalled) and, by
    chi-square, no work of chance.
    """
    for name, figures in table.figures.items():
        values = table.rows[name]
        above = (values > 0).to_numpy()
        count = int(above.sum())
        if count < _FEWEST_FIRST:
            continue
        low, high = values[above].quantile([0.01, 0.99])
        if high < _SPREAD * low:
            continue
        often = [int((figures.first[above] == digit).sum()) for digit in range(10)]
        law = [0.0, *(benford(digit) for digit in range(1, 10))]
        away = sum(abs(often[d] / count - law[d]) for d in range(1, 10)) / 9
        statistic = sum((often[d] - count * law[d]) ** 2 / (count * law[d]) for d in range(1, 10))
        chance = chi_square_tail(statistic, 8)
        if away > _MAD and chance < RARE:
            worst = max(range(1, 10), key=lambda d: often[d] / count - law[d])
            rows = table.rows[above & (figures.first == worst)]
            yield Oddity(
                "benford", table.name, (name,),
                {"mean deviation": away, "chi-square": statistic, "figures": float(count)},
                f"mean deviation <= {_MAD}", chance, often[worst], first_rows(rows["_row"]),
                text(
                    f"{name}：首位数字平均偏离本福特定律 {away:.3f}，{worst} 偏多"
                    f"（{often[worst] / count:.0%}，应约 {law[worst]:.0%}）",
                    f"{name}: first digits are {away:.3f} away from Benford's law on average; "
                    f"{worst} is too frequent ({often[worst] / count:.0%}, about {law[worst]:.0%} "
                    "expected)",
                ),
            )  # fmt: skip
