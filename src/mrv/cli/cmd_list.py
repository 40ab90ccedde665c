"""``mrv list``: what methodologies there are, or which one governs."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.cli.commands import Command, option
from mrv.cli.grid import grid
from mrv.cli.options import format_option, methodologies_option
from mrv.cli.speech import say, show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    import click

    from mrv.language.editions import Answer
    from mrv.language.library import Header
    from mrv.language.period import Period
    from mrv.messages import Lang, Text

STATUS = {
    "draft": text("草案", "draft"),
    "trial": text("试行", "trial"),
    "in-force": text("施行", "in force"),
    "superseded": text("已被取代", "superseded"),
}


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _list(lang, **given)  # type: ignore[arg-type]

    return Command(
        "list",
        lang=lang,
        about=text(
            "列出方法学：名称、版本、状态、行业、地区、适用日期。"
            "给出 --sector、--region、--on 时，回答适用哪一部。",
            "List the methodologies: name, edition, status, sector, region, dates. With --sector, "
            "--region and --on, answer which one governs.",
        ),
        examples=("mrv list", "mrv list --sector water-freight --region CN-TJ --on 2025"),
        params=[
            option(
                lang,
                "--sector",
                text("行业，如 water-freight", "sector, such as water-freight"),
                metavar="NAME",
            ),
            option(
                lang, "--region", text("地区，如 CN-TJ", "region, such as CN-TJ"), metavar="CODE"
            ),
            option(
                lang,
                "--on",
                text(
                    "日期（2025-06-30）或核算期（2025、2025-Q1）",
                    "a day (2025-06-30) or a period (2025, 2025-Q1)",
                ),
                metavar="DATE|PERIOD",
            ),
            option(lang, "--modules", text("也列出模块", "list the modules too"), is_flag=True),
            methodologies_option(lang),
            format_option(lang),
        ],
        callback=call,
    )


def _list(
    lang: Lang,
    *,
    sector: str | None,
    region: str | None,
    on: str | None,
    modules: bool,
    methodologies: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
) -> int:
    from mrv.language.library import listing

    headers = listing(own_folders(methodologies))
    asked = {"--sector": sector, "--region": region, "--on": on}
    missing = [name for name, value in asked.items() if value is None]
    if missing and len(missing) < len(asked):
        refuse(
            "call.missing-option",
            text(f"还缺 {'、'.join(missing)}", f"{', '.join(missing)} missing"),
            hint=text("三者须一起给出。", "The three belong together."),
        )
    if sector is not None and region is not None and on is not None:
        from mrv.language.editions import governing

        return _answer(governing(headers, sector, region, moment(on)), lang, format)
    shown = [header for header in headers if modules or header.kind != "module"]
    if format == "json":
        from mrv.cli.as_json import dumped

        show(dumped([_plain(header) for header in shown]))
    else:
        _table(shown, lang)
    for header in shown:
        if header.problem:
            say(f"{header.path}: {header.problem.render(lang)}")
    return 1 if any(header.problem for header in shown) else 0


def own_folders(given: tuple[str, ...]) -> tuple[Path, ...]:
    """Return the user's folders of methodologies.

    Raises:
        Refused: ``call.no-folder``.
    """
    folders = tuple(Path(word) for word in given)
    for folder in folders:
        if not folder.is_dir():
            refuse(
                "call.no-folder", text(f"没有文件夹“{folder}”", f'there is no folder "{folder}"')
            )
    return folders


def moment(written: str) -> date | Period:
    """Read a day or an accounting period.

    Raises:
        Refused: ``call.period``.

    Example:
        >>> moment("2025-06-30")
        datetime.date(2025, 6, 30)
    """
    try:
        return (
            date.fromisoformat(written) if len(written) == len("2025-06-30") else _period(written)
        )
    except ValueError:
        return _period(written)


def _period(written: str) -> Period:
    from mrv.language.period import parse_period

    return parse_period(written)


def _answer(answer: Answer, lang: Lang, shape: str) -> int:
    words = answer.text()
    if shape == "json":
        from mrv.cli.as_json import dumped

        header = answer.header
        show(
            dumped(
                {
                    "verdict": answer.verdict,
                    "methodology": header.name if header else None,
                    "edition": header.edition if header else None,
                    "status": header.status if header else None,
                    "on": answer.on,
                    "successor": answer.successor,
                    "successor_from": answer.successor_from,
                    "text": words,
                }
            )
        )
        return 0
    status = STATUS.get(answer.header.status or "") if answer.header else None
    suffix = text(f"（{status.zh}）", f" ({status.en})") if status else text("", "")
    show(f"{answer.verdict}: {words.in_(lang)}{suffix.in_(lang)}")
    return 0


def _table(headers: list[Header], lang: Lang) -> None:
    heads = [
        text("名称", "name"),
        text("版本", "edition"),
        text("状态", "status"),
        text("行业", "sector"),
        text("地区", "region"),
        text("自", "from"),
        text("至", "until"),
        text("标题", "title"),
    ]
    rows = [_row(header, lang) for header in headers]
    show("\n".join(grid([head.in_(lang) for head in heads], rows)))


def _row(header: Header, lang: Lang) -> list[str]:
    governs = header.governs
    status: Text | None = STATUS.get(header.status or "")
    said = status.in_(lang) if status else ""
    start = str(governs.start or text("待定", "awaited").in_(lang)) if governs else ""
    return [
        header.name,
        header.edition or "",
        text("有问题", "broken").in_(lang) if header.problem else said,
        governs.sector if governs else text("模块", "module").in_(lang) if header.kind else "",
        governs.region if governs else "",
        start,
        str(governs.until or "") if governs else "",
        header.title.in_(lang),
    ]


def _plain(header: Header) -> dict[str, object]:
    governs = header.governs
    return {
        "name": header.name,
        "kind": header.kind,
        "edition": header.edition,
        "status": header.status,
        "sector": governs.sector if governs else None,
        "region": governs.region if governs else None,
        "from": governs.start if governs else None,
        "until": governs.until if governs else None,
        "title": header.title,
        "problem": header.problem.render("en") if header.problem else None,
    }
