"""Notices: checks that fired and marks, gathered from the report row and the look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.engine.results import FiredCheck, Mark
from mrv.engine.sql_scalars import column
from mrv.messages import Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.engine.factor_tables import Answer, FactorTables
    from mrv.engine.planned import Cap, Fired
    from mrv.engine.session import Session

_SHOWN = 5
_UNSURE = frozenset({"recalled", "unverified", "secondary", "derived"})
_STATUS = {
    "draft": text("草案", "draft"), "trial": text("试行", "trial"), "superseded": text("已被取代", "superseded"),
}  # fmt: skip


def fired_checks(session: Session, report: list[Mapping[str, object]]) -> Iterable[FiredCheck]:
    """Yield the checks that did not hold, per organisation and period, with their first rows."""
    for fired in session.planned.fired:
        for row in report:
            count = row[fired.count]
            if not isinstance(count, int) or not count:
                continue
            declared = fired.check.declared
            organisation = str(row["organisation"] or "")
            yield FiredCheck(
                fired.check.name, declared.severity, declared.message, declared.source,
                organisation, str(row["period"]), count, _first(session, fired, row),
            )  # fmt: skip


def _first(session: Session, fired: Fired, row: Mapping[str, object]) -> tuple[str, ...]:
    """Name the first rows on which a check fired."""
    from sqlglot import exp

    if fired.grain.is_report:
        return ()
    relation, keys = session.planned.frame(fired.grain)
    where: exp.Expression = column(fired.flag, "s")
    if "organisation" in session.outer:
        own = exp.EQ(
            this=column("organisation", "s"),
            expression=exp.Literal.string(str(row["organisation"])),
        )
        where = exp.and_(where, own)
    found = session.read(
        relation, [], keys=keys, where=where, limit=_SHOWN, rows=fired.grain.is_row
    )
    return tuple(", ".join(f"{key}={item[key]}" for key in keys) for item in found.to_pylist())


def marks(
    session: Session, factors: FactorTables, report: list[Mapping[str, object]]
) -> Iterable[Mark]:
    """Yield every mark of a run, the most general first."""
    methodology = session.planned.methodology
    document = methodology.document
    if document.status in _STATUS:
        status = _STATUS[document.status]
        yield Mark("draft", text(
            f"方法学 {document.name}（{document.edition}）的状态是“{status.zh}”，结果不能作为正式数据",
            f"methodology {document.name} ({document.edition}) is a {status.en}: its results are not official",
        ))  # fmt: skip
    for question in document.open_questions:
        yield Mark("draft", text(f"待读：{question.zh}", f"to be read: {question.en}"))
    for made in methodology.choices:
        how = (
            text("由报告者选定", "stated by the reporter")
            if made.stated
            else text("按缺省", "by default")
        )
        yield Mark(
            "choice",
            text(
                f"选项 {made.name} = {made.value}（{how.zh}）",
                f"choice {made.name} = {made.value} ({how.en})",
            ),
        )
    for formula, condition in methodology.left_out:
        yield Mark(
            "left-out",
            text(
                f"公式 {formula} 中因不满足 {condition} 而未计一项",
                f"a term of {formula} is left out, because {condition} does not hold",
            ),
        )
    yield from _sources(session)
    yield from _factors(session, factors)
    for table in session.dataset.tables.values():
        for note in table.notes:
            yield Mark(
                "note", text(f"{table.input.name}：{note.zh}", f"{table.input.name}: {note.en}")
            )
    for note in session.dataset.notes:
        yield Mark("note", note)
    yield from _counted(session, report)


def _sources(session: Session) -> Iterable[Mark]:
    """Mark sources that nobody has seen in print."""
    methodology = session.planned.methodology
    for document in (methodology.document, *methodology.modules):
        for source in document.sources:
            if source.confidence in _UNSURE:
                yield Mark("confidence", text(
                    f"来源 {source.title} 的可信度：{_confidence(source.confidence).zh}",
                    f"source {source.title} is {_confidence(source.confidence).en}",
                ))  # fmt: skip


def _factors(session: Session, factors: FactorTables) -> Iterable[Mark]:
    """Mark fall-backs and unsure factors among those that rows used."""
    for answer in used_answers(session, factors):
        found = answer.resolution
        if found.row is None:
            continue
        what = ", ".join([answer.factor, *(value for _, value in answer.key)])
        for fallback in found.fallbacks:
            yield Mark(
                "fallback",
                text(f"因子 {what}：{fallback.zh}", f"factor {what}: {fallback.en}"),
                period=answer.period,
            )
        if found.row.confidence in _UNSURE:
            said = _confidence(found.row.confidence)
            yield Mark("confidence", text(
                f"因子 {what} = {found.row.value} {found.row.unit}，{said.zh}（{found.row.document}）",
                f"factor {what} = {found.row.value} {found.row.unit} is {said.en} ({found.row.document})",
            ), period=answer.period)  # fmt: skip


def used_answers(session: Session, factors: FactorTables) -> list[Answer]:
    """Return the answers that rows of this run used, in order."""
    planned = session.planned
    used: set[int] = set()
    for grain, _, name in planned.factor_rows:
        relation, _ = planned.frame(grain)
        sql = session.query(relation, [name], where=None)
        from_rows = session.dataset.connection.execute(
            f'SELECT DISTINCT "{name}" FROM ({sql}) WHERE "{name}" >= 0'
        )
        used |= {int(number) for (number,) in from_rows.fetchall()}
    return [factors.answers[number] for number in sorted(used)]


def _confidence(word: str) -> Text:
    words = {
        "recalled": text("凭记忆，未见原文", "recalled, the text was not seen"),
        "unverified": text("未经核实", "unverified"),
        "secondary": text("来自二手资料", "from secondary material"),
        "derived": text("由其他数值推算", "derived from other values"),
    }
    return words[word]


def _counted(session: Session, report: list[Mapping[str, object]]) -> Iterable[Mark]:
    """Mark defaults that were taken and caps that bit, per organisation and period."""
    methodology = session.planned.methodology
    for row in report:
        whose, when = str(row["organisation"] or "") or None, str(row["period"])
        for tier in session.planned.tiers:
            counts = {name: row[column_] for name, column_ in tier.counts}
            total = sum(count for count in counts.values() if isinstance(count, int))
            for name, count in list(counts.items())[1:]:
                if isinstance(count, int) and count:
                    label = methodology.formulas[tier.formula].declared.label
                    zh, en = (label.zh, label.en) if label else (tier.formula, tier.formula)
                    yield Mark("default", text(
                        f"{zh}（{tier.formula}）：{total} 行中有 {count} 行取“{name}”",
                        f"{en} ({tier.formula}): {count} of {total} rows took the branch {name}",
                    ), whose, when, count)  # fmt: skip
        for cap in session.planned.caps:
            count = row[cap.count]
            if isinstance(count, int) and count:
                yield Mark("cap", _limit(cap, count, row), whose, when, count)


def _limit(cap: Cap, count: int, row: Mapping[str, object]) -> Text:
    """Say how often a limit took effect, and by how much where that is a number."""
    if cap.written.startswith("held:"):
        curve = cap.written.removeprefix("held:")
        return text(
            f"公式 {cap.formula}：{count} 行超出插值表 {curve} 的范围，按边缘值计",
            f"{cap.formula}: {count} row(s) lie outside the curve {curve} and take its edge value",
        )
    amount = row[cap.amount]
    return text(
        f"公式 {cap.formula} 的限值生效 {count} 次，合计 {amount} {cap.unit}",
        f"the limit in {cap.formula} took effect {count} time(s), by {amount} {cap.unit} in all",
    )
