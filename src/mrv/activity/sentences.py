"""What is said about a broken demand: cause, reason and remedy, with the user's own unit."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.messages import did_you_mean, text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.activity.constraints import Constraint
    from mrv.activity.reading import Cell
    from mrv.language.period import Period
    from mrv.messages import Text


_LISTED = 6


@dataclass(frozen=True)
class Said:
    """Cause, reason and remedy of one group of findings."""

    what: Text
    why: Text | None = None
    hint: Text | None = None


def say(
    constraint: Constraint,
    cell: Cell | None,
    values: Sequence[str | None],
    periods: Sequence[Period] = (),
) -> Said:
    """Put a broken demand into words.

    Args:
        constraint: the demand.
        cell: the column as read; None for the key of the table.
        values: the first offending texts.
        periods: the accounting periods, for dates outside of them.
    """
    name = constraint.heading
    if constraint.test in {"at-least", "at-most", "above", "below"} and cell is not None:
        return Said(_bound(constraint, cell))
    if constraint.test == "readable" and cell is not None:
        return _unreadable(constraint.rule, name, cell, values)
    if constraint.test in {"unit-fits", "unit-known"} and cell is not None:
        unit = cell.column.unit.spelling if cell.column.unit else "1"
        reason = cell.misfit or text("", "")
        return Said(
            text(
                f"“{name}”的单位无法换算为 {unit}（{reason.zh}）",
                f'units of "{name}" do not convert to {unit} ({reason.en})',
            )
        )
    return _plain(constraint, name, cell, values, periods)


def _plain(
    constraint: Constraint,
    name: str,
    cell: Cell | None,
    values: Sequence[str | None],
    periods: Sequence[Period],
) -> Said:
    if constraint.test == "given":
        return Said(
            text(
                f"“{name}”为必填列，但单元格为空",
                f'"{name}" must be filled in, but cells are empty',
            ),
            why=text("空单元格不当作零。", "An empty cell is not read as zero."),
        )
    if constraint.test == "any-given":
        return _none_given(constraint)
    if constraint.test == "unit-given":
        unit = cell.column.unit.spelling if cell and cell.column.unit else "1"
        what = text(
            f"“{name}”有的单元格没有单位，应为 {unit} 或可换算的单位",
            f'cells of "{name}" have no unit: {unit} expected, or one that converts to it',
        )
        return Said(
            what, hint=text("请逐格写明，或写在标题里。", "Write it in each, or in the heading.")
        )
    if constraint.test == "finite":
        return Said(
            text(f"“{name}”的数字无穷大或过大", f'numbers of "{name}" are infinite or too large')
        )
    if constraint.test == "whole":
        return Said(text(f"“{name}”应为整数", f'"{name}" must be a whole number'))
    if constraint.test == "inside-period":
        shown = ", ".join(p.label for p in periods[:_LISTED]) + (
            " …" if len(periods) > _LISTED else ""
        )
        return Said(
            text(f"“{name}”的日期不在核算期 {shown} 内", f'dates of "{name}" lie outside {shown}'),
            hint=text(
                "请核对年份，或用映射的 where 筛选。",
                "Check the year, or filter with `where` in the mapping.",
            ),
        )
    if constraint.test == "refers":
        known = cell.known if cell else ()
        near = did_you_mean(values[0], known) if values and values[0] and known else None
        return Said(
            text(
                f"“{name}”所指的行在表“{constraint.table}”中不存在",
                f'"{name}" names rows that the table "{constraint.table}" does not have',
            ),
            hint=near,
        )
    return Said(
        text(f"多行的“{name}”相同", f'several rows have the same "{name}"'),
        why=text("同一行数据会被重复计算。", "The same data would be counted twice."),
    )


def _none_given(constraint: Constraint) -> Said:
    """Say which columns were all left empty."""
    zh = "，或 ".join("与".join(names) for names in constraint.alternatives)
    en = ", or ".join(" with ".join(names) for names in constraint.alternatives)
    return Said(
        text(f"每行至少要填一项：{zh}", f"every row must give at least one of {en}"),
        why=text("都缺时这一行算不出来。", "Without any of them the row cannot be computed."),
    )


def _bound(constraint: Constraint, cell: Cell) -> Text:
    """State a limit in the declared unit, and in the user's where that is another one."""
    signs = {"at-least": "≥", "at-most": "≤", "above": ">", "below": "<"}
    sign, limit = signs[constraint.test], constraint.limit or Fraction(0)
    declared, used = cell.column.unit, cell.unit
    wanted = f"{sign} {_number(limit)}" + (f" {declared.spelling}" if declared else "")
    zh = en = ""
    if declared and used and used.spelling != declared.spelling and used.scale != declared.scale:
        own = limit * declared.scale / used.scale
        zh = f"（即 {sign} {_number(own)} {used.spelling}）"
        en = f" (that is {sign} {_number(own)} {used.spelling})"
    name = constraint.column
    return text(f"“{name}”应 {wanted}{zh}", f'"{name}" must be {wanted}{en}')


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):.10g}"


