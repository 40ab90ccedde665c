"""The commands by name; each is imported only when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from mrv import __version__
from mrv.cli.commands import Group, option
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang

COMMANDS = {
    "list": text(
        "列出方法学及其状态、适用日期；或问某行业某地某日适用哪一部",
        "list the methodologies with status and dates, or ask what governs",
    ),
    "check": text(
        "检查方法学文件，一次报出全部问题",
        "check methodology files and report every finding at once",
    ),
    "cases": text(
        "运行算例，逐个给出标签和偏差", "run the cases, with label and deviation of each"
    ),
    "run": text("用数据运行方法学", "run a methodology on data"),
    "explain": text(
        "逐层解释一个结果：公式、数值、单位、数据行、出处",
        "explain a result as a tree: formula, numbers, units, rows, sources",
    ),
    "salt": text(
        "生成盐文件：标识个人的键只以散列出现",
        "make a salt file: keys that name persons appear as hashes only",
    ),
    "register": text(
        "列出方法学所用的每个因子和常数：数值、单位、出处、用处",
        "list every factor and constant of a methodology with source and use",
    ),
    "seal": text(
        "计算并封存为一个凭证文件，供核查方重算",
        "run and seal everything into one receipt for the verifier",
    ),
    "verify": text(
        "核查凭证：重算并给出结论和原因",
        "judge a receipt: run it again, give a verdict and the reasons",
    ),
    "sample": text(
        "由凭证制定抽样方案：核对哪些行、为什么",
        "plan from a receipt which rows to check against evidence",
    ),
    "plan": text(
        "数据质量控制方案：生成、检查、与数据核对、比较",
        "quality plans: start, check, hold against data, compare",
    ),
    "forensics": text(
        "在数据中查找值得一问的规律",
        "look through data for patterns that are worth a question",
    ),
    "impact": text(
        "另一版规则、因子或选项对凭证的结果有何影响",
        "what other rules, factors or choices do to sealed runs",
    ),
    "key": text("凭证签名用的密钥", "keys for signing receipts"),
    "sql": text("显示实际执行的 SQL", "show the SQL that runs"),
    "factors": text(
        "因子库：查找、解析、导入、导出、构建",
        "the factor store: search, resolve, import, export, build",
    ),
}


class _Root(Group):
    """The program itself."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order in which people meet them."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"mrv.cli.cmd_{cmd_name}").command(self.lang)
        return command

    def summaries(self, ctx: click.Context) -> list[tuple[str, str]]:
        """Describe the commands without importing them."""
        del ctx
        return [(name, words.in_(self.lang)) for name, words in COMMANDS.items()]


def root(lang: Lang) -> click.Group:
    """Build the program in one language."""
    return _Root(
        "mrv",
        lang=lang,
        about=text(
            "按成文规则核算温室气体排放：规则是数据，单位逐一核对，每个数都能解释。",
            "Greenhouse-gas accounting by written rules: rules are data, every unit is checked, "
            "every number can be explained.",
        ),
        examples=(
            "mrv run water-freight/enterprise --data examples/water-freight --period 2025",
            "mrv check my-rule.yaml --lang zh",
        ),
        params=[
            option(
                lang,
                "--version",
                text("显示版本并退出", "show the version and exit"),
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_version,
            )
        ],
    )


def _version(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value:
        click.echo(f"mrv {__version__}")
        ctx.exit(0)
