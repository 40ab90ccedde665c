"""The factor store: every number that a calculation takes from outside, each with its source.

Text in ``factors/sources`` is reviewed and built into a release; a release never changes. What a
methodology asks for is resolved by conditions that never relax and an order that it declares; the
same resolver serves people.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mrv.factors.catalogue import Factors, open  # noqa: A004 - mrv.factors.open()
from mrv.factors.diff import Change, Diff, diff
from mrv.factors.frames import schema, to_frame
from mrv.factors.order import Cost
from mrv.factors.release import ReleaseInfo, build, publish
from mrv.factors.resolve import FactorQuery, Resolution, resolve
from mrv.factors.row import FactorRow
from mrv.factors.store import BUILT_IN, Store, open_store
from mrv.factors.vocabulary import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mrv.factors.needs import Need


def used_in(row: FactorRow, needs: Iterable[Need] | None = None) -> tuple[Need, ...]:
    """Return the factor needs of methodologies that a row may answer.

    The reader of methodologies is loaded at the first call only; see `mrv.factors.needs`.
    """
    from mrv.factors.needs import used_in as find

    return find(row, needs)


__all__ = [
    "BUILT_IN",
    "Change",
    "Cost",
    "Diff",
    "FactorQuery",
    "FactorRow",
    "Factors",
    "Names",
    "ReleaseInfo",
    "Resolution",
    "Store",
    "build",
    "diff",
    "open",
    "open_store",
    "publish",
    "resolve",
    "schema",
    "to_frame",
    "used_in",
]
