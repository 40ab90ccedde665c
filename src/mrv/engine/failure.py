"""When a value fails: which rows, and why, in words that lead to the cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.engine.failing import read_formula
from mrv.engine.reasons import NOT_FINITE, reason
from mrv.engine.sql_scalars import column
from mrv.language.tree import ColumnOf, FactorOf, FormulaOf, walk
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.factor_tables import FactorTables
    from mrv.engine.plan import Scalar
    from mrv.engine.planned import Cause, Guard
    from mrv.engine.session import Session
    from mrv.messages import Text

_SHOWN = 5
_OF_THE_RUN = frozenset({"factor.none", "factor.ambiguous"})
_WHY = text("算不出的值不能当作零。", "A value that cannot be computed is not zero.")


@dataclass(frozen=True)
class _Failure:
    """A guard that counted failures: how many, its first rows, and the first one's cause."""

    guard: Guard
    count: int
    rows: list[dict[str, object]]
    number: int | None

    @property
    def cause(self) -> Cause | None:
        return None if self.number is None else self.guard.causes[self.number]


def refuse_failures(
    session: Session, factors: FactorTables, report: list[Mapping[str, object]]
) -> None:
    """Refuse a run in which a value failed, naming formula, rows and cause.

    Raises:
        Refused: ``run.division-by-zero``, ``run.factor-missing``, ``run.outside-curve``,
            ``run.no-value`` or ``engine.not-finite``, one finding per formula.
    """
    failed = [
        _failure(guard, count, session)
        for guard in session.planned.guards
        if not guard.idle and (count := _count(guard, report))
    ]
    owners = {failure.guard.owner for failure in failed if failure.guard.causes}
    # without a cause of its own, a value failed because one that it uses did
    causing = [
        failure
        for failure in failed
        if failure.cause or not (failure.guard.causes or _uses(failure.guard, owners, session))
    ]
    if failed:
        found = [_finding(failure, session, factors) for failure in causing or failed]
        # a factor that depends on no row is told once, however many formulas read it
        once = {(one.rule, one.place) if one.rule in _OF_THE_RUN else one: one for one in found}
        raise Refused(list(once.values()))


def idle_failures(
    session: Session, factors: FactorTables, report: list[Mapping[str, object]]
) -> dict[str, Diagnostic]:
    """Return the formulas without a value that nothing reported needs, each with the reason.

    They lack a factor, or use a formula that does.
    """
    found: dict[str, Diagnostic] = {}
    for guard in session.planned.guards:
        if guard.idle and guard.owner not in found and (count := _count(guard, report)):
            found[guard.owner] = _finding(_failure(guard, count, session), session, factors)
    for name, formula in session.planned.methodology.formulas.items():
        used = [n.name for n in walk(formula.body) if isinstance(n, FormulaOf) and n.name in found]
        if used and name not in found:
            found[name] = found[used[0]]
    return found


def _count(guard: Guard, report: list[Mapping[str, object]]) -> int:
    return sum(found for row in report if isinstance(found := row[guard.count], int))


def _failure(guard: Guard, count: int, session: Session) -> _Failure:
    """Read the first rows in which a guard counted a failure."""
    rows = _failing_rows(guard, session)
    numbers = range(len(guard.causes))
    number = next((n for n in numbers if rows and rows[0][_flag(n)]), None)
    return _Failure(guard, count, rows, number)


def _uses(guard: Guard, owners: set[str], session: Session) -> bool:
    """Whether a formula uses another that failed."""
    formula = session.planned.methodology.formulas.get(guard.owner)
    used = () if formula is None else walk(formula.body)
    return any(isinstance(node, FormulaOf) and node.name in owners for node in used)


