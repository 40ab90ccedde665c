"""``mrv run``: run a methodology on data and show or write the results."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from mrv.cli.calls import Call, do_run
from mrv.cli.cmd_forensics import remarks
from mrv.cli.cmd_seal import check_seal, key_option, seal_run
from mrv.cli.commands import Command, choice, option
from mrv.cli.options import data_options, rule_options
from mrv.cli.speech import say, show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    import click

    from mrv.engine.run import Run
    from mrv.messages import Lang

FORMATS = ("table", "json", "parquet", "csv")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _run(lang, **given)  # type: ignore[arg-type]

    return Command(
        "run",
        lang=lang,
        about=text(
            "用数据运行方法学。结果写到标准输出，提示写到标准错误。"
            "退出码：0 正常，1 数据有误或有错误级检查未通过，2 调用有误。",
            "Run a methodology on data. Results go to stdout, remarks to stderr. Exit code: 0 "
            "fine, 1 bad data or a failed check of severity error, 2 wrong call.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            "mrv run water-freight/enterprise --data examples/water-freight --period 2025",
            "mrv run my-rule.yaml --data my.xlsx --period 2025-Q1 --out results --format parquet",
        ),
        params=[
            *rule_options(lang),
            *data_options(lang),
            option(
                lang,
                "--out",
                text(
                    "把结果、逐行结果、检查、标记、所用因子写入这个文件夹",
                    "write results, row results, checks, marks and factors used to this folder",
                ),
                metavar="DIR",
            ),
            option(
                lang,
                "--format",
                text("table、json、parquet 或 csv", "table, json, parquet or csv"),
                type=choice(lang, *FORMATS),
                default="table",
                metavar="FORMAT",
            ),
            option(
                lang,
                "--seal",
                text(
                    "同时封存为这个凭证文件，供核查方重算",
                    "also seal the run into this receipt for the verifier",
                ),
                metavar="FILE.mrv",
            ),
            key_option(lang),
            option(
                lang,
                "--force",
                text("允许写入另有文件的文件夹", "write even to a folder that holds other files"),
                is_flag=True,
            ),
        ],
        callback=call,
    )


def _run(
    lang: Lang,
    *,
    out: str | None,
    format: str,  # noqa: A002 - the name of the option
    force: bool,
    seal: str | None,
    key: str | None,
    **given: object,
) -> int:
    target = Path(out) if out is not None else None
    if target is None and format == "parquet":
        refuse(
            "call.parquet-needs-out",
            text("Parquet 结果须写入文件夹", "Parquet results need a folder"),
            hint=text("加上 --out 文件夹。", "Add --out DIR."),
        )
    if target is not None:
        from mrv.cli.as_files import check_folder

        check_folder(target, force=force)
    if seal is not None:
        check_seal(seal, key)
    elif key is not None:
        refuse(
            "call.needs-seal",
            text("--key 须与 --seal 同用", "--key goes together with --seal"),
        )
    with do_run(Call(**given), lang) as run:  # type: ignore[arg-type]
        if target is not None:
            _write(run, target, "csv" if format == "table" else format, lang, force=force)
        _show(run, format, lang, written=target is not None)
        remarks(run, lang)
        if seal is not None:
            seal_run(run, seal, key, lang)
        return _verdict(run, lang)


def _verdict(run: Run, lang: Lang) -> int:
    failed = [one.name for one in run.outcome.checks if one.severity == "error"]
    if not failed:
        return 0
    names = list(dict.fromkeys(failed))
    say(
        text(
            f"未通过错误级检查：{'、'.join(names)}；结果不可用",
            f"checks of severity error failed: {', '.join(names)}; do not use these results",
        ).in_(lang)
    )
    return 1


def _write(run: Run, folder: Path, kind: str, lang: Lang, *, force: bool) -> None:
    from mrv.cli.as_files import write_files
    from mrv.cli.progress import Progress

    with Progress(lang) as progress:
        progress.step("write")
        written = write_files(run, folder, kind, force=force)
    replaced = (
        text(
            f"（替换了 {written.replaced} 个旧文件）",
            f" ({written.replaced} earlier files replaced)",
        )
        if written.replaced
        else text("", "")
    )
    say(
        text(
            f"已写入 {folder}：{'、'.join(written.names)}{replaced.zh}",
            f"written to {folder}: {', '.join(written.names)}{replaced.en}",
        ).in_(lang)
    )


def _show(run: Run, kind: str, lang: Lang, *, written: bool) -> None:
    if kind == "table":
        from mrv.cli.report import report

        show(report(run, lang))
    elif kind == "json" and not written:
        from mrv.cli.as_json import dumped
        from mrv.cli.gather import whole

        show(dumped(whole(run)))
    elif kind == "csv" and not written:
        from mrv.cli.as_files import csv_text
        from mrv.cli.gather import results_table

        show(csv_text(results_table(run)).rstrip("\r\n"))
