"""Whether every parameter was obtained by the tier that the plan lays down."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import text
from mrv.receipt.tables import quoted
from mrv.verification.plan_say import about, rows_said
from mrv.verification.plan_sql import condition, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.messages import Diagnostic
    from mrv.verification.plan_catalogue import Wanted
    from mrv.verification.plan_model import Entry
    from mrv.verification.plan_sql import Data


def tier_findings(entry: Entry, wanted: Wanted, data: Data) -> Iterator[Diagnostic]:
    """Compare the tier that each row took with the planned one."""
    if wanted.table is None or data.table(wanted.table) is None:
        return
    value, tier = (quoted(name) for name in data.tier_column(entry.name))
    cases, given = "CASE", list[str]()
    for number, planned in enumerate(entry.planned):
        test, values = condition(planned.only)
        cases += f" WHEN {test} THEN {number}"
        given += values
    sql = data.formula(entry.name, wanted.table)
    rows = (
        f"(SELECT _row, CASE WHEN {value} IS NOT NULL THEN {tier} END AS took, "
        f"{cases} ELSE -1 END AS rule FROM ({sql}))"
    )
    counted = data.ask(
        f"SELECT rule, took, count(*) FROM {rows} GROUP BY ALL ORDER BY ALL",
        given,
    )
    total: dict[int, int] = {}
    for rule, _, count in counted:
        total[int(str(rule))] = total.get(int(str(rule)), 0) + int(str(count))
    names = [name or "" for name in wanted.tiers]
    for rule, took, count in counted:
        number, amount = int(str(rule)), int(str(count))
        took_name = "" if took is None else names[int(str(took))]
        planned_name = "" if number < 0 else entry.planned[number].tier.text
        if took_name in {planned_name, ""}:
            continue
        taken = "took IS NULL" if took is None else f"took = {took}"
        shown = first_rows(data, rows, f"rule = {number} AND {taken}", given)
        yield from _off_plan(entry, wanted, (number, took_name), (amount, total[number]), shown)


def _off_plan(
    entry: Entry, wanted: Wanted, taken: tuple[int, str], counts: tuple[int, int], shown: str
) -> Iterator[Diagnostic]:
    """Say that rows took another tier than planned, unless the plan allows for that many."""
    (number, tier), (amount, total) = taken, counts
    if number < 0:
        yield about(
            entry, "plan.unplanned-rows",
            text(f"{amount} 行用了层级“{tier}”，方案没有为这些行规定层级（第 {shown} 行）",
                 f'{amount} rows took the tier "{tier}", the plan has none for them (row {shown})'),
            "planned",
        )  # fmt: skip
        return
    planned = entry.planned[number]
    names = list(wanted.tiers)
    rule, most = entry.missing.rule, entry.missing.at_most
    lower = planned.tier.text in names and names.index(tier) > names.index(planned.tier.text)
    allowed = rule is not None and rule.text == "methodology" and most is not None
    if lower and allowed and amount <= float(most or 0) * total:
        return
    rest = number > 0 and not planned.only
    where = text("其余各行", "all other rows") if rest else rows_said(planned.only)
    limit = (
        text(f"；方案至多允许 {float(most):.1%}", f"; the plan allows {float(most):.1%}")
        if lower and allowed and most is not None
        else text("", "")
    )
    yield about(
        entry, "plan.tier-not-taken",
        text(
            f"{where.zh}：计划用“{planned.tier.text}”，{total} 行中 {amount} 行用了“{tier}”"
            f"（第 {shown} 行）{limit.zh}",
            f'{where.en}: planned "{planned.tier.text}", but {amount} of {total} rows took '
            f'"{tier}" (row {shown}){limit.en}',
        ),
        "planned",
        hint=text("补齐数据，或修订方案并写明理由。",
             "Complete the data, or revise the plan and say why."),
    )  # fmt: skip
