"""``mrv factors search``: find factors by words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mrv.cli.commands import Command
from mrv.cli.factors_options import filter_options, hits, limit_option, store_options
from mrv.cli.options import format_option
from mrv.cli.own_factors import opened
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.factors.search import Hit
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _search(lang, given)

    return Command(
        "search",
        lang=lang,
        about=text(
            "按中英文名称、同义词、代码、地区和年份查找因子；每个词都须出现，最相近的在前。"
            "一条也没有时退出码为 1。",
            "Find factors by Chinese or English names, synonyms, codes, regions and years; every "
            "word must occur, the nearest come first. Exit code 1 if there is none.",
        ),
        metavar=text("词...", "TEXT...").in_(lang),
        examples=(
            "mrv factors search 柴油 --property net-calorific-value",
            "mrv factors search electricity --region CN-TJ --year 2023",
        ),
        params=[
            click.Argument(
                ["words"], nargs=-1, required=True, metavar=text("词", "TEXT").in_(lang)
            ),
            *filter_options(lang),
            limit_option(lang, text("最多显示几条，缺省 20", "how many at most, 20 by default")),
            *store_options(lang),
            format_option(lang),
        ],
        callback=call,
    )


def _search(lang: Lang, given: dict[str, Any]) -> int:
    store = opened(given["release"], given["folder"], given["first"])
    limit: int = given["limit"]
    found = hits(store, given["words"], given, limit + 1)
    shown = found[:limit]
    if given["format"] == "json":
        _json(shown)
    elif shown:
        _table(shown, lang, layered=len(store.layers) > 1)
    if not found:
        say(
            text(
                f"没有找到：{' '.join(given['words'])}（版本 {store.release}）",
                f"nothing found: {' '.join(given['words'])} (release {store.release})",
            ).in_(lang)
        )
        return 1
    if len(found) > limit:
        say(
            text(
                f"只显示前 {limit} 条；用 --limit {limit * 5} 看更多，"
                "或用 --region、--year、--property、--source 等收窄。",
                f"only the first {limit} are shown; --limit {limit * 5} gives more, "
                "--region, --year, --property, --source and others narrow it.",
            ).in_(lang)
        )
    return 0


def _json(found: tuple[Hit, ...]) -> None:
    from mrv.cli.as_json import dumped
    from mrv.cli.factors_words import plain

    show(
        dumped(
            [
                {
                    "id": hit.row.id,
                    "score": hit.score,
                    "reason": hit.reason,
                    "release": hit.release,
                    "row": plain(hit.row),
                }
                for hit in found
            ]
        )
    )


def _table(found: tuple[Hit, ...], lang: Lang, *, layered: bool) -> None:
    from mrv.cli.factors_words import gwp, name, sure
    from mrv.cli.grid import grid

    heads = [
        text("编号", "id"),
        text("名称", "name"),
        text("数值", "value"),
        text("单位", "unit"),
        text("地区", "region"),
        text("年份", "year"),
        text("GWP 版本", "GWP set"),
        text("把握程度", "confidence"),
        text("状态", "status"),
        text("因何找到", "why"),
    ]
    rows = [
        [
            hit.row.id,
            name(hit.row, lang),
            hit.row.value,
            hit.row.unit,
            hit.row.region,
            str(hit.row.year or ""),
            gwp(hit.row, lang),
            sure(hit.row, lang),
            hit.row.status,
            hit.reason.in_(lang),
        ]
        for hit in found
    ]
    if layered:
        heads.append(text("版本", "release"))
        rows = [[*row, hit.release] for row, hit in zip(rows, found, strict=True)]
    show("\n".join(grid([head.in_(lang) for head in heads], rows, numbers={2}, whole={0})))
