"""Check the structure of a file against its JSON Schema, and say in human words what is wrong.

The schema also serves editors. Every violation is reported at the key or value that causes it;
the words of the schema library never reach people.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any

from mrv import resources
from mrv.language.access import missing, short
from mrv.language.naming import is_name
from mrv.language.nodes import ListNode, MapNode, ScalarNode, plain, to_plain
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.nodes import Node
    from mrv.messages import Place, Text

_AT_MOST = 100
_TYPES = {
    "string": text("文字", "a text"),
    "number": text("数", "a number"),
    "integer": text("整数", "a whole number"),
    "boolean": text("true 或 false", "true or false"),
    "array": text("列表 […]", "a list […]"),
    "object": text("键值对 {键: 值}", "a map {key: value}"),
    "null": text("空", "nothing"),
}


@functools.cache
def schema(name: str) -> Any:
    """Return a schema of the folder ``schemas`` as plain data."""
    path = resources.folder("schemas") / f"{name}.schema.json"
    return json.loads(path.read_text(encoding="utf-8"))


@functools.cache
def _validator(name: str) -> Any:
    from jsonschema import Draft202012Validator

    return Draft202012Validator(schema(name))


def violations(root: Node, name: str) -> list[Diagnostic]:
    """Find every violation of a schema.

    Args:
        root: the tree of the file.
        name: ``methodology`` or ``cases``.

    Returns:
        Findings ``schema.unknown-key``, ``schema.missing-key``, ``schema.type``,
        ``schema.value``, ``schema.name``, ``schema.count``, ``yaml.unquoted-comma``.
    """
    found: list[Diagnostic] = []
    for error in _validator(name).iter_errors(to_plain(root)):
        found += _explain(error, root)
        if len(found) >= _AT_MOST:
            break
    return found


def _explain(error: Any, root: Node) -> list[Diagnostic]:
    """Translate one violation."""
    path = list(error.absolute_path)
    node, key = _walk(root, path)
    rule = error.validator
    if "propertyNames" in error.absolute_schema_path and isinstance(node, MapNode):
        return [_bad_name(node, str(error.instance))]
    place = node.place if key is None or not _is_empty(node) else key.place
    label = f"“{key.text}”" if key else "这里", f'"{key.text}"' if key else "this"
    if rule == "additionalProperties" and isinstance(node, MapNode):
        known = list(error.schema.get("properties", ()))
        return [
            _unknown(node, entry, known) for entry, _ in node.entries if entry.text not in known
        ]
    if rule == "required" and isinstance(node, MapNode):
        at = key.place if key else node.place
        return [missing(name, at) for name in error.validator_value if node.key(name) is None]
    if rule == "type":
        return [_type(node, key, error.validator_value, place)]
    if rule == "enum":
        return [_value(node, label, error.validator_value)]
    if rule == "pattern" and isinstance(node, ScalarNode):
        return [_bad_word(node)]
    if rule in {"minItems", "maxItems", "minProperties", "minLength"}:
        return [_count(rule, error.validator_value, label, place)]
    what = text(
        f"{label[0]}的值不合要求，须大于 {error.validator_value}",
        f"the value of {label[1]} must be above {error.validator_value}",
    )
    return [Diagnostic("schema.value", what, place)]


def _walk(root: Node, path: list[str | int]) -> tuple[Node, ScalarNode | None]:
    """Return the node at a path, and the key it stands under (None in a list or at the top)."""
    node, key = root, None
    for step in path:
        if isinstance(node, MapNode):
            at = node.index[str(step)]
            key, node = node.entries[at]
        elif isinstance(node, ListNode):
            key, node = None, node.items[int(step)]
    return node, key


def _is_empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and plain(node) is None


def _unknown(parent: MapNode, key: ScalarNode, known: list[str]) -> Diagnostic:
    value = parent.get(key.text)
    if value is not None and _is_empty(value) and not is_name(key.text):
        return _comma(key)
    what = text(f"这里没有“{short(key.text)}”这个键", f'there is no key "{short(key.text)}" here')
    free = [name for name in known if parent.key(name) is None]
    return Diagnostic(
        "schema.unknown-key", what, key.place, hint=did_you_mean(key.text, free or known)
    )


def _comma(key: ScalarNode) -> Diagnostic:
    """Explain the key that appears where an unquoted text in braces holds a comma."""
    return Diagnostic(
        "yaml.unquoted-comma",
        text(
            f"“{short(key.text)}”被当成了一个键：前面的逗号把值断开了",
            f'"{short(key.text)}" was taken for a key: the comma before it ended the value',
        ),
        key.place,
        why=text(
            "花括号内的逗号分隔各键，除非在引号里。",
            "Inside braces a comma separates keys unless it is quoted.",
        ),
        hint=text(
            '给整个公式加引号，如 is: "first(a, b)"。',
            'Quote the whole expression, such as is: "first(a, b)".',
        ),
    )


def _bad_name(parent: MapNode, name: str) -> Diagnostic:
    key = parent.key(name)
    value = parent.get(name)
    if key is not None and value is not None and _is_empty(value) and name.endswith(")"):
        return _comma(key)
    place = key.place if key else parent.place
    return _name(name, place)


def _name(name: str, place: Place) -> Diagnostic:
    hint = text(
        "名称由字母（含汉字）、数字和下划线组成，不以数字开头。",
        "Names consist of letters (Chinese included), digits and underscores, no digit first.",
    )
    what = text(f"“{short(name)}”不能作名称", f'"{short(name)}" cannot be a name')
    return Diagnostic("schema.name", what, place, hint=hint)


def _bad_word(node: ScalarNode) -> Diagnostic:
    hint = text(
        "只用字母（含汉字）、数字、下划线；词表里的词还可用连字符。",
        "Use letters (Chinese included), digits, underscores; words of a vocabulary also hyphens.",
    )
    what = text(f"“{short(node.text)}”不能用在这里", f'"{short(node.text)}" cannot stand here')
    return Diagnostic("schema.name", what, node.place, hint=hint)


def _type(node: Node, key: ScalarNode | None, expected: Any, place: Place) -> Diagnostic:
    names = [expected] if isinstance(expected, str) else list(expected)
    if isinstance(node, ScalarNode) and _is_empty(node):
        what = (
            text(f"“{key.text}”后面没有值", f'"{key.text}" has no value')
            if key
            else text("这里没有值", "there is no value here")
        )
        hint = text("填上内容，或删去这个键。", "Fill it in, or remove the key.")
        if key and key.text.endswith(")"):
            return _comma(key)
        return Diagnostic("schema.type", what, place, hint=hint)
    zh = "、".join(_TYPES[name].zh for name in names)
    en = " or ".join(_TYPES[name].en for name in names)
    said = _kind(node)
    subject = text(f"“{key.text}”", f'"{key.text}"') if key else text("这里", "this")
    what = text(
        f"{subject.zh}应为{zh}，写的是{said.zh}", f"{subject.en} must be {en}, not {said.en}"
    )
    return Diagnostic("schema.type", what, place, hint=_type_hint(node, names))


def _kind(node: Node) -> Text:
    if isinstance(node, ListNode):
        return text("列表", "a list")
    if isinstance(node, MapNode):
        return text("键值对", "a map")
    value, shown = plain(node), short(node.text)
    if isinstance(value, bool):
        return text(f"是非值 {shown}", f"the truth value {shown}")
    if isinstance(value, str):
        return text(f"文字“{shown}”", f'the text "{shown}"')
    return text(f"数 {shown}", f"the number {shown}")


def _type_hint(node: Node, expected: list[str]) -> Text | None:
    if isinstance(node, MapNode) and "string" in expected:
        return text(
            "若花括号是文字的一部分，请给整个值加引号。",
            "Quote the whole value if the braces belong to the text.",
        )
    if not isinstance(node, ScalarNode):
        return None
    value = plain(node)
    if expected == ["string"]:
        return text(f'加引号："{short(node.text)}"。', f'Put it in quotes: "{short(node.text)}".')
    if "boolean" in expected and len(expected) == 1:
        return text("只写 true 或 false。", "Write true or false.")
    if set(expected) <= {"number", "integer"} and isinstance(value, str):
        return text("只写数字，不加引号和单位。", "Write only the number, without quotes or unit.")
    return None


def _value(node: Node, label: tuple[str, str], allowed: list[str]) -> Diagnostic:
    if not isinstance(node, ScalarNode):
        what = text(f"{label[0]}只能是一个词", f"{label[1]} is a single word")
    elif _is_empty(node):
        what = text(f"{label[0]}后面没有值", f"{label[1]} has no value")
    else:
        shown = short(node.text)
        what = text(f"{label[0]}不能是“{shown}”", f'{label[1]} cannot be "{shown}"')
    words = ", ".join(allowed)
    near = did_you_mean(node.text, allowed) if isinstance(node, ScalarNode) and node.text else None
    hint = text(f"可用的值：{words}。", f"Allowed values: {words}.")
    if near and near.en.startswith("Did"):
        hint = text(f"{near.zh}{hint.zh}", f"{near.en} {hint.en}")
    return Diagnostic("schema.value", what, node.place, hint=hint)


def _count(rule: str, limit: int, label: tuple[str, str], place: Place) -> Diagnostic:
    if rule == "minLength" or (rule != "maxItems" and limit == 1):
        what = text(f"{label[0]}是空的", f"{label[1]} is empty")
    elif rule == "maxItems":
        what = text(f"{label[0]}最多 {limit} 项", f"{label[1]} takes {limit} entries at most")
    else:
        what = text(f"{label[0]}至少 {limit} 项", f"{label[1]} needs {limit} entries at least")
    return Diagnostic("schema.count", what, place)
