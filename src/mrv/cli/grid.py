"""Plain tables: columns as wide as they need, numbers at the right, Chinese two cells wide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.width import clip, pad, width
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from mrv.messages import Lang

_WIDEST = 70
_SIGNIFICANT = 7
_TINY = 1e-4


def grid(
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    numbers: Collection[int] = (),
    whole: Collection[int] = (),
    indent: str = "",
) -> list[str]:
    """Lay out a table.

    Args:
        heads: headings.
        rows: cells.
        numbers: columns that are aligned at the right.
        whole: columns that are never cut, such as ids that people copy.
        indent: what every line begins with.

    Example:
        >>> grid(["ship", "t CO2"], [["a", "7"], ["bb", "12"]], numbers={1})
        ['ship  t CO2', '----  -----', 'a         7', 'bb       12']
    """
    cells = [
        [cell if i in whole else clip(cell, _WIDEST) for i, cell in enumerate(row)]
        for row in [heads, *rows]
    ]
    wide = [max(width(row[i]) for row in cells) for i in range(len(heads))]
    lines = [
        "  ".join(pad(cell, wide[i], right=i in numbers) for i, cell in enumerate(row)).rstrip()
        for row in cells
    ]
    lines.insert(1, "  ".join("-" * cells for cells in wide))
    return [indent + line for line in lines]


def number(value: object, lang: Lang = "en", *, missing: str = "–") -> str:
    """Write a value for reading: about seven significant digits, thousands apart.

    Example:
        >>> number(58342.98123), number(0.0000123), number(None), number(8.065929e9)
        ('58,342.98', '1.23e-05', '–', '8,065,929,000')
        >>> number(0.6796), number(3.0), number(True)
        ('0.6796', '3', 'yes')
    """
    if value is None:
        return missing
    if isinstance(value, bool):
        return text("是", "yes").in_(lang) if value else text("否", "no").in_(lang)
    if not isinstance(value, float):
        return str(value)
    if value != 0 and abs(value) < _TINY:
        return f"{value:.6g}"
    digits = len(str(int(abs(value))))
    shown = f"{value:,.{max(0, _SIGNIFICANT - digits)}f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
