"""Declarations of the calculation: uses of modules, formulas, results, checks, properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from mrv.language.access import (
    as_text,
    bilingual,
    items,
    mapping,
    must,
    named,
    number,
    one_text,
    pairs,
    scalar,
    text_at,
    texts,
    written,
    written_at,
    yes,
)
from mrv.language.columns import vocabulary
from mrv.language.model import Check, Formula, Properties, Result, Use, Withhold
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from mrv.language.model import Role
    from mrv.language.nodes import MapNode, ScalarNode

Rule = Literal["half-even", "half-up"]
Severity = Literal["error", "warning"]
FormulaType = Literal["quantity", "yes-no", "text"]


def read_uses(root: MapNode) -> tuple[Use, ...]:
    """Read the block ``use``."""
    return tuple(
        Use(
            name=name.text,
            module=must(node, "module"),
            edition=text_at(node, "edition"),
            bindings=pairs(node, "with"),
            choices=pairs(node, "choices"),
            place=name.place,
        )
        for name, node in named(root, "use")
    )


def read_formulas(root: MapNode, found: list[Diagnostic]) -> tuple[Formula, ...]:
    """Read the block ``formulas``."""
    return tuple(_formula(name, node, found) for name, node in named(root, "formulas"))


def _formula(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> Formula:
    each, per = node.key("each"), node.key("per")
    if each and per:
        what = text("each 与 per 只能写一个", "each and per exclude each other")
        hint = text(
            "each 是每行一个值，per 是每组一个值。",
            "each makes a value per row, per one per group.",
        )
        found.append(Diagnostic("schema.one-of", what, per.place, hint=hint))
    groups = items(node, "per")
    quantum = scalar(node, "quantum")
    step = number(quantum)
    if quantum and step is not None and step <= 0:
        what = text("quantum 须大于零", "quantum must be above zero")
        found.append(Diagnostic("schema.value", what, quantum.place))
    return Formula(
        name=name.text,
        expression=must(node, "is"),
        each=written_at(node, "each"),
        per=tuple(written(group) for group in groups) if groups is not None else None,
        unit=written_at(node, "unit"),
        type=_type(name, node, found),
        words=vocabulary(node, "one_of", found) if node.key("one_of") else None,
        optional=yes(node, "optional"),
        tiers=texts(node, "tiers"),
        quantum=quantum.text if quantum else None,
        label=bilingual(node, "label"),
        note=one_text(node, "note"),
        source=text_at(node, "source"),
        place=name.place,
    )


def _type(name: ScalarNode, node: MapNode, found: list[Diagnostic]) -> FormulaType:
    present = [key for key in ("unit", "type", "one_of") if node.key(key)]
    if len(present) != 1:
        said = "、".join(present), ", ".join(present)
        what = (
            text(
                f"公式“{name.text}”同时写了 {said[0]}，只能写其中一个",
                f'the formula "{name.text}" gives {said[1]}: only one of them can hold',
            )
            if present
            else text(
                f"公式“{name.text}”没有说明结果的单位",
                f'the formula "{name.text}" does not say its unit',
            )
        )
        hint = text(
            "三者择一：unit（纯数写 unit: 1）、type: yes-no、one_of: [词, …]。",
            "Give exactly one of unit (1 for a plain number), type: yes-no, one_of: [word, …].",
        )
        found.append(Diagnostic("schema.one-of", what, name.place, hint=hint))
    if "unit" in present or not present:
        return "quantity"
    return "yes-no" if "type" in present else "text"


def read_results(root: MapNode) -> tuple[Result, ...]:
    """Read the block ``results``."""
    results = []
    for name, node in named(root, "results"):
        rounding, withheld = mapping(node, "round"), mapping(node, "withhold")
        results.append(
            Result(
                name=name.text,
                of=must(node, "of"),
                role=cast("Role", must(node, "role").text),
                round_to=text_at(rounding, "to"),
                round_rule=cast("Rule | None", text_at(rounding, "rule")),
                round_source=text_at(rounding, "source"),
                label=bilingual(node, "label"),
                place=name.place,
                withhold=Withhold(must(withheld, "below"), must(withheld, "of"))
                if withheld
                else None,
            )
        )
    return tuple(results)


def read_checks(root: MapNode) -> tuple[Check, ...]:
    """Read the block ``checks``."""
    return tuple(
        Check(
            name=name.text,
            each=written_at(node, "each"),
            that=must(node, "that"),
            when=written_at(node, "when"),
            severity=cast("Severity", text_at(node, "severity") or "warning"),
            message=bilingual(node, "message") or text("", ""),
            source=text_at(node, "source"),
            place=name.place,
        )
        for name, node in named(root, "checks")
    )


def read_properties(root: MapNode) -> Properties:
    """Read the block ``properties``."""
    node = mapping(root, "properties")
    off = mapping(node, "off")
    reasons = [(key.text, as_text(value)) for key, value in (off.entries if off else ())]
    return Properties(
        off=tuple((name, why.en if why else "") for name, why in reasons),
        monotone=tuple(written(item) for item in items(node, "monotone") or ()),
        extensive=tuple(written(item) for item in items(node, "extensive") or ()),
    )
