"""Quantities: numbers as people write them, turned into the declared unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.activity.reading import (
    Cell,
    as_text,
    missing,
    missing_texts,
    nothing,
    state_of,
    text_of,
    tidy,
    unless,
)
from mrv.activity.sql import (
    both,
    call,
    cast,
    choose,
    col,
    compare,
    count_where,
    negate,
    null,
    try_cast,
    words,
)
from mrv.activity.unit_reading import NumberCell, column_unit, convert
from mrv.messages import text

if TYPE_CHECKING:
    from mrv.activity.raw import Header
    from mrv.activity.reading import Binding, Reading
    from mrv.activity.sql import Sql

_PLAIN = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
# 1,234.5 and 1,234,567 can only be read in one way; 1,234 cannot
_GROUPED = r"[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})"
# a number, then perhaps a unit, which never begins with a digit or separator
_PARTS = r"^([+-]?(?:[0-9][0-9,]*\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*([^0-9\s.,+\-'’_].*)?$"
_WIDE = "０１２３４５６７８９．，－＋％／（）\u3000−"
_NARROW = "0123456789.,-+%/() -"


def read_quantity(reading: Reading, binding: Binding) -> Cell:
    """Read a column of quantities, collecting findings and remarks.

    Args:
        reading: the table.
        binding: where the column comes from.
    """
    header, column = binding.header, binding.column
    if header is None or column.unit is None:
        return nothing(column, "DOUBLE")
    absent = missing(reading, binding, header)
    base = column_unit(reading, binding, header, column.unit)
    number = _number(reading, binding, header, absent)
    converted = convert(reading, binding, number, base)
    if converted is None:
        return nothing(column, "DOUBLE", state=0, heading=header.text)
    strange = 0
    if header.kind == "float" and column.optional and not binding.full:
        strange = _note_nan(reading, header)
    value = converted.value
    if not _keeps_gaps(reading, binding, header, strange):
        value = unless(absent, value, "DOUBLE")
    state, codes = state_of(absent, number.value, converted.troubles, sure=number.sure)
    unit = base.unit if base else None
    return Cell(
        column, header.text, value, state, as_text(header), unit, converted.misfit, codes=codes
    )


def _number(reading: Reading, binding: Binding, header: Header, absent: Sql) -> NumberCell:
    """Read the number of a cell, and the unit in the cell if any cell has one."""
    value = col(header.column)
    if header.kind in {"number", "float"}:
        return NumberCell(cast(value, "DOUBLE"), absent, sure=True)
    if header.kind != "text":
        return NumberCell(null("DOUBLE"), absent)
    written = text_of(binding, header)
    given = negate(absent)
    plain = call("regexp_full_match", written, words(_PLAIN))
    ((filled, clean),) = reading.ask([count_where(given), count_where(both([given, plain]))])
    if filled == clean:
        return NumberCell(try_cast(written, "DOUBLE"), absent, sure=True)
    narrow = call("translate", written, words(_WIDE), words(_NARROW))
    digits = call("regexp_extract", narrow, words(_PARTS), cast(words("1"), "INTEGER"))
    unit = tidy(call("regexp_extract", narrow, words(_PARTS), cast(words("2"), "INTEGER")))
    grouped = call("regexp_full_match", digits, words(_GROUPED))
    ungrouped = call("replace", digits, words(","), words(""))
    number = choose(
        [
            (call("regexp_full_match", digits, words(_PLAIN)), try_cast(digits, "DOUBLE")),
            (grouped, try_cast(ungrouped, "DOUBLE")),
        ],
        null("DOUBLE"),
    )
    wide = negate(compare("=", narrow, written))
    _note_spelling(reading, header, both([given, grouped]), both([given, wide]))
    return NumberCell(number, absent, call("nullif", unit, words("")))


def _keeps_gaps(reading: Reading, binding: Binding, header: Header, strange: int) -> bool:
    """Whether a gap stays a gap by itself: numbers without NaN and without texts for missing."""
    only_gaps = len(missing_texts(reading, binding)) == 1
    return (
        header.kind in {"number", "float"} and binding.column.optional and only_gaps and not strange
    )


def _note_nan(reading: Reading, header: Header) -> int:
    """Say how many cells are NaN, and return their number."""
    ((count,),) = reading.ask([count_where(call("isnan", col(header.column)))])
    if count:
        reading.note(
            text(
                f"“{header.text}”有 {count} 个 NaN，按缺失处理",
                f'"{header.text}": NaN in {count} cells, taken as missing',
            )
        )
    return int(str(count))


def _note_spelling(reading: Reading, header: Header, grouped: Sql, wide: Sql) -> None:
    """Say how many numbers were read that were not written plainly."""
    ((separators, widths),) = reading.ask([count_where(grouped), count_where(wide)])
    if separators:
        reading.note(
            text(
                f"“{header.text}”有 {separators} 格数字带千位分隔符（如 1,234.5），已读取",
                f'"{header.text}": thousands separators (1,234.5) read in {separators} cells',
            )
        )
    if widths:
        reading.note(
            text(
                f"“{header.text}”有 {widths} 格含全角字符，已按半角读取",
                f'"{header.text}": full-width characters read in {widths} cells',
            )
        )