def _failing_rows(guard: Guard, session: Session) -> list[dict[str, object]]:
    """Read the first failing rows: keys, which cause it was, and what each part was given."""
    relation, keys = session.planned.frame(guard.grain)
    wanted: list[tuple[str, Scalar]] = [("failed", guard.failed)]
    for number, cause in enumerate(guard.causes):
        wanted.append((_flag(number), cause.failed))
        wanted += [(_operand(number, at), scalar) for at, scalar in enumerate(cause.operands)]
    probe, probed = session.probe(relation, wanted)
    table = probe.read(
        probed, [name for name, _ in wanted],
        keys=keys, where=column("failed", "s"), limit=_SHOWN, rows=guard.grain.is_row,
    )  # fmt: skip
    rows: list[dict[str, object]] = table.to_pylist()
    return rows


def _flag(cause: int) -> str:
    return f"cause {cause}"


def _operand(cause: int, at: int) -> str:
    return f"cause {cause} operand {at}"


def _finding(failure: _Failure, session: Session, factors: FactorTables) -> Diagnostic:
    """Say what failed, why in the first row, and which rows come first."""
    guard, cause, rows = failure.guard, failure.cause, failure.rows
    operands: list[object] = []
    if failure.number is not None and cause is not None:
        names = [_operand(failure.number, at) for at in range(len(cause.operands))]
        operands = [rows[0][name] for name in names]
    period = str(rows[0]["period"]) if rows else ""
    cause = _behind(cause, session, factors, period)
    rule, said, hint = NOT_FINITE
    if guard.causes:
        rule, said, hint = reason(cause, operands, session.planned.methodology, factors, period)
    where = rows_in_words(rows, session.planned.frame(guard.grain)[1])
    n = failure.count
    if guard.grain.is_report:
        counted = text("算不出", "cannot be computed")
    else:
        counted = text(f"有 {n} 个值算不出", f"cannot be computed for {n} row(s)")
    return Diagnostic(
        rule,
        text(
            f"{guard.owner} {counted.zh}：{said.zh}（{where.zh}）",
            f"{guard.owner} {counted.en}: {said.en} ({where.en})",
        ),
        _place(failure, cause, session),
        why=_WHY,
        hint=hint,
    )


def _behind(
    cause: Cause | None, session: Session, factors: FactorTables, period: str
) -> Cause | None:
    """Return the factor behind a formula whose failure was put off to where it is used."""
    guards = {guard.owner: guard for guard in session.planned.guards if guard.idle}
    while cause is not None and (name := read_formula(cause.node)) is not None:
        lacking = [
            one
            for one in guards[name].causes
            if not isinstance(one.node, FactorOf)
            or ((answer := factors.why_not(one.node.name, {}, period)) and answer.number is None)
        ]
        cause = next(iter(lacking), None)
    return cause


def _place(failure: _Failure, cause: Cause | None, session: Session) -> Place | None:
    """Return the cell of the first failing row, or the factor or formula in the methodology."""
    guard, rows = failure.guard, failure.rows
    if cause is not None and isinstance(cause.node, FactorOf) and not cause.node.on:
        return session.planned.methodology.factors[cause.node.name].place
    table = guard.grain.table
    if guard.grain.is_row and table is not None and rows:
        number = rows[0].get("_row")
        parts = () if cause is None else walk(cause.node)
        columns = [p.column for p in parts if isinstance(p, ColumnOf) and p.table == table]
        origin = session.dataset.tables[table].origin
        line = number if isinstance(number, int) else None
        return Place(origin, line, None, columns[-1] if columns else None)
    formula = session.planned.methodology.formulas.get(guard.owner)
    return None if formula is None else formula.declared.place


def rows_in_words(rows: list[dict[str, object]], keys: tuple[str, ...]) -> Text:
    """Name rows by their number in the file, organisation and keys.

    Example:
        >>> rows_in_words([{"_row": 3, "organisation": "A", "ship": "X"}], ("ship",)).en
        'row 3, organisation=A, ship=X'
    """
    zh, en = [], []
    for row in rows:
        named = [f"{key}={row[key]}" for key in ("organisation", *keys) if row.get(key)]
        number = row.get("_row")
        zh.append("，".join([*([f"第 {number} 行"] if number else []), *named]) or "整份报告")
        en.append(", ".join([*([f"row {number}"] if number else []), *named]) or "the report")
    return text("；".join(zh), "; ".join(en))
