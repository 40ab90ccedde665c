"""``mrv sql``: the SQL that runs, without data, and what it expects to find."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.calls import checked
from mrv.cli.commands import Command, option
from mrv.cli.options import rule_options
from mrv.cli.speech import show
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    import click

    from mrv.engine.planned import Planned
    from mrv.messages import Lang


def command(lang: Lang) -> click.Command:
    """Build the command."""

    def call(**given: object) -> int:
        return _sql(lang, **given)  # type: ignore[arg-type]

    return Command(
        "sql",
        lang=lang,
        about=text(
            "显示计算报告的 SQL。不需要数据。"
            "开头的注释写明方法学、所需的表、列和单位、所需的因子表。",
            "Show the SQL that computes the report. Comments in front name the methodology, the "
            "tables, columns and units, and the factor tables that it expects. Needs no data.",
        ),
        metavar=text("名称或文件", "NAME|FILE").in_(lang),
        examples=(
            "mrv sql water-freight/enterprise",
            "mrv sql water-freight/enterprise --of ship_co2 --dialect spark",
        ),
        params=[
            *rule_options(lang),
            option(
                lang,
                "--dialect",
                text(
                    "SQL 方言：duckdb、spark、postgres 等",
                    "SQL dialect: duckdb, spark, postgres and others",
                ),
                default="duckdb",
                metavar="DIALECT",
            ),
            option(
                lang,
                "--of",
                text("只看这个结果或公式（多个结果所在的表须相同）", "only this result or formula"),
                metavar="RESULT",
            ),
        ],
        callback=call,
    )


def _sql(lang: Lang, *, name: str, dialect: str, of: str | None, **given: object) -> int:
    from mrv.engine.planner import plan

    _known_dialect(dialect)
    methodology, store, _ = checked(name, **given)  # type: ignore[arg-type]
    planned = plan(methodology)
    lines = [*_head(planned, store.release, dialect, lang), _query(planned, dialect, of)]
    show("\n".join(lines))
    return 0


def _known_dialect(dialect: str) -> None:
    from sqlglot.dialects.dialect import Dialect

    try:
        known = Dialect.get(dialect) is not None
    except ValueError:
        known = False
    if not known or not dialect:
        refuse(
            "call.dialect",
            text(f"没有 SQL 方言“{dialect}”", f'there is no SQL dialect "{dialect}"'),
            hint=did_you_mean(
                dialect,
                [
                    "duckdb",
                    "spark",
                    "postgres",
                    "bigquery",
                    "snowflake",
                    "clickhouse",
                    "trino",
                    "hive",
                ],
            ),
        )


def _query(planned: Planned, dialect: str, of: str | None) -> str:
    from mrv.engine.run import formula_named
    from mrv.engine.sql import emit

    methodology = planned.methodology
    if of is None:
        columns = [
            planned.field(methodology.formula_of(result).name).column
            for result in methodology.results
            if methodology.formula_of(result).grain.is_report
        ]
        tree = emit(planned.plan, planned.plan.report, list(dict.fromkeys(columns)))
    else:
        formula = methodology.formulas[formula_named(methodology, of)]
        field = planned.field(formula.name)
        relation, keys = planned.frame(formula.grain)
        columns = [field.column, *([field.tier] if field.tier else [])]
        tree = emit(planned.plan, relation, columns, keys=keys, rows=formula.grain.is_row)
    return tree.sql(dialect=dialect, pretty=True) + ";"


def _head(planned: Planned, release: str, dialect: str, lang: Lang) -> Iterable[str]:
    from mrv.cli.cmd_list import STATUS
    from mrv.engine.sql import SPINE, factor_table

    document = planned.methodology.document
    status = STATUS[document.status].in_(lang)
    yield f"-- {document.name} {document.edition} ({status})"
    made = ", ".join(f"{one.name}={one.value}" for one in planned.methodology.choices)
    if made:
        yield f"-- {text('选项', 'choices').in_(lang)}: {made}"
    yield f"-- {text('方言', 'dialect').in_(lang)}: {dialect}"
    if dialect != "duckdb":
        yield "-- " + text(
            "逐位相同的保证只适用于 duckdb", "only duckdb is covered by the bit-equality tests"
        ).in_(lang)
    yield "-- " + text(
        "输入表（另有 _row、organisation、period 三列）：",
        "input tables (besides the columns _row, organisation, period):",
    ).in_(lang)
    for table in planned.methodology.inputs.values():
        columns = ", ".join(
            f"{column.name} [{column.unit.spelling}]" if column.unit else column.name
            for column in table.columns
        )
        yield f"--   {table.name}: {columns}"
    factors = [
        f'"{factor_table(name)}" ({", ".join(["period", *attributes, "value", "factor_row"])})'
        for name, attributes in planned.plan.factors
    ]
    if factors:
        heading = text(f"因子表（因子库 {release} 版）", f"factor tables (release {release})")
        yield f"-- {heading.in_(lang)}:"
        for factor in factors:
            yield f"--   {factor}"
    yield f'-- "{SPINE}": organisation, period'
