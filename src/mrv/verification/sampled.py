"""A sampling plan from a receipt alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mrv.receipt import open_receipt, run_again, sealed_basis, stores_at_hand
from mrv.verification.items import items_of, total_of
from mrv.verification.sampling import sampling_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.verification.sampling import Asked, Item, Plan


@dataclass(frozen=True)
class Population:
    """All rows of a receipt that could be checked, with what each adds to a result.

    Attributes:
        sealed: hash of the receipt.
        output: name, unit and value of the result.
        items: the rows.
        left: what no row accounts for.
    """

    sealed: str
    output: tuple[str, str, float]
    items: Sequence[Item]
    left: float

    def plan(self, asked: Asked) -> Plan:
        """Plan a sample of the rows.

        Raises:
            Refused: ``call.sample``.
        """
        return sampling_plan(self.sealed, self.output, self.items, asked, self.left)


def plan_of_receipt(
    path: Path, asked: Asked, *, result: str | None = None, factors: Sequence[Path] = ()
) -> Plan:
    """Plan a sample of the rows that a receipt holds.

    Args:
        path: the receipt.
        asked: seed, confidence, materiality, how far the plan has widened.
        result: the result that the sample is about; None for the first total.
        factors: own folders of factor releases, for rows that the receipt may not hold.

    Raises:
        Refused: ``receipt.*`` for a receipt that is not what it says, ``call.*``.
    """
    return population_of(path, result=result, factors=factors).plan(asked)


def population_of(
    path: Path, *, result: str | None = None, factors: Sequence[Path] = ()
) -> Population:
    """Run a receipt and list its rows with what each adds to a result.

    Args:
        path: the receipt.
        result: the result that is meant; None for the first total.
        factors: own folders of factor releases, for rows that the receipt may not hold.

    Raises:
        Refused: ``receipt.*`` for a receipt that is not what it says, ``call.*``.
    """
    with open_receipt(path) as opened:
        basis = sealed_basis(opened, stores_at_hand(opened, factors))
        with run_again(opened, basis) as run:
            name = total_of(run, result)
            items, value, unit, left = items_of(run, name)
        return Population(opened.sealed, (name, unit, value), items, left)
