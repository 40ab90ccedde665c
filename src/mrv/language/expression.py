"""Formulas as text: a whitelisted subset of Python's expression syntax, parsed and bounded.

Nothing is ever evaluated by Python. What comes out is Python's own syntax tree, of which only
the node kinds named here can occur, and a :class:`Lines` that turns its offsets into places.
"""

from __future__ import annotations

import ast
import re
import warnings
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Written
    from mrv.messages import Place

MAX_LENGTH = 4_000
MAX_DEPTH = 60

_ALLOWED: tuple[type[ast.AST], ...] = (
    ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Pow,
    ast.UnaryOp, ast.USub, ast.UAdd, ast.Not,
    ast.BoolOp, ast.And, ast.Or,
    ast.Compare, ast.Eq, ast.NotEq, ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn,
    ast.IfExp, ast.Call, ast.keyword, ast.Name, ast.Attribute, ast.Constant, ast.List, ast.Tuple,
    ast.Load,
)  # fmt: skip
_NUMBER = re.compile(
    r"[0-9][0-9_]*(\.[0-9_]*)?([eE][+-]?[0-9]{1,3})?|\.[0-9][0-9_]*([eE][+-]?[0-9]{1,3})?"
)
_INSTEAD = {
    "Lambda": text("公式里没有函数定义；请另写一条公式。", "There are no functions of your own; write another formula."),
    "Subscript": text("没有下标；用 table.column 或 lookup 表。", "There are no subscripts; use table.column or a decision table."),
    "BitXor": text("乘方写作 **。", "A power is written **."),
    "BitAnd": text("逻辑与写作 and。", "Logical and is written `and`."),
    "BitOr": text("逻辑或写作 or。", "Logical or is written `or`."),
    "FloorDiv": text("整除写作 floor(x / y)。", "Whole division is written floor(x / y)."),
}  # fmt: skip


@dataclass(frozen=True)
class Lines:
    """The text of an expression and where it stands in its file."""

    written: Written

    def place(self, node: ast.AST) -> Place:
        """Return the place of a node: exact on the first line, by line below it."""
        start = self.written.place
        row = getattr(node, "lineno", 1) - 1
        lines = self.written.text.splitlines() or [""]
        line = lines[min(row, len(lines) - 1)]
        shift = 1 if row == 0 else 0
        begin = _characters(line, getattr(node, "col_offset", shift) - shift)
        same = getattr(node, "end_lineno", row + 1) == row + 1
        end = _characters(line, getattr(node, "end_col_offset", 0) - shift) if same else len(line)
        width = max(1, end - begin)
        if row == 0:
            column = None if start.column is None else start.column + begin
            return replace(start, column=column, width=width)
        return replace(
            start,
            line=None if start.line is None else start.line + row,
            column=begin + 1,
            source_line=line,
            width=width,
        )

    def segment(self, node: ast.expr) -> str:
        """Return the author's own text of a node."""
        found = ast.get_source_segment(f"({self.written.text}\n)", node)
        return found if found is not None else ast.unparse(node)


def parse(written: Written) -> tuple[ast.expr, Lines]:
    """Parse an expression and refuse everything that the language does not have.

    Args:
        written: the text with its place.

    Returns:
        The syntax tree, and the places of its nodes.

    Raises:
        Refused: ``expression.syntax``, ``expression.too-long``, ``expression.too-deep`` or
            ``expression.not-allowed`` (all of the latter at once).
    """
    lines = Lines(written)
    if len(written.text) > MAX_LENGTH:
        refuse(
            "expression.too-long",
            text(f"公式长 {len(written.text)} 个字符，上限为 {MAX_LENGTH}", f"the expression has {len(written.text)} characters, at most {MAX_LENGTH} are read"),
            written.place,
            hint=text("请拆成几条有名称的公式。", "Split it into several named formulas."),
        )  # fmt: skip
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(f"({written.text}\n)", mode="eval").body
    except (SyntaxError, ValueError) as problem:
        _syntax(written, problem)
    except (RecursionError, MemoryError):
        _too_deep(written)
    if _depth(tree) > MAX_DEPTH:
        _too_deep(written)
    findings = [
        _not_allowed(node, lines) for node in ast.walk(tree) if not isinstance(node, _ALLOWED)
    ]
    if findings:
        raise Refused(findings[:5])
    return tree, lines


