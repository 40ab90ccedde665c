"""``mrv register``: every factor and constant of a methodology with its source, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.cli.commands import Command, choice, option
from mrv.cli.options import rule_options
from mrv.cli.speech import say, show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    import click

    from mrv.explain import RegisterRow
    from mrv.messages import Lang

_FORMS = ("text", "json", "csv", "xlsx", "md")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _register(lang, given)

    return Command(
        "register",
        lang=lang,
        about=text(
            "列出方法学从数据之外取用的每个数：常数、因子、判定表、曲线和经验式，"
            "连同单位、出处、条款、核对日期、把握程度和用处。因子库中每条可能用到的因子各占一行；"
            "加 --period 只列该核算期可用的。",
            "List every number that a methodology takes from outside the data: constants, factors, "
            "decision tables, curves and empirical steps, with unit, source, clause, day last "
            "checked, confidence and where used. Each row of the factor store that may answer has "
            "a line; --period leaves those that may in that period.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            "mrv register water-freight/enterprise --period 2025",
            "mrv register water-freight/enterprise --as xlsx --out register.xlsx",
        ),
        params=[
            *rule_options(lang),
            option(
                lang,
                "--period",
                text("核算期，如 2025 或 2025-Q1", "accounting period, such as 2025 or 2025-Q1"),
                metavar="PERIOD",
            ),
            option(
                lang,
                "--as form",
                text(
                    "text（缺省）、json、csv、xlsx 或 md", "text (the default), json, csv, xlsx, md"
                ),
                type=choice(lang, *_FORMS),
                default="text",
                metavar="FORM",
            ),
            option(
                lang,
                "--out",
                text("写入这个文件；缺省显示在屏幕上", "write to this file, else to the screen"),
                metavar="FILE",
            ),
            option(lang, "--force", text("替换已有的文件", "replace a file"), is_flag=True),
        ],
        callback=call,
    )


def _register(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.cli.calls import checked
    from mrv.cli.register_table import as_markdown, as_text, plain
    from mrv.explain import register
    from mrv.factors.counting import counted
    from mrv.language.period import parse_period

    form, out = given["form"], given["out"]
    if form == "xlsx" and out is None:
        refuse(
            "call.xlsx-needs-out",
            text("Excel 须写入文件", "Excel needs a file"),
            hint=text("加上 --out 文件名.xlsx。", "Add --out FILE.xlsx."),
        )
    period = parse_period(given["period"]) if given["period"] is not None else None
    methodology, store, _ = checked(
        given["name"],
        **{
            name: given[name]
            for name in ("choose", "edition", "release", "methodologies", "factors", "first")
        },
    )
    rows = register(methodology, store, period)
    title = f"{methodology.document.name} · {store.release}"
    if form == "xlsx":
        _to_file(Path(out), lang, lambda path: _workbook(path, rows, lang), force=given["force"])
    else:
        if form == "json":
            from mrv.cli.as_json import dumped

            body = dumped(
                {
                    "methodology": methodology.document.name,
                    "edition": methodology.document.edition,
                    "release": store.release,
                    "period": period.label if period else None,
                    "rows": [plain(row) for row in rows],
                }
            )
        elif form == "csv":
            body = _csv(rows, lang)
        elif form == "md":
            body = as_markdown(rows, title, lang)
        else:
            body = as_text(rows, lang)
        if out is None:
            show(body.rstrip("\n"))
        else:
            mark = "\ufeff" if form == "csv" else ""
            _to_file(
                Path(out),
                lang,
                lambda path: path.write_text(f"{mark}{body.rstrip()}\n", encoding="utf-8"),
                force=given["force"],
            )
    say(text(f"{title}：{len(rows)} 行", f"{title}: {counted(len(rows), 'row')}").in_(lang))
    return 0


def _to_file(path: Path, lang: Lang, write: Any, *, force: bool) -> None:
    from mrv.factors.exports.writing import write_whole

    write_whole(path, write, overwrite=force)
    say(text(f"已写入 {path}", f"written to {path}").in_(lang))


def _csv(rows: Sequence[RegisterRow], lang: Lang) -> str:
    import csv
    import io

    from mrv.cli.register_table import HEADS, cells
    from mrv.factors.exports.writing import harmless

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(head.in_(lang) for head in HEADS.values())
    writer.writerows([harmless(cell) for cell in cells(row, lang).values()] for row in rows)
    return stream.getvalue()


def _workbook(path: Path, rows: Sequence[RegisterRow], lang: Lang) -> None:
    """Write a sheet with a fixed heading; every cell is a text, printed zeros stay."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    from mrv.cli.register_table import HEADS, cells

    book = Workbook(write_only=False)
    sheet = book.active
    sheet.title = text("登记表", "register").in_(lang)
    sheet.append([head.in_(lang) for head in HEADS.values()])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.freeze_panes = "A2"
    for row in rows:
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", part) for part in cells(row, lang).values()])
        for cell in sheet[sheet.max_row]:
            cell.data_type = "s"
    book.save(path)
