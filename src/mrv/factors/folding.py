"""One spelling for many: width, case, traditional characters and common variants.

``traditional.txt`` holds the traditional forms of the characters that occur in the names of the
store and in words that people search for. It is our own and agrees with OpenCC; a package was
passed over because the only pure Python one (opencc-python-reimplemented 0.1.7, Apache-2.0) has
had no release since 2023. A character that is not in it simply does not match; nothing is ever
turned into a wrong one. Where a traditional character has two simplified readings, the one of this
field is taken.
"""

from __future__ import annotations

import unicodedata
from pathlib import Path

_TABLE = Path(__file__).with_name("traditional.txt")


def _read() -> dict[int, str]:
    """Read the table: code of the traditional character -> simplified character."""
    lines = _TABLE.read_text(encoding="utf-8").splitlines()
    pairs = [pair for line in lines if not line.startswith("#") for pair in line.split()]
    return {ord(pair[1]): pair[0] for pair in pairs}


_SIMPLE = _read()
_DROPPED = str.maketrans("", "", " \t\u3000-_－–—·・,，;；()（）[]【】“”\"'")


def simplify(word: str) -> str:
    """Fold width and case, and turn traditional characters into simplified ones.

    Example:
        >>> simplify("柴油發電機ＣＯ２")
        '柴油发电机co2'
    """
    return unicodedata.normalize("NFKC", word).casefold().translate(_SIMPLE)


def plain(word: str) -> str:
    """Fold as `simplify` does and drop spaces, dashes and brackets.

    Example:
        >>> plain("Heavy-fuel oil（HFO）") == plain("heavy fuel oil HFO")
        True
    """
    if word.isascii():
        return word.lower().translate(_DROPPED)
    return simplify(word).translate(_DROPPED)
