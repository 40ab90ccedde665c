"""``mrv factors audit``: every finding about the source tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.cli.cmd_list import own_folders
from mrv.cli.commands import Command, option
from mrv.cli.factors_options import limit_option
from mrv.cli.options import format_option
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.messages import Diagnostic, Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _audit(lang, given)

    return Command(
        "audit",
        lang=lang,
        about=text(
            "审查源表：单位、量级、重复、年份、合计等，列出全部问题，不写任何文件。"
            "有错误时退出码为 1；加 --strict 时警告也算。",
            "Audit the source tables: units, magnitudes, repeats, years, totals and more; nothing "
            "is written. Exit code 1 if there is an error, with --strict also for a warning.",
        ),
        examples=("mrv factors audit", "mrv factors audit --sources my-tables --strict"),
        params=[
            option(
                lang,
                "--sources",
                text("源表所在文件夹", "folder of the source tables"),
                metavar="DIR",
            ),
            option(lang, "--strict", text("警告也算不通过", "warnings fail as well"), is_flag=True),
            limit_option(
                lang, text("最多列出几个问题，缺省 20", "how many findings, 20 by default")
            ),
            format_option(lang),
        ],
        callback=call,
    )


def _audit(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.factors.audit import findings
    from mrv.factors.counting import counted
    from mrv.factors.sources import read_sources
    from mrv.resources import folder

    home = folder("factors") / "sources"
    if given["sources"]:
        (home,) = own_folders((given["sources"],))
    sources = read_sources(home)
    found = sorted(findings(sources), key=lambda one: one.severity != "error")
    errors = sum(one.severity == "error" for one in found)
    if given["format"] == "json":
        from mrv.cli.as_json import dumped

        show(dumped({"rows": len(sources.rows), "findings": [_plain(one) for one in found]}))
    else:
        limit: int = given["limit"]
        for one in found[:limit]:
            show(one.render(lang))
        show(
            text(
                f"{len(sources.rows)} 行：{errors} 个错误，{len(found) - errors} 个警告",
                f"{counted(len(sources.rows), 'row')}: {counted(errors, 'error')}, "
                f"{counted(len(found) - errors, 'warning')}",
            ).in_(lang)
        )
        if len(found) > limit:
            say(
                text(
                    f"只列出前 {limit} 个；用 --limit {len(found)} 全部列出。",
                    f"only the first {limit} are listed; --limit {len(found)} lists all.",
                ).in_(lang)
            )
    return 1 if errors or (given["strict"] and found) else 0


def _plain(one: Diagnostic) -> dict[str, object]:
    return {
        "rule": one.rule,
        "severity": one.severity,
        "place": str(one.place or ""),
        "what": one.what,
        "why": one.why,
        "hint": one.hint,
    }
