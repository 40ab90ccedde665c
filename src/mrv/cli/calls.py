"""What ``run`` and ``explain`` have in common: their options, and the run that follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_list import own_folders
from mrv.cli.commands import Whole, choice, option
from mrv.cli.progress import Progress
from mrv.cli.speech import say
from mrv.messages import Diagnostic, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity import Settings
    from mrv.engine.run import Run
    from mrv.factors import Store
    from mrv.language.checked import Methodology
    from mrv.messages import Lang


@dataclass(frozen=True)
class Call:
    """A call of a methodology on data, as it was typed."""

    name: str
    data: str
    map: str | None
    period: tuple[str, ...]
    choose: tuple[str, ...]
    units: str | None
    edition: str | None
    release: str | None
    methodologies: tuple[str, ...]
    threads: int | None
    memory: str | None
    errors: str | None


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
        option(
            lang,
            "--release",
            text("因子库版本；缺省为最新", "release of the factor store; else the newest"),
            metavar="RELEASE",
        ),
        option(
            lang,
            "--methodologies",
            text("自己的方法学文件夹（可多次给出）", "own folder of methodologies (repeatable)"),
            multiple=True,
            metavar="DIR",
        ),
    ]


def data_options(lang: Lang) -> list[click.Parameter]:
    """Return the options that say which data are meant."""
    return [
        option(
            lang,
            "--data",
            text(
                "数据：文件夹，或一个 CSV、xlsx、Parquet 文件",
                "the data: a folder, or one CSV, xlsx or Parquet file",
            ),
            required=True,
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


def stated(words: Sequence[str]) -> dict[str, str]:
    """Read ``name=value`` pairs.

    Raises:
        Refused: ``call.choose``, all bad pairs at once.

    Example:
        >>> stated(["gases=all", "gwp=AR6"])
        {'gases': 'all', 'gwp': 'AR6'}
    """
    found: dict[str, str] = {}
    bad: list[Diagnostic] = []
    for word in words:
        name, sign, value = word.partition("=")
        name, value = name.strip(), value.strip()
        if not (sign and name and value):
            bad.append(
                Diagnostic(
                    "call.choose",
                    text(
                        f"“{word}”不是“名称=值”的形式",
                        f'"{word}" is not of the form NAME=VALUE',
                    ),
                )
            )
        elif found.get(name, value) != value:
            bad.append(
                Diagnostic(
                    "call.choose",
                    text(
                        f"“{name}”给了两个不同的值：{found[name]}、{value}",
                        f'"{name}" is given two values: {found[name]} and {value}',
                    ),
                )
            )
        found.setdefault(name, value)
    if bad:
        raise Refused(bad)
    return found


def checked(
    name: str,
    *,
    choose: Sequence[str],
    edition: str | None,
    release: str | None,
    methodologies: tuple[str, ...],
) -> tuple[Methodology, Store, tuple[Path, ...]]:
    """Load the rules for the choices stated; only these are proved, ``mrv check`` proves all."""
    from mrv.api import words
    from mrv.factors import open_store
    from mrv.language.loading import load

    folders = own_folders(methodologies)
    choices = stated(choose)
    store = open_store(release)
    methodology = load(
        name,
        edition=edition,
        choices=choices,
        vocabularies=words(store),
        folders=folders,
        every_choice=False,
    )
    return methodology, store, folders


def do_run(call: Call, lang: Lang) -> Run:
    """Run a call, telling how far it is; bad rows are listed in the file asked for.

    Raises:
        Refused: everything that is wrong.
    """
    from mrv.engine.run import run
    from mrv.language.library import listing
    from mrv.language.period import parse_period

    errors = _errors_file(call.errors)
    mapping = _map_file(call.map)
    labels = [label for word in call.period for label in word.split(",")]
    periods = tuple(dict.fromkeys(parse_period(label) for label in labels))
    with Progress(lang) as progress:
        progress.step("load")
        methodology, store, folders = checked(
            call.name,
            choose=call.choose,
            edition=call.edition,
            release=call.release,
            methodologies=call.methodologies,
        )
        try:
            return run(
                methodology,
                call.data,
                periods=periods,
                store=store,
                mapping=mapping,
                settings=_settings(call),
                units=call.units,
                editions=listing(folders),
                progress=progress.step,
            )
        except Refused as refused:
            _write_errors(refused, errors, lang)
            raise


def _settings(call: Call) -> Settings:
    import re

    from mrv.activity import Settings

    if call.memory is not None and not re.fullmatch(
        r"[0-9]+(\.[0-9]+)?\s*[KMGT]i?B", call.memory, re.IGNORECASE
    ):
        refuse(
            "call.memory",
            text(f"“{call.memory}”不是内存大小", f'"{call.memory}" is not a size of memory'),
            hint=text("例如 2GB 或 512MB。", "For example 2GB or 512MB."),
        )
    return Settings(threads=call.threads, memory_limit=call.memory)


def _map_file(written: str | None) -> Path | None:
    path = Path(written) if written is not None else None
    if path is not None and not path.is_file():
        refuse(
            "call.no-file", text(f"找不到映射文件“{path}”", f'there is no mapping file "{path}"')
        )
    return path


def _errors_file(written: str | None) -> Path | None:
    if written is None:
        return None
    path = Path(written)
    if path.suffix != ".parquet" or not path.parent.is_dir() or path.is_dir():
        refuse(
            "call.errors",
            text(
                f"无法把问题清单写入“{path}”", f'the list of findings cannot be written to "{path}"'
            ),
            hint=text(
                "须是已有文件夹中以 .parquet 结尾的文件名。",
                "It must be a file name ending in .parquet in a folder that exists.",
            ),
        )
    return path


def _write_errors(refused: Refused, path: Path | None, lang: Lang) -> None:
    findings = getattr(refused, "findings", None)
    if path is None or findings is None:
        return
    count = findings.write_parquet(path)
    say(
        text(
            f"全部 {count} 处问题已写入 {path}", f"the complete list ({count}) is written to {path}"
        ).in_(lang)
    )
