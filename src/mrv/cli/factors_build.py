"""``mrv factors build``: build a release of the factor store from its sources."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.commands import Command, option
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(*, release: str, sources: str | None, out: str | None) -> int:
        from mrv.factors import build
        from mrv.resources import folder

        home = folder("factors")
        info = build(
            Path(sources) if sources else home / "sources",
            Path(out) if out else home / "releases",
            release,
        )
        show(
            text(
                f"{info.release}：{info.rows} 行，内容 {info.content_sha256}",
                f"{info.release}: {info.rows} rows, content {info.content_sha256}",
            ).in_(lang)
        )
        return 0

    return Command(
        "build",
        lang=lang,
        about=text(
            "由 factors/sources 中的表构建因子库版本；已发布的版本不会改变。",
            "Build a release of the factor store from the tables in factors/sources; "
            "a release never changes.",
        ),
        metavar=text("版本名", "RELEASE").in_(lang),
        examples=("mrv factors build 2026-12.1",),
        params=[
            click.Argument(["release"], metavar=text("版本名", "RELEASE").in_(lang)),
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
