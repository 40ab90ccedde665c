"""Footprints of runs as a release of the user's own, beside those of earlier runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.files import release_order
from mrv.factors.imports import ImportReport, to_release
from mrv.factors.imports.options import Options
from mrv.factors.imports.places import place_name
from mrv.factors.published import names_in
from mrv.factors.store import open_store_at
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.factors.row import FactorRow

KIND = "own-footprint"


def into_release(
    rows: Sequence[FactorRow], folder: Path, name: str, owner: str, origin: str
) -> Path:
    """Put rows into a release of the user's own, together with the rows of the one before it.

    A row of an earlier release with the same id gives way, and the notes of the release say so.

    Args:
        rows: as :func:`mrv.factors.exports.footprint_rows` makes them.
        folder: folder of the user; the release becomes ``<folder>/releases/<name>``.
        name: name of the release.
        owner: who answers for it.
        origin: what was run, for ``import.json``.

    Raises:
        Refused: as :func:`mrv.factors.imports.to_release`.
    """
    releases = folder / "releases"
    earlier = [n for n in names_in(releases) if release_order(n) < release_order(name)]
    kept = {row.id: row for row in open_store_at(releases, earlier[-1]).rows} if earlier else {}
    kept |= {row.id: row for row in rows}
    report = ImportReport(
        kind=KIND,
        detected=text("由运行得出", "computed by a run"),
        file=origin,
        sha256="",
        rows_read=len(rows),
        taken=tuple(kept.values()),
        refused=(),
        notes=(),
        options=Options(),
        places={row.region: place_name(row.region) for row in kept.values()},
    )
    return to_release(report, folder, name, owner)
