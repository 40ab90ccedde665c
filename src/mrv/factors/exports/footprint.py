"""A product footprint as a run of ``product-footprint/...`` found it, ready to be handed on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from mrv.language.period import parse_period
from mrv.messages import Diagnostic, Refused, did_you_mean, text
from mrv.units import parse_unit
from mrv.units.tags import split_symbol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

SECTOR = "product-footprint/"

_NUMBERS = (
    *("excluding", "including", "fossil", "land_use_change", "biogenic_non_co2"),
    *("net_biogenic_uptake", "packaging", "aircraft", "omitted_share", "primary_share"),
    *("technology_score", "geography_score", "time_score", "allocated_share"),
    *("declared_mass", "fossil_carbon", "biogenic_carbon"),
)
_RESULTS = (*_NUMBERS, "declared_as")


class _Table(Protocol):
    """An Arrow table, as far as it is needed here."""

    def to_pylist(self) -> list[dict[str, Any]]: ...


class FootprintRun(Protocol):
    """A finished run, as far as it is needed here; the engine's ``Run`` is one."""

    @property
    def methodology(self) -> Any:
        """The rules that ran: its ``document`` is asked for name, edition and status."""

    @property
    def outcome(self) -> Any:
        """Results, choices, checks that fired and answers of the store."""

    def table(self, formula: str) -> _Table:
        """Return the values of a formula with their keys."""


@dataclass(frozen=True)
class Footprint:
    """One product of a run: numbers per declared unit, exact as the run found them.

    Attributes:
        product: what the user calls it.
        organisation: whose it is; empty if the data name none.
        start: first day of the reference period.
        end: the day after its last.
        declared_as: kilogram, piece, liter, cubic-meter or square-meter.
        gwp_set: AR5 or AR6, from the unit of the results.
        boundary: cradle-to-gate or cradle-to-grave.
        allocation: the choice that was made for co-products.
        methodology: its name.
        edition: its edition.
        status: draft, trial, in-force or superseded.
        numbers: results by name, in kg CO2e, kg C, kg, % or as ratings; None where missing.
        sources: documents and versions of the factors that came from the store.
    """

    product: str
    organisation: str
    start: date
    end: date
    declared_as: str
    gwp_set: str
    boundary: str
    allocation: str
    methodology: str
    edition: str
    status: str
    numbers: Mapping[str, Decimal | None]
    sources: tuple[tuple[str, str], ...]


def footprints(run: FootprintRun) -> tuple[Footprint, ...]:
    """Read the footprints of all products, organisations and periods of a run.

    Args:
        run: a finished run of a methodology ``product-footprint/...``.

    Returns:
        One footprint per product, ordered as the run orders them.

    Raises:
        Refused: ``export.not-a-footprint`` if the run is of another kind; ``export.check-failed``
            if a check of severity error fired, for such a result is not handed on.
    """
    formulas = _formulas(run)
    _refuse_failed(run)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for result, formula in formulas.items():
        for row in run.table(formula).to_pylist():
            key = (str(row["organisation"] or ""), str(row["period"]), str(row["product"]))
            found.setdefault(key, {})[result] = row[formula]
    units = {output.name: output.unit for output in run.outcome.row_outputs}
    gwp_set = _gwp_set(str(units["excluding"]))
    choices = {choice.name: choice.value for choice in run.outcome.choices}
    document = run.methodology.document
    listed: list[Footprint] = []
    for (organisation, label, product), values in found.items():
        period = parse_period(label)
        listed.append(
            Footprint(
                product=product,
                organisation=organisation,
                start=period.start,
                end=period.end + timedelta(days=1),
                declared_as=str(values["declared_as"]),
                gwp_set=gwp_set,
                boundary=document.name.removeprefix(SECTOR),
                allocation=choices.get("allocation", ""),
                methodology=document.name,
                edition=document.edition,
                status=document.status,
                numbers={name: _decimal(values.get(name)) for name in _NUMBERS},
                sources=_sources(run),
            )
        )
    return tuple(listed)


def _formulas(run: FootprintRun) -> dict[str, str]:
    """Return the formula behind each result that is needed."""
    name = str(run.methodology.document.name)
    outputs = {output.name: output.formula for output in run.outcome.row_outputs}
    missing = [result for result in _RESULTS if result not in outputs]
    if name.startswith(SECTOR) and not missing:
        return {result: outputs[result] for result in _RESULTS}
    lacking = ", ".join(missing) or "-"
    what = text(
        f"{name} 的结果不是产品碳足迹（缺少结果：{lacking}）",
        f"the results of {name} are no product footprints (missing results: {lacking})",
    )
    hint = did_you_mean(name, [f"{SECTOR}cradle-to-gate", f"{SECTOR}cradle-to-grave"])
    raise Refused([Diagnostic("export.not-a-footprint", what, hint=hint)])


def _refuse_failed(run: FootprintRun) -> None:
    findings = [
        Diagnostic(
            "export.check-failed",
            text(
                f"检查 {check.name} 未通过，这个结果不能导出：{check.message.zh}",
                f"check {check.name} did not hold, so the result is not exported: "
                f"{check.message.en}",
            ),
        )
        for check in run.outcome.checks
        if check.severity == "error"
    ]
    if findings:
        raise Refused(findings)


def _gwp_set(unit: str) -> str:
    """Read the GWP set out of ``kg CO2e[AR6]``.

    Example:
        >>> _gwp_set("kg CO2e[AR6]")
        'AR6'
    """
    tagged = [split_symbol(symbol) for symbol, _ in parse_unit(unit).powers]
    return next(tags[0] for name, tags in tagged if name == "CO2e")


def _decimal(value: object) -> Decimal | None:
    """Keep the shortest text that means the same double."""
    return None if value is None else Decimal(repr(float(str(value))))


def _sources(run: FootprintRun) -> tuple[tuple[str, str], ...]:
    """Name the documents of the footprint factors that rows took from the store."""
    used: set[tuple[str, str]] = set()
    for answer in run.outcome.factors:
        row = answer.resolution.row
        if row is not None and row.property != "gwp-100":
            used.add((row.document, row.published or row.dataset))
    return tuple(sorted(used))


def spelled(value: Decimal) -> str:
    """Write a decimal without an exponent, a plus sign or a negative zero.

    Example:
        >>> spelled(Decimal("1.50E-3")), spelled(Decimal("-0.0")), spelled(Decimal("1E+2"))
        ('0.0015', '0', '100')
    """
    if value == 0:
        return "0"
    written = format(value, "f")
    return written.rstrip("0").rstrip(".") if "." in written else written
