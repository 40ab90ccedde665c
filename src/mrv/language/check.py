"""The whole check of a file: names, types, tables, cycles, results; all findings at once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language import binding, headers
from mrv.language.assignments import other_assignments, own_choices, unanswered
from mrv.language.bodies import read_bodies
from mrv.language.checked import Methodology
from mrv.language.input_tables import open_inputs
from mrv.language.order import in_order
from mrv.language.patterns import check_forensics
from mrv.language.properties import check_properties
from mrv.language.scope import open_scopes
from mrv.language.standalone import needed_tables, standing_alone
from mrv.language.unused import unused_names
from mrv.language.withholding import read_withholdings
from mrv.language.world import World
from mrv.messages import Diagnostic, Refused, did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.bodies import Bodies
    from mrv.language.inputs import Input
    from mrv.language.model import Document
    from mrv.language.scope import Loader, Opened, Scope


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
    stated, words = dict(choices or {}), dict(vocabularies or {})
    opened = open_scopes(document, modules, stated, standing_alone(document))
    findings: list[Diagnostic] = []
    try:
        checked = _check_once(document, opened, words)
    except Refused as refused:
        findings += refused.diagnostics
    others = every_choice and not opened.findings
    for assignment in other_assignments(opened.scopes) if others else ():
        again = open_scopes(document, modules, {**stated, **assignment}, standing_alone(document))
        try:
            _check_once(document, again, words)
        except Refused as refused:
            named = ", ".join(f"{name}={value}" for name, value in sorted(assignment.items()))
            known = {(finding.rule, finding.place) for finding in findings}
            findings += [
                _under(finding, named)
                for finding in refused.diagnostics
                if (finding.rule, finding.place) not in known
            ]
    if findings:
        raise Refused(sorted(dict.fromkeys(findings), key=_position))
    return checked


def check_document(
    document: Document,
    *,
    modules: Loader,
    choices: Mapping[str, str] | None = None,
    vocabularies: Mapping[str, frozenset[str]] | None = None,
) -> Methodology:
    """Check a methodology or a module as a file, whatever a reporter may choose later.

    A module stands by itself: what it needs becomes columns of tables that its needs name.
    Choices without a default take each of their values in turn.

    Args:
        document: the file, read.
        modules: loads a module by its written name and edition.
        choices: choices to start from, if any.
        vocabularies: words of the factor store by kind.

    Raises:
        Refused: every finding, in file order.
    """
    stated = {**unanswered(document, modules), **(choices or {})}
    return check(document, modules=modules, choices=stated, vocabularies=vocabularies)


def _check_once(
    document: Document, opened: Opened, words: Mapping[str, frozenset[str]]
) -> Methodology:
    """Check one assignment of choices."""
    scopes = opened.scopes
    tables = open_inputs(needed_tables(document), scopes[0], words)
    world = World(tables.inputs, words, broken=opened.broken | tables.broken)
    findings = [*opened.findings, *tables.findings]
    if scopes[0].document.kind == "module":
        binding.bind_itself(scopes[0], world)
    for scope in scopes:
        findings += headers.declare(scope, world)
    unbound: set[str] = set()
    for scope in scopes:
        if scope.host is not None and scope.host.prefix in unbound:
            unbound.add(scope.prefix)
        elif amiss := binding.bind(scope, world):
            findings += amiss
            unbound.add(scope.prefix)
    bodies = read_bodies(scopes, world, unbound)
    findings += bodies.findings
    findings += _results(document, world)
    findings += check_properties(document, world)
    findings += check_forensics(document, world)
    order, circles = in_order(bodies.formulas, bodies.decisions)
    findings += circles
    withheld, unguarded = read_withholdings(scopes[0], world, bodies.formulas, bodies.decisions)
    findings += unguarded
    if findings:
        raise Refused(sorted(dict.fromkeys(findings), key=_position))
    return replace(_finished(document, scopes, world, bodies, order), withheld=withheld)


def _finished(
    document: Document, scopes: list[Scope], world: World, bodies: Bodies, order: list[str]
) -> Methodology:
    modules = {scope.document.name: scope.document for scope in scopes if scope.host is not None}
    return Methodology(
        document=document,
        modules=tuple(modules.values()),
        choices=tuple(made for scope in scopes for made in own_choices(scope)),
        inputs=_shared(world),
        constants=world.constants,
        factors=bodies.factors,
        decisions=bodies.decisions,
        curves=world.curves,
        traced=world.traced,
        formulas={name: bodies.formulas[name] for name in order},
        results=document.results,
        checks=bodies.checks,
        warnings=tuple(unused_names(scopes, world)),
        left_out=tuple(dict.fromkeys(world.left_out)),
        empirical=tuple(dict.fromkeys(world.empirical)),
    )


def _shared(world: World) -> dict[str, Input]:
    """Return the input tables; those that curves read stand in every period, as lists do."""
    traced = {curve.table for curve in world.traced.values()}
    return {
        name: replace(table, shared=True) if name in traced else table
        for name, table in world.inputs.items()
    }


def _results(document: Document, world: World) -> list[Diagnostic]:
    """Find results without a formula or with another one's name, and a document without any."""
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
        and not {result.of.text, result.of.text.partition(".")[0]} & world.broken
    ]
    findings += [
        Diagnostic(
            "name.ambiguous",
            text(
                f"结果“{result.name}”与另一条公式同名，却报告 {result.of.text}",
                f'result "{result.name}" has the name of another formula but reports '
                f"{result.of.text}",
            ),
            result.place,
            why=text(
                "按名称取数时不知道指哪一个。", "A look-up by name could mean either of them."
            ),
            hint=text("给结果另起名。", "Give the result a name of its own."),
        )
        for result in document.results
        if result.name in world.formulas and result.name != result.of.text
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


def _under(finding: Diagnostic, named: str) -> Diagnostic:
    """Say under which choices a finding arises."""
    what = text(f"{finding.what.zh}（选 {named} 时）", f"{finding.what.en} (with {named})")
    return replace(finding, what=what)


def _position(finding: Diagnostic) -> tuple[str, int, int, str]:
    """Return where a finding stands, to sort by."""
    place = finding.place
    if place is None:
        return ("", 0, 0, finding.rule)
    return (place.file or "", place.line or 0, place.column or 0, finding.rule)
