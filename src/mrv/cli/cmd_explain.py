"""``mrv explain``: why a result is what it is, as a tree down to rows and sources."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from mrv.cli.calls import Call, do_run, machine, stated
from mrv.cli.cmd_verify import write_text
from mrv.cli.commands import Command, Whole, option
from mrv.cli.options import data_options, format_option, rule_options
from mrv.cli.speech import show
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import click

    from mrv.engine.run import Run
    from mrv.explain import Explanation
    from mrv.messages import Lang

RECEIPT_ENDING = ".mrv"


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _explain(lang, **given)  # type: ignore[arg-type]

    return Command(
        "explain",
        lang=lang,
        about=text(
            "逐层解释一个结果或公式：公式、代入的数值和单位、所用数据行、因子及其出处。"
            "只凭一份凭证（.mrv）也可以。",
            "Explain a result or formula as a tree: the formula, its numbers with units, the rows "
            "used, the factors and their sources. A receipt (.mrv) alone will do.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            "mrv explain my-rule.yaml --data my.xlsx --period 2025 --of total",
            "mrv explain my-rule.yaml --data my.xlsx --period 2025 --of ship_co2 --row ship=A",
            "mrv explain report.mrv --of total --format html --out why.html",
        ),
        params=[
            *rule_options(lang),
            *data_options(lang, required=False),
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
            format_option(lang, "html", "sql"),
            option(
                lang,
                "--out",
                text("写入这个文件，而不是标准输出", "write to this file instead of stdout"),
                metavar="FILE",
            ),
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
    out: str | None,
    **given: object,
) -> int:
    from mrv.explain import explain

    keys = stated(row)
    whose, when = keys.pop("organisation", None), keys.pop("period", None)
    with run_or_receipt(Call(**given), lang) as run:  # type: ignore[arg-type]
        if format == "sql":
            said = _sql(run, of)
        else:
            explanation = explain(
                run, of, row=keys or None, organisation=whose, period=when, depth=depth
            )
            said = _written(explanation, format, lang)
    if out is None:
        show(said)
    else:
        write_text(Path(out), said + "\n", lang)
    return 0


@contextmanager
def run_or_receipt(call: Call, lang: Lang) -> Iterator[Run]:
    """Run the rules on the data, or what a receipt holds."""
    if not call.name.endswith(RECEIPT_ENDING):
        with do_run(call, lang) as run:
            yield run
        return
    from mrv.receipt import open_receipt, run_again, sealed_basis, stores_at_hand

    folders = [Path(folder) for folder in call.factors]
    with open_receipt(call.name) as opened:
        basis = sealed_basis(opened, stores_at_hand(opened, folders))
        with run_again(opened, basis, settings=machine(call.threads, call.memory)) as run:
            yield run


def _sql(run: Run, of: str) -> str:
    """Write the query that computes a formula."""
    from dataclasses import replace

    import sqlglot

    from mrv.engine.finished import formula_named

    planned = run.session.planned
    name = formula_named(run.methodology, of)
    relation, keys = planned.frame(planned.methodology.formulas[name].grain)
    whole = replace(run.session, stored={})
    sql = whole.query(relation, [planned.field(name).column], keys=keys, labelled=True)
    return sqlglot.transpile(sql, read="duckdb", write="duckdb", pretty=True)[0]


def _written(explanation: Explanation, kind: str, lang: Lang) -> str:
    from mrv.explain import render_text, to_json

    if kind == "json":
        from mrv.cli.as_json import dumped

        return dumped(to_json(explanation))
    if kind == "html":
        from mrv.report import explanation_page

        return explanation_page(explanation, lang)
    return render_text(explanation, lang).rstrip("\n")
