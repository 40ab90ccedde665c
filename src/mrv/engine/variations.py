"""How a property test changes the inputs of a case."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mrv.engine.expectations import QUANTITY

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.language.checked import Methodology
    from mrv.language.model import Written

Name = Literal["units", "order", "split", "double", "monotone"]
NAMES: tuple[Name, ...] = ("units", "order", "split", "double", "monotone")


def changed(
    name: Name, methodology: Methodology, inputs: Mapping[str, tuple[Mapping[str, str], ...]]
) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Yield changed inputs, each with what was changed.

    Args:
        name: the property.
        methodology: whose input tables they are.
        inputs: rows of each table, with cells as texts.
    """
    named = methodology.document.properties
    match name:
        case "units":
            yield (
                "10^3",
                {
                    table: tuple(_other_units(row, table, methodology) for row in rows)
                    for table, rows in inputs.items()
                },
            )
        case "order":
            if any(len(rows) > 1 for rows in inputs.values()):
                yield "reversed", {table: rows[::-1] for table, rows in inputs.items()}
                yield "rotated", {table: rows[1:] + rows[:1] for table, rows in inputs.items()}
        case "split":
            yield from _split(methodology, inputs, named.extensive)
        case "double":
            if named.extensive:
                columns = [column.text for column in named.extensive]
                yield (
                    "x 2",
                    {
                        t: tuple(_times(row, t, columns, Fraction(2)) for row in rows)
                        for t, rows in inputs.items()
                    },
                )
        case "monotone":
            for column in named.monotone:
                table = column.text.partition(".")[0]
                for at in range(len(inputs.get(table, ()))):
                    rows = [
                        _times(row, table, [column.text], Fraction(11, 10)) if index == at else row
                        for index, row in enumerate(inputs[table])
                    ]
                    yield f"{column.text} x 1.1 (row {at + 1})", {**inputs, table: tuple(rows)}


def _other_units(row: Mapping[str, str], table: str, methodology: Methodology) -> dict[str, str]:
    """Write every quantity of a row in thousands of its unit."""
    changed: dict[str, str] = {}
    declared = methodology.inputs.get(table)
    for name, cell in row.items():
        column = declared.column(name) if declared else None
        match = QUANTITY.fullmatch(str(cell))
        if (
            column is None
            or column.kind != "quantity"
            or match is None
            or not match[2]
            or column.unit is None
            or column.unit.dimensionless
        ):
            changed[name] = cell
            continue
        changed[name] = _decimal(Fraction(match[1].replace("_", "")) / 1000)
        changed[f"{name}_unit"] = f"10^3 {match[2]}"
    return changed


def _times(
    row: Mapping[str, str], table: str, columns: list[str], factor: Fraction
) -> Mapping[str, str]:
    """Multiply some cells of a row, their units kept."""
    changed = dict(row)
    for name in row:
        match = QUANTITY.fullmatch(str(row[name]))
        if f"{table}.{name}" in columns and match is not None:
            value = Fraction(match[1].replace("_", "")) * factor
            changed[name] = f"{_decimal(value)} {match[2]}".strip()
    return changed


def _split(
    methodology: Methodology,
    inputs: Mapping[str, tuple[Mapping[str, str], ...]],
    extensive: tuple[Written, ...],
) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Split the first row of each table in which a second row with the same facts may stand."""
    referred = {column.refers_to for item in methodology.inputs.values() for column in item.columns}
    for table, rows in inputs.items():
        declared = methodology.inputs.get(table)
        columns = [written.text for written in extensive if written.text.startswith(f"{table}.")]
        if declared is None or not rows or not columns or table in referred:
            continue
        free = [
            name
            for name in declared.key
            if (c := declared.column(name))
            and c.kind == "text"
            and not (c.words or c.refers_to or c.vocabulary)
        ]
        if declared.key and not free:
            continue
        half = dict(_times(rows[0], table, columns, Fraction(1, 2)))
        other = {**half, **({free[0]: f"{half[free[0]]}~2"} if free else {})}
        yield f"{table} 1 = 1/2 + 1/2", {**inputs, table: (half, other, *rows[1:])}


def _decimal(value: Fraction) -> str:
    """Write a fraction with a power of ten below as an exact decimal, others to 17 digits."""
    for places in range(40):
        scaled = value * 10**places
        if scaled.denominator == 1:
            digits = str(abs(scaled.numerator)).rjust(places + 1, "0")
            sign = "-" if value < 0 else ""
            return sign + (digits if not places else f"{digits[:-places]}.{digits[-places:]}")
    return repr(float(value))
