"""``mrv impact``: what other rules, factors or choices do to sealed runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from mrv.cli.cmd_verify import write_text
from mrv.cli.commands import Command, option
from mrv.cli.grid import grid, number
from mrv.cli.options import format_option
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.messages import Lang
    from mrv.verification.impact import Impact

_SHOWN = 30


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _impact(lang, **given)  # type: ignore[arg-type]

    return Command(
        "impact",
        lang=lang,
        about=text(
            "另一版方法学、另一版因子库或另一个选项，对一份或许多份凭证的结果有何影响，因何而变。"
            "旧、新依据写作 sealed（凭证内的）、方法学名@版本或文件、release:版本、choice:选项=值，"
            "可用 + 相连。",
            "What another edition, factor release or choice does to the results of one or many "
            "receipts, and why. OLD and NEW are sealed (what the receipt holds), NAME@EDITION or "
            "a file, release:NAME, choice:NAME=VALUE, joined with +.",
        ),
        metavar="OLD NEW",
        examples=(
            "mrv impact sealed release:2026-11.2 --on report.mrv",
            "mrv impact sealed my-draft.yaml+choice:gwp=AR6 --on a.mrv --on receipts",
        ),
        params=[
            click.Argument(["old"], metavar="OLD"),
            click.Argument(["new"], metavar="NEW"),
            option(
                lang,
                "--on",
                text(
                    "凭证，或装有凭证的文件夹（可多次给出）",
                    "a receipt, or a folder of receipts (repeatable)",
                ),
                multiple=True,
                required=True,
                metavar="FILE.mrv|DIR",
            ),
            option(
                lang,
                "--methodologies",
                text(
                    "自己的方法学文件夹（可多次给出）", "own folder of methodologies (repeatable)"
                ),
                multiple=True,
                metavar="DIR",
            ),
            option(
                lang,
                "--factors",
                text(
                    "自己的因子库文件夹（可多次给出）", "own folder of factor releases (repeatable)"
                ),
                multiple=True,
                metavar="DIR",
            ),
            format_option(lang, "csv"),
            option(
                lang,
                "--out",
                text("写入这个文件，而不是标准输出", "write to this file instead of stdout"),
                metavar="FILE",
            ),
        ],
        callback=call,
    )


def _impact(
    lang: Lang,
    *,
    old: str,
    new: str,
    on: tuple[str, ...],
    methodologies: tuple[str, ...],
    factors: tuple[str, ...],
    format: str,  # noqa: A002 - the name of the option
    out: str | None,
) -> int:
    from mrv.cli.cmd_list import own_folders
    from mrv.verification.basis_words import read_basis
    from mrv.verification.impact import Library, impact

    library = Library(tuple(own_folders(methodologies)), tuple(map(Path, factors)))
    found = impact(read_basis(old), read_basis(new), _receipts(on), library)
    if format == "json":
        from mrv.cli.as_json import dumped
        from mrv.receipt.shape import encoded

        said = dumped(encoded(found))
    elif format == "csv":
        said = _csv(found).rstrip("\n")
    else:
        said = "\n".join(_lines(found, lang))
    if out is None:
        show(said)
    else:
        write_text(Path(out), said + "\n", lang)
    if not found.refused:
        return 0
    asked_wrongly = all(one.rule.startswith("call.") for _, why in found.refused for one in why)
    return 2 if asked_wrongly and not found.same and not found.shifts else 1


def _receipts(words: tuple[str, ...]) -> list[Path]:
    """List receipts; a folder stands for all receipts in it.

    Raises:
        Refused: ``call.no-file`` where there is none.
    """
    from mrv.messages import refuse

    found: list[Path] = []
    for word in words:
        path = Path(word)
        if not path.exists():
            refuse("call.no-file", text(f"没有文件“{word}”", f'there is no file "{word}"'))
        inside = sorted(path.rglob("*.mrv")) if path.is_dir() else [path]
        if not inside:
            refuse(
                "call.no-file",
                text(f"文件夹“{word}”中没有凭证", f'there is no receipt in the folder "{word}"'),
            )
        found += inside
    return list(dict.fromkeys(found))


def _csv(found: Impact) -> str:
    import csv
    import io

    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(["file", "organisation", "period", "result", "old", "new", "change", "unit"])
    for shift in found.shifts:
        pair = shift.pair
        change = "" if pair.change is None else repr(pair.change)
        writer.writerow(
            [
                shift.file, pair.organisation, pair.period, pair.name,
                _cell(pair.old), _cell(pair.new), change, pair.unit or "",
            ]
        )  # fmt: skip
    return stream.getvalue()


def _cell(value: object) -> str:
    return "" if value is None else repr(value) if isinstance(value, float) else str(value)


def _lines(found: Impact, lang: Lang) -> list[str]:
    from mrv.receipt.verdict import CAUSES

    lines = [
        text(
            f"{found.receipts} 份凭证：{len(found.shifts)} 个结果有变，{found.same} 个不变",
            f"receipts: {found.receipts}; results that change: {len(found.shifts)}, that do not: "
            f"{found.same}",
        ).in_(lang)
    ]
    for name, (unit, old, new) in found.totals.items():
        change = f"{new - old:+,.6g}" + (f" ({(new - old) / old:+.3%})" if old else "")
        lines.append(f"{name}: {number(old, lang)} -> {number(new, lang)} {unit or ''} {change}")
    for part in found.parts:
        kind = CAUSES[part.kind].in_(lang)  # type: ignore[index]
        lines.append(f"  {kind}: {part.output} {part.change:+,.6g} {part.unit or ''}")
    if found.causes:
        lines += ["", text("原因", "causes").in_(lang)]
        lines += [
            f"  {CAUSES[cause.kind].in_(lang)}: {cause.what.in_(lang)}"
            for cause in found.causes[:_SHOWN]
        ]
        lines += _more(len(found.causes), lang)
    if found.shifts:
        heads = [
            text("凭证", "receipt"), text("单位", "organisation"), text("期间", "period"),
            text("结果", "result"), text("旧", "old"), text("新", "new"), text("变化", "change"),
            text("计量单位", "unit"),
        ]  # fmt: skip
        rows = [
            [
                s.file, s.pair.organisation, s.pair.period, s.pair.name, number(s.pair.old, lang),
                number(s.pair.new, lang), number(s.pair.change, lang), s.pair.unit or "",
            ]
            for s in found.shifts[:_SHOWN]
        ]  # fmt: skip
        lines += ["", *grid([h.in_(lang) for h in heads], rows, numbers={4, 5, 6})]
        lines += _more(len(found.shifts), lang)
    for names, findings in found.refused:
        lines += ["", text(f"无法计算：{names}", f"cannot be run: {names}").in_(lang)]
        lines += [finding.render(lang) for finding in findings]
    return lines


def _more(count: int, lang: Lang) -> list[str]:
    if count <= _SHOWN:
        return []
    return [
        text(
            f"  … 另有 {count - _SHOWN} 项：加 --format json 或 csv",
            f"  ... {count - _SHOWN} more: add --format json or csv",
        ).in_(lang)
    ]
