"""``mrv cases``: run worked examples, with label and deviation of each."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_list import own_folders
from mrv.cli.commands import Command
from mrv.cli.grid import grid, number
from mrv.cli.options import format_option, methodologies_option, store_options
from mrv.cli.progress import Progress
from mrv.cli.refusal import rendered
from mrv.cli.speech import say, show
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.engine.cases import CaseResult, Deviation
    from mrv.factors import Store
    from mrv.messages import Lang

_ENDINGS = (".cases.yaml", ".cases.yml")
LABELS = {
    "conformance": text("对照外部数值", "conformance"),
    "regression": text("只对照自己", "regression"),
}


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _cases(lang, **given)  # type: ignore[arg-type]

    return Command(
        "cases",
        lang=lang,
        about=text(
            "运行算例：两个引擎各算一遍，逐项给出与应得值的偏差。不写名称时运行全部方法学的算例。",
            "Run the cases: both engines compute each, and every deviation from what it must give "
            "is shown. Without a name the cases of all methodologies run.",
        ),
        metavar=text("[名称或文件…]", "[NAME|FILE]...").in_(lang),
        examples=("mrv cases", "mrv cases water-freight/enterprise --format json"),
        params=[
            click.Argument(["names"], nargs=-1, metavar="NAME"),
            *store_options(lang),
            methodologies_option(lang),
            format_option(lang),
        ],
        callback=call,
    )


def _cases(
    lang: Lang,
    *,
    names: tuple[str, ...],
    release: str | None,
    factors: tuple[str, ...],
    first: str | None,
    methodologies: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
) -> int:
    from mrv.cli.own_factors import opened
    from mrv.factors.counting import counted

    folders = own_folders(methodologies)
    store = opened(release, factors, first, "--factors")
    asked = [_methodology(name) for name in names] or _all(folders)
    found = {name: _run_all(name, store, folders, lang) for name in asked}
    results = [result for own in found.values() for result in own]
    if format == "json":
        from mrv.cli.as_json import dumped

        show(dumped({name: [_plain(one) for one in own] for name, own in found.items()}))
    else:
        for name, own in found.items():
            _table(name, own, lang)
    failed = sum(not one.passed for one in results)
    conformance = sum(one.case.label == "conformance" for one in results)
    say(
        text(
            f"算例 {len(results)} 个：通过 {len(results) - failed}，失败 {failed}；"
            f"其中对照外部数值 {conformance} 个",
            f"{counted(len(results), 'case')}: {len(results) - failed} passed, {failed} failed; "
            f"{conformance} against figures from outside",
        ).in_(lang)
    )
    return 1 if failed else 0


def _methodology(name: str) -> str:
    """Return the methodology that a file of cases belongs to; other names as they are."""
    for ending in _ENDINGS:
        if name.endswith(ending):
            path = Path(name.removesuffix(ending) + ".yaml")
            if not path.is_file():
                refuse(
                    "call.no-file",
                    text(
                        f"算例文件“{name}”旁边没有方法学 {path.name}",
                        f'there is no methodology {path.name} beside the cases "{name}"',
                    ),
                )
            return str(path)
    return name


def _all(folders: tuple[Path, ...]) -> list[str]:
    """Return the methodologies that have cases."""
    from mrv.language.casefile import cases_path
    from mrv.language.library import listing

    return [
        header.name if "@" not in header.path.stem else str(header.path)
        for header in listing(folders)
        if header.kind == "methodology" and cases_path(header.path).is_file()
    ]


def _run_all(
    name: str, store: Store, folders: tuple[Path, ...], lang: Lang
) -> tuple[CaseResult, ...]:
    from mrv.engine.cases import run_case, run_cases
    from mrv.language.casefile import cases_path, read_cases
    from mrv.language.library import find

    path = cases_path(find(name, folders))
    if not path.is_file():
        return run_cases(name, store=store, folders=folders)  # says that there are none
    results: list[CaseResult] = []
    with Progress(lang) as progress:
        for case in read_cases(path, path.name):
            progress.step(f"{name}: {case.name}")
            results.append(run_case(name, case, store=store, folders=folders))
    return tuple(results)


def _table(name: str, results: tuple[CaseResult, ...], lang: Lang) -> None:
    heads = [
        text("结果", "verdict"),
        text("类别", "label"),
        text("最大偏差", "largest deviation"),
        text("允许", "tolerance"),
        text("算例", "case"),
    ]
    rows = [[*_row(one, lang), one.case.name] for one in results]
    show(name)
    show("\n".join(grid([head.in_(lang) for head in heads], rows, numbers={2, 3}, indent="  ")))
    for one in results:
        if one.passed:
            continue
        show(f"  {one.case.name} ({one.case.place})")
        for deviation in one.deviations:
            if not deviation.holds:
                show("    " + _deviation(deviation, lang))
        if one.diagnostics:
            show(rendered(one.diagnostics, lang))


def _row(one: CaseResult, lang: Lang) -> list[str]:
    verdict = text("通过", "pass") if one.passed else text("失败", "FAIL")
    label = LABELS[one.case.label].in_(lang)
    if one.case.must_fail is not None:
        must = text(f"应报 {one.case.must_fail}", f"must fail: {one.case.must_fail}")
        return [verdict.in_(lang), label, must.in_(lang), ""]
    numbers = [d for d in one.deviations if d.difference is not None]
    if not numbers:
        return [verdict.in_(lang), label, "", ""]
    worst = max(numbers, key=_share)
    unit = f" {worst.unit}" if worst.unit not in {None, "1"} else ""
    return [
        verdict.in_(lang),
        label,
        f"{number(float(worst.difference or 0))}{unit}",
        number(float(worst.tolerance)) if worst.tolerance else text("无", "none").in_(lang),
    ]


def _share(one: Deviation) -> float:
    """How much of its tolerance a deviation takes up."""
    size = abs(float(one.difference or 0))
    return size / float(one.tolerance) if one.tolerance else size * 1e12


def _deviation(one: Deviation, lang: Lang) -> str:
    found = number(one.found, lang, missing=text("缺失", "missing").in_(lang))
    unit = f" {one.unit}" if one.unit else ""
    return text(
        f"{one.what}：应为 {one.expected}，得 {found}{unit}，偏差 {_size(one)}，"
        f"允许 {number(float(one.tolerance))}",
        f"{one.what}: expected {one.expected}, found {found}{unit}, deviation {_size(one)}, "
        f"tolerance {number(float(one.tolerance))}",
    ).in_(lang)


def _size(one: Deviation) -> str:
    return number(None if one.difference is None else float(one.difference))


def _plain(one: CaseResult) -> dict[str, object]:
    return {
        "case": one.case.name,
        "label": one.case.label,
        "source": one.case.source,
        "passed": one.passed,
        "engines_agree": one.engines_agree,
        "must_fail": one.case.must_fail,
        "deviations": [
            {
                "what": d.what,
                "expected": d.expected,
                "found": d.found,
                "unit": d.unit,
                "difference": None if d.difference is None else float(d.difference),
                "tolerance": float(d.tolerance),
                "holds": d.holds,
            }
            for d in one.deviations
        ],
        "findings": [found.render("en") for found in one.diagnostics],
    }
