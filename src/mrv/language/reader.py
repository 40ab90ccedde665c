"""Read a YAML file into a tree with places, refusing everything a methodology never needs.

The events of the YAML reader are assembled by a loop with its own stack, so that no input can
exhaust the Python stack; limits on size, depth and number of nodes stop hostile files early.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from mrv.language.encoding import characters, decode, load
from mrv.language.lines import split
from mrv.language.nodes import ListNode, MapNode, ScalarNode
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
    content = decode(load(path, name, limit=MAX_BYTES), name)
    return content, read_tree(content, name)


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


def too_large(file: str) -> Diagnostic:
    """Say that a file is larger than any methodology."""
    return Diagnostic(
        "yaml.size",
        text("文件超过 1 MB 或 20 万个节点", "the file exceeds 1 MB or 200,000 nodes"),
        Place(file),
        hint=text(
            "大表请放进因子库，方法学文件只写规则。",
            "Large tables belong in the factor store; a methodology holds rules.",
        ),
    )


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
                found.append(_too_deep(lines.at(*_start(event))))
                return None
            is_map = isinstance(event, yaml.MappingStartEvent)
            stack.append(_Frame(lines.at(*_start(event)), is_map=is_map))
            continue
        elif isinstance(event, yaml.CollectionEndEvent):
            done = _close(stack.pop())
        elif isinstance(event, yaml.AliasEvent):
            found.append(_alias(lines.at(*_start(event), _width(event))))
            place = lines.at(*_start(event))
            done = ScalarNode("", "quoted", place, place)
        elif isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            if documents > 1:
                found.append(_second_document(lines.at(*_start(event))))
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
            found.append(_not_a_key(node.place))
            frame.key = ScalarNode("", "quoted", node.place, node.place)
    else:
        frame.index.setdefault(frame.key.text, len(frame.entries))
        frame.entries.append((frame.key, node))
        frame.key = None


def _check_key(frame: _Frame, key: ScalarNode, found: list[Diagnostic]) -> None:
    if key.text == "<<" and key.style == "plain":
        found.append(_alias(key.place))
        return
    earlier = frame.index.get(key.text)
    if earlier is None:
        return
    line = frame.entries[earlier][0].place.line
    found.append(
        Diagnostic(
            "yaml.duplicate-key",
            text(
                f"键“{key.text}”重复：第 {line} 行已经写过",
                f'the key "{key.text}" was already given on line {line}',
            ),
            key.place,
            why=text("两个值中只有一个会生效。", "Only one of the two values could count."),
            hint=text("删去一个或改名。", "Remove or rename one of them."),
        )
    )


def _marks(event: Any, lines: Lines, found: list[Diagnostic]) -> None:
    """Refuse anchors and tags on a node."""
    if event.anchor is not None:
        found.append(_alias(lines.at(*_start(event), len(event.anchor) + 1)))
    if event.tag is not None:
        shown = event.tag.replace(_STANDARD, "!!")[:60]
        found.append(
            Diagnostic(
                "yaml.tag",
                text(f"不允许使用 YAML 标签“{shown}”", f'the YAML tag "{shown}" is not allowed'),
                lines.at(*_start(event), len(shown)),
                why=text(
                    "方法学文件只含数据，标签可用来执行程序。",
                    "A methodology is only data; tags can make a reader run code.",
                ),
                hint=text(
                    "删去标签；若“!”是文字的一部分，请加引号。",
                    'Remove the tag; quote the value if the "!" belongs to it.',
                ),
            )
        )


def _alias(place: Place) -> Diagnostic:
    return Diagnostic(
        "yaml.alias",
        text("不允许使用锚点、别名或合并键", "anchors, aliases and merge keys are not allowed"),
        place,
        why=text(
            "少数几行就能展开成巨大的数据（“别名炸弹”），也让读者看不到实际的值。",
            "A few lines can expand without end (an alias bomb), and readers do not see the value.",
        ),
        hint=text(
            "请把值写全；公式若以“*”或“&”开头，请加引号。",
            'Write the value out; quote a text that begins with "*" or "&".',
        ),
    )


def _too_deep(place: Place) -> Diagnostic:
    what = text(f"嵌套超过 {MAX_DEPTH} 层", f"nested more than {MAX_DEPTH} levels deep")
    return Diagnostic("yaml.depth", what, place)


def _second_document(place: Place) -> Diagnostic:
    return Diagnostic(
        "yaml.documents",
        text("一个文件里只能有一份文档", "a file holds one document only"),
        place,
        hint=text("删去“---”，或分成几个文件。", 'Remove the "---" or make several files.'),
    )


def _not_a_key(place: Place) -> Diagnostic:
    return Diagnostic(
        "yaml.key",
        text("键必须是简单的文字", "a key must be a simple text"),
        place,
        hint=text(
            "若花括号是公式或单位的一部分，请给整个值加引号。",
            "Quote the whole value if the brackets are part of a formula or unit.",
        ),
    )


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line, event.start_mark.column


def _width(event: Any) -> int:
    """Return the width on the first line; the rest of the line for a longer value."""
    start, end = event.start_mark, event.end_mark
    return int(end.column - start.column) if start.line == end.line else MAX_BYTES
