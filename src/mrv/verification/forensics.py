"""Look a run's tables over for patterns that are worth a question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import did_you_mean, refuse, text
from mrv.verification.course import jumps, ratios
from mrv.verification.digits import first_digits, last_digits, round_numbers
from mrv.verification.material import material_of
from mrv.verification.measured import equal_to_default
from mrv.verification.oddities import KINDS
from mrv.verification.repeats import copied_months, duplicates, near_duplicates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mrv.engine.run import Run
    from mrv.verification.material import Material
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


def switched_on(run: Run) -> tuple[Oddity, ...]:
    """Look for the patterns that the methodology itself asks for, table by table."""
    return tuple(
        oddity
        for one in run.methodology.document.forensics
        if one.table.text in run.session.dataset.tables
        for oddity in forensics(run, [word.text for word in one.patterns], [one.table.text])
    )


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
