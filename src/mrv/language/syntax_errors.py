"""What a syntax error in an expression means in human words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.spots import Spots
    from mrv.messages import Place, Text

_SHOWN = 80
_GENERAL = text(
    "检查括号、引号和运算符；“等于”写作 ==，乘方写作 **。",
    "Check brackets, quotes and operators; equality is ==, a power is **.",
)
_CAUSES: tuple[tuple[re.Pattern[str], Text, Text], ...] = (
    (
        re.compile(r"invalid (non-printable )?character"),
        text("有公式里不能用的字符", "a character that formulas do not use"),
        text(
            '全角括号、逗号、引号和乘号请改成半角：( ) , " *。',
            'Write ASCII brackets, commas, quotes and signs: ( ) , " *.',
        ),
    ),
    (
        re.compile(r"was never closed|unmatched|does not match"),
        text("括号不配对", "a bracket has no partner"),
        text("补上或删去一个括号。", "Add or remove a bracket."),
    ),
    (
        re.compile(r"unterminated string|EOL while"),
        text("引号没有结束", "a quote is never closed"),
        text("在文字末尾补上同样的引号。", "Close the text with the same quote."),
    ),
    (
        re.compile(r"Maybe you meant '=='|cannot assign|keyword argument"),
        text("单个等号不是比较", "a single = compares nothing"),
        text("“等于”写作 ==。", "Equality is written ==."),
    ),
    (
        re.compile(r"invalid (decimal|hexadecimal|octal|binary) literal|leading zeros"),
        text("数字写法有误", "a number is not well formed"),
        text(
            "数值与单位不能直接相连；带单位的数请声明为常数。",
            "A unit cannot follow a number here; declare a constant with a unit.",
        ),
    ),
    (
        re.compile(r"expected 'else'"),
        text("if 之后缺少 else", "`if` lacks its `else`"),
        text("写作 a if 条件 else b。", "Write a if condition else b."),
    ),
)


_INSTEAD: dict[str, Text] = {
    "Lambda": text(
        "公式里不能定义函数；请另写一条公式。",
        "There are no functions of your own; write another formula.",
    ),
    "Subscript": text(
        "没有下标；请用 table.column 或决策表。",
        "There are no subscripts; use table.column or a decision table.",
    ),
    "BitXor": text("乘方写作 **。", "A power is written **."),
    "BitAnd": text("逻辑与写作 and。", "Logical and is written `and`."),
    "BitOr": text("逻辑或写作 or。", "Logical or is written `or`."),
    "FloorDiv": text("整除写作 floor(x / y)。", "Whole division is written floor(x / y)."),
    "Mod": text(
        "没有取余；百分数请声明为常数，如 value: 98 %。",
        "There is no remainder; declare a percentage as a constant, such as value: 98 %.",
    ),
    "NamedExpr": text("给值起名请另写一条公式。", "To name a value, write another formula."),
    "Is": text(
        "“等于”写作 ==；是否有值写作 given(x)。", "Equality is ==; use given(x) for missing."
    ),
    "JoinedStr": text("文本不能拼接。", "Texts cannot be put together."),
}
_DOCS = text("可用的写法见 docs/language.md。", "What there is stands in docs/language.md.")


def instead_of(kind: str) -> Text:
    """Say what to write instead of a construct of Python that the language does not have.

    Example:
        >>> instead_of("BitXor").en
        'A power is written **.'
    """
    return _INSTEAD.get(kind, _DOCS)


def explain_syntax(problem: Exception, spots: Spots) -> Diagnostic:
    """Translate a syntax error of an expression: the cause, the place, the remedy."""
    said = str(getattr(problem, "msg", problem))
    shown = " ".join(spots.written.text.split())[:_SHOWN]
    cause, hint = next(
        ((cause, hint) for pattern, cause, hint in _CAUSES if pattern.search(said)),
        (text("写法有误", "not well formed"), _GENERAL),
    )
    return Diagnostic(
        "expression.syntax",
        text(f"公式{cause.zh}：{shown}", f"in this expression, {cause.en}: {shown}"),
        _place(problem, spots),
        hint=hint,
    )


def closed_too_early(written: str) -> int | None:
    """Return where a bracket seems to be closed before it is opened; texts are not looked through.

    Example:
        >>> closed_too_early("a) + (b")
        1
    """
    level = 0
    for at, sign in enumerate(written):
        level += (sign == "(") - (sign == ")")
        if level < 0:
            return at
    return None


def _place(problem: Exception, spots: Spots) -> Place:
    """Return where the parser gave up; it saw the text with a bracket before it."""
    row, offset = getattr(problem, "lineno", None), getattr(problem, "offset", None)
    if row is None or not offset:
        return spots.written.place
    rows = spots.written.text.split("\n")
    if row > len(rows):
        end = len(spots.written.text.rstrip())
        begin = closed_too_early(spots.written.text)
        return spots.span(end - 1, end) if begin is None else spots.span(begin, begin + 1)
    before = sum(len(one) + 1 for one in rows[: row - 1])
    inside = max(0, offset - (2 if row == 1 else 1))
    begin = before + min(inside, max(0, len(rows[row - 1]) - 1))
    return spots.span(begin, begin + 1)
