"""Which releases are published: a list beside the releases, with the hash of every file.

A folder with such a list has two kinds of releases: those in the list never change, the one that
is not is pending and may be built again from its sources. In a folder without a list, as a user's
own imports have, every release is published as soon as it is written.
"""

from __future__ import annotations

import csv
import re
from dataclasses import astuple, dataclass, fields
from hashlib import sha256
from typing import TYPE_CHECKING

from mrv.factors.files import NAMES_FILE, RELEASE_FILE, ROWS_FILE, release_order
from mrv.messages import Diagnostic, Place, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LIST = "published.csv"
_HASH = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True)
class Published:
    """A line of the list.

    Attributes:
        release: name of the release.
        published: the day.
        rows_sha256: hash of its Parquet file.
        names_sha256: hash of its vocabulary.
        release_sha256: hash of its description, ``release.json``.
    """

    release: str
    published: str
    rows_sha256: str
    names_sha256: str
    release_sha256: str


_HEAD = tuple(field.name for field in fields(Published))
_FILES = {"rows_sha256": ROWS_FILE, "names_sha256": NAMES_FILE, "release_sha256": RELEASE_FILE}


def list_of(releases: Path) -> Path:
    """Return where the list of a folder of releases is: beside that folder."""
    return releases.parent / LIST


def read_published(releases: Path) -> Mapping[str, Published] | None:
    """Read the list of a folder of releases; None if it has none.

    Raises:
        Refused: ``factor.published-list`` if the list cannot be read.
    """
    path = list_of(releases)
    if not path.is_file():
        return None
    try:
        body = path.read_text(encoding="utf-8-sig")
        head, *lines = csv.reader(body.splitlines(), strict=True)
        found = {line[0]: Published(*line) for line in lines}
    except (UnicodeDecodeError, csv.Error, ValueError, IndexError, TypeError):
        head, lines, found = [], [], {}
    sound = tuple(head) == _HEAD and len(found) == len(lines)
    if not sound or not all(_is_sound(one) for one in found.values()):
        refuse(
            "factor.published-list",
            text(f"已发布版本清单 {LIST} 无法读取", f"the list {LIST} cannot be read"),
            Place(file=str(path)),
            hint=text("列：" + ",".join(_HEAD), "Its columns: " + ",".join(_HEAD)),
        )
    return found


def _is_sound(one: Published) -> bool:
    hashes = (getattr(one, name) for name in _FILES)
    day = bool(_DAY.fullmatch(one.published))
    return bool(one.release) and day and all(_HASH.fullmatch(found) for found in hashes)


def is_published(releases: Path, release: str) -> bool:
    """Tell whether a release that is there may no longer change."""
    known = read_published(releases)
    return known is None or release in known


def names_in(releases: Path) -> tuple[str, ...]:
    """Return the releases of a folder, oldest first."""
    names = (path.parent.name for path in releases.glob(f"*/{RELEASE_FILE}"))
    return tuple(sorted((n for n in names if not n.startswith(".")), key=release_order))


def pending_in(releases: Path) -> tuple[str, ...]:
    """Return the releases that may still be built again, oldest first."""
    return tuple(name for name in names_in(releases) if not is_published(releases, name))


def check_published(releases: Path) -> tuple[Diagnostic, ...]:
    """Compare every published release with its hashes in the list, byte for byte."""
    found = []
    for one in (read_published(releases) or {}).values():
        for column, name in _FILES.items():
            path = releases / one.release / name
            if not path.is_file() or _hash(path) != getattr(one, column):
                what = text(
                    f"已发布版本 {one.release} 的 {name} 被改动或缺失",
                    f"{name} of the published release {one.release} was changed or is missing",
                )
                why = text(
                    f"{one.published} 发布时的哈希记在 {LIST}。",
                    f"{LIST} has its hash of {one.published}, the day of publication.",
                )
                hint = text(
                    "请恢复原文件；修改数据须构建新版本。",
                    "Restore the file; changes of data go into a new release.",
                )
                place = Place(file=str(path))
                found.append(Diagnostic("factor.release-altered", what, place, why, hint))
    return tuple(found)


def enter(releases: Path, release: str, day: str) -> None:
    """Put a release into the list; from then on it cannot change.

    A folder that has no list yet gets one with all its releases.

    Args:
        releases: the folder of releases.
        release: one that is there.
        day: the day of publication, ``YYYY-MM-DD``.
    """
    known = read_published(releases)
    names = names_in(releases) if known is None else (release,)
    entries = list((known or {}).values())
    for name in names:
        hashes = (_hash(releases / name / file) for file in _FILES.values())
        entries.append(Published(name, day, *hashes))
    path = list_of(releases)
    aside = path.with_name(f".{LIST}")
    with aside.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(_HEAD)
        writer.writerows(astuple(one) for one in entries)
    aside.replace(path)


def _hash(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
