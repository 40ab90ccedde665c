"""Quantities: numbers as people write them, in the unit they say, turned into the declared one."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.activity.headers import split_unit
from mrv.activity.reading import (
    BAD_UNIT,
    NO_UNIT,
    UNKNOWN_UNIT,
    UNREADABLE,
    Binding,
    Cell,
    Reading,
    as_text,
    missing,
    nothing,
    state_of,
    tidy,
)
from mrv.activity.sql import (
    Sql,
    among,
    call,
    cast,
    choose,
    col,
    compare,
    count_where,
    double,
    is_null,
    named,
    negate,
    null,
    over,
    select,
    times,
    try_cast,
    words,
)
from mrv.messages import Refused, Text, text

if TYPE_CHECKING:
    from mrv.activity.raw import Header
    from mrv.language.inputs import Column
    from mrv.units import Unit

_PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
_GROUPED = r"[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})"
_PARTS = (
    r"^([+-]?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*([^0-9\s.,+\-'’].*)?$"
)
_WIDE = "０１２３４５６７８９．，－＋％／（）\u3000−"
_NARROW = "0123456789.,-+%/() -"
_MOST_UNITS = 1_000


def read_quantity(reading: Reading, binding: Binding) -> Cell:
    """Read a column of quantities, collecting findings and remarks.

    Args:
        reading: the table.
        binding: where the column comes from; it has a header.
    """
    header, column = binding.header, binding.column
    if header is None or column.unit is None:
        return nothing(column, "DOUBLE")
    absent = missing(reading, binding, header)
    base = _column_unit(reading, binding)
    number, cell_unit = _number(reading, header, absent)
    row_unit = _row_unit(binding, cell_unit)
    value, troubles, misfit, bad = _convert(reading, binding, absent, number, row_unit, base)
    if bad:
        return nothing(column, "DOUBLE", state=0, heading=header.text)
    value = choose([(absent, null("DOUBLE"))], value)
    unit = base.unit if base else None
    if header.kind == "float" and column.optional:
        _note_nan(reading, header)
    state = state_of(absent, number, troubles)
    return Cell(column, header.text, value, state, as_text(header), unit, misfit)


def _note_nan(reading: Reading, header: Header) -> None:
    nan = call("isnan", col(header.column))
    (count,) = reading.ask([count_where(nan)])[0]
    if count:
        reading.note(
            text(
                f"“{header.text}”有 {count} 个 NaN，按缺失处理",
                f'"{header.text}" holds {count} NaN, taken as missing',
            )
        )


@dataclass(frozen=True)
class _Base:
    """The unit of the whole column; ``wrong`` if what stands there is no unit."""

    unit: Unit | None
    written: str
    wrong: Refused | None = None


def _column_unit(reading: Reading, binding: Binding) -> _Base | None:
    """Find the unit of the column: mapping, then heading, then declared where that is said."""
    from mrv.units import parse_unit

    column, header = binding.column, binding.header
    assert column.unit is not None  # noqa: S101 - told by the caller
    assert header is not None  # noqa: S101
    in_heading = None if _is_name(column, header.text) else split_unit(header.text)[1]
    written = binding.map.unit or in_heading
    if written is not None:
        try:
            unit = parse_unit(written)
        except Refused as refused:
            return _Base(None, written, refused)
        if not binding.map.unit:
            reading.note(
                text(
                    f"{column.name} 的单位取自标题：{written}",
                    f"unit of {column.name} taken from its heading: {written}",
                )
            )
        return _Base(unit, written)
    if column.unit.dimensionless and column.unit.scale == 1:
        return _Base(column.unit, "1")
    if reading.map.units_declared:
        spelling = column.unit.spelling
        reading.note(
            text(
                f"{column.name} 未写单位，按声明的单位 {spelling} 读取",
                f"{column.name} has no unit and is read in the declared one: {spelling}",
            )
        )
        return _Base(column.unit, spelling)
    return None


def _is_name(column: Column, heading: str) -> bool:
    from mrv.activity.headers import fold, spellings

    return fold(heading) in spellings(column)


def _number(reading: Reading, header: Header, absent: Sql) -> tuple[Sql, Sql | None]:
    """Return the number of a cell and the text of the unit in the cell, if any cell has one."""
    value = col(header.column)
    if header.kind in {"number", "float"}:
        return cast(value, "DOUBLE"), None
    if header.kind != "text":
        return null("DOUBLE"), None
    written = tidy(as_text(header))
    plain = call("regexp_full_match", written, words(_PLAIN))
    given = negate(absent)
    ((filled, clean),) = reading.ask([count_where(given), count_where(_and(given, plain))])
    if filled == clean:
        return try_cast(written, "DOUBLE"), None
    narrow = call("translate", written, words(_WIDE), words(_NARROW))
    digits = call("regexp_extract", narrow, words(_PARTS), cast(words("1"), "INTEGER"))
    unit = tidy(call("regexp_extract", narrow, words(_PARTS), cast(words("2"), "INTEGER")))
    is_plain = call("regexp_full_match", digits, words(_PLAIN))
    is_grouped = call("regexp_full_match", digits, words(_GROUPED))
    bare = call("replace", digits, words(","), words(""))
    number = choose(
        [(is_plain, try_cast(digits, "DOUBLE")), (is_grouped, try_cast(bare, "DOUBLE"))],
        null("DOUBLE"),
    )
    _note_spelling(reading, header, given, is_grouped, negate(compare("=", narrow, written)))
    return number, call("nullif", unit, words(""))


def _and(*conditions: Sql) -> Sql:
    from mrv.activity.sql import both

    return both(conditions)


def _note_spelling(reading: Reading, header: Header, given: Sql, grouped: Sql, wide: Sql) -> None:
    counted = [count_where(_and(given, grouped)), count_where(_and(given, wide))]
    ((separators, widths),) = reading.ask(counted)
    if separators:
        reading.note(
            text(
                f"“{header.text}”有 {separators} 个数字带千位分隔符（如 1,234.5），已读取",
                f'"{header.text}": {separators} numbers with thousands separators (1,234.5) were read',
            )
        )
    if widths:
        reading.note(
            text(
                f"“{header.text}”有 {widths} 个单元格含全角字符，已按半角读取",
                f'"{header.text}": {widths} cells with full-width characters were read',
            )
        )


def _row_unit(binding: Binding, cell_unit: Sql | None) -> Sql | None:
    """Return the unit text of a row: in the cell, else in the companion column."""
    parts = [cell_unit] if cell_unit is not None else []
    if binding.unit_header is not None:
        companion = tidy(as_text(binding.unit_header))
        parts.append(call("nullif", companion, words("")))
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else call("coalesce", *parts)


def _convert(
    reading: Reading,
    binding: Binding,
    absent: Sql,
    number: Sql,
    row_unit: Sql | None,
    base: _Base | None,
) -> tuple[Sql, list[tuple[Sql, int]], Text | None, bool]:
    """Return the value in the declared unit, row troubles, their reason, and whether all is off."""
    written = _found_units(reading, absent, number, row_unit)
    if written is None:
        _too_many_units(reading, binding)
        return number, [], None, True
    if written == [None]:
        ratio = _base_ratio(reading, binding, base)
        return (number, [], None, True) if ratio is None else (scale(number, ratio), [], None, False)
    assert row_unit is not None  # noqa: S101 - more than "no unit" was found
    ratios: dict[str, Fraction] = {}
    wrong: dict[str, Text] = {}
    unknown: dict[str, Text] = {}
    for unit_text in written:
        if unit_text is not None:
            _judge(binding.column, unit_text, ratios, wrong, unknown)
    without = base_ratio = None
    if None in written:
        if base is None:
            without = is_null(row_unit)
        else:
            base_ratio = _base_ratio(reading, binding, base)
    branches = [
        (among(row_unit, [u for u, r in ratios.items() if r == ratio]), scale(number, ratio))
        for ratio in sorted(set(ratios.values()))
    ]
    if base_ratio is not None:
        branches.insert(0, (is_null(row_unit), scale(number, base_ratio)))
    value = choose(branches, null("DOUBLE"))
    unreadable = is_null(number)
    troubles = [(unreadable, UNREADABLE)]
    troubles += [(without, NO_UNIT)] if without is not None else []
    troubles += [(among(row_unit, wrong), BAD_UNIT)] if wrong else []
    troubles += [(among(row_unit, unknown), UNKNOWN_UNIT)] if unknown else []
    misfit = _together({**wrong, **unknown})
    return value, troubles, misfit, False


def _found_units(
    reading: Reading, absent: Sql, number: Sql, row_unit: Sql | None
) -> list[str | None] | None:
    """Return the different unit texts of the rows; None if there are absurdly many."""
    if row_unit is None:
        return [None]
    filled = _and(negate(absent), negate(is_null(number)))
    inner = select([named(row_unit, "unit")], reading.raw.view)
    inner = inner.where(reading.kept.copy()).where(filled)
    query = select([col("unit")], inner).distinct().limit(_MOST_UNITS + 1)
    texts = [row[0] for row in reading.workspace.run(query).fetchall()]
    if len(texts) > _MOST_UNITS:
        return None
    return sorted(texts, key=lambda t: (t is not None, t)) or [None]


def _judge(
    column: Column,
    written: str,
    ratios: dict[str, Fraction],
    wrong: dict[str, Text],
    unknown: dict[str, Text],
) -> None:
    from mrv.units import explain_misfit, implied, implied_ratio, parse_unit

    assert column.unit is not None  # noqa: S101
    try:
        unit = parse_unit(written)
    except Refused as refused:
        unknown[written] = refused.diagnostics[0].what
        return
    if implied(unit, column.unit):
        ratios[written] = implied_ratio(unit, column.unit)
    else:
        wrong[written] = explain_misfit(unit, column.unit)


def _together(reasons: dict[str, Text]) -> Text | None:
    if not reasons:
        return None
    first = sorted(reasons.items())[:3]
    zh = "；".join(f"“{written}”：{reason.zh}" for written, reason in first)
    en = "; ".join(f'"{written}": {reason.en}' for written, reason in first)
    return text(zh, en)


def _base_ratio(reading: Reading, binding: Binding, base: _Base | None) -> Fraction | None:
    """Return the ratio of the column's unit, or collect why there is none."""
    from mrv.units import explain_misfit, implied, implied_ratio

    column, header = binding.column, binding.header
    assert column.unit is not None  # noqa: S101
    heading = header.text if header else column.name
    wanted = column.unit.spelling
    if base is None:
        reading.find(
            "unit.missing",
            text(
                f"{column.name} 没有单位，应为 {wanted} 或可换算的单位",
                f"{column.name} has no unit: {wanted} expected, or one that converts to it",
            ),
            heading,
            hint=text(
                f"请写在标题“{column.name} [{wanted}]”、列“{column.name}_unit”或映射（unit）中。",
                f'Write it in the heading "{column.name} [{wanted}]", in a column '
                f'"{column.name}_unit", or in the mapping (`unit`).',
            ),
        )
        return None
    if base.unit is None:
        cause = base.wrong.diagnostics[0] if base.wrong else None
        what = cause.what if cause else text("未知单位", "unknown unit")
        rule = cause.rule if cause else "unit.unknown"
        reading.find(rule, what, heading, hint=cause.hint if cause else None)
        return None
    if not implied(base.unit, column.unit):
        reason = explain_misfit(base.unit, column.unit)
        reading.find(
            "unit.incompatible",
            text(
                f"{column.name} 的单位是 {base.written}，应为 {wanted}：{reason.zh}",
                f"{column.name} is in {base.written}, not {wanted}: {reason.en}",
            ),
            heading,
        )
        return None
    return implied_ratio(base.unit, column.unit)


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
