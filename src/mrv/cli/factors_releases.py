"""``mrv factors releases``: which releases there are, which is taken, which may still change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.cli.commands import Command
from mrv.cli.factors_options import folder_option
from mrv.cli.grid import grid
from mrv.cli.options import format_option
from mrv.cli.own_factors import factor_folders
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from pathlib import Path

    import click

    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _releases(lang, given)

    return Command(
        "releases",
        lang=lang,
        about=text(
            "列出因子库的各个版本：行数、内容哈希、与前一版本相比的改动、发布日期。"
            "运行时用 --release 固定某一版本；不写则用最新的。",
            "List the releases of the factor store: rows, content hash, what changed since the one "
            "before, day of publication. A run pins one with --release; else it takes the newest.",
        ),
        examples=("mrv factors releases", "mrv factors releases --folder my-factors/defra"),
        params=[folder_option(lang), format_option(lang)],
        callback=call,
    )


def _releases(lang: Lang, given: dict[str, Any]) -> int:
    from mrv.resources import folder

    places = [*factor_folders(given["folder"]), folder("factors")]
    found = [one for place in places for one in _described(place / "releases")]
    if given["format"] == "json":
        from mrv.cli.as_json import dumped

        show(dumped(found))
        return 0
    heads = (
        text("版本", "release"),
        text("行数", "rows"),
        text("新增", "added"),
        text("修改", "changed"),
        text("停用", "withdrawn"),
        text("前一版本", "follows"),
        text("发布", "published"),
        text("内容哈希", "content"),
    )
    lines = [
        [
            one["release"],
            str(one["rows"]),
            *(str(len(one[part])) for part in ("added", "changed", "withdrawn")),
            one["previous"] or "",
            _state(one, lang),
            one["content_sha256"][:12],
        ]
        for one in found
    ]
    show("\n".join(grid([head.in_(lang) for head in heads], lines, numbers={1, 2, 3, 4})))
    return 0


def _state(one: dict[str, Any], lang: Lang) -> str:
    if one["pending"]:
        return text("待发布", "pending").in_(lang)
    return one["published"] or text("自有", "own").in_(lang)


def _described(releases: Path) -> list[dict[str, Any]]:
    """Describe the releases of a folder, newest first."""
    from mrv.factors.published import names_in, read_published
    from mrv.factors.release import described
    from mrv.factors.store import open_store_at

    listed = read_published(releases)
    found = []
    for name in reversed(names_in(releases)):
        body = described(open_store_at(releases, name)).described()
        del body["format"], body["notes"]
        body["published"] = listed[name].published if listed and name in listed else None
        body["pending"] = listed is not None and name not in listed
        found.append(body)
    return found
