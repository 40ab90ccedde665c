"""What a report says besides its numbers: drafts, choices, defaults, fall-backs, doubts."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from mrv.cli.speech import listed
from mrv.messages import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.engine.results import Mark
    from mrv.engine.run import Run
    from mrv.messages import Lang

MOST_ROWS = 20
_MOST_MARKS = 6
KINDS = {
    "draft": text("草案与待读文件", "Draft and texts still to be read"),
    "choice": text("选项", "Choices"),
    "default": text("取自缺省值的数据", "Rows that took a default"),
    "fallback": text("因子的退而求其次", "Factor fall-backs"),
    "confidence": text("把握程度", "Confidence of sources and factors"),
    "cap": text("生效的限值", "Limits that took effect"),
    "left-out": text("未计入的项", "Terms left out"),
    "withheld": text("因人数太少而未列出的行", "Rows withheld because too few are behind them"),
    "note": text("读取数据时的说明", "Remarks on reading the data"),
}
EVERYTHING = text(
    "加 --format json 或 --out 文件夹 看全部", "all of them with --format json or --out DIR"
)


def marks(run: Run, lang: Lang) -> Iterator[str]:
    """Marks by kind: choices on two lines, of the others the first of each kind."""
    order = list(KINDS)
    sortable = sorted(run.outcome.marks, key=lambda mark: order.index(mark.kind))
    for kind, group in groupby(sortable, key=lambda mark: mark.kind):
        own = list(dict.fromkeys(group))
        yield f"{KINDS[kind].in_(lang)} ({len(own)})"
        if kind == "choice":
            yield from _choices(run, lang)
            continue
        most = MOST_ROWS if kind == "draft" else _MOST_MARKS
        yield from (f"  {_mark(one, lang)}" for one in own[:most])
        left = len(own) - most
        if left > 0:
            yield "  " + text(
                f"……另有 {left} 条；{EVERYTHING.zh}", f"… and {left} more; {EVERYTHING.en}"
            ).in_(lang)


def _mark(one: Mark, lang: Lang) -> str:
    whose = f"{one.organisation}: " if one.organisation else ""
    return whose + one.message.in_(lang)


def _choices(run: Run, lang: Lang) -> Iterator[str]:
    for stated, words in ((True, Text("选定", "stated")), (False, Text("缺省", "by default"))):
        own = [f"{one.name}={one.value}" for one in run.outcome.choices if one.stated is stated]
        if own:
            yield f"  {words.in_(lang)}: {listed(own, lang)}"
