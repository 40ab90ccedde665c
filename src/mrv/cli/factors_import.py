"""``mrv factors import``: a report first, a release of the user's own on request."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from mrv.cli.commands import Command, Whole, choice, option
from mrv.cli.factors_options import limit_option
from mrv.cli.options import format_option
from mrv.cli.speech import say, show
from mrv.messages import Diagnostic, Refused, text

if TYPE_CHECKING:
    from mrv.factors.imports import ImportReport
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _import(lang, given)

    return Command(
        "import",
        lang=lang,
        about=text(
            "读取别处的因子文件并报告：哪些行可用，哪些被拒、为什么。"
            "只有给出 --release 时才写出自己的版本。一行也不可用时退出码为 1。",
            "Read a file of factors and report which rows could be taken and which not, and why. "
            "A release of your own is written only with --release. Exit code 1 if no row could.",
        ),
        metavar=text("文件", "FILE").in_(lang),
        examples=(
            "mrv factors import flat-file-2025.xlsx --as defra",
            "mrv factors import flat-file-2025.xlsx --as defra --release defra-2025 \\",
            "    --into my-factors/defra --owner Li",
        ),
        params=[
            click.Argument(["file"], metavar=text("文件", "FILE").in_(lang)),
            *_options(lang),
            limit_option(
                lang,
                text("最多列出几处被拒，缺省 20", "how many refusals to list, 20 by default"),
            ),
            format_option(lang),
        ],
        callback=call,
    )


def _options(lang: Lang) -> list[click.Parameter]:
    plain = {
        "--as": (
            text(
                "文件种类，如 defra、base-carbone、pact；缺省由内容认出",
                "kind of file, such as defra, base-carbone or pact; else told by its content",
            ),
            "KIND",
        ),
        "--release": (text("写成这个名称的版本", "write a release of this name"), "NAME"),
        "--into": (
            text(
                "版本写入的文件夹，每种来源一个；以后用 --folder 指它",
                "folder for the release, one for each source; name it with --folder later",
            ),
            "DIR",
        ),
        "--owner": (text("谁对这些因子负责", "who answers for these factors"), "NAME"),
        "--encoding": (text("文本编码；缺省自行判断", "encoding; else worked out"), "NAME"),
        "--licence": (
            text("你所持的许可", "terms of use that you hold"),
            "TEXT",
        ),
        "--retrieved": (
            text("取得文件的日期；缺省为其修改日期", "day of retrieval; else that of the file"),
            "DATE",
        ),
    }
    found: list[click.Parameter] = [
        option(lang, f"{flag} {'kind' if flag == '--as' else ''}".strip(), about, metavar=shown)
        for flag, (about, shown) in plain.items()
    ]
    return [
        *found,
        option(
            lang,
            "--gwp-set",
            text("来源未注明时所用的 GWP 版本", "GWP set of CO2e values whose source names none"),
            type=choice(lang, "SAR", "AR4", "AR5", "AR6", "unstated"),
            metavar="SET",
        ),
        option(
            lang,
            "--year",
            text("文件所属年度（文件未载时）", "edition year of a file that names none"),
            type=Whole(lang),
            metavar="YEAR",
        ),
        option(
            lang,
            "--removal",
            text(
                "负值确为清除量的来源编号（可多次给出）",
                "source id whose negative value is a removal (repeatable)",
            ),
            multiple=True,
            metavar="ID",
        ),
    ]


def _import(lang: Lang, given: dict[str, Any]) -> int:
    _belong(given)
    _day(given["retrieved"])
    from mrv.factors.imports import read, to_release

    report = read(
        given["file"],
        given["kind"],
        gwp_set=given["gwp_set"],
        encoding=given["encoding"],
        licence=given["licence"],
        retrieved=given["retrieved"],
        year=given["year"],
        removals=given["removal"],
    )
    as_json = given["format"] == "json"
    if not as_json:
        _told(report, lang, given["limit"])
    path = None
    if given["release"] is not None:
        path = to_release(report, given["into"], given["release"], given["owner"])
    if as_json:
        _json(report, str(path) if path else None)
    elif path is not None:
        show(text(f"已写出版本 {path}", f"release written: {path}").in_(lang))
        hint = f"mrv factors search … --folder {given['into']}"
        say(text(f"查用：{hint}", f"to use it: {hint}").in_(lang))
    elif report.taken:
        say(
            text(
                "没有写出任何东西；加 --release 名称 --into 文件夹 --owner 负责人 写成版本。",
                "Nothing is written; add --release NAME --into DIR --owner NAME for a release.",
            ).in_(lang)
        )
    return 0 if report.taken else 1


def _belong(given: dict[str, Any]) -> None:
    """Refuse a call that names a release but not where it goes or whose it is, or the reverse."""
    three = {f"--{name}": given[name] for name in ("release", "into", "owner")}
    missing = [flag for flag, value in three.items() if value is None]
    if missing and len(missing) < len(three):
        what = text(f"还缺 {'、'.join(missing)}", f"{', '.join(missing)} missing")
        hint = text("三者须一起给出。", "The three belong together.")
        raise Refused([Diagnostic("call.missing-option", what, hint=hint)])


def _day(written: str | None) -> None:
    from datetime import date

    try:
        if written is not None:
            date.fromisoformat(written)
    except ValueError:
        what = text(f"“{written}”不是日期", f'"{written}" is no date')
        hint = text("写作 2026-11-23。", "Write 2026-11-23.")
        raise Refused([Diagnostic("call.retrieved", what, hint=hint)]) from None


def _told(report: ImportReport, lang: Lang, limit: int) -> None:
    from mrv.cli.factors_words import gwp, sure
    from mrv.factors.counting import counted

    show(report.summary(lang))
    if report.taken:
        for label, say_of in (
            (text("GWP 版本", "GWP set"), gwp),
            (text("把握程度", "confidence"), sure),
        ):
            counts = Counter(say_of(row, lang) for row in report.taken).most_common()
            said = ", ".join(f"{word} {count}" for word, count in counts)
            show(f"  {label.in_(lang)}: {said}")
    for found in report.refused[:limit]:
        show(found.render(lang))
    left = len(report.refused) - limit
    if left > 0:
        say(
            text(
                f"……另有 {left} 处被拒；用 --limit {len(report.refused)} 全部列出。",
                f"… and {counted(left, 'refusal')} more; --limit {len(report.refused)} lists all.",
            ).in_(lang)
        )


def _json(report: ImportReport, release: str | None) -> None:
    from mrv.cli.as_json import dumped
    from mrv.cli.factors_words import plain

    show(
        dumped(
            {
                "kind": report.kind,
                "detected": report.detected,
                "file": report.file,
                "sha256": report.sha256,
                "rows_read": report.rows_read,
                "taken": [plain(row) for row in report.taken],
                "refused": [
                    {"rule": one.rule, "place": str(one.place or ""), "what": one.what}
                    for one in report.refused
                ],
                "counts": report.counts,
                "notes": list(report.notes),
                "release": release,
            }
        )
    )
