"""Text on a terminal: Chinese characters take two cells, so widths are counted, not lengths."""

from __future__ import annotations

import unicodedata


def width(word: str) -> int:
    """Count the terminal cells that a text takes.

    Example:
        >>> width("t CO2"), width("排放量")
        (5, 6)
    """
    if word.isascii():
        return len(word)
    return sum(_cells(char) for char in word)


def _cells(char: str) -> int:
    if unicodedata.combining(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def pad(word: str, cells: int, *, right: bool = False) -> str:
    """Fill a text with blanks up to a width; ``right`` puts the text at the right.

    Example:
        >>> pad("船", 4) + "|", pad("7", 3, right=True)
        ('船  |', '  7')
    """
    blanks = " " * max(0, cells - width(word))
    return blanks + word if right else word + blanks


def wrap(paragraph: str, cells: int) -> list[str]:
    """Break a paragraph into lines of at most ``cells``, between words or Chinese characters.

    Example:
        >>> wrap("one two three", 8)
        ['one two', 'three']
        >>> wrap("逐年核算排放", 5)
        ['逐年', '核算', '排放']
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(paragraph):
        if line and width(line) + width(piece.rstrip()) > cells and piece[0] not in "，。；：、）":
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    if line.strip():
        lines.append(line.rstrip())
    return lines


def _pieces(paragraph: str) -> list[str]:
    """Cut a text where a line may end: after blanks, and around every wide character."""
    pieces: list[str] = []
    current = ""
    for char in paragraph:
        if _cells(char) == 2:  # noqa: PLR2004 - a wide character may end a line
            if current:
                pieces.append(current)
            pieces.append(char)
            current = ""
        else:
            current += char
            if char == " ":
                pieces.append(current)
                current = ""
    if current:
        pieces.append(current)
    return pieces


def clip(word: str, cells: int) -> str:
    """Shorten a text to a width, with an ellipsis where something is cut.

    Example:
        >>> clip("abcdef", 4)
        'abc…'
    """
    if width(word) <= cells:
        return word
    kept = ""
    for char in word:
        if width(kept) + _cells(char) > cells - 1:
            break
        kept += char
    return kept + "…"
