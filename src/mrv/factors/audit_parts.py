"""The audit of totals: gases and stages that a source gives apart must add up to its total."""

from __future__ import annotations

from collections import defaultdict
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.factors.measure import as_co2e
from mrv.messages import Diagnostic, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mrv.factors.audit_values import Checked
    from mrv.factors.hints import Hints

_GASES = ("CO2", "CH4", "N2O")


def half_digit(printed: str) -> Fraction:
    """Return half a unit of the last printed digit: how far rounding may have moved a value.

    Example:
        >>> half_digit("0.0327"), half_digit("12"), half_digit("1.5e3")
        (Fraction(1, 20000), Fraction(1, 2), Fraction(50, 1))
    """
    mantissa, _, exponent = printed.lower().partition("e")
    places = len(mantissa.partition(".")[2]) - int(exponent or "0")
    return Fraction(1, 2) / Fraction(10) ** places


def audit_parts(rows: Sequence[Checked], hints: Hints) -> Iterator[Diagnostic]:
    """Yield totals that are missing, loops, and parts that do not add up.

    A total may be split twice, by gas and by stage; parts with the boundary of the total are its
    gases, the others its stages, and each split must add up by itself. The tolerance is what the
    rounding of all printed values can explain.
    """
    by_id = {row["id"]: row for row in rows}
    gwp = {(r["key"], r["gwp_set"]): r.exact for r in rows if r["property"] == "gwp-100"}
    parts: dict[str, list[Checked]] = defaultdict(list)
    for row in rows:
        whole = row["part_of"]
        if not whole:
            continue
        if whole not in by_id or whole == row["id"] or by_id[whole]["part_of"] == row["id"]:
            what = text(f"所属的总量“{whole}”不存在或自成循环", f'no sound total "{whole}"')
            hint = hints(whole, by_id)
            yield Diagnostic("factor.unknown-total", what, row.row.at("part_of"), hint=hint)
            continue
        parts[whole].append(row)
    for name, of_total in parts.items():
        total = by_id[name]
        for split in (True, False):
            some = [part for part in of_total if (part["boundary"] == total["boundary"]) is split]
            if some:
                yield from _add_up(total, some, gwp)


def _add_up(
    total: Checked, parts: Sequence[Checked], gwp: dict[tuple[str, str], Fraction]
) -> Iterator[Diagnostic]:
    found, slack = Fraction(0), half_digit(total["value"])
    for part in parts:
        ratio = _ratio(part, total, gwp)
        if ratio is None:
            what = text(
                f"{part['unit']} 不能化为总量的单位 {total['unit']}，无法核对合计",
                f"{part['unit']} does not turn into {total['unit']}: the sum cannot be checked",
            )
            yield Diagnostic("factor.parts-unit", what, part.row.at("unit"))
            return
        found += part.exact * ratio
        slack += half_digit(part["value"]) * ratio
    if abs(found - total.exact) > slack:
        what = text(
            f"各部分之和为 {float(found):.6g}，总量为 {total['value']} {total['unit']}",
            f"the parts add up to {float(found):.6g}, the total is "
            f"{total['value']} {total['unit']}",
        )
        why = text(
            f"差额超过印刷位数能解释的 {float(slack):.3g}。",
            f"The gap is more than the {float(slack):.3g} that rounding explains.",
        )
        yield Diagnostic("factor.parts-sum", what, total.row.at("value"), why)


def _ratio(part: Checked, total: Checked, gwp: dict[tuple[str, str], Fraction]) -> Fraction | None:
    """Return what turns the part's number into one of the total, with a GWP where it needs one."""
    if part.unit.fits(total.unit):
        return part.unit.ratio_to(total.unit)
    gas = part["substance"]
    if gas in _GASES and total["gwp_set"]:
        warming = Fraction(1) if gas == "CO2" else gwp.get((gas, total["gwp_set"]))
        unit = as_co2e(part.unit, gas, total["gwp_set"])
        if warming is not None and unit.fits(total.unit):
            return unit.ratio_to(total.unit) * warming
    return None
