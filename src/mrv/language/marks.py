"""Functions that leave a mark in the result or the register: caps, doors, left-out terms, GWP."""

from __future__ import annotations

import ast
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.fit import exact, in_unit, meet_there, plain, read_all, same_unit
from mrv.language.model import Written
from mrv.language.syntax_parts import keyword, name_of
from mrv.language.tree import Apply, FactorOf, LeftOut, Number, Truth
from mrv.language.world import need_quantity, need_there, quantity
from mrv.messages import did_you_mean, refuse, text
from mrv.units import ONE, parse_unit
from mrv.units.tags import UNSTATED, split_symbol

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context
    from mrv.messages import Place
    from mrv.units import Unit

GWP_CHOICE = "gwp"
GWP_SETS = ("SAR", "AR4", "AR5", "AR6")


def limited(node: ast.Call, context: Context) -> Node:
    """``capped(x, at=y)`` and ``floored(x, at=y)``; how often and how far they bite is kept."""
    name = name_of(node)
    at = keyword(node, "at")
    pair, unit = same_unit(read_all([node.args[0], *([at] if at else [])], context), name)
    nodes, grain = meet_there(pair, context, context.place(node), name)
    return Apply(name, tuple(nodes), quantity(unit, grain), context.place(node))


def _unit_text(node: ast.expr, context: Context) -> Unit:
    """Read the unit that a door names; it must be a literal text."""
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        refuse(
            "function.arguments",
            text("这里应写带引号的单位", "a unit in quotes must stand here"),
            context.place(node),
            hint=text('例如 magnitude(x, "t")。', 'For example magnitude(x, "t").'),
        )
    return context.scope.unit(Written(node.value, context.place(node)))


def _note(node: ast.Call, context: Context) -> None:
    """Enter an empirical step in the register."""
    context.world.empirical.append((context.formula, context.lines.segment(node)))


def magnitude(node: ast.Call, context: Context) -> Node:
    """``magnitude(x, "t")``: the number of tonnes, as a plain number."""
    inner = need_there(context.read(node.args[0]), context, "magnitude")
    fitted = in_unit(inner, _unit_text(node.args[1], context), "magnitude")
    _note(node, context)
    return Apply("keep", (fitted,), quantity(ONE, inner.type.grain), context.place(node))


def measure(node: ast.Call, context: Context) -> Node:
    """``measure(n, "g CO2/(t*nmi)")``: a plain number becomes a quantity."""
    inner = plain(need_there(context.read(node.args[0]), context, "measure"), "measure")
    unit = _unit_text(node.args[1], context)
    _note(node, context)
    return Apply("keep", (inner,), quantity(unit, inner.type.grain), context.place(node))


def restate(node: ast.Call, context: Context) -> Node:
    """``restate(x, unit)``: change only the tags of a substance, as scope or stage.

    CO2e whose source names no GWP set (``CO2e[unstated]``) may be read as one that is named: the
    one place where an author takes that upon himself, listed in the register.

    Raises:
        Refused: ``unit.restate`` where anything but tags would change.
    """
    inner = need_there(context.read(node.args[0]), context, "restate")
    own, unit = need_quantity(inner, "restate"), _unit_text(node.args[1], context)
    if _untagged(own, _set_of(unit)) != _untagged(unit):
        refuse(
            "unit.restate",
            text(
                f"restate 只能改标签，不能把 {own.spelling} 变成 {unit.spelling}",
                f"restate changes tags only; it cannot turn {own.spelling} into {unit.spelling}",
            ),
            context.place(node),
            hint=text(
                "换算请乘以有来源的因子。", "To convert, multiply by a factor with a source."
            ),
        )
    _note(node, context)
    ratio = own.scale / unit.scale
    kept = Apply(
        "keep",
        (inner,),
        quantity(replace(unit, scale=own.scale), inner.type.grain),
        context.place(node),
    )
    return kept if ratio == 1 else in_unit(kept, unit, "restate")


def _set_of(unit: Unit) -> str | None:
    """Return the GWP set that a unit names, if it names one."""
    tags = [tag for symbol, _ in unit.powers for tag in split_symbol(symbol)[1]]
    return next((tag for tag in tags if tag in GWP_SETS), None)


def _untagged(unit: Unit, read_as: str | None = None) -> list[tuple[str, int]]:
    """Return the powers, substances without scope, stage and method.

    GWP sets stay, and so do tags of units: gross and net heat, states of a gas differ in size.

    Args:
        unit: the unit.
        read_as: the GWP set that an unstated one is read as; None leaves it unstated.
    """
    kept: dict[str, int] = {}
    for symbol, power in unit.powers:
        name, _, tags = symbol.partition("[")
        own = [tag for tag in tags.rstrip("]").split(",") if tag in (*GWP_SETS, UNSTATED)]
        sets = [read_as if tag == UNSTATED and read_as else tag for tag in own]
        bare = f"{name}[{sets[0]}]" if sets else name
        key = bare if name else symbol
        kept[key] = kept.get(key, 0) + power
    return sorted((key, power) for key, power in kept.items() if power)


