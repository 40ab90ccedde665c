"""Values of a row on their way from and to SQL."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.plan import Const
from mrv.engine.sql_scalars import column, constant

if TYPE_CHECKING:
    from sqlglot.expressions import Expr as Sql

    from mrv.explain.step import Value


def equal(name: str, value: object) -> Sql:
    """Return the test that a column of the alias ``s`` has a value."""
    if value is None:
        return exp.Is(this=column(name, "s"), expression=exp.Null())
    return exp.EQ(this=column(name, "s"), expression=literal(value))


def literal(value: object) -> Sql:
    """Return a value of a row as a typed literal."""
    if isinstance(value, bool):
        return constant(Const(value, "flag"))
    if isinstance(value, int):
        return constant(Const(value, "whole"))
    if isinstance(value, float):
        return constant(Const(value, "number"))
    return exp.Literal.string(str(value))


def plain(value: object) -> Value:
    """Return a value from Arrow as a plain one; instants become texts."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ")
    return str(value)
