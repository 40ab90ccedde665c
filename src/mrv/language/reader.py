"""Read a YAML file into a tree with places, refusing everything a methodology never needs.

The events of the YAML reader are assembled by a loop with its own stack, so that no input can
exhaust the Python stack; limits on size, depth and number of nodes stop hostile files early.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import yaml

from mrv.language.encoding import characters, decode, load
from mrv.language.lines import split
from mrv.language.nodes import ListNode, MapNode, ScalarNode
from mrv.language.refusals import (
    alias,
    duplicate,
    not_a_key,
    second_document,
    tag,
    too_deep,
    too_large,
)
from mrv.language.syntax import explain
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from pathlib import Path

    from mrv.language.lines import Lines
    from mrv.language.nodes import Node, Style

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 200_000
MAX_FINDINGS = 100

_LOADER: Any = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_STANDARD = "tag:yaml.org,2002:"


class _Frame:
    """A list or map that is being read."""

    def __init__(self, place: Place, *, is_map: bool) -> None:
        self.place = place
        self.is_map = is_map
        self.items: list[Node] = []
        self.entries: list[tuple[ScalarNode, Node]] = []
        self.index: dict[str, int] = {}
        self.key: ScalarNode | None = None


def read_file(path: Path, file: str | None = None) -> tuple[str, Node]:
    """Read a file.

    Args:
        path: the file.
        file: the name shown in messages; the path itself if left out.

    Returns:
        The whole text and its tree.

    Raises:
        Refused: ``call.no-file``, ``call.not-a-file``, ``call.no-permission``,
            ``file.encoding``, or any finding of :func:`read_tree`.
    """
    name = file or str(path)
    content = read_content(path, name)
    return content, read_tree(content, name)


def read_content(path: Path, file: str) -> str:
    """Read the text of a file; raises as :func:`read_file` does for the file itself."""
    return decode(load(path, file, limit=MAX_BYTES), file)


@functools.lru_cache(maxsize=128)
def read_tree(content: str, file: str) -> Node:
    """Read a text.

    Args:
        content: the YAML text.
        file: the name shown in messages.

    Raises:
        Refused: with every finding up to the first one that makes going on impossible:
            ``yaml.size``, ``yaml.syntax``, ``yaml.duplicate-key``, ``yaml.alias``, ``yaml.tag``,
            ``yaml.key``, ``yaml.documents``, ``yaml.depth``, ``yaml.empty``, ``file.encoding``,
            ``file.characters``.

    Example:
        >>> tree = read_tree("a: [1, two]", "x.yaml")
        >>> str(tree.get("a").items[1].place)
        'x.yaml:1:8'
    """
    if len(content) > MAX_BYTES:
        raise Refused([too_large(file)])
    lines = split(content.removeprefix("\ufeff"), file)
    found = characters(content.removeprefix("\ufeff"), lines)
    if found:
        raise Refused(found)
    try:
        root = _assemble(content.removeprefix("\ufeff"), lines, found)
    except yaml.MarkedYAMLError as error:
        raise Refused([*found, explain(error, lines)]) from None
    except yaml.YAMLError:
        what = text("文件不是可读的 YAML", "the file is not readable YAML")
        raise Refused([*found, Diagnostic("yaml.syntax", what, Place(file))]) from None
    if root is None and not found:
        what = text("文件里没有内容", "the file holds nothing")
        found.append(Diagnostic("yaml.empty", what, Place(file)))
    if found or root is None:
        raise Refused(found)
    return root


def _assemble(content: str, lines: Lines, found: list[Diagnostic]) -> Node | None:
    """Build the tree from events; findings that allow going on are added to ``found``."""
    stack: list[_Frame] = []
    root: Node | None = None
    nodes = documents = 0
    for event in yaml.parse(content, Loader=_LOADER):
        done: Node
        if isinstance(event, yaml.ScalarEvent):
            _marks(event, lines, found)
            done = _scalar(event, lines)
        elif isinstance(event, yaml.CollectionStartEvent):
            _marks(event, lines, found)
            if len(stack) >= MAX_DEPTH:
                found.append(too_deep(lines.at(*_start(event)), MAX_DEPTH))
                return None
            is_map = isinstance(event, yaml.MappingStartEvent)
            stack.append(_Frame(lines.at(*_start(event)), is_map=is_map))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            done = _close(stack.pop())
        elif isinstance(event, yaml.AliasEvent):
            found.append(alias(lines.at(*_start(event), _width(event))))
            place = lines.at(*_start(event))
            done = ScalarNode("", "quoted", place, place)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.append(second_document(lines.at(*_start(event))))
                return root
            continue
        else:
            continue
        nodes += 1
        if nodes > MAX_NODES:
            found.append(too_large(lines.file))
            return None
        if len(found) >= MAX_FINDINGS:
            return None
        if stack:
            _add(stack[-1], done, found)
        else:
            root = done
    if isinstance(root, ScalarNode) and root.text == "" and root.style == "plain":
        return None
    return root


def _scalar(event: yaml.ScalarEvent, lines: Lines) -> ScalarNode:
    """Build a scalar; the content of a quoted or block scalar begins after its opening sign."""
    line, column = _start(event)
    place = lines.at(line, column, _width(event))
    if event.style in ("'", '"'):
        style: Style = "quoted"
        content = lines.at(line, column + 1, max(1, _width(event) - 2))
    elif event.style in ("|", ">"):
        style = "block"
        below = line + 1
        while below + 1 < len(lines.lines) and not lines.lines[below].strip():
            below += 1
        source = lines.lines[below] if below < len(lines.lines) else ""
        content = lines.at(below, len(source) - len(source.lstrip(" ")), len(source.strip()))
    else:
        return ScalarNode(event.value, "plain", place, place)
    return ScalarNode(event.value, style, place, content)


def _close(frame: _Frame) -> Node:
    if frame.is_map:
        return MapNode(tuple(frame.entries), frame.place, frame.index)
    return ListNode(tuple(frame.items), frame.place)


def _add(frame: _Frame, node: Node, found: list[Diagnostic]) -> None:
    """Put a finished node into the list or map that holds it."""
    if not frame.is_map:
        frame.items.append(node)
    elif frame.key is None:
        if isinstance(node, ScalarNode):
            frame.key = node
            _check_key(frame, node, found)
        else:
            found.append(not_a_key(node.place))
            frame.key = ScalarNode("", "quoted", node.place, node.place)
    else:
        frame.index.setdefault(frame.key.text, len(frame.entries))
        frame.entries.append((frame.key, node))
        frame.key = None


def _check_key(frame: _Frame, key: ScalarNode, found: list[Diagnostic]) -> None:
    if key.text == "<<" and key.style == "plain":
        found.append(alias(key.place))
        return
    earlier = frame.index.get(key.text)
    if earlier is None:
        return
    found.append(duplicate(key, frame.entries[earlier][0].place.line))


def _marks(event: Any, lines: Lines, found: list[Diagnostic]) -> None:
    """Refuse anchors and tags on a node."""
    if event.anchor is not None:
        found.append(alias(lines.at(*_start(event), len(event.anchor) + 1)))
    if event.tag is not None:
        shown = event.tag.replace(_STANDARD, "!!")[:60]
        found.append(tag(shown, lines.at(*_start(event), len(shown))))


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _width(event: Any) -> int:
    """Return the width on the first line; the rest of the line for a longer value."""
    start, end = event.start_mark, event.end_mark
    return int(end.column - start.column) if start.line == end.line else MAX_BYTES
