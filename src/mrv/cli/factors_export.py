"""``mrv factors export``: factors to a file for other programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mrv.cli.commands import Command, Whole, choice, option
from mrv.cli.factors_options import EVERY, filter_options, hits, store_options
from mrv.cli.own_factors import opened
from mrv.cli.pact_details import details_of, details_option
from mrv.cli.speech import say
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _export(lang, given)

    return Command(
        "export",
        lang=lang,
        about=text(
            "把因子写入文件。不给词时，取符合各条件的全部因子。PACT 还须用 --details "
            "补充企业自己说明的字段。",
            "Write factors to a file. Without words, all that meet the filters. PACT also needs "
            "what the company states, in --details.",
        ),
        metavar=text("[词...]", "[TEXT...]").in_(lang),
        examples=("mrv factors export 柴油 --as csv --out diesel.csv",),
        params=[
            click.Argument(["words"], nargs=-1, metavar=text("词", "TEXT").in_(lang)),
            option(
                lang,
                "--as kind_of_file",
                text("csv、parquet、excel 或 pact", "csv, parquet, excel or pact"),
                type=choice(lang, "csv", "parquet", "excel", "pact"),
                required=True,
                metavar="KIND",
            ),
            option(lang, "--out", text("文件", "the file"), required=True, metavar="FILE"),
            *filter_options(lang),
            option(
                lang,
                "--limit",
                text("最多几条；缺省不限", "how many at most; all by default"),
                type=Whole(lang),
                default=EVERY,
                metavar="N",
            ),
            details_option(lang),
            option(lang, "--force", text("允许覆盖同名文件", "replace the file"), is_flag=True),
            *store_options(lang),
        ],
        callback=call,
    )


def _export(lang: Lang, given: dict[str, Any]) -> int:
    details = details_of(given["details"])
    store = opened(given["release"], given["folder"], given["first"])
    found = hits(store, given["words"], given, given["limit"])
    if not found:
        say(
            text(
                f"没有可导出的因子（版本 {store.release}）",
                f"there are no factors to export (release {store.release})",
            ).in_(lang)
        )
        return 1
    from mrv.factors.counting import counted
    from mrv.factors.exports import export

    rows = [hit.row for hit in found]
    done = export(
        rows, given["kind_of_file"], given["out"], details=details, overwrite=given["force"]
    )
    say(
        text(
            f"已写入 {done.path}：{done.count} 条因子（版本 {store.release}）",
            f"written to {done.path}: {counted(done.count, 'factor')} (release {store.release})",
        ).in_(lang)
    )
    for note in done.notes:
        say(f"  - {note.in_(lang)}")
    return 0
