"""What reading a table needs and leaves behind, and how one column is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.activity.findings import Group
from mrv.activity.sql import (
    among,
    both,
    call,
    cast,
    choose,
    col,
    compare,
    either,
    is_null,
    null,
    select,
    try_cast,
    words,
)

if TYPE_CHECKING:
    from mrv.activity.mapping import ColumnMap, TableMap
    from mrv.activity.raw import Header, Raw
    from mrv.activity.sql import Sql
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Column, Input
    from mrv.messages import Text
    from mrv.units import Unit

OK, MISSING, UNREADABLE, NO_UNIT, BAD_UNIT, UNKNOWN_UNIT = range(6)
BLANKS = " \t\r\n\f\v\u00a0\u3000\ufeff"


@dataclass(frozen=True)
class Binding:
    """Where one declared column comes from.

    Attributes:
        column: the declared column.
        map: what the mapping says of it.
        header: the user's column; None where there is none or a constant stands for it.
        unit_header: the user's column with each row's unit, or None.
        neat: whether no cell has blanks at its ends, so that none need to be cut off.
        full: whether no cell is missing.
        unit_neat: whether every row's unit is there and has no blanks at its ends.
    """

    column: Column
    map: ColumnMap
    header: Header | None = None
    unit_header: Header | None = None
    neat: bool = False
    full: bool = False
    unit_neat: bool = False


@dataclass(frozen=True)
class Cell:
    """How one declared column is read: expressions over the user's table.

    Attributes:
        column: the declared column.
        heading: the user's heading.
        value: typed, in the declared unit; missing unless ``state`` is OK.
        state: OK, MISSING, UNREADABLE, NO_UNIT, BAD_UNIT or UNKNOWN_UNIT.
        raw: the cell as text.
        unit: the user's unit where one holds for the whole column.
        misfit: why units of some rows do not fit.
        known: spellings that would have been right, for the hint.
        codes: the states that can occur at all.
    """

    column: Column
    heading: str
    value: Sql
    state: Sql
    raw: Sql
    unit: Unit | None = None
    misfit: Text | None = None
    known: tuple[str, ...] = ()
    codes: frozenset[int] = frozenset({OK})


@dataclass
class Reading:
    """One table while it is being read: the only place that collects."""

    workspace: Workspace
    declared: Input
    raw: Raw
    map: TableMap
    kept: Sql
    findings: list[Group] = field(default_factory=list)
    notes: list[Text] = field(default_factory=list)

    def ask(self, columns: list[Sql], condition: Sql | None = None) -> list[tuple[object, ...]]:
        """Query the user's rows that the filter keeps."""
        query = select(columns, self.raw.view).where(self.kept.copy())
        if condition is not None:
            query = query.where(condition.copy())
        return self.workspace.run(query).fetchall()

    def find(
        self, rule: str, what: Text, heading: str | None = None, *, hint: Text | None = None
    ) -> None:
        """Collect a finding about the table or a column as a whole."""
        name, origin = self.declared.name, self.raw.origin
        self.findings.append(Group(rule, name, origin, what, heading, hint=hint))

    def note(self, what: Text) -> None:
        """Collect a remark."""
        self.notes.append(what)


def tidy(value: Sql) -> Sql:
    """Return the text without blanks at its ends."""
    return call("trim", value, words(BLANKS))


def as_text(header: Header) -> Sql:
    """Return a cell as the text a person would have typed; whole floats without ``.0``."""
    value = col(header.column)
    if header.kind == "text":
        return value
    plain = cast(value, "VARCHAR")
    if header.kind != "float":
        return plain
    small = compare("<", call("abs", value), cast(words("1e15"), "DOUBLE"))
    exact = compare("=", call("floor", value), value)
    integer = try_cast(value, "BIGINT")
    return choose([(both([small, exact]), cast(integer, "VARCHAR"))], plain)


def text_of(binding: Binding, header: Header) -> Sql:
    """Return the cell as a text without blanks at its ends."""
    written = as_text(header)
    return written if binding.neat or header.kind != "text" else tidy(written)


def missing_texts(reading: Reading, binding: Binding) -> frozenset[str]:
    """Return the texts that stand for a missing cell, the empty one among them."""
    return frozenset(("", *(t.strip(BLANKS) for t in (*reading.map.missing, *binding.map.missing))))


def missing(reading: Reading, binding: Binding, header: Header) -> Sql:
    """Return the condition that the cell counts as missing; FALSE where none is."""
    if binding.full:
        return exp.false()
    return missing_cells(header, text_of(binding, header), missing_texts(reading, binding))


def missing_cells(header: Header, written: Sql, texts: frozenset[str]) -> Sql:
    """Return the condition that a cell is absent, not a number, or one of some texts."""
    value = col(header.column)
    conditions = [is_null(value)]
    if header.kind == "float":
        conditions.append(call("isnan", value))
    if header.kind == "text" or len(texts) > 1:
        conditions.append(among(written, texts))
    return either(conditions)


def unless(absent: Sql, value: Sql, kind: str) -> Sql:
    """Return the value where the cell is there."""
    return value if absent == exp.false() else choose([(absent, null(kind))], value)


def state_of(
    absent: Sql,
    value: Sql,
    troubles: list[tuple[Sql, int]] | None = None,
    *,
    sure: bool = False,
) -> tuple[Sql, frozenset[int]]:
    """Return the state of a cell and the states that can occur.

    Args:
        absent: the cell is missing.
        value: the value as read; missing where the cell cannot be read.
        troubles: further conditions with their states, tried in this order.
        sure: whether every cell that is there can be read.
    """
    tried = [] if absent == exp.false() else [(absent, MISSING)]
    tried += troubles or []
    if not sure:
        tried.append((is_null(value), UNREADABLE))
    branches = [(condition, _code(code)) for condition, code in tried]
    return choose(branches, _code(OK)), frozenset({OK, *(code for _, code in tried)})


def _code(code: int) -> Sql:
    return cast(words(str(code)), "TINYINT")


def nothing(column: Column, kind: str, *, state: int = MISSING, heading: str | None = None) -> Cell:
    """Return a column that is missing in every row."""
    name = heading or column.name
    codes = frozenset({state})
    return Cell(column, name, null(kind), _code(state), null("VARCHAR"), codes=codes)


SQL_TYPES = {
    "quantity": "DOUBLE",
    "text": "VARCHAR",
    "yes-no": "BOOLEAN",
    "month": "VARCHAR",
    "day": "VARCHAR",
    "year": "BIGINT",
    "instant": "TIMESTAMP",
}
