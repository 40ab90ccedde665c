"""What reading a table needs and leaves behind, and how one column is read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mrv.activity.findings import Group
from mrv.activity.sql import call, cast, choose, col, compare, either, is_null, select, whole, words
from mrv.messages import Text

if TYPE_CHECKING:
    from mrv.activity.mapping import ColumnMap, TableMap
    from mrv.activity.raw import Header, Raw
    from mrv.activity.sql import Sql
    from mrv.activity.workspace import Workspace
    from mrv.language.inputs import Column, Input
    from mrv.units import Unit

OK, MISSING, UNREADABLE, NO_UNIT, BAD_UNIT, UNKNOWN_UNIT = range(6)
BLANKS = " \t\r\n\u00a0\u3000\ufeff"


@dataclass(frozen=True)
class Binding:
    """Where one declared column comes from.

    Attributes:
        column: the declared column.
        map: what the mapping says of it.
        header: the user's column; None where there is none or a constant stands for it.
        unit_header: the user's column with each row's unit, or None.
    """

    column: Column
    map: ColumnMap
    header: Header | None = None
    unit_header: Header | None = None


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
    """

    column: Column
    heading: str
    value: Sql
    state: Sql
    raw: Sql
    unit: Unit | None = None
    misfit: Text | None = None
    known: tuple[str, ...] = ()


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
        return cast(value, "VARCHAR")
    plain = cast(value, "VARCHAR")
    if header.kind != "float":
        return plain
    small = compare("<", call("abs", value), cast(words("1e15"), "DOUBLE"))
    exact = compare("=", call("floor", value), value)
    integer = cast(call("round", value), "HUGEINT")
    # NaN is greater than every number here, so it never reaches the cast
    guarded = choose([(small, choose([(exact, cast(integer, "VARCHAR"))], plain))], plain)
    return guarded


def missing(reading: Reading, binding: Binding, header: Header) -> Sql:
    """Return the condition that the cell counts as missing."""
    value = col(header.column)
    texts = {"", *(t.strip(BLANKS) for t in (*reading.map.missing, *binding.map.missing))}
    conditions = [is_null(value)]
    if header.kind == "float":
        conditions.append(call("isnan", value))
    if header.kind == "text" or len(texts) > 1:
        from mrv.activity.sql import among

        conditions.append(among(tidy(as_text(header)), texts))
    return either(conditions)


def state_of(absent: Sql, value: Sql, troubles: list[tuple[Sql, int]] | None = None) -> Sql:
    """Return the state: missing, then the given troubles, then unreadable, else OK."""
    branches = [(absent, _code(MISSING))]
    branches += [(condition, _code(code)) for condition, code in troubles or []]
    branches.append((is_null(value), _code(UNREADABLE)))
    return choose(branches, _code(OK))


def _code(code: int) -> Sql:
    return cast(whole(code), "TINYINT")


def nothing(column: Column, kind: str, *, state: int = MISSING, heading: str | None = None) -> Cell:
    """Return a column that is missing in every row."""
    from mrv.activity.sql import null

    return Cell(column, heading or column.name, null(kind), _code(state), null("VARCHAR"))


SQL_TYPES = {
    "quantity": "DOUBLE",
    "text": "VARCHAR",
    "yes-no": "BOOLEAN",
    "month": "VARCHAR",
    "day": "VARCHAR",
    "year": "BIGINT",
    "instant": "TIMESTAMP",
}
