"""Modules at work: what they need is bound to columns and formulas of the host, types proved."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.expression import parse
from mrv.language.fit import in_unit, lower
from mrv.language.grains import path
from mrv.language.grouping import table_named
from mrv.language.infer import infer
from mrv.language.input_tables import read_column
from mrv.language.tree import ColumnOf, FormulaOf, Nothing
from mrv.language.types import REPORT, Grain, Type
from mrv.language.world import Context, describe_kind
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from mrv.language.inputs import Column
    from mrv.language.model import Need, Use, Written
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.world import World
    from mrv.messages import Text


_OTHER_ROWS = "grain.does-not-fit"
_SEVERAL = 2


def bind(scope: Scope, world: World) -> list[Diagnostic]:
    """Bind the needs of a module to expressions of its host; return what does not fit."""
    host, use = scope.host, scope.use
    if host is None or use is None:
        return []
    bindings = dict(use.bindings)
    amiss: dict[str, list[Diagnostic]] = {}
    needs = {need.name: need for need in scope.document.needs}
    findings = [
        Diagnostic(
            "module.unknown-need",
            text(
                f"模块 {scope.document.name} 不需要“{name}”",
                f'module {scope.document.name} has no need "{name}"',
            ),
            written.place,
            hint=did_you_mean(name, needs),
        )
        for name, written in bindings.items()
        if name not in needs
    ]
    for need in needs.values():
        full = f"{scope.prefix}{need.name}"
        if need.name not in bindings:
            findings.append(_lacking(need, use, scope))
            world.broken.add(full)
        elif need.table:
            findings += _references(need, bindings[need.name], scope, world)
        else:
            try:
                scope.bound[need.name] = _bound(need, bindings[need.name], scope, host, world)
            except Refused as refused:
                amiss[need.name] = list(refused.diagnostics)
                world.broken.add(full)
    for need in needs.values():
        if need.table and need.name in bindings:
            findings += _other_rows(need, bindings[need.name], scope, amiss)
    return [*findings, *(finding for found in amiss.values() for finding in found)]


def _other_rows(
    table: Need, bound: Written, scope: Scope, amiss: dict[str, list[Diagnostic]]
) -> list[Diagnostic]:
    """Say once that all that is given for a table belongs to other rows; take out the rest."""
    each = {
        need.name for need in scope.document.needs if need.each and need.each.text == table.name
    }
    strange = {
        name for name in each & amiss.keys() if {one.rule for one in amiss[name]} == {_OTHER_ROWS}
    }
    given = {name for name in each if not isinstance(scope.bound.get(name), Nothing)}
    if len(strange) < _SEVERAL or given - strange:
        return []
    for name in strange:
        del amiss[name]
    shown = ", ".join(need.name for need in scope.document.needs if need.name in strange)
    what = text(
        f"{shown} 都不是表 {bound.text} 的值",
        f"none of {shown} is a value of the table {bound.text}",
    )
    hint = text(
        f"{table.name}: 应是这些值所属的表。", f"{table.name}: is the table that they belong to."
    )
    return [Diagnostic("module.other-rows", what, bound.place, hint=hint)]


def _references(need: Need, bound: Written, scope: Scope, world: World) -> list[Diagnostic]:
    """Hold a table to the references that the module asks of it."""
    findings: list[Diagnostic] = []
    for target in need.refers_to:
        if need.name not in scope.tables or target.text not in scope.tables:
            continue  # not bound, which is told
        fine, coarse = Grain(scope.tables[need.name]), Grain(scope.tables[target.text])
        try:
            found = path(coarse, fine, world.inputs, bound.place)
        except Refused as refused:
            findings += refused.diagnostics
            continue
        if found is None or not found.certain:
            zh = "没有引用" if found is None else "不一定引用"
            en = "does not refer to" if found is None else "need not refer to"
            what = text(
                f"表 {fine.table} {zh} {coarse.table}，而模块 {scope.document.name} 需要",
                f"table {fine.table} {en} {coarse.table}, as module {scope.document.name} needs",
            )
            hint = text(
                f"在 {fine.table} 中声明一列 {{in: {coarse.table}}}，不可缺省。",
                f"Declare a column {{in: {coarse.table}}} in {fine.table}, not optional.",
            )
            findings.append(Diagnostic("module.reference", what, bound.place, hint=hint))
    return findings


def bind_itself(scope: Scope, world: World) -> None:
    """Bind the needs of a module that stands by itself to columns of made-up tables.

    Unlike other bindings these need no names of a host: they come before all declarations.
    """
    for need in scope.document.needs:
        if need.column is None:
            continue
        column = None
        if need.each is not None:
            column = world.inputs[need.each.text].column(need.name)
            grain = Grain(need.each.text)
        else:
            try:
                column = read_column(need.column, scope, {}, world.vocabularies)
            except Refused:
                column = None
            grain = REPORT
        if column is None:
            world.broken.add(f"{scope.prefix}{need.name}")
            continue
        words = None if column.words is None else frozenset(column.words)
        if column.vocabulary is not None:
            words = world.vocabularies.get(column.vocabulary)
        kind = Type(column.kind, column.unit, grain, column.optional, words)
        scope.bound[need.name] = (
            ColumnOf(grain.table, need.name, kind, need.place)
            if grain.table is not None
            else FormulaOf(f"{scope.prefix}{need.name}", kind, need.place)
        )


def _lacking(need: Need, use: Use, scope: Scope) -> Diagnostic:
    return Diagnostic(
        "module.need",
        text(
            f"没有给模块 {scope.document.name} 提供“{need.name}”",
            f'module {scope.document.name} needs "{need.name}"',
        ),
        use.place,
        hint=text(f"在 with: 里写 {need.name}: …。", f"Write {need.name}: … under with:."),
    )


def _bound(need: Need, written: Written, scope: Scope, host: Scope, world: World) -> Node:
    """Read what a need is bound to, and hold it to the need's type."""
    target = Grain(table_named(need.each, scope)) if need.each else REPORT
    around = target if need.each else None
    name = f"{scope.prefix}{need.name}"
    tree, spots = parse(written, host.document.text)
    context = Context(world, host, spots, name, target, around, infer)
    node = lower(context.read(tree), target, context)
    if need.column is None:
        return node
    names = {table.name: table for table in scope.document.inputs}
    wanted = read_column(replace(need.column, refers_to=_vocabulary(need)), scope, names, {})
    if isinstance(node, Nothing):
        node = replace(node, type=_nothing(wanted, node.type.grain, world), need=name)
    if node.type.kind != wanted.kind:
        (one_zh, one_en), (two_zh, two_en) = (
            describe_kind(node.type.kind),
            describe_kind(wanted.kind),
        )
        refuse(
            "type.mismatch",
            text(
                f"“{need.name}”应为{two_zh}，这里是{one_zh}",
                f'"{need.name}" must be {two_en}, this is {one_en}',
            ),
            written.place,
        )
    if wanted.unit is not None:
        node = in_unit(node, wanted.unit, need.name)
    if wanted.kind == "text" and not isinstance(node, Nothing):
        node = _same_words(node, need, wanted, scope, world)
    if node.type.missing and not wanted.optional:
        refuse(
            "missing.unresolved",
            text(
                f"模块要求“{need.name}”总有值，这里的可能缺失",
                f'the module needs "{need.name}" to be there; this may be missing',
            ),
            written.place,
            hint=text("用 first(…, 后备值)。", "Use first(…, fall-back)."),
        )
    return replace(node, type=node.type.perhaps(missing=wanted.optional))


