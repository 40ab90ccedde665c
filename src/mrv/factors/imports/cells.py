"""Read the cells of other people's tables: numbers, blanks, names; nothing is guessed."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from mrv.factors.row import parse_value
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Text

BLANKS = frozenset(
    ("", "-", "–", "—", "n/a", "na", "#n/a", "nan", "null", "none", "nc", "nd", "..", "无", "/")
)
"""Spellings of "no value" that occur in published factor tables."""

_COMMA = re.compile(r"([+-]?)(\d*),(\d+)([eE][+-]?\d+)?")
_LOOSE = re.compile(r"([+-]?)0*(\d*)(?:\.(\d*))?([eE][+-]?\d+)?")
_GROUPED = re.compile(r"[+-]?\d{1,3}([,. \u00a0\u202f'’])\d{3}(\1\d{3})*([.,]\d+)?")


def is_blank(cell: object) -> bool:
    """Tell whether a cell holds no value.

    Example:
        >>> [is_blank(cell) for cell in (None, " n/a ", "-", float("nan"), 0)]
        [True, True, True, True, False]
    """
    if cell is None:
        return True
    if isinstance(cell, float):
        return math.isnan(cell)
    return isinstance(cell, str) and cell.strip().casefold() in BLANKS


def plain(cell: object) -> str:
    """Return a cell as text without blanks around it or breaks in it; empty if there is none."""
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return " ".join(str(cell).split())


def read_number(cell: object, decimal: str = ".") -> str | Text:
    """Read a number as a plain decimal text; a Text says why it cannot be read.

    Args:
        cell: a number or a text.
        decimal: the decimal sign of the source, ``.`` or ``,``.

    Example:
        >>> read_number("0,0123", decimal=","), read_number(12.5), read_number("+.50")
        ('0.0123', '12.5', '0.50')
        >>> read_number("1,234.5").en
        '"1,234.5" has thousands separators'
    """
    if isinstance(cell, bool):
        return text(f"“{cell}”不是数", f'"{cell}" is not a number')
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            return text(f"“{cell}”不是有限的数", f'"{cell}" is not a finite number')
        return str(int(cell)) if float(cell).is_integer() and abs(cell) < 1e16 else repr(cell)  # noqa: PLR2004
    written = plain(cell).replace("−", "-")
    if decimal == ",":
        hit = _COMMA.fullmatch(written)
        if hit:
            written = f"{hit[1]}{hit[2] or '0'}.{hit[3]}{hit[4] or ''}"
    hit = _LOOSE.fullmatch(written)
    if hit and (hit[2] or hit[3] or "0" in written):
        sign = "-" if hit[1] == "-" else ""
        number = f"{sign}{hit[2] or '0'}{'.' + hit[3] if hit[3] else ''}{hit[4] or ''}"
        if parse_value(number) is not None:
            return number
    if _GROUPED.fullmatch(written):
        return text(f"“{written}”带有千分位分隔", f'"{written}" has thousands separators')
    return text(f"“{written}”不是数", f'"{written}" is not a number')


def half_digit(printed: str) -> float:
    """Return half a unit of the last printed digit: how far the number may be rounded.

    Example:
        >>> half_digit("0.369"), half_digit("4265"), half_digit("3.6e-05")
        (0.0005, 0.5, 5e-07)
    """
    mantissa, _, exponent = printed.casefold().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(f"5e{int(exponent or 0) - decimals - 1}")


@lru_cache(maxsize=65536)
def slug(name: str) -> str:
    """Turn a name into a key of ASCII letters, digits and hyphens.

    Letters without an ASCII form are written as their code, so that names stay apart.

    Example:
        >>> slug("Chêne (sec) / bûches"), slug("柴油")
        ('chene-sec-buches', 'u67f4-u6cb9')
    """
    flat = unicodedata.normalize("NFKD", name.casefold())
    kept: list[str] = []
    for char in flat:
        if char.isascii() and (char.isalnum() or char in ".+"):
            kept.append(char)
        elif unicodedata.category(char) in {"Lo", "Nl"}:
            kept.append(f"-u{ord(char):x}-")
        elif unicodedata.category(char) != "Mn":
            kept.append("-")
    return re.sub(r"-{2,}", "-", "".join(kept)).strip("-.") or "x"


@lru_cache(maxsize=4096)
def fold_header(name: str) -> str:
    """Fold a column name: case, width, blanks and signs do not matter.

    Example:
        >>> fold_header("GHG/Unit") == fold_header("GHG_Unit")
        True
    """
    flat = unicodedata.normalize("NFKD", name.casefold())
    return "".join(char for char in flat if char.isalnum())
