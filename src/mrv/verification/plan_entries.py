"""Read the entries of a quality plan: one per activity datum, parameter, factor and result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import mapping, named, number, one_or_many, scalar, written
from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain
from mrv.language.written import Written
from mrv.verification.plan_model import SECTIONS, Entry, Missing, Planned
from mrv.verification.plan_words import is_blank

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.nodes import Node
    from mrv.messages import Place
    from mrv.verification.plan_model import EntryKind, Only


def read_entries(root: MapNode) -> Iterator[Entry]:
    """Yield the entries of all sections in the order of the file."""
    for kind, section in SECTIONS.items():
        if kind == "input":
            for table, columns in named(root, section):
                for column, value in columns.entries:
                    yield _entry(kind, f"{table.text}.{column.text}", column.place, value)
        else:
            block = mapping(root, section)
            for name, value in block.entries if block else ():
                yield _entry(kind, name.text, name.place, value)


def _entry(kind: EntryKind, name: str, place: Place, node: Node) -> Entry:
    """Read an entry; one that is empty or no map has no fields."""
    entries = node.entries if isinstance(node, MapNode) else ()
    texts = {
        key.text: written(value)
        for key, value in entries
        if isinstance(value, ScalarNode) and plain(value) is not None and not is_blank(value.text)
    }
    return Entry(
        kind,
        name,
        place,
        texts,
        {key.text: key.place for key, _ in entries},
        tuple(one for one in one_or_many(node, "instrument") if not is_blank(one.text)),
        _missing(node, place),
        _only(node),
        tuple(_planned(node)),
    )


def _missing(node: Node, place: Place) -> Missing:
    block = mapping(node, "missing")
    texts: dict[str, Written | None] = {"rule": None, "how": None}
    for name in texts:
        value = scalar(block, name)
        if value is not None and not is_blank(value.text):
            texts[name] = written(value)
    key = node.key("missing") if isinstance(node, MapNode) else None
    return Missing(
        texts["rule"],
        texts["how"],
        number(scalar(block, "at_most")),
        key.place if key is not None else place,
    )


def _only(node: Node) -> Only:
    """Read which rows are meant: one case, or a list of cases."""
    value = node.get("only") if isinstance(node, MapNode) else None
    cases = value.items if isinstance(value, ListNode) else (value,)
    return tuple(
        tuple(
            (Written(key.text, key.place), one_or_many(case, key.text)) for key, _ in case.entries
        )
        for case in cases
        if isinstance(case, MapNode)
    )


def _planned(node: Node) -> Iterator[Planned]:
    """Yield planned tiers: one word for all rows, or a list of rows and tiers."""
    value = node.get("planned") if isinstance(node, MapNode) else None
    if isinstance(value, ScalarNode) and plain(value) is not None and not is_blank(value.text):
        yield Planned((), written(value))
    for item in value.items if isinstance(value, ListNode) else ():
        tier = scalar(item, "tier")
        if tier is not None and not is_blank(tier.text):
            yield Planned(_only(item), written(tier))
