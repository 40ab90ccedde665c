"""From the text of a methodology to its declarations, with every finding at once."""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, cast

from mrv.language.access import (
    as_text,
    bilingual,
    day,
    mapping,
    missing,
    must,
    named,
    one_text,
    scalar,
    text_at,
    yes,
)
from mrv.language.columns import read_inputs, read_needs, vocabulary
from mrv.language.interpolation import read_curves
from mrv.language.lookups import read_constants, read_factors, read_tables
from mrv.language.model import Choice, Document, Governs, Source
from mrv.language.naming import check_names, check_sources
from mrv.language.nodes import ListNode, MapNode
from mrv.language.patterns import read_forensics
from mrv.language.reader import read_content, read_tree
from mrv.language.steps import (
    read_checks,
    read_formulas,
    read_properties,
    read_results,
    read_uses,
)
from mrv.language.structure import violations
from mrv.messages import Diagnostic, Place, Refused, did_you_mean, text

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Literal

    from mrv.language.model import Status
    from mrv.language.nodes import Node, ScalarNode
    from mrv.messages import Text

_NAME = re.compile(r"[a-z0-9\u4e00-\u9fff][\w-]*(?:/[a-z0-9\u4e00-\u9fff][\w-]*)*")
_EDITION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_READ = frozenset({"seen", "transcribed", "secondary"})
_HOST_ONLY = ("governs", "inputs", "results", "forensics")


def parse_document(path: Path, file: str | None = None) -> Document:
    """Read a methodology or module file.

    Args:
        path: the file.
        file: the name shown in messages; the path itself if left out.

    Raises:
        Refused: with every finding of the reader, else of the schema and the declarations.
    """
    name = file or str(path)
    return _parsed(read_content(path, name), name)


def parse_text(content: str, file: str = "<text>") -> Document:
    r"""Read a methodology or module from a text.

    Raises:
        Refused: as :func:`parse_document`.

    Example:
        >>> parse_text("module: m\nedition: 2025.1\nneeds: {t: {table: true}}").edition
        '2025.1'
    """
    return _parsed(content, file)


@functools.lru_cache(maxsize=128)
def _parsed(content: str, file: str) -> Document:
    """Read a text once, however many methodologies use it."""
    return declare(read_tree(content, file), content, file)


def declare(root: Node, content: str, file: str) -> Document:
    """Turn a tree into declarations.

    Args:
        root: the tree.
        content: the whole text, kept in the document.
        file: the name shown in messages.

    Raises:
        Refused: ``schema.*``, ``name.*``, ``curve.*``: every finding at once, in file order.
    """
    found = violations(root, "methodology")
    if not isinstance(root, MapNode):
        raise Refused(found)
    kind: Literal["methodology", "module"] = "module" if root.key("module") else "methodology"
    _check_kind(root, kind, found)
    check_names(root, found)
    check_sources(root, found)
    document = Document(
        file=file,
        text=content,
        kind=kind,
        name=must(root, kind).text,
        edition=must(root, "edition").text,
        # a module that does not say its status claims no more than a draft
        status=cast("Status", text_at(root, "status") or "draft"),
        governs=read_governs(root, found),
        title=_title(root, found),
        place=root.place,
        sources=_sources(root, found),
        open_questions=_questions(root),
        choices=_choices(root, found),
        constants=read_constants(root),
        inputs=read_inputs(root, found),
        factors=read_factors(root, found),
        tables=read_tables(root, found),
        curves=read_curves(root, found),
        uses=read_uses(root),
        needs=read_needs(root, found),
        formulas=read_formulas(root, found),
        results=read_results(root),
        checks=read_checks(root),
        properties=read_properties(root),
        forensics=read_forensics(root),
    )
    if found:
        raise Refused(in_order(found))
    return document


def in_order(found: list[Diagnostic]) -> list[Diagnostic]:
    """Sort findings by place, and drop a second finding of one rule at one place."""
    unique = {(d.rule, d.place and (d.place.line, d.place.column), d.what): d for d in found}

    def at(finding: Diagnostic) -> tuple[int, int]:
        place = finding.place or Place()
        return place.line or 0, place.column or 0

    return sorted(unique.values(), key=at)


