"""The whole check of a methodology: names, types, tables, cycles, results; all findings at once."""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

from mrv.language import headers
from mrv.language.bodies import Bodies, read_bodies
from mrv.language.checked import Methodology
from mrv.language.order import in_order
from mrv.language.scope import open_inputs, open_scopes
from mrv.language.unused import unused_names
from mrv.language.world import World
from mrv.messages import Diagnostic, Refused, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.language.model import Document, Written
    from mrv.language.scope import Scope

    Loader = Callable[[Written, str | None], Document]

MAX_ASSIGNMENTS = 32


def check(
    document: Document,
    *,
    modules: Loader,
    choices: Mapping[str, str] | None = None,
    vocabularies: Mapping[str, frozenset[str]] | None = None,
    every_choice: bool = True,
) -> Methodology:
    """Check a methodology for the choices made, and its other choices besides.

    Args:
        document: the file, read.
        modules: loads a module by its written name and edition.
        choices: choices stated by the reporter; the others stand at their defaults.
        vocabularies: words of the factor store by kind (``fuel``, ``region``, ``gas``).
        every_choice: also check every other value of choices that shape units or look-ups.

    Returns:
        The methodology with typed formulas, ready to be planned.

    Raises:
        Refused: every finding, in file order.
    """
    stated = dict(choices or {})
    words = dict(vocabularies or {})
    scopes = open_scopes(document, modules, stated)
    checked = _check_once(document, scopes, words)
    if not every_choice:
        return checked
    findings: list[Diagnostic] = []
    for assignment in _other_assignments(scopes):
        try:
            again = open_scopes(document, modules, {**stated, **assignment})
            _check_once(document, again, words)
        except Refused as refused:
            named = ", ".join(f"{name}={value}" for name, value in sorted(assignment.items()))
            findings += [_under(finding, named) for finding in refused.diagnostics]
    if findings:
        raise Refused(sorted(dict.fromkeys(findings), key=_position))
    return checked


def _check_once(
    document: Document, scopes: list[Scope], words: Mapping[str, frozenset[str]]
) -> Methodology:
    """Check one assignment of choices."""
    inputs = open_inputs(scopes, words)
    world = World(inputs, words)
    findings: list[Diagnostic] = []
    for scope in scopes:
        findings += headers.declare(scope, world)
    for scope in scopes:
        if scope.prefix:
            findings += headers.bind(scope, world)
    bodies = read_bodies(scopes, world)
    findings += bodies.findings
    findings += _missing_results(document, world)
    if not findings:
        findings += in_order(bodies.formulas, bodies.decisions)[1]
    if findings:
        raise Refused(sorted(dict.fromkeys(findings), key=_position))
    return _finished(document, scopes, world, bodies)


def _finished(document: Document, scopes: list[Scope], world: World, bodies: Bodies) -> Methodology:
    order, _ = in_order(bodies.formulas, bodies.decisions)
    modules = {scope.document.name: scope.document for scope in scopes if scope.prefix}
    return Methodology(
        document=document,
        modules=tuple(modules.values()),
        choices=tuple(made for scope in scopes for made in _own_choices(scope)),
        inputs=world.inputs,
        constants=world.constants,
        factors=bodies.factors,
        decisions=bodies.decisions,
        curves=world.curves,
        formulas={name: bodies.formulas[name] for name in order},
        results=document.results,
        checks=bodies.checks,
        warnings=tuple(unused_names(scopes, world)),
        left_out=tuple(dict.fromkeys(world.left_out)),
        empirical=tuple(dict.fromkeys(world.empirical)),
    )


def _own_choices(scope: Scope):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Choices that the reporter makes: not those that the host has bound."""
    if scope.host is None:
        return tuple(scope.choices.values())
    use = scope.prefix.rstrip(".").rsplit(".", 1)[-1]
    bound = next((dict(item.choices) for item in scope.host.document.uses if item.name == use), {})
    return tuple(made for name, made in scope.choices.items() if name not in bound)


def _missing_results(document: Document, world: World) -> list[Diagnostic]:
    """Find results that report no formula, and a document without any result."""
    findings = [
        Diagnostic(
            "name.unknown",
            text(
                f"没有名为“{result.of.text}”的公式", f'there is no formula named "{result.of.text}"'
            ),
            result.of.place,
            hint=did_you_mean(result.of.text, world.formulas),
        )
        for result in document.results
        if result.of.text not in world.formulas
    ]
    world.used.update(result.of.text for result in document.results)
    if document.kind == "methodology" and not document.results:
        findings.append(
            Diagnostic(
                "result.none",
                text("没有声明任何结果", "no result is declared"),
                document.place,
                hint=text(
                    "在 results: 里写明报告哪些公式。",
                    "Say under results: which formulas are reported.",
                ),
            )
        )
    return findings


def _other_assignments(scopes: list[Scope]) -> list[dict[str, str]]:
    """Return the assignments, besides the one made, of choices that shape units or look-ups."""
    shaping: dict[str, tuple[str, ...]] = {}
    made: dict[str, str] = {}
    for scope in scopes:
        for choice in _own_choices(scope):
            name = choice.declared.name
            if f"{{{name}}}" in scope.document.text or name == "gwp":
                shaping[choice.name] = choice.declared.of
                made[choice.name] = choice.value
    names = list(shaping)
    combined = [dict(zip(names, values, strict=True)) for values in product(*shaping.values())]
    return [each for each in combined if each != made][:MAX_ASSIGNMENTS]


def _under(finding: Diagnostic, named: str) -> Diagnostic:
    """Say under which choices a finding arises."""
    what = text(f"{finding.what.zh}（选 {named} 时）", f"{finding.what.en} (with {named})")
    return replace(finding, what=what)


def _position(finding: Diagnostic) -> tuple[str, int, int, str]:
    place = finding.place
    if place is None:
        return ("", 0, 0, finding.rule)
    return (place.file or "", place.line or 0, place.column or 0, finding.rule)
