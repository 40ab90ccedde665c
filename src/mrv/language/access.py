"""Take values out of a tree: texts, numbers, dates, bilingual texts, lists.

Every function returns None (or nothing) where the shape is wrong: the schema reports wrong
shapes with their places, so that the declarations can be read on to the end and all findings
come at once.
"""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.model import Written
from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain
from mrv.messages import Diagnostic, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.nodes import Node
    from mrv.messages import Place

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def mapping(node: Node | None, key: str) -> MapNode | None:
    """Return the map under a key."""
    value = node.get(key) if isinstance(node, MapNode) else None
    return value if isinstance(value, MapNode) else None


def named(node: Node | None, key: str) -> Iterator[tuple[ScalarNode, MapNode]]:
    """Go through the entries under a key that are maps themselves: ``id: {…}``."""
    block = mapping(node, key)
    for name, value in block.entries if block else ():
        if isinstance(value, MapNode):
            yield name, value


def scalar(node: Node | None, key: str) -> ScalarNode | None:
    """Return the scalar under a key; an empty one counts as absent."""
    value = node.get(key) if isinstance(node, MapNode) else None
    if not isinstance(value, ScalarNode) or plain(value) is None:
        return None
    return value


def text_at(node: Node | None, key: str) -> str | None:
    """Return the text under a key, as written."""
    value = scalar(node, key)
    return value.text if value else None


def written(node: ScalarNode) -> Written:
    """Keep a scalar as a text with the place of its content."""
    return Written(node.text, node.content)


def written_at(node: Node | None, key: str) -> Written | None:
    """Return the text under a key with its place."""
    value = scalar(node, key)
    return written(value) if value else None


def must(node: MapNode, key: str) -> Written:
    """Return the text under a required key; the schema has reported it if it is missing."""
    return written_at(node, key) or Written("", node.place)


def yes(node: Node | None, key: str) -> bool:
    """Say whether the key holds a plain ``true``."""
    value = scalar(node, key)
    return value is not None and plain(value) is True


def items(node: Node | None, key: str) -> tuple[ScalarNode, ...] | None:
    """Return the scalars of a list under a key; None if there is no list."""
    value = node.get(key) if isinstance(node, MapNode) else None
    return scalars(value) if isinstance(value, ListNode) else None


def scalars(node: Node | None) -> tuple[ScalarNode, ...]:
    """Return the scalars of a list."""
    if not isinstance(node, ListNode):
        return ()
    return tuple(item for item in node.items if isinstance(item, ScalarNode))


def one_or_many(node: Node | None, key: str) -> tuple[Written, ...]:
    """Return the texts under a key that holds one or a list, with their places."""
    single = scalar(node, key)
    return tuple(written(item) for item in ((single,) if single else items(node, key) or ()))


def texts(node: Node | None, key: str) -> tuple[str, ...]:
    """Return the texts of a list under a key."""
    return tuple(item.text for item in items(node, key) or ())


def pairs(node: Node | None, key: str) -> tuple[tuple[str, Written], ...]:
    """Return the ``name: text`` entries of the map under a key."""
    block = mapping(node, key)
    return tuple(
        (name.text, written(value))
        for name, value in (block.entries if block else ())
        if isinstance(value, ScalarNode)
    )


def number(node: ScalarNode | None) -> Fraction | None:
    """Return the exact number of a plain scalar."""
    value = plain(node) if node else None
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        return None
    return Fraction(value)


def bilingual(node: Node | None, key: str) -> Text | None:
    """Return a text for people: ``{zh, en}``, or one text that serves both languages."""
    return as_text(node.get(key)) if isinstance(node, MapNode) else None


def as_text(node: Node | None) -> Text | None:
    """Return a text for people from its node."""
    if isinstance(node, ScalarNode) and node.text:
        return Text(zh=node.text, en=node.text)
    if isinstance(node, MapNode):
        zh, en = text_at(node, "zh"), text_at(node, "en")
        if zh or en:
            return Text(zh=zh or en or "", en=en or zh or "")
    return None


def one_text(node: Node | None, key: str) -> str | None:
    """Return a note as one text; two languages are put side by side."""
    both = bilingual(node, key)
    if both is None:
        return None
    return both.en if both.zh == both.en else f"{both.zh} / {both.en}"


def day(node: ScalarNode | None, found: list[Diagnostic]) -> date | None:
    """Return a date written as ``2025-01-31``; anything else is a finding ``schema.date``."""
    if node is None:
        return None
    if _DAY.fullmatch(node.text):
        try:
            return date.fromisoformat(node.text)
        except ValueError:
            pass
    found.append(
        Diagnostic(
            "schema.date",
            text(f"“{short(node.text)}”不是日期", f'"{short(node.text)}" is not a date'),
            node.place,
            hint=text("日期写作 2025-01-31。", "Write dates as 2025-01-31."),
        )
    )
    return None


def short(word: str, at_most: int = 60) -> str:
    """Shorten a text for a message."""
    one_line = " ".join(word.split())
    return one_line if len(one_line) <= at_most else one_line[: at_most - 1] + "…"


def missing(key: str, place: Place, hint: Text | None = None) -> Diagnostic:
    """Say that a key is missing."""
    what = text(f"缺少“{key}”", f'"{key}" is missing')
    return Diagnostic("schema.missing-key", what, place, hint=hint)
