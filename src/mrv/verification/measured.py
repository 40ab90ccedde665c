"""Values called measured that are, to the last digit, the default."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.explain.gather import Gather
from mrv.language.tree import Apply, ColumnOf, FormulaOf, Scaled
from mrv.messages import text
from mrv.verification.oddities import Oddity, first_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mrv.engine.run import Run
    from mrv.language.tree import Node


def equal_to_default(run: Run) -> Iterator[Oddity]:
    """Find rows where a measured value stands that equals what would have stood without it.

    Looked for in every formula of the form ``first(measured, default)``.
    """
    for name, formula in run.methodology.formulas.items():
        body = formula.body
        if not (formula.grain.is_row and isinstance(body, Apply) and body.op == "first"):
            continue
        given = _column(body.args[0])
        if given is None or len(body.args) < 2:  # noqa: PLR2004
            continue
        gather = Gather(run, name)
        columns = [_read(gather, run, part, name) for part in body.args[:2]]
        if None in columns:
            continue
        relation, _ = gather.planned.frame(formula.grain)
        one, two = (str(column) for column in columns)
        sql = gather.session.query(
            relation, list(dict.fromkeys([one, two])), rows=True, labelled=True
        )
        frame = gather.session.dataset.connection.sql(sql).df()
        measured = frame[frame[one].notna()]
        same = measured[measured[one] == measured[two]]
        if len(same):
            share = len(same) / len(measured)
            yield Oddity(
                "equal-to-default", formula.grain.table or "", (given,),
                {"share of measured": share}, "0 rows", None, len(same), first_rows(same["_row"]),
                text(
                    f"{given}：{len(measured)} 个“实测值”中 {len(same)} 个恰等于缺省值（{name}）",
                    f"{given}: {len(same)} of {len(measured)} values called measured equal the "
                    f"default ({name})",
                ),
            )  # fmt: skip


def _column(node: Node) -> str | None:
    while isinstance(node, Scaled):
        node = node.inner
    return node.column if isinstance(node, ColumnOf) else None


def _read(gather: Gather, run: Run, node: Node, owner: str) -> str | None:
    """Return the engine's column of an operand, in the unit of the formula."""
    if isinstance(node, FormulaOf):
        return gather.planned.field(node.name).column
    if isinstance(node, ColumnOf):
        return node.column
    return gather.probe(node, run.methodology.formulas[owner].grain)
