"""``mrv explain``: why a result is what it is, as a tree down to rows and sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.calls import Call, do_run, stated
from mrv.cli.commands import Command, Whole, option
from mrv.cli.options import data_options, format_option, rule_options
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    import click

    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _explain(lang, **given)  # type: ignore[arg-type]

    return Command(
        "explain",
        lang=lang,
        about=text(
            "逐层解释一个结果或公式：公式、代入的数值和单位、所用数据行、因子及其出处。",
            "Explain a result or formula as a tree: the formula, its numbers with units, the rows "
            "used, the factors and their sources.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            "mrv explain my-rule.yaml --data my.xlsx --period 2025 --of total",
            "mrv explain my-rule.yaml --data my.xlsx --period 2025 --of ship_co2 --row ship=A",
        ),
        params=[
            *rule_options(lang),
            *data_options(lang),
            option(
                lang,
                "--of",
                text("要解释的结果或公式", "the result or formula to explain"),
                required=True,
                metavar="OUTPUT",
            ),
            option(
                lang,
                "--row",
                text(
                    "哪一行，如 ship=津海丰（可多次给出，也可写 organisation、period）",
                    "which row, such as ship=A (repeatable; organisation and period too)",
                ),
                multiple=True,
                metavar="KEY=VALUE",
            ),
            option(
                lang,
                "--depth",
                text("最多展开几层", "how many steps down at most"),
                type=Whole(lang),
                metavar="N",
            ),
            format_option(lang),
        ],
        callback=call,
    )


def _explain(
    lang: Lang,
    *,
    of: str,
    row: tuple[str, ...],
    depth: int | None,
    format: str,  # noqa: A002 - the name of the option
    **given: object,
) -> int:
    from mrv.explain import explain, render_text, to_json

    keys = stated(row)
    whose, when = keys.pop("organisation", None), keys.pop("period", None)
    with do_run(Call(**given), lang) as run:  # type: ignore[arg-type]
        explanation = explain(
            run, of, row=keys or None, organisation=whose, period=when, depth=depth
        )
        if format == "json":
            from mrv.cli.as_json import dumped

            show(dumped(to_json(explanation)))
        else:
            show(render_text(explanation, lang).rstrip("\n"))
    return 0