def _nothing(wanted: Column, grain: Grain, world: World) -> Type:
    """Return the type of a value that is never there, as the need asks for it."""
    words = None if wanted.words is None else frozenset(wanted.words)
    if wanted.vocabulary is not None:
        words = world.vocabularies.get(wanted.vocabulary)
    return Type(wanted.kind, wanted.unit, grain, missing=True, words=words)


def _vocabulary(need: Need) -> Written | None:
    """Return the store vocabulary that a need names; references to tables are compared apart."""
    refers = need.column.refers_to if need.column else None
    return refers if refers is not None and refers.text.startswith("factors.") else None


def _same_words(node: Node, need: Need, wanted: Column, scope: Scope, world: World) -> Node:
    """Hold a text to the vocabulary or the table that the need names."""
    own = world.inputs[node.table].column(node.column) if isinstance(node, ColumnOf) else None
    refers = need.column.refers_to.text if need.column and need.column.refers_to else None
    if refers in scope.tables:
        target = scope.tables[refers or ""]
        if own is None or own.refers_to != target:
            _other_words(need, text(f"对表 {target} 的引用", f"a reference to {target}"), node)
        return node
    if wanted.vocabulary is not None:
        words = world.vocabularies.get(wanted.vocabulary)
        known = node.type.words
        fits = own is not None and own.vocabulary == wanted.vocabulary
        if not fits and (known is None or (words is not None and not known <= words)):
            said = text(f"词表 {wanted.vocabulary} 的词", f"a word of {wanted.vocabulary}")
            _other_words(need, said, node)
        return replace(node, type=replace(node.type, words=words))
    if wanted.words is not None:
        words = frozenset(wanted.words)
        if node.type.words is None or not node.type.words <= words:
            listed = ", ".join(wanted.words)
            _other_words(need, text(f"这些词之一：{listed}", f"one of {listed}"), node)
        return replace(node, type=replace(node.type, words=words))
    return node


def _other_words(need: Need, wanted: Text, node: Node) -> None:
    refuse(
        "word.unknown",
        text(
            f"模块要求“{need.name}”是{wanted.zh}",
            f'the module needs "{need.name}" to be {wanted.en}',
        ),
        node.place,
        why=text(
            "词表不同时，模块里的比较会落空。",
            "With other words the comparisons in the module would never hold.",
        ),
    )