def _check_kind(root: MapNode, kind: str, found: list[Diagnostic]) -> None:
    """Check the head of the file: its name and the blocks of its kind."""
    name, edition = scalar(root, kind), scalar(root, "edition")
    if both := root.key("methodology") if kind == "module" else None:
        what = text("文件只能是方法学或模块之一", "a file is a methodology or a module, not both")
        found.append(Diagnostic("schema.one-of", what, both.place))
    if root.key(kind) is None:
        hint = text(
            "方法学写 methodology: 名称；模块写 module: 名称。",
            "Write methodology: name, or module: name.",
        )
        found.append(missing("methodology", root.place, hint))
        return
    if name and not _NAME.fullmatch(name.text):
        what = text(f"“{name.text}”不能作名称", f'"{name.text}" cannot be a name')
        hint = text(
            "用小写字母、数字、汉字、“-”，层次用“/”分隔。",
            'Use lower-case letters, digits and "-"; "/" separates levels.',
        )
        found.append(Diagnostic("schema.name", what, name.place, hint=hint))
    if edition and not _EDITION.fullmatch(edition.text):
        what = text(f"“{edition.text}”不能作版本号", f'"{edition.text}" cannot be an edition')
        hint = text("如 2025.1 或 2025-draft.1。", "For example 2025.1 or 2025-draft.1.")
        found.append(Diagnostic("schema.name", what, edition.place, hint=hint))
    if kind == "module":
        for key in _HOST_ONLY:
            if block := root.key(key):
                what = text(f"模块不写“{key}”", f'a module has no "{key}"')
                hint = text("模块所需写在 needs 中。", "What a module needs is written in needs.")
                found.append(Diagnostic("schema.unknown-key", what, block.place, hint=hint))
        return
    required = ("status", "governs", "title")
    found += [missing(key, root.place) for key in required if root.key(key) is None]
    if needs := root.key("needs"):
        what = text("方法学不写 needs", "a methodology has no needs")
        hint = text("所需数据写在 inputs 中。", "What data it needs is written in inputs.")
        found.append(Diagnostic("schema.unknown-key", what, needs.place, hint=hint))


def _title(root: MapNode, found: list[Diagnostic]) -> Text:
    node = root.get("title")
    if isinstance(node, MapNode):
        found += [missing(lang, node.place) for lang in ("zh", "en") if node.key(lang) is None]
    name = must(root, "module").text
    return as_text(node) or text(name, name)


def read_governs(root: MapNode, found: list[Diagnostic]) -> Governs | None:
    """Read the block ``governs``; None if there is none."""
    node = mapping(root, "governs")
    if node is None:
        return None
    start, until = scalar(node, "from"), scalar(node, "until")
    awaited = yes(node, "awaited")
    if start is None and not awaited:
        hint = text(
            "写 from: 生效日期；尚无日期时写 awaited: true。",
            "Write from: first day, or awaited: true while no day is known.",
        )
        found.append(missing("from", node.place, hint))
    first, last = day(start, found), day(until, found)
    if until and first and last and last < first:
        what = text("until 早于 from", "until lies before from")
        found.append(Diagnostic("schema.range", what, until.place))
    return Governs(
        sector=must(node, "sector").text,
        region=must(node, "region").text,
        start=first,
        until=last,
        supersedes=text_at(node, "supersedes"),
        successor=text_at(node, "successor"),
        awaited=awaited,
    )


def _sources(root: MapNode, found: list[Diagnostic]) -> tuple[Source, ...]:
    return tuple(_source(name, node, found) for name, node in named(root, "sources"))


def _source(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> Source:
    confidence = must(node, "confidence").text
    checked = scalar(node, "checked")
    if checked is None and confidence in _READ:
        hint = text("写上查阅日期，如 checked: 2025-01-31。", "Give the day it was looked at.")
        found.append(missing("checked", name.place, hint))
    return Source(
        name=name.text,
        title=bilingual(node, "title") or text("", ""),
        confidence=confidence,
        place=name.place,
        clause=text_at(node, "clause"),
        publisher=one_text(node, "publisher"),
        checked=day(checked, found),
        note=one_text(node, "note"),
    )


def _questions(root: MapNode) -> tuple[Text, ...]:
    node = root.get("open_questions")
    asked = [as_text(item) for item in node.items] if isinstance(node, ListNode) else []
    return tuple(question for question in asked if question)


def _choices(root: MapNode, found: list[Diagnostic]) -> tuple[Choice, ...]:
    return tuple(_choice(name, node, found) for name, node in named(root, "choices"))


def _choice(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> Choice:
    of = vocabulary(node, "of", found)
    default = scalar(node, "default")
    if default and default.text not in of:
        what = text(
            f"默认值“{default.text}”不在选项之中",
            f'the default "{default.text}" is not one of the options',
        )
        hint = did_you_mean(default.text, of)
        found.append(Diagnostic("schema.value", what, default.place, hint=hint))
    return Choice(
        name.text, of, default.text if default else None, bilingual(node, "why"), name.place
    )
