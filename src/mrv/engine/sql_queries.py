"""The few shapes of SELECT that a plan needs, over the alias ``s``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot.expressions import Expr as Sql


def named_table(name: str, alias: str = "s") -> exp.Table:
    """Return a quoted table or relation under an alias."""
    return exp.Table(
        this=exp.Identifier(this=name, quoted=True),
        alias=exp.TableAlias(this=exp.Identifier(this=alias, quoted=True)),
    )


def select_from(expressions: Sequence[Sql], source: str) -> exp.Select:
    """Return the query of some values over a table or relation."""
    return exp.Select(expressions=list(expressions)).from_(named_table(source), copy=False)


def select_all(source: str, extra: Sequence[Sql]) -> exp.Select:
    """Return the query of all columns of a relation, and more values."""
    star = exp.Column(this=exp.Star(), table=exp.Identifier(this="s", quoted=True))
    return select_from([star, *extra], source)


def left_join(query: exp.Select, other: str, alias: str, conditions: Sequence[Sql]) -> exp.Select:
    """Add what fits of another relation; without conditions its one row fits every row."""
    on = exp.and_(*conditions) if conditions else exp.true()
    return query.join(named_table(other, alias), on=on, join_type="left", copy=False)
