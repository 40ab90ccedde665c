"""``mrv factors footprint``: product footprints of a run, as PACT or as factors of one's own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.cli.calls import Call, do_run
from mrv.cli.commands import Command, choice, option
from mrv.cli.options import data_options, rule_options
from mrv.cli.pact_details import details_of, details_option
from mrv.cli.speech import say, show
from mrv.messages import Diagnostic, Refused, text

if TYPE_CHECKING:
    import click

    from mrv.factors import FactorRow
    from mrv.factors.exports import Footprint
    from mrv.messages import Lang

_GATE = "product-footprint/cradle-to-gate"
_OWN = ("out", "form", "details", "force", "into", "named", "owner", "place")


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: Any) -> int:
        return _footprint(lang, given)

    return Command(
        "footprint",
        lang=lang,
        about=text(
            "运行产品碳足迹方法学，把结果写成 PACT 文件（--out），或写入自己的因子版本（--into），"
            "供下一次核算当作因子使用（mrv run … --factors 文件夹）。未通过检查的结果不交出。",
            "Run a product footprint methodology and write the result as a PACT file (--out), or "
            "into a release of your own (--into), to be a factor of the next calculation "
            "(mrv run … --factors DIR). A result that failed a check is not handed on.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            f"mrv factors footprint {_GATE} --data my-data --period 2025 \\",
            "    --into my-factors/footprints --named 2025.1 --owner Li",
            f"mrv factors footprint {_GATE} --data my-data --period 2025 \\",
            "    --out box.json --details company.json",
        ),
        params=[
            *rule_options(lang),
            *data_options(lang),
            option(lang, "--out", text("写出的文件", "the file to write"), metavar="FILE"),
            option(
                lang,
                "--as form",
                text(
                    "pact（缺省）、csv、parquet 或 excel", "pact (the default), csv, parquet, excel"
                ),
                type=choice(lang, "pact", "csv", "parquet", "excel"),
                default="pact",
                metavar="FORM",
            ),
            details_option(lang),
            option(lang, "--force", text("替换已有的文件", "replace a file"), is_flag=True),
            option(
                lang,
                "--into",
                text("写入这个自有因子文件夹", "write into this own folder of factors"),
                metavar="DIR",
            ),
            option(
                lang, "--named", text("自有版本的名称", "name of the own release"), metavar="NAME"
            ),
            option(
                lang,
                "--owner",
                text("谁对这些足迹负责", "who answers for these footprints"),
                metavar="NAME",
            ),
            option(
                lang,
                "--place",
                text("产地，缺省 CN", "where it is produced, CN by default"),
                default="CN",
                metavar="REGION",
            ),
        ],
        callback=call,
    )


def _footprint(lang: Lang, given: dict[str, Any]) -> int:
    own = {name: given.pop(name) for name in _OWN}
    _belong(own)
    details = details_of(own["details"])
    place = _region(own["place"])
    with do_run(Call(**given), lang) as run:
        from datetime import datetime

        from mrv.factors.exports import footprint_rows, footprints

        found = footprints(run)
        today = datetime.now().astimezone().date()
        rows = footprint_rows(run, publisher=own["owner"] or "", retrieved=today, region=place)
    for row in rows:
        show(f"{row.name_en}: {row.value} {row.unit}  {row.id}")
    if own["out"] is not None:
        _write(lang, own, details, rows, found)
    if own["into"] is not None:
        from mrv.factors.exports.own import into_release

        origin = f"{given['name']} {' '.join(given['period'])}".strip()
        path = into_release(rows, Path(own["into"]), own["named"], own["owner"], origin)
        say(text(f"已写出版本 {path}", f"release written: {path}").in_(lang))
        hint = f"mrv run … --factors {own['into']}"
        say(text(f"使用：{hint}", f"to use it: {hint}").in_(lang))
    return 0


def _region(word: str) -> str:
    from mrv.factors import open_store

    return open_store().find_key("region", word)


def _write(
    lang: Lang,
    own: dict[str, Any],
    details: Any,
    rows: tuple[FactorRow, ...],
    found: tuple[Footprint, ...],
) -> None:
    from mrv.factors.exports import export

    content: Any = found if own["form"] == "pact" else rows
    done = export(content, own["form"], own["out"], details=details, overwrite=own["force"])
    say(text(f"已写入 {done.path}", f"written to {done.path}").in_(lang))


def _belong(own: dict[str, Any]) -> None:
    """Refuse a call that does not say where the result goes, or says half of it.

    Raises:
        Refused: ``call.missing-option``.
    """
    wanted = {f"--{name}": own[name] for name in ("into", "named", "owner")}
    missing = [flag for flag, value in wanted.items() if value is None]
    if own["into"] is None and own["named"] is None:
        missing = [] if own["out"] is not None else ["--out", "--into"]
        what = text("须写明结果去处：--out 或 --into", "say where the result goes: --out or --into")
    else:
        what = text(f"还缺 {'、'.join(missing)}", f"{', '.join(missing)} missing")
    if own["out"] is not None and own["form"] != "pact" and own["owner"] is None:
        missing = ["--owner"]
        what = text("还缺 --owner", "--owner missing")
    if missing:
        raise Refused([Diagnostic("call.missing-option", what)])
