"""PACT version 3: footprints and factor rows as ProductFootprint documents.

Numbers come from the calculation, claims and names from the company (``details``); neither may
stand in for the other. Field names follow the published list of version 3.0.3.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from mrv.factors.exports.boundary import UNITS, boundary_sentence
from mrv.factors.exports.footprint import spelled
from mrv.factors.exports.pact_check import GEOGRAPHY, against_schema, no_geography, schema, sums
from mrv.messages import Diagnostic, Refused, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from mrv.factors.exports.footprint import Footprint

SPEC_VERSION = "3.0.3"
EVERY = "*"
"""Key of the details that hold for every footprint."""

_GLOBAL = "global"


def pact_document(
    subject: str, computed: Mapping[str, Any], details: Mapping[str, Mapping[str, Any]]
) -> dict[str, Any]:
    """Join what was computed with what the company states, and check the whole.

    Args:
        subject: product or row id, named in findings and looked up in ``details``.
        computed: fields of ProductFootprint that the calculation gives; numbers of ``pcf`` as
            decimal texts.
        details: fields that the company gives, by subject or for all under ``"*"``; those of the
            footprint proper under ``pcf``. ``{"pcf": {"geography": "global"}}`` says that it
            holds everywhere, which the format expresses by silence.

    Raises:
        Refused: with all findings: ``export.pact-missing`` (every mandatory field in one
            finding), ``export.pact-value``, ``export.pact-unknown``, ``export.conflict``.
    """
    findings: list[Diagnostic] = []
    document = dict(computed)
    document["pcf"] = dict(computed.get("pcf", {}))
    for given in (details.get(EVERY, {}), details.get(subject, {})):
        own = {name: value for name, value in given.items() if name != "pcf"}
        findings += _join(document, own, computed, subject, "")
        pcf = dict(given.get("pcf", {}))
        findings += _join(document["pcf"], pcf, computed.get("pcf", {}), subject, "pcf.")
    nowhere = not any(name in document["pcf"] for name in GEOGRAPHY)
    if document["pcf"].pop("geography", None) != _GLOBAL and nowhere:
        findings.append(no_geography(subject))
    findings += sums(document["pcf"], subject)
    findings += against_schema(document, subject)
    if findings:
        raise Refused(findings)
    return _ordered(document)


def from_footprint(found: Footprint, created: datetime) -> dict[str, Any] | list[Diagnostic]:
    """Return the computed fields of a footprint, or the finding that it does not fit."""
    boundary = boundary_sentence(found.boundary, found.product)
    if isinstance(boundary, Diagnostic):
        return [boundary]
    get = {name: spelled(value) for name, value in found.numbers.items() if value is not None}
    net = found.numbers["net_biogenic_uptake"]
    pcf: dict[str, Any] = {
        "declaredUnitOfMeasurement": UNITS[found.declared_as][0],
        "declaredUnitAmount": "1",
        "productMassPerDeclaredUnit": get.get("declared_mass"),
        "referencePeriodStart": moment(found.start),
        "referencePeriodEnd": moment(found.end),
        "boundaryProcessesDescription": boundary.en,
        "pcfExcludingBiogenicUptake": get.get("excluding"),
        "pcfIncludingBiogenicUptake": get.get("including"),
        "fossilCarbonContent": get.get("fossil_carbon"),
        "biogenicCarbonContent": get.get("biogenic_carbon"),
        "fossilGhgEmissions": get.get("fossil"),
        "landUseChangeGhgEmissions": get.get("land_use_change"),
        "biogenicNonCO2Emissions": get.get("biogenic_non_co2"),
        "biogenicCO2Uptake": None if net is None else spelled(-net),
        "aircraftGhgEmissions": get.get("aircraft"),
        "packagingEmissionsIncluded": bool(found.numbers["packaging"]),
        "packagingGhgEmissions": get.get("packaging") if found.numbers["packaging"] else None,
        "ipccCharacterizationFactors": [found.gwp_set],
        "exemptedEmissionsPercent": get.get("omitted_share", "0"),
        "allocationRulesDescription": f"Co-products: {found.allocation.replace('_', ' ')}",
        "primaryDataShare": get.get("primary_share"),
        "dqi": _dqi(get),
        "secondaryEmissionFactorSources": [{"name": n, "version": v} for n, v in found.sources],
    }
    name = f"{found.methodology} {found.edition}"
    said = f"Calculated with mrv, methodology {name} ({found.status})"
    body = {
        "specVersion": SPEC_VERSION,
        "created": created.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "status": "Active",
        "productNameCompany": found.product,
        "comment": said if found.status == "in-force" else f"{said}: not an official result",
        "pcf": {name: value for name, value in pcf.items() if value not in (None, [], {})},
    }
    if found.organisation:
        body["companyName"] = found.organisation
    return body


def moment(day: date) -> str:
    """Return the first moment of a day.

    Example:
        >>> from datetime import date
        >>> moment(date(2025, 1, 1))
        '2025-01-01T00:00:00Z'
    """
    return datetime.combine(day, time(), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def identified(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a document the id that follows from its content: the same footprint, the same id."""
    body = {name: value for name, value in document.items() if name not in {"id", "created"}}
    plain = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return {"id": str(uuid5(NAMESPACE_URL, f"urn:mrv:footprint:{plain}")), **document}


def _dqi(get: Mapping[str, str]) -> dict[str, str]:
    names = {
        "technologicalDQR": "technology_score",
        "geographicalDQR": "geography_score",
        "temporalDQR": "time_score",
    }
    return {field: get[name] for field, name in names.items() if name in get}


def _join(
    target: dict[str, Any],
    given: Mapping[str, Any],
    computed: Mapping[str, Any],
    subject: str,
    prefix: str,
) -> Iterable[Diagnostic]:
    """Add the company's fields; none may replace a computed one by something else."""
    for name, value in given.items():
        if name in computed and computed[name] != value:
            yield Diagnostic(
                "export.conflict",
                text(
                    f"{subject}：{prefix}{name} 由计算得出（{computed[name]}），不能另填 {value}",
                    f"{subject}: {prefix}{name} is computed ({computed[name]}) "
                    f"and cannot be stated as {value}",
                ),
            )
        target[name] = value


def _ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """Put the fields in the order of the specification."""
    body = schema()
    pcf = body["$defs"]["carbon-footprint"]["properties"]
    whole = {name: document[name] for name in body["properties"] if name in document}
    whole["pcf"] = {name: document["pcf"][name] for name in pcf if name in document["pcf"]}
    return whole


def dumped(documents: Sequence[Mapping[str, Any]]) -> str:
    """Write one document as an object, several as ``{"data": [...]}`` like the exchange does."""
    body: Any = documents[0] if len(documents) == 1 else {"data": list(documents)}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
