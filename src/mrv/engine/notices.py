"""Notices: checks that fired and marks, gathered from the report row and the look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.counted import MANY, counted_marks
from mrv.engine.failing import either
from mrv.engine.plan import Call, Col, Const
from mrv.engine.results import FiredCheck, Mark
from mrv.engine.sql import OUTER, SPINE
from mrv.engine.sql_scalars import column
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlglot.expressions import Query

    from mrv.engine.factor_tables import Answer, FactorTables
    from mrv.engine.plan import Scalar
    from mrv.engine.planned import Fired
    from mrv.engine.session import Session
    from mrv.language.checked import Methodology
    from mrv.messages import Diagnostic

_SHOWN = 5
_STATUS = {
    "draft": text("草案", "draft"),
    "trial": text("试行", "trial"),
    "superseded": text("已被取代", "superseded"),
}
_UNSURE = {
    "recalled": text("凭记忆，未见原文", "recalled, the text was not seen"),
    "unverified": text("未经核实", "unverified"),
    "secondary": text("来自二手资料", "from secondary material"),
    "derived": text("由其他数值推算", "derived from other values"),
}
_STATED = text("由报告者选定", "stated by the reporter")
_DEFAULT = text("按缺省", "by default")


def fired_checks(session: Session, report: list[Mapping[str, object]]) -> Iterable[FiredCheck]:
    """Yield the checks that did not hold, with their first rows.

    They are named per organisation and period; beyond ``MANY`` organisations they are counted
    per period instead.
    """
    for fired in session.planned.fired:
        counts = [(row, n) for row in report if isinstance(n := row[fired.count], int) and n]
        many = len({row["organisation"] for row, _ in counts}) > MANY
        named = _first_rows(session, fired, many=many) if counts else {}
        totals: dict[tuple[str, str], list[int]] = {}
        for row, count in counts:
            who = "" if many else str(row["organisation"] or "")
            totals.setdefault((who, str(row["period"])), []).append(count)
        declared = fired.check.declared
        for (who, when), each in totals.items():
            yield FiredCheck(
                name=fired.check.name,
                severity=declared.severity,
                message=declared.message,
                source=declared.source,
                organisation=who,
                period=when,
                count=sum(each),
                first=tuple(named.get((who, when), ())),
                organisations=len(each),
            )


def _first_rows(session: Session, fired: Fired, *, many: bool) -> dict[tuple[str, str], list[str]]:
    """Name the first rows on which a check fired, per organisation and period, in one query."""
    found: dict[tuple[str, str], list[str]] = {}
    if fired.grain.is_report:
        return found
    relation, keys = session.planned.frame(fired.grain)
    where, rows = column(fired.flag, "s"), fired.grain.is_row
    # of many organisations the first few rows of all will do
    limit, each = (_SHOWN * len(session.periods), None) if many else (None, _SHOWN)
    read = session.read(relation, [], keys=keys, where=where, limit=limit, each=each, rows=rows)
    for row in read.to_pylist():
        who = str(row["organisation"] or "")
        shown = [f"{key}={row[key]}" for key in keys]
        place = ("", str(row["period"])) if many else (who, str(row["period"]))
        named = found.setdefault(place, [])
        if len(named) < _SHOWN:
            named.append(", ".join([*([f"organisation={who}"] if many else []), *shown]))
    return found


def marks(
    session: Session, used: list[Answer], report: list[Mapping[str, object]]
) -> Iterable[Mark]:
    """Yield every mark of a run, the most general first.

    Args:
        session: the run.
        used: the answers of the factor store that its values used.
        report: the row of each organisation and period.
    """
    yield from _of_methodology(session.planned.methodology)
    yield from _factors(used)
    for table in session.dataset.tables.values():
        name = table.input.name
        for note in table.notes:
            yield Mark("note", text(f"{name}：{note.zh}", f"{name}: {note.en}"))
    for note in session.dataset.notes:
        yield Mark("note", note)
    yield from _without_rows(session)
    yield from counted_marks(session, report)


def _without_rows(session: Session) -> Iterable[Mark]:
    """Mark organisations without a single row in a period: their zeros say nothing."""
    if not session.outer:
        return
    tables = [exp.Select(expressions=_outer()).from_(_quoted(name)) for name in _named(session)]
    everyone: Query = exp.Select(expressions=_outer()).from_(_quoted(SPINE))
    for table in tables:
        everyone = exp.Except(this=everyone, expression=table, distinct=True)
    ordered = exp.Select(expressions=[exp.Star()]).from_(everyone.subquery("rest"))
    sql = ordered.order_by(*reversed(_outer())).sql(dialect="duckdb")
    labels = {period.ordinal: period.label for period in session.periods}
    absent: dict[str, list[str]] = {}
    for organisation, ordinal in session.dataset.connection.execute(sql).fetchall():
        absent.setdefault(labels[ordinal], []).append(organisation)
    for period, names in absent.items():
        shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        said = text(
            f"{period} 没有任何数据的单位有 {len(names)} 个：{shown}",
            f"{len(names)} organisation(s) have no row at all in {period}: {shown}",
        )
        yield Mark("note", said, None, period, len(names))


def idle_marks(session: Session, idle: Mapping[str, Diagnostic]) -> Iterable[Mark]:
    """Say once for each reason which formulas of rows have no value, as nothing reported needs."""
    formulas = session.planned.methodology.formulas
    behind: dict[tuple[str, str], list[str]] = {}
    for name, finding in idle.items():
        if not formulas[name].grain.is_report:
            behind.setdefault((finding.what.zh, finding.what.en), []).append(name)
    for (zh, en), names in behind.items():
        shown = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "")
        yield Mark("note", text(
            f"{shown} 没有值，所报告的结果不需要它：{zh}",
            f"{shown}: no value, and no result needs it: {en}",
        ))  # fmt: skip


def _named(session: Session) -> list[str]:
    return [name for name, table in session.dataset.tables.items() if table.rows]


def _outer() -> list[exp.Column]:
    return [column(name) for name in OUTER]


def _quoted(name: str) -> exp.Table:
    return exp.Table(this=exp.Identifier(this=name, quoted=True))


def _of_methodology(methodology: Methodology) -> Iterable[Mark]:
    """Mark what holds for every run of the methodology with these choices."""
    document = methodology.document
    if document.status in _STATUS:
        status, name = _STATUS[document.status], f"{document.name} ({document.edition})"
        said = text(
            f"方法学 {name} 的状态是“{status.zh}”，结果不能作为正式数据",
            f"methodology {name} is a {status.en}: its results are not official",
        )
        yield Mark("draft", said)
    for question in document.open_questions:
        yield Mark("draft", text(f"待读：{question.zh}", f"to be read: {question.en}"))
    for made in methodology.choices:
        how = _STATED if made.stated else _DEFAULT
        choice = f"{made.name} = {made.value}"
        yield Mark("choice", text(f"选项 {choice}（{how.zh}）", f"choice {choice} ({how.en})"))
    for formula, condition in methodology.left_out:
        said = text(
            f"公式 {formula} 中因不满足 {condition} 而未计一项",
            f"a term of {formula} is left out, because {condition} does not hold",
        )
        yield Mark("left-out", said)
    for part in (document, *methodology.modules):
        for source in part.sources:
            if source.confidence in _UNSURE:
                how = _UNSURE[source.confidence]
                said = text(
                    f"来源“{source.title.zh}”：{how.zh}",
                    f'source "{source.title.en}" is {how.en}',
                )
                yield Mark("confidence", said)


def _factors(used: list[Answer]) -> Iterable[Mark]:
    """Mark fall-backs and unsure factors among those that values used."""
    for answer in used:
        row = answer.resolution.row
        if row is None:
            continue
        what = ", ".join([answer.factor, *(value for _, value in answer.key)])
        for fallback in answer.resolution.fallbacks:
            said = text(f"因子 {what}：{fallback.zh}", f"factor {what}: {fallback.en}")
            yield Mark("fallback", said, period=answer.period)
        if row.confidence in _UNSURE:
            how, value = _UNSURE[row.confidence], f"{what} = {row.value} {row.unit}"
            said = text(
                f"因子 {value}，{how.zh}（{row.document}）",
                f"factor {value} is {how.en} ({row.document})",
            )
            yield Mark("confidence", said, period=answer.period)


def used_answers(session: Session, factors: FactorTables) -> list[Answer]:
    """Return the answers that took part in a value of this run, in order.

    A look-up whose value a measured one replaced, or that a condition left aside, has no part.
    """
    planned = session.planned
    used: set[int] = set()
    for grain in dict.fromkeys(use.grain for use in planned.factor_uses):
        columns: dict[str, Scalar] = {}
        for use in planned.factor_uses:
            if use.grain == grain:
                known = columns.get(use.column)
                columns[use.column] = use.when if known is None else either(known, use.when)
        numbers = [
            (f"used {name}", Call("if", (when, Col(name, "whole"), Const(None, "whole")), "whole"))
            for name, when in columns.items()
        ]
        probe, probed = session.probe(planned.frame(grain)[0], numbers)
        sql = probe.query(probed, [name for name, _ in numbers], distinct=True)
        for row in session.dataset.connection.execute(sql).fetchall():
            used |= {number for number in row if number is not None}
    return [factors.answers[number] for number in sorted(used)]
