"""Names in a methodology: which are allowed, which are taken, which are reserved."""

from __future__ import annotations

import keyword
import re
from typing import TYPE_CHECKING

from mrv.language.access import scalar, short
from mrv.language.nodes import ListNode, MapNode
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.nodes import Node, ScalarNode

FUNCTIONS = frozenset(
    {
        "abs",
        "any",
        "capped",
        "ceil",
        "count",
        "day",
        "distinct",
        "every",
        "exp",
        "first",
        "floor",
        "floored",
        "given",
        "great_circle",
        "greatest",
        "gwp",
        "least",
        "log",
        "magnitude",
        "max",
        "mean",
        "measure",
        "min",
        "month",
        "overlaps",
        "previous",
        "quantise",
        "ratio",
        "repeated",
        "restate",
        "sqrt",
        "sum",
        "when",
        "year",
    }
)
"""Names of the functions of the expression language."""

FIXED = frozenset(
    {
        "CO2_per_C",
        "False",
        "None",
        "True",
        "choice",
        "factors",
        "false",
        "missing",
        "organisation",
        "period",
        "true",
    }
)
"""Names with a meaning of their own everywhere in expressions."""

NAMED_BLOCKS = (
    "choices", "constants", "inputs", "needs", "factors", "tables", "curves", "use", "formulas",
)  # fmt: skip
"""Blocks whose entries share one space of names."""

_LETTER = "A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u00ff\u0391-\u03c9\u3400-\u4dbf\u4e00-\u9fff"
NAME_PATTERN = f"^[{_LETTER}][0-9{_LETTER}]*$"
WORD_PATTERN = f"^[0-9{_LETTER}][0-9{_LETTER}-]*$"
_NAME = re.compile(NAME_PATTERN[1:-1])
_WORD = re.compile(WORD_PATTERN[1:-1])
_REFERENCE = re.compile(r"\s*([^\s(（]+)\s*(?:[(（].*[)）])?\s*", re.DOTALL)


def is_name(word: str) -> bool:
    """Say whether a word can be a name: letters (Chinese included), digits, underscore.

    Example:
        >>> is_name("船舶_1"), is_name("1st"), is_name("fuel-use")
        (True, False, False)
    """
    return _NAME.fullmatch(word) is not None


def is_word(word: str) -> bool:
    """Say whether a text can be a word of a vocabulary: as a name, with digits first or hyphens.

    Example:
        >>> is_word("bulk-carrier"), is_word("bulk carrier")
        (True, False)
    """
    return _WORD.fullmatch(word) is not None


def check_name(key: ScalarNode, found: list[Diagnostic], *, functions: bool = True) -> None:
    """Refuse a reserved name; ``functions`` says whether function names are reserved here."""
    word = key.text
    if keyword.iskeyword(word):
        why = text("它是公式语言的关键字。", "It is a keyword of the expression language.")
    elif word in FIXED:
        why = text("它在公式中有固定含义。", "It has a fixed meaning in expressions.")
    elif functions and word in FUNCTIONS:
        why = text("它是公式语言的函数名。", "It is a function of the expression language.")
    else:
        return
    what = text(f"名称“{word}”是保留的", f'the name "{word}" is reserved')
    hint = text(
        f"请换个名称，如“{word}_”加上说明。", f'Choose another name, such as "{word}_used".'
    )
    found.append(Diagnostic("name.reserved", what, key.place, why, hint))


def check_names(root: MapNode, found: list[Diagnostic]) -> None:
    """Refuse reserved names and names that are declared twice in the common space of names."""
    taken: dict[str, tuple[str, ScalarNode]] = {}
    for block in NAMED_BLOCKS:
        node = root.get(block)
        for key, _ in node.entries if isinstance(node, MapNode) else ():
            # choices are always written ``choice.gwp``: they cannot be mistaken for functions
            check_name(key, found, functions=block != "choices")
            earlier = taken.setdefault(key.text, (block, key))
            if earlier[1] is key:
                continue
            line = earlier[1].place.line
            what = text(
                f"名称“{key.text}”已在第 {line} 行的 {earlier[0]} 中使用",
                f'the name "{key.text}" is already taken in {earlier[0]}, line {line}',
            )
            why = text(
                "公式按名称引用，同名就无法区分。",
                "Formulas refer by name: two things of one name could not be told apart.",
            )
            found.append(Diagnostic("name.duplicate", what, key.place, why))


def check_sources(root: MapNode, found: list[Diagnostic]) -> None:
    """Check that every ``source:`` outside the block ``sources`` names an entry of it."""
    declared = root.get("sources")
    known = [key.text for key, _ in declared.entries] if isinstance(declared, MapNode) else []
    pending: list[Node] = [value for key, value in root.entries if key.text != "sources"]
    while pending:
        node = pending.pop()
        if isinstance(node, ListNode):
            pending += node.items
        elif isinstance(node, MapNode):
            pending += [value for _, value in node.entries]
            if cited := scalar(node, "source"):
                _check_source(cited, known, found)


def _check_source(cited: ScalarNode, known: list[str], found: list[Diagnostic]) -> None:
    reference = _REFERENCE.fullmatch(cited.text)
    if reference is not None and reference[1] in known:
        return
    first = cited.text.split(maxsplit=1)[0].split("(")[0] if cited.text.strip() else ""
    if first in known:
        hint = text(f"条款写在括号里：{first} (…)。", f"Put the clause in brackets: {first} (…).")
    else:
        hint = did_you_mean(first, known)
    what = text(
        f"“{short(cited.text)}”不是 sources 中的来源",
        f'"{short(cited.text)}" is not one of the sources',
    )
    found.append(Diagnostic("name.unknown-source", what, cited.content, hint=hint))


def source_id(cited: str) -> str:
    """Return the id of a citation without its clause.

    Example:
        >>> source_id("gb34 (5)")
        'gb34'
    """
    reference = _REFERENCE.fullmatch(cited)
    return reference[1] if reference else cited
