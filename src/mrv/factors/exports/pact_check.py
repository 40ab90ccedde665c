"""What PACT demands of a document: mandatory fields, forms of values, sums, a geography."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any

from mrv.messages import Diagnostic, Place, did_you_mean, text
from mrv.resources import folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mrv.messages import Text

SCHEMA = "pact-v3-product-footprint.schema.json"
GEOGRAPHY = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")
_ROUNDING = Decimal("1e-9")


def no_geography(subject: str) -> Diagnostic:
    """Make the finding that a document is silent about its geography."""
    listed = ", ".join(GEOGRAPHY)
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


def sums(pcf: Mapping[str, Any], subject: str) -> Iterable[Diagnostic]:
    """Check that the parts that are stated make up the footprint, within rounding."""
    whole, uptake = "pcfExcludingBiogenicUptake", "biogenicCO2Uptake"
    try:
        parts = [Decimal(pcf[name]) for name in (whole, "pcfIncludingBiogenicUptake")]
        net = Decimal(pcf.get(uptake, "0"))
    except (KeyError, InvalidOperation, TypeError):
        return
    if abs(parts[0] + net - parts[1]) > _ROUNDING * max(abs(parts[0]), abs(net), Decimal(1)):
        yield Diagnostic(
            "export.pact-sum",
            text(
                f"{subject}：不含吸收的足迹 {parts[0]} 加生物吸收 {net} 不等于 {parts[1]}",
                f"{subject}: {parts[0]} without uptake and an uptake of {net} "
                f"do not make {parts[1]}",
            ),
        )


def against_schema(document: Mapping[str, Any], subject: str) -> list[Diagnostic]:
    """Name every missing field in one finding and every other fault in its own."""
    import jsonschema

    missing: list[str] = []
    findings: list[Diagnostic] = []
    probe = {**document, "id": document.get("id", "00000000-0000-0000-0000-000000000000")}
    for error in jsonschema.Draft202012Validator(schema()).iter_errors(probe):
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
    body: Any = schema()
    pcf = body["$defs"]["carbon-footprint"]["properties"]
    found = pcf.get(names[-1]) if names[:1] == ["pcf"] else body["properties"].get(at)
    return text(found["title"], found["description"]) if found and "title" in found else None


@cache
def schema() -> dict[str, Any]:
    """Read the field list once."""
    found: dict[str, Any] = json.loads((folder("schemas") / SCHEMA).read_text(encoding="utf-8"))
    return found
