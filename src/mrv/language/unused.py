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

    Only the file that is checked is looked at; the formulas of a module are offered, not owed.
    """
    findings: list[Diagnostic] = []
    for scope in scopes:
        if scope.host is not None:
            continue
        document = scope.document
        formulas = () if document.kind == "module" else document.formulas
        declared: list[tuple[str, str, str, Place]] = [
            *(("常数", "constant", item.name, item.value.place) for item in document.constants),
            *(("因子", "factor", item.name, item.place) for item in document.factors),
            *(("决策表", "decision table", item.name, item.place) for item in document.tables),
            *(("插值表", "curve", item.name, item.place) for item in document.curves),
            *(("公式", "formula", item.name, item.place) for item in formulas),
        ]
        for zh, en, name, place in declared:
            if f"{scope.prefix}{name}" not in world.used:
                findings.append(_unused(zh, en, name, place))
        bound = {written.text for use in document.uses for _, written in use.choices}
        for choice in document.choices:
            shapes = f"{{{choice.name}}}" in document.text or choice.name in bound
            if f"choice.{scope.prefix}{choice.name}" not in world.used and not shapes:
                findings.append(_unused("选项", "choice", choice.name, choice.place))
    return findings


def _unused(zh: str, en: str, name: str, place: Place) -> Diagnostic:
    return Diagnostic(
        "name.unused",
        text(f"{zh}“{name}”声明了却没有用到", f'{en} "{name}" is declared and never used'),
        place,
        why=text(
            "多半是别处写错了名称，或该步骤漏写了。",
            "Mostly a name is misspelt elsewhere, or a step was forgotten.",
        ),
        severity="warning",
    )
