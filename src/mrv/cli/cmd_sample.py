"""``mrv sample``: which rows of a receipt to check against evidence, and why."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_verify import share, write_text
from mrv.cli.commands import Command, option
from mrv.cli.grid import grid, number
from mrv.cli.options import format_option
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang
    from mrv.verification.findings import Evaluation
    from mrv.verification.findings_file import Found
    from mrv.verification.sampling import Chosen, Plan

_SHOWN = 40


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _sample(lang, **given)  # type: ignore[arg-type]

    return Command(
        "sample",
        lang=lang,
        about=text(
            "由凭证制定抽样方案：哪些数据行须与证据核对、为什么。同一个种子得到同一个方案。"
            "把核对结果填入 right 列（ok，或证据支持的比例）后用 --findings 交回，方案按规则扩大。",
            "Plan a sample from a receipt: which rows are to be checked against evidence, and why. "
            "The same seed gives the same plan. Fill in the column right (ok, or the share that "
            "evidence supports) and hand it back with --findings: the plan widens by rule.",
        ),
        metavar=text("文件.mrv", "FILE.mrv").in_(lang),
        examples=(
            "mrv sample report.mrv --seed 2026-TJ-07 --format csv --out plan.csv",
            "mrv sample report.mrv --seed 2026-TJ-07 --findings plan.csv",
        ),
        params=[
            click.Argument(["file"], metavar="FILE.mrv"),
            option(
                lang,
                "--seed",
                text("抽样种子：任意文字，须先公布", "any text, to be stated beforehand"),
                required=True,
                metavar="TEXT",
            ),
            option(
                lang,
                "--of",
                text("对哪个结果；缺省为总量", "which result; else the total"),
                metavar="RESULT",
            ),
            option(
                lang,
                "--confidence",
                text("置信水平", "confidence"),
                default="95%",
                metavar="SHARE",
            ),
            option(
                lang,
                "--materiality",
                text("重要性阈值", "threshold of materiality"),
                default="5%",
                metavar="SHARE",
            ),
            option(
                lang,
                "--findings",
                text("已填写 right 列的方案（CSV）", "the plan with the column right filled in"),
                metavar="FILE.csv",
            ),
            option(
                lang,
                "--factors",
                text(
                    "自己的因子库文件夹（可多次给出）", "own folder of factor releases (repeatable)"
                ),
                multiple=True,
                metavar="DIR",
            ),
            format_option(lang, "csv"),
            option(
                lang,
                "--out",
                text("写入这个文件，而不是标准输出", "write to this file instead of stdout"),
                metavar="FILE",
            ),
        ],
        callback=call,
    )


def _sample(
    lang: Lang,
    *,
    file: str,
    seed: str,
    of: str | None,
    confidence: str,
    materiality: str,
    findings: str | None,
    factors: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
    out: str | None,
) -> int:
    from dataclasses import replace

    from mrv.verification import evaluate, read_findings
    from mrv.verification.sampled import population_of
    from mrv.verification.sampling import Asked

    asked = Asked(seed, share(confidence) or 0.0, share(materiality) or 0.0)
    found = read_findings(Path(findings)) if findings is not None else ()
    folders = [Path(folder) for folder in factors]
    population = population_of(Path(file), result=of, factors=folders)
    plan = population.plan(asked)
    evaluation = None
    if findings is not None:
        evaluation = evaluate(plan, [f for f in found if _in(plan, f)])
        while evaluation.step > plan.asked.step:
            # each widening keeps the rows of the one before, so findings stay in the plan
            plan = population.plan(replace(asked, step=evaluation.step))
            evaluation = evaluate(plan, [f for f in found if _in(plan, f)])
        evaluation = evaluate(plan, found)
    said = _written(plan, found, evaluation, format, lang)
    if out is None:
        show(said.rstrip("\n"))
    else:
        write_text(Path(out), said, lang)
    if evaluation is not None and format != "json":
        for line in _judged(evaluation, plan, lang):
            say(line)
    return 0 if evaluation is None or evaluation.acceptable else 1


def _in(plan: Plan, found: Found) -> bool:
    return any((c.item.table, c.item.row) == (found.table, found.row) for c in plan.chosen)


def _written(
    plan: Plan, found: tuple[Found, ...], evaluation: Evaluation | None, kind: str, lang: Lang
) -> str:
    right = {(f.table, f.row): f.right for f in found}
    if kind == "csv":
        return _csv(plan, right, lang)
    if kind == "json":
        from mrv.cli.as_json import dumped
        from mrv.receipt.shape import encoded

        return dumped({"plan": encoded(plan), "evaluation": encoded(evaluation)}) + "\n"
    return "\n".join(_lines(plan, lang)) + "\n"


def _csv(plan: Plan, right: dict[tuple[str, int], float], lang: Lang) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["table", "row", "what", "amount", "unit", "share", "why", "right"])
    for one in plan.chosen:
        item = one.item
        value = right.get((item.table, item.row))
        filled = "" if value is None else "ok" if value == 1 else repr(value)
        writer.writerow(
            [
                item.table, item.row, _what(one), repr(item.amount), plan.unit,
                f"{one.share:.6f}", _why(one, lang), filled,
            ]
        )  # fmt: skip
    return stream.getvalue()


def _what(one: Chosen) -> str:
    item = one.item
    keys = [value for _, value in item.keys]
    return " ".join(word for word in (item.organisation, item.period, *keys) if word)


def _why(one: Chosen, lang: Lang) -> str:
    from mrv.verification.sampling import WHY

    return "; ".join(WHY[why].in_(lang) for why in one.why)


def _lines(plan: Plan, lang: Lang) -> list[str]:
    from mrv.verification.sampling import RULE

    asked = plan.asked
    lines = [
        text(
            f"抽样方案：{plan.output} = {number(plan.total, lang)} {plan.unit}，"
            f"种子“{asked.seed}”，置信水平 {asked.confidence:.0%}，重要性 {asked.materiality:.1%}",
            f"sampling plan: {plan.output} = {number(plan.total, lang)} {plan.unit}, "
            f'seed "{asked.seed}", confidence {asked.confidence:.0%}, '
            f"materiality {asked.materiality:.1%}",
        ).in_(lang),
        text(
            f"{plan.items} 行中须核对 {len(plan.chosen)} 行，占排放量 {plan.covered:.1%}；"
            f"抽样间隔 {number(plan.interval, lang)} {plan.unit}；月度数据核对 {plan.months:.0%}",
            f"{len(plan.chosen)} of {plan.items} rows are to be checked, {plan.covered:.1%} of the "
            f"amount; interval {number(plan.interval, lang)} {plan.unit}; "
            f"{plan.months:.0%} of the months",
        ).in_(lang),
        text("依据：", "rule: ").in_(lang) + RULE.in_(lang),
        "",
    ]
    heads = [
        text("表", "table"), text("行", "row"), text("数据", "what"), text(plan.unit, plan.unit),
        text("占比", "share"), text("原因", "why"),
    ]  # fmt: skip
    rows = [
        [
            one.item.table, str(one.item.row), _what(one), number(one.item.amount, lang),
            f"{one.share:.2%}", _why(one, lang),
        ]
        for one in plan.chosen[:_SHOWN]
    ]  # fmt: skip
    lines += grid([head.in_(lang) for head in heads], rows, numbers={1, 3, 4})
    if len(plan.chosen) > _SHOWN:
        more = len(plan.chosen) - _SHOWN
        lines.append(
            text(
                f"… 另有 {more} 行：加 --format csv --out 文件",
                f"... {more} more rows: add --format csv --out FILE",
            ).in_(lang)
        )
    return lines


def _judged(evaluation: Evaluation, plan: Plan, lang: Lang) -> list[str]:
    e = evaluation
    return [
        text(
            f"已核对 {e.checked} 行，未核对 {e.open} 行，有误 {e.wrong} 行；"
            f"可能的误差 {number(e.likely, lang)}，上限 {number(e.upper, lang)}，"
            f"可容忍 {number(e.tolerable, lang)} {plan.unit}",
            f"{e.checked} rows checked, {e.open} open, {e.wrong} wrong; likely error "
            f"{number(e.likely, lang)}, upper limit {number(e.upper, lang)}, tolerable "
            f"{number(e.tolerable, lang)} {plan.unit}",
        ).in_(lang),
        e.said.in_(lang),
    ]
