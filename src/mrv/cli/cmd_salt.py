"""``mrv salt``: make the salt under which secret keys are hashed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.commands import Command
from mrv.cli.speech import say
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(file: str) -> int:
        return _salt(lang, Path(file))

    return Command(
        "salt",
        lang=lang,
        about=text(
            "生成盐文件：标识个人的键只以散列出现，散列须有文件之外的盐。"
            "同一个盐使各年、各平台的同一用户对得上；丢失后无法再对上，泄露后可被猜出。",
            "Make a salt file. Keys that name persons appear as hashes only, and the hashes need a "
            "salt from outside the data. One salt lets a user be met again in other years and on "
            "other platforms; lost, it is lost for good; given away, users can be guessed.",
        ),
        metavar=text("文件", "FILE").in_(lang),
        examples=(
            "mrv salt users.salt",
            "mrv run my-rule.yaml --data trips.parquet --period 2026 --salt-file users.salt",
        ),
        params=[click.Argument(["file"], metavar=text("文件", "FILE").in_(lang))],
        callback=call,
    )


def _salt(lang: Lang, file: Path) -> int:
    from mrv.activity.salt import new_salt, salt_of

    new_salt(file)
    salt = salt_of(file)
    mark = salt.fingerprint if salt is not None else ""
    say(
        text(
            f"盐已写入 {file}（指纹 {mark}），仅本人可读；请与数据、结果分开保存，勿随结果发送",
            f"the salt is in {file} (fingerprint {mark}), for its owner's eyes only; keep it apart "
            "from data and results and never send it with them",
        ).in_(lang)
    )
    return 0
