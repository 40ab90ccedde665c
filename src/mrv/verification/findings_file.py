"""Findings as a verifier writes them: the plan as CSV with its column ``right`` filled in."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from math import isfinite
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, Place, Refused, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_RIGHT = frozenset({"ok", "对", "正确", "无误"})
_COLUMNS = ("table", "row", "right")
_LONGEST = 100_000


@dataclass(frozen=True)
class Found:
    """What evidence says about a row: the amount that it should have added, as a share booked.

    ``right`` is 1 where the row is right, 0.9 where the evidence supports nine tenths of it.
    """

    table: str
    row: int
    right: float


def read_findings(path: Path) -> tuple[Found, ...]:
    """Read findings from a CSV file with the columns ``table``, ``row`` and ``right``.

    ``right`` is ``1`` or ``ok`` for a row that is right, else the share that evidence supports,
    as ``0.9`` or ``90%``. A line without it is not yet checked and left out.

    Raises:
        Refused: ``findings.*``, every bad line at once; ``call.no-file``.
    """
    names, lines = _lines(path)
    missing = [name for name in _COLUMNS if name not in names]
    if missing:
        refuse(
            "findings.columns",
            text(
                f"核查记录缺少列 {'、'.join(missing)}",
                f"the findings lack the column {', '.join(missing)}",
            ),
            Place(file=path.name, line=1),
            hint=text(
                "用 mrv sample --format csv --out 写出方案，填写 right 列后交回。",
                "Write the plan with mrv sample --format csv --out, fill in the column right and "
                "hand it back.",
            ),
        )
    found: dict[tuple[str, int], Found] = {}
    bad: list[Diagnostic] = []
    for number, line in lines:
        place = Place(file=path.name, line=number)
        words = [(line[name] or "").strip() for name in _COLUMNS]
        if not words[2]:
            continue
        one = _found(*words)
        if one is None:
            bad.append(_not_a_number(words[1], words[2], place))
        elif found.setdefault((one.table, one.row), one) != one:
            bad.append(
                Diagnostic(
                    "findings.twice",
                    text(
                        f"{one.table} 第 {one.row} 行有两个不同的结论",
                        f"row {one.row} of {one.table} is judged twice, and differently",
                    ),
                    place,
                )
            )
    if bad:
        raise Refused(bad)
    return tuple(found.values())


def _lines(path: Path) -> tuple[list[str], list[tuple[int, Mapping[str, str | None]]]]:
    """Read the headings and the numbered lines of a CSV file."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            names = [name.strip() for name in reader.fieldnames or ()]
            reader.fieldnames = names
            lines: list[tuple[int, Mapping[str, str | None]]] = [
                (reader.line_num, line) for line in reader
            ]
    except FileNotFoundError:
        refuse("call.no-file", text(f"找不到文件“{path}”", f'there is no file "{path}"'))
    except (OSError, UnicodeDecodeError, csv.Error):
        refuse(
            "findings.file",
            text(f"无法读取核查记录“{path}”", f'the findings "{path}" cannot be read'),
            hint=text("须是 UTF-8 的 CSV 文件。", "It must be a CSV file in UTF-8."),
        )
    # the limit of the csv module is one for all of the program, so it is not relied upon
    if any(len(cell) > _LONGEST for _, line in lines for cell in line.values() if cell):
        refuse(
            "findings.file",
            text(f"“{path}”中有过长的单元格", f'a cell of "{path}" is too long'),
            hint=text("须是 UTF-8 的 CSV 文件。", "It must be a CSV file in UTF-8."),
        )
    return names, lines


def _found(table: str, row: str, word: str) -> Found | None:
    """Read one judgement; None where a word is no number."""
    try:
        if word.lower() in _RIGHT:
            right = 1.0
        elif word.endswith("%"):
            right = float(word[:-1]) / 100
        else:
            right = float(word)
        one = Found(table, int(row), right)
    except ValueError:
        return None
    return one if isfinite(right) and right >= 0 else None


def _not_a_number(row: str, right: str, place: Place) -> Diagnostic:
    return Diagnostic(
        "findings.value",
        text(
            f"right 列“{right}”不是 ok 或不小于 0 的数，或 row 列“{row}”不是行号",
            f'right "{right}" is neither ok nor a number of 0 or more, or row "{row}" is no row '
            "number",
        ),
        place,
        hint=text("写 ok，或证据支持的比例如 0.9。", "Write ok, or a share such as 0.9."),
    )
