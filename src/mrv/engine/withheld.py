"""Rows that are withheld because too few are behind them: which they are in a run.

A row is withheld where its count is below the declared one. Sums of rows are known as well: the
report's own, and those of coarser groups. So the withheld rows below each such sum must have
enough behind them together; where they have not, the smallest row that is shown there goes too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.margins import margins_of
from mrv.engine.sql_scalars import column
from mrv.engine.withheld_count import counting_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from sqlglot.expressions import Expr as Sql

    from mrv.engine.margins import Margin
    from mrv.engine.session import Session
    from mrv.engine.withheld_count import Counting
    from mrv.language.checked import Methodology, Withholding
    from mrv.language.types import Grain

_MOST_KEYS = 99
_PARTS = {"year": 1, "month": 2, "day": 3}
Key = tuple[object, ...]
"""Organisation, label of the period, then what names the row."""


@dataclass(frozen=True)
class Hidden:
    """The rows of one grain that a run withholds.

    Attributes:
        guard: the rule.
        names: columns that name a row, besides organisation and period.
        rows: the rows.
        table: temporary table that holds them: organisation, period (ordinal), names.
        enough: organisations and periods whose withheld rows have enough behind them together.
    """

    guard: Withholding
    names: tuple[str, ...]
    rows: frozenset[Key]
    table: str
    enough: frozenset[Key] = field(default=frozenset())

    def condition(self, outer: Sequence[str], alias: str = "s", *, shown: bool = True) -> Sql:
        """Return the condition that a row over an alias is shown, or that it is withheld."""
        tests = [
            exp.EQ(this=column(name, "w"), expression=column(name, alias))
            for name in (*outer, *self.names)
        ]
        query = exp.select("1").from_(
            exp.Table(this=exp.to_identifier(self.table, quoted=True)).as_("w")
        )
        there = exp.Exists(this=query.where(exp.and_(*tests) if tests else exp.true()))
        return exp.Not(this=there) if shown else there

    def holds(self, record: Mapping[str, object]) -> bool:
        """Return whether a row, read with its keys, is withheld."""
        return self.key_of(record) in self.rows

    def key_of(self, record: Mapping[str, object]) -> Key:
        """Return what names a row."""
        whose = (record.get("organisation"), record.get("period"))
        return (*whose, *(record.get(name) for name in self.names))


@dataclass(frozen=True)
class _Row:
    """A row with its count."""

    key: Key
    count: int


def hidden_rows(methodology: Methodology, session: Session) -> dict[Grain, Hidden]:
    """Find the rows that a run withholds, the coarser grains first.

    Args:
        methodology: the rules.
        session: the plan with its data.

    Returns:
        One for each grain that is guarded.
    """
    found: dict[Grain, Hidden] = {}
    for guard in sorted(methodology.withheld, key=lambda one: _fineness(one.grain)):
        counting = counting_of(session, guard)
        rows = _counted(session, counting)
        withheld = {row.key for row in rows if row.count < guard.least}
        enough: set[Key] = set()
        for margin in margins_of(guard.grain, found):
            enough = _settle(margin, rows, withheld, guard.least, counting)
        found[guard.grain] = Hidden(
            guard, counting.names, frozenset(withheld), counting.keep(sorted(withheld, key=repr)),
            frozenset(enough),
        )  # fmt: skip
    return found


def _fineness(grain: Grain) -> tuple[int, int]:
    """Return what sorts coarser grains first; the rows of a table are the finest of all."""
    if grain.keys is None:
        return _MOST_KEYS, 0
    return len(grain.keys), sum(_PARTS.get(key.part or "", 4) for key in grain.keys)


def _counted(session: Session, counting: Counting) -> list[_Row]:
    """Read every row with its count."""
    relation, keys = session.planned.frame(counting.guard.grain)
    wanted = [counting.column, *counting.names]
    table = session.read(relation, list(dict.fromkeys(wanted)), keys=keys)
    names = ("organisation", "period", *counting.names)
    columns = [table.column(name).to_pylist() for name in (*names, counting.column)]
    return [_Row(tuple(values[:-1]), int(values[-1])) for values in zip(*columns, strict=True)]


def _settle(
    margin: Margin, rows: Iterable[_Row], withheld: set[Key], least: int, counting: Counting
) -> set[Key]:
    """Withhold one more row below each sum that would give the withheld ones away.

    Returns:
        The sums whose withheld rows have enough behind them together.
    """
    groups: dict[Key, list[_Row]] = {}
    for row in rows:
        groups.setdefault(margin.group_of(row.key), []).append(row)
    open_ones: dict[Key, list[_Row]] = {}
    enough: set[Key] = set()
    for group, members in groups.items():
        gone = [row for row in members if row.key in withheld]
        if not gone and not margin.withheld(group):
            continue
        if max((row.count for row in gone), default=0) >= least:
            enough.add(group)
        elif sum(row.count for row in gone) < least:
            _withhold_one_more(members, withheld, group, enough)
        else:
            open_ones[group] = gone
    together = counting.together({g: [row.key for row in gone] for g, gone in open_ones.items()})
    for group in open_ones:
        if together.get(group, 0) >= least:
            enough.add(group)
        else:
            _withhold_one_more(groups[group], withheld, group, enough)
    return enough


def _withhold_one_more(
    members: list[_Row], withheld: set[Key], group: Key, enough: set[Key]
) -> None:
    """Withhold the smallest row that is shown: it alone has enough behind it."""
    shown = [row for row in members if row.key not in withheld]
    if shown:
        smallest = min(shown, key=lambda row: (row.count, [str(part) for part in row.key]))
        withheld.add(smallest.key)
        enough.add(group)
