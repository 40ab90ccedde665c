"""Near names: what a misspelt word was probably meant to be."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from mrv.messages.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

_LISTED = 8


def did_you_mean(word: str, known: Iterable[str]) -> Text:
    """Build the hint for an unknown word: the nearest known names, else what there is.

    Args:
        word: what the author or user wrote.
        known: every name that would have been right.

    Example:
        >>> did_you_mean("diesle", ["diesel", "lng"]).en
        'Did you mean "diesel"?'
    """
    names = sorted(set(known))
    folded = {name.casefold(): name for name in names}
    near = [folded[hit] for hit in get_close_matches(word.casefold(), folded, n=2, cutoff=0.6)]
    if near:
        zh = "或".join(f"“{name}”" for name in near)
        en = " or ".join(f'"{name}"' for name in near)
        return Text(zh=f"是否应为{zh}？", en=f"Did you mean {en}?")
    if not names:
        return Text(zh="此处没有任何可用的名称。", en="There is no name that could stand here.")
    shown = ", ".join(names[:_LISTED]) + (" …" if len(names) > _LISTED else "")
    return Text(zh=f"可用的名称：{shown}", en=f"Known names: {shown}")
