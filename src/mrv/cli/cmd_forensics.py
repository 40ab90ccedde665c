"""``mrv forensics``: patterns in data that are worth a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.calls import Call
from mrv.cli.cmd_explain import run_or_receipt
from mrv.cli.commands import Command, option
from mrv.cli.options import data_options, format_option, rule_options
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.engine.run import Run
    from mrv.messages import Lang, Text
    from mrv.verification.oddities import Oddity


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _forensics(lang, **given)  # type: ignore[arg-type]

    return Command(
        "forensics",
        lang=lang,
        about=text(
            "在数据或凭证（.mrv）中查找值得一问的规律：重复行、整月照抄、整数尾、末位数字、"
            "首位数字（本福特）、突变、离群之比、等于缺省值的“实测值”。每条给出统计量、界限和行号；"
            "不作任何不实的判断。",
            "Look through data or a receipt (.mrv) for patterns worth a question: repeated rows, "
            "copied months, round numbers, last and first digits, jumps, ratios far from the "
            "others, measured values equal to defaults. Each with its statistic, limit and rows; "
            "none is called wrong.",
        ),
        metavar=text("名称、文件或凭证", "NAME|FILE|FILE.mrv").in_(lang),
        examples=(
            "mrv forensics report.mrv",
            "mrv forensics my-rule.yaml --data my.xlsx --period 2025 --look jumps --look ratios",
        ),
        params=[
            *rule_options(lang),
            *data_options(lang, required=False),
            option(
                lang,
                "--look",
                text("只查这种规律（可多次给出）", "only this pattern (repeatable)"),
                multiple=True,
                metavar="PATTERN",
            ),
            option(
                lang,
                "--table",
                text("只查这张表（可多次给出）", "only this input table (repeatable)"),
                multiple=True,
                metavar="TABLE",
            ),
            format_option(lang),
        ],
        callback=call,
    )


def _forensics(
    lang: Lang,
    *,
    look: tuple[str, ...],
    table: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
    **given: object,
) -> int:
    from mrv.verification.forensics import forensics

    with run_or_receipt(Call(**given), lang) as run:  # type: ignore[arg-type]
        found = forensics(run, look, table)
    if format == "json":
        from mrv.cli.as_json import dumped
        from mrv.receipt.shape import encoded

        show(dumped(encoded(found)))
        return 0
    for one in found:
        show("\n".join(lines(one, lang)))
    say(_closing(len(found)).in_(lang))
    return 0


def _closing(count: int) -> Text:
    if not count:
        return text(
            "没有发现值得询问的规律；这不等于数据无误",
            "no pattern worth a question; that does not prove the data right",
        )
    return text(
        f"{count} 处值得询问；规律可以有正当的原因，不等于数据不实",
        f"{count} worth a question; a pattern may have a good reason and proves nothing",
    )


def remarks(run: Run, lang: Lang) -> None:
    """Say what the methodology's own block ``forensics`` finds, beside the results."""
    if not run.methodology.document.forensics:
        return
    from mrv.verification.forensics import switched_on

    found = switched_on(run)
    for one in found:
        say("\n".join(lines(one, lang)))
    say(_closing(len(found)).in_(lang))


def lines(one: Oddity, lang: Lang) -> list[str]:
    """Write a finding in a few lines: pattern, words, statistic with limit, rows."""
    from mrv.verification.oddities import KINDS

    figures = ", ".join(f"{name} {value:.4g}" for name, value in one.statistic.items())
    chance = ""
    if one.chance is not None:
        chance = text(f"；偶然概率 {one.chance:.2g}", f"; by chance {one.chance:.2g}").in_(lang)
    rows = ", ".join(map(str, one.rows)) + (" ..." if one.count > len(one.rows) else "")
    limit = text("界限", "limit").in_(lang)
    return [
        f"{one.table}: {KINDS[one.kind].in_(lang)} ({one.kind})",
        f"  {one.said.in_(lang)}",
        f"  {figures}; {limit} {one.limit}{chance}",
        text(f"  行：{rows}", f"  rows: {rows}").in_(lang),
    ]
