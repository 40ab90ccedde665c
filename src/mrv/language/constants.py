"""Named constants: an exact number as printed, and its unit."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.checked import NamedConstant
from mrv.language.expression import in_range
from mrv.language.model import Written
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Constant
    from mrv.language.scope import Scope

_DIGITS = r"[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?"
_PRINTED = re.compile(rf"([+-]?{_DIGITS}(?:/{_DIGITS})?)(?![0-9.eE/])\s*(.*)")


def constant(item: Constant, scope: Scope) -> NamedConstant:
    """Read a constant: a number or a fraction of two, and its unit.

    Raises:
        Refused: ``constant.number``, ``number.range`` or a unit that cannot be read.
    """
    match = _PRINTED.fullmatch(item.value.text.strip())
    above, _, below = match[1].partition("/") if match else ("", "", "")
    if match is None or (below and Fraction(below) == 0):
        refuse(
            "constant.number",
            text(
                f"常数“{item.value.text}”应写作数值加单位",
                f'constant "{item.value.text}" must be a number and a unit',
            ),
            item.value.place,
            hint=text(
                "例如 90 kg/passenger、44/12 t CO2/t C。",
                "For example 90 kg/passenger or 44/12 t CO2/t C.",
            ),
        )
    value = in_range(Fraction(above) / Fraction(below or 1), item.value.place)
    unit = scope.unit(Written(match[2] or "1", item.value.place))
    return NamedConstant(
        f"{scope.prefix}{item.name}", value, match[1], unit, item.source, item.note,
        item.value.place,
    )  # fmt: skip
