"""The bodies: formulas, look-ups, decision tables and checks, read and held to their promises."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import CheckedCheck, CheckedFormula, FactorNeed
from mrv.language.decisions import read_decision
from mrv.language.expression import parse
from mrv.language.fit import in_unit, lower
from mrv.language.headers import table_named
from mrv.language.infer import infer
from mrv.language.model import ByChoice, Written
from mrv.language.names import decision_keys, factor_node
from mrv.language.tree import Apply, Brought, LeftOut, Scaled, Truth
from mrv.language.types import REPORT, Grain
from mrv.language.world import Context, describe_kind, given_in, need_there
from mrv.messages import Diagnostic, Refused, did_you_mean, refuse, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from mrv.language.checked import Decision
    from mrv.language.model import Check, Condition
    from mrv.language.scope import Scope
    from mrv.language.tree import Node
    from mrv.language.world import FactorHeader, Header, World

DEFAULT_QUANTUM = Fraction(1, 10**9)


@dataclass
class Bodies:
    """What was read, and what was found wrong."""

    formulas: dict[str, CheckedFormula] = field(default_factory=dict)
    factors: dict[str, FactorNeed] = field(default_factory=dict)
    decisions: dict[str, Decision] = field(default_factory=dict)
    checks: tuple[CheckedCheck, ...] = ()
    findings: list[Diagnostic] = field(default_factory=list)


def read_bodies(scopes: list[Scope], world: World) -> Bodies:
    """Read every body of every file; findings are kept, not raised."""
    bodies = Bodies()
    for name, header in world.formulas.items():
        if (found := _attempt(bodies, _formula, header, world)) is not None:
            bodies.formulas[name] = found
    for name, table in world.tables.items():
        context = _context(
            world, table.scope, Written("", table.declared.place), name, REPORT, None
        )
        if (keys := _attempt(bodies, decision_keys, table, context)) is not None and (
            decision := _attempt(bodies, read_decision, table, keys, world)
        ) is not None:
            bodies.decisions[name] = decision
    checks: list[CheckedCheck] = []
    for scope in scopes:
        for check in scope.document.checks:
            if (read := _attempt(bodies, _check, check, scope, world)) is not None:
                checks.append(read)
    bodies.checks = tuple(checks)
    for name, factor in world.factors.items():
        if (need := _attempt(bodies, _factor, factor, world)) is not None:
            bodies.factors[name] = need
    for name, (gas, chosen) in world.gwp.items():
        unit = parse_unit(f"t CO2e[{chosen}]/t {gas}")
        where = (("key", (gas,)), ("gwp_set", (chosen,)))
        bodies.factors[name] = FactorNeed(
            name, unit, "gwp-100", (), where, (), "any", None, False, None, None, None
        )
    return bodies


def _attempt(bodies, read, *args):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN002, ANN202
    try:
        return read(*args)
    except Refused as refused:
        bodies.findings.extend(refused.diagnostics)
        return None


def _context(world, scope, written, name, target, around):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
    from mrv.language.expression import Lines

    return Context(world, scope, Lines(written), name, target, around, infer)


def _formula(header: Header, world: World) -> CheckedFormula:
    """Read a formula and hold it to its declared unit, type, grain and missing-ness."""
    declared, grain = header.declared, header.type.grain
    tree, lines = parse(declared.expression)
    around = None if grain.is_report else grain
    context = Context(world, header.scope, lines, header.name, grain, around, infer)
    body = context.read(tree)
    body = _of_kind(body, header, declared.expression)
    if header.type.unit is not None and body.type.kind == "quantity":
        body = in_unit(body, header.type.unit, f"{header.name} (unit: {header.type.unit.spelling})")
    if grain.is_report and not body.type.grain.is_report:
        _needs_aggregation(body, header)
    body = lower(body, grain, context)
    if body.type.missing and not header.type.missing:
        refuse(
            "missing.unresolved",
            text(f"公式 {header.name} 的值可能缺失", f"the value of {header.name} may be missing"),
            declared.expression.place,
            why=text("缺失不等于零。", "Missing is not zero."),
            hint=text(
                "用 first(…, 后备值)，或声明 optional: true。",
                "Use first(…, fall-back), or declare optional: true.",
            ),
        )
    _tiers(body, header)
    quantum = Fraction(declared.quantum) if declared.quantum else DEFAULT_QUANTUM
    if quantum <= 0 or (1 / quantum).denominator != 1:
        refuse(
            "number.step",
            text(
                "quantum 须为 1e-6 这样的数（其倒数为整数）",
                "quantum must be a number such as 1e-6, one over a whole number",
            ),
            declared.place,
        )
    return CheckedFormula(
        header.name, header.type, body, declared.tiers, 1 / quantum, declared, header.scope.document
    )


def _of_kind(body: Node, header: Header, written: Written) -> Node:
    promised = header.type
    if (
        body.type.kind == "quantity"
        and body.type.any_unit
        and body.type.missing
        and promised.kind != "quantity"
    ):
        return replace(body, type=replace(promised, grain=body.type.grain, missing=True))
    if body.type.kind != promised.kind:
        (one_zh, one_en), (two_zh, two_en) = (
            describe_kind(body.type.kind),
            describe_kind(promised.kind),
        )
        refuse(
            "type.mismatch",
            text(f"公式 {header.name} 得到{one_zh}，声明的是{two_zh}", f"{header.name} yields {one_en}, {two_en} is declared"),
            written.place,
            hint=text("数值声明 unit:，是否值声明 type: yes-no，文本声明 one_of:。", "Declare unit: for a quantity, type: yes-no, or one_of: for a text."),
        )  # fmt: skip
    if promised.kind == "text":
        extra = sorted((body.type.words or frozenset()) - (promised.words or frozenset()))
        if body.type.words is None or extra:
            shown = ", ".join(extra) or "…"
            refuse(
                "word.unknown",
                text(
                    f"公式 {header.name} 可能得到未声明的词：{shown}",
                    f"{header.name} may yield words that are not declared: {shown}",
                ),
                written.place,
                hint=did_you_mean(extra[0], promised.words or ()) if extra else None,
            )
    return body


def _needs_aggregation(body: Node, header: Header) -> None:
    grain = body.type.grain
    refuse(
        "grain.needs-aggregation",
        text(f"公式 {header.name} 应是整份报告一个值，这里却是“{grain.describe('zh')}”", f"{header.name} is one value for the report, but this is a value for {grain.describe()}"),
        body.place,
        hint=text(f"聚合它，如 sum(…)；或声明 each: {grain.table}。", f"Aggregate it, as in sum(…), or declare each: {grain.table}."),
    )  # fmt: skip


def outermost_first(body: Node) -> Apply | None:
    """Return the outermost ``first`` of a body, below unit conversions only."""
    while isinstance(body, Scaled | Brought | LeftOut):
        body = body.inner
    return body if isinstance(body, Apply) and body.op == "first" else None


def _tiers(body: Node, header: Header) -> None:
    tiers = header.declared.tiers
    if not tiers:
        return
    found = outermost_first(body)
    if found is None or len(found.args) != len(tiers):
        count = 0 if found is None else len(found.args)
        refuse(
            "tiers.count",
            text(f"tiers 有 {len(tiers)} 个名称，最外层的 first 有 {count} 个分支", f"tiers names {len(tiers)} branches, the outermost first has {count}"),
            header.declared.place,
            hint=text("tiers 只用于 is: first(a, b, …)，名称与分支一一对应。", "tiers goes with is: first(a, b, …), one name for each branch."),
        )  # fmt: skip


def _check(check: Check, scope: Scope, world: World) -> CheckedCheck:
    grain = Grain(table_named(check.each, scope)) if check.each else REPORT
    around = None if grain.is_report else grain
    when = None
    context = _context(world, scope, check.that, f"{scope.prefix}{check.name}", grain, around)
    if check.when is not None:
        tree, lines = parse(check.when)
        inner = replace(context, lines=lines)
        when = need_there(inner.read(tree), inner, "when")
        if isinstance(when, Truth):
            when = None if when.value else replace(when, value=False)
    tree, lines = parse(check.that)
    inner = replace(context, lines=lines)
    if when is not None:
        inner = inner.knowing(given_in(when))
    that = need_there(inner.read(tree), inner, "that")
    for part in (that, when):
        if part is not None and part.type.kind != "yes-no":
            refuse(
                "type.yes-no", text("检查应是是否值", "a check must be a yes-no value"), part.place
            )
    return CheckedCheck(
        f"{scope.prefix}{check.name}",
        grain,
        lower(that, grain, inner),
        None if when is None else lower(when, grain, inner),
        check,
    )


def _factor(header: FactorHeader, world: World) -> FactorNeed:
    """Fill the choices into the conditions of a look-up."""
    declared, scope = header.declared, header.scope
    context = _context(world, scope, declared.unit, header.name, REPORT, None)
    factor_node(header, context, declared.place)
    where = tuple(
        (name, _allowed(condition, scope, world, declared.place))
        for name, condition in declared.where
    )
    return FactorNeed(
        header.name, header.unit, declared.property, tuple(name for name, _ in declared.match), where,
        declared.regions, declared.time, declared.pin, declared.optional, declared.source, declared.note,
        declared.place,
    )  # type: ignore[arg-type]  # fmt: skip


def _allowed(condition: Condition, scope: Scope, world: World, place: object) -> tuple[str, ...]:
    if isinstance(condition, ByChoice):
        name = condition.choice.text
        if name not in scope.choices:
            refuse(
                "name.unknown",
                text(f"没有名为“{name}”的选项", f'there is no choice named "{name}"'),
                condition.choice.place,
                hint=did_you_mean(name, scope.choices),
            )
        world.used.add(f"choice.{scope.prefix}{name}")
        values = dict(condition.values)
        lacking = [value for value in scope.choices[name].declared.of if value not in values]
        if lacking:
            refuse(
                "choice.incomplete",
                text(
                    f"没有说明 {name} 取 {'、'.join(lacking)} 时怎么办",
                    f"nothing is said for {name} = {', '.join(lacking)}",
                ),
                condition.choice.place,
            )
        return _allowed(values[scope.choices[name].value], scope, world, place)
    filled: list[str] = []
    for value in condition:
        for name, made in scope.choices.items():
            if f"{{{name}}}" in value:
                world.used.add(f"choice.{scope.prefix}{name}")
                value = value.replace(f"{{{name}}}", made.value)  # noqa: PLW2901
        filled.append(value)
    return tuple(filled)
