"""An explanation as text with box lines, bounded in size."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.explain.numbers import shown

if TYPE_CHECKING:
    from mrv.explain.step import Citation, Explanation, Spread, Step
    from mrv.messages import Lang, Place

MOST_BYTES = 18_000
_SHOWN_STEPS = 240
_CONFIDENCE = {
    "seen": "见过原文", "transcribed": "据转录", "secondary": "据二手资料", "recalled": "凭记忆",
    "unverified": "未核实", "derived": "推算", "own": "自拟",
}  # fmt: skip
_NAMELESS = frozenset({"formula", "sum", "left-out", "neighbour", "column"})
_FUNCTION = {
    "sum": ("sum", "合计"), "mean": ("mean", "平均"),
    "least": ("least", "最小"), "greatest": ("greatest", "最大"),
    "count": ("count", "计数"), "distinct": ("different values", "不同值个数"),
    "any": ("any", "任一"), "every": ("every", "全部"),
}  # fmt: skip


def render_text(explanation: Explanation, lang: Lang) -> str:
    """Write an explanation as a tree for reading.

    Args:
        explanation: what :func:`mrv.explain.explain` returned.
        lang: ``zh`` or ``en``.

    Returns:
        At most 20 kB of text; where lines are left out, the last line says how many.
    """
    lines = _head(explanation, lang)
    _step(explanation.step, lang, "", "", lines)
    kept: list[str] = []
    size = 0
    for line in lines:
        size += len(line.encode()) + 1
        if size > MOST_BYTES:
            left = len(lines) - len(kept)
            more = (
                f"… 另有 {left} 行未列出，见 JSON"
                if lang == "zh"
                else f"… {left} more lines, see the JSON"
            )
            kept.append(more)
            break
        kept.append(line)
    return "\n".join(kept) + "\n"


def _head(explanation: Explanation, lang: Lang) -> list[str]:
    zh = lang == "zh"
    whose = [
        f"{explanation.methodology} {explanation.edition}",
        explanation.organisation,
        explanation.period,
    ]
    title = f"{'为什么是这个数' if zh else 'Why this number'}：" if zh else "Why this number: "
    lines = [
        f"{title}{explanation.of}（{'，'.join(w for w in whose if w)}）"
        if zh
        else f"{title}{explanation.of} ({', '.join(w for w in whose if w)})"
    ]
    if explanation.rounded is not None and explanation.rounding is not None:
        reported = "报告值" if zh else "reported as"
        unit = explanation.step.unit
        number = f"{explanation.rounded:f}"
        if unit is not None:
            number = f"{number} {shown(1.0, unit, lang).partition(' ')[2]}".rstrip()
        between = "：" if zh else ": "
        lines.append(
            f"{reported}{between}{number}{'；' if zh else '; '}{explanation.rounding.in_(lang)}"
        )
    lines += [note.in_(lang) for note in explanation.notes]
    return [*lines, ""]


def _step(step: Step, lang: Lang, first: str, rest: str, lines: list[str]) -> None:
    """Write a step: its headline, what is to be said about it, and its children."""
    if len(lines) > _SHOWN_STEPS * 8:
        return
    lines.append(first + _headline(step, lang))
    bar = rest + ("│    " if step.children else "     ")
    lines += [bar + detail for detail in _details(step, lang)]
    for index, child in enumerate(step.children):
        last = index == len(step.children) - 1
        _step(
            child, lang, rest + ("└─ " if last else "├─ "), rest + ("   " if last else "│  "), lines
        )


def _headline(step: Step, lang: Lang) -> str:
    zh = lang == "zh"
    label = step.label.in_(lang)
    named = f"{label}（{step.name}）" if zh else f"{label} ({step.name})"
    if step.kind in _NAMELESS and " " in step.name:
        named = label
    elif label == step.name.rpartition(".")[2] or label == step.name:
        named = step.name
    keys = ", ".join(value for _, value in step.keys)
    where = f" [{keys}]" if keys else ""
    if step.kind == "condition":
        return f"{'条件' if zh else 'condition'} {label} → {shown(step.value, None, lang)}"
    return f"{named}{where} = {shown(step.value, step.unit, lang, exact=True)}"


def _details(step: Step, lang: Lang) -> list[str]:
    zh = lang == "zh"
    colon = "：" if zh else ": "
    lines: list[str] = []

    def say(zh_name: str, en_name: str, what: str) -> None:
        lines.append(f"{zh_name if zh else en_name}{colon}{what}")

    if step.math is not None and step.math.in_(lang) != step.label.in_(lang):
        say("公式", "formula", step.math.in_(lang))
    if step.substituted is not None and step.spread is None:
        say("代入", "numbers", step.substituted.in_(lang))
    if step.tier is not None:
        say("取值来源", "branch", step.tier)
    if step.printed is not None and step.printed != _headline(step, "en").rpartition(" = ")[2]:
        say("原文数值", "printed", step.printed)
    if step.source is not None:
        say("依据", "source", citation(step.source, lang))
    if step.kind in {"column", "neighbour"} and step.place is not None:
        say("出处", "read from", cell(step.place, lang))
    elif step.kind == "table" and step.place is not None:
        say("决策表", "table at", str(step.place))
    if step.kind in {"factor", "table", "curve"}:
        lines += [f"{'选用' if zh else 'chosen'}{colon}{why.in_(lang)}" for why in step.why[:1]]
    lines += [f"※ {note.in_(lang)}" for note in step.notes]
    if step.spread is not None:
        lines += _spread(step.spread, lang)
    return lines


def citation(source: Citation, lang: Lang) -> str:
    """Write where something is stated and how surely that is known."""
    zh = lang == "zh"
    parts = [source.title.in_(lang), *([source.clause] if source.clause else [])]
    if source.confidence:
        parts.append(
            _CONFIDENCE.get(source.confidence, source.confidence) if zh else source.confidence
        )
    if source.checked:
        parts.append(f"{source.checked} 查阅" if zh else f"checked {source.checked}")
    return ("，" if zh else ", ").join(parts)


def cell(place: Place, lang: Lang) -> str:
    """Write a place in the user's file."""
    parts = [place.file or ""]
    if place.line is not None:
        parts.append(f"第 {place.line} 行" if lang == "zh" else f"row {place.line}")
    if place.field:
        parts.append(f"{place.field} 列" if lang == "zh" else f"column {place.field}")
    return ("，" if lang == "zh" else ", ").join(parts)


