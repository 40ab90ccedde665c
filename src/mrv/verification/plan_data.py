"""A plan against the data of a run: was everything obtained and filled as planned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.receipt.tables import quoted
from mrv.verification.plan_say import about
from mrv.verification.plan_sql import condition, first_rows
from mrv.verification.plan_tiers import tier_findings
from mrv.verification.plan_words import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrv.messages import Diagnostic
    from mrv.verification.plan_catalogue import Wanted
    from mrv.verification.plan_model import Entry, QualityPlan
    from mrv.verification.plan_sql import Data

_FILLED = ("highest", "lowest", "mean", "estimate", "zero")
_SQL = {"highest": "max", "lowest": "min", "mean": "avg"}


def data_findings(plan: QualityPlan, data: Data, listed: Sequence[Wanted]) -> Iterator[Diagnostic]:
    """Compare every entry with the rows of a run."""
    known = {(one.kind, one.name): one for one in listed}
    for entry in plan.entries:
        wanted = known.get((entry.kind, entry.name))
        if wanted is None:
            continue
        if entry.kind == "input":
            yield from _column(entry, data)
        elif entry.kind == "parameter" and entry.planned:
            yield from tier_findings(entry, wanted, data)
    yield from _factors(plan, data)


def _column(entry: Entry, data: Data) -> Iterator[Diagnostic]:
    table, name = entry.name.split(".", 1)
    sql = data.table(table)
    if sql is None:
        return
    column = quoted(name)
    test, given = condition(entry.only)
    if entry.word("obtained") == "not-used":
        test, given = "false", []
    rows = f"(SELECT *, ({test}) AS planned_here FROM ({sql}))"
    counts = data.ask(
        f"SELECT count(*) FILTER (planned_here), count({column}) FILTER (planned_here), "
        f"count({column}) FILTER (NOT planned_here) FROM {rows}", given,
    )  # fmt: skip
    meant, filled, beyond = (int(str(number)) for number in counts[0])
    if beyond:
        shown = first_rows(data, rows, f"NOT planned_here AND {column} IS NOT NULL", given)
        yield about(
            entry, "plan.not-planned",
            text(f"{beyond} 行有数值，方案却没有这样规定（第 {shown} 行）",
                 f"{beyond} rows have a value that the plan does not foresee (row {shown})"),
            "only" if entry.only else "obtained",
            hint=text("修订方案，或说明这些数值从何而来。",
                 "Revise the plan, or say where these values come from."),
        )  # fmt: skip
    empty = meant - filled
    if empty:
        yield from _empty(entry, data, rows, given, (empty, meant))


def _empty(
    entry: Entry, data: Data, rows: str, given: list[str], counts: tuple[int, int]
) -> Iterator[Diagnostic]:
    """Judge empty cells by the treatment that the plan lays down."""
    rule = entry.missing.rule
    empty, meant = counts
    share, most = empty / meant, entry.missing.at_most
    if rule is None:
        return
    column = quoted(entry.name.split(".", 1)[1])
    shown = first_rows(data, rows, f"planned_here AND {column} IS NULL", given)
    said = RULES.get(rule.text, text(rule.text, rule.text))
    hint = None
    if rule.text in _SQL:
        sql = f"SELECT {_SQL[rule.text]}({column}) FROM {rows} WHERE planned_here"
        value = data.ask(sql, given)[0][0]
        if value is not None:
            hint = text(f"该规则给出 {value:g}（全部数据）。", f"Over all data that is {value:g}.")
    if rule.text == "none-allowed" or rule.text in _FILLED:
        yield about(
            entry, "plan.not-filled",
            text(f"{meant} 行中 {empty} 行没有数值（第 {shown} 行）；方案规定：{said.zh}",
                 f"{empty} of {meant} rows have no value (row {shown}); the plan says: {said.en}"),
            "missing", hint=hint,
        )  # fmt: skip
    elif most is not None and share > most:
        yield about(
            entry, "plan.too-many-missing",
            text(f"{meant} 行中 {empty} 行没有数值（{share:.1%}），方案至多允许 {float(most):.1%}",
                 f"{empty} of {meant} rows have no value ({share:.1%}); the plan allows "
                 f"{float(most):.1%}"),
            "missing",
        )  # fmt: skip


def _factors(plan: QualityPlan, data: Data) -> Iterator[Diagnostic]:
    """Compare the factors that rows used with what the plan says of them."""
    from mrv.engine.notices import used_answers

    datasets: dict[str, set[str]] = {}
    for answer in used_answers(data.run.session, data.run.factors):
        row = answer.resolution.row
        if row is not None:
            datasets.setdefault(answer.factor, set()).add(row.dataset)
    for name, entry in plan.of_kind("factor").items():
        used = datasets.get(name)
        if not used:
            continue
        listed = ", ".join(sorted(used))
        if entry.word("obtained") == "not-used":
            yield about(
                entry, "plan.not-planned",
                text(f"计划不用，运行却用到了（{listed}）",
                     f"planned as not used, but the run used it ({listed})"), "obtained",
            )  # fmt: skip
        elif entry.word("dataset") and used != {entry.word("dataset")}:
            yield about(
                entry, "plan.dataset",
                text(f"计划取自 {entry.word('dataset')}，运行取自 {listed}",
                     f"planned from {entry.word('dataset')}, the run took it from {listed}"),
                "dataset",
            )  # fmt: skip
