"""When the engine gives up: a value that no exact sum can hold, or a machine that is too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from sqlglot import exp

from mrv.engine.failure import rows_in_words
from mrv.engine.plan import Aggregate, Col
from mrv.engine.sql_scalars import column
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.engine.plan import Measure, Scalar
    from mrv.engine.session import Session
    from mrv.language.types import Grain

_MOST = 2.0**63


def refuse_overflow(session: Session, error: Exception) -> NoReturn:
    """Turn an engine's refusal of a value that no exact sum can hold into a finding.

    Args:
        session: the run.
        error: what the engine said.

    Raises:
        Refused: ``run.sum-overflow``, naming the first such row.
        Exception: the engine's own, if no value is too large.
    """
    chains = dict(_chains(session))
    for relation in session.planned.plan.relations:
        if isinstance(relation, Aggregate) and relation.source in chains:
            for measure in relation.measures:
                finding = _too_large(session, relation.source, measure, chains[relation.source])
                if finding is not None:
                    raise Refused([finding]) from error
    raise error


def refuse_machine(error: Exception) -> NoReturn:
    """Turn an engine's want of memory or disk into a finding.

    Raises:
        Refused: ``call.machine``.
    """
    said = " ".join(str(error).split())[:200]
    finding = Diagnostic(
        "call.machine",
        text(f"计算时内存或磁盘不足：{said}", f"not enough memory or disk to compute: {said}"),
        hint=text("可调高内存上限或清理磁盘后重试。", "Raise the memory limit or free the disk."),
    )
    raise Refused([finding]) from error


def _chains(session: Session) -> Iterable[tuple[str, Grain]]:
    """Yield every relation of a frame with the grain of its rows."""
    relations = {relation.name: relation for relation in session.planned.plan.relations}
    for grain, name, _ in session.planned.frames:
        relation = relations.get(name)
        while relation is not None:
            yield relation.name, grain
            source = None if isinstance(relation, Aggregate) else getattr(relation, "source", None)
            relation = None if source is None else relations[source]


def _too_large(session: Session, source: str, measure: Measure, grain: Grain) -> Diagnostic | None:
    """Look for a summand that is not within 64 bits when it is counted in quanta."""
    if measure.function != "sum" or measure.value is None:
        return None
    columns: list[tuple[str, Scalar]] = [("summand", measure.value)]
    if measure.where is not None:
        columns.append(("counts", measure.where))
    probe, probed = session.probe(source, columns)
    limit = exp.Literal.number(_MOST / measure.scale)
    within = exp.LT(this=exp.Abs(this=column("summand", "s")), expression=limit)
    where: exp.Condition = exp.Not(this=exp.Paren(this=within))
    if measure.where is not None:
        where = exp.and_(where, column("counts", "s"))
    keys = session.planned.frame(grain)[1]
    read = probe.read(probed, ["summand"], keys=keys, where=where, limit=1, rows=grain.is_row)
    rows: list[dict[str, object]] = read.to_pylist()
    return _finding(session, measure, grain, rows) if rows else None


def _finding(
    session: Session, measure: Measure, grain: Grain, rows: list[dict[str, object]]
) -> Diagnostic:
    name = measure.value.name if isinstance(measure.value, Col) else measure.name
    value, where = rows[0]["summand"], rows_in_words(rows, session.planned.frame(grain)[1])
    number, table = rows[0].get("_row"), grain.table
    place = None
    if table is not None and isinstance(number, int):
        place = Place(session.dataset.tables[table].origin, number)
    return Diagnostic(
        "run.sum-overflow",
        text(
            f"{name} 的值 {value} 太大，无法精确求和（{where.zh}）",
            f"the value {value} of {name} is too large to be summed exactly ({where.en})",
        ),
        place,
        hint=text(
            "核对单位和数值；确有此量级时在公式上写更粗的 quantum。",
            "Check unit and value; if they are right, give the formula a coarser quantum.",
        ),
    )
