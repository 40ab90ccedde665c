"""Property tests that come with a methodology: the cases' inputs, changed in ways that must not
matter or must matter in a known way.

``units``  the same quantities in other units give the same results;
``order``  rows in any order give the same bits;
``split``  a row split in two gives the same results;
``double`` doubling every extensive input doubles totals and components;
``monotone`` more of a monotone input never lowers a total.

An author switches one off under ``properties: off:`` with a reason, which is reported.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from mrv.engine.run import run
from mrv.language.period import parse_period
from mrv.messages import Refused, Text, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.factors import Store
    from mrv.language.casefile import Case
    from mrv.language.checked import Methodology
    from mrv.language.model import Written

Rows = "Mapping[str, tuple[Mapping[str, str], ...]]"
Values = dict[tuple[str, str], float]
Name = Literal["units", "order", "split", "double", "monotone"]
NAMES: tuple[Name, ...] = ("units", "order", "split", "double", "monotone")
_CLOSE = 1e-11
_CELL = re.compile(r"\s*([+-]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(.*)")


@dataclass(frozen=True)
class PropertyResult:
    """What became of a property on a case.

    Attributes:
        name: the property.
        case: name of the case.
        verdict: holds, broken, off (with the author's reason) or not-applicable.
        said: what broke it, or why it was not tried.
    """

    name: Name
    case: str
    verdict: Literal["holds", "broken", "off", "not-applicable"]
    said: Text | None = None


def check_properties(
    methodology: Methodology, case: Case, *, store: Store
) -> tuple[PropertyResult, ...]:
    """Try every property on the inputs of a case that must not fail.

    Args:
        methodology: checked for the choices of the case.
        case: its inputs are the start.
        store: the factor store.
    """
    off = dict(methodology.document.properties.off)
    start = _values(methodology, case, case.inputs, store)
    results: list[PropertyResult] = []
    for name in NAMES:
        if name in off:
            results.append(PropertyResult(name, case.name, "off", text(off[name], off[name])))
            continue
        results.append(_try(name, methodology, case, start, store))
    return tuple(results)


def _try(
    name: Name, methodology: Methodology, case: Case, start: Values, store: Store
) -> PropertyResult:
    changed = list(_changed(name, methodology, case.inputs))
    if not changed:
        return PropertyResult(name, case.name, "not-applicable")
    for what, inputs in changed:
        try:
            found = _values(methodology, case, inputs, store)
        except Refused as refused:
            said = refused.diagnostics[0].what
            return PropertyResult(
                name, case.name, "broken", text(f"{what}：{said.zh}", f"{what}: {said.en}")
            )
        broken = _broken(name, methodology, start, found)
        if broken is not None:
            one, two = start.get(broken), found.get(broken)
            said = text(
                f"{what}：{broken[0]} 由 {one} 变为 {two}",
                f"{what}: {broken[0]} went from {one} to {two}",
            )
            return PropertyResult(name, case.name, "broken", said)
    return PropertyResult(name, case.name, "holds")


def _values(
    methodology: Methodology, case: Case, inputs: Mapping[str, object], store: Store
) -> Values:
    """Run and return every number of the report by result and organisation."""
    start = methodology.document.governs.start if methodology.document.governs else None
    period = case.period or parse_period(str(start.year if start else 2024))
    with run(methodology, dict(inputs), periods=(period,), store=store) as found:
        return {
            (output.name, output.organisation): output.value
            for output in found.outcome.outputs
            if isinstance(output.value, float)
        }


def _broken(
    name: Name, methodology: Methodology, start: Values, found: Values
) -> tuple[str, str] | None:
    """Return the first result that does not behave as the property says."""
    roles = {result.name: result.role for result in methodology.results}
    for key in start.keys() | found.keys():
        one, two = start.get(key), found.get(key)
        role = roles[key[0]]
        if name == "order" and one != two:
            return key
        if name in {"units", "split"} and not _close(one, two):
            return key
        if (
            name == "double"
            and role in {"total", "component"}
            and not _close(None if one is None else 2 * one, two)
        ):
            return key
        if (
            name == "monotone"
            and role == "total"
            and one is not None
            and two is not None
            and two < one - abs(one) * _CLOSE
        ):
            return key
    return None


def _close(one: float | None, two: float | None) -> bool:
    if one is None or two is None:
        return one is two
    return abs(one - two) <= _CLOSE * max(abs(one), abs(two), 1.0) + 2e-9


def _changed(
    name: Name, methodology: Methodology, inputs: Mapping[str, tuple[Mapping[str, str], ...]]
) -> Iterable[tuple[str, Mapping[str, object]]]:
    """Yield changed inputs, each with what was changed."""
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
        match = _CELL.fullmatch(str(cell))
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
        match = _CELL.fullmatch(str(row[name]))
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
