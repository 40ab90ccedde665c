"""openLCA JSON-LD (zip or folder): environmental product declarations and unit processes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from mrv.factors.imports.cells import plain, read_number
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.gwp import set_named
from mrv.factors.imports.loose import a_day, an_object, objects
from mrv.factors.imports.places import WORLD, place_or_slug
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mrv.factors.imports.collector import Collector

PUBLISHER = Publisher(
    dataset="openlca",
    document="openLCA JSON-LD data set",
    publisher="",
    licence="not-stated",
    data_type="model",
)
FOLDERS = ("processes", "epds", "results")
_UNITS = {"Item(s)": "piece", "p*km": "passenger*km", "v*km": "vehicle*km", "m2": "m2", "l": "L"}
_GASES = {
    "carbon dioxide": ("co2-per-activity", "CO2"),
    "carbon dioxide, fossil": ("co2-per-activity", "CO2"),
    "carbon dioxide, non-fossil": ("biogenic-co2", "CO2"),
    "carbon dioxide, biogenic": ("biogenic-co2", "CO2"),
    "methane": ("ch4-per-activity", "CH4"),
    "methane, fossil": ("ch4-per-activity", "CH4"),
    "methane, non-fossil": ("ch4-per-activity", "CH4"),
    "methane, biogenic": ("ch4-per-activity", "CH4"),
    "dinitrogen monoxide": ("n2o-per-activity", "N2O"),
    "nitrous oxide": ("n2o-per-activity", "N2O"),
}
_WARMING = ("global warming", "climate change", "gwp")
_PARTIAL = ("biogenic", "fossil", "land use", "luluc")

Parts = dict[str, dict[str, dict[str, Any]]]


def read_rows(parts: Parts, found: Collector) -> None:
    """Take direct emissions of processes and the warming results of declarations.

    Args:
        parts: documents by folder (processes, epds, results) and id.
        found: takes the rows.
    """
    line = 0
    for process in parts.get("processes", {}).values():
        line += 1
        found.read += 1
        if _licensed(found, line, process):
            _process(found, line, process)
    for epd in parts.get("epds", {}).values():
        line += 1
        found.read += 1
        _epd(found, line, epd, parts.get("results", {}))


def _licensed(found: Collector, line: int, process: Mapping[str, Any]) -> bool:
    """Refuse a data set under copyright unless the user states a licence."""
    about = an_object(process.get("processDocumentation"))
    kept = about.get("isCopyrightProtected", about.get("hasCopyright", about.get("copyright")))
    if not kept or found.options.licence:
        return True
    what = text(
        f"“{plain(process.get('name'))}”受版权保护，许可不允许使用",
        f'"{plain(process.get("name"))}" is under copyright: its licence forbids use',
    )
    hint = text("若已获许可，请写明 licence。", "State licence if you hold one.")
    found.refuse("licence", what, line, plain(process.get("@id")), hint=hint)
    return False


def _denominator(
    found: Collector, line: int, amount: object, unit: object, field: str
) -> str | None:
    written = plain(unit.get("name")) if isinstance(unit, dict) else plain(unit)
    size = read_number(amount)
    if not written or not isinstance(size, str) or float(size) <= 0:
        what = text("缺少参考数量或单位", "no reference amount or unit")
        found.refuse("incomplete", what, line, field)
        return None
    name = _UNITS.get(written, written)
    return f"({name})" if float(size) == 1 else f"({size} {name})"


def _process(found: Collector, line: int, process: Mapping[str, Any]) -> None:
    """Take the gases that a process gives off itself, per reference amount."""
    number, name = plain(process.get("@id")), plain(process.get("name"))
    exchanges = objects(process.get("exchanges"))
    mains = [
        e for e in exchanges if e.get("isQuantitativeReference", e.get("quantitativeReference"))
    ]
    if len(mains) != 1 or not number:
        what = text(f"“{name}”没有唯一的参考流", f'"{name}" has no single reference flow')
        found.refuse("incomplete", what, line, number)
        return
    below = _denominator(found, line, mains[0].get("amount"), mains[0].get("unit"), number)
    if below is None:
        return
    sums = _direct(found, line, exchanges)
    if not sums:
        what = text(f"“{name}”没有直接温室气体排放", f'"{name}" gives off no greenhouse gas itself')
        found.refuse("not-a-factor", what, line, number)
    about = an_object(process.get("processDocumentation"))
    location = an_object(process.get("location"))
    place = plain(location.get("code")) or plain(location.get("name"))
    for (prop, gas, written), value in sums.items():
        unit = found.unit(f"{written} {gas}/{below}", line, "exchanges")
        if unit is not None:
            found.take(
                line, prop, number, f"{value:f}", unit, source_id=number, name_en=name,
                boundary="gate-to-gate; direct emissions only",
                region=place_or_slug(place) if place else WORLD,
                valid_from=a_day(about.get("validFrom")),
                valid_to=a_day(about.get("validUntil")),
                publisher=plain(an_object(about.get("dataSetOwner")).get("name")) or "not stated",
                confidence="derived",
                clause=plain(process.get("category")),
            )  # fmt: skip


def _direct(
    found: Collector, line: int, exchanges: list[dict[str, Any]]
) -> dict[tuple[str, str, str], Decimal]:
    """Add up the outputs of each gas, kept apart by the unit that they are written in."""
    sums: dict[tuple[str, str, str], Decimal] = {}
    for exchange in exchanges:
        flow = an_object(exchange.get("flow"))
        gas = _GASES.get(plain(flow.get("name")).casefold())
        if gas is None or flow.get("flowType") != "ELEMENTARY_FLOW":
            continue
        if exchange.get("isInput", exchange.get("input")):
            continue
        value = found.number(exchange.get("amount"), line, plain(flow.get("name")))
        if value is not None:
            about = (*gas, plain(an_object(exchange.get("unit")).get("name")) or "kg")
            sums[about] = sums.get(about, Decimal(0)) + Decimal(value)
    return sums


def _epd(found: Collector, line: int, epd: Mapping[str, Any], results: Mapping[str, Any]) -> None:
    """Take the warming potential of each module of a declaration."""
    number, name = plain(epd.get("@id")), plain(epd.get("name"))
    product = an_object(epd.get("product"))
    below = _denominator(found, line, product.get("amount"), product.get("unit"), number)
    for module in objects(epd.get("modules")) if below else []:
        stage = plain(module.get("name"))
        result = results.get(plain(an_object(module.get("result")).get("@id")))
        if result is None or plain(module.get("multiplier")) not in {"", "1", "1.0"}:
            what = text(
                f"阶段 {stage} 没有结果或带有倍数", f"module {stage} has no result or a multiplier"
            )
            found.refuse("incomplete", what, line, number)
            continue
        method = plain(an_object(result.get("impactMethod")).get("name"))
        for impact in objects(result.get("impactResults")):
            indicator = plain(an_object(impact.get("indicator")).get("name")).casefold()
            if not any(w in indicator for w in _WARMING) or any(p in indicator for p in _PARTIAL):
                continue
            value = found.number(impact.get("amount"), line, indicator)
            named = set_named(f"{method} {indicator}")
            gwp = found.gwp(line, indicator, named) if value is not None else None
            unit = found.unit(f"kg CO2e[{gwp}]/{below}", line, number) if gwp else None
            if value is not None and unit is not None:
                found.take(
                    line, "product-footprint", number, value, unit, more=stage.replace(" ", "-"),
                    source_id=f"{number} {stage}", name_en=name, boundary=f"module {stage}",
                    region=WORLD, publisher=plain(an_object(epd.get("manufacturer")).get("name"))
                    or "not stated",
                    valid_from=a_day(epd.get("validFrom")),
                    valid_to=a_day(epd.get("validUntil")), clause=method,
                )  # fmt: skip
