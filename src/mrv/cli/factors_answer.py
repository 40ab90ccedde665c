"""A resolution in words: the row, the steps to it, the fall-backs and the runners-up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.cli.factors_words import attributes, gwp, plain, sure
from mrv.cli.grid import grid, number
from mrv.cli.width import pad, width
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors import FactorQuery, FactorRow, Resolution, Store
    from mrv.messages import Lang, Text

_SHOWN = 20
_TOLD = (
    *("id", "name_zh", "name_en", "value", "unit", "gwp_set", "boundary", "condition", "region"),
    *("reference_from", "reference_to", "price_year", "document", "clause", "source", "licence"),
    *("confidence", "uncertainty", "conflict", "note"),
)
_HEADS = {
    "found": text("取到", "Found"),
    "none": text("没有", "None"),
    "ambiguous": text("不唯一", "Ambiguous"),
}


def lines(found: Resolution, query: FactorQuery, store: Store, lang: Lang) -> list[str]:
    """Write the answer for reading."""
    said = [f"{_HEADS[found.status].in_(lang)}: {found.reason.in_(lang)}"]
    if found.row is not None:
        said += _row(found.row, found, query, lang)
    said += ["", text("步骤", "Steps").in_(lang)]
    said += [f"  {step.in_(lang)}" for step in found.steps]
    rule = text(f"  取年规则：{query.time}", f"  time rule: {query.time}")
    said.append(rule.in_(lang))
    if found.costs:
        head = text(
            f"退而求其次（代价合计 {found.cost}）", f"Fall-backs (cost {found.cost} in all)"
        )
        said += ["", head.in_(lang)]
        said += [f"  [{cost.kind} {cost.steps}] {cost.said.in_(lang)}" for cost in found.costs]
    elif found.row is not None:
        said += ["", text("没有退而求其次", "No fall-backs").in_(lang)]
    rows = _others(found)
    if rows:
        said += _runners_up(rows, found, store, lang)
    return said


def _others(found: Resolution) -> list[tuple[FactorRow, Text | None]]:
    why = {row.id: reason for row, reason in found.not_taken}
    return [(row, why.get(row.id)) for row in found.runners_up]


def _row(row: FactorRow, found: Resolution, query: FactorQuery, lang: Lang) -> list[str]:
    pairs = attributes(row, lang, _TOLD)
    if found.number is not None and row.unit != query.unit.spelling:
        exact = f"{number(float(found.number), lang)} {query.unit.spelling}"
        pairs.insert(0, (text("换算为", "converted").in_(lang), exact))
    pairs.insert(0, (text("版本", "release").in_(lang), found.release))
    wide = max(width(label) for label, _ in pairs)
    return [f"  {pad(label, wide)}  {said}" for label, said in pairs]


def _runners_up(
    rows: list[tuple[FactorRow, Text | None]], found: Resolution, store: Store, lang: Lang
) -> list[str]:
    title = (
        text(f"可选的因子（{len(rows)}）", f"To choose from ({len(rows)})")
        if found.status == "ambiguous"
        else text(f"落选者（{len(rows)}）", f"Runners-up ({len(rows)})")
    )
    heads = [
        *(text("编号", "id"), text("数值", "value"), text("单位", "unit")),
        *(text("GWP 版本", "GWP set"), text("把握程度", "confidence")),
        *(text("版本", "release"), text("为何未取", "why not")),
    ]
    cells = [
        [
            *(row.id, row.value, row.unit, gwp(row, lang), sure(row, lang)),
            *(store.release_of(row.id), why.in_(lang) if why else ""),
        ]
        for row, why in rows[:_SHOWN]
    ]
    if found.status == "ambiguous":
        heads, cells = heads[:-1], [row[:-1] for row in cells]
    said = ["", title.in_(lang)]
    said += grid([head.in_(lang) for head in heads], cells, numbers={1}, whole={0}, indent="  ")
    if len(rows) > _SHOWN:
        left = len(rows) - _SHOWN
        more = text(
            f"  ……另有 {left} 条；--format json 给出全部，--dataset、--region、--pin 可收窄",
            f"  … and {left} more; --format json gives all, --dataset, --region or --pin narrow it",
        )
        said.append(more.in_(lang))
    return said


def tree(found: Resolution, query: FactorQuery, store: Store) -> dict[str, Any]:
    """Return the answer as plain data."""
    exact = found.number
    return {
        "status": found.status,
        "reason": found.reason,
        "release": found.release or store.release,
        "row": plain(found.row) if found.row is not None else None,
        "number": float(exact) if exact is not None else None,
        "number_exact": str(exact) if exact is not None else None,
        "unit": query.unit.spelling,
        "time_rule": query.time,
        "steps": list(found.steps),
        "cost": found.cost,
        "fallbacks": [
            {"kind": cost.kind, "steps": cost.steps, "text": cost.said} for cost in found.costs
        ],
        "runners_up": [
            {"release": store.release_of(row.id), "why_not": why, "row": plain(row)}
            for row, why in _others(found)
        ],
    }
