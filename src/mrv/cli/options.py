"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mrv.cli.commands import Whole, choice, option
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang


def rule_options(lang: Lang) -> list[click.Parameter]:
    """Return the options that say which rules are meant."""
    return [
        click.Argument(["name"], metavar=text("名称或文件", "NAME|FILE").in_(lang)),
        option(
            lang,
            "--choose",
            text(
                "选定一个选项，如 shore_power=counted（可多次给出）",
                "state a choice, such as shore_power=counted (repeatable)",
            ),
            multiple=True,
            metavar="NAME=VALUE",
        ),
        option(
            lang,
            "--edition",
            text("方法学的版本；缺省为最新", "edition of the methodology; else the newest"),
            metavar="EDITION",
        ),
        *store_options(lang),
        methodologies_option(lang),
    ]


def methodologies_option(lang: Lang) -> click.Option:
    """Return the option that names folders with methodologies of the user."""
    return option(
        lang,
        "--methodologies",
        text(
            "自己的方法学文件夹，先于随附的（可多次给出）",
            "own folder of methodologies, before those that come with mrv (repeatable)",
        ),
        multiple=True,
        metavar="DIR",
    )


def format_option(lang: Lang, *more: str) -> click.Option:
    """Return the option that says how the answer is written: a table, JSON, or in other ways."""
    *first, last = ("table", "json", *more)
    listed = ", ".join(first)
    return option(
        lang,
        "--format",
        text(f"{'、'.join(first)} 或 {last}", f"{listed} or {last}"),
        type=choice(lang, "table", "json", *more),
        default="table",
        metavar="FORMAT",
    )


def store_options(lang: Lang) -> list[click.Parameter]:
    """Return the options that say which factors are looked up."""
    return [
        option(
            lang,
            "--release",
            text("因子库版本；缺省为最新", "release of the factor store; else the newest"),
            metavar="RELEASE",
        ),
        option(
            lang,
            "--factors",
            text(
                "自己的因子文件夹，其最新版本与随附的一起查（可多次给出）",
                "own folder of factors, looked up with those that come with mrv (repeatable)",
            ),
            multiple=True,
            metavar="DIR",
        ),
        option(
            lang,
            "--first",
            text(
                "先查自己的因子（own，缺省）还是随附的（built-in）",
                "which factors come first: own (the default) or built-in",
            ),
            type=choice(lang, "own", "built-in"),
            metavar="own|built-in",
        ),
    ]


def data_options(lang: Lang, *, required: bool = True) -> list[click.Parameter]:
    """Return the options that say which data are meant."""
    return [
        option(
            lang,
            "--data",
            text(
                "数据：文件夹，或一个 CSV、xlsx、Parquet 文件",
                "the data: a folder, or one CSV, xlsx or Parquet file",
            ),
            required=required,
            metavar="PATH",
        ),
        option(
            lang,
            "--map",
            text(
                "映射文件：把外来的列名、单位对应到方法学的表",
                "mapping file that fits foreign columns and units to the tables",
            ),
            metavar="FILE",
        ),
        option(
            lang,
            "--period",
            text(
                "核算期：2025、2025-Q1、2025-03；可多次给出或以逗号分隔",
                "accounting period: 2025, 2025-Q1, 2025-03; repeatable or with commas",
            ),
            multiple=True,
            metavar="PERIOD",
        ),
        option(
            lang,
            "--units",
            text(
                "declared：没有写单位的列按方法学声明的单位读",
                "declared: columns that state no unit are in the declared one",
            ),
            type=choice(lang, "declared"),
            metavar="declared",
        ),
        option(
            lang,
            "--errors",
            text(
                "把逐行的全部问题写入这个 Parquet 文件",
                "write the complete list of bad rows to this Parquet file",
            ),
            metavar="FILE.parquet",
        ),
        option(
            lang,
            "--salt-file",
            text(
                "盐文件：保密的键以它散列（mrv salt 文件 生成；或设 MRV_SALT）",
                "the salt under which secret keys are hashed (made by mrv salt FILE; or MRV_SALT)",
            ),
            metavar="FILE",
        ),
        option(
            lang,
            "--threads",
            text("最多使用的线程数", "how many threads at most"),
            type=Whole(lang),
            metavar="N",
        ),
        option(
            lang,
            "--memory",
            text(
                "内存上限，如 2GB；超出则暂存磁盘",
                "memory limit such as 2GB; beyond it disk is used",
            ),
            metavar="SIZE",
        ),
    ]
