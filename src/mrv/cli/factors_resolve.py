"""``mrv factors resolve``: what a methodology would get, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.cli.commands import Command, Whole, choice, option
from mrv.cli.factors_options import store_options
from mrv.cli.options import format_option
from mrv.cli.own_factors import opened
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.messages import Lang

TIMES = ("any", "same-year", "latest-not-after", "same-year-else-latest")
SETS = ("SAR", "AR4", "AR5", "AR6", "unstated")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _resolve(lang, given)

    return Command(
        "resolve",
        lang=lang,
        about=text(
            "按方法学取因子的同一套规则解析：条件逐条过滤，地区按给出的先后，年份按规则；"
            "说明每一步、理由、落选者，以及退而求其次的代价。没有或不唯一时退出码为 1。",
            "Resolve as a methodology does: conditions one after the other, regions in the order "
            "given, the year by its rule; tells each step, the reason, the runners-up and what "
            "each fall-back costs. Exit code 1 if there is none or more than one.",
        ),
        examples=(
            "mrv factors resolve --property grid-average --region CN-TJ --region CN --year 2024",
            "mrv factors resolve --property net-calorific-value --key diesel --dataset ncsc-2026",
        ),
        params=[*_options(lang), *store_options(lang), format_option(lang)],
        callback=call,
    )


def _options(lang: Lang) -> list[click.Parameter]:
    return [
        option(
            lang,
            "--property",
            text("参数，如 grid-average", "property, such as grid-average"),
            required=True,
            metavar="NAME",
        ),
        option(
            lang,
            "--key",
            text("品种，如 柴油", "fuel, gas or product, such as diesel"),
            metavar="KEY",
        ),
        option(
            lang,
            "--region",
            text("地区，按先后取用（可多次给出）", "region, in order of preference (repeatable)"),
            multiple=True,
            metavar="REGION",
        ),
        option(
            lang, "--year", text("核算年度", "accounting year"), type=Whole(lang), metavar="YEAR"
        ),
        option(
            lang,
            "--time",
            text(
                "取年规则；缺省为 same-year-else-latest，所涉因子都不带年份时为 any",
                "time rule; else same-year-else-latest, or any if no candidate names a year",
            ),
            type=choice(lang, *TIMES),
            metavar="RULE",
        ),
        option(lang, "--dataset", text("数据表（可多次给出）", "dataset (repeatable)"),
               multiple=True, metavar="NAME"),
        option(
            lang,
            "--gwp",
            text("GWP 版本：SAR、AR4、AR5、AR6 或 unstated", "GWP set: " + ", ".join(SETS)),
            type=choice(lang, *SETS),
            metavar="SET",
        ),
        option(
            lang,
            "--unit",
            text("要换算成的单位；缺省为因子自己的", "unit wanted; else that of the row"),
            metavar="UNIT",
        ),
        option(lang, "--pin", text("指定因子编号", "id of the row to take"), metavar="ID"),
    ]  # fmt: skip


def _resolve(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.cli.factors_query import query_of
    from mrv.factors import resolve

    store = opened(given["release"], given["folder"], given["first"])
    query = query_of(store, given)
    found = resolve(store, query)
    if given["format"] == "json":
        from mrv.cli.as_json import dumped
        from mrv.cli.factors_answer import tree

        show(dumped(tree(found, query, store)))
    else:
        from mrv.cli.factors_answer import lines

        show("\n".join(lines(found, query, store, lang)))
    return 0 if found.status == "found" else 1
