"""Near names for the first findings of an audit: among many names each search takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Collection

    from mrv.messages import Text

_FEW = 200


class Hints:
    """Finds near names: always among few, among many only for the first words that ask.

    Example:
        >>> hints = Hints(most=1)
        >>> many = {f"key-{number}" for number in range(1000)}
        >>> hints("key-1x", many) is None, hints("key-2x", many) is None
        (False, True)
        >>> hints("ton", ["tonne"]).en
        'Did you mean "tonne"?'
    """

    def __init__(self, most: int = 20) -> None:
        """Allow that many searches among many names."""
        self._left = most

    def __call__(self, word: str, known: Collection[str]) -> Text | None:
        """Return the hint for an unknown word; None once there were many of them."""
        if len(known) > _FEW:
            if self._left <= 0:
                return None
            self._left -= 1
        return did_you_mean(word, known)
