"""Scalars of the plan, evaluated over whole columns in the order in which they are written."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Any

import numpy as np

from mrv.engine.plan import Call, Col, Const
from mrv.engine.reference_columns import Values, column, constant, refuse_rows, settle
from mrv.messages import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mrv.engine.plan import Curve, Scalar
    from mrv.engine.reference_columns import Array, Site

_NUMERIC: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "sub": np.subtract,
    "mul": np.multiply,
    "neg": np.negative,
    "abs": np.abs,
    "floor": np.floor,
    "ceil": np.ceil,
    "least": lambda a, b: np.where(b < a, b, a),
    "greatest": lambda a, b: np.where(b > a, b, a),
    "quantise": lambda x, inverse: np.floor(x * inverse + 0.5) / inverse,
}
_COMPARE: dict[str, Callable[..., Any]] = {
    name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")
}
_LIBM: dict[str, Callable[..., float]] = {
    "pow": math.pow, "exp": math.exp, "log": math.log,
    "sin": math.sin, "cos": math.cos, "asin": math.asin,
}  # fmt: skip
_NOT_FINITE = Text("计算结果超出双精度数的范围", "the result is too large for a double")
_HINT = Text("请检查该行输入的数量级或单位。", "Check the size or unit of that row's inputs.")


def scalar(node: Scalar, site: Site, active: Array | None = None) -> Values:
    """Evaluate one scalar for every row.

    Args:
        node: the scalar.
        site: the rows, and names for messages.
        active: rows whose value is asked for; elsewhere the result is left open. A branch that
            is not taken in a row can thus not refuse it.

    Raises:
        Refused: ``engine.not-finite`` if finite numbers give infinity in an active row.
    """
    length = site.table.length
    active = np.ones(length, dtype=np.bool_) if active is None else active
    match node:
        case Const(fixed, kind):
            return constant(kind, fixed, length)
        case Col(name, _):
            return column(site.table, name)
        case Call("if", (condition, then, other), kind):
            test = scalar(condition, site, active)
            yes = test.data & ~test.missing
            left, right = scalar(then, site, active & yes), scalar(other, site, active & ~yes)
            missing = np.where(yes, left.missing, right.missing)
            return settle(kind, np.where(yes, left.data, right.data), missing)
        case Call("first", args, kind):
            found = constant(kind, None, length)
            for arg in args:
                tried = scalar(arg, site, active & found.missing)
                data = np.where(found.missing, tried.data, found.data)
                found = settle(kind, data, found.missing & tried.missing)
            return found
        case Call("curve" | "surface", (Const(known, _), *points), kind):
            curve = site.curves[str(known)]
            at = [scalar(point, site, active) for point in points]
            value = _curve(curve, at[0]) if curve.y is None else _surface(curve, at[0], at[1])
        case Call(op, args, kind):
            value = _apply(op, [scalar(arg, site, active) for arg in args])
    if kind != "number":
        return settle(kind, value.data, value.missing)
    bad = ~np.isfinite(value.data) & ~value.missing
    refuse_rows("engine.not-finite", _NOT_FINITE, _HINT, site, bad & active)
    return settle(kind, value.data, value.missing | bad)


def _apply(op: str, args: list[Values]) -> Values:
    """Apply one strict operator; ``and or given`` have rules of their own for missing values."""
    data = [arg.data for arg in args]
    missing = np.logical_or.reduce([arg.missing for arg in args])
    if op in _NUMERIC:
        return Values(_NUMERIC[op](*data), missing)
    if op in _COMPARE:
        return Values(_COMPARE[op](*data), missing)
    if op in _LIBM:
        return _libm(_LIBM[op], data, missing)
    match op:
        case "div":
            return Values(data[0] / data[1], missing | (data[1] == 0))
        case "sqrt":
            return Values(np.sqrt(data[0]), missing | (data[0] < 0))
        case "and" | "or":
            decisive = op == "or"
            decided = np.logical_or.reduce([~a.missing & (a.data == decisive) for a in args])
            return Values(decided == decisive, missing & ~decided)
        case "not":
            return Values(~data[0], missing)
        case "given":
            return Values(~missing, np.zeros_like(missing))
        case "in":
            same = [data[0] == option for option in data[1:]]
            return Values(np.logical_or.reduce([np.zeros_like(missing), *same]), missing)
        case "month" | "day":
            text = np.datetime_as_string(data[0], unit="M" if op == "month" else "D")
            return Values(text.astype(object), missing)
        case "year":
            return Values(data[0].astype("datetime64[Y]").astype(np.int64) + 1970, missing)
        case "microseconds":
            return Values((data[0] - data[1]).astype(np.int64).astype(np.float64), missing)
        case "later":
            by = np.floor(np.where(missing, 0.0, data[1]) + 0.5).astype("timedelta64[us]")
            return Values(data[0] + by, missing)
        case "number":
            return Values(data[0].astype(np.float64), missing)
    msg = f"unknown operator {op!r}"
    raise ValueError(msg)


def _libm(function: Callable[..., float], args: list[Array], missing: Array) -> Values:
    """Call the C library's function once per row; out of its domain is missing."""
    data, gone = np.zeros(len(missing)), missing.copy()
    for row in np.flatnonzero(~missing).tolist():
        try:
            data[row] = function(*(float(arg[row]) for arg in args))
        except ValueError:
            gone[row] = True
        except OverflowError:
            data[row] = np.inf
    return Values(data, gone)


def _cell(knots: Array, at: Array, *, outside: str) -> tuple[Array, Array, Array]:
    """Find the interval of each point: its number, the (held) point, and whether it fails."""
    beyond = (at < knots[0]) | (at > knots[-1])
    held = np.clip(at, knots[0], knots[-1]) if outside == "hold" else at
    cell = np.clip(np.searchsorted(knots, held, side="right") - 1, 0, len(knots) - 2)
    return cell, held, beyond & (outside == "error")


def _curve(curve: Curve, at: Values) -> Values:
    """Interpolate along one axis."""
    knots, values, slopes = np.array(curve.x), np.array(curve.values[0]), np.array(curve.slopes[0])
    cell, x, outside = _cell(knots, at.data, outside=curve.outside)
    return Values(values[cell] + (x - knots[cell]) * slopes[cell], at.missing | outside)


def _surface(curve: Curve, at_x: Values, at_y: Values) -> Values:
    """Interpolate along y in the rows below and above, then along x between the two."""
    x_knots, y_knots = np.array(curve.x), np.array(curve.y)
    values, slopes = np.array(curve.values), np.array(curve.slopes)
    i, x, x_outside = _cell(x_knots, at_x.data, outside=curve.outside)
    j, y, y_outside = _cell(y_knots, at_y.data, outside=curve.outside)
    lower = values[i, j] + (y - y_knots[j]) * slopes[i, j]
    upper = values[i + 1, j] + (y - y_knots[j]) * slopes[i + 1, j]
    share = (x - x_knots[i]) / (x_knots[i + 1] - x_knots[i])
    missing = at_x.missing | at_y.missing | x_outside | y_outside
    return Values(lower + (upper - lower) * share, missing)
