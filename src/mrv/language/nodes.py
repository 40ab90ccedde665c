"""The tree of a YAML file: scalars, lists and maps, each with its place.

Nothing is converted while reading: a scalar keeps the text that the author wrote. What a plain
scalar means is asked for where it matters (:func:`plain`), so ``2025.10`` stays an edition,
``no`` a word, and ``0.1`` exactly one tenth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from mrv.messages import Place

Style = Literal["plain", "quoted", "block"]

_LONGEST_NUMBER = 100
_LARGEST_EXPONENT = 200
_INTEGER = re.compile(r"[-+]?[0-9]+", re.ASCII)
_DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE]([-+]?[0-9]+))?", re.ASCII)
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+", re.ASCII)
_FIXED = {"": None, "~": None, "null": None, "Null": None, "NULL": None}
_YES_NO = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


@dataclass(frozen=True)
class ScalarNode:
    """A single value.

    Attributes:
        text: what it says, without quotes.
        style: how it was written; only a plain scalar can be a number or true/false.
        place: where it starts, quotes included.
        content: where its first character of text is.
    """

    text: str
    style: Style
    place: Place
    content: Place


@dataclass(frozen=True)
class ListNode:
    """A list."""

    items: tuple[Node, ...]
    place: Place


@dataclass(frozen=True)
class MapNode:
    """A map; its keys are scalars and differ."""

    entries: tuple[tuple[ScalarNode, Node], ...]
    place: Place
    index: dict[str, int] = field(repr=False, compare=False, hash=False)

    def get(self, key: str) -> Node | None:
        """Return the value of a key, or None."""
        at = self.index.get(key)
        return None if at is None else self.entries[at][1]

    def key(self, key: str) -> ScalarNode | None:
        """Return the key itself, with its place, or None."""
        at = self.index.get(key)
        return None if at is None else self.entries[at][0]


Node = ScalarNode | ListNode | MapNode


def plain(node: ScalarNode) -> str | int | Fraction | bool | None:
    """Say what a scalar means by the core rules of YAML 1.2; a quoted one is always a text.

    Decimal numbers are exact. Dates, months, times, ``yes``, ``no``, ``on``, ``off``, infinities
    and numbers beyond 100 digits or 10^200 stay texts.

    Example:
        >>> from mrv.messages import Place
        >>> plain(ScalarNode("0.1", "plain", Place(), Place()))
        Fraction(1, 10)
        >>> plain(ScalarNode("2024-01", "plain", Place(), Place()))
        '2024-01'
    """
    text = node.text
    if node.style != "plain":
        return text
    if text in _FIXED:
        return None
    if text in _YES_NO:
        return _YES_NO[text]
    if text[0] not in "0123456789+-." or len(text) > _LONGEST_NUMBER:
        return text
    if _INTEGER.fullmatch(text):
        return int(text)
    if decimal := _DECIMAL.fullmatch(text):
        exponent = decimal[1]
        if exponent and abs(int(exponent)) > _LARGEST_EXPONENT:
            return text
        return Fraction(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    return text


def to_plain(node: Node) -> Any:
    """Return plain Python data for a schema validator: decimals as floats, quoted scalars as text.

    The reader bounds the depth of a tree, so the recursion here is bounded too.
    """
    if isinstance(node, ScalarNode):
        value = plain(node)
        return float(value) if isinstance(value, Fraction) else value
    if isinstance(node, ListNode):
        return [to_plain(item) for item in node.items]
    return {key.text: to_plain(value) for key, value in node.entries}
