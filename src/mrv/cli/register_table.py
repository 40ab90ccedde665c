"""The register as a table: headings and cells in one language, for screens and files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.cli.factors_words import CONFIDENCE
from mrv.cli.grid import grid
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.explain import RegisterRow
    from mrv.messages import Lang

HEADS = {
    "kind": text("种类", "kind"),
    "name": text("名称", "name"),
    "value": text("数值", "value"),
    "unit": text("单位", "unit"),
    "about": text("适用于", "holds for"),
    "source": text("出处", "source"),
    "clause": text("条款", "clause"),
    "confidence": text("把握程度", "confidence"),
    "checked": text("核对日期", "last checked"),
    "used_in": text("用于", "used in"),
    "place": text("位置", "place"),
    "note": text("说明", "note"),
}
KINDS = {
    "constant": text("常数", "constant"),
    "factor": text("因子", "factor"),
    "table": text("判定表", "table"),
    "curve": text("曲线", "curve"),
    "empirical": text("经验式", "empirical"),
}
_NUMBERS = ("constant", "factor", "curve")
_SHOWN = ("value", "unit", "about", "confidence", "checked", "source", "clause")
_OWN = text("自拟", "own")
_NO_ROW = text("（因子库中没有，须用实测值）", "(none in the store: measured values only)")


def cells(row: RegisterRow, lang: Lang) -> dict[str, str]:
    """Return the cells of a row by the names of ``HEADS``; empty where nothing is known."""
    source = row.source
    confidence = source.confidence if source else None
    said = _OWN if confidence == "own" else CONFIDENCE.get(confidence or "")
    return {
        "kind": KINDS[row.kind].in_(lang),
        "name": row.name,
        "value": row.value or _NO_ROW.in_(lang),
        "unit": row.unit or "",
        "about": row.about,
        "source": source.title.in_(lang) if source else "",
        "clause": (source.clause or "") if source else "",
        "confidence": said.in_(lang) if said else confidence or "",
        "checked": source.checked.isoformat() if source and source.checked else "",
        "used_in": ", ".join(row.used_in),
        "place": row.place,
        "note": (source.note or "") if source else "",
    }


def plain(row: RegisterRow) -> dict[str, object]:
    """Return a row as plain data; texts in both languages stay apart."""
    source = row.source
    return {
        "kind": row.kind,
        "name": row.name,
        "value": row.value or None,
        "unit": row.unit,
        "about": row.about or None,
        "source": source.title if source else None,
        "clause": source.clause if source else None,
        "confidence": source.confidence if source else None,
        "checked": source.checked.isoformat() if source and source.checked else None,
        "used_in": list(row.used_in),
        "place": row.place,
        "note": source.note if source else None,
    }


def as_text(rows: Sequence[RegisterRow], lang: Lang) -> str:
    """Lay out the register for a screen: by kind and name, one line for each value."""
    lines: list[str] = []
    for (kind, name), some in _groups(rows).items():
        alone = kind == "constant"
        used = () if alone else some[0].used_in
        title = f"{KINDS[kind].in_(lang)} {name}".rstrip()
        if used:
            title += text(f"（用于 {'、'.join(used)}）", f" (used in {', '.join(used)})").in_(lang)
        shown = [*_SHOWN, "used_in"] if alone else [*_SHOWN]
        body = [[_key(row, name), *(cells(row, lang)[head] for head in shown)] for row in some]
        heads = ["", *(HEADS[head].in_(lang) for head in shown)]
        kept = [i for i in range(len(heads)) if any(line[i] for line in body)]
        right = {kept.index(1)} if 1 in kept and kind in _NUMBERS else ()
        lines.append(title)
        lines += grid(
            [heads[i] for i in kept],
            [[line[i] for i in kept] for line in body],
            numbers=right,
            indent="  ",
        )
        lines.append("")
    return "\n".join(lines).rstrip("\n")


def _groups(rows: Sequence[RegisterRow]) -> dict[tuple[str, str], list[RegisterRow]]:
    """Put the constants together, and the rows of one factor, table or curve."""
    found: dict[tuple[str, str], list[RegisterRow]] = {}
    for row in rows:
        stem = row.name.partition(" (")[0] if row.kind == "factor" else row.name
        found.setdefault((row.kind, "" if row.kind == "constant" else stem), []).append(row)
    return found


def _key(row: RegisterRow, stem: str) -> str:
    """Return what tells a row from the others of its group."""
    return (
        row.name.removeprefix(stem).strip(" ()")
        if row.kind == "factor"
        else (row.name if row.kind == "constant" else "")
    )


def as_markdown(rows: Sequence[RegisterRow], title: str, lang: Lang) -> str:
    """Write the register as a page with one table."""
    heads = [head.in_(lang) for head in HEADS.values()]
    lines = [f"# {title}", "", _line(heads), _line(["---"] * len(heads))]
    lines += [_line(list(cells(row, lang).values())) for row in rows]
    return "\n".join(lines) + "\n"


def _line(parts: Sequence[str]) -> str:
    escaped = (part.replace("|", "\\|").replace("\n", " ") for part in parts)
    return "| " + " | ".join(escaped) + " |"
