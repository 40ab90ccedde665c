"""Which formulas a result or a check needs, directly or through others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.tree import FormulaOf, LeftOut, children

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.language.checked import Methodology
    from mrv.language.tree import Node


def needed(methodology: Methodology) -> tuple[frozenset[str], frozenset[str]]:
    """Return the formulas that are needed, and those that a result or a check names itself."""
    roots = {result.of.text for result in methodology.results}
    for check in methodology.checks:
        for part in (check.that, check.when):
            roots |= set() if part is None else set(_read(part))
    found: set[str] = set()
    waiting = [name for name in roots if name in methodology.formulas]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _read(methodology.formulas[name].body)
    return frozenset(found), frozenset(roots)


def _read(node: Node) -> Iterator[str]:
    """Yield the formulas that an expression reads; a term that a choice leaves out reads none."""
    stack = [node]
    while stack:
        top = stack.pop()
        if isinstance(top, FormulaOf):
            yield top.name
        elif not isinstance(top, LeftOut):
            stack += children(top)
