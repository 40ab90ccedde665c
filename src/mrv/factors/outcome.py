"""The outcome of a resolution: found, none or ambiguous, each with its reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mrv.factors.order import release_of
from mrv.messages import did_you_mean, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterable
    from fractions import Fraction

    from mrv.factors.order import Cost
    from mrv.factors.row import FactorRow
    from mrv.factors.store import Store
    from mrv.messages import Text

_SHOWN = 8


@dataclass(frozen=True)
class Resolution:
    """The answer to a query, with its reason.

    Attributes:
        status: ``found``, ``none`` or ``ambiguous``.
        row: the row, if found.
        number: its printed value converted exactly to the unit of the query.
        steps: each condition and choice with how many rows it left.
        runners_up: rows that met every condition, in a region of the chain if there is one, and
            were not taken; if ambiguous, those that are left to choose from.
        fallbacks: where the first wish (region, year) was not met; empty if it was.
        reason: the outcome in one sentence.
        release: name of the release that the row is from.
        costs: the fall-backs again, each with how far it went.
        not_taken: the runners-up, each with the reason why it was not taken.
    """

    status: Literal["found", "none", "ambiguous"]
    row: FactorRow | None
    number: Fraction | None
    steps: tuple[Text, ...]
    runners_up: tuple[FactorRow, ...]
    fallbacks: tuple[Text, ...]
    reason: Text
    release: str = field(default="", compare=False)
    costs: tuple[Cost, ...] = ()
    not_taken: tuple[tuple[FactorRow, Text], ...] = ()

    @property
    def cost(self) -> int:
        """All steps away from the first wish together: regions down the chain plus years back."""
        return sum(cost.steps for cost in self.costs)


def known(what: str, word: str, values: Iterable[str], *, shown: bool = False) -> Text:
    """List what there would have been: the nearest names, or those that the rows before had."""
    if not shown:
        return did_you_mean(word, values)
    names = sorted(value for value in values if value)
    listed = ", ".join(names[:_SHOWN]) + (" …" if len(names) > _SHOWN else "") or "-"
    return text(f"此前各条的 {what}：{listed}", f"{what} of the rows before: {listed}")


def none(steps: list[Text], more: Text | None = None) -> Resolution:
    """Say that nothing is left, and which condition removed the last candidates."""
    last = steps[-1]
    zh = f"没有符合全部条件的因子；排除最后候选的条件是“{last.zh}”" + (
        f"。{more.zh}" if more else ""
    )
    en = f'no row meets the conditions; the last were removed by "{last.en}"' + (
        f". {more.en}" if more else ""
    )
    return Resolution("none", None, None, tuple(steps), (), (), text(zh, en))


def ambiguous(
    steps: list[Text], left: tuple[FactorRow, ...], costs: list[Cost], store: Store
) -> Resolution:
    """Say that several rows are left, how far they lie apart, and ask for a pin."""
    ids = ", ".join(row.id for row in left[:_SHOWN]) + (" …" if len(left) > _SHOWN else "")
    spread_zh, spread_en = _spread(left)
    reason = text(
        f"有 {len(left)} 条因子同样满足条件，请用 pin 指定其一或增加条件：{ids}{spread_zh}",
        f"{len(left)} rows meet the conditions equally; pin one or add a condition: "
        f"{ids}{spread_en}",
    )
    releases = {release_of(row, store) for row in left}
    return Resolution(
        "ambiguous",
        None,
        None,
        tuple(steps),
        left,
        tuple(cost.said for cost in costs),
        reason,
        release=releases.pop() if len(releases) == 1 else "",
        costs=tuple(costs),
    )


def _spread(rows: tuple[FactorRow, ...]) -> tuple[str, str]:
    """Tell the smallest, the middle and the largest value of rows that compete."""
    unit = parse_unit(rows[0].unit)
    values = sorted(row.exact * parse_unit(row.unit).ratio_to(unit) for row in rows)
    low, high = float(values[0]), float(values[-1])
    middle = float((values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2)
    said = f"{low:.6g} / {middle:.6g} / {high:.6g} {rows[0].unit}"
    return f"；最小/中位/最大：{said}", f"; lowest / middle / highest: {said}"
