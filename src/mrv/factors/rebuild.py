"""Proof that the releases are what they claim: untouched, and what the sources rebuild to."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.factors.files import NAMES_FILE, RELEASE_FILE, ROWS_FILE
from mrv.factors.frozen import refuse_changes
from mrv.factors.published import check_published, is_published, names_in, read_published
from mrv.factors.release import build
from mrv.factors.row import complete
from mrv.factors.sources import read_sources
from mrv.factors.store import open_store_at
from mrv.messages import Diagnostic, Place, refuse, text

if TYPE_CHECKING:
    from mrv.messages import Text


@dataclass(frozen=True)
class Checked:
    """What a check of the releases found.

    Attributes:
        published: how many published releases were compared with their hashes.
        newest: name of the newest release, pending or not.
        findings: what is wrong; empty if all is well.
    """

    published: int
    newest: str
    findings: tuple[Diagnostic, ...]


def check_releases(sources: Path, releases: Path) -> Checked:
    """Compare published files with their hashes, and the newest release with its sources.

    The methodologies that a release touches are those of the day on which it was built; they
    alone may differ.

    Args:
        sources: folder with the source files.
        releases: folder of the releases; nothing is written there.

    Raises:
        Refused: what `mrv.factors.build` refuses; ``factor.release-frozen`` with each row where
            the sources differ from a published release.
    """
    names = names_in(releases)
    if not names:
        refuse(
            "factor.unknown-release",
            text("没有任何因子库版本", "there is no factor release"),
            Place(file=str(releases)),
        )
    newest = names[-1]
    findings = list(check_published(releases))
    if not findings:
        findings += _compare(sources, releases, newest)
    return Checked(len(read_published(releases) or ()), newest, tuple(findings))


def _compare(sources: Path, releases: Path, newest: str) -> list[Diagnostic]:
    store = open_store_at(releases, newest)
    with tempfile.TemporaryDirectory(prefix="mrv-rebuild-") as scratch:
        before = store.facts.get("previous")
        if before:
            shutil.copytree(releases / before, Path(scratch) / before)
        again = build(sources, Path(scratch), newest)
        same = again.content_sha256 == store.facts["content_sha256"]
        if not same and is_published(releases, newest):
            found = read_sources(sources)
            refuse_changes(store, [complete(row.texts) for row in found.rows], found)
        if not same:
            said = text(
                f"待发布的版本 {newest} 不是由现在的源表构建的",
                f"the pending release {newest} was not built from the sources as they are",
            )
            return [_stale(said, store.path / ROWS_FILE, newest)]
        return [
            _stale(
                text(
                    f"由源表重建的 {name} 与版本 {newest} 的文件不同",
                    f"{name} rebuilt from the sources differs from that of release {newest}",
                ),
                store.path / name,
                newest,
            )
            for name in _differing(again.path, store.path)
        ]


def _differing(again: Path, kept: Path) -> list[str]:
    """Name the files that differ; a Parquet file only if the same library wrote both."""
    import pyarrow.parquet as pq

    files = [NAMES_FILE]
    writers = {pq.ParquetFile(place / ROWS_FILE).metadata.created_by for place in (again, kept)}
    same_writer = len(writers) == 1
    if same_writer:
        files.append(ROWS_FILE)
    found = [name for name in files if (again / name).read_bytes() != (kept / name).read_bytes()]
    if same_writer and _lasting(again) != _lasting(kept):
        found.append(RELEASE_FILE)
    return found


def _lasting(place: Path) -> dict[str, Any]:
    """Return what a description says, without the methodologies and cases of its day."""
    body: dict[str, Any] = json.loads((place / RELEASE_FILE).read_text(encoding="utf-8"))
    body["notes"] = {name: part for name, part in body["notes"].items() if name != "touches"}
    return body


def _stale(what: Text, path: Path, release: str) -> Diagnostic:
    hint = text(f"请运行 mrv factors build {release}", f"Run mrv factors build {release}")
    return Diagnostic("factor.release-stale", what, Place(file=str(path)), hint=hint)
