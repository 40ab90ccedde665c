"""PACT product footprints (data exchange protocol 2 and 3), as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mrv.factors.imports.cells import plain, read_number
from mrv.factors.imports.collector import Publisher
from mrv.factors.imports.gwp import set_named
from mrv.factors.imports.loose import a_day, a_list, an_object
from mrv.factors.imports.places import WORLD, find_place, place_or_slug
from mrv.factors.imports.spelling import PACT
from mrv.messages import text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mrv.factors.imports.collector import Collector

PUBLISHER = Publisher(
    dataset="pact",
    document="PACT product footprint",
    publisher="",
    licence="as-agreed-with-the-data-owner",
    data_type="model",
)
_VALIDITY_YEARS = 3


def footprints(body: Any) -> list[dict[str, Any]] | None:
    """Return the footprints in a document: one, a list, or the answer of an interface."""
    if isinstance(body, dict) and isinstance(body.get("data"), list | dict):
        body = body["data"]
    items = body if isinstance(body, list) else [body]
    fits = [item for item in items if isinstance(item, dict) and isinstance(item.get("pcf"), dict)]
    return fits if fits and len(fits) == len(items) else None


def read_rows(items: Sequence[Mapping[str, Any]], found: Collector) -> None:
    """Take each footprint, without and with biogenic uptake.

    In version 3 the declared unit is amount times unit (12 liter), in version 2 it is the unit
    alone, and emissions are per declared unit in both.
    """
    for line, item in enumerate(items, 1):
        found.read += 1
        _take(found, line, item)


def _take(found: Collector, line: int, item: Mapping[str, Any]) -> None:
    pcf = item["pcf"]
    version = plain(item.get("specVersion"))
    third = "declaredUnitOfMeasurement" in pcf
    below = _declared(found, line, pcf, third=third)
    number = plain(item.get("id"))
    name = plain(item.get("productNameCompany")) or plain(item.get("productDescription"))
    if below is None:
        return
    if not number or not name:
        found.refuse("incomplete", text("缺少 id 或产品名称", "no id or no product name"), line)
        return
    gwp = found.gwp(line, "ipccCharacterizationFactors", _gwp(pcf))
    unit = found.unit(f"kg CO2e[{gwp}]/{below}", line, "declaredUnit") if gwp else None
    if unit is None:
        return
    shared = _shared(item, pcf, name, version)
    names = (
        ("pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake")
        if third
        else ("pCfExcludingBiogenic", "pCfIncludingBiogenic")
    )
    props = ("product-footprint", "product-footprint-including-biogenic-uptake")
    for prop, field in zip(props, names, strict=True):
        if field not in pcf and prop != "product-footprint":
            continue
        value = found.number(pcf.get(field), line, field)
        if value is not None:
            # Uptake is a removal by definition; without it a footprint cannot be negative.
            found.take(
                line, prop, number, value, unit, source_id=number, removal=prop != props[0],
                texts=shared,
            )  # fmt: skip


def _declared(found: Collector, line: int, pcf: Mapping[str, Any], *, third: bool) -> str | None:
    """Return the declared unit as the denominator, or refuse."""
    written = plain(pcf.get("declaredUnitOfMeasurement" if third else "declaredUnit"))
    unit = PACT.get(written)
    if unit is None:
        what = text(f"未知的声明单位“{written}”", f'unknown declared unit "{written}"')
        found.refuse("unit", what, line, "declaredUnit")
        return None
    if not third:
        return unit
    amount = read_number(pcf.get("declaredUnitAmount", ""))
    if not isinstance(amount, str) or float(amount) <= 0:
        what = text("declaredUnitAmount 须为正数", "declaredUnitAmount must be a positive number")
        found.refuse("number", what, line, "declaredUnitAmount")
        return None
    return unit if float(amount) == 1 else f"({amount} {unit.strip('()')})"


def _gwp(pcf: Mapping[str, Any]) -> str | None:
    """Return the one set that the footprint names; several sets are none."""
    listed = pcf.get("ipccCharacterizationFactors") or pcf.get("ipccCharacterizationFactorsSources")
    words = listed if isinstance(listed, list) else [pcf.get("characterizationFactors")]
    sets = {set_named(plain(word)) for word in words}
    return sets.pop() if len(sets) == 1 else None


def _shared(
    item: Mapping[str, Any], pcf: Mapping[str, Any], name: str, version: str
) -> dict[str, str]:
    """Return the columns that both rows of a footprint have."""
    first, last = (a_day(pcf.get(f"referencePeriod{end}")) for end in ("Start", "End"))
    start, end = (a_day(item.get(f"validityPeriod{end}")) for end in ("Start", "End"))
    if not end and last:
        start, end = start or last, f"{int(last[:4]) + _VALIDITY_YEARS}{last[4:]}"
        end = end.replace("-02-29", "-02-28")
    quality = an_object(pcf.get("dqi"))
    codes = a_list(item.get("productClassifications"))
    cpc = plain(item.get("productCategoryCpc"))
    rules = a_list(pcf.get("crossSectoralStandards") or pcf.get("crossSectoralStandardsUsed"))
    share = plain(pcf.get("primaryDataShare"))
    earlier = a_list(item.get("precedingPfIds"))
    notes = [f"share of primary data {share} %" if share else "", plain(item.get("comment"))]
    notes.append("follows " + ", ".join(map(str, earlier)) if earlier else "")
    return {
        "name_en": name,
        "boundary": "cradle-to-gate",
        "region": _region(pcf),
        "reference_from": first,
        "reference_to": last,
        "valid_from": start,
        "valid_to": end,
        "published": a_day(item.get("created")),
        "publisher": plain(item.get("companyName")),
        "document": f"PACT product footprint {version}".strip(),
        "clause": "; ".join(map(str, rules)),
        "classification": "; ".join([*map(str, codes), *([f"CPC {cpc}"] if cpc else [])]),
        "status": "superseded" if item.get("status") == "Deprecated" else "active",
        "quality": "; ".join(f"{key}={value}" for key, value in sorted(quality.items())),
        "uncertainty": plain(pcf.get("uncertaintyAssessmentDescription")),
        "note": "; ".join(note for note in notes if note),
    }


def _region(pcf: Mapping[str, Any]) -> str:
    """Return the key of the geography: subdivision, country or region; none means the world."""
    if pcf.get("geographyCountrySubdivision"):
        return plain(pcf["geographyCountrySubdivision"])
    if pcf.get("geographyCountry"):
        return find_place(plain(pcf["geographyCountry"])) or plain(pcf["geographyCountry"])
    region = plain(pcf.get("geographyRegionOrSubregion"))
    return place_or_slug(region) if region else WORLD
