"""Which value is meant: organisation, period and row, from what the caller names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from mrv.engine.finished import keys_as_shown
from mrv.engine.sql_scalars import cast, column
from mrv.explain.cells import plain
from mrv.explain.gather import RowRef
from mrv.messages import did_you_mean, refuse, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlglot.expressions import Expr as Sql

    from mrv.explain.gather import Gather
    from mrv.language.period import Period
    from mrv.language.types import Grain

_LISTED = 5
_NEAR = 10_000


def organisation_named(organisations: Sequence[str], wanted: str | None) -> str:
    """Return the organisation meant.

    Raises:
        Refused: ``call.organisation`` if there are several and none is named, or none of that
            name.
    """
    known = [name for name in organisations if name]
    what = text(f"数据中没有组织“{wanted}”", f'the data hold no organisation "{wanted}"')
    if wanted is None:
        if len(organisations) <= 1:
            return organisations[0] if organisations else ""
        what = text(
            f"数据中有 {len(known)} 个组织，请说明是哪一个",
            f"the data hold {len(known)} organisations: say which one is meant",
        )
    elif any(name == wanted for name in organisations):
        return wanted
    return refuse("call.organisation", what, hint=did_you_mean(wanted or "", known))


def period_named(periods: Sequence[Period], wanted: str | None) -> Period:
    """Return the accounting period meant.

    Raises:
        Refused: ``call.period`` if there are several and none is named, or none of that label.
    """
    by_label = {period.label: period for period in periods}
    if wanted is None and len(periods) == 1:
        return periods[0]
    found = by_label.get(wanted or "")
    if found is not None:
        return found
    what = text(f"本次核算没有核算期“{wanted}”", f'the run has no accounting period "{wanted}"')
    if wanted is None:
        what = text(
            f"本次核算有 {len(periods)} 个核算期，请说明是哪一个",
            f"the run has {len(periods)} accounting periods: say which one is meant",
        )
    return refuse("call.period", what, hint=did_you_mean(wanted or "", by_label))


def row_named(
    gather: Gather, grain: Grain, row: Mapping[str, str], organisation: str, period: Period
) -> RowRef:
    """Return the one row that the given keys name.

    Args:
        gather: the values of the explanation.
        grain: the grain of the formula asked for.
        row: keys and their values as texts; those that are needed to name one row are enough.
        organisation: whose row.
        period: in which accounting period.

    Raises:
        Refused: ``call.unknown-key``, ``call.no-row`` or ``call.row-ambiguous``.
    """
    _, keys = gather.planned.frame(grain)
    known = [*keys, *(["_row"] if grain.is_row else [])]
    for name in row:
        if name not in known:
            refuse(
                "call.unknown-key",
                text(
                    f"“{name}”不是键：这是“{grain.describe('zh')}”的值",
                    f'"{name}" is not a key: the value is {grain.describe("en")}',
                ),
                hint=did_you_mean(name, known),
            )
    found = RowRef(grain, organisation, period)
    if grain.is_report:
        return found
    row = keys_as_shown(gather.methodology, gather.session.dataset.salt, grain, row)
    rows = _read(gather, found, row, _LISTED + 1)
    if not rows:
        _no_row(gather, found, row, keys)
    if len(rows) > 1:
        listed = [_shown(keys, one) for one in rows[:_LISTED]]
        more = " …" if len(rows) > _LISTED else ""
        refuse(
            "call.row-ambiguous",
            text("不止一行符合，请再给出键", "more than one row fits: name more keys"),
            hint=text(
                f"符合的行：{'；'.join(listed)}{more}", f"Rows that fit: {'; '.join(listed)}{more}"
            ),
        )
    names = ("_row",) if grain.is_row else keys
    return RowRef(grain, organisation, period, tuple((name, rows[0][name]) for name in names))


def _shown(keys: Sequence[str], row: Mapping[str, object]) -> str:
    named = ", ".join(f"{key}={plain(row[key])}" for key in keys)
    return named or f"_row={row.get('_row')}"


def _read(
    gather: Gather, whose: RowRef, row: Mapping[str, str], limit: int
) -> list[dict[str, object]]:
    """Read the keys of rows that fit."""
    relation, keys = gather.planned.frame(whose.grain)
    own = gather.condition(whose)
    tests: list[Sql] = [] if own is None else [own]
    tests += [
        exp.EQ(this=cast(column(name, "s"), "text"), expression=exp.Literal.string(str(value)))
        for name, value in row.items()
    ]
    table = gather.session.read(
        relation, [],
        keys=keys, where=exp.and_(*tests) if tests else None, limit=limit, rows=whose.grain.is_row,
    )  # fmt: skip
    found: list[dict[str, object]] = table.to_pylist()
    return found


def _no_row(gather: Gather, whose: RowRef, row: Mapping[str, str], keys: Sequence[str]) -> None:
    """Refuse, naming the key that fits nowhere and the values near it."""
    for name, value in row.items():
        if name == "_row" or _read(gather, whose, {name: value}, 1):
            continue
        values = {str(plain(one[name])) for one in _read(gather, whose, {}, _NEAR)}
        refuse(
            "call.no-row",
            text(f"没有 {name} 为“{value}”的行", f'no row has {name} = "{value}"'),
            hint=did_you_mean(str(value), values),
        )
    there = [_shown(keys, one) for one in _read(gather, whose, {}, _LISTED)]
    if not there:
        refuse("call.no-row", text("这张表没有任何行", "there are no rows at all"))
    asked = ", ".join(f"{name}={value}" for name, value in row.items())
    refuse(
        "call.no-row",
        text(f"没有同时满足 {asked} 的行", f"no row has {asked} together"),
        hint=text(f"例如：{'；'.join(there)}", f"For example: {'; '.join(there)}"),
    )
