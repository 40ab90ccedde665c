"""Parts of a call in the syntax tree."""

from __future__ import annotations

import ast


def keyword(node: ast.Call, name: str) -> ast.expr | None:
    """Return the expression given for a keyword, or None.

    Example:
        >>> import ast
        >>> call = ast.parse("sum(a, where=b)", mode="eval").body
        >>> ast.unparse(keyword(call, "where"))
        'b'
    """
    return next((item.value for item in node.keywords if item.arg == name), None)


def name_of(node: ast.Call) -> str:
    """Return the name of the called function."""
    return node.func.id if isinstance(node.func, ast.Name) else ""
