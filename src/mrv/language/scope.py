"""Scopes: what each name means in a methodology and in the modules that it uses.

A methodology and each use of a module form a scope. A module's formulas get the name of the use
in front (``ship_fuel.co2``); its needs are bound to columns and formulas of the host.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import ChoiceMade, NamedConstant
from mrv.language.inputs import Column, Input, Limits
from mrv.language.tree import ColumnOf
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text
from mrv.units import parse_unit, unit_text_with_choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mrv.language.model import Constant, DeclaredColumn, DeclaredInput, Document, Written
    from mrv.language.tree import Node
    from mrv.language.types import Kind
    from mrv.units import Unit

MAX_NESTED = 5
Vocabularies = "Mapping[str, frozenset[str]]"


@dataclass(frozen=True)
class Scope:
    """One file at work: the methodology itself, or one use of a module.

    Attributes:
        prefix: put before the names of its formulas; empty for the methodology.
        document: the file.
        choices: value of each choice that its texts may name.
        tables: its names for input tables -> the methodology's names.
        bound: needs of a module -> expressions of the host; filled after the host's names stand.
    """

    prefix: str
    document: Document
    choices: Mapping[str, ChoiceMade]
    tables: Mapping[str, str]
    host: Scope | None = None
    bound: dict[str, Node] = field(default_factory=dict)

    def unit(self, written: Written) -> Unit:
        """Read a unit text in which choices may stand (``t CO2e[{gwp}]``)."""
        values = {name: made.value for name, made in self.choices.items()}
        try:
            return parse_unit(unit_text_with_choice(written.text, values), written.place)
        except Refused as refused:
            raise Refused([_placed(d, written) for d in refused.diagnostics]) from None

    def bound_table(self, name: str) -> str | None:
        """Return the input table behind a need that is bound to a plain column."""
        node = self.bound.get(name)
        return node.table if isinstance(node, ColumnOf) else None


def _placed(finding: Diagnostic, written: Written) -> Diagnostic:
    """Give a finding the place of the text it is about."""
    if finding.place is not None:
        return finding
    return Diagnostic(finding.rule, finding.what, written.place, finding.why, finding.hint)


def open_scopes(
    document: Document,
    modules: Callable[[Written, str | None], Document],
    stated: Mapping[str, str],
) -> list[Scope]:
    """Open the scope of a methodology and of every module it uses, the host first.

    Args:
        document: the methodology.
        modules: loads a module by its written name and edition.
        stated: choices as the reporter stated them, by full name (``ship_fuel.route``).

    Raises:
        Refused: unknown module, unknown or unanswered choice, modules nested too deep.
    """
    own = {choice.name: choice for choice in document.choices}
    findings: list[Diagnostic] = []
    made = _choose(document, "", {}, stated, findings)
    scopes = [Scope("", document, made, {table.name: table.name for table in document.inputs})]
    known = set(own)
    queue = [(scopes[0], 1)]
    while queue:
        host, depth = queue.pop(0)
        for use in host.document.uses:
            try:
                scope = _open(host, use, modules, stated, findings, depth)
            except Refused as refused:
                findings += refused.diagnostics
                continue
            known |= {f"{scope.prefix}{choice.name}" for choice in scope.document.choices}
            scopes.append(scope)
            queue.append((scope, depth + 1))
    for name in stated:
        if name not in known:
            findings.append(
                Diagnostic(
                    "call.unknown-choice",
                    text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"'),
                    hint=did_you_mean(name, known),
                )
            )
    if findings:
        raise Refused(findings)
    return scopes


def _open(host, use, modules, stated, findings, depth) -> Scope:  # type: ignore[no-untyped-def]  # noqa: ANN001
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
    bound: dict[str, str] = {}
    declared = {choice.name: choice for choice in module.choices}
    for name, written in use.choices:
        if name not in declared:
            findings.append(
                Diagnostic(
                    "module.unknown-choice",
                    text(
                        f"模块 {module.name} 没有选项“{name}”",
                        f'module {module.name} has no choice "{name}"',
                    ),
                    written.place,
                    hint=did_you_mean(name, declared),
                )
            )
            continue
        fixed = written.text.startswith("=")
        value = written.text[1:].strip() if fixed else ""
        if not fixed and written.text not in host.choices:
            findings.append(
                Diagnostic(
                    "name.unknown",
                    text(
                        f"没有名为“{written.text}”的选项",
                        f'there is no choice named "{written.text}"',
                    ),
                    written.place,
                    hint=did_you_mean(written.text, host.choices),
                )
            )
            continue
        bound[name] = value if fixed else host.choices[written.text].value
        if bound[name] not in declared[name].of:
            findings.append(
                Diagnostic(
                    "choice.unknown-value",
                    text(
                        f"模块选项 {name} 没有取值“{bound[name]}”",
                        f'choice {name} of the module has no value "{bound[name]}"',
                    ),
                    written.place,
                    hint=did_you_mean(bound[name], declared[name].of),
                )
            )
    made = _choose(module, prefix, bound, stated, findings)
    tables: dict[str, str] = {table.name: table.name for table in module.inputs}
    bindings = dict(use.bindings)
    for need in module.needs:
        if need.table and need.name in bindings:
            written = bindings[need.name]
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
            tables[need.name] = host.tables[written.text]
    return Scope(prefix, module, made, tables, host)


def _choose(document, prefix, bound, stated, findings):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    """Answer every choice of a file: bound by the host, stated, or by default."""
    made: dict[str, ChoiceMade] = {}
    for choice in document.choices:
        full = f"{prefix}{choice.name}"
        said = stated.get(full)
        value = bound.get(choice.name, said if said is not None else choice.default)
        if value is None:
            findings.append(
                Diagnostic(
                    "call.choice-needed",
                    text(
                        f"必须为选项“{full}”选定一个值：{'、'.join(choice.of)}",
                        f'choice "{full}" must be made: {", ".join(choice.of)}',
                    ),
                    why=choice.why,
                    hint=text(
                        f"加上 --choose {full}={choice.of[0]}（或其他值）。",
                        f"Add --choose {full}={choice.of[0]}, or another value.",
                    ),
                )
            )
            value = choice.of[0]
        elif value not in choice.of:
            findings.append(
                Diagnostic(
                    "call.unknown-value",
                    text(
                        f"选项“{full}”没有取值“{value}”", f'choice "{full}" has no value "{value}"'
                    ),
                    hint=did_you_mean(value, choice.of),
                )
            )
            value = choice.of[0]
        made[choice.name] = ChoiceMade(full, value, said is not None, choice)
    return made


_KINDS: dict[str, Kind] = {
    "quantity": "quantity", "key": "text", "word": "text", "ref": "text", "month": "month",
    "day": "day", "year": "year", "instant": "instant", "yes-no": "yes-no",
}  # fmt: skip


def open_inputs(
    scopes: list[Scope], vocabularies: Mapping[str, frozenset[str]]
) -> dict[str, Input]:
    """Make the input tables of all scopes, with units read and references checked.

    Raises:
        Refused: every unit that cannot be read and every reference that leads nowhere.
    """
    inputs: dict[str, Input] = {}
    findings: list[Diagnostic] = []
    for scope in scopes:
        names = {table.name: table for table in scope.document.inputs}
        for declared in scope.document.inputs:
            if declared.name in inputs:
                findings.append(
                    Diagnostic(
                        "name.duplicate",
                        text(
                            f"输入表“{declared.name}”声明了两次",
                            f'input table "{declared.name}" is declared twice',
                        ),
                        declared.place,
                    )
                )
                continue
            columns = [
                column
                for item in declared.columns
                if (column := _collect(findings, _column, item, scope, names, vocabularies))
                is not None
            ]
            inputs[declared.name] = Input(
                declared.name,
                tuple(key.text for key in declared.key),
                tuple(columns),
                declared.optional,
                declared.label,
                declared.note,
                declared.place,
            )
    if findings:
        raise Refused(findings)
    return inputs


def _collect(findings, make, *args):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    """Call, and keep the findings of a refusal instead of stopping."""
    try:
        return make(*args)
    except Refused as refused:
        findings += refused.diagnostics
        return None


def _column(
    item: DeclaredColumn,
    scope: Scope,
    names: Mapping[str, DeclaredInput],
    vocabularies: Mapping[str, frozenset[str]],
) -> Column:
    """Make one column; check what it refers to."""
    refers_to = vocabulary = None
    if item.refers_to is not None:
        target = item.refers_to.text
        if target.startswith("factors."):
            vocabulary = target.removeprefix("factors.")
            if vocabularies and vocabulary not in vocabularies:
                refuse(
                    "name.unknown",
                    text(
                        f"因子库没有“{vocabulary}”这类词表",
                        f'the factor store has no vocabulary "{vocabulary}"',
                    ),
                    item.refers_to.place,
                    hint=did_you_mean(target, [f"factors.{name}" for name in vocabularies]),
                )
        else:
            refers_to = _referred(item.refers_to, names)
    limits = None
    if item.type == "quantity":
        values = [
            None if v is None else Fraction(v)
            for v in (item.lowest, item.highest, item.above, item.below)
        ]
        limits = Limits(*values, whole=item.whole)
    unit = scope.unit(item.unit) if item.unit is not None else None
    return Column(
        item.name, _KINDS[item.type], unit, item.optional, limits, item.words,
        refers_to, vocabulary, item.label, item.note, item.place,
    )  # fmt: skip


def _referred(written: Written, names: Mapping[str, DeclaredInput]) -> str:
    """Return the input table that a column refers to; it must have a single key."""
    if written.text not in names:
        refuse(
            "name.unknown",
            text(
                f"没有名为“{written.text}”的输入表可供引用",
                f'there is no input table "{written.text}" to refer to',
            ),
            written.place,
            hint=did_you_mean(written.text, [*names, "factors.fuel"]),
        )
    if len(names[written.text].key) != 1:
        refuse(
            "reference.key",
            text(f"只能引用单列主键的表；{written.text} 的主键有 {len(names[written.text].key)} 列", f"only a table with a single key column can be referred to; {written.text} has {len(names[written.text].key)}"),
            written.place,
        )  # fmt: skip
    return written.text


def constant(item: Constant, scope: Scope) -> NamedConstant:
    """Read a constant: a number and, after a space, its unit.

    Raises:
        Refused: ``constant.number`` or a unit that cannot be read.
    """
    printed, _, unit_text = item.value.text.strip().partition(" ")
    try:
        value = Fraction(printed)
    except (ValueError, ZeroDivisionError):
        refuse(
            "constant.number",
            text(
                f"常数“{item.value.text}”应写作数值加单位",
                f'constant "{item.value.text}" must be a number and a unit',
            ),
            item.value.place,
            hint=text(
                "例如 90 kg/passenger、44/12 t CO2/t C。",
                "For example 90 kg/passenger or 44/12 t CO2/t C.",
            ),
        )
    written = type(item.value)(unit_text.strip() or "1", item.value.place)
    return NamedConstant(
        f"{scope.prefix}{item.name}",
        value,
        printed,
        scope.unit(written),
        item.source,
        item.note,
        item.value.place,
    )
