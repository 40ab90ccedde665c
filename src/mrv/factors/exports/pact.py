"""PACT version 3: footprints and factor rows as ProductFootprint documents.

Numbers come from the calculation, claims and names from the company (``details``); neither may
stand in for the other. Field names follow the published list of version 3.0.3.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, time
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from mrv.factors.exports.boundary import UNITS, boundary_sentence
from mrv.factors.exports.footprint import spelled
from mrv.messages import Diagnostic, Place, Refused, did_you_mean, text
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from mrv.factors.exports.footprint import Footprint
    from mrv.messages import Text

SPEC_VERSION = "3.0.3"
SCHEMA = "pact-v3-product-footprint.schema.json"
EVERY = "*"
"""Key of the details that hold for every footprint."""

_GEOGRAPHY = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")
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
    nowhere = not any(name in document["pcf"] for name in _GEOGRAPHY)
    if document["pcf"].pop("geography", None) != _GLOBAL and nowhere:
        findings.append(_no_geography(subject))
    findings += _sums(document["pcf"], subject)
    findings += _against_schema(document, subject)
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


def _no_geography(subject: str) -> Diagnostic:
    listed = ", ".join(_GEOGRAPHY)
    return Diagnostic(
        "export.pact-geography",
        text(f"{subject} 没有写明地理范围", f"{subject} states no geography"),
        why=text(
            "按 PACT，不写即表示全球适用。", "For PACT, silence means that it holds world-wide."
        ),
        hint=text(
            f"填写其一：{listed}；确为全球时填 geography: global。",
            f"State one of {listed}, or geography: global if it is so.",
        ),
    )


def _sums(pcf: Mapping[str, Any], subject: str) -> Iterable[Diagnostic]:
    """Check that the parts that are stated make up the footprint, within rounding."""
    whole, uptake = "pcfExcludingBiogenicUptake", "biogenicCO2Uptake"
    try:
        parts = [Decimal(pcf[name]) for name in (whole, "pcfIncludingBiogenicUptake")]
        net = Decimal(pcf.get(uptake, "0"))
    except (KeyError, InvalidOperation, TypeError):
        return
    if abs(parts[0] + net - parts[1]) > Decimal("1e-9") * max(abs(parts[0]), abs(net), Decimal(1)):
        yield Diagnostic(
            "export.pact-sum",
            text(
                f"{subject}：不含吸收的足迹 {parts[0]} 加生物吸收 {net} 不等于 {parts[1]}",
                f"{subject}: {parts[0]} without uptake and an uptake of {net} do not make {parts[1]}",
            ),
        )


def _against_schema(document: Mapping[str, Any], subject: str) -> list[Diagnostic]:
    """Name every missing field in one finding and every other fault in its own."""
    import jsonschema

    missing: list[str] = []
    findings: list[Diagnostic] = []
    probe = {**document, "id": document.get("id", "00000000-0000-0000-0000-000000000000")}
    for error in jsonschema.Draft202012Validator(_schema()).iter_errors(probe):
        at = ".".join(str(part) for part in error.absolute_path)
        if error.validator == "required":
            held = error.instance
            missing += [f"{at}.{n}" if at else n for n in error.validator_value if n not in held]
        elif error.validator == "additionalProperties":
            known = error.schema.get("properties", {})
            findings += [_unknown(subject, at, n, known) for n in error.instance if n not in known]
        else:
            findings.append(_value(subject, at, error.instance))
    if missing:
        listed = ", ".join(dict.fromkeys(missing))
        findings.insert(
            0,
            Diagnostic(
                "export.pact-missing",
                text(
                    f"{subject} 缺少 PACT 必填字段：{listed}",
                    f"{subject} lacks mandatory fields of PACT: {listed}",
                ),
                Place(field=subject),
                hint=text(
                    "在 details 中给出；足迹本身的字段放在 pcf 下。",
                    "State them in details, those of the footprint proper under pcf.",
                ),
            ),
        )
    return findings


def _unknown(subject: str, at: str, name: str, known: Iterable[str]) -> Diagnostic:
    where = f"{at}.{name}" if at else name
    what: Text = text(f"{subject}：PACT 没有字段 {where}", f"{subject}: PACT has no field {where}")
    return Diagnostic("export.pact-unknown", what, hint=did_you_mean(name, known))


def _value(subject: str, at: str, value: object) -> Diagnostic:
    title = _described(at)
    return Diagnostic(
        "export.pact-value",
        text(
            f"{subject}：{at or '文档'} 的值“{value}”不符合 PACT 的要求",
            f'{subject}: the value "{value}" of {at or "the document"} does not fit PACT',
        ),
        why=title,
    )


def _described(at: str) -> Text | None:
    """Find what the schema says about a field."""
    names = [part for part in at.split(".") if not part.isdigit()]
    body: Any = _schema()
    pcf = body["$defs"]["carbon-footprint"]["properties"]
    found = pcf.get(names[-1]) if names[:1] == ["pcf"] else body["properties"].get(at)
    return text(found["title"], found["description"]) if found and "title" in found else None


def _ordered(document: Mapping[str, Any]) -> dict[str, Any]:
    """Put the fields in the order of the specification."""
    body = _schema()
    pcf = body["$defs"]["carbon-footprint"]["properties"]
    whole = {name: document[name] for name in body["properties"] if name in document}
    whole["pcf"] = {name: document["pcf"][name] for name in pcf if name in document["pcf"]}
    return whole


@cache
def _schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder("schemas") / SCHEMA).read_text(encoding="utf-8"))
    return found


def dumped(documents: Sequence[Mapping[str, Any]]) -> str:
    """Write one document as an object, several as ``{"data": [...]}`` like the exchange does."""
    body: Any = documents[0] if len(documents) == 1 else {"data": list(documents)}
    return json.dumps(body, ensure_ascii=False, indent=2) + "\n"
