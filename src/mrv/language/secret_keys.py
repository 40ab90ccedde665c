"""Secret keys: which columns name persons, through references too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.language.inputs import Column, Input


def with_secrets(inputs: Mapping[str, Input]) -> tuple[dict[str, Input], list[Diagnostic]]:
    """Mark the columns that refer to a secret key as secret too.

    Returns:
        The tables with every secret column marked, and what is wrong: ``secret.unlike`` for a
        key of one name that is secret in one table and open in another.

    Example:
        >>> from mrv.language.inputs import Column, Input
        >>> user = Input("user", ("user",), (Column("user", "text", secret=True),))
        >>> trip = Input("trip", (), (Column("rider", "text", refers_to="user"),))
        >>> with_secrets({"user": user, "trip": trip})[0]["trip"].columns[0].secret
        True
    """
    marked = dict(inputs)
    while True:
        again = {
            name: replace(table, columns=tuple(_marked(column, marked) for column in table.columns))
            for name, table in marked.items()
        }
        if again == marked:
            return marked, _unlike(marked)
        marked = again


def _marked(column: Column, inputs: Mapping[str, Input]) -> Column:
    target = inputs.get(column.refers_to or "")
    if column.secret or target is None:
        return column
    key = target.column(target.key[0]) if len(target.key) == 1 else None
    return replace(column, secret=True) if key is not None and key.secret else column


def _unlike(inputs: Mapping[str, Input]) -> list[Diagnostic]:
    """Find open keys with the name of a secret one: hashes would never meet what is open."""
    secret = {
        column.name: table.name
        for table in inputs.values()
        for column in table.columns
        if column.secret
    }
    return [
        Diagnostic(
            "secret.unlike",
            text(
                f"“{column.name}”在表 {secret[column.name]} 中保密，在表 {table.name} 中却不保密",
                f'"{column.name}" is secret in the table {secret[column.name]} and open in '
                f"{table.name}",
            ),
            column.place,
            why=text(
                "保密的键以散列值出现，与原文对不上。",
                "A secret key appears as a hash, which never equals what is written openly.",
            ),
            hint=text("两处都写 secret: true。", "Write secret: true in both."),
        )
        for table in inputs.values()
        for column in table.columns
        if column.name in secret and not column.secret and _open_key(column)
    ]


def _open_key(column: Column) -> bool:
    free = column.words is None and column.vocabulary is None
    return column.kind == "text" and free


def secret_columns(declared: Input) -> tuple[Column, ...]:
    """Return the secret columns of a table."""
    return tuple(column for column in declared.columns if column.secret)