def number(node: ast.Constant, lines: Lines) -> Fraction:
    """Return a literal number exactly as printed, not as the nearest double.

    Raises:
        Refused: ``expression.number`` for spellings such as ``0x10`` or ``1j``.
    """
    spelling = lines.segment(node)
    if not _NUMBER.fullmatch(spelling):
        refuse(
            "expression.number",
            text(f"“{spelling}” 不是十进制数", f'"{spelling}" is not a decimal number'),
            lines.place(node),
            hint=text("写作 0.98 或 1e-6。", "Write 0.98 or 1e-6."),
        )
    return Fraction(spelling.replace("_", ""))


def names(tree: ast.expr) -> frozenset[str]:
    """Return every dotted name of an expression, function names left out.

    Example:
        >>> sorted(names(ast.parse("a * ship.size + sum(b)", mode="eval").body))
        ['a', 'b', 'ship.size']
    """
    found: set[str] = set()
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        name = dotted(node)
        if name is not None:
            found.add(name)
        elif isinstance(node, ast.Call):
            stack += [*node.args, *(keyword.value for keyword in node.keywords)]
        else:
            stack += list(ast.iter_child_nodes(node))
    return frozenset(found)


def dotted(node: ast.AST) -> str | None:
    """Return ``a.b.c`` for a name or attribute chain, else None."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _characters(line: str, offset: int) -> int:
    """Turn a UTF-8 byte offset into a character offset."""
    return len(line.encode()[: max(0, offset)].decode(errors="ignore"))


def _depth(tree: ast.AST) -> int:
    """Return the depth of a tree without recursion."""
    deepest, stack = 0, [(tree, 1)]
    while stack:
        node, depth = stack.pop()
        deepest = max(deepest, depth)
        stack += [(child, depth + 1) for child in ast.iter_child_nodes(node)]
    return deepest


def _too_deep(written: Written) -> None:
    refuse(
        "expression.too-deep",
        text(
            f"公式嵌套超过 {MAX_DEPTH} 层", f"the expression is nested more than {MAX_DEPTH} deep"
        ),
        written.place,
        hint=text("请拆成几条有名称的公式。", "Split it into several named formulas."),
    )


def _syntax(written: Written, problem: Exception) -> None:
    shown = getattr(problem, "msg", str(problem))
    offset = getattr(problem, "offset", None)
    place = written.place
    if offset is not None and getattr(problem, "lineno", 1) == 1 and place.column is not None:
        place = replace(place, column=place.column + max(0, min(offset - 2, len(written.text))))
    refuse(
        "expression.syntax",
        text(f"公式写法有误：{written.text.strip()[:80]!r}", f"this is not a well-formed expression ({shown}): {written.text.strip()[:80]!r}"),
        place,
        hint=text("检查括号、引号和运算符；“等于”写作 ==，乘方写作 **。", "Check brackets, quotes and operators; equality is ==, a power is **."),
    )  # fmt: skip


def _not_allowed(node: ast.AST, lines: Lines) -> Diagnostic:
    kind = type(node).__name__
    return Diagnostic(
        "expression.not-allowed",
        text(
            f"公式语言里没有这种写法（{kind}）",
            f"the formula language has no such construct ({kind})",
        ),
        lines.place(node) if hasattr(node, "lineno") else lines.written.place,
        hint=_INSTEAD.get(
            kind,
            text("可用的写法见 docs/language.md。", "What there is stands in docs/language.md."),
        ),
    )
