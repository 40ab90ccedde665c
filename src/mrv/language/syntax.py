"""What a YAML syntax error means in human words: the likely cause and what to do."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    import yaml

    from mrv.language.lines import Lines
    from mrv.messages import Text

RULE = "yaml.syntax"
_TAB = re.compile(r"[ ]*\t")
_NO_SPACE = re.compile(r"\s*(?:- )?[\w-]+:[^\s:/].*")
_WIDE_COLON = re.compile(r"\s*(?:- )?[\w-]+：")


def explain(error: yaml.MarkedYAMLError, lines: Lines) -> Diagnostic:
    """Translate a syntax error: the place where the mistake was made, the cause, the remedy.

    A reader stops where it can no longer go on, which is often below the mistake; where the
    construct began is the better place for an unclosed quote or bracket.
    """
    problem = (error.problem or "").casefold()
    context = (error.context or "").casefold()
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    start = error.context_mark or mark
    begun = (start.line, start.column) if start else (line, column)
    at_line = lines.lines[line] if line < len(lines.lines) else ""

    if tab := _TAB.match(at_line):
        return _finding(
            lines,
            (line, tab.end() - 1),
            text("缩进里有制表符（Tab）", "the indentation contains a tab"),
            text("请只用空格缩进。", "Indent with spaces only."),
        )
    if "quoted scalar" in context and "escape" not in problem and "escape" not in context:
        return _finding(
            lines,
            begun,
            text("引号没有配对：从这里开始的引号一直没有结束", "this quote is never closed"),
            text(
                "在文字末尾补上同样的引号。", "Close it with the same quote at the end of the text."
            ),
        )
    if "escape" in problem or "escape" in context:
        return _finding(
            lines,
            (line, column),
            text(
                "双引号里的反斜杠写法无效", "a backslash in double quotes begins an unknown escape"
            ),
            text(
                "改用单引号，或把 \\ 写成 \\\\。",
                "Use single quotes, or write \\\\ for a backslash.",
            ),
        )
    if "flow" in context:
        sign = at_line[column : column + 1]
        if sign and sign in "[{\"'":
            return _unquoted(lines, (line, column), sign)
        return _unclosed(lines, begun, context)
    near = _colon(lines, line)
    if near is not None:
        return near
    if "cannot start any token" in problem:
        sign = at_line[column : column + 1]
        return _finding(
            lines,
            (line, column),
            text(f"值不能以“{sign}”开头", f'a value cannot begin with "{sign}"'),
            text("请给整个值加上引号。", "Put quotes around the whole value."),
        )
    if "mapping values are not allowed" in problem:
        return _finding(
            lines,
            (line, column),
            text("这里不应出现冒号", "a colon cannot stand here"),
            text(
                "若冒号是文字的一部分，请给整个值加引号；否则检查本行是否缩进过深。",
                "Quote the whole value if the colon belongs to it; "
                "else look whether the line is indented too far.",
            ),
        )
    if "alias" in context or "anchor" in context or "tag" in context or "directive" in context:
        return _finding(
            lines,
            (line, column),
            text(
                "“*”“&”“!”“%”在值的开头有特殊含义", '"*", "&", "!" and "%" are special at the start'
            ),
            text("请给整个值加上引号。", "Put quotes around the whole value."),
        )
    return _finding(
        lines,
        (line, column),
        text("YAML 结构在这里断开", "the YAML structure breaks off here"),
        text(
            "请检查缩进是否与上一行对齐、键后是否有“: ”、列表项是否以“- ”开头。",
            'Look at the indentation, at ": " after keys and "- " before list items.',
        ),
    )


def _unquoted(lines: Lines, at: tuple[int, int], sign: str) -> Diagnostic:
    """Explain a bracket or quote inside a text that stands in brackets and is not quoted."""
    return _finding(
        lines,
        at,
        text(
            f"括号内的值里出现了“{sign}”，整个值须加引号",
            f"a value inside brackets that holds {sign} must be quoted as a whole",
        ),
        text(
            '例如 {unit: "GJ[LHV]/t"}；若是上一项漏了逗号，请补上。',
            'Write for example {unit: "GJ[LHV]/t"}; or put the comma that is missing before it.',
        ),
    )


def _unclosed(lines: Lines, begun: tuple[int, int], context: str) -> Diagnostic:
    """Explain a bracket that is not closed."""
    bracket = "{" if "mapping" in context else "["
    return _finding(
        lines,
        begun,
        text(
            f"从这里开始的“{bracket}”没有正确结束",
            f'the "{bracket}" opened here does not end properly',
        ),
        text("补上配对的括号或漏掉的逗号。", "Close the bracket, or put the missing comma."),
    )


def _colon(lines: Lines, line: int) -> Diagnostic | None:
    """Look for a wide colon or a colon without a space in this line and the one above."""
    for at in (line, line - 1):
        source = lines.lines[at] if 0 <= at < len(lines.lines) else ""
        if _WIDE_COLON.match(source):
            return _finding(
                lines,
                (at, source.index("：")),
                text("键后用了全角冒号“：”", "the key is followed by a full-width colon"),
                text("请改用半角冒号加一个空格。", "Write an ASCII colon and a space."),
            )
        if _NO_SPACE.match(source):
            return _finding(
                lines,
                (at, source.index(":")),
                text("冒号后面缺少空格", "there is no space after the colon"),
                text("写成“键: 值”。", 'Write "key: value".'),
            )
    return None


def _finding(lines: Lines, at: tuple[int, int], what: Text, hint: Text) -> Diagnostic:
    return Diagnostic(RULE, what, lines.at(*at), hint=hint)
