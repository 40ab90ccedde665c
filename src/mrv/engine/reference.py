"""The reference evaluator: the plan read literally, with numpy, for checking every other engine.

It shares nothing with them but the plan. Sums are added as unbounded whole numbers, powers and
logarithms come from the C library one at a time, and every other step is one IEEE operation in
the order in which the plan writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np

from mrv.engine.plan import Aggregate, Derive, Join, LookUp, Scan, Segment, Spine, Window
from mrv.engine.reference_columns import OUTER, Columns, Site, column, extend, refuse_rows, settle
from mrv.engine.reference_relations import aggregate, join, look_up
from mrv.engine.reference_scalars import scalar
from mrv.engine.reference_windows import segment, window
from mrv.messages import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.engine.plan import Kind, Plan

__all__ = ["Columns", "evaluate"]

_INPUT = Text("输入值不是有限的数", "the input is not a finite number")
_HINT = Text("没有数值时请留空。", "Leave the cell empty where there is no value.")


def evaluate(
    plan: Plan, tables: Mapping[str, Columns], factors: Mapping[str, Columns], outer: Columns
) -> Mapping[str, Columns]:
    """Evaluate every relation of a plan.

    Args:
        plan: the plan.
        tables: per input table, ``organisation``, ``period``, ``_row`` and its own columns.
        factors: per factor, its dense table: ``period``, key texts, ``value``, ``factor_row``.
        outer: ``organisation`` and ``period`` of every row of the report.

    Returns:
        The columns of every relation by its name. Scans, derivations, look-ups, joins and
        windows keep the rows and order of their source; groups are sorted by their keys.

    Raises:
        Refused: ``engine.not-finite`` where finite numbers give an infinite one, or an input is
            not finite; ``engine.sum-overflow`` where a scaled value exceeds 64 bits.
        ValueError: if two rows of a factor or of a joined relation have the same keys.

    Example:
        >>> from mrv.engine.plan import Plan
        >>> spine = Spine("spine")
        >>> year = {"organisation": np.array(["A"], dtype=object), "period": np.array([2024])}
        >>> none = {name: np.array([False]) for name in year}
        >>> done = evaluate(Plan((spine,), (), "spine", (), ()), {}, {}, Columns(1, year, none))
        >>> done["spine"].values["period"].tolist()
        [2024]
    """
    curves = {curve.name: curve for curve in plan.curves}
    done: dict[str, Columns] = {}
    with np.errstate(all="ignore"):
        for relation in plan.relations:
            match relation:
                case Scan(name, table, columns):
                    wanted = (("_row", "whole"), *columns)
                    done[name] = _input(Site(name, tables[table], curves), wanted)
                case Spine(name):
                    done[name] = _input(Site(name, outer, curves), ())
                case _:
                    site = Site(relation.name, done[relation.source], curves)
                    done[relation.name] = _relation(relation, site, done, factors)
    return done


def _relation(
    relation: Derive | LookUp | Join | Aggregate | Window | Segment,
    site: Site,
    done: Mapping[str, Columns],
    factors: Mapping[str, Columns],
) -> Columns:
    """Evaluate a relation over its source."""
    match relation:
        case Derive():
            return extend(
                site.table, {new: scalar(how, site.at(new)) for new, how in relation.columns}
            )
        case LookUp():
            return look_up(relation, site, factors[relation.factor])
        case Join():
            return join(relation, site, done[relation.other])
        case Aggregate():
            return aggregate(relation, site)
        case Window():
            return window(relation, site)
        case Segment():
            return segment(relation, site, done[relation.other])
    assert_never(relation)


def _input(site: Site, columns: tuple[tuple[str, Kind], ...]) -> Columns:
    """Take the declared columns of an input, and refuse numbers that are not finite."""
    outer: tuple[tuple[str, Kind], ...] = ((OUTER[0], "text"), (OUTER[1], "whole"))
    taken = {}
    for name, kind in (*outer, *columns):
        given = column(site.table, name)
        if kind == "number":
            bad = ~np.isfinite(given.data) & ~given.missing
            refuse_rows("engine.not-finite", _INPUT, _HINT, site.at(name), bad)
        taken[name] = settle(kind, given.data, given.missing)
    return extend(Columns(site.table.length, {}, {}), taken)
