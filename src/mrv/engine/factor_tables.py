"""Factors for a run: every look-up resolved beforehand, into one dense table per factor.

The tables hold, per accounting period and key, the value in the unit that the methodology
declares and the number of the answer it came from; no fall-back is left to the engine.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

from mrv.factors import FactorQuery, resolve
from mrv.units import ONE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.engine.planned import Planned
    from mrv.factors import Resolution, Store
    from mrv.language.checked import FactorNeed
    from mrv.language.period import Period

_PERIOD = {"period.days", "period.hours", "period.year"}


@dataclass(frozen=True)
class Answer:
    """The answer to one look-up: what was asked for, under which key and period, and what came."""

    factor: str
    key: tuple[tuple[str, str], ...]
    period: str
    resolution: Resolution


@dataclass(frozen=True)
class DenseTable:
    """The dense table of a factor, column by column; ``rows`` are numbers of answers."""

    attributes: tuple[str, ...]
    periods: tuple[int, ...]
    keys: tuple[tuple[str, ...], ...]
    values: tuple[float, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class FactorTables:
    """All factors of a run.

    Attributes:
        tables: dense table of each factor of the plan.
        answers: every answer, in the order of its number; also those that found nothing.
        store: the store that was asked.
    """

    tables: Mapping[str, DenseTable]
    answers: tuple[Answer, ...]
    store: Store = field(compare=False, repr=False)

    def why_not(self, factor: str, key: Mapping[str, str], period: str = "") -> Resolution | None:
        """Return the answer that left a key without a value, if the look-up was made.

        Args:
            factor: name of the factor.
            key: attribute -> key.
            period: label of the accounting period; any if empty.
        """
        wanted = sorted(key.items())
        for answer in self.answers:
            same = answer.factor == factor and sorted(answer.key) == wanted
            if same and period in {"", answer.period}:
                return answer.resolution
        return None


def factor_tables(planned: Planned, store: Store, periods: Sequence[Period]) -> FactorTables:
    """Resolve every factor of a plan for every key that the store knows and every period.

    One that is not found has no row; it is told where a value needs it.
    """
    answers: list[Answer] = []
    tables: dict[str, DenseTable] = {}
    for name, attributes in planned.plan.factors:
        if name in _PERIOD:
            tables[name] = _of_period(name, periods)
            continue
        need = planned.methodology.factors[name]
        tables[name] = _dense(need, attributes, store, periods, answers)
    return FactorTables(tables, tuple(answers), store)


def _of_period(name: str, periods: Sequence[Period]) -> DenseTable:
    part = name.removeprefix("period.")
    values = [
        p.start.year if part == "year" else p.days if part == "days" else p.hours for p in periods
    ]
    return DenseTable(
        (), tuple(p.ordinal for p in periods), tuple(() for _ in periods),
        tuple(float(v) for v in values), tuple(-1 for _ in periods),
    )  # fmt: skip


def _dense(
    need: FactorNeed,
    attributes: tuple[str, ...],
    store: Store,
    periods: Sequence[Period],
    answers: list[Answer],
) -> DenseTable:
    """Resolve one factor for all of its keys."""
    ordinals: list[int] = []
    keys: list[tuple[str, ...]] = []
    values: list[float] = []
    rows: list[int] = []
    domains = [_domain(attribute, need, store) for attribute in attributes]
    for period in periods:
        for key in product(*domains):
            named = tuple(zip(attributes, key, strict=True))
            found = resolve(store, _query(need, named, period))
            answers.append(Answer(need.name, named, period.label, found))
            if found.number is not None:
                ordinals.append(period.ordinal)
                keys.append(key)
                values.append(float(found.number))
                rows.append(len(answers) - 1)
    return DenseTable(attributes, tuple(ordinals), tuple(keys), tuple(values), tuple(rows))


def _domain(attribute: str, need: FactorNeed, store: Store) -> list[str]:
    """Return the keys that a column can hold and the store knows."""
    if attribute == "region":
        return sorted(store.vocabulary("region"))
    rows = store.by_property.get(need.property, ())
    allowed = dict(need.where)
    return sorted({str(getattr(row, attribute)) for row in rows if _may(row, allowed)})


def _may(row: object, allowed: Mapping[str, tuple[str, ...]]) -> bool:
    return all(str(getattr(row, name, "")) in values for name, values in allowed.items())


def _query(need: FactorNeed, key: tuple[tuple[str, str], ...], period: Period) -> FactorQuery:
    regions = tuple(value for name, value in key if name == "region") + need.regions
    where = need.where + tuple((name, (value,)) for name, value in key if name != "region")
    return FactorQuery(
        property=need.property,
        unit=need.unit or ONE,
        where=where,
        regions=tuple(dict.fromkeys(regions)),
        period=(period.start, period.end),
        time=need.time,
        pin=need.pin,
    )
