"""``mrv factors``: the commands about the factor store, each imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mrv.cli.commands import Group
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.messages import Lang

_ABOUT = text(
    "因子库：查找、查看、解析因子，导入自己的因子，导出，比较和构建版本。"
    "每个因子都写明出处、把握程度和 GWP 版本。",
    "The factor store: search, look at and resolve factors, import your own, export, compare and "
    "build releases. Every factor shows its source, how sure it is and its GWP set.",
)
COMMANDS = {
    "search": (
        "factors_search",
        text("按中英文名称、同义词、代码查找", "find factors by names, synonyms and codes"),
    ),
    "get": (
        "factors_get",
        text(
            "按编号看一条因子：全部属性、历史、用处",
            "one factor: every attribute, its history, where it is used",
        ),
    ),
    "resolve": (
        "factors_resolve",
        text("方法学会取到哪条因子、为什么", "what a methodology would get, and why"),
    ),
    "import": (
        "factors_import",
        text(
            "读取别处的因子文件：先出报告，再按需写成自己的版本",
            "read a file of factors: a report first, a release of your own on request",
        ),
    ),
    "export": (
        "factors_export",
        text("把因子写成 CSV、Parquet、Excel 或 PACT", "write CSV, Parquet, Excel or PACT"),
    ),
    "footprint": (
        "factors_footprint",
        text(
            "算出产品碳足迹并交出去：PACT 文件，或自己的因子版本",
            "compute product footprints and hand them on: PACT, or a release of your own",
        ),
    ),
    "releases": (
        "factors_releases",
        text("有哪些版本，各改了什么、是否已发布", "the releases, and which are published"),
    ),
    "diff": ("factors_diff", text("比较两个版本", "compare two releases")),
    "audit": ("factors_audit", text("审查源表", "audit the source tables")),
    "build": ("factors_build", text("构建一个版本", "build a release")),
}


class _Factors(Group):
    """The commands about the store."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mrv.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command(self.lang)
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Describe the commands without importing them."""
        del ctx
        return [(name, words.in_(self.lang)) for name, (_, words) in COMMANDS.items()]


def command(lang: Lang) -> click.Command:
    """Build the command."""
    return _Factors("factors", lang=lang, about=_ABOUT)
