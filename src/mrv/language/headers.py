"""What formulas, constants, factors, tables and curves promise, before any formula is read."""

from __future__ import annotations

import ast
from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.language.curves import read_curve
from mrv.language.expression import dotted, parse
from mrv.language.infer import infer
from mrv.language.scope import constant
from mrv.language.tree import ColumnOf
from mrv.language.types import REPORT, Grain, Key, Type
from mrv.language.world import Context, FactorHeader, Header, TableHeader
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from mrv.language.model import DecisionTable, Formula, Need, Written
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.world import World

_PARTS = ("month", "day", "year")


def declare(scope: Scope, world: World) -> list[Diagnostic]:
    """Enter the promises of one file under their full names; return what is wrong with them."""
    findings: list[Diagnostic] = []
    document, prefix = scope.document, scope.prefix

    def attempt(make) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
        try:
            make()
        except Refused as refused:
            findings.extend(refused.diagnostics)

    for item in document.constants:
        attempt(
            lambda item=item: world.constants.update(
                {f"{prefix}{item.name}": constant(item, scope)}
            )
        )
    for use in document.factors:
        attempt(
            lambda use=use: world.factors.update(
                {
                    f"{prefix}{use.name}": FactorHeader(
                        f"{prefix}{use.name}", scope.unit(use.unit), use, scope
                    )
                }
            )
        )
    for curve in document.curves:
        attempt(
            lambda curve=curve: world.curves.update(
                {f"{prefix}{curve.name}": read_curve(curve, scope)}
            )
        )
    for table in document.tables:
        attempt(
            lambda table=table: world.tables.update({f"{prefix}{table.name}": _table(table, scope)})
        )
    for formula in document.formulas:
        attempt(
            lambda f=formula: world.formulas.update(
                {f"{prefix}{f.name}": _formula(f, scope, world)}
            )
        )
    return findings


def _table(table: DecisionTable, scope: Scope) -> TableHeader:
    gives: dict[str, Type] = {}
    for name, promised in table.gives:
        if isinstance(promised, tuple):
            gives[name] = Type("text", words=frozenset(promised))
        else:
            gives[name] = Type("quantity", scope.unit(promised))
    return TableHeader(f"{scope.prefix}{table.name}", gives, table, scope)


def _formula(formula: Formula, scope: Scope, world: World) -> Header:
    grain = _grain(formula, scope, world)
    if formula.type == "quantity" and formula.unit is not None:
        kind = Type("quantity", scope.unit(formula.unit), grain, formula.optional)
    elif formula.type == "yes-no":
        kind = Type("yes-no", None, grain, formula.optional)
    else:
        kind = Type("text", None, grain, formula.optional, frozenset(formula.words or ()))
    return Header(f"{scope.prefix}{formula.name}", kind, formula, scope)


def _grain(formula: Formula, scope: Scope, world: World) -> Grain:
    if formula.each is not None:
        return Grain(table_named(formula.each, scope))
    if formula.per is None:
        return REPORT
    named = [_key_text(written) for written in formula.per]
    tables = _tables_of(named, formula.per, scope, world)
    keys = tuple(
        _key(tables, text_, part, written, scope, world)
        for (text_, part), written in zip(named, formula.per, strict=True)
    )
    return Grain(tables, keys)


def table_named(written: Written, scope: Scope) -> str:
    """Return the methodology's name of an input table as a file names it.

    Raises:
        Refused: ``name.unknown``.
    """
    if written.text not in scope.tables:
        refuse(
            "name.unknown",
            text(
                f"没有名为“{written.text}”的输入表",
                f'there is no input table named "{written.text}"',
            ),
            written.place,
            hint=did_you_mean(written.text, scope.tables),
        )
    return scope.tables[written.text]


def _key_text(written: Written) -> tuple[str, str | None]:
    """Read ``ship``, ``trip.user`` or ``day(start)`` as (name, calendar part)."""
    tree, lines = parse(written)
    name = dotted(tree)
    if name is not None:
        return name, None
    if isinstance(tree, ast.Call) and dotted(tree.func) in _PARTS and len(tree.args) == 1:
        inner = dotted(tree.args[0])
        if inner is not None:
            return inner, dotted(tree.func)
    refuse(
        "grain.key",
        text("per: 的键应是列名，或 month(列)、day(列)、year(列)", "a key of per: is a column, or month(column), day(column), year(column)"),
        lines.place(tree),
    )  # fmt: skip


