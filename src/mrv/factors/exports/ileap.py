"""iLEAP shipment footprints (GLEC): transport chain elements of a shipment as JSON.

Field names follow the published schema ``ShipmentFootprint``; decimals travel as texts. Masses
are in kg, distances in km, transport activity in t km, emissions in kg CO2e.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from mrv.factors.exports.footprint import spelled
from mrv.messages import Diagnostic, Place, Refused, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

EXTENSION_VERSION = "2.0.0"
DATA_SCHEMA = "https://api.ileap.sine.dev/shipment-footprint.json"
DOCUMENTATION = "https://sine-fdn.github.io/ileap-extension/"

_KG_PER_TONNE = 1000
_TOLERANCE = Decimal("0.005")


@dataclass(frozen=True)
class TransportElement:
    """One leg of a shipment.

    Attributes:
        id: id of the transport chain element.
        mass: kg of the shipment on this leg.
        distance: km.
        distance_kind: ``actual``, ``gcd`` (great circle) or ``sfd`` (shortest feasible).
        co2e_wtw: kg CO2e, well to wheel.
        co2e_ttw: kg CO2e, tank to wheel.
        toc: id of the transport operation category.
        hoc: id of the hub operation category.
        previous: ids of the elements before this one.
        departure: moment such as ``2025-03-01T08:00:00Z``.
        arrival: moment.
        activity: t km; by default mass times distance.
    """

    id: str
    mass: Decimal
    distance: Decimal
    distance_kind: Literal["actual", "gcd", "sfd"]
    co2e_wtw: Decimal | None
    co2e_ttw: Decimal | None
    toc: str = ""
    hoc: str = ""
    previous: tuple[str, ...] = ()
    departure: str = ""
    arrival: str = ""
    activity: Decimal | None = None


@dataclass(frozen=True)
class Shipment:
    """A shipment with its legs; ``mass`` in kg."""

    id: str
    mass: Decimal
    elements: tuple[TransportElement, ...]


def shipment_document(shipment: Shipment) -> dict[str, Any]:
    """Return the ShipmentFootprint of a shipment.

    Raises:
        Refused: with all findings: ``export.ileap-missing`` (every missing field of an element
            in one finding), ``export.ileap-value``, ``export.ileap-stages`` where well-to-wheel
            is below tank-to-wheel, ``export.ileap-activity``, ``export.ileap-order``.

    Example:
        >>> leg = TransportElement(
        ...     "t1", Decimal(87), Decimal(423), "actual", Decimal("3.68"), Decimal("3.28")
        ... )
        >>> found = shipment_document(Shipment("s1", Decimal(87), (leg,)))
        >>> found["tces"][0]["transportActivity"]
        '36.801'
    """
    findings = list(_faults(shipment))
    if findings:
        raise Refused(findings)
    return {
        "mass": spelled(shipment.mass),
        "shipmentId": shipment.id,
        "tces": [_element(shipment, element) for element in shipment.elements],
    }


def as_extension(shipment: Shipment) -> dict[str, Any]:
    """Wrap a shipment footprint as an extension of a PACT document."""
    return {
        "specVersion": EXTENSION_VERSION,
        "dataSchema": DATA_SCHEMA,
        "documentation": DOCUMENTATION,
        "data": shipment_document(shipment),
    }


def _element(shipment: Shipment, leg: TransportElement) -> dict[str, Any]:
    activity = leg.activity if leg.activity is not None else _work(leg)
    body = {
        "tceId": leg.id,
        "prevTceIds": list(leg.previous),
        "tocId": leg.toc,
        "hocId": leg.hoc,
        "shipmentId": shipment.id,
        "mass": spelled(leg.mass),
        "distance": {leg.distance_kind: spelled(leg.distance)},
        "transportActivity": spelled(activity),
        "departureAt": leg.departure,
        "arrivalAt": leg.arrival,
        "co2eWTW": spelled(leg.co2e_wtw or Decimal(0)),
        "co2eTTW": spelled(leg.co2e_ttw or Decimal(0)),
    }
    return {name: value for name, value in body.items() if value not in ("", [])}


def _work(leg: TransportElement) -> Decimal:
    return leg.mass * leg.distance / _KG_PER_TONNE


def _faults(shipment: Shipment) -> Iterator[Diagnostic]:
    named: Sequence[str] = [leg.id for leg in shipment.elements]
    if not shipment.id or not named or shipment.mass <= 0:
        yield Diagnostic(
            "export.ileap-missing",
            text(
                "货运批次须有编号、大于零的质量和至少一段运输",
                "a shipment needs an id, a mass above zero and at least one element",
            ),
            Place(field=shipment.id or None),
        )
    for number, leg in enumerate(shipment.elements):
        place = Place(file=shipment.id, field=leg.id or str(number + 1))
        given = {"tceId": leg.id, "co2eWTW": leg.co2e_wtw, "co2eTTW": leg.co2e_ttw}
        missing = [name for name, value in given.items() if value in (None, "")]
        if missing:
            listed = ", ".join(missing)
            what = text(f"运输段缺少必填字段：{listed}", f"the element lacks fields: {listed}")
            yield Diagnostic("export.ileap-missing", what, place)
        if leg.mass <= 0 or leg.distance < 0 or not (leg.mass + leg.distance).is_finite():
            what = text(
                f"质量 {leg.mass} kg 或距离 {leg.distance} km 不可能",
                f"a mass of {leg.mass} kg or a distance of {leg.distance} km is impossible",
            )
            yield Diagnostic("export.ileap-value", what, place)
        if leg.id in named[:number]:
            what = text(f"运输段编号 {leg.id} 重复", f"the element id {leg.id} is there twice")
            yield Diagnostic("export.ileap-order", what, place)
        for before in set(leg.previous) - set(named):
            what = text(f"前一段 {before} 不存在", f"there is no element {before} before it")
            yield Diagnostic("export.ileap-order", what, place)
        if leg.co2e_wtw is not None and leg.co2e_ttw is not None and leg.co2e_wtw < leg.co2e_ttw:
            yield Diagnostic(
                "export.ileap-stages",
                text(
                    f"WTW {leg.co2e_wtw} 小于 TTW {leg.co2e_ttw}",
                    f"WTW {leg.co2e_wtw} is below TTW {leg.co2e_ttw}",
                ),
                place,
                why=text("WTW 包含 TTW 与燃料上游。", "WTW is TTW and the fuel's upstream."),
            )
        if leg.activity is not None and abs(leg.activity - _work(leg)) > _TOLERANCE * _work(leg):
            yield Diagnostic(
                "export.ileap-activity",
                text(
                    f"周转量 {leg.activity} 与质量乘距离 {spelled(_work(leg))} t·km 不符",
                    f"an activity of {leg.activity} is not mass times distance, "
                    f"{spelled(_work(leg))} t km",
                ),
                place,
                hint=text(
                    "质量用 kg，周转量用 t·km。", "Masses are in kg, the activity is in t km."
                ),
            )