def _rows(count: int, more: str = "") -> str:
    return f"{count} {more}{'row' if count == 1 else 'rows'}"


def _spread(spread: Spread, lang: Lang) -> list[str]:
    """Write what an aggregation is made of."""
    zh = lang == "zh"
    name, unit = _FUNCTION[spread.function][zh], spread.unit
    lines = [f"{name}：{spread.counted} 行" if zh else f"{name} of {_rows(spread.counted)}"]
    if spread.left_out:
        lines[0] += (
            f"，{spread.left_out} 行不合条件未计"
            if zh
            else f", {spread.left_out} left out by the condition"
        )
    if spread.missing:
        lines[0] += f"，{spread.missing} 行缺失" if zh else f", {spread.missing} missing"
    for one in spread.largest:
        keys = ", ".join(value for _, value in one.keys)
        share = (
            "" if one.share is None else f"（{one.share:.4g} %）" if zh else f" ({one.share:.4g} %)"
        )
        where = (
            f"，{cell(one.place, lang)}"
            if zh and one.place
            else f", {cell(one.place, lang)}"
            if one.place
            else ""
        )
        value = shown(one.value, unit, lang) if one.value is not None else ""
        lines.append(f"  · {keys}{' = ' + value if value else ''}{share}{where}")
    if spread.others:
        rest = ""
        if spread.remainder is not None:
            name = shown(1.0, unit, lang).partition(" ")[2]
            rest = f"{'：' if zh else ': '}{spread.remainder} {name}".rstrip()
        lines.append(
            f"  · 其余 {spread.others} 行{rest}"
            if zh
            else f"  · and {_rows(spread.others, 'more ')}{rest}"
        )
    by_formula: dict[str, list[str]] = {}
    for tier in spread.tiers:
        by_formula.setdefault(tier.formula, []).append(f"{tier.tier} {tier.rows}")
    for formula, counts in by_formula.items():
        listed = ("，" if zh else ", ").join(counts)
        lines.append(
            f"  取值来源 {formula}：{listed}" if zh else f"  branches of {formula}: {listed}"
        )
    return lines