def quantise(node: ast.Call, context: Context) -> Node:
    """``quantise(x, 1e-6)``: round half up to a step; the door for empirical functions."""
    inner = need_there(context.read(node.args[0]), context, "quantise")
    step = context.read(node.args[1])
    unit = need_quantity(inner, "quantise")
    if step.type.kind == "quantity" and step.type.unit != ONE:
        step = in_unit(step, unit, "quantise")
    value = exact(step)
    if value is None or value <= 0 or (1 / value).denominator != 1:
        refuse(
            "number.step",
            text(
                "步长须是 1e-6 这样的常数（其倒数为整数）",
                "the step must be a constant such as 1e-6, one over a whole number",
            ),
            context.place(node.args[1]),
            hint=text("例如 1e-6、0.5 或 1。", "For example 1e-6, 0.5 or 1."),
        )
    _note(node, context)
    inverse = Number(Fraction(1) / value, quantity(ONE), context.place(node))
    return Apply(
        "quantise", (inner, inverse), quantity(unit, inner.type.grain), context.place(node)
    )


def when(node: ast.Call, context: Context) -> Node:
    """``when(choice.x == "a", term)``: the term, or nothing by choice, which the result says."""
    condition = context.read(node.args[0])
    inner = context.read(node.args[1])
    need_quantity(inner, "when")
    if not isinstance(condition, Truth):
        refuse(
            "choice.compared-only",
            text("when 的条件只能由选项构成", "the condition of when must be about choices only"),
            context.place(node),
            hint=text(
                "随数据而变的条件写作 x if … else 0。",
                "A condition on data is written x if … else 0.",
            ),
        )
    if condition.value:
        return inner
    shown = context.lines.segment(node.args[0])
    context.world.left_out.append((context.formula, shown))
    return LeftOut(inner, shown, inner.type, context.place(node))


def gwp(node: ast.Call, context: Context) -> Node:
    """``gwp(CH4)``: the warming potential of a gas in the chosen set, from the factor store.

    Raises:
        Refused: ``function.arguments``, ``gwp.set`` or ``gwp.gas``.
    """
    place = context.place(node)
    named = [arg.id for arg in node.args if isinstance(arg, ast.Name)]
    if len(named) < len(node.args):
        refuse(
            "function.arguments",
            text("气体和 GWP 版本直接写名称，不加引号", "the gas and the set are written as names"),
            place,
            hint=text("写作 gwp(CH4) 或 gwp(CH4, AR5)。", "Write gwp(CH4) or gwp(CH4, AR5)."),
        )
    gas, stated = named[0], named[1] if len(named) > 1 else None
    chosen = _gwp_set(stated, context, place)
    gases = context.world.vocabularies.get("gas", frozenset())
    if gases and gas not in gases:
        refuse(
            "gwp.gas",
            text(f"因子库没有气体“{gas}”的 GWP", f'the factor store has no GWP for "{gas}"'),
            place,
            hint=did_you_mean(gas, gases),
        )
    context.world.gwp[f"gwp({gas}, {chosen})"] = (gas, chosen)
    unit = parse_unit(f"t CO2e[{chosen}]/t {gas}", place)
    return FactorOf(f"gwp({gas}, {chosen})", (), quantity(unit), place)


def _gwp_set(stated: str | None, context: Context, place: Place) -> str:
    """Return the GWP set that a call names, or else the choice ``gwp``."""
    made = context.scope.choices.get(GWP_CHOICE)
    if stated is None and made is None:
        refuse(
            "gwp.set",
            text("没有说明用哪一套 GWP", "nothing says which GWP set to use"),
            place,
            hint=text(
                "声明选项 gwp（取值 AR5、AR6 等），或写 gwp(CH4, AR5)。",
                "Declare a choice named gwp with values such as AR5, or write gwp(CH4, AR5).",
            ),
        )
    if stated is None:
        context.world.used.add(f"choice.{context.scope.prefix}{GWP_CHOICE}")
    chosen = stated or (made.value if made else "")
    if chosen not in GWP_SETS:
        refuse(
            "gwp.set",
            text(f"“{chosen}”不是 GWP 版本", f'"{chosen}" is not a GWP set'),
            place,
            hint=did_you_mean(chosen, GWP_SETS),
        )
    return chosen
