"""The report on the screen: what ran, results by role, checks, marks; long tables cut and said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.cmd_list import STATUS
from mrv.cli.grid import grid, number
from mrv.cli.own_factors import releases_said
from mrv.cli.report_marks import EVERYTHING, MOST_ROWS, marks
from mrv.cli.speech import listed
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrv.engine.results import Output
    from mrv.engine.run import Run
    from mrv.messages import Lang

_ACROSS = 5
ROLES = {
    "total": text("总量", "Total"),
    "component": text("分项", "Components"),
    "credit": text("减排量", "Emission reductions"),
    "memo": text("备忘项（不计入总量）", "Memo items (not in the total)"),
    "indicator": text("指标", "Indicators"),
}


def report(run: Run, lang: Lang) -> str:
    """Write the report of a run.

    Args:
        run: a finished run.
        lang: the language.
    """
    lines = [*_header(run, lang)]
    for section in (_results(run, lang), _rows(run, lang), _checks(run, lang), marks(run, lang)):
        body = list(section)
        while body and not body[-1]:
            body.pop()
        if body:
            lines += ["", *body]
    return "\n".join(lines)


def _header(run: Run, lang: Lang) -> Iterator[str]:
    document = run.methodology.document
    status = STATUS[document.status]
    yield document.title.in_(lang)
    yield text(
        f"方法学 {document.name}  版本 {document.edition}  状态 {status.zh}",
        f"methodology {document.name}  edition {document.edition}  status {status.en}",
    ).in_(lang)
    if document.status != "in-force":
        yield (
            "*** "
            + text(
                f"状态为“{status.zh}”：结果不能作为正式数据",
                f"{status.en}: these results are not official",
            ).in_(lang)
            + " ***"
        )
    periods = listed([period.label for period in run.session.periods[:6]], lang)
    periods += " …" if len(run.session.periods) > 6 else ""  # noqa: PLR2004
    organisations = [name for name in run.session.dataset.organisations if name]
    if len(organisations) == 1:
        whose = text(f"  企业 {organisations[0]}", f"  organisation {organisations[0]}")
    elif organisations:
        whose = text(f"  企业 {len(organisations)} 家", f"  {len(organisations)} organisations")
    else:
        whose = text("", "")
    yield text(f"核算期 {periods}{whose.zh}", f"period {periods}{whose.en}").in_(lang)
    yield releases_said(run.factors.store).in_(lang)


def _name(one: Output, lang: Lang) -> str:
    return f"{one.label.in_(lang)} ({one.name})" if one.label else one.name


def _results(run: Run, lang: Lang) -> Iterator[str]:
    outputs = run.outcome.outputs
    several = len({(one.organisation, one.period) for one in outputs}) > 1
    roles = list(ROLES)
    if not any(one.role == "total" for one in outputs):
        # what a reduction methodology is about comes first
        roles = ["credit", *(role for role in roles if role != "credit")]
    for role in roles:
        own = [one for one in outputs if one.role == role]
        heading = ROLES[role]
        if not own:
            continue
        yield heading.in_(lang)
        if several:
            yield from _across(own, lang)
        else:
            yield from _down(own, lang)
        yield ""


def _down(own: Sequence[Output], lang: Lang) -> list[str]:
    """One report: results below each other."""
    heads = [
        text("结果", "result"),
        text("数值", "value"),
        text("单位", "unit"),
        text("报告值", "reported"),
    ]
    rounded = any(one.rounded is not None for one in own)
    rows = [
        [
            _name(one, lang),
            number(one.value, lang),
            one.unit or "",
            "" if one.rounded is None else f"{one.rounded:,}",
        ]
        for one in own
    ]
    words = [head.in_(lang) for head in heads]
    if not rounded:
        words, rows = words[:-1], [row[:-1] for row in rows]
    return grid(words, rows, numbers={1, 3}, indent="  ")


def _across(own: Sequence[Output], lang: Lang) -> Iterator[str]:
    """Several reports: one line each, results beside each other."""
    names = list(dict.fromkeys(one.name for one in own))
    found = {(one.organisation, one.period, one.name): one for one in own}
    reports = list(dict.fromkeys((one.organisation, one.period) for one in own))
    units = {one.name: one.unit for one in own}
    for start in range(0, len(names), _ACROSS):
        part = names[start : start + _ACROSS]
        heads = [text("企业", "organisation").in_(lang), text("核算期", "period").in_(lang)]
        heads += [f"{name} [{units[name]}]" if units[name] else name for name in part]
        rows = [
            [whose, when, *(_cell(found.get((whose, when, name)), lang) for name in part)]
            for whose, when in reports[:MOST_ROWS]
        ]
        yield from grid(heads, rows, numbers=range(2, len(heads)), indent="  ")
        yield from _more(len(reports) - MOST_ROWS, lang)


def _cell(one: Output | None, lang: Lang) -> str:
    if one is None:
        return ""
    return f"{one.rounded:,}" if one.rounded is not None else number(one.value, lang)


def _more(left: int, lang: Lang) -> Iterator[str]:
    if left > 0:
        yield "  " + text(
            f"……另有 {left} 行；{EVERYTHING.zh}", f"… and {left} rows more; {EVERYTHING.en}"
        ).in_(lang)


def _rows(run: Run, lang: Lang) -> Iterator[str]:
    """Results with rows of their own, those of one grain side by side."""
    from mrv.cli.row_frames import batches, frames, key_label

    for frame in frames(run):
        formulas = {name for _, name in frame.columns}
        wanted = [one for one in run.outcome.row_outputs if one.formula in formulas]
        wanted = [
            one
            for one in wanted
            if run.session.planned.field(one.formula).relation == frame.relation
        ]
        if not wanted:
            continue
        table = next(batches(run, frame, limit=MOST_ROWS + 1))
        outer = ["organisation", "period"]
        keys = [*[k for k in outer if k in run.session.outer], *frame.keys]
        full = [
            one
            for one in wanted
            if table.column(one.formula).null_count < table.num_rows or table.num_rows == 0
        ]
        named = [key_label(run, key, lang) for key in frame.keys]
        yield text(f"逐行结果（按 {'、'.join(named)}）", f"Results by {', '.join(named)}").in_(lang)
        for start in range(0, len(full), _ACROSS):
            part = full[start : start + _ACROSS]
            heads = [
                *keys,
                *(f"{o.name} [{o.unit}]" if o.unit not in {None, "1"} else o.name for o in part),
            ]
            rows = [
                [
                    *(str(row[key] or "") for key in keys),
                    *(number(row[o.formula], lang) for o in part),
                ]
                for row in table.slice(0, MOST_ROWS).to_pylist()
            ]
            yield from grid(heads, rows, numbers=range(len(keys), len(heads)), indent="  ")
        if table.num_rows > MOST_ROWS:
            yield "  " + text(
                f"……还有更多行；{EVERYTHING.zh}", f"… there are more rows; {EVERYTHING.en}"
            ).in_(lang)
        empty = [one.name for one in wanted if one not in full]
        if empty:
            yield "  " + text(
                f"没有数值：{'、'.join(empty)}", f"without a value: {', '.join(empty)}"
            ).in_(lang)
        yield ""


def _checks(run: Run, lang: Lang) -> Iterator[str]:
    fired = run.outcome.checks
    yield text("检查", "Checks").in_(lang)
    if not fired:
        yield "  " + text("全部通过", "all hold").in_(lang)
    for one in fired[:MOST_ROWS]:
        level = text("错误", "error") if one.severity == "error" else text("警告", "warning")
        whose = " ".join(part for part in (one.organisation, one.period) if part)
        count = text(f"{one.count} 处", f"{one.count} time{'s' if one.count > 1 else ''}")
        said = f"{one.message.in_(lang)} ({count.in_(lang)})"
        yield f"  {level.in_(lang)}[{one.name}] {whose}: {said}"
        for row in one.first:
            yield f"    {row}"
        if one.count > len(one.first) > 0:
            yield "    …"
    yield from _more(len(fired) - MOST_ROWS, lang)
