"""Numbers of things in English sentences."""

from __future__ import annotations


def counted(number: int, thing: str, things: str = "") -> str:
    """Write how many of a thing there are.

    Args:
        number: how many.
        thing: the word for one.
        things: the word for several, if it does not just end in s.

    Example:
        >>> counted(1, "row"), counted(2, "row"), counted(0, "entry", "entries")
        ('1 row', '2 rows', '0 entries')
    """
    return f"{number} {thing if number == 1 else things or thing + 's'}"
