"""``mrv plan``: quality plans (数据质量控制方案), started, checked, compared."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.commands import Command, Group, option
from mrv.cli.options import format_option, methodologies_option, rule_options
from mrv.cli.speech import say, show
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic, Lang

_ABOUT = {
    "new": text(
        "由方法学生成一份待填的数据质量控制方案",
        "start a quality plan from a methodology, to be filled in",
    ),
    "check": text(
        "检查方案：是否齐全，与方法学、与一次运行的数据是否相符",
        "check a plan: is it complete, does it fit the methodology and the data of a run",
    ),
    "diff": text("比较方案的两个版本，逐条目列出改动", "compare two versions of a plan by entry"),
}


class _Plans(Group):
    """The commands about quality plans."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        del ctx
        return list(_ABOUT)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Build one command."""
        del ctx
        made = {"new": _new, "check": _check, "diff": _diff}
        return made[cmd_name](self.lang) if cmd_name in made else None

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Describe the commands."""
        del ctx
        return [(name, words.in_(self.lang)) for name, words in _ABOUT.items()]


def command(lang: Lang) -> click.Group:
    """Build the group."""
    return _Plans(
        "plan",
        lang=lang,
        about=text(
            "数据质量控制方案：每一项活动数据、因子和结果怎样取得，并与数据核对。",
            "Quality plans: how every datum, factor and result is obtained, held against the data.",
        ),
        examples=(
            "mrv plan new water-freight/enterprise --period 2025 --out plan.yaml",
            "mrv plan check plan.yaml --receipt report.mrv",
        ),
        params=[],
    )


def _new(lang: Lang) -> click.Command:
    def call(**given: object) -> int:
        return _write_new(lang, **given)  # type: ignore[arg-type]

    return Command(
        "new",
        lang=lang,
        about=_ABOUT["new"],
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=("mrv plan new water-freight/enterprise --period 2025 --out plan.yaml",),
        params=[
            *rule_options(lang),
            option(
                lang, "--period", text("核算期，如 2025", "accounting period, such as 2025"),
                required=True, metavar="PERIOD",
            ),
            option(
                lang, "--out",
                text("写入这个新文件，而不是标准输出", "write to this new file instead of stdout"),
                metavar="FILE",
            ),
        ],
        callback=call,
    )  # fmt: skip


def _write_new(
    lang: Lang,
    *,
    name: str,
    choose: tuple[str, ...],
    edition: str | None,
    release: str | None,
    factors: tuple[str, ...],
    first: str | None,
    methodologies: tuple[str, ...],
    period: str,
    out: str | None,
) -> int:
    from mrv.cli.calls import checked
    from mrv.cli.cmd_verify import write_text
    from mrv.language.period import parse_period
    from mrv.messages import refuse
    from mrv.verification.plan_new import new_plan
    from mrv.verification.plan_words import TO_FILL

    label = parse_period(period).label
    methodology, _, _ = checked(
        name, choose=choose, edition=edition, release=release,
        methodologies=methodologies, factors=factors, first=first,
    )  # fmt: skip
    said = new_plan(methodology, label)
    if out is None:
        show(said.rstrip("\n"))
        return 0
    if Path(out).exists():
        refuse(
            "call.file-exists",
            text(f"“{out}”已存在，不覆盖", f'"{out}" is there already and is kept'),
            hint=text("换一个文件名。", "Name another file."),
        )
    write_text(Path(out), said, lang)
    left = said.count(f": {TO_FILL}")
    say(text(f"{out}：{left} 处待填", f"{out}: {left} places to be filled in").in_(lang))
    return 0


def _check(lang: Lang) -> click.Command:
    def call(**given: object) -> int:
        return _check_one(lang, **given)  # type: ignore[arg-type]

    return Command(
        "check",
        lang=lang,
        about=_ABOUT["check"],
        metavar="PLAN.yaml",
        examples=(
            "mrv plan check plan.yaml",
            "mrv plan check plan.yaml --receipt report.mrv --previous plan-1.yaml",
        ),
        params=[
            click.Argument(["file"], metavar="PLAN.yaml"),
            option(
                lang, "--methodology",
                text("按这部方法学检查，而不是方案所写的", "check against this methodology"),
                metavar="NAME",
            ),
            option(
                lang, "--receipt",
                text("与这次运行的数据核对", "compare with the data of this run"),
                metavar="FILE.mrv",
            ),
            option(
                lang, "--previous",
                text("原方案：核对版本与修订记录", "the plan before: check version and revisions"),
                metavar="OLD.yaml",
            ),
            option(
                lang, "--strict", text("警告也算错误", "count warnings as errors"), is_flag=True
            ),
            option(
                lang, "--factors",
                text("自己的因子库文件夹（可多次给出）", "own folder of factors (repeatable)"),
                multiple=True, metavar="DIR",
            ),
            methodologies_option(lang),
            format_option(lang),
        ],
        callback=call,
    )  # fmt: skip


def _check_one(
    lang: Lang,
    *,
    file: str,
    methodology: str | None,
    receipt: str | None,
    previous: str | None,
    strict: bool,
    factors: tuple[str, ...],
    methodologies: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
) -> int:
    from mrv.cli.plan_report import report
    from mrv.messages import Refused
    from mrv.verification.plan_check import Against, check_plan

    def load(name: str, edition: str | None, choices: Mapping[str, str]) -> Methodology:
        from mrv.cli.calls import checked

        stated = [f"{key}={value}" for key, value in choices.items()]
        return checked(
            name, choose=stated, edition=edition, release=None,
            methodologies=methodologies, factors=factors,
        )[0]  # fmt: skip

    against = Against(
        methodology,
        None if receipt is None else Path(receipt),
        None if previous is None else Path(previous),
        [Path(folder) for folder in factors],
    )
    found: tuple[Diagnostic, ...]
    stopped = False
    try:
        found = check_plan(Path(file), against, load)
    except Refused as refused:
        if all(one.rule.startswith("call.") for one in refused.diagnostics):
            raise
        found, stopped = refused.diagnostics, True
    return report(file, found, lang, form=format, strict=strict, stopped=stopped)


def _diff(lang: Lang) -> click.Command:
    def call(old: str, new: str, format: str) -> int:  # noqa: A002 - the name of the option
        from mrv.cli.as_json import dumped
        from mrv.cli.plan_report import change_said
        from mrv.receipt.shape import encoded
        from mrv.verification.plan_diff import changes
        from mrv.verification.plan_read import read_plan

        _, one, _ = read_plan(Path(old))
        _, two, _ = read_plan(Path(new))
        found = changes(one, two)
        if format == "json":
            show(dumped({"old": old, "new": new, "changes": [encoded(c) for c in found]}))
        for change in found if format != "json" else ():
            show(change_said(change, lang))
        if not found:
            say(text("没有改动", "nothing changed").in_(lang))
        return 0

    return Command(
        "diff", lang=lang, about=_ABOUT["diff"], metavar="OLD.yaml NEW.yaml",
        examples=("mrv plan diff plan-1.yaml plan-2.yaml",),
        params=[
            click.Argument(["old"], metavar="OLD.yaml"),
            click.Argument(["new"], metavar="NEW.yaml"),
            format_option(lang),
        ],
        callback=call,
    )  # fmt: skip
