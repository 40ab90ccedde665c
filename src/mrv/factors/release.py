"""Build a release: audited text in, one byte-stable Parquet file with its hashes out."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mrv.factors.diff import diff_rows
from mrv.factors.files import NAMES_FILE, RELEASE_FILE, ROWS_FILE, release_order
from mrv.factors.notes import NOTES_FILE, notes_text
from mrv.factors.published import enter, is_published, names_in, read_published
from mrv.factors.row import COLUMNS, complete
from mrv.factors.store import open_store_at
from mrv.factors.vocabulary import KINDS
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store

FORMAT = 1
"""Version of the release layout, for readers of later times."""

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_GROUP = 20_000
"""Rows of a row group: small enough that a look-up reads little of a large release."""


@dataclass(frozen=True)
class ReleaseInfo:
    """What ``release.json`` says about a release.

    Attributes:
        release: its name.
        path: its folder.
        rows: how many factor rows it has.
        parquet_sha256: hash of the Parquet file; changes with the library that wrote it.
        vocabulary_sha256: hash of the vocabulary file.
        content_sha256: hash of the rows and names, whatever their order, file format or library.
        previous: the release before it in the same folder, if any.
        added: ids that the previous release does not have.
        changed: ids whose content differs.
        withdrawn: ids that are gone, or no longer active.
        notes: old and new value of each changed cell, and the methodologies and cases touched.
    """

    release: str
    path: Path
    rows: int
    parquet_sha256: str
    vocabulary_sha256: str
    content_sha256: str
    previous: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    withdrawn: tuple[str, ...]
    notes: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def described(self) -> dict[str, Any]:
        """Return the content of ``release.json``."""
        body = asdict(self)
        del body["path"]
        return {"format": FORMAT, **body}


def build(sources: Path, out: Path, release: str) -> ReleaseInfo:
    """Build a release from reviewed text.

    The same text gives the same bytes. A published release (`mrv.factors.published`) is never
    written again: if the text says something else, it is refused with each row that differs. A
    pending one is replaced.

    Args:
        sources: folder with the source files.
        out: folder of the releases; the new one becomes ``out/<release>``.
        release: name of the release, such as ``2026-11.1``.

    Raises:
        Refused: with every finding of the audit; ``factor.release-frozen`` for a published
            release with other content; ``factor.release-altered`` if the bytes of a published one
            were touched; ``factor.release-pending`` or ``factor.release-order`` where another
            release must come first; ``call.release-name`` for a name that cannot be a folder.
    """
    from mrv.factors.audit import audit
    from mrv.factors.frozen import check_place, refuse_changes
    from mrv.factors.sources import read_sources

    if not _NAME.fullmatch(release):
        refuse(
            "call.release-name",
            text(f"“{release}”不能用作版本名", f'"{release}" cannot name a release'),
            hint=text("例如 2026-11.1。", "For example 2026-11.1."),
        )
    check_place(out, release)
    found = read_sources(sources)
    audit(found)
    rows = sorted(
        (complete(row.texts) for row in found.rows),
        key=lambda row: (row.property, row.key, row.id),
    )
    names = {kind: {key: asdict(n) for key, n in found.vocabulary(kind).items()} for kind in KINDS}
    content = content_hash(rows, names)
    if (out / release / RELEASE_FILE).is_file() and is_published(out, release):
        store = open_store_at(out, release)
        if store.facts["content_sha256"] != content:
            refuse_changes(store, rows, found)
        return described(store)
    return _write(rows, names, content, out, release)


def publish(sources: Path, out: Path, release: str, day: str) -> ReleaseInfo:
    """Build a release once more and put it into the list of published ones.

    Args:
        sources: folder with the source files.
        out: folder of the releases.
        release: its name.
        day: the day of publication, ``YYYY-MM-DD``.

    Raises:
        Refused: as `build`.
    """
    listed = read_published(out)
    info = build(sources, out, release)
    if listed is None or release not in listed:
        enter(out, release, day)
    return info


def content_hash(rows: Sequence[FactorRow], names: Mapping[str, Any]) -> str:
    """Hash what a release says, whatever the order of rows and the file format."""
    lines = sorted(row.row_hash for row in rows)
    body = "\n".join([*lines, _canonical(names)])
    return sha256(body.encode()).hexdigest()


def described(store: Store) -> ReleaseInfo:
    """Return what the description of a release says."""
    facts = store.facts
    ids = {part: tuple(facts.get(part, ())) for part in ("added", "changed", "withdrawn")}
    return ReleaseInfo(
        release=store.release,
        path=store.path,
        rows=facts["rows"],
        parquet_sha256=facts["parquet_sha256"],
        vocabulary_sha256=facts["vocabulary_sha256"],
        content_sha256=facts["content_sha256"],
        previous=facts.get("previous"),
        **ids,
        notes=facts.get("notes", {}),
    )


def _write(
    rows: Sequence[FactorRow], names: Mapping[str, Any], content: str, out: Path, release: str
) -> ReleaseInfo:
    """Write a release aside and move it into place when it is whole; a pending one gives way."""
    import shutil
    import tempfile

    out.mkdir(parents=True, exist_ok=True)
    earlier = [n for n in names_in(out) if release_order(n) < release_order(release)]
    previous = earlier[-1] if earlier else None
    before = open_store_at(out, previous).rows if previous else ()
    found = diff_rows(before, rows, None if previous else ())
    aside = Path(tempfile.mkdtemp(prefix=f".{release}-", dir=out))
    try:
        write_parquet(rows, aside / ROWS_FILE)
        (aside / NAMES_FILE).write_text(_canonical(names), encoding="utf-8")
        info = ReleaseInfo(
            release=release,
            path=out / release,
            rows=len(rows),
            parquet_sha256=_file_hash(aside / ROWS_FILE),
            vocabulary_sha256=_file_hash(aside / NAMES_FILE),
            content_sha256=content,
            previous=previous,
            added=found.added if previous else (),
            changed=tuple(change.id for change in found.changed),
            withdrawn=found.withdrawn,
            notes=found.notes() if previous else {},
        )
        body = json.dumps(info.described(), ensure_ascii=False, indent=2)
        (aside / RELEASE_FILE).write_text(body + "\n", encoding="utf-8")
        if previous:
            (aside / NOTES_FILE).write_text(notes_text(info), encoding="utf-8")
        aside.chmod(0o755)
        _into_place(aside, out / release)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    return info


def _into_place(aside: Path, place: Path) -> None:
    """Move a whole release into place, out of which an earlier state of it is moved first."""
    import shutil

    before = aside.with_name(f"{aside.name}-before")
    if place.is_dir():
        place.rename(before)
    try:
        aside.rename(place)
    except BaseException:
        if before.is_dir():
            before.rename(place)
        raise
    shutil.rmtree(before, ignore_errors=True)


def write_parquet(rows: Sequence[FactorRow], path: Path) -> None:
    """Write rows so that equal rows give equal bytes (with one version of the library).

    Every setting that could change the bytes is fixed here; there is no timestamp and no
    machine in the file.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {"number": pa.float64()}
    schema = pa.schema([pa.field(n, kinds.get(n, pa.string()), nullable=False) for n in COLUMNS])
    columns = [[getattr(row, name) for row in rows] for name in COLUMNS]
    arrays = [pa.array(c, type=f.type) for c, f in zip(columns, schema, strict=True)]
    pq.write_table(
        pa.Table.from_arrays(arrays, schema=schema),
        path,
        row_group_size=max(1, min(len(rows), _GROUP)),
        version="2.6",
        data_page_version="1.0",
        compression="zstd",
        compression_level=9,
        use_dictionary=True,
        write_statistics=True,
        store_schema=False,
    )


def _canonical(body: Mapping[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _file_hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
