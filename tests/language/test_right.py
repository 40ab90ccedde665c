"""What the checker infers: unit, grain and missing-ness of right formulas."""

from __future__ import annotations

import pytest
from marked import checked

# (what is declared, expression, unit or kind, grain, may be missing)
FUEL, SHIP, TRIP = "each: fuel_use", "each: ship", "each: voyage"
RIGHT = [
    (FUEL, "unit: t", "burned", "t", "each row of fuel_use", False),
    (FUEL, "unit: kg", "burned", "kg", "each row of fuel_use", False),
    (FUEL, "unit: t", "burned + 0", "t", "each row of fuel_use", False),
    (FUEL, "unit: t", "0 - burned", "t", "each row of fuel_use", False),
    (FUEL, "unit: t", "-burned", "t", "each row of fuel_use", False),
    (FUEL, 'unit: "GJ[LHV]"', "burned * ncv", "GJ[LHV]", "each row of fuel_use", False),
    (FUEL, "unit: t CH4", "burned * slip", "t CH4", "each row of fuel_use", False),
    (FUEL, 'unit: "t CO2e[{gwp}]"', "burned * slip * gwp(CH4)", None, None, False),
    (FUEL, 'unit: "t CO2e[AR5]"', "burned * slip * gwp(CH4, AR5)", None, None, False),
    (FUEL, 'unit: "t CO2e[{gwp}]"', "co2 * gwp(CO2) + burned * slip * gwp(CH4)", None, None, False),
    (FUEL, "unit: 1", "44/12", "1", "one for the report", False),
    (FUEL, "unit: '%'", "oxidation", "%", None, False),
    (FUEL, "unit: '%'", "0.5", "%", None, False),
    (FUEL, "unit: t2", "burned ** 2", "t^2", None, False),
    (FUEL, "unit: 1/t", "burned ** -1", "1/t", None, False),
    (FUEL, "unit: 1", "burned / (2 * burned)", "1", None, False),
    (FUEL, "unit: 1", "ratio(burned, burned, when_zero=0)", "1", None, False),
    (FUEL, "unit: 1, optional: true", "ratio(burned, burned, when_zero=missing)", "1", None, True),
    (FUEL, "unit: t", "min(burned, 2 * burned, 0)", "t", None, False),
    (FUEL, "unit: t", "max(burned, 0)", "t", None, False),
    (FUEL, "unit: t", "abs(burned)", "t", None, False),
    (FUEL, "unit: t", "capped(burned, at=2 * burned)", "t", None, False),
    (FUEL, "unit: t", "floored(burned, at=0)", "t", None, False),
    (FUEL, "unit: 1", 'floor(magnitude(burned, "kg"))', "1", None, False),
    (FUEL, "unit: 1", 'ceil(burned / measure(1, "t"))', "1", None, False),
    (FUEL, "unit: 1", 'sqrt(magnitude(burned, "t"))', "1", None, False),
    (FUEL, "unit: 1", 'quantise(exp(magnitude(burned, "t")), 1e-6)', "1", None, False),
    (FUEL, "unit: 1", 'quantise(log(magnitude(burned, "t")) + 1, 0.5)', "1", None, False),
    (FUEL, "unit: 1", 'quantise(magnitude(burned, "t") ** 0.61, 1e-6)', "1", None, False),
    (FUEL, "unit: t", "quantise(burned, 0.001)", "t", None, False),
    (FUEL, 'unit: "t CO2[scope1]"', 'restate(co2, "t CO2[scope1]")', None, None, False),
    (FUEL, "unit: t", "burned if fuel == 'lng' else 0", "t", None, False),
    (FUEL, "unit: t", "burned if fuel in ['lng', 'hfo'] else 2 * burned", "t", None, False),
    (FUEL, "type: yes-no", "fuel not in ['lng']", "yes-no", "each row of fuel_use", False),
    (FUEL, "type: yes-no", "not burned > 0", "yes-no", "each row of fuel_use", False),
    (FUEL, "type: yes-no", "month >= '2025-03' and month != '2025-12'", "yes-no", None, False),
    (FUEL, "type: yes-no", "given(ncv_measured)", "yes-no", None, False),
    (FUEL, "type: yes-no", "given(ncv_measured) and ncv_measured > ncv", "yes-no", None, False),
    (FUEL, 'unit: "GJ[LHV]/t"', "ncv_measured if given(ncv_measured) else ncv", None, None, False),
    (FUEL, 'unit: "GJ[LHV]/t"', "ncv if not given(ncv_measured) else ncv_measured", None, None, 0),
    (FUEL, 'unit: "GJ[LHV]/t", optional: true', "ncv_measured", None, None, True),
    (FUEL, "unit: t CO2/t", "first(rare, 0)", "t CO2/t", None, False),
    (FUEL, "unit: t CO2/t, optional: true", "rare if burned > 0 else missing", None, None, True),
    (FUEL, "one_of: [a, b]", "'a' if burned > 0 else 'b'", "text", "each row of fuel_use", False),
    (FUEL, "unit: t", 'when(choice.gases == "all", burned)', "t", None, False),
    (FUEL, "unit: t", 'burned if choice.gases == "co2" else 2 * burned', "t", None, False),
    (FUEL, "unit: t", 'burned if choice.gases in ["all"] else 0', "t", None, False),
    (FUEL, "unit: km", "voyage.distance", "km", "each row of fuel_use", False),
    (FUEL, "unit: t", "voyage.ship.deadweight", "t", "each row of fuel_use", False),
    (FUEL, "unit: t", "ship.deadweight", "t", "each row of fuel_use", False),
    (FUEL, "unit: t CO2", "by_ship", "t CO2", "each row of fuel_use", False),
    (FUEL, "unit: t CO2", "monthly", "t CO2", "each row of fuel_use", False),
    (FUEL, "unit: CNY", "burned * first(price_known, 0)", "CNY", "each row of fuel_use", False),
    (FUEL, "unit: 1", "ratio(co2, total, when_zero=0)", "1", "each row of fuel_use", False),
    (FUEL, "one_of: [small, large]", "band.sort", "text", None, False),
    (TRIP, "one_of: [eca, open]", "origin.zone", "text", "each row of voyage", False),
    (TRIP, "unit: h", "end - start", "h", "each row of voyage", False),
    (TRIP, "unit: km/h", "ratio(distance, end - start, when_zero=0)", "km/h", None, False),
    (TRIP, "type: yes-no", "overlaps(start, end, within=ship)", "yes-no", None, False),
    (TRIP, "type: yes-no", "overlaps(start, end, within=[ship, origin])", "yes-no", None, False),
    (TRIP, "type: yes-no", "repeated(ship, distance)", "yes-no", "each row of voyage", False),
    (TRIP, "type: yes-no", "day(start) == '2025-02-28' or year(start) == 2024", "yes-no", None, 0),
    (
        TRIP,
        "type: yes-no",
        "laden and not overlaps(start, end, within=ship)",
        "yes-no",
        None,
        False,
    ),
    (TRIP, "unit: kg", "trip(distance)", "kg", "each row of voyage", False),
    (TRIP, "unit: km", "daily", "km", "each row of voyage", False),
    (TRIP, "unit: t", "first(cargo, ship.deadweight)", "t", "each row of voyage", False),
    (SHIP, "unit: t, optional: true", "sister.deadweight", "t", "each row of ship", True),
    (SHIP, "unit: t", "first(sister.deadweight, deadweight)", "t", "each row of ship", False),
    (SHIP, "unit: t", "band.capacity * band.a", "t", "each row of ship", False),
    (SHIP, "unit: t", "sum(burned)", "t", "each row of ship", False),
    (SHIP, "unit: km", "sum(distance, where=laden)", "km", "each row of ship", False),
    (SHIP, "unit: t", "sum(cargo, where=given(cargo))", "t", "each row of ship", False),
    (SHIP, "unit: km, optional: true", "mean(distance)", "km", "each row of ship", True),
    (SHIP, "unit: km", "first(least(distance), 0)", "km", "each row of ship", False),
    (SHIP, "unit: 1", "count(voyage)", "1", "each row of ship", False),
    (SHIP, "unit: 1", "count(voyage, where=laden and distance > limit)", "1", None, False),
    (SHIP, "type: yes-no", "any(laden)", "yes-no", "each row of ship", False),
    (SHIP, "type: yes-no", "every(distance > 0, where=laden)", "yes-no", None, False),
    (SHIP, "type: yes-no", "built >= 2010 and built in [2010, 2011]", "yes-no", None, False),
    (SHIP, "type: yes-no", "built == period.year", "yes-no", "each row of ship", False),
    ("per: [origin, month(start)]", "unit: km", "sum(distance)", "km", None, False),
    ("per: [ship, day(start)]", "unit: km", "daily * 2", "km", "per ship, start.day", False),
    (
        "per: [ship, day(start)]",
        "type: yes-no",
        "day(start) == '2025-01-01'",
        "yes-no",
        None,
        False,
    ),
    (FUEL, "unit: t", "(" * 90 + "burned" + ")" * 90, "t", None, False),
    ("", "unit: t CO2", "sum(monthly)", "t CO2", "one for the report", False),
    ("", "unit: t CO2/d", "total / period.days", "t CO2/d", "one for the report", False),
    ("", "unit: t CO2/h", "total / period.hours", "t CO2/h", "one for the report", False),
    ("", "unit: t CO2, optional: true", "previous(total)", "t CO2", None, True),
    ("", "unit: t CO2", "total - first(previous(total), 0)", "t CO2", None, False),
    ("", "unit: CNY/t, optional: true", "greatest(price)", "CNY/t", "one for the report", True),
    ("", "unit: t/km", "sum(油耗) / (sum(里程) + limit)", "t/km", "one for the report", False),
]


@pytest.mark.parametrize("case", RIGHT, ids=[case[2] for case in RIGHT])
def test_right(case):
    grain, kind, expression, unit, at, missing = case
    quoted = expression.replace('"', '\\"')
    head = f"{grain}, {kind}" if grain else kind
    patch = (
        "price_known: {each: fuel_use, unit: CNY/t, optional: true, is: stock.price}\n"
        f'x: {{{head}, is: "{quoted}"}}'
    )
    body = checked({"formulas": patch}).formulas["x"].body
    found = body.type
    if unit is not None:
        spelled = found.unit.spelling if found.unit is not None else found.kind
        assert spelled == unit
    if at is not None and not (expression[0].isdigit()):
        assert found.grain.describe() == at
    assert found.missing == bool(missing)


def test_there_are_enough():
    assert len(RIGHT) >= 60
