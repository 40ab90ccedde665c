"""Rows that are not explained because too few are behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.messages import refuse, text

if TYPE_CHECKING:
    from typing import NoReturn

    from mrv.engine.withheld import Hidden


def refuse_withheld(hidden: Hidden) -> NoReturn:
    """Refuse to explain a row that a run withholds, or one that would show it.

    Raises:
        Refused: ``call.withheld``.
    """
    least = hidden.guard.least
    refuse(
        "call.withheld",
        text(
            f"按 {'、'.join(hidden.names)} 的这一行未列出：{hidden.guard.of} 不足 {least}，"
            "或与其他行相减即可得出",
            f"this row by {', '.join(hidden.names)} is withheld: {hidden.guard.of} is below "
            f"{least}, or it would give such a row away",
        ),
        why=text("很小的组会泄露个人的数值。", "A very small group gives its persons away."),
    )
