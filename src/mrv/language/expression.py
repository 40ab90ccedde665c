"""Formulas as text: a whitelisted subset of Python's expression syntax, parsed and bounded.

Nothing is ever evaluated by Python. What comes out is Python's own syntax tree, of which only
the node kinds named here can occur, and :class:`Spots`, which turns its offsets into places.
"""

from __future__ import annotations

import ast
import re
import warnings
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from mrv.language.spots import Spots
from mrv.language.syntax_errors import closed_too_early, explain_syntax, instead_of
from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Written
    from mrv.messages import Place

MAX_LENGTH = 4_000
MAX_DEPTH = 60
LARGEST = Fraction(10) ** 300
"""Numbers in files stay between 1/LARGEST and LARGEST, well inside double precision."""

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


def parse(written: Written, source: str = "") -> tuple[ast.expr, Spots]:
    """Parse an expression and refuse everything that the language does not have.

    Args:
        written: the text with its place.
        source: the whole file, so that places in texts of several lines are exact.

    Returns:
        The syntax tree, and the places of its nodes.

    Raises:
        Refused: ``expression.syntax``, ``expression.too-long``, ``expression.too-deep`` or
            ``expression.not-allowed`` (all of the latter at once).

    Example:
        >>> from mrv.language.model import Written
        >>> from mrv.messages import Place
        >>> ast.unparse(parse(Written("a*(b+1)", Place()))[0])
        'a * (b + 1)'
    """
    return _parsed(written, source)


@lru_cache(maxsize=4096)
def _parsed(written: Written, source: str) -> tuple[ast.expr, Spots]:
    """Parse a text once: it is read again for every combination of choices."""
    spots = Spots(written, source)
    length = len(written.text)
    if length > MAX_LENGTH:
        refuse(
            "expression.too-long",
            text(
                f"公式长 {length} 个字符，上限为 {MAX_LENGTH}",
                f"the expression has {length} characters, at most {MAX_LENGTH} are read",
            ),
            written.place,
            hint=text("请拆成几条有名称的公式。", "Split it into several named formulas."),
        )
    if not written.text.strip():
        refuse(
            "expression.syntax",
            text("公式是空的", "the expression is empty"),
            written.place,
            hint=text("写上公式，如 a * b。", "Write an expression, such as a * b."),
        )
    try:
        tree = _tree(written.text)
    except (SyntaxError, ValueError) as problem:
        raise Refused([explain_syntax(problem, spots)]) from None
    except (RecursionError, MemoryError):
        raise Refused([_too_deep(written)]) from None
    if _depth(tree) > MAX_DEPTH:
        raise Refused([_too_deep(written)])
    findings = [_not_allowed(node, spots, parent) for node, parent in _strangers(tree)]
    if findings:
        raise Refused(findings[:5])
    return tree, spots


def _tree(written: str) -> ast.expr:
    """Parse a text; brackets around it let it run over several lines."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        tree = ast.parse(f"({written}\n)", mode="eval").body
        if closed_too_early(written) is not None:
            # "a) + (b" must not borrow our brackets: inside others it fails
            ast.parse(f"[{written}\n]", mode="eval")
    return tree


def number(node: ast.Constant, spots: Spots) -> Fraction:
    """Return a literal number exactly as printed, not as the nearest double.

    Raises:
        Refused: ``expression.number`` for spellings such as ``0x10`` or ``1j``, and
            ``number.range`` for a number that double precision cannot hold.
    """
    spelling = spots.segment(node)
    if not _NUMBER.fullmatch(spelling):
        refuse(
            "expression.number",
            text(f"“{spelling}”不是十进制数", f'"{spelling}" is not a decimal number'),
            spots.place(node),
            hint=text("写作 0.98 或 1e-6。", "Write 0.98 or 1e-6."),
        )
    return in_range(Fraction(spelling.replace("_", "")), spots.place(node))


def in_range(value: Fraction, place: Place) -> Fraction:
    """Return an exact number that double precision can hold.

    Raises:
        Refused: ``number.range``.

    Example:
        >>> from mrv.messages import Place
        >>> in_range(Fraction(44, 12), Place())
        Fraction(11, 3)
    """
    if value and not 1 / LARGEST <= abs(value) <= LARGEST:
        refuse(
            "number.range",
            text("数值超出 1e-300 至 1e300 的范围", "this number lies outside 1e-300 to 1e300"),
            place,
        )
    return value


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
    """Return ``a.b.c`` for a name or attribute chain, else None.

    Example:
        >>> dotted(ast.parse("ship.size", mode="eval").body)
        'ship.size'
    """
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _depth(tree: ast.expr) -> int:
    """Return how deep a tree is, without recursion."""
    depth, level = 0, list[ast.AST]([tree])
    while level:
        depth += 1
        level = [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _too_deep(written: Written) -> Diagnostic:
    return Diagnostic(
        "expression.too-deep",
        text(
            f"公式嵌套超过 {MAX_DEPTH} 层", f"the expression is nested more than {MAX_DEPTH} deep"
        ),
        written.place,
        hint=text("请拆成几条有名称的公式。", "Split it into several named formulas."),
    )


def _strangers(tree: ast.expr) -> list[tuple[ast.AST, ast.AST]]:
    """List the outermost nodes that the language does not have, each with its parent."""
    found: list[tuple[ast.AST, ast.AST]] = []
    queue: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    for node, parent in queue:
        if isinstance(node, _ALLOWED):
            queue += [(child, node) for child in ast.iter_child_nodes(node)]
        else:
            found.append((node, parent))
    return found


def _not_allowed(node: ast.AST, spots: Spots, parent: ast.AST) -> Diagnostic:
    """Say that the language lacks a construct; an operator is shown with its operands."""
    kind = type(node).__name__
    shown = node if hasattr(node, "lineno") else parent
    return Diagnostic(
        "expression.not-allowed",
        text(
            f"公式语言里没有这种写法（{kind}）",
            f"the formula language has no such construct ({kind})",
        ),
        spots.place(shown),
        hint=instead_of(kind),
    )
