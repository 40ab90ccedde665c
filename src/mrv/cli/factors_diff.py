"""``mrv factors diff``: what differs between two releases, and what that touches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mrv.cli.commands import Command
from mrv.cli.factors_options import folder_option, limit_option
from mrv.cli.options import format_option
from mrv.cli.own_factors import factor_folders
from mrv.cli.speech import say, show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.factors import Diff, Store
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _diff(lang, given)

    name = text("版本名", "RELEASE").in_(lang)
    return Command(
        "diff",
        lang=lang,
        about=text(
            "比较两个版本：新增、修改（旧值和新值）、停用的因子，以及涉及的方法学和算例。"
            "只写一个版本名时，与它的前一版本比较。",
            "Compare two releases: rows added, changed (old and new value) and withdrawn, and the "
            "methodologies and cases that this touches. A single release is compared with the one "
            "before it.",
        ),
        metavar=f"{name} [{name}]",
        examples=(
            "mrv factors diff 2026-11.2",
            "mrv factors diff defra-2024 defra-2025 --folder my-factors/defra",
        ),
        params=[
            click.Argument(["old"], metavar=name),
            click.Argument(["new"], metavar=name, required=False),
            limit_option(lang, text("最多列出几行，缺省 20", "how many lines, 20 by default")),
            folder_option(lang),
            format_option(lang),
        ],
        callback=call,
    )


def _diff(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.factors import diff, open_store
    from mrv.factors.counting import counted

    folders = factor_folders(given["folder"])
    names = (given["old"], given["new"])
    if given["new"] is None:
        names = (_before(open_store(given["old"], folders)), given["old"])
    old, new = (open_store(name, folders) for name in names)
    found = diff(old, new)
    if given["format"] == "json":
        from mrv.cli.as_json import dumped

        show(dumped(_plain(found)))
        return 0
    show(
        text(
            f"{found.old} → {found.new}：新增 {len(found.added)}，修改 {len(found.changed)}，"
            f"停用 {len(found.withdrawn)}；涉及方法学 {len(found.methodologies)}，"
            f"算例文件 {len(found.cases)}",
            f"{found.old} -> {found.new}: {len(found.added)} added, {len(found.changed)} changed, "
            f"{len(found.withdrawn)} withdrawn; touches "
            f"{counted(len(found.methodologies), 'methodology', 'methodologies')}, "
            f"{counted(len(found.cases), 'file')} of cases",
        ).in_(lang)
    )
    lines = found.lines()
    limit: int = given["limit"]
    for line in lines[:limit]:
        show(f"  {line.in_(lang)}")
    left = len(lines) - limit
    if left > 0:
        say(
            text(
                f"……另有 {left} 行；用 --limit {len(lines)} 全部列出。",
                f"… and {counted(left, 'line')} more; --limit {len(lines)} lists all.",
            ).in_(lang)
        )
    return 0


def _before(store: Store) -> str:
    """Return the release that a release follows.

    Raises:
        Refused: ``call.missing-option`` if it follows none.
    """
    previous = store.facts.get("previous")
    if not previous:
        refuse(
            "call.missing-option",
            text(
                f"{store.release} 没有前一版本，须写两个版本名",
                f"{store.release} follows no release: name two",
            ),
        )
    return str(previous)


def _plain(found: Diff) -> dict[str, Any]:
    return {
        "old": found.old,
        "new": found.new,
        "added": list(found.added),
        "changed": {
            one.id: {name: [was, now] for name, was, now in one.cells} for one in found.changed
        },
        "withdrawn": list(found.withdrawn),
        "methodologies": list(found.methodologies),
        "cases": list(found.cases),
    }
