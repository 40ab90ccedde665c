"""The rows of a run as a plan asks for them: counted by SQL, never brought over."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.receipt.tables import quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.run import Run
    from mrv.verification.plan_model import Only

_FIRST = 5
_MONTH = len("2025-03")


@dataclass(frozen=True)
class Data:
    """The rows of a run, asked by SQL so that large tables stay where they are.

    Attributes:
        run: the run.
        organisation: whose rows; empty for all.
    """

    run: Run
    organisation: str = ""

    def table(self, name: str) -> str | None:
        """Return the SQL of an input table's rows; None where there are none."""
        from mrv.activity.sql import render

        prepared = self.run.session.dataset.tables.get(name)
        return None if prepared is None else self._own(render(prepared.select))

    def formula(self, name: str, table: str) -> str:
        """Return the SQL of a formula's rows: ``tier`` and the columns that rows are told by."""
        session = self.run.session
        field = session.planned.field(name)
        relation, _ = session.planned.frame(self.run.methodology.formulas[name].grain)
        words = [c.name for c in self.run.methodology.inputs[table].columns if c.kind != "quantity"]
        columns = list(dict.fromkeys([*words, field.column, str(field.tier)]))
        sql = session.query(relation, columns, rows=True, labelled=True)
        return self._own(sql)

    def tier_column(self, name: str) -> tuple[str, str]:
        """Return the columns of a formula's value and of its tier."""
        field = self.run.session.planned.field(name)
        return field.column, str(field.tier)

    def _own(self, sql: str) -> str:
        if not self.organisation:
            return sql
        name = self.organisation.replace("'", "''")
        return f"SELECT * FROM ({sql}) WHERE organisation = '{name}'"

    def ask(self, sql: str, given: Sequence[object] = ()) -> list[tuple[object, ...]]:
        """Ask the engine."""
        found: list[tuple[object, ...]] = self.run.session.dataset.connection.execute(
            sql, list(given)
        ).fetchall()
        return found


def condition(only: Only) -> tuple[str, list[str]]:
    """Write a condition on rows as SQL with its values apart; true where it is empty.

    Months and days are compared as people write them, from the left: ``2025-03``.
    """
    cases: list[str] = []
    given: list[str] = []
    for case in only:
        tests = []
        for column, values in case:
            cell = f"CAST({quoted(column.text)} AS VARCHAR)"
            parts = []
            for value in values:
                month = len(value.text) == _MONTH and value.text[4] == "-"
                parts.append(f"starts_with({cell}, ?)" if month else f"{cell} = ?")
                given.append(_plain(value.text))
            tests.append(f"coalesce({' OR '.join(parts)}, false)" if parts else "false")
        cases.append("(" + (" AND ".join(tests) or "true") + ")")
    return " OR ".join(cases) or "true", given


def _plain(word: str) -> str:
    return {"yes": "true", "no": "false"}.get(word, word)


def first_rows(data: Data, rows: str, test: str, given: Sequence[object]) -> str:
    """Name the first rows by their number in the emitter's file."""
    sql = f"SELECT _row FROM {rows} WHERE {test} ORDER BY _row LIMIT {_FIRST + 1}"
    found = [str(row) for (row,) in data.ask(sql, given)]
    return ", ".join(found[:_FIRST]) + (" …" if len(found) > _FIRST else "")
