"""``mrv check``: every finding about methodology files, their modules and their cases."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_list import own_folders
from mrv.cli.commands import Command, option
from mrv.cli.options import methodologies_option, store_options
from mrv.cli.refusal import rendered
from mrv.cli.speech import show
from mrv.messages import Refused, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.messages import Diagnostic, Lang

_FINE = text("没有问题", "no findings")
_CASES = (".cases.yaml", ".cases.yml")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _check(lang, **given)  # type: ignore[arg-type]

    return Command(
        "check",
        lang=lang,
        about=text(
            "检查方法学：名称、单位、物质、粒度、缺失值、判定表、循环，并检查旁边的算例文件。"
            "有错误时退出码为 1，警告不算（除非 --strict）。",
            "Check methodologies: names, units, substances, grains, missing values, decision "
            "tables, cycles, and the cases file beside each. Exit code 1 on errors; warnings do "
            "not count unless --strict.",
        ),
        metavar=text("文件或名称…", "FILE...").in_(lang),
        examples=("mrv check my-rule.yaml", "mrv check water-freight/enterprise --lang zh"),
        params=[
            click.Argument(["files"], nargs=-1, required=True, metavar="FILE"),
            option(
                lang, "--strict", text("警告也算错误", "count warnings as errors"), is_flag=True
            ),
            *store_options(lang),
            methodologies_option(lang),
        ],
        callback=call,
    )


def _check(
    lang: Lang,
    *,
    files: tuple[str, ...],
    strict: bool,
    release: str | None,
    factors: tuple[str, ...],
    first: str | None,
    methodologies: tuple[str, ...],
) -> int:
    from mrv.api import words
    from mrv.cli.own_factors import opened
    from mrv.factors.counting import counted

    folders = own_folders(methodologies)
    vocabularies = words(opened(release, factors, first, "--factors"))
    found: list[Diagnostic] = []
    for file in files:
        own = findings_of(file, folders, vocabularies)
        if own:
            show(rendered(own, lang))
        else:
            show(f"{file}: {_FINE.in_(lang)}")
        found += own
    errors = sum(one.severity == "error" for one in found)
    warnings = len(found) - errors
    show(
        text(
            f"共 {len(files)} 个文件：{errors} 个错误，{warnings} 个警告",
            f"{counted(len(files), 'file')}: {counted(errors, 'error')}, "
            f"{counted(warnings, 'warning')}",
        ).in_(lang)
    )
    if found and all(one.rule.startswith("call.") for one in found):
        return 2
    return 1 if errors or (strict and warnings) else 0


def findings_of(
    file: str, folders: tuple[Path, ...], vocabularies: Mapping[str, frozenset[str]]
) -> list[Diagnostic]:
    """Return everything that is to be said about a methodology, a module or a file of cases.

    Args:
        file: a path or the name of a methodology.
        folders: own folders of methodologies.
        vocabularies: words of the factor store.
    """
    from mrv.language.casefile import cases_path, read_cases
    from mrv.language.library import find
    from mrv.language.loading import check_file

    try:
        if file.endswith(_CASES):
            read_cases(Path(file), file)
            return []
        path = find(file, folders)
        checked = check_file(file, vocabularies=vocabularies, folders=folders)
        found = list(checked.warnings)
    except Refused as refused:
        found = list(refused.diagnostics)
        if any(one.rule.startswith("call.") for one in found):
            return found
    beside = cases_path(path) if not file.endswith(_CASES) else None
    if beside is not None and beside.is_file():
        try:
            read_cases(beside, beside.name)
        except Refused as refused:
            found += refused.diagnostics
    return found
