"""Look a run's tables over for patterns that are worth a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import did_you_mean, refuse, text
from mrv.verification.course import jumps, ratios
from mrv.verification.digits import first_digits, last_digits, round_numbers
from mrv.verification.measured import equal_to_default
from mrv.verification.oddities import KINDS, Material
from mrv.verification.repeats import copied_months, duplicates, near_duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mrv.activity import Table
    from mrv.engine.run import Run
    from mrv.verification.oddities import Kind, Oddity

_OF_TABLE: Mapping[Kind, Callable[[Material], Iterator[Oddity]]] = {
    "duplicates": duplicates,
    "near-duplicates": near_duplicates,
    "copied-months": copied_months,
    "round-numbers": round_numbers,
    "last-digits": last_digits,
    "benford": first_digits,
    "jumps": jumps,
    "ratios": ratios,
}
_DATES = ("month", "day", "year", "instant")


def forensics(
    run: Run, kinds: Iterable[str] = (), tables: Iterable[str] = ()
) -> tuple[Oddity, ...]:
    """Look over the data of a run.

    Args:
        run: a finished run whose data set is open.
        kinds: patterns to look for; all if none are named.
        tables: input tables to look at; all if none are named.

    Returns:
        What was found, table by table. None of it says that anybody did wrong.

    Raises:
        Refused: ``call.unknown-pattern``, ``call.unknown-table``.
    """
    wanted, named = set(kinds), set(tables)
    for word in sorted(wanted - set(KINDS)):
        refuse(
            "call.unknown-pattern",
            text(f"没有“{word}”这种检查", f'there is no pattern "{word}"'),
            hint=did_you_mean(word, KINDS),
        )
    there = run.session.dataset.tables
    for word in sorted(named - set(there)):
        refuse(
            "call.unknown-table",
            text(f"没有表“{word}”", f'there is no table "{word}"'),
            hint=did_you_mean(word, there),
        )
    found: list[Oddity] = []
    for name, table in there.items():
        if table.rows and (not named or name in named):
            material = material_of(run, table)
            for kind, look in _OF_TABLE.items():
                if not wanted or kind in wanted:
                    found += look(material)
    if not wanted or "equal-to-default" in wanted:
        found += [o for o in equal_to_default(run) if not named or o.table in named]
    return tuple(found)


def material_of(run: Run, table: Table) -> Material:
    """Read a table for looking it over."""
    from mrv.activity.sql import render

    rows = run.session.dataset.connection.sql(render(table.select)).df()
    columns = table.input.columns
    month = next((c.name for c in columns if c.kind in {"month", "day", "instant"}), None)
    if month is not None:
        rows = rows.assign(**{month: rows[month].astype(str).str[:7]})
    keys = [
        c.name for c in columns if c.kind == "text" and (c.refers_to or c.name in table.input.key)
    ]
    quantities = [c.name for c in columns if c.kind == "quantity" and rows[c.name].notna().any()]
    return Material(table.input.name, rows, tuple(keys), tuple(quantities), month)
