"""The great-circle distance, as steps of the plan."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from mrv.engine.plan import Call, Const

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mrv.engine.plan import Scalar

RADIUS_KM = 6371.0088
"""Mean radius R1 of the earth in km (IUGG, Moritz 1980; recalled)."""

_RADIAN = Const(math.pi / 180, "number")
_HALF = Const(0.5, "number")
_ONE = Const(1.0, "number")


def great_circle(places: Sequence[Scalar]) -> Scalar:
    """Return the distance in km between two places by the haversine formula.

    Args:
        places: latitude and longitude of the one, latitude and longitude of the other, in degrees.
    """
    lat1, lon1, lat2, lon2 = places
    north = _square_of_half_sine(lat2, lat1)
    east = _square_of_half_sine(lon2, lon1)
    inward = _op(
        "mul", _op("cos", _op("mul", lat1, _RADIAN)), _op("cos", _op("mul", lat2, _RADIAN))
    )
    part = _op("add", north, _op("mul", inward, east))
    half = _op("asin", _op("least", _op("sqrt", part), _ONE))
    return _op("mul", half, Const(2 * RADIUS_KM, "number"))


def _square_of_half_sine(one: Scalar, other: Scalar) -> Scalar:
    half = _op("mul", _op("mul", _op("sub", one, other), _RADIAN), _HALF)
    sine = _op("sin", half)
    return _op("mul", sine, sine)


def _op(op: str, *args: Scalar) -> Scalar:
    return Call(op, args, "number")
