"""Compare what a receipt says with what a run finds: every value of every table, bit by bit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.receipt.content import PLACE
from mrv.receipt.manifest import Reported
from mrv.receipt.results import frame_tables, shown_groups, values_of
from mrv.receipt.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mrv.engine.run import Run
    from mrv.receipt.manifest import SealedColumn, TableOf
    from mrv.receipt.opened import Opened
    from mrv.receipt.results import FrameTable

    Value = float | str | bool | None

SHOWN = 5


@dataclass(frozen=True)
class OutputPair:
    """A result as two runs report it; None where one of them has no such result."""

    name: str
    formula: str
    organisation: str
    period: str
    unit: str | None
    old: Value
    new: Value
    old_rounded: str | None
    new_rounded: str | None
    there: tuple[bool, bool] = (True, True)

    @property
    def same_value(self) -> bool:
        """Whether the values are the same to the bit."""
        return self.there == (True, True) and same(self.old, self.new)

    @property
    def equal(self) -> bool:
        """Whether value and rounded value are the same."""
        return self.same_value and self.old_rounded == self.new_rounded

    @property
    def change(self) -> float | None:
        """New less old, for numbers."""
        numbers = isinstance(self.old, float) and isinstance(self.new, float)
        return self.new - self.old if numbers else None  # type: ignore[operator]


@dataclass(frozen=True)
class RowPair:
    """One value in a table as two runs have it, with what names the row."""

    keys: tuple[tuple[str, str], ...]
    old: Value
    new: Value


@dataclass(frozen=True)
class ColumnDifference:
    """A column of a table of results in which two runs differ.

    Attributes:
        table: input table, groups or ``report``.
        column: name of the column.
        of: the formula, factor or check that it is about.
        role: formula, tier, factor or check.
        unit: its unit.
        rows: in how many rows it differs.
        first: the first of them.
    """

    table: str
    column: str
    of: str
    role: str
    unit: str | None
    rows: int
    first: tuple[RowPair, ...]


@dataclass(frozen=True)
class TablesCompared:
    """All tables of results compared.

    Attributes:
        rows: rows compared.
        values: values compared.
        columns: columns that differ, in the order of the plan.
        lacking: tables or columns that only one side has.
    """

    rows: int
    values: int
    columns: tuple[ColumnDifference, ...]
    lacking: tuple[str, ...]

    @property
    def equal(self) -> bool:
        """Whether nothing differs."""
        return not self.columns and not self.lacking


def same(one: Value, two: Value) -> bool:
    """Tell whether two values are the same to the bit; minus zero is not zero."""
    if isinstance(one, float) and isinstance(two, float):
        return one.hex() == two.hex()
    return type(one) is type(two) and one == two


def reported(run: Run) -> list[Reported]:
    """Return the results of a run in the words of a receipt."""
    return [
        Reported(
            o.name, o.formula, o.organisation, o.period, o.role, o.value, o.unit,
            None if o.rounded is None else str(o.rounded), o.label,
        )
        for o in run.outcome.outputs
    ]  # fmt: skip


def compare_outputs(old: Sequence[Reported], new: Sequence[Reported]) -> list[OutputPair]:
    """Pair the results of two runs by name, organisation and period."""

    def key(one: Reported) -> tuple[str, str, str]:
        return one.name, one.organisation, one.period

    left, right = {key(o): o for o in old}, {key(n): n for n in new}
    return [_pair(left.get(own), right.get(own)) for own in dict.fromkeys([*left, *right])]


def _pair(old: Reported | None, new: Reported | None) -> OutputPair:
    one = old or new
    assert one is not None  # noqa: S101 - one of the two sides named it
    return OutputPair(
        one.name, one.formula, one.organisation, one.period, one.unit,
        old.value if old else None, new.value if new else None,
        old.rounded if old else None, new.rounded if new else None,
        (old is not None, new is not None),
    )  # fmt: skip


def compare_tables(opened: Opened, run: Run) -> TablesCompared:
    """Compare every sealed value with that of a run over the same data."""
    frames = {(f.grain.is_row, f.name): f for f in frame_tables(run)}
    rows = values = 0
    columns: list[ColumnDifference] = []
    lacking: list[str] = []
    for table in opened.receipt.results:
        by_row = table.columns[0].role == "place"
        frame = frames.pop((by_row, table.name), None)
        if frame is None:
            lacking.append(table.name)
            continue
        pairs = dict(_pairs(table, frame))
        own = {column.name for column in values_of(table)}
        lacking += [f"{table.name}: {name}" for name in sorted(own - set(pairs))]
        new = {f"{c.role} {c.of}" for c in frame.columns} - {
            f"{c.role} {c.of}" for c in values_of(table)
        }
        lacking += [f"{table.name}: {name}" for name in sorted(new)]
        rows += table.rows
        values += table.rows * len(pairs)
        columns += _differences(opened, run, table, frame, pairs)
    lacking += [name for _, name in frames]
    return TablesCompared(rows, values, tuple(columns), tuple(lacking))


def _pairs(table: TableOf, frame: FrameTable) -> Iterator[tuple[str, tuple[SealedColumn, str]]]:
    """Yield each sealed column with the engine's column of the same meaning."""
    engine = {(c.role, c.of): name for c, name in zip(frame.columns, frame.engine, strict=True)}
    for column in values_of(table):
        if (column.role, column.of) in engine:
            yield column.name, (column, engine[column.role, column.of])


