"""Groups by what the file works out: ``per: [reason]``, where ``reason`` is a formula of rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mrv.language.types import Key
from mrv.messages import refuse, text

if TYPE_CHECKING:
    from mrv.language.model import Formula, Written
    from mrv.language.scope import Scope
    from mrv.language.world import World


@dataclass(frozen=True)
class KeyPart:
    """One key as written: a column, with or without its table, or a calendar part of it."""

    name: str
    part: Literal["month", "day", "year"] | None
    written: Written

    @property
    def column(self) -> str:
        """The column without its table."""
        return self.name.rpartition(".")[2]


def given_by(part: KeyPart, scope: Scope) -> Formula | None:
    """Return the formula of the file that a key names, if it names one and no need.

    Raises:
        Refused: ``grain.key`` for a formula that is not one of the rows of a table.
    """
    if part.part is not None or any(need.name == part.name for need in scope.document.needs):
        return None
    found = next((one for one in scope.document.formulas if one.name == part.name), None)
    if found is not None and found.each is None:
        refuse(
            "grain.key",
            text(
                f"“{part.name}”不是某张表每一行的公式，不能作分组的键",
                f'"{part.name}" is no formula of the rows of a table, so it cannot be a key',
            ),
            part.written.place,
            hint=text("给它写 each: 表名。", "Give it each: with the table."),
        )
    return found


def formula_key(formula: Formula, part: KeyPart, table: str, scope: Scope, world: World) -> Key:
    """Make the key of a group from a formula of the table's rows.

    Raises:
        Refused: ``grain.key`` for one that is a quantity or may be missing;
            ``name.ambiguous`` where a column has the same name.
    """
    place, name = part.written.place, part.name
    if formula.type == "quantity" or formula.optional:
        zh = "可能缺失" if formula.optional else "是数值"
        en = "may be missing" if formula.optional else "is a quantity"
        refuse(
            "grain.key",
            text(f"“{name}”{zh}，不能作分组的键", f'"{name}" {en}, so it cannot be a key'),
            place,
            hint=text(
                "键应是 one_of: 或 type: yes-no 的公式，且总有值。",
                "A key is a formula with one_of: or type: yes-no that is always there.",
            ),
        )
    if not scope.prefix and world.inputs[table].column(name) is not None:
        refuse(
            "name.ambiguous",
            text(
                f"“{name}”既是 {table} 的列，又是公式",
                f'"{name}" is a column of {table} and also a formula',
            ),
            place,
            hint=text(f"列写作 {table}.{name}。", f"Write {table}.{name} for the column."),
        )
    full = f"{scope.prefix}{name}"
    world.used.add(full)
    words = None if formula.type == "yes-no" else frozenset(formula.words or ())
    return Key(name, name, formula=full, words=words)
