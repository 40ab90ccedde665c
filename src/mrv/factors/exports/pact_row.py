"""A factor row as the computed part of a PACT document."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Context, Decimal, Inexact
from typing import TYPE_CHECKING, Any

from mrv.factors.exports.boundary import boundary_sentence
from mrv.factors.exports.footprint import spelled
from mrv.factors.exports.pact import SPEC_VERSION, moment
from mrv.messages import Diagnostic, text
from mrv.units import parse_unit

if TYPE_CHECKING:
    from fractions import Fraction

    from mrv.factors.row import FactorRow

DENOMINATORS = {
    "kilogram": "kg",
    "liter": "L",
    "cubic meter": "m3",
    "kilowatt hour": "kWh",
    "megajoule": "MJ",
    "ton kilometer": "(t*km)",
    "square meter": "m2",
    "piece": "piece",
    "hour": "h",
}
_SETS = ("AR4", "AR5", "AR6")
_COUNTRY = re.compile(r"[A-Z]{2}")
_PROVINCE = re.compile(r"[A-Z]{2}-[A-Z]{2}")
_DIGITS = 17
_YEAR, _MONTH = 4, 7


def from_row(row: FactorRow) -> dict[str, Any] | list[Diagnostic]:
    """Return the fields of ProductFootprint that a row knows, or why it does not fit there.

    What a row does not know (ids of company and product, carbon contents …) is left to the
    company; :func:`mrv.factors.exports.pact.pact_document` names what is missing.

    Example:
        >>> from mrv.factors import open_store
        >>> found = from_row(open_store().get("gbt32151.34-2024-c1/net-calorific-value/diesel"))
        >>> sorted(finding.rule for finding in found)
        ['export.boundary', 'export.not-co2e']
    """
    findings: list[Diagnostic] = []
    boundary = boundary_sentence(row.boundary, row.id)
    if isinstance(boundary, Diagnostic):
        findings.append(boundary)
    unit = _declared(row)
    if isinstance(unit, Diagnostic):
        findings.append(unit)
    if findings or isinstance(boundary, Diagnostic) or isinstance(unit, Diagnostic):
        return findings
    word, value = unit
    pcf: dict[str, Any] = {
        "declaredUnitOfMeasurement": word,
        "declaredUnitAmount": "1",
        "referencePeriodStart": _start(row.reference_from or row.reference_to),
        "referencePeriodEnd": _end(row.reference_to or row.reference_from),
        "boundaryProcessesDescription": boundary.en,
        "pcfExcludingBiogenicUptake": value,
        "ipccCharacterizationFactors": [row.gwp_set],
        "secondaryEmissionFactorSources": [
            {"name": row.document, "version": row.published or row.dataset}
        ],
    }
    if word == "kilogram":
        pcf["productMassPerDeclaredUnit"] = "1"
    if _COUNTRY.fullmatch(row.region):
        pcf["geographyCountry"] = row.region
    elif _PROVINCE.fullmatch(row.region):
        pcf["geographyCountrySubdivision"] = row.region
    elif row.region == "GLOBAL":
        pcf["geography"] = "global"
    body: dict[str, Any] = {
        "specVersion": SPEC_VERSION,
        "created": _start(row.published or row.retrieved),
        "status": "Active" if row.status == "active" else "Deprecated",
        "companyName": row.publisher,
        "productNameCompany": row.name_en or row.name_zh,
        "comment": f"Factor {row.id}; source: {row.source}; licence: {row.licence}; "
        f"confidence: {row.confidence}",
        "pcf": {name: value for name, value in pcf.items() if value},
    }
    if row.valid_from:
        body["validityPeriodStart"] = _start(row.valid_from)
    if row.valid_to:
        body["validityPeriodEnd"] = _end(row.valid_to)
    return body


def _declared(row: FactorRow) -> tuple[str, str] | Diagnostic:
    """Return PACT's unit and the value in kg CO2e per that unit."""
    if row.substance != "CO2e":
        return Diagnostic(
            "export.not-co2e",
            text(
                f"因子 {row.id} 不是 CO2 当量（{row.substance or row.unit}），PACT 只交换 CO2e",
                f"factor {row.id} is no CO2 equivalent ({row.substance or row.unit}); "
                "PACT exchanges CO2e only",
            ),
        )
    if row.gwp_set not in _SETS:
        return Diagnostic(
            "export.gwp_set",
            text(
                f"因子 {row.id} 的来源没有写明 GWP 版本，PACT 必须写明",
                f"the source of factor {row.id} names no GWP set, and PACT demands one",
            ),
            hint=text("向来源方查明，不得猜填。", "Ask the source; do not guess."),
        )
    unit = parse_unit(row.unit)
    for word, below in DENOMINATORS.items():
        wanted = parse_unit(f"kg CO2e[{row.gwp_set}]/{below}")
        if unit.fits(wanted):
            return word, exact_text(row.exact * unit.ratio_to(wanted))
    listed = ", ".join(DENOMINATORS)
    return Diagnostic(
        "export.unit",
        text(
            f"因子 {row.id} 的单位 {row.unit} 在 PACT 中没有对应的声明单位",
            f"PACT has no declared unit for {row.unit} of factor {row.id}",
        ),
        hint=text(f"可用：{listed}", f"Known: {listed}"),
    )


def exact_text(value: Fraction) -> str:
    """Write a fraction as a decimal: all its digits, or 17 where they do not end.

    Example:
        >>> from fractions import Fraction
        >>> exact_text(Fraction("2050") / 1000), exact_text(Fraction(1, 3))
        ('2.05', '0.33333333333333333')
    """
    exact = Context(prec=60, traps=[Inexact])
    try:
        return spelled(exact.divide(Decimal(value.numerator), Decimal(value.denominator)))
    except Inexact:
        rounded = Context(prec=_DIGITS)
        return spelled(rounded.divide(Decimal(value.numerator), Decimal(value.denominator)))


def _start(written: str) -> str:
    """Return the first moment of ``2024``, ``2024-06`` or ``2024-06-30``; empty if unknown."""
    return moment(_first(written)) if written else ""


def _end(written: str) -> str:
    """Return the moment after the last day of a year, month or day; empty if unknown."""
    if not written:
        return ""
    first = _first(written)
    if len(written) == _YEAR:
        return moment(date(first.year + 1, 1, 1))
    if len(written) == _MONTH:
        return moment((first + timedelta(days=31)).replace(day=1))
    return moment(first + timedelta(days=1))


def _first(written: str) -> date:
    return date.fromisoformat(written + "-01-01"[len(written) - _YEAR :])
