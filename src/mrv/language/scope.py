"""Scopes: what each name means in a methodology and in the modules that it uses.

A methodology and each use of a module form a scope. A module's formulas get the name of the use
in front (``ship_fuel.co2``); its needs are bound to columns and formulas of the host.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mrv.language.choosing import bound_choices, choose
from mrv.language.tree import ColumnOf
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text
from mrv.units import parse_unit, unit_text_with_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.language.checked import ChoiceMade
    from mrv.language.model import Document, Use, Written
    from mrv.language.tree import Node
    from mrv.units import Unit

    Loader = Callable[[Written, str | None], Document]

MAX_NESTED = 5


@dataclass(frozen=True)
class Scope:
    """One file at work: the methodology itself, or one use of a module.

    Attributes:
        prefix: put before the names of its formulas; empty for the methodology.
        document: the file.
        choices: value of each choice that its texts may name.
        tables: its names for input tables -> the methodology's names.
        host: the scope that uses it; None for the file that is checked.
        use: the use that opened it, if any.
        bound: needs of a module -> expressions of the host; filled after the host's names stand.
    """

    prefix: str
    document: Document
    choices: Mapping[str, ChoiceMade]
    tables: Mapping[str, str]
    host: Scope | None = None
    use: Use | None = None
    bound: dict[str, Node] = field(default_factory=dict)

    def unit(self, written: Written) -> Unit:
        """Read a unit text in which choices may stand (``t CO2e[{gwp}]``)."""
        values = {name: made.value for name, made in self.choices.items()}
        try:
            return parse_unit(unit_text_with_choice(written.text, values), written.place)
        except Refused as refused:
            found = [d if d.place else replace(d, place=written.place) for d in refused.diagnostics]
            raise Refused(found) from None

    def bound_column(self, name: str) -> tuple[str, str] | None:
        """Return the table and column behind a need that is bound to a plain column.

        Asked for before any binding is read as an expression.
        """
        node = self.bound.get(name)
        if isinstance(node, ColumnOf):
            return node.table, node.column
        if self.use is None or self.host is None or name not in dict(self.use.bindings):
            return None
        written = dict(self.use.bindings)[name].text.strip()
        if self.host.host is not None or self.host.prefix:
            return self.host.bound_column(written)
        table, _, column = written.rpartition(".")
        each = next((n.each for n in self.document.needs if n.name == name), None)
        within = (
            self.host.tables.get(table) if table else self.tables.get(each.text if each else "")
        )
        return (within, column) if within is not None else None


@dataclass
class Opened:
    """The scopes that could be opened, and what was wrong with the others.

    Attributes:
        broken: names of uses whose module could not be opened.
    """

    scopes: list[Scope]
    findings: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def open_scopes(
    document: Document,
    modules: Loader,
    stated: Mapping[str, str],
    first: Scope | None = None,
) -> Opened:
    """Open the scope of a methodology and of every module it uses, the host first.

    Args:
        document: the methodology.
        modules: loads a module by its written name and edition.
        stated: choices as the reporter stated them, by full name (``ship_fuel.route``).
        first: the scope of the file itself, where it is open already (a module by itself).
    """
    opened = Opened([])
    prefix = first.prefix if first else ""
    made = choose(document, prefix, {}, stated, opened.findings)
    tables = {table.name: table.name for table in document.inputs}
    host = replace(first, choices=made) if first else Scope(prefix, document, made, tables)
    opened.scopes.append(host)
    queue = [(host, 1)]
    while queue:
        host, depth = queue.pop(0)
        for use in host.document.uses:
            try:
                scope = _open(host, use, modules, stated, opened.findings, depth=depth)
            except Refused as refused:
                opened.findings += refused.diagnostics
                opened.broken.add(f"{host.prefix}{use.name}")
                continue
            opened.scopes.append(scope)
            queue.append((scope, depth + 1))
    _all_known(stated, opened)
    return opened


def _all_known(stated: Mapping[str, str], opened: Opened) -> None:
    """Find choices that were stated and that nothing declares."""
    known = {made.name for scope in opened.scopes for made in scope.choices.values()}
    for name in stated:
        if name not in known and name.partition(".")[0] not in opened.broken:
            opened.findings.append(
                Diagnostic(
                    "call.unknown-choice",
                    text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"'),
                    hint=did_you_mean(name, known),
                )
            )


def _open(
    host: Scope,
    use: Use,
    modules: Loader,
    stated: Mapping[str, str],
    findings: list[Diagnostic],
    *,
    depth: int,
) -> Scope:
    """Open the scope of one use of a module."""
    if depth > MAX_NESTED:
        refuse(
            "module.too-deep",
            text(
                f"模块相互引用超过 {MAX_NESTED} 层",
                f"modules use each other more than {MAX_NESTED} deep",
            ),
            use.place,
        )
    module = modules(use.module, use.edition)
    prefix = f"{host.prefix}{use.name}."
    bound = bound_choices(use, module, host.choices, findings)
    made = choose(module, prefix, bound, stated, findings)
    bindings = dict(use.bindings)
    tables: dict[str, str] = {}
    for need in module.needs:
        if need.table and need.name in bindings:
            tables[need.name] = _host_table(bindings[need.name], host)
    return Scope(prefix, module, made, tables, host, use)


def _host_table(written: Written, host: Scope) -> str:
    """Return the input table that a need for a table is bound to."""
    if written.text not in host.tables:
        refuse(
            "name.unknown",
            text(
                f"没有名为“{written.text}”的输入表",
                f'there is no input table named "{written.text}"',
            ),
            written.place,
            hint=did_you_mean(written.text, host.tables),
        )
    return host.tables[written.text]
