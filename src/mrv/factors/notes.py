"""The notes of a release for people to read: what was added, changed and withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.factors.release import ReleaseInfo

NOTES_FILE = "notes.md"


def notes_text(info: ReleaseInfo) -> str:
    """Write the notes of a release in both languages; the same release gives the same text."""
    values = info.notes.get("values", {})
    touches = info.notes.get("touches", {})
    changed = [
        f"`{row_id}`"
        + "".join(
            f"\n  - {name}: {_shown(old)} → {_shown(new)}"
            for name, (old, new) in values.get(row_id, {}).items()
        )
        for row_id in info.changed
    ]
    head = (
        f"# {info.release}\n\n"
        f"由程序写成，与 {info.previous} 相比；共 {info.rows} 行。\n"
        f"Made by the program, against {info.previous}; {info.rows} rows.\n\n"
        f"`{info.content_sha256}`\n"
    )
    parts = [
        head,
        _part("新增 · Added", (f"`{row_id}`" for row_id in info.added)),
        _part("修改 · Changed", changed),
        _part("停用 · Withdrawn", (f"`{row_id}`" for row_id in info.withdrawn)),
        _part("涉及的方法学 · Methodologies touched", touches.get("methodologies", ())),
        _part("涉及的算例 · Files of cases touched", touches.get("cases", ())),
    ]
    return "\n".join(parts)


def _part(title: str, lines: Iterable[str]) -> str:
    listed = list(lines)
    body = "".join(f"- {line}\n" for line in listed) or "无 · none\n"
    return f"## {title} ({len(listed)})\n\n{body}"


def _shown(cell: str) -> str:
    return cell or "（空 · empty）"
