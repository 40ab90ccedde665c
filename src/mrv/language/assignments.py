"""Which choices a reporter makes, and which of their values have to be checked besides."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from mrv.language.scope import open_scopes
from mrv.language.standalone import standing_alone

if TYPE_CHECKING:
    from mrv.language.checked import ChoiceMade
    from mrv.language.model import Document
    from mrv.language.scope import Loader, Scope

MAX_ASSIGNMENTS = 32
"""Beyond this many combinations, each value is checked once instead of with each other one."""

GWP = "gwp"


def own_choices(scope: Scope) -> tuple[ChoiceMade, ...]:
    """Return the choices that the reporter makes: not those that the host has bound."""
    bound = dict(scope.use.choices) if scope.use is not None else {}
    return tuple(made for name, made in scope.choices.items() if name not in bound)


def other_assignments(scopes: list[Scope]) -> list[dict[str, str]]:
    """Return the assignments, besides the one made, of choices that shape units or look-ups.

    Choices that are only compared need none: a condition on them is read with all its branches.
    """
    shaping: dict[str, ChoiceMade] = {}
    passed_on: set[tuple[str, str]] = set()
    for scope in reversed(scopes):
        for name, made in scope.choices.items():
            shapes = f"{{{name}}}" in scope.document.text or name == GWP
            if not shapes and (scope.prefix, name) not in passed_on:
                continue
            bound = dict(scope.use.choices).get(name) if scope.use is not None else None
            if bound is None:
                shaping[made.name] = made
            elif scope.host is not None:
                passed_on.add((scope.host.prefix, bound.text))
    now = {name: made.value for name, made in sorted(shaping.items())}
    values = [shaping[name].declared.of for name in now]
    size = 1
    for of in values:
        size *= len(of)
    if size <= MAX_ASSIGNMENTS:
        combined = [dict(zip(now, one, strict=True)) for one in product(*values)]
    else:
        combined = [
            {**now, name: value} for name, of in zip(now, values, strict=True) for value in of
        ]
    return [one for one in combined if one != now]


def unanswered(document: Document, modules: Loader) -> dict[str, str]:
    """Return the first value of every choice that has no default and that no host binds."""
    opened = open_scopes(document, modules, {}, standing_alone(document))
    return {
        made.name: made.declared.of[0]
        for scope in opened.scopes
        for made in own_choices(scope)
        if made.declared.default is None
    }
