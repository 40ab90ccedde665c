"""Names in formulas: columns, references, formulas, constants, factors, tables, modules."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.leaf import column_node, key_node
from mrv.language.lookup_nodes import factor_node, outcome_node
from mrv.language.tree import Brought, FormulaOf, KeyOf, Nothing, Number, PeriodLength
from mrv.language.types import REPORT, Grain, Type
from mrv.language.world import quantity, say_nothing_more
from mrv.messages import did_you_mean, refuse, text
from mrv.units import ONE, parse_unit

if TYPE_CHECKING:
    from mrv.language.tree import Node
    from mrv.language.world import Context
    from mrv.messages import Place

CARBON = "CO2_per_C"
"""The molar ratio 44/12 that turns a mass of carbon into a mass of CO2."""


def resolve(name: str, context: Context, place: Place) -> Node:
    """Return what a dotted name means here.

    Raises:
        Refused: ``name.unknown`` with near names, ``name.ambiguous``,
            ``grain.needs-aggregation``, ``choice.compared-only``.
    """
    first, _, rest = name.partition(".")
    if name == "missing":
        return Nothing(Type("quantity", ONE, REPORT, missing=True, any_unit=True), place)
    if name == "period.year":
        return PeriodLength("year", Type("year"), place)
    if first == "period" and rest in {"days", "hours"}:
        unit = parse_unit("d" if rest == "days" else "h")
        return PeriodLength("days" if rest == "days" else "hours", quantity(unit), place)
    if first == "choice":
        refuse(
            "choice.compared-only",
            text(
                '选项只能与它的取值比较，如 choice.gases == "all"',
                'a choice can only be compared with its values, as in choice.gases == "all"',
            ),
            place,
        )
    found = _dotted(first, rest, context, place) if rest else _local(first, context, place)
    if found is not None:
        return found
    if _is_broken(first, name, context):
        say_nothing_more()
    return refuse(
        "name.unknown",
        text(f"未知名称“{name}”", f'unknown name "{name}"'),
        place,
        hint=did_you_mean(name, _visible(context)),
    )


def _is_broken(first: str, name: str, context: Context) -> bool:
    """Whether a name was declared and refused, so that its user need not be told again."""
    prefix, broken = context.scope.prefix, context.world.broken
    around = context.around.table if context.around else None
    tables = [around, context.scope.tables.get(first)]
    own = any(f"{table}.{name.rpartition('.')[2]}" in broken for table in tables)
    return own or f"{prefix}{first}" in broken or f"{prefix}{name}" in broken


def _local(name: str, context: Context, place: Place) -> Node | None:
    """Resolve a name without a dot."""
    if name in context.scope.bound:
        return replace(context.scope.bound[name], place=place)
    column = _own_column(name, context, place)
    named = _named(name, context, place)
    if isinstance(column, KeyOf) and isinstance(named, FormulaOf):
        keys = context.around.keys if context.around else None
        if any(key.name == column.key and key.formula == named.name for key in keys or ()):
            named = None
    if column is not None and named is not None:
        table = context.around.table if context.around else ""
        refuse(
            "name.ambiguous",
            text(
                f"“{name}”既是 {table} 的列，又是公式或常数",
                f'"{name}" is a column of {table} and also a formula or constant',
            ),
            place,
            hint=text(
                f"列写作 {table}.{name}，或给公式另起名。",
                f"Write {table}.{name} for the column, or rename the formula.",
            ),
        )
    if column is None and named is None and _is_broken(name, name, context):
        say_nothing_more()
    if column is None and named is None and context.around is None:
        _column_in_report(name, context, place)
    return column if column is not None else named


def _column_in_report(name: str, context: Context, place: Place) -> None:
    """Tell an author who names a column in a formula of the report what to do."""
    holders = [table.name for table in context.world.inputs.values() if table.column(name)]
    if holders and not context.scope.prefix:
        refuse(
            "grain.needs-aggregation",
            text(
                f"“{name}”是 {'、'.join(holders)} 每行一个的值，这里只能有一个值",
                f'"{name}" has a value for each row of {", ".join(holders)}; here stands one value',
            ),
            place,
            hint=text(
                f"聚合它，如 sum({holders[0]}.{name})，或给公式加 each: {holders[0]}。",
                f"Aggregate it, as in sum({holders[0]}.{name}), "
                f"or give the formula each: {holders[0]}.",
            ),
        )


def _own_column(name: str, context: Context, place: Place) -> Node | None:
    """Return a column of the table around, or a key of the group around."""
    around = context.around
    if around is None or around.table is None or context.scope.prefix:
        return None
    if around.keys is not None:
        keys = [key for key in around.keys if key.name == name]
        keys = keys or [key for key in around.keys if key.column == name]
        return key_node(keys[0], around, context.world.inputs, place) if len(keys) == 1 else None
    return _column(around.table, name, context, place)


def _column(table: str, name: str, context: Context, place: Place) -> Node | None:
    """Return a column of an input, with the store's vocabulary as its words."""
    column = context.world.inputs[table].column(name)
    if column is None:
        return None
    context.world.used.add(f"{table}.{name}")
    node = column_node(table, column, place)
    if column.vocabulary:
        words = context.world.vocabularies.get(column.vocabulary)
        return replace(node, type=replace(node.type, words=words))
    return node


