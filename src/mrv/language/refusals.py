"""What the reader refuses: constructs of YAML that a methodology never needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.access import short
from mrv.messages import Diagnostic, Place, text

if TYPE_CHECKING:
    from mrv.language.nodes import ScalarNode


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


def alias(place: Place) -> Diagnostic:
    """Say that a value is anchored, repeated by name or merged."""
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


def too_deep(place: Place, limit: int) -> Diagnostic:
    """Say that lists and maps are nested beyond any use."""
    what = text(f"嵌套超过 {limit} 层", f"nested more than {limit} levels deep")
    return Diagnostic("yaml.depth", what, place)


def second_document(place: Place) -> Diagnostic:
    """Say that a second document begins."""
    return Diagnostic(
        "yaml.documents",
        text("一个文件里只能有一份文档", "a file holds one document only"),
        place,
        hint=text("删去“---”，或分成几个文件。", 'Remove the "---" or make several files.'),
    )


def not_a_key(place: Place) -> Diagnostic:
    """Say that a list or map stands where a key is due."""
    return Diagnostic(
        "yaml.key",
        text("键必须是简单的文字", "a key must be a simple text"),
        place,
        hint=text(
            "若花括号是公式或单位的一部分，请给整个值加引号。",
            "Quote the whole value if the brackets are part of a formula or unit.",
        ),
    )


def duplicate(key: ScalarNode, line: int | None) -> Diagnostic:
    """Say that a key stands twice in one map."""
    return Diagnostic(
        "yaml.duplicate-key",
        text(
            f"键“{short(key.text)}”重复：第 {line} 行已经写过",
            f'the key "{short(key.text)}" was already given on line {line}',
        ),
        key.place,
        why=text("两个值中只有一个会生效。", "Only one of the two values could count."),
        hint=text("删去一个或改名。", "Remove or rename one of them."),
    )


def tag(shown: str, place: Place) -> Diagnostic:
    """Say that a value has a tag."""
    return Diagnostic(
        "yaml.tag",
        text(f"不允许使用 YAML 标签“{shown}”", f'the YAML tag "{shown}" is not allowed'),
        place,
        why=text(
            "方法学文件只含数据，标签可用来执行程序。",
            "A methodology is only data; tags can make a reader run code.",
        ),
        hint=text(
            "删去标签；若“!”是文字的一部分，请加引号。",
            'Remove the tag; quote the value if the "!" belongs to it.',
        ),
    )
