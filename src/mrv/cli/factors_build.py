"""``mrv factors build``: build a release of the factor store from its sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mrv.cli.cmd_list import own_folders
from mrv.cli.commands import Command, option
from mrv.cli.speech import say, show
from mrv.messages import Refused, refuse, text

if TYPE_CHECKING:
    from mrv.factors import ReleaseInfo
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _build(lang, given)

    name = text("[版本名]", "[RELEASE]").in_(lang)
    return Command(
        "build",
        lang=lang,
        about=text(
            "由 factors/sources 中的表构建因子库版本。已发布的版本永不改变；"
            "待发布的版本可反复构建，不写版本名时即构建它。",
            "Build a release of the factor store from the tables in factors/sources. A published "
            "release never changes; the pending one may be built again and again, and is what is "
            "built where no name is given.",
        ),
        metavar=name,
        examples=(
            "mrv factors build",
            "mrv factors build 2026-12.1",
            "mrv factors build 2026-12.1 --publish",
            "mrv factors build --check",
        ),
        params=[
            click.Argument(["release"], metavar=name, required=False),
            option(
                lang,
                "--publish",
                text(
                    "构建并发布：记入 published.csv，从此不再改变",
                    "build and publish: from then on listed in published.csv and never changed",
                ),
                is_flag=True,
            ),
            option(
                lang,
                "--check",
                text(
                    "只核对：已发布版本的文件未动，最新版本与源表一致；不写任何文件",
                    "only check that published files are untouched and that the newest release "
                    "is what the sources say; write nothing",
                ),
                is_flag=True,
            ),
            option(
                lang,
                "--sources",
                text("源表所在文件夹", "folder of the source tables"),
                metavar="DIR",
            ),
            option(
                lang, "--out", text("写入版本的文件夹", "folder of the releases"), metavar="DIR"
            ),
        ],
        callback=call,
    )


def _build(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.factors import build, publish
    from mrv.resources import folder

    home = folder("factors")
    sources = home / "sources"
    if given["sources"]:
        (sources,) = own_folders((given["sources"],))
    out = Path(given["out"]) if given["out"] else home / "releases"
    if given["check"]:
        return _check(lang, sources, out, given)
    release = given["release"] or _pending(out)
    if given["publish"]:
        from datetime import datetime

        today = datetime.now().astimezone().date()
        info = publish(sources, out, release, today.isoformat())
    else:
        info = build(sources, out, release)
    _tell(lang, info, out)
    return 0


def _tell(lang: Lang, info: ReleaseInfo, out: Path) -> None:
    from mrv.factors.counting import counted
    from mrv.factors.published import read_published

    listed = read_published(out)
    done = listed is None or info.release in listed
    state = text("（已发布）", " (published)") if done else text("（待发布）", " (pending)")
    if listed is None:
        state = text("", "")
    rows = counted(info.rows, "row")
    show(
        text(
            f"{info.release}{state.zh}：{info.rows} 行，内容 {info.content_sha256}",
            f"{info.release}{state.en}: {rows}, content {info.content_sha256}",
        ).in_(lang)
    )
    if info.previous:
        show(
            text(
                f"与 {info.previous} 相比：新增 {len(info.added)}，修改 {len(info.changed)}，"
                f"停用 {len(info.withdrawn)}",
                f"against {info.previous}: {len(info.added)} added, {len(info.changed)} changed, "
                f"{len(info.withdrawn)} withdrawn",
            ).in_(lang)
        )
    if not done:
        say(
            text(
                f"确认后发布：mrv factors build {info.release} --publish",
                f"To publish it: mrv factors build {info.release} --publish",
            ).in_(lang)
        )


def _pending(out: Path) -> str:
    """Return the release that is built where none is named: the pending one.

    Raises:
        Refused: ``call.no-pending-release``.
    """
    from mrv.factors.frozen import next_name
    from mrv.factors.published import names_in, pending_in

    pending = pending_in(out)
    if pending:
        return pending[-1]
    names = names_in(out)
    following = next_name(names[-1]) if names else "2026-11.1"
    return refuse(
        "call.no-pending-release",
        text("没有待发布的版本", "no release is pending"),
        hint=text(
            f"开始一个新版本：mrv factors build {following}",
            f"Begin a new one: mrv factors build {following}",
        ),
    )


def _check(lang: Lang, sources: Path, out: Path, given: dict[str, Any]) -> int:
    from mrv.factors.rebuild import check_releases

    if given["release"] or given["publish"]:
        refuse(
            "call.check",
            text("--check 不与版本名或 --publish 同用", "--check takes no name and no --publish"),
        )
    found = check_releases(sources, out)
    if found.findings:
        raise Refused(found.findings)
    show(
        text(
            f"已发布 {found.published} 个版本，文件均未改动；{found.newest} 与源表一致",
            f"{found.published} published, no file changed; {found.newest} is what the sources say",
        ).in_(lang)
    )
    return 0
