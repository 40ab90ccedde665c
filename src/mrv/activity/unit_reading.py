"""Which unit a quantity arrived in, and its way to the declared one.

A row's unit stands in its cell, else in the companion column; a column's unit in the mapping, else
in the heading; and only where somebody says so, the declared one is taken for granted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.activity.headers import fold, spellings, split_unit
from mrv.activity.reading import BAD_UNIT, NO_UNIT, UNKNOWN_UNIT, UNREADABLE, as_text, tidy
from mrv.activity.sql import (
    among,
    both,
    call,
    choose,
    col,
    double,
    is_null,
    named,
    negate,
    null,
    over,
    select,
    times,
    words,
)
from mrv.messages import Refused, text

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.activity.raw import Header
    from mrv.activity.reading import Binding, Reading
    from mrv.activity.sql import Sql
    from mrv.messages import Diagnostic, Text
    from mrv.units import Unit

_MOST_UNITS = 1_000


@dataclass(frozen=True)
class NumberCell:
    """The number in a cell.

    Attributes:
        value: the number as written; missing where it cannot be read.
        absent: the condition that the cell is missing.
        unit: the unit text in the cell, missing where there is none; None if no cell has any.
        sure: whether every cell that is there can be read.
    """

    value: Sql
    absent: Sql
    unit: Sql | None = None
    sure: bool = False


@dataclass(frozen=True)
class Converted:
    """A quantity in the declared unit, the rows whose unit is amiss, and why."""

    value: Sql
    troubles: list[tuple[Sql, int]] = field(default_factory=list)
    misfit: Text | None = None


@dataclass(frozen=True)
class BaseUnit:
    """The unit of the whole column; ``wrong`` says why what stands there is no unit."""

    unit: Unit | None
    written: str
    wrong: Diagnostic | None = None


def column_unit(
    reading: Reading, binding: Binding, header: Header, wanted: Unit
) -> BaseUnit | None:
    """Find the unit of the whole column; None if nothing says it."""
    from mrv.units import parse_unit

    name = binding.column.name
    is_name = fold(header.text) in spellings(binding.column)
    written = binding.map.unit or (None if is_name else split_unit(header.text)[1])
    if written is not None:
        try:
            unit = parse_unit(written)
        except Refused as refused:
            return BaseUnit(None, written, refused.diagnostics[0])
        if not binding.map.unit:
            reading.note(
                text(
                    f"{name} 的单位取自标题：{written}",
                    f"unit of {name} taken from its heading: {written}",
                )
            )
        return BaseUnit(unit, written)
    if wanted.dimensionless and wanted.scale == 1:
        return BaseUnit(wanted, "1")
    if not reading.map.units_declared:
        return None
    spelling = wanted.spelling
    reading.note(
        text(
            f"{name} 未写单位，按声明的单位 {spelling} 读取",
            f"{name} has no unit and is read in the declared one: {spelling}",
        )
    )
    return BaseUnit(wanted, spelling)


def convert(
    reading: Reading, binding: Binding, number: NumberCell, base: BaseUnit | None
) -> Converted | None:
    """Bring a number to the declared unit; None if the column as a whole has no fitting unit."""
    row_unit = _row_unit(binding, number.unit)
    written = _found_units(reading, number, row_unit, base)
    if written is None:
        _too_many_units(reading, binding)
        return None
    if not written:  # nothing that would need a unit
        return Converted(null("DOUBLE"))
    if row_unit is None or written == [None]:
        ratio = _base_ratio(reading, binding, base)
        return None if ratio is None else Converted(scale(number.value, ratio))
    ratios, wrong, unknown = _judge(binding, [unit for unit in written if unit is not None])
    branches = [
        (among(row_unit, [u for u in ratios if ratios[u] == ratio]), scale(number.value, ratio))
        for ratio in sorted(set(ratios.values()))
    ]
    troubles = []
    if None in written and base is None:
        troubles.append((is_null(row_unit), NO_UNIT))
    elif None in written:
        base_ratio = _base_ratio(reading, binding, base)
        if base_ratio is None:
            return None
        branches.insert(0, (is_null(row_unit), scale(number.value, base_ratio)))
    troubles += [(among(row_unit, wrong), BAD_UNIT)] if wrong else []
    troubles += [(among(row_unit, unknown), UNKNOWN_UNIT)] if unknown else []
    if troubles:  # where the number cannot be read, its unit is not judged
        troubles.insert(0, (is_null(number.value), UNREADABLE))
    return Converted(choose(branches, null("DOUBLE")), troubles, _together({**wrong, **unknown}))


def _row_unit(binding: Binding, in_cell: Sql | None) -> Sql | None:
    """Return the unit text of a row: in the cell, else in the companion column."""
    parts = [in_cell] if in_cell is not None else []
    if binding.unit_header is not None:
        companion = as_text(binding.unit_header)
        neat = binding.unit_neat
        parts.append(companion if neat else call("nullif", tidy(companion), words("")))
    if len(parts) > 1:
        return call("coalesce", *parts)
    return parts[0] if parts else None


def _found_units(
    reading: Reading, number: NumberCell, row_unit: Sql | None, base: BaseUnit | None
) -> list[str | None] | None:
    """Return the different unit texts of the rows with a number; None if absurdly many.

    A row without a unit of its own counts as None; no row at all gives an empty list.
    """
    if row_unit is None and base is not None:
        return [None]
    filled = both([reading.kept, negate(number.absent), negate(is_null(number.value))])
    said = row_unit if row_unit is not None else null("VARCHAR")
    inner = select([named(said, "unit")], reading.raw.view).where(filled)
    query = select([col("unit")], inner).distinct().limit(_MOST_UNITS + 1)
    texts = [row[0] for row in reading.workspace.run(query).fetchall()]
    if len(texts) > _MOST_UNITS:
        return None
    return sorted(texts, key=lambda unit: (unit is not None, unit))


def _judge(
    binding: Binding, written: list[str]
) -> tuple[dict[str, Fraction], dict[str, Text], dict[str, Text]]:
    """Return the ratios of the fitting units, and why the others do not fit or are none."""
    from mrv.units import ONE, explain_misfit, implied, implied_ratio, parse_unit

    wanted = binding.column.unit or ONE
    ratios: dict[str, Fraction] = {}
    wrong: dict[str, Text] = {}
    unknown: dict[str, Text] = {}
    for spelling in written:
        try:
            unit = parse_unit(spelling)
        except Refused as refused:
            unknown[spelling] = refused.diagnostics[0].what
            continue
        if implied(unit, wanted):
            ratios[spelling] = implied_ratio(unit, wanted)
        else:
            wrong[spelling] = explain_misfit(unit, wanted)
    return ratios, wrong, unknown


def _together(reasons: dict[str, Text]) -> Text | None:
    if not reasons:
        return None
    first = sorted(reasons.items())[:3]
    zh = "；".join(f"“{written}”：{reason.zh}" for written, reason in first)
    en = "; ".join(f'"{written}": {reason.en}' for written, reason in first)
    return text(zh, en)


def _base_ratio(reading: Reading, binding: Binding, base: BaseUnit | None) -> Fraction | None:
    """Return the ratio of the column's unit, or collect why there is none."""
    from mrv.units import ONE, explain_misfit, implied, implied_ratio

    column = binding.column
    declared = column.unit or ONE
    heading = binding.header.text if binding.header else column.name
    name, wanted = column.name, declared.spelling
    if base is None:
        what = text(
            f"{name} 没有单位，应为 {wanted} 或可换算的单位",
            f"{name} has no unit: {wanted} expected, or one that converts to it",
        )
        hint = text(
            f"请写在标题“{name} [{wanted}]”、列“{name}_unit”或映射（unit）中。",
            f'Write it in the heading "{name} [{wanted}]", in a column "{name}_unit", '
            "or in the mapping (`unit`).",
        )
        reading.find("unit.missing", what, heading, hint=hint)
        return None
    if base.unit is None:
        if base.wrong is not None:
            reading.find(base.wrong.rule, base.wrong.what, heading, hint=base.wrong.hint)
        return None
    if not implied(base.unit, declared):
        reason = explain_misfit(base.unit, declared)
        what = text(
            f"{name} 的单位是 {base.written}，应为 {wanted}：{reason.zh}",
            f"{name} is in {base.written}, not {wanted}: {reason.en}",
        )
        reading.find("unit.incompatible", what, heading)
        return None
    return implied_ratio(base.unit, declared)


def _too_many_units(reading: Reading, binding: Binding) -> None:
    heading = binding.header.text if binding.header else None
    what = text(
        f"单位的写法超过 {_MOST_UNITS} 种，不像是单位",
        f"more than {_MOST_UNITS} different unit texts: these are hardly units",
    )
    reading.find("unit.unknown", what, heading)


def scale(number: Sql, ratio: Fraction) -> Sql:
    """Return the number times the ratio with one rounding where that is possible.

    ``x * p`` and ``x / q`` round once, so that 12300 kg gives the same double as 12.3 t.

    Example:
        >>> from fractions import Fraction
        >>> from mrv.activity.sql import double, render
        >>> render(scale(double(5), Fraction(1, 1000)))
        "(CAST('5.0' AS DOUBLE) / CAST('1000.0' AS DOUBLE))"
    """
    if ratio == 1:
        return number.copy()
    if ratio.denominator == 1:
        return times(number, double(float(ratio)))
    if ratio.numerator == 1:
        return over(number, double(float(ratio.denominator)))
    return times(number, double(float(ratio)))