def _tables_of(named, written, scope: Scope, world: World) -> str:  # type: ignore[no-untyped-def]  # noqa: ANN001
    """Find the one table that has all key columns."""
    stated = {name.split(".")[0] for name, _ in named if "." in name}
    columns = [name.split(".")[-1] for name, _ in named]
    bound = [scope.bound_table(name) for name in columns] if scope.prefix else []
    holders = [
        table.name
        for table in world.inputs.values()
        if all(table.column(name) for name in columns)
        and all(scope.tables.get(s, s) == table.name for s in stated)
    ]
    if bound and all(bound) and len(set(bound)) == 1:
        return str(bound[0])
    if len(holders) == 1:
        return holders[0]
    if not holders:
        known = [column.name for table in world.inputs.values() for column in table.columns]
        missing = next((name for name in columns if name not in known), columns[0])
        refuse(
            "name.unknown",
            text(
                f"没有一张输入表同时有这些列：{'、'.join(columns)}",
                f"no input table has all of these columns: {', '.join(columns)}",
            ),
            written[0].place,
            hint=did_you_mean(missing, known),
        )
    refuse(
        "name.ambiguous",
        text(
            f"多张表都有这些列：{'、'.join(holders)}",
            f"several tables have these columns: {', '.join(holders)}",
        ),
        written[0].place,
        hint=text(
            f"写明表名，如 {holders[0]}.{columns[0]}。",
            f"Name the table, as in {holders[0]}.{columns[0]}.",
        ),
    )


def _key(
    table: str, name: str, part: str | None, written: Written, scope: Scope, world: World
) -> Key:
    short = name.split(".")[-1]
    bound = scope.bound.get(short) if scope.prefix else None
    column_name = bound.column if isinstance(bound, ColumnOf) else short
    column = world.inputs[table].column(column_name)
    if column is None or column.optional:
        refuse(
            "grain.key",
            text(
                f"“{short}”可能缺失，不能作分组的键",
                f'"{short}" may be missing, so it cannot be a key',
            ),
            written.place,
        )
    if part is not None and column.kind != "instant":
        refuse(
            "type.instant",
            text(f"{part} 需要时刻列", f"{part} needs an instant column"),
            written.place,
        )
    if part is None and column.kind in {"instant", "quantity"}:
        refuse(
            "grain.key",
            text("数值和时刻不能直接作键", "quantities and instants cannot be keys"),
            written.place,
            hint=text(
                "时刻请写 day(列) 或 month(列)。",
                "For an instant write day(column) or month(column).",
            ),
        )
    label = short if part is None else f"{short}.{part}"
    return Key(label, column_name, part, column.refers_to)  # type: ignore[arg-type]


def bind(scope: Scope, world: World) -> list[Diagnostic]:
    """Bind the needs of a module to expressions of its host; return what does not fit."""
    findings: list[Diagnostic] = []
    use_name = scope.prefix.rstrip(".").rsplit(".", 1)[-1]
    host = scope.host
    if host is None:
        return findings
    use = next(item for item in host.document.uses if item.name == use_name)
    bindings = dict(use.bindings)
    needs = {need.name: need for need in scope.document.needs}
    for name, written in bindings.items():
        if name not in needs:
            findings.append(
                Diagnostic(
                    "module.unknown-need",
                    text(
                        f"模块 {scope.document.name} 不需要“{name}”",
                        f'module {scope.document.name} has no need "{name}"',
                    ),
                    written.place,
                    hint=did_you_mean(name, needs),
                )
            )
    for need in needs.values():
        if need.name not in bindings:
            findings.append(
                Diagnostic(
                    "module.need",
                    text(
                        f"没有给模块 {scope.document.name} 提供“{need.name}”",
                        f'module {scope.document.name} needs "{need.name}"',
                    ),
                    use.place,
                    hint=text(
                        f"在 with: 里写 {need.name}: …。", f"Write {need.name}: … under with:."
                    ),
                )
            )
        elif not need.table:
            try:
                scope.bound[need.name] = _bound(need, bindings[need.name], scope, host, world)
            except Refused as refused:
                findings += refused.diagnostics
    return findings


def _bound(need: Need, written: Written, scope: Scope, host: Scope, world: World) -> Node:
    """Read what a need is bound to, and check its type against the need's."""
    from mrv.language.fit import in_unit, lower

    tree, lines = parse(written)
    target = Grain(table_named(need.each, scope)) if need.each else REPORT
    context = Context(
        world,
        host,
        lines,
        f"{scope.prefix}{need.name}",
        target,
        target if need.each else None,
        infer,
    )
    node = lower(context.read(tree), target, context)
    column = need.column
    if column is None:
        return node
    if column.unit is not None:
        node = in_unit(node, scope.unit(column.unit), need.name)
    elif node.type.kind == "quantity":
        refuse(
            "type.mismatch",
            text(f"“{need.name}”不应是数值", f'"{need.name}" must not be a quantity'),
            written.place,
        )
    if node.type.missing and not column.optional:
        refuse(
            "missing.unresolved",
            text(
                f"模块要求“{need.name}”总有值，这里的可能缺失",
                f'the module needs "{need.name}" to be there; this may be missing',
            ),
            written.place,
            hint=text("用 first(…, 后备值)。", "Use first(…, fall-back)."),
        )
    return replace(node, type=node.type.perhaps(missing=column.optional))
