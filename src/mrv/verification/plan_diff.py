"""What changed between two plans, by entry."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.language.nodes import MapNode, ScalarNode, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.nodes import ListNode, Node

Path = tuple[str, ...]
_OWN = {"version", "revisions"}
_NAMED = ("name", "on", "version")


@dataclass(frozen=True)
class Change:
    """A change of a plan.

    Attributes:
        name: the entry, such as ``inputs.fuel_use.metered``, or a block such as ``entity``.
        field: the field in it; empty where the whole entry is new or gone.
        kind: added, removed or changed.
        old: what it was, as written; None where it is new.
        new: what it is; None where it is gone.
    """

    name: str
    field: str
    kind: Literal["added", "removed", "changed"]
    old: str | None
    new: str | None


def changes(old: MapNode, new: MapNode) -> tuple[Change, ...]:
    """Compare two plans but for their version and revisions.

    Comments, the order of keys and the spelling of numbers do not count.

    Example:
        >>> from mrv.language.reader import read_tree
        >>> one, two = read_tree("entity: {name: A}", "a"), read_tree("entity: {name: B}", "b")
        >>> [(c.name, c.field, c.old, c.new) for c in changes(one, two)]
        [('entity', 'name', 'A', 'B')]
    """
    before, after = dict(_leaves(old)), dict(_leaves(new))
    entries_before = {_split(path)[0] for path in before}
    entries_after = {_split(path)[0] for path in after}
    found: list[Change] = []
    told: set[str] = set()
    for path in [*before, *(path for path in after if path not in before)]:
        name, field = _split(path)
        if path[0] in _OWN or before.get(path) == after.get(path) or name in told:
            continue
        if name not in entries_before or name not in entries_after:
            told.add(name)
            added = name not in entries_before
            found.append(Change(name, "", "added" if added else "removed", None, None))
            continue
        one, two = before.get(path), after.get(path)
        kind: Literal["added", "removed", "changed"] = (
            "added" if one is None else "removed" if two is None else "changed"
        )
        found.append(Change(name, field, kind, one, two))
    return tuple(found)


def _split(path: Path) -> tuple[str, str]:
    """Divide a path into the entry that it belongs to and the field in it."""
    depth = {"inputs": 3, "entity": 1, "quality_control": 1}.get(path[0], 2)
    if path[:2] == ("boundary", "facilities"):
        depth = 3
    elif path[0] == "boundary" or len(path) == 1:
        depth = 1
    return ".".join(path[:depth]), ".".join(path[depth:])


def _leaves(root: Node) -> Iterator[tuple[Path, str]]:
    """Yield every value with its path; entries of lists go by their name where they have one."""
    stack: list[tuple[Path, Node]] = [((), root)]
    while stack:
        path, node = stack.pop()
        if isinstance(node, ScalarNode):
            yield path, str(plain(node))
        elif isinstance(node, MapNode):
            stack += [((*path, key.text), value) for key, value in reversed(node.entries)]
            if not node.entries and path:
                yield path, "{}"
        elif all(isinstance(item, ScalarNode) for item in node.items):
            yield path, ", ".join(str(plain(i)) for i in node.items if isinstance(i, ScalarNode))
        else:
            stack += [((*path, key), item) for key, item in reversed(list(_keyed(node)))]


def _keyed(node: ListNode) -> Iterator[tuple[str, Node]]:
    seen: dict[str, int] = {}
    for number, item in enumerate(node.items):
        named = [item.get(key) for key in _NAMED] if isinstance(item, MapNode) else []
        key = next((n.text for n in named if isinstance(n, ScalarNode)), str(number + 1))
        table = item.get("of") if isinstance(item, MapNode) else None
        key = f"{table.text}:{key}" if isinstance(table, ScalarNode) else key
        seen[key] = seen.get(key, 0) + 1
        yield (key if seen[key] == 1 else f"{key} ({seen[key]})"), item
