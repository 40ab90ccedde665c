"""Decision tables: read row by row; :mod:`mrv.language.proof` proves them complete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.language.cells import read_interval, read_number
from mrv.language.checked import Decision, Rule
from mrv.language.proof import prove
from mrv.language.tree import Number, Word
from mrv.language.world import describe_kind, quantity
from mrv.messages import Refused, did_you_mean, refuse, text
from mrv.units import ONE

if TYPE_CHECKING:
    from mrv.language.checked import Interval
    from mrv.language.model import TableRow, Written
    from mrv.language.tree import Node
    from mrv.language.types import Type
    from mrv.language.world import TableHeader, World
    from mrv.messages import Diagnostic

_DECIDABLE = frozenset({"quantity", "text", "yes-no", "year"})


def read_decision(header: TableHeader, keys: list[tuple[str, Node]], world: World) -> Decision:
    """Read and prove a decision table.

    Args:
        header: the table with the types of its outcomes.
        keys: its inputs as typed expressions.
        world: all names, for the limits of columns.

    Raises:
        Refused: ``table.*``: unknown words, wrong units, gaps and overlaps, all at once.
    """
    for (_, node), (_, written) in zip(keys, header.declared.of, strict=True):
        _decidable(node, written)
    findings: list[Diagnostic] = []
    rules = [_rule(row, header, dict(keys), findings) for row in header.declared.rows]
    decision = Decision(
        header.name, tuple(keys), tuple(header.gives.items()), tuple(rules),
        header.declared.hit, header.declared.source, header.declared.place,
    )  # fmt: skip
    if not findings:
        findings += prove(decision, world)
    if findings:
        raise Refused(findings)
    return decision


def _decidable(node: Node, written: Written) -> None:
    """Refuse an input on which a table cannot decide."""
    kind = node.type.kind
    if kind == "text" and node.type.words is None:
        refuse(
            "word.open",
            text("决策表只能按声明过词表的列判断", "a table decides on declared vocabularies only"),
            written.place,
            hint=text("给该列声明 one_of: [...]。", "Declare one_of: [...] for the column."),
        )
    if kind not in _DECIDABLE:
        zh, en = describe_kind(kind)
        refuse(
            "type.mismatch",
            text(f"决策表不能按{zh}判断", f"a decision table cannot decide on {en}"),
            written.place,
            hint=text("时刻可以写 year(列)。", "Of an instant you may write year(column)."),
        )


def _rule(
    row: TableRow, header: TableHeader, keys: dict[str, Node], findings: list[Diagnostic]
) -> Rule:
    """Read one row, cell by cell; what is wrong is added to ``findings``."""
    written, cells = dict(row.conditions), dict(row.outcomes)
    conditions: list[tuple[str, frozenset[str] | Interval | None]] = []
    outcomes: list[tuple[str, Node | str]] = []
    for name, node in keys.items():
        try:
            conditions.append((name, _condition(written.get(name), node, header)))
        except Refused as refused:
            findings += refused.diagnostics
    for name, kind in header.gives.items():
        try:
            if name not in cells:
                refuse(
                    "table.cell",
                    text(f"这一行没有给出“{name}”", f'this row does not give "{name}"'),
                    row.place,
                )
            outcomes.append((name, _outcome(cells[name], name, kind, header, keys)))
        except Refused as refused:
            findings += refused.diagnostics
    return Rule(tuple(conditions), tuple(outcomes), row.place)


def _outcome(
    cell: Written, name: str, kind: Type, header: TableHeader, keys: dict[str, Node]
) -> Node | str:
    """Read an outcome: an input of the table, a word, or a number with its unit."""
    if kind.unit is None:
        words = kind.words or frozenset()
        if cell.text not in words:
            refuse(
                "word.unknown",
                text(f"“{name}”没有取值“{cell.text}”", f'"{name}" has no word "{cell.text}"'),
                cell.place,
                hint=did_you_mean(cell.text, words),
            )
        return Word(cell.text, kind, cell.place)
    if cell.text in keys:
        own = keys[cell.text].type.unit
        if own != kind.unit:
            refuse(
                "table.cell",
                text(
                    f"输入“{cell.text}”的单位与“{name}”声明的单位不同",
                    f'input "{cell.text}" is not in the unit declared for "{name}"',
                ),
                cell.place,
                hint=text(
                    f"应为 {kind.unit.spelling}，输入是 {own.spelling if own else '文本'}。",
                    f"{kind.unit.spelling} is needed, the input is "
                    f"{'in ' + own.spelling if own else 'no quantity'}.",
                ),
            )
        return cell.text
    return Number(read_number(cell.text, kind.unit, header, cell), quantity(kind.unit), cell.place)


def _condition(
    written: Written | tuple[Written, ...] | None, node: Node, header: TableHeader
) -> frozenset[str] | Interval | None:
    """Read a condition: ``any``, words, a bound or a range."""
    items = written if isinstance(written, tuple) else (written,) if written else ()
    if not items or (items[0].text == "any" and not isinstance(written, tuple)):
        return None
    if node.type.kind in {"text", "yes-no"}:
        words = node.type.words if node.type.kind == "text" else frozenset({"yes", "no"})
        for item in items:
            if item.text not in (words or ()):
                refuse(
                    "word.unknown",
                    text(
                        f"词表中没有“{item.text}”", f'"{item.text}" is not a word of the vocabulary'
                    ),
                    item.place,
                    hint=did_you_mean(item.text, [*(words or ()), "any"]),
                )
        return frozenset(item.text for item in items)
    if len(items) != 1:
        refuse(
            "table.cell",
            text("数值条件只能写一个区间", "a condition on numbers is one interval"),
            items[0].place,
            hint=text("分成几行，每行一个区间。", "Make several rows, one interval in each."),
        )
    return read_interval(items[0], node.type.unit or ONE, header)