_KINDS: dict[str, tuple[Text, Text | None]] = {
    "number.unreadable": (text("不是数字", "no number"), None),
    "yes-no.unreadable": (
        text("不是“是/否”", "neither yes nor no"),
        text("可写 是/否、yes/no、true/false、1/0。", "Write yes/no, true/false, 1/0 or 是/否."),
    ),
    "month.unreadable": (
        text("不是月份", "no month"),
        text(
            "可写 2024-03；其他格式请在映射中写 format。",
            "Write 2024-03, or say `format` in the mapping.",
        ),
    ),
    "day.unreadable": (
        text("不是日期", "no day"),
        text(
            "可写 2024-03-05；其他格式请在映射中写 format。",
            "Write 2024-03-05, or say `format` (such as %d/%m/%Y) in the mapping.",
        ),
    ),
    "year.unreadable": (text("不是年份", "no year"), text("可写 2024。", "Write 2024.")),
    "instant.unreadable": (
        text("不是时刻", "no instant"),
        text(
            "可写 2024-03-05 08:30（当地时间，不带时区）；其他格式请在映射中写 format。",
            "Write 2024-03-05 08:30 (local time, no zone), or say `format` in the mapping.",
        ),
    ),
    "period.unreadable": (
        text("不是本次核算所用的核算期", "no accounting period of the kind of this run"),
        None,
    ),
    "word.unknown": (text("不在词表中", "no word of the vocabulary"), None),
    "factor.unknown-key": (
        text("不在因子库的词表中", "unknown to the factor store"),
        None,
    ),
}


def _unreadable(rule: str, name: str, cell: Cell, values: Sequence[str | None]) -> Said:
    kind, hint = _KINDS[rule]
    first = next((value for value in values if value), "")
    if rule == "number.unreadable":
        hint = _number_hint(first)
    elif cell.known:
        hint = did_you_mean(first, cell.known)
    what = text(f"“{name}”的内容{kind.zh}", f'cells of "{name}" are {kind.en}')
    return Said(what, hint=hint)


def _number_hint(value: str) -> Text:
    """Say what probably went wrong in a number."""
    import re
    import unicodedata

    plain = unicodedata.normalize("NFKC", value).strip()
    if re.match(r"[+-]?\d{1,3},\d{3}(\D|$)", plain):
        return text(
            "“1,234”既可能是一千二百三十四，也可能是小数；请去掉逗号或写作 1.234。",
            'A number like "1,234" may be a thousand or a fraction: drop the comma or write 1.234.',
        )
    if re.match(r"[+-]?\d+,\d+", plain):
        return text("小数点请用“.”。", 'Write the decimal point as ".".')
    if re.match(r"\d{4}-\d{2}-\d{2}", plain):
        return text("单元格是日期；请改为数字格式。", "The cell is a date: format it as a number.")
    if re.match(r"[+-]?\d+[ '’]\d{3}", plain):
        return text("请去掉千位间隔。", "Drop the thousands separators.")
    if plain.startswith("#"):
        return text("单元格是公式错误。", "The cell is the error of a formula.")
    return text(
        "若表示缺失，请留空，或在映射中写 missing。",
        "If it means that there is no value, leave the cell empty, or list the text under "
        "`missing` in the mapping.",
    )
