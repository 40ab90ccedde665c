"""When a value fails: which rows, and why, in words that lead to the cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.frames import identity
from mrv.engine.sql_scalars import column
from mrv.language.fit import exact
from mrv.language.tree import Apply, FactorOf, FormulaOf, Interpolated, walk
from mrv.messages import Diagnostic, Place, Refused, Text, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.planned import Guard
    from mrv.engine.session import Session
    from mrv.language.tree import Node

_SHOWN = 5
_UNFIT = 9.2e18


def refuse_failures(
    session: Session, factors: FactorTables, report: list[Mapping[str, object]]
) -> None:
    """Refuse a run in which a value failed, naming formula, rows and cause.

    Raises:
        Refused: ``run.division-by-zero``, ``run.factor-missing``, ``run.outside-curve`` or
            ``run.no-value``, one finding per formula.
    """
    failed = [
        guard
        for guard in session.planned.guards
        if any(isinstance(count := row[guard.count], int) and count > 0 for row in report)
    ]
    roots = [guard for guard in failed if not _follows(guard, failed, session)]
    findings = [_finding(guard, session, factors, report) for guard in roots]
    if findings:
        raise Refused(findings)


def _follows(guard: Guard, failed: list[Guard], session: Session) -> bool:
    """Whether a formula failed only because one that it uses did, at the same grain."""
    body = session.planned.methodology.formulas[guard.formula].body
    used = {node.name for node in walk(body) if isinstance(node, FormulaOf)}
    return any(other.formula in used for other in failed)


def _finding(
    guard: Guard, session: Session, factors: FactorTables, report: list[Mapping[str, object]]
) -> Diagnostic:
    formula = session.planned.methodology.formulas[guard.formula]
    count = sum(value for row in report if isinstance(value := row[guard.count], int))
    rows = _failing_rows(guard, session)
    rule, cause, hint = _cause(formula.body, guard, session, factors, rows)
    shown_zh, shown_en = _listed(rows, guard, session)
    table = formula.grain.table
    origin = session.dataset.tables[table].origin if table else formula.document.name
    line = rows[0].get("_row") if rows and formula.grain.is_row else None
    return Diagnostic(
        rule,
        text(
            f"公式 {guard.formula} 有 {count} 个值算不出：{cause.zh}；{shown_zh}",
            f"{guard.formula} cannot be computed for {count} row(s): {cause.en}; {shown_en}",
        ),
        Place(file=origin, line=line if isinstance(line, int) else None),
        why=text("算不出的值不能当作零。", "A value that cannot be computed is not zero."),
        hint=hint,
    )


def _failing_rows(guard: Guard, session: Session) -> list[dict[str, object]]:
    """Read the first failing rows with everything in their frame."""
    relation, keys = session.planned.frame(guard.grain)
    field = session.planned.field(guard.formula)
    flagged = (
        column(guard.flag, "s")
        if guard.flag
        else exp.Is(this=column(field.column, "s"), expression=exp.Null())
    )
    taken = [name for grain, _, name in session.planned.factor_rows if grain == guard.grain]
    table = session.planned.methodology.inputs.get(guard.grain.table or "")
    columns = [c.name for c in table.columns] if table and guard.grain.is_row else []
    columns += [f.column for f in session.planned.plan.fields if f.relation == relation]
    read = session.read(
        relation, [*dict.fromkeys([*columns, *taken])],
        keys=keys, where=flagged, limit=_SHOWN, rows=guard.grain.is_row,
    )  # fmt: skip
    found: list[dict[str, object]] = read.to_pylist()
    return found


def _cause(
    body: Node, guard: Guard, session: Session, factors: FactorTables, rows: list[dict[str, object]]
) -> tuple[str, Text, Text]:
    """Find what in the formula failed for the first row."""
    named = {(grain, factor): name for grain, factor, name in session.planned.factor_rows}
    for node in walk(body):
        if (
            isinstance(node, FactorOf)
            and rows
            and rows[0].get(named.get((guard.grain, node.name), ""), 0) is None
        ):
            return _factor_cause(node, factors, rows[0])
    for node in walk(body):
        if isinstance(node, Interpolated):
            return (
                "run.outside-curve",
                text(f"自变量落在插值表 {node.curve} 之外", f"the input lies outside the curve {node.curve}"),
                text("核对该数值；或在方法学中写 outside: hold-and-say。", "Check the value, or let the methodology say outside: hold-and-say."),
            )  # fmt: skip
        if isinstance(node, Apply) and node.op == "div" and exact(node.args[1]) is None:
            divisor = _name(node.args[1])
            return (
                "run.division-by-zero",
                text(f"除数{divisor}为零", f"the divisor {divisor} is zero"),
                text("核对该数值；确可为零时，方法学应写 ratio(x, y, when_zero=…)。", "Check the value; where it may be zero, the methodology must write ratio(x, y, when_zero=…)."),
            )  # fmt: skip
    return (
        "run.no-value",
        text(
            "运算没有定义（如负数开方）",
            "the operation is not defined there, such as the root of a negative number",
        ),
        text("核对这些行的数值。", "Check the values of these rows."),
    )


def _factor_cause(
    node: FactorOf, factors: FactorTables, row: Mapping[str, object]
) -> tuple[str, Text, Text]:
    key = {attribute: str(row.get(_name(part), "")) for attribute, part in node.on}
    shown = ", ".join(f"{name}={value}" for name, value in key.items())
    answer = factors.why_not(node.name, key)
    reason = (
        answer.reason if answer else text("因子库没有这一项", "the factor store has no such row")
    )
    return (
        "run.factor-missing",
        text(f"因子 {node.name}（{shown}）：{reason.zh}", f"factor {node.name} ({shown}): {reason.en}"),
        text("改选因子表（--choose），或提供实测值。", "Choose another factor table with --choose, or give a measured value."),
    )  # fmt: skip


def _name(node: Node) -> str:
    return str(getattr(node, "column", getattr(node, "name", "") or identity(node)[0]))  # type: ignore[index]


def _listed(rows: list[dict[str, object]], guard: Guard, session: Session) -> tuple[str, str]:
    _, keys = session.planned.frame(guard.grain)
    parts = []
    for row in rows:
        named = ", ".join(
            f"{key}={row[key]}" for key in ("organisation", *keys) if row.get(key) not in {None, ""}
        )
        parts.append(named or "report")
    numbers = [row.get("_row") for row in rows]
    zh = "；".join(f"第 {n} 行（{p}）" if n else p for n, p in zip(numbers, parts, strict=True))
    en = "; ".join(f"row {n} ({p})" if n else p for n, p in zip(numbers, parts, strict=True))
    return zh, en


def refuse_overflow(session: Session, error: Exception) -> None:
    """Turn an engine's refusal of a sum that cannot fit into a finding that names a row.

    Raises:
        Refused: ``run.sum-overflow``.
    """
    findings: list[Diagnostic] = []
    for name, formula in session.planned.methodology.formulas.items():
        field = session.planned.field(name)
        if field.kind != "number" or formula.grain.is_report:
            continue
        limit = exp.Literal.number(_UNFIT / float(formula.scale))
        value = column(field.column, "s")
        beyond = exp.or_(
            exp.GT(this=exp.Abs(this=value), expression=limit), exp.func("ISNAN", value.copy())
        )
        relation, keys = session.planned.frame(formula.grain)
        read = session.read(
            relation, [field.column], keys=keys, where=beyond, limit=1, rows=formula.grain.is_row
        )
        for row in read.to_pylist():
            number = row.get("_row")
            findings.append(
                Diagnostic(
                    "run.sum-overflow",
                    text(f"公式 {name} 的值 {row[field.column]} 太大，无法精确求和", f"the value {row[field.column]} of {name} is too large to be summed exactly"),
                    Place(file=formula.grain.table, line=number if isinstance(number, int) else None),
                    hint=text("核对单位和数值；确有此量级时在公式上写更粗的 quantum。", "Check unit and value; if it is right, give the formula a coarser quantum."),
                )
            )  # fmt: skip
    if findings:
        raise Refused(findings[:1]) from error
    raise error
