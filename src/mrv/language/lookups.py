"""Declarations of what is looked up: constants, factors, decision tables, curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import (
    mapping,
    missing,
    must,
    named,
    one_text,
    pairs,
    scalars,
    text_at,
    texts,
    written,
    written_at,
    yes,
)
from mrv.language.model import (
    ByChoice,
    Constant,
    DecisionTable,
    FactorUse,
    TableRow,
    Written,
)
from mrv.language.nodes import ListNode, MapNode, ScalarNode
from mrv.messages import Diagnostic, did_you_mean, text

if TYPE_CHECKING:
    from mrv.language.model import Condition
    from mrv.language.nodes import Node

Hit = Literal["exactly-one", "first", "none-or-one"]
Outside = Literal["error", "hold-and-say"]


def read_constants(root: MapNode) -> tuple[Constant, ...]:
    """Read the block ``constants``."""
    return tuple(
        Constant(name.text, must(node, "value"), text_at(node, "source"), one_text(node, "note"))
        for name, node in named(root, "constants")
    )


def read_factors(root: MapNode, found: list[Diagnostic]) -> tuple[FactorUse, ...]:
    """Read the block ``factors``."""
    return tuple(
        FactorUse(
            name=name.text,
            unit=must(node, "unit"),
            property=must(node, "property").text,
            match=pairs(node, "match"),
            where=_where(node, found),
            regions=_by_choice(node, "regions", found),
            time=_by_choice(node, "time", found) or ("any",),
            pin=text_at(node, "pin"),
            optional=yes(node, "optional"),
            source=text_at(node, "source"),
            note=one_text(node, "note"),
            place=name.place,
        )
        for name, node in named(root, "factors")
    )


def _where(node: MapNode, found: list[Diagnostic]) -> tuple[tuple[str, Condition], ...]:
    """Read the fixed conditions of a factor."""
    block = mapping(node, "where")
    return tuple(
        (key.text, _condition(value, found)) for key, value in (block.entries if block else ())
    )


def _by_choice(node: MapNode, key: str, found: list[Diagnostic]) -> Condition:
    """Read a list, a text or a decision by a choice; nothing where it is not given."""
    value = node.get(key)
    return () if value is None else _condition(value, found)


def _condition(node: Node, found: list[Diagnostic]) -> Condition:
    if isinstance(node, ScalarNode):
        return (node.text,)
    if isinstance(node, ListNode):
        return tuple(item.text for item in scalars(node))
    choice = written_at(node, "choice")
    if choice is None:
        hint = text(
            "写作 {choice: 选项名, 选项值: 条件, …}。",
            "Write {choice: name of the choice, its value: the condition, …}.",
        )
        found.append(missing("choice", node.place, hint))
        choice = Written("", node.place)
    return ByChoice(
        choice,
        tuple(
            (key.text, _condition(value, found))
            for key, value in node.entries
            if key.text != "choice"
        ),
    )


def read_tables(root: MapNode, found: list[Diagnostic]) -> tuple[DecisionTable, ...]:
    """Read the block ``tables``."""
    return tuple(_table(name, node, found) for name, node in named(root, "tables"))


def _table(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> DecisionTable:
    of = pairs(node, "of")
    gives = _gives(node)
    inputs, outcomes = [key for key, _ in of], [key for key, _ in gives]
    for key, _ in gives:
        if key in inputs:
            what = text(
                f"“{key}”既是条件又是结果", f'"{key}" is a condition and an outcome at once'
            )
            block = mapping(node, "gives")
            at = block.key(key) if block else None
            found.append(Diagnostic("name.duplicate", what, at.place if at else name.place))
    rows = node.get("rows")
    return DecisionTable(
        name=name.text,
        of=of,
        each=written_at(node, "each"),
        hit=cast("Hit", text_at(node, "hit") or "exactly-one"),
        gives=gives,
        rows=tuple(
            _row(row, inputs, outcomes, found)
            for row in (rows.items if isinstance(rows, ListNode) else ())
            if isinstance(row, MapNode)
        ),
        source=text_at(node, "source"),
        place=name.place,
    )


def _gives(node: MapNode) -> tuple[tuple[str, Written | tuple[str, ...]], ...]:
    """Read the outcomes: a unit, ``[a, b]`` or ``{text: [a, b]}``."""
    block = mapping(node, "gives")
    outcomes: list[tuple[str, Written | tuple[str, ...]]] = []
    for key, value in block.entries if block else ():
        if isinstance(value, ScalarNode):
            outcomes.append((key.text, written(value)))
        elif isinstance(value, ListNode):
            outcomes.append((key.text, tuple(item.text for item in scalars(value))))
        else:
            outcomes.append((key.text, texts(value, "text")))
    return tuple(outcomes)


def _row(row: MapNode, inputs: list[str], outcomes: list[str], found: list[Diagnostic]) -> TableRow:
    conditions: list[tuple[str, Written | tuple[Written, ...]]] = []
    results: list[tuple[str, Written]] = []
    for key, value in row.entries:
        if key.text in inputs:
            if isinstance(value, ListNode):
                conditions.append((key.text, tuple(written(item) for item in scalars(value))))
            elif isinstance(value, ScalarNode):
                conditions.append((key.text, written(value)))
        elif key.text in outcomes:
            if isinstance(value, ScalarNode):
                results.append((key.text, written(value)))
            else:
                what = text(
                    f"结果“{key.text}”只能是一个值", f'the outcome "{key.text}" is one value'
                )
                found.append(Diagnostic("schema.type", what, value.place))
        else:
            what = text(
                f"“{key.text}”既不在 of 也不在 gives 中",
                f'"{key.text}" is neither in of nor in gives',
            )
            hint = did_you_mean(key.text, inputs + outcomes)
            found.append(Diagnostic("schema.unknown-key", what, key.place, hint=hint))
    for key_name in inputs + outcomes:
        if row.key(key_name) is None:
            hint = text("不限时写 any。", "Write any where it does not matter.")
            found.append(missing(key_name, row.place, hint if key_name in inputs else None))
    return TableRow(tuple(conditions), tuple(results), row.place)
