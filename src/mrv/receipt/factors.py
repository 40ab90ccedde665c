"""The factor rows that a run used, as a small release inside the receipt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from mrv.factors.files import NAMES_FILE, RELEASE_FILE, ROWS_FILE
from mrv.factors.release import write_parquet
from mrv.factors.row import NOT_PERMITTED
from mrv.receipt.manifest import FactorRelease, LookedUp

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.engine.factor_tables import Answer
    from mrv.engine.run import Run
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store

_FREE = ("facts-cited", "CC0", "CC-BY", "etalab", "OGL", "US-public-domain", "ODC", "MIT", "Apache")
"""Beginnings of licences under which a row may be passed on with its source."""


def may_be_passed_on(row: FactorRow) -> bool:
    """Tell whether the licence of a row lets it stand in a file that is handed to others.

    A single figure cited from a public document may; a row of a licensed database, and one whose
    terms are not known, is named by id and hash only.

    Example:
        >>> from mrv.factors import open_store
        >>> may_be_passed_on(open_store().get("gbt32151.34-2024-c1/net-calorific-value/diesel"))
        True
    """
    return row.licence != NOT_PERMITTED and row.licence.startswith(_FREE)


def used_answers(run: Run, numbers: frozenset[int]) -> list[tuple[int, Answer]]:
    """Return the look-ups that rows made, with their numbers in the run.

    Those that depend on no row are among them even where no row used them, because the rules
    cannot be run without; so are those of which rows only asked whether there is one.

    Args:
        run: the run.
        numbers: numbers of look-ups that occur in its tables.
    """
    return [
        (number, answer)
        for number, answer in enumerate(run.factors.answers)
        if answer.resolution.row is not None and (number in numbers or not answer.key)
    ]


def looked_up(answers: Sequence[tuple[int, Answer]], run: Run) -> tuple[LookedUp, ...]:
    """Describe look-ups of a run."""
    found = []
    for number, answer in answers:
        resolution = answer.resolution
        row = resolution.row
        if row is None or resolution.number is None:
            continue
        need = run.methodology.factors[answer.factor]
        free = may_be_passed_on(row)
        found.append(
            LookedUp(
                number, answer.factor, dict(answer.key), answer.period, row.id, row.row_hash,
                resolution.release, str(resolution.number) if free else "-", need.unit.spelling,
                row.confidence, not free, resolution.steps, resolution.fallbacks,
                {other.id: why for other, why in resolution.not_taken},
                f"{row.value} {row.unit}" if free else None,
            )
        )  # fmt: skip
    return tuple(found)


def seal_factors(
    answers: Sequence[tuple[int, Answer]], store: Store, folder: Path
) -> tuple[FactorRelease, ...]:
    """Write the rows of look-ups, each release in a folder of its own, in the order of the store.

    Args:
        answers: the look-ups.
        store: the store that they were made in.
        folder: the receipt's folder.
    """
    rows: dict[str, dict[str, FactorRow]] = {}
    for _, answer in answers:
        row = answer.resolution.row
        if row is not None:
            rows.setdefault(answer.resolution.release, {})[row.id] = row
    found = []
    for number, layer in enumerate(store.layers, start=1):
        mine = rows.get(layer.release, {})
        kept = [row for _, row in sorted(mine.items()) if may_be_passed_on(row)]
        where = f"factors/{number}"
        write_release(folder / where / layer.release, layer, kept)
        content = str(layer.facts["content_sha256"])
        found.append(FactorRelease(layer.release, content, where, len(mine)))
    return tuple(found)


def write_release(path: Path, layer: Store, rows: Sequence[FactorRow]) -> None:
    """Write rows of a release, with its whole vocabulary, as a release of the same name."""
    from hashlib import sha256

    path.mkdir(parents=True)
    ordered = sorted(rows, key=lambda row: (row.property, row.key, row.id))
    write_parquet(ordered, path / ROWS_FILE)
    names = (layer.path / NAMES_FILE).read_bytes()
    (path / NAMES_FILE).write_bytes(names)
    facts = {
        "release": layer.release,
        "rows": len(rows),
        "parquet_sha256": sha256((path / ROWS_FILE).read_bytes()).hexdigest(),
        "vocabulary_sha256": sha256(names).hexdigest(),
        "content_sha256": str(layer.facts["content_sha256"]),
        "part_of": "the rows of the release that one run used",
    }
    body = json.dumps(facts, ensure_ascii=False, indent=2, sort_keys=True)
    (path / RELEASE_FILE).write_text(body + "\n", encoding="utf-8")
