"""The audit of rows against each other: totals, boundaries, and values that repeat or disagree."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.factors.audit_values import FOOTPRINTS
from mrv.factors.measure import any_set
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from mrv.factors.audit_values import Checked
    from mrv.factors.vocabulary import Names
    from mrv.messages.diagnostic import Severity

SAME = (
    *("property", "dataset", "key", "region", "reference_from", "reference_to", "gwp_set"),
    *("condition", "valid_from", "valid_to"),
)
"""Columns that two rows about the same thing share, whatever their boundaries."""

_LOSSES = "grid losses included", "grid losses excluded"
_CONTAINS: tuple[tuple[str, str, Severity], ...] = (
    ("WTW", "TTW", "error"),
    ("WTW", "WTT", "error"),
    ("cradle-to-grave", "cradle-to-gate", "warning"),
)
_DIGITS = 3
_SPREAD = Fraction(5, 4)


def audit_groups(
    rows: Sequence[Checked], names: Mapping[str, Mapping[str, Names]]
) -> Iterator[Diagnostic]:
    """Yield what rows say against each other, with file and line."""
    yield from _boundaries(rows)
    yield from _duplicates(rows)
    yield from _identical(rows, names)
    yield from _spread(rows)
    yield from _denominators(rows)


def _groups(rows: Iterable[Checked], columns: Sequence[str]) -> Iterable[list[Checked]]:
    found: dict[tuple[str, ...], list[Checked]] = defaultdict(list)
    for row in rows:
        found[tuple(row[column] for column in columns)].append(row)
    return found.values()


def _boundaries(rows: Sequence[Checked]) -> Iterator[Diagnostic]:
    """A wider boundary holds at least as much: WTW and TTW, with and without grid losses."""
    for group in _groups((row for row in rows if row.active), SAME):
        for wide in group:
            for narrow in group:
                found = _wider(wide["boundary"], narrow["boundary"])
                if found is None or not wide.unit.fits(narrow.unit):
                    continue
                if wide.exact * wide.unit.ratio_to(narrow.unit) < narrow.exact:
                    rule, severity = found
                    what = text(
                        f"“{wide['boundary']}”的 {wide['value']} 小于“{narrow['boundary']}”的 "
                        f"{narrow['value']}（{narrow.row.at()}）",
                        f'{wide["value"]} of "{wide["boundary"]}" is below {narrow["value"]} of '
                        f'"{narrow["boundary"]}" ({narrow.row.at()})',
                    )
                    yield Diagnostic(rule, what, wide.row.at("value"), severity=severity)


def _wider(one: str, other: str) -> tuple[str, Severity] | None:
    """Return rule and severity if the first boundary contains the second."""
    for wide, narrow, severity in _CONTAINS:
        if one == wide and other == narrow:
            return "factor.wider-is-less", severity
    if _LOSSES[0] in one and one.replace(*_LOSSES) == other:
        return "factor.losses", "error"
    return None


def _duplicates(rows: Sequence[Checked]) -> Iterator[Diagnostic]:
    """Active rows that say the same twice, or say two things under one name."""
    for group in _groups((row for row in rows if row.active), (*SAME, "boundary", "part_of")):
        first = group[0]
        for row in group[1:]:
            fits = row.unit.fits(first.unit)
            if fits and row.exact * row.unit.ratio_to(first.unit) == first.exact:
                what = text(f"与 {first.row.at()} 重复", f"this repeats {first.row.at()}")
                yield Diagnostic("factor.duplicate", what, row.row.at("id"), severity="warning")
    columns = ("name_zh", *(c for c in SAME if c != "key"), "boundary", "part_of")
    active = [row for row in rows if row.active and row["property"] in FOOTPRINTS]
    for group in _groups(active, columns):
        keys = {row["key"] for row in group}
        values = {row.exact * row.unit.scale for row in group}
        if len(keys) > 1 and len(values) > 1:
            listed = ", ".join(f"{row['value']} {row['unit']}" for row in group)
            what = text(
                f"“{group[0]['name_zh']}”同名而有多个值：{listed}",
                f'one name, "{group[0]["name_zh"]}", and several values: {listed}',
            )
            place = group[-1].row.at("name_zh")
            yield Diagnostic("factor.one-name-several-values", what, place, severity="warning")


def _identical(
    rows: Sequence[Checked], names: Mapping[str, Mapping[str, Names]]
) -> Iterator[Diagnostic]:
    """Equal values on unlike products: a sign of a table filled by copying."""
    found: dict[tuple[object, ...], list[Checked]] = defaultdict(list)
    for row in rows:
        digits = row["value"].replace(".", "").strip("-0")
        if row.active and row["property"] in FOOTPRINTS and len(digits) >= _DIGITS:
            size = (row["dataset"], row.exact * row.unit.scale, any_set(row.unit).powers)
            found[size].append(row)
    for group in found.values():
        classes = {_class_of(row, names) for row in group}
        if len(classes) > 1:
            listed = ", ".join(sorted({row["key"] for row in group}))
            what = text(
                f"不同类的产品数值相同（{group[0]['value']}）：{listed}",
                f"unlike products share the value {group[0]['value']}: {listed}",
            )
            place = group[-1].row.at("value")
            yield Diagnostic("factor.identical-values", what, place, severity="warning")


def _class_of(row: Checked, names: Mapping[str, Mapping[str, Names]]) -> str:
    known = names.get(row["key_kind"], {}).get(row["key"])
    return known.group if known and known.group else row["key"]


def _spread(rows: Sequence[Checked]) -> Iterator[Diagnostic]:
    """Values for one product and boundary that lie far apart, by table or by decade."""
    active = [row for row in rows if row.active and row["property"] in FOOTPRINTS]
    columns = ("property", "key", "boundary", "region", "condition", "gwp_set")
    for group in _groups(active, columns):
        like = [row for row in group if row.unit.fits(group[0].unit) and row.exact > 0]
        if not like or not group[0]["property"].endswith("footprint"):
            continue
        sizes = sorted(like, key=lambda row: row.exact * row.unit.scale)
        low, high = sizes[0], sizes[-1]
        if high.exact * high.unit.scale > low.exact * low.unit.scale * _SPREAD:
            first, last = (
                f"{row['value']} {row['unit']} ({row['reference_to'] or '-'}, {row['dataset']})"
                for row in (low, high)
            )
            what = text(
                f"“{low['key']}”的各值相差超过四分之一：{first} 至 {last}",
                f'values for "{low["key"]}" differ by more than a quarter: {first} to {last}',
            )
            place = high.row.at("value")
            yield Diagnostic("factor.spread", what, place, severity="warning")


def _denominators(rows: Sequence[Checked]) -> Iterator[Diagnostic]:
    """One product per kg here and per vehicle, year or hectare there."""
    active = [row for row in rows if row.active and row["property"] == "product-footprint"]
    for group in _groups(active, ("dataset", "key")):
        kinds = {any_set(row.unit).powers for row in group}
        if len(kinds) > 1:
            listed = ", ".join(sorted({row["unit"] for row in group}))
            what = text(
                f"“{group[0]['key']}”的功能单位不止一种：{listed}",
                f'"{group[0]["key"]}" has more than one kind of functional unit: {listed}',
            )
            place = group[-1].row.at("unit")
            yield Diagnostic("factor.unlike-units", what, place, severity="warning")
