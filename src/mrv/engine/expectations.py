"""Expectations of a case: what was found against what was written, exactly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.engine.run import formula_named
from mrv.messages import refuse, text
from mrv.units import explain_misfit, implied, implied_ratio, parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.run import Run
    from mrv.language.model import Written
    from mrv.units import Unit

Value = float | str | bool | None
QUANTITY = re.compile(r"\s*([+-]?[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)\s*(.*)")
_MISSING = "missing"
WITHHELD = "withheld"
"""What a case expects of a row that is not shown because too few are behind it."""
_TRUTH = {"yes": True, "true": True, "no": False, "false": False}


@dataclass(frozen=True)
class Deviation:
    """One expectation against what was found.

    Attributes:
        what: result or formula, with the keys of the row if it has rows.
        expected: as written in the case.
        found: the value found, None if it is missing.
        unit: unit of ``found``, ``difference`` and ``tolerance``.
        difference: found less expected, exact; None for texts.
        tolerance: largest allowed difference, exact.
        holds: whether the expectation holds.
    """

    what: str
    expected: str
    found: Value
    unit: str | None
    difference: Fraction | None
    tolerance: Fraction
    holds: bool


def deviation(
    found: Run,
    name: str,
    keys: Mapping[str, str],
    written: Written,
    tolerance: Written | None = None,
) -> Deviation:
    """Compare a result or formula with what a case expects of it.

    Args:
        found: a finished run.
        name: the result or formula.
        keys: which row; empty for a report with one value.
        written: the value, with its unit if it is a quantity; ``missing`` for none.
        tolerance: largest allowed difference; without one the bits must be the same.

    Raises:
        Refused: ``case.row``, ``case.value``, ``call.unknown-formula`` or a misfit of units.
    """
    formula = formula_named(found.methodology, name)
    value = _value(found, formula, keys, written)
    what = name if not keys else f"{name}[{', '.join(f'{k}={v}' for k, v in keys.items())}]"
    unit = found.methodology.formulas[formula].type.unit
    expected = written.text.strip()
    if unit is None or expected in {_MISSING, WITHHELD} or value == WITHHELD:
        wanted_word = _TRUTH.get(expected, expected) if isinstance(value, bool) else expected
        same = (_MISSING if value is None else value) == wanted_word
        return Deviation(what, expected, value, None, None, Fraction(0), same)
    wanted = _in_unit(written, unit)
    allowed = Fraction(0) if tolerance is None else _in_unit(tolerance, unit)
    if value is None or isinstance(value, str | bool):
        return Deviation(what, expected, value, unit.spelling, None, allowed, holds=False)
    difference = Fraction(value) - wanted
    holds = abs(difference) <= allowed if allowed else value == float(wanted)
    return Deviation(what, expected, value, unit.spelling, difference, allowed, holds)


def _value(found: Run, formula: str, keys: Mapping[str, str], written: Written) -> Value:
    """Return the value of the one row that fits the keys."""
    rows: list[dict[str, Value]] = found.table(formula).to_pylist()
    rows += _withheld_rows(found, formula, rows)
    keys = found.keys_as_shown(formula, keys)
    matching = [row for row in rows if all(str(row.get(k)) == v for k, v in keys.items())]
    if len(matching) != 1:
        hidden = {formula, "tier"}
        known = "; ".join(str({k: v for k, v in r.items() if k not in hidden}) for r in rows[:3])
        refuse(
            "case.row",
            text(
                f"{formula} 有 {len(matching)} 行符合 {dict(keys)}，应恰有一行（例如 {known}）",
                f"{len(matching)} rows of {formula} fit {dict(keys)}, one is needed "
                f"(there is {known})",
            ),
            written.place,
        )
    return matching[0][formula]


def _withheld_rows(
    found: Run, formula: str, rows: list[dict[str, Value]]
) -> list[dict[str, Value]]:
    """Take the row that stands for the withheld ones away, and return those ones."""
    guarded = found.hidden.get(found.methodology.formulas[formula].grain)
    if guarded is None:
        return []
    rows[:] = [row for row in rows if not row["withheld"]]
    names = ("organisation", "period", *guarded.names)
    return [
        {**{n: str(part) for n, part in zip(names, key, strict=True)}, formula: WITHHELD}
        for key in guarded.rows
    ]


def _in_unit(written: Written, unit: Unit) -> Fraction:
    """Read ``30.49 t CO2`` exactly in the unit of a formula."""
    match = QUANTITY.fullmatch(written.text)
    if match is None:
        said = written.text
        refuse(
            "case.value",
            text(f"“{said}”应是数值加单位", f'"{said}" must be a number and a unit'),
            written.place,
        )
    own = parse_unit(match[2] or "1", written.place)
    if not implied(own, unit):
        refuse(
            "unit.incompatible",
            text(
                f"这里是 {own.spelling}，结果是 {unit.spelling}",
                f"this is in {own.spelling}, the result in {unit.spelling}",
            ),
            written.place,
            hint=explain_misfit(own, unit),
        )
    return Fraction(match[1].replace("_", "")) * implied_ratio(own, unit)
