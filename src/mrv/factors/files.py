"""The files of a release: their names, their order, and the proof that none was touched."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, NoReturn

from mrv.messages import Place, refuse, text

if TYPE_CHECKING:
    from pathlib import Path

ROWS_FILE = "factors.parquet"
NAMES_FILE = "vocabulary.json"
RELEASE_FILE = "release.json"


def release_order(name: str) -> tuple[tuple[int, int | str], ...]:
    """Order release names as people do: ``2026-11.10`` comes after ``2026-11.9``."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((1, int(part)) if part.isdecimal() else (0, part) for part in parts)


def verified(path: Path, wanted: str) -> bytes:
    """Read a file of a release, refusing it if one byte differs from what was released."""
    try:
        body = path.read_bytes()
    except OSError:
        body = b""
    if sha256(body).hexdigest() != wanted:
        damaged(path)
    return body


def damaged(path: Path) -> NoReturn:
    """Refuse a file of a release that is not what was released."""
    refuse(
        "factor.release-damaged",
        text(
            f"因子库版本文件 {path.name} 与发布时不一致（被改动、截断或缺失）",
            f"the file {path.name} of the factor release is not what was released "
            "(changed, cut short or missing)",
        ),
        Place(file=str(path)),
        why=text("已发布的版本不得改变。", "A published release never changes."),
        hint=text(
            "请恢复原文件，或以新的版本名重新构建。",
            "Restore the file, or build under a new release name.",
        ),
    )
