"""A sample: what can be checked, what is asked for, and what is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Why = Literal["facility", "month", "certain", "drawn"]


@dataclass(frozen=True)
class Item:
    """A row of data that could be checked.

    Attributes:
        table: the input table.
        row: its row in the emitter's file.
        organisation: whose it is.
        period: its accounting period.
        keys: what names it.
        facility: the ship, machine, site or meter that it belongs to.
        month: its month, if it has one.
        amount: what it adds to the result.
        default: whether a default or other fall-back was taken for it.
    """

    table: str
    row: int
    organisation: str
    period: str
    keys: tuple[tuple[str, str], ...]
    facility: str
    month: str | None
    amount: float
    default: bool


@dataclass(frozen=True)
class Chosen:
    """A row that is to be checked, and why.

    Attributes:
        item: the row.
        why: every rule that asks for it.
        share: its part of the amounts of all rows.
        stage: how far the check of monthly data had widened when it came in, from 0.
    """

    item: Item
    why: tuple[Why, ...]
    share: float
    stage: int = 0


@dataclass(frozen=True)
class Asked:
    """What a plan is asked for.

    Attributes:
        seed: any text; the same one gives the same plan.
        confidence: of the statement about the total, such as 0.95.
        materiality: share of the total that an error may reach, such as 0.05.
        step: how far the check of monthly data has widened, from 0.
    """

    seed: str
    confidence: float = 0.95
    materiality: float = 0.05
    step: int = 0


@dataclass(frozen=True)
class Plan:
    """A sampling plan.

    Attributes:
        sealed: hash of the receipt that it is for.
        output: the result that it is about.
        unit: its unit.
        total: its value.
        asked: what was asked for.
        interval: sampling interval in the unit of the result.
        months: share of monthly data that is checked.
        chosen: the rows, in the order of their tables.
        items: how many rows there are.
        left: what no row accounts for.
    """

    sealed: str
    output: str
    unit: str
    total: float
    asked: Asked
    interval: float
    months: float
    chosen: tuple[Chosen, ...]
    items: int
    left: float

    @property
    def covered(self) -> float:
        """Share of the amounts that the chosen rows make up."""
        return sum(one.share for one in self.chosen)

    @property
    def whole(self) -> bool:
        """Whether every row is to be checked."""
        return len(self.chosen) == self.items
