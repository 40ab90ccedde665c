"""What is declared and never used: warned about, because it is mostly a misspelt name elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.scope import Scope
    from mrv.language.world import World
    from mrv.messages import Place


def unused_names(scopes: list[Scope], world: World) -> list[Diagnostic]:
    """Warn of constants, factors, tables, curves, choices and formulas that nothing uses.

    Formulas of modules are offered, not owed: they are left out, as are input columns that are
    keys or labels.
    """
    findings: list[Diagnostic] = []
    for scope in scopes:
        if scope.prefix:
            continue
        document = scope.document
        declared: list[tuple[str, str, str, Place]] = [
            *(("常数", "constant", item.name, item.value.place) for item in document.constants),
            *(("因子", "factor", item.name, item.place) for item in document.factors),
            *(("决策表", "decision table", item.name, item.place) for item in document.tables),
            *(("插值表", "curve", item.name, item.place) for item in document.curves),
            *(("公式", "formula", item.name, item.place) for item in document.formulas),
        ]
        for zh, en, name, place in declared:
            if name not in world.used:
                findings.append(_unused(zh, en, name, place))
        bound = {written.text for use in document.uses for _, written in use.choices}
        for choice in document.choices:
            shapes = f"{{{choice.name}}}" in document.text or choice.name in bound
            if f"choice.{choice.name}" not in world.used and not shapes:
                findings.append(_unused("选项", "choice", choice.name, choice.place))
    return findings


def _unused(zh: str, en: str, name: str, place: Place) -> Diagnostic:
    return Diagnostic(
        "name.unused",
        text(f"{zh}“{name}”声明了却没有用到", f'{en} "{name}" is declared and never used'),
        place,
        severity="warning",
    )
