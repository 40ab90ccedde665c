"""Input tables: from declarations to columns with units, references and limits."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.language.inputs import Column, Input, Limits
from mrv.language.secret_keys import with_secrets
from mrv.messages import Refused, did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.language.model import DeclaredColumn, DeclaredInput, Written
    from mrv.language.scope import Scope
    from mrv.language.types import Kind
    from mrv.messages import Diagnostic

_KINDS: dict[str, Kind] = {
    "quantity": "quantity", "key": "text", "word": "text", "ref": "text", "month": "month",
    "day": "day", "year": "year", "instant": "instant", "yes-no": "yes-no",
}  # fmt: skip


@dataclass
class Tables:
    """The input tables of a file, and what was wrong with them.

    Attributes:
        broken: columns that could not be read, as ``table.column``.
    """

    inputs: dict[str, Input] = field(default_factory=dict)
    findings: list[Diagnostic] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)


def open_inputs(
    declared: Sequence[DeclaredInput], scope: Scope, vocabularies: Mapping[str, frozenset[str]]
) -> Tables:
    """Make input tables, with units read and references checked.

    Args:
        declared: the tables as declared.
        scope: the file, whose choices may stand in units.
        vocabularies: words of the factor store by kind.
    """
    tables = Tables()
    names = {table.name: table for table in declared}
    for table in declared:
        columns: list[Column] = []
        for item in table.columns:
            try:
                columns.append(read_column(item, scope, names, vocabularies))
            except Refused as refused:
                tables.findings += refused.diagnostics
                tables.broken.add(f"{table.name}.{item.name}")
        tables.inputs[table.name] = Input(
            table.name, tuple(key.text for key in table.key), tuple(columns), table.optional,
            table.label, table.note, table.place,
            tuple(
                tuple(tuple(name.text for name in names) for names in alternatives)
                for alternatives in table.at_least_one
            ),
        )  # fmt: skip
    tables.inputs, unlike = with_secrets(tables.inputs)
    tables.findings += unlike
    return tables


def read_column(
    item: DeclaredColumn,
    scope: Scope,
    names: Mapping[str, DeclaredInput],
    vocabularies: Mapping[str, frozenset[str]],
) -> Column:
    """Make one column; check what it refers to.

    Raises:
        Refused: a unit that cannot be read, or a reference that leads nowhere.
    """
    refers_to = vocabulary = None
    if item.refers_to is not None:
        target = item.refers_to.text
        if target.startswith("factors."):
            vocabulary = target.removeprefix("factors.")
            if vocabularies and vocabulary not in vocabularies:
                refuse(
                    "name.unknown",
                    text(
                        f"因子库没有“{vocabulary}”这类词表",
                        f'the factor store has no vocabulary "{vocabulary}"',
                    ),
                    item.refers_to.place,
                    hint=did_you_mean(target, [f"factors.{name}" for name in vocabularies]),
                )
        else:
            refers_to = _referred(item.refers_to, names)
    limits = None
    if item.type == "quantity":
        limits = Limits(
            _limit(item.lowest), _limit(item.highest), _limit(item.above), _limit(item.below),
            item.whole,
        )  # fmt: skip
    unit = scope.unit(item.unit) if item.unit is not None else None
    return Column(
        item.name, _KINDS[item.type], unit, item.optional, limits, item.words,
        refers_to, vocabulary, item.label, item.note, item.place, item.secret,
        item.unknown_missing,
    )  # fmt: skip


def _limit(printed: str | None) -> Fraction | None:
    return None if printed is None else Fraction(printed)


def _referred(written: Written, names: Mapping[str, DeclaredInput]) -> str:
    """Return the input table that a column refers to; it must have a single key."""
    if written.text not in names:
        refuse(
            "name.unknown",
            text(
                f"没有名为“{written.text}”的输入表可供引用",
                f'there is no input table "{written.text}" to refer to',
            ),
            written.place,
            hint=did_you_mean(written.text, [*names, "factors.fuel"]),
        )
    if len(names[written.text].key) != 1:
        refuse(
            "reference.key",
            text(
                f"只能引用单列主键的表；{written.text} 的主键有 {len(names[written.text].key)} 列",
                "only a table with a single key column can be referred to; "
                f"{written.text} has {len(names[written.text].key)}",
            ),
            written.place,
            hint=text(
                "几列相同的键不用声明引用：同名同类的列自会对上。",
                "Keys of several columns need no reference: columns of one name and kind meet.",
            ),
        )
    return written.text
