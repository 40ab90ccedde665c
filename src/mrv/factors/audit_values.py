"""The audit of single rows: is the value believable, and is it what its name and label say?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from mrv.factors.bands import band_for
from mrv.factors.measure import any_set
from mrv.factors.vocabulary import fold
from mrv.messages import Diagnostic, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mrv.factors.sources import SourceRow
    from mrv.factors.vocabulary import Names
    from mrv.units import Unit

FOOTPRINTS = (
    *("product-footprint", "freight-footprint", "passenger-footprint", "vehicle-footprint"),
    "electricity-footprint",
)

MONEY = frozenset({"CNY", "USD", "EUR", "GBP"})

REMOVAL_MARKS = ("removal", "credit", "avoided")
"""Words in the boundary or condition that explain a negative value."""

CARBONATES = tuple(
    map(Fraction, ("0.43971", "0.52197", "0.47732", "0.37987", "0.38286", "0.41492"))
)
"""t CO2 per t of CaCO3, MgCO3, dolomite, FeCO3, MnCO3 and Na2CO3 (IPCC 2006, vol. 3, table 2.1)."""

_YEAR = re.compile(r"((?:19|20)\d\d)\s*年")
_CPCD_ID = re.compile(r"\d{5}[A-Z]\d{3}(\d{4})[A-Z]")
_CO2_NAME = re.compile(r"二氧化碳排放因子|CO2 (?:emission )?factor", re.IGNORECASE)
_NEAR = Fraction(1, 2000)


@dataclass(frozen=True)
class Checked:
    """A source row whose number and unit are sound."""

    row: SourceRow
    exact: Fraction
    unit: Unit

    def __getitem__(self, column: str) -> str:
        """Return a cell."""
        return self.row.texts[column]

    @property
    def active(self) -> bool:
        """Whether the row may ever be resolved."""
        return self["status"] == "active"


def audit_values(
    rows: Sequence[Checked], names: Mapping[str, Mapping[str, Names]]
) -> Iterator[Diagnostic]:
    """Yield what is wrong with single values, with file and line."""
    fuels = {fold(s) for key, n in names["fuel"].items() for s in n.spellings(key)}
    grid = {
        row.exact * row.unit.scale: row
        for row in rows
        if row["property"].startswith("grid-") and row["substance"] == "CO2" and row.exact
    }
    for row in rows:
        known = names.get(row["key_kind"], {}).get(row["key"])
        yield from _magnitude(row, (row["key"], known.group if known else ""))
        yield from _money(row)
        yield from _years(row)
        if row["property"] in FOOTPRINTS and row.active:
            yield from _label(row, grid)
            yield from _not_a_footprint(row, fuels)


def _magnitude(row: Checked, groups: tuple[str, ...]) -> Iterator[Diagnostic]:
    negative = row.exact < 0
    marked = any(m in row["boundary"] + row["condition"] for m in REMOVAL_MARKS)
    if negative:
        if not marked and row["property"] != "reference-enthalpy":
            what = text(
                f"{row['value']} 为负，却没有标明是清除量或抵减",
                f"{row['value']} is negative and not marked as a removal or credit",
            )
            marks = ", ".join(REMOVAL_MARKS)
            hint = text(
                f"在 boundary 或 condition 中写明：{marks}。",
                f"Say so in boundary or condition: {marks}.",
            )
            yield Diagnostic("factor.negative", what, row.row.at("value"), hint=hint)
        return
    band = band_for(row["property"], groups, row.exact, row.unit)
    if band is not None:
        said = f"{row['value']} {row['unit']}"
        zh = f"{said} 不在合理区间 {band.low} 到 {band.high} {band.unit} 内"
        en = f"{said} is outside the believable {band.low} to {band.high} {band.unit}"
        hint = text(
            "请核对单位；确为原文所载时只能以 witness 状态保留。",
            "Check the unit; if the source does say so, the row can only be kept as a witness.",
        )
        severity = band.severity if row.active else "warning"
        yield Diagnostic(
            "factor.magnitude", text(zh, en), row.row.at("value"), hint=hint, severity=severity
        )


def _money(row: Checked) -> Iterator[Diagnostic]:
    if row["price_year"] and not re.fullmatch(r"\d{4}", row["price_year"]):
        what = text(f"“{row['price_year']}”不是年份", f'"{row["price_year"]}" is not a year')
        yield Diagnostic("factor.price-year", what, row.row.at("price_year"))
    if not row["price_year"] and any(name in MONEY and power for name, power in row.unit.powers):
        what = text(
            "按金额计的因子没有价格年份", "a factor per unit of money has no year of its prices"
        )
        why = text("不同年份的价格不可比。", "Prices of different years are not comparable.")
        yield Diagnostic("factor.price-year", what, row.row.at("price_year"), why)


def _years(row: Checked) -> Iterator[Diagnostic]:
    """Compare years in the name, and in an id of the CPCD, with the year column."""
    first, last = row["reference_from"][:4], row["reference_to"][:4] or row["reference_from"][:4]
    if not last:
        return
    found = set(_YEAR.findall(row["name_zh"]))
    code = _CPCD_ID.fullmatch(row["clause"])
    if code is not None:
        found.add(code.group(1))
    for year in sorted(found):
        if not (first or last) <= year <= last:
            what = text(
                f"名称或编号中的年份 {year} 与数据年份 {last} 不一致",
                f"the year {year} in the name or id does not agree with the data year {last}",
            )
            place = row.row.at("reference_to")
            yield Diagnostic("factor.year-in-name", what, place, severity="warning")


def _label(row: Checked, grid: Mapping[Fraction, Checked]) -> Iterator[Diagnostic]:
    """Find a CO2-only factor that is labelled CO2e."""
    if row["substance"] != "CO2e":
        return
    why = text(
        "只含二氧化碳的因子与含全部温室气体、全生命周期的因子不能互换。",
        "A factor of CO2 only and one of all gases over the life cycle are not the same.",
    )
    if _CO2_NAME.search(row["name_zh"] + " " + row["name_en"]):
        what = text("名称是二氧化碳排放因子，单位却是 CO2e", "the name says CO2 and the unit CO2e")
        yield Diagnostic("factor.co2-labelled-co2e", what, row.row.at("unit"), why)
        return
    if not any_set(row.unit).fits(any_set(parse_unit("kg CO2e[AR5]/kWh"))):
        return
    same = grid.get(row.exact * row.unit.scale)
    if same is not None:
        what = text(
            f"数值与只含 CO2 的电网因子 {same['id']} 相同，却标为 CO2e",
            f"the value is that of {same['id']}, which is CO2 only, but is labelled CO2e",
        )
        yield Diagnostic("factor.co2-labelled-co2e", what, row.row.at("unit"), why)


def _not_a_footprint(row: Checked, fuels: set[str]) -> Iterator[Diagnostic]:
    """Find combustion and calcination factors that are stored as footprints of products."""
    if row["property"] != "product-footprint" or not row["boundary"].startswith("gate-to-"):
        return
    rule, place = "factor.not-a-footprint", row.row.at("property")
    per_energy = any_set(parse_unit("kg CO2e[AR5]/GJ"))
    if any_set(row.unit).fits(per_energy) and fold(row["name_zh"]) in fuels:
        what = text(
            f"“{row['name_zh']}”按热值计，是燃烧因子，不是产品碳足迹",
            f'"{row["name_zh"]}" per unit of energy is a combustion factor, not a footprint',
        )
        yield Diagnostic(rule, what, place)
    mass = any_set(parse_unit("kg CO2e[AR5]/kg"))
    if any_set(row.unit).fits(mass):
        here = row.exact * any_set(row.unit).ratio_to(mass)
        if any(abs(here - known) <= known * _NEAR for known in CARBONATES):
            what = text(
                f"{row['value']} 是碳酸盐分解的化学计量值，不是产品碳足迹",
                f"{row['value']} is the stoichiometry of a carbonate, not a footprint",
            )
            yield Diagnostic(rule, what, place)