def _named(name: str, context: Context, place: Place) -> Node | None:
    """Return a formula, constant or factor of the scope."""
    world, full = context.world, f"{context.scope.prefix}{name}"
    if full in world.formulas:
        world.used.add(full)
        return FormulaOf(full, world.formulas[full].type, place)
    if full in world.constants:
        world.used.add(full)
        item = world.constants[full]
        return Number(item.value, quantity(item.unit), place, full)
    if full in world.factors:
        world.used.add(full)
        return factor_node(world.factors[full], context, place)
    if name == CARBON:
        return Number(Fraction(44, 12), quantity(parse_unit("t CO2/t C")), place, CARBON)
    return None


def _dotted(first: str, rest: str, context: Context, place: Place) -> Node | None:
    """Resolve a name with a dot: reference, decision table, module, or column of a table."""
    world = context.world
    hop = _through_reference(first, rest, context, place)
    if hop is not None:
        return hop
    table = f"{context.scope.prefix}{first}"
    if table in world.tables and table not in world.broken:
        return outcome_node(world.tables[table], rest, context, place)
    full = f"{context.scope.prefix}{first}.{rest}"
    if full in world.formulas:
        world.used.add(full)
        return FormulaOf(full, world.formulas[full].type, place)
    name = None if context.scope.prefix else context.scope.tables.get(first)
    if name is None:
        return None
    column = _column(name, rest, context, place)
    if column is None and f"{name}.{rest}" in world.broken:
        return None
    if column is None:
        known = [item.name for item in world.inputs[name].columns]
        refuse(
            "name.unknown",
            text(f"表 {name} 没有列“{rest}”", f'table {name} has no column "{rest}"'),
            place,
            hint=did_you_mean(rest, known),
        )
    return column


def _through_reference(first: str, rest: str, context: Context, place: Place) -> Node | None:
    """Follow a reference column of the table around: ``flagship.deadweight``."""
    around = context.around
    start = _own_column(first, context, place)
    if around is None or around.table is None or start is None:
        return None
    if around.keys is not None:
        key = next((key for key in around.keys if key.name == first), None)
        target = key.refers_to if key else None
    else:
        column = context.world.inputs[around.table].column(first)
        target = column.refers_to if column else None
    if target is None:
        return None
    inner = _column(target, rest, context, place)
    if inner is None:
        inner = resolve(rest, replace(context, around=Grain(target), there=frozenset()), place)
    if inner.type.grain != Grain(target):
        return None
    kind = inner.type.at(around).perhaps(missing=start.type.missing)
    return Brought(inner, ((start, context.world.inputs[target].key[0]),), kind, place)


def _visible(context: Context) -> list[str]:
    """List every name that could stand here, for the hint."""
    world, prefix = context.world, context.scope.prefix
    named = (*world.formulas, *world.constants, *world.factors)
    found = [name.removeprefix(prefix) for name in named if name.startswith(prefix)]
    found += [f"{name}.{given}" for name, header in world.tables.items() for given in header.gives]
    found += list(context.scope.bound)
    if not prefix:
        around = context.around.table if context.around else None
        for table in world.inputs.values():
            found += [f"{table.name}.{column.name}" for column in table.columns]
            if table.name == around:
                found += [column.name for column in table.columns]
    return [*found, CARBON]