def _differences(
    opened: Opened,
    run: Run,
    table: TableOf,
    frame: FrameTable,
    pairs: Mapping[str, tuple[SealedColumn, str]],
) -> list[ColumnDifference]:
    """Count, in one query, the rows in which each column differs; then read the first of them."""
    joined = _joined(opened, run, table, frame, [name for _, name in pairs.values()])
    numbers = _numbers(opened, run)
    unlike = {n: _unlike(column, engine, numbers) for n, (column, engine) in pairs.items()}
    counts = [f"count(*) FILTER ({condition})" for condition in unlike.values()]
    if not counts:
        return []
    connection = run.session.dataset.connection
    (counted,) = connection.execute(f"SELECT {', '.join(counts)} FROM {joined}").fetchall()
    found = []
    for (name, (column, engine)), count in zip(pairs.items(), counted, strict=True):
        if count:
            keys = [PLACE] if table.columns[0].role == "place" else _keys(table)
            heads = [f"coalesce(CAST(o.{quoted(k)} AS VARCHAR), CAST(n.{quoted(k)} AS VARCHAR))"
                     for k in keys]  # fmt: skip
            sql = (
                f"SELECT {', '.join(heads)}, o.{quoted(name)}, n.{quoted(engine)} FROM {joined} "
                f"WHERE {unlike[name]} ORDER BY ALL LIMIT {SHOWN}"
            )
            first = tuple(
                RowPair(tuple(zip(keys, map(str, row[:-2]), strict=True)), row[-2], row[-1])
                for row in connection.execute(sql).fetchall()
            )
            found.append(
                ColumnDifference(table.name, name, column.of or "", column.role, column.unit,
                                 count, first)
            )  # fmt: skip
    return found


def _keys(table: TableOf) -> list[str]:
    return [column.name for column in table.columns if column.role == "key"]


def _joined(
    opened: Opened, run: Run, table: TableOf, frame: FrameTable, columns: Sequence[str]
) -> str:
    """Write the join of the sealed rows with those of the run, none left out on either side."""
    path = str(opened.folder / table.member).replace("'", "''")
    names = list(dict.fromkeys(columns))
    if table.columns[0].role == "place":
        sql = run.session.query(frame.relation, names, rows=True, labelled=True)
        on = f"o.{quoted(PLACE)} = n.{quoted(PLACE)}"
    else:
        sql = shown_groups(run, frame, names)
        keys = _keys(table)
        on = " AND ".join(f"o.{quoted(k)} IS NOT DISTINCT FROM n.{quoted(k)}" for k in keys)
    return f"read_parquet('{path}') AS o FULL JOIN ({sql}) AS n ON {on}"


def _numbers(opened: Opened, run: Run) -> dict[int, int]:
    """Return the number that each look-up of the run has in the receipt."""
    sealed = {
        (answer.factor, tuple(sorted(answer.key.items())), answer.period): answer.number
        for answer in opened.receipt.answers
    }
    turned = [sealed.get((a.factor, tuple(sorted(a.key)), a.period)) for a in run.factors.answers]
    return {old: new for old, new in enumerate(turned) if new is not None}


def _unlike(column: SealedColumn, engine: str, numbers: Mapping[int, int]) -> str:
    """Write the condition that two cells differ, in bits where they are numbers."""
    old, new = f"o.{quoted(column.name)}", f"n.{quoted(engine)}"
    if column.role == "factor":
        cases = " ".join(f"WHEN {one} THEN {two}" for one, two in numbers.items())
        new = f"(CASE {new} {cases} END)" if cases else "NULL"
    unlike = f"{old} IS DISTINCT FROM {new}"
    if column.kind == "number":
        unlike += f" OR ({old} = 0 AND signbit({old}) <> signbit({new}))"
    return f"({unlike})"
