"""Small builders of SQL trees: every name and text of a user becomes a quoted node, never glue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Sql = exp.Expression
_BASE = exp.TableAlias(this=exp.to_identifier("base"))


def col(name: str, table: str | None = None) -> exp.Column:
    """Return a quoted column reference."""
    return exp.column(exp.to_identifier(name, quoted=True), table=table, quoted=True)


def named(value: Sql, name: str) -> exp.Alias:
    """Return ``value AS "name"``."""
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def words(value: str) -> exp.Literal:
    """Return a text literal."""
    return exp.Literal.string(value)


def whole(value: int) -> Sql:
    """Return a whole number literal as BIGINT."""
    return cast(exp.Literal.string(str(value)), "BIGINT")


def double(value: float) -> Sql:
    """Return a DOUBLE literal; a bare ``0.98`` would be read as a decimal."""
    return cast(exp.Literal.string(repr(float(value))), "DOUBLE")


def null(kind: str) -> Sql:
    """Return a missing value of a SQL type."""
    return cast(exp.Null(), kind)


def call(name: str, *arguments: Sql) -> Sql:
    """Return a function call, spelt exactly as given."""
    return exp.Anonymous(this=name, expressions=list(arguments))


def cast(value: Sql, kind: str) -> Sql:
    """Return ``CAST(value AS kind)``."""
    return exp.Cast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))


def try_cast(value: Sql, kind: str) -> Sql:
    """Return ``TRY_CAST(value AS kind)``: missing where it cannot be read."""
    return exp.TryCast(this=value, to=exp.DataType.build(kind, dialect="duckdb"))


_ATOMS = (exp.Column, exp.Literal, exp.Cast, exp.Paren, exp.Anonymous, exp.Boolean)


def _operand(value: Sql) -> Sql:
    """Return the value in brackets unless it holds together without them."""
    return value if isinstance(value, _ATOMS) else exp.Paren(this=value)


def is_null(value: Sql) -> Sql:
    """Return ``value IS NULL``."""
    return exp.Is(this=_operand(value), expression=exp.Null())


def negate(value: Sql) -> Sql:
    """Return ``NOT (value)``."""
    return exp.Not(this=_operand(value))


def compare(sign: str, left: Sql, right: Sql) -> Sql:
    """Return a comparison; ``sign`` is one of ``= <> < <= > >=``."""
    kinds = {"=": exp.EQ, "<>": exp.NEQ, "<": exp.LT, "<=": exp.LTE, ">": exp.GT, ">=": exp.GTE}
    return exp.Paren(this=kinds[sign](this=_operand(left), expression=_operand(right)))


def among(value: Sql, texts: Iterable[str]) -> Sql:
    """Return ``value IN ('…', …)``; FALSE for an empty list."""
    listed = sorted(set(texts))
    if not listed:
        return exp.false()
    return exp.Paren(this=exp.In(this=_operand(value), expressions=[words(t) for t in listed]))


def both(conditions: Iterable[Sql]) -> Sql:
    """Return the conjunction; TRUE when there is no condition."""
    parts = list(conditions)
    return exp.paren(exp.and_(*parts, copy=False)) if parts else exp.true()


def either(conditions: Iterable[Sql]) -> Sql:
    """Return the disjunction; FALSE when there is no condition."""
    parts = list(conditions)
    return exp.paren(exp.or_(*parts, copy=False)) if parts else exp.false()


def choose(branches: Sequence[tuple[Sql, Sql]], otherwise: Sql) -> Sql:
    """Return ``CASE WHEN … THEN … ELSE … END``; only ``otherwise`` if there is no branch."""
    if not branches:
        return otherwise
    case = exp.Case()
    for condition, value in branches:
        case = case.when(condition, value, copy=False)
    return case.else_(otherwise, copy=False)


def times(left: Sql, right: Sql) -> Sql:
    """Return ``(left * right)``."""
    return exp.Paren(this=exp.Mul(this=_operand(left), expression=right))


def over(left: Sql, right: Sql) -> Sql:
    """Return ``(left / right)`` as IEEE division, which DuckDB does on doubles."""
    # typed and safe are set so that no dialect rewrite adds casts or zero guards
    division = exp.Div(this=_operand(left), expression=right, typed=False, safe=False)
    return exp.Paren(this=division)


def count_where(condition: Sql) -> Sql:
    """Return how many rows meet the condition."""
    where = exp.Where(this=condition)
    return exp.Filter(this=exp.Count(this=exp.Star()), expression=where)


def select(columns: Iterable[Sql], source: str | Sql) -> exp.Select:
    """Return ``SELECT columns FROM source AS base``; the source is a view name or a sub-select."""
    query = exp.Select(expressions=list(columns))
    if isinstance(source, str):
        return query.from_(exp.Table(this=table(source).this, alias=_BASE.copy()))
    return query.from_(exp.Subquery(this=source, alias=_BASE.copy()))


def table(name: str) -> exp.Table:
    """Return a quoted table or view name."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def render(query: Sql) -> str:
    """Write the tree as DuckDB SQL."""
    return query.sql(dialect="duckdb")
