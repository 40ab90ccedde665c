"""A sampling plan from a receipt alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.receipt import open_receipt, run_again, sealed_basis, stores_at_hand
from mrv.verification.items import items_of, total_of
from mrv.verification.sampling import sampling_plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from mrv.verification.sampling import Asked, Plan


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
        Refused: ``receipt.*`` for a receipt that is not what it says, ``sample.*``, ``call.*``.
    """
    with open_receipt(path) as opened:
        basis = sealed_basis(opened, stores_at_hand(opened, factors))
        with run_again(opened, basis) as run:
            name = total_of(run, result)
            items, value, unit, left = items_of(run, name)
        return sampling_plan(opened.sealed, (name, unit, value), items, asked, left)
